"""A window from which files can be dragged: its arguments. Says "ready", "begin" and "end" on standard output."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

uris = [pathlib.Path(file).as_uri() for file in sys.argv[1:]]


def say(word):
    print(word, flush=True)


window = Gtk.Window(title="Files")
window.set_default_size(120, 120)
area = Gtk.EventBox()
area.add(Gtk.Label(label="drag me"))
area.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
area.drag_source_add_uri_targets()
area.connect("drag-data-get", lambda _area, _context, data, _info, _time: data.set_uris(uris))
area.connect("drag-begin", lambda *_: say("begin"))
area.connect("drag-end", lambda *_: (say("end"), Gtk.main_quit()))
window.connect("map-event", lambda *_: say("ready"))
window.add(area)
window.move(1500, 880)
window.show_all()
Gtk.main()
