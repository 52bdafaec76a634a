//! From the parser's events to the tree.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::explain;
use super::node::{Child, Entry, Kind, Map, Node, Via};
use super::scalar::{TagFault, resolve_plain, resolve_tagged};
use crate::draft::{Draft, Span};

/// What a text may demand.
pub(crate) struct Limits;

impl Limits {
    /// Bytes of text: what the Console accepts as a request body.
    pub(crate) const TEXT: usize = 512 * 1024;
    /// Collections within each other.
    pub(crate) const DEPTH: usize = 100;
    /// Values that are written down, keys among them.
    pub(crate) const WRITTEN: usize = 50_000;
    /// Values, with every alias counted in full.
    pub(crate) const NODES: u64 = 200_000;
    /// Bytes of text in values, counted likewise.
    pub(crate) const BYTES: u64 = 16 * 1024 * 1024;
}

/// Reads one document into a tree; an empty text is `null`.
///
/// # Errors
/// The first fault, explained. A text that is no YAML has no further findings.
pub(crate) fn load(text: &str) -> Result<Rc<Node>, Box<Draft>> {
    explain::refuse_binary(text)?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut options = granit_parser::Options::default();
    options.simple_key_max_lookahead = usize::MAX;
    options.flow_nesting_limit = Limits::DEPTH + 1;
    options.block_nesting_limit = Limits::DEPTH + 1;
    let mut parser = Parser::new_from_str_with_options(body, options);
    let mut builder = Builder::new(text, text.len() - body.len());
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            Box::new(explain::scan_error(text, text.len() - body.len(), &error))
        })?;
        let at = builder.span(&span);
        builder.event(event, at)?;
    }
    Ok(builder
        .root
        .unwrap_or_else(|| Rc::new(node(Kind::Null, Span::default()))))
}

/// A node without children; its text counts as its bytes.
fn node(kind: Kind, span: Span) -> Node {
    let bytes = if let Kind::Str(text) = &kind {
        text.len() as u64
    } else {
        8
    };
    Node {
        kind,
        span,
        nodes: 1,
        bytes,
        height: 0,
    }
}

fn collection<'a>(
    kind: Kind,
    span: Span,
    children: impl Iterator<Item = &'a Rc<Node>>,
    keys: u64,
) -> Node {
    let (mut nodes, mut bytes, mut height) = (1_u64, keys, 0);
    for child in children {
        nodes = nodes.saturating_add(child.nodes);
        bytes = bytes.saturating_add(child.bytes);
        height = height.max(child.height);
    }
    Node {
        kind,
        span,
        nodes,
        bytes,
        height: height + 1,
    }
}

struct Key {
    text: String,
    span: Span,
    merge: bool,
}

enum Content {
    Seq(Vec<Child>),
    Map {
        map: Map,
        key: Option<Key>,
        overridable: HashSet<String>,
        block: bool,
    },
}

struct Frame {
    content: Content,
    span: Span,
    /// Where what is in it ends so far.
    end: usize,
    anchor: usize,
    tag: Option<String>,
}

