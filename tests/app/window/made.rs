//! Begin without an SDL: a compose file, or the name of an image, becomes a live address in the demo.

use crate::app::{App, Hands, PATIENCE, Start};
use crate::desktop::{Desktop, SOON};

/// Two services and a volume, and a password that only the person knows.
const COMPOSE: &str = "\
services:
  web:
    image: nginx:1.27.3
    ports:
      - 8080:80
    depends_on:
      - db
  db:
    image: postgres:16
    environment:
      POSTGRES_PASSWORD: ${PASSWORD}
    volumes:
      - data:/var/lib/postgresql/data
volumes:
  data:
";

fn demo<'d>(desktop: &'d Desktop, name: &str, hands: Hands) -> App<'d> {
    let data = App::fresh_data(desktop, name);
    let mut app = App::start(desktop, &data, Start::default());
    app.hands = hands;
    app.press("button", "Start the demo");
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    app
}

pub(crate) fn compose(desktop: &Desktop) {
    let app = demo(desktop, "compose", Hands::Pointer);
    app.drop_files(&[&app.file("docker-compose.yml", COMPOSE)]);
    app.reads(
        SOON,
        &["Made from a compose file", "Size of the volume “data”"],
    );
    app.assert_accessible("made");
    for (width, height) in [(1440, 900), (900, 640)] {
        app.resize(width, height);
        app.picture(&format!("made-{width}"));
    }
    app.write("POSTGRES_PASSWORD of db", "a long secret");
    app.write("Size of the volume “data”", "20Gi");
    app.ask();
    app.start_and_wait();
}

pub(crate) fn command(desktop: &Desktop) {
    let app = demo(desktop, "command", Hands::Keyboard);
    app.press("button", "Paste text…");
    app.write("Your text", "docker run -d -p 8080:80 nginx:1.27.3");
    app.press("button", "Check it");
    app.reads(SOON, &["Made from a docker run command"]);
    app.ask();
    app.start_and_wait();
}

pub(crate) fn image(desktop: &Desktop) {
    let app = demo(desktop, "image", Hands::Pointer);
    app.write("Or begin with an image", "no image!");
    app.press("button", "Write the file");
    app.reads(SOON, &["This is not the name of an image"]);
    app.write("Or begin with an image", "nginx:1.27");
    app.press("button", "Write the file");
    app.reads(SOON, &["Made from the name of an image"]);
    app.ask();
    app.start_and_wait();
}

pub(crate) fn template(desktop: &Desktop) {
    let app = demo(desktop, "template", Hands::Pointer);
    app.press("link", "Browse templates");
    app.reads(SOON, &["30 templates", "Uptime Kuma"]);
    app.assert_accessible("templates");
    for (width, height) in [(1440, 900), (900, 640)] {
        app.resize(width, height);
        app.picture(&format!("templates-{width}"));
    }
    app.write("Search", "watches sites");
    app.reads(SOON, &["1 template"]);
    app.press("button", "Uptime Kuma*");
    app.reads(SOON, &["louislam/uptime-kuma:1", "Template"]);
    app.ask();
    app.start_and_wait();
}