struct Builder<'a> {
    text: &'a str,
    /// Bytes of the byte order mark, which the parser does not see.
    skipped: usize,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Rc<Node>>,
    documents: usize,
    written: usize,
    root: Option<Rc<Node>>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, skipped: usize) -> Self {
        Self {
            text,
            skipped,
            frames: Vec::new(),
            anchors: HashMap::new(),
            documents: 0,
            written: 0,
            root: None,
        }
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let offset =
            |marker: granit_parser::Marker| marker.byte_offset().unwrap_or_default() + self.skipped;
        Span::new(offset(span.start), offset(span.end))
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Draft>> {
        self.written += usize::from(event.is_node());
        if self.written > Limits::WRITTEN {
            return Err(Box::new(explain::too_many(span.first_line(self.text))));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Box::new(explain::second_document(
                        span.first_line(self.text),
                    )));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let tag = full_tag(tag);
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => without_tail(self.text, span),
                    _ => span,
                };
                if (anchor != 0 || tag.is_some()) && self.at_first_block_key() {
                    return Err(Box::new(explain::property_before_key(self.text, span)));
                }
                let (node, merge) = self.scalar(value, style, tag, span)?;
                let node = Rc::new(node);
                self.remember(anchor, &node);
                self.add(
                    Child {
                        node,
                        span,
                        via: Via::Written,
                    },
                    merge,
                )?;
            }
            Event::Alias(anchor) => {
                let node = self
                    .anchors
                    .get(&anchor)
                    .cloned()
                    .ok_or_else(|| Box::new(explain::endless_alias(self.text, span)))?;
                self.add(
                    Child {
                        node,
                        span,
                        via: Via::Alias,
                    },
                    false,
                )?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                if style == StructureStyle::Block {
                    explain::refuse_tab_indentation(self.text, span)?;
                }
                self.open(Content::Seq(Vec::new()), span, anchor, tag)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                if style == StructureStyle::Block {
                    explain::refuse_tab_indentation(self.text, span)?;
                }
                let content = Content::Map {
                    map: Map::default(),
                    key: None,
                    overridable: HashSet::new(),
                    block: style == StructureStyle::Block,
                };
                self.open(content, span, anchor, tag)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            _ => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        content: Content,
        span: Span,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) -> Result<(), Box<Draft>> {
        if self.frames.len() >= Limits::DEPTH {
            return Err(Box::new(explain::too_deep(span.first_line(self.text))));
        }
        self.frames.push(Frame {
            content,
            span,
            end: span.start,
            anchor,
            tag: full_tag(tag),
        });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Box<Draft>> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        // A block collection has no closing sign: it ends with its last value, not where the next token starts.
        let closed = matches!(end.slice(self.text), "]" | "}");
        let span = Span::new(frame.span.start, if closed { end.end } else { frame.end });
        let node = match frame.content {
            Content::Seq(items) => {
                let nodes: Vec<Rc<Node>> = items.iter().map(|item| item.node.clone()).collect();
                collection(Kind::Seq(items), span, nodes.iter(), 0)
            }
            Content::Map { map, .. } => {
                let keys = map.iter().map(|entry| entry.key.len() as u64).sum();
                let nodes: Vec<Rc<Node>> =
                    map.iter().map(|entry| entry.value.node.clone()).collect();
                collection(Kind::Map(map), span, nodes.iter(), keys)
            }
        };
        if node.height as usize > Limits::DEPTH {
            return Err(Box::new(explain::too_deep(node.span.first_line(self.text))));
        }
        if let Some(tag) = &frame.tag {
            self.collection_tag(tag, &node)?;
        }
        let span = node.span;
        let node = Rc::new(node);
        self.remember(frame.anchor, &node);
        self.add(
            Child {
                node,
                span,
                via: Via::Written,
            },
            false,
        )
    }

    fn collection_tag(&self, tag: &str, node: &Node) -> Result<(), Box<Draft>> {
        let name = tag.strip_prefix("tag:yaml.org,2002:");
        let known = match (&node.kind, name) {
            _ if tag == "!" => true,
            (Kind::Map(_), Some("map")) | (Kind::Seq(_), Some("seq")) => true,
            (Kind::Map(map), Some("set")) => map.iter().all(|entry| entry.value.node.is_null()),
            (Kind::Seq(items), Some("omap" | "pairs")) => items
                .iter()
                .all(|item| item.node.map().is_some_and(|map| map.len() == 1)),
            _ => false,
        };
        if known {
            Ok(())
        } else {
            Err(Box::new(explain::tag(
                self.text,
                node.span,
                tag,
                &TagFault::Unknown,
            )))
        }
    }

    fn scalar(
        &self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        tag: Option<String>,
        span: Span,
    ) -> Result<(Node, bool), Box<Draft>> {
        let plain = style == ScalarStyle::Plain;
        let empty = plain && span.start == span.end;
        explain::refuse_unprintable(
            self.text,
            span,
            matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted),
        )?;
        let (kind, merge) = match tag {
            None if empty => (Kind::Null, false),
            None if plain => (resolve_plain(&value), value == "<<"),
            None => (Kind::Str(value.into_owned()), false),
            Some(tag) if empty && tag == "!" => (Kind::Null, false),
            Some(tag) => {
                let kind = resolve_tagged(&tag, (!empty).then_some(&*value))
                    .map_err(|fault| Box::new(explain::tag(self.text, span, &tag, &fault)))?;
                (kind, tag == "tag:yaml.org,2002:merge")
            }
        };
        Ok((node(kind, span), merge))
    }

    /// Whether the next scalar is the first key of a block mapping, where js-yaml takes no anchor and no tag.
    fn at_first_block_key(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| match &frame.content {
                Content::Map {
                    map,
                    key: None,
                    block: true,
                    ..
                } => map.is_empty(),
                _ => false,
            })
    }

    fn remember(&mut self, anchor: usize, node: &Rc<Node>) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }

    /// Puts a finished value where it belongs: into the open collection, or as the root.
    fn add(&mut self, child: Child, merge: bool) -> Result<(), Box<Draft>> {
        let text = self.text;
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(child.node);
            return Ok(());
        };
        if child.span.start < child.span.end {
            frame.end = frame.end.max(child.span.end);
        }
        match &mut frame.content {
            Content::Seq(items) => items.push(child),
            Content::Map {
                map,
                key,
                overridable,
                ..
            } => match key.take() {
                None => {
                    if child.node.is_null() && child.span.start == child.span.end {
                        return Err(Box::new(explain::missing_key(text, child.span)));
                    }
                    // Building the text of a key made of aliases could take for ever.
                    if child.node.bytes > Limits::BYTES || child.node.nodes > Limits::NODES {
                        return Err(Box::new(explain::alias_bomb(child.span.first_line(text))));
                    }
                    let span = child.span;
                    *key = Some(Key {
                        text: child.node.js_string(),
                        span,
                        merge,
                    });
                }
                Some(key) if key.merge => merge_into(map, overridable, &key, &child)?,
                Some(key) => {
                    if let Some(first) = map
                        .get(&key.text)
                        .filter(|_| !overridable.contains(&key.text))
                    {
                        return Err(Box::new(explain::duplicate_key(
                            text, &key.text, key.span, first,
                        )));
                    }
                    overridable.remove(&key.text);
                    let span = behind_colon(text, key.span, child.span);
                    frame.end = frame.end.max(span.end);
                    let value = Child { span, ..child };
                    map.put(Entry {
                        key: key.text,
                        key_span: key.span,
                        value,
                    });
                }
            },
        }
        Ok(())
    }
}

/// A text in a block without the blank lines behind it: the parser lets it run on to whatever comes next.
fn without_tail(text: &str, span: Span) -> Span {
    let blank = [' ', '\t', '\n', '\r'];
    let len = span.slice(text).trim_end_matches(blank).len();
    Span::new(span.start, span.start + len)
}

/// Where an empty value belongs: right behind its colon, and not where the parser noticed that there is none.
fn behind_colon(text: &str, key: Span, value: Span) -> Span {
    let rest = text.get(key.end..).unwrap_or_default();
    let colon = rest
        .find(|c: char| !c.is_whitespace())
        .filter(|at| rest.get(*at..).is_some_and(|rest| rest.starts_with(':')));
    match colon {
        Some(at) if value.start == value.end => Span::new(key.end + at + 1, key.end + at + 1),
        _ => value,
    }
}

/// `<<: source`: entries that are not there yet; later keys of the mapping itself override them.
fn merge_into(
    map: &mut Map,
    overridable: &mut HashSet<String>,
    key: &Key,
    source: &Child,
) -> Result<(), Box<Draft>> {
    let single;
    let sources = match &source.node.kind {
        Kind::Seq(items) => items.as_slice(),
        _ => {
            single = [source.clone()];
            &single
        }
    };
    for source in sources {
        let Some(entries) = source.node.map() else {
            return Err(Box::new(explain::bad_merge(key.span, source.span)));
        };
        for entry in entries.iter() {
            if map.get(&entry.key).is_none() {
                overridable.insert(entry.key.clone());
                let value = Child {
                    via: Via::Merge,
                    ..entry.value.clone()
                };
                map.put(Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value,
                });
            }
        }
        if map.len() as u64 > Limits::NODES {
            return Err(Box::new(explain::alias_bomb(key.span)));
        }
    }
    Ok(())
}

fn full_tag(tag: Option<Cow<'_, Tag>>) -> Option<String> {
    tag.map(|tag| {
        let (handle, suffix) = tag.parts();
        format!("{handle}{suffix}")
    })
}
