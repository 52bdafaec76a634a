//! Every screen, in both themes, at the smallest and at a large size, also with text twice as large: no violation, nothing sideways.

use crate::app::{App, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;
use serde_json::json;

const SIZES: [(i32, i32); 2] = [(900, 640), (1440, 900)];

pub(crate) fn light(desktop: &Desktop) {
    walk(desktop, "Light", 100);
}

pub(crate) fn dark(desktop: &Desktop) {
    walk(desktop, "Dark", 100);
}

pub(crate) fn light_large(desktop: &Desktop) {
    walk(desktop, "Light", 200);
}

pub(crate) fn dark_large(desktop: &Desktop) {
    walk(desktop, "Dark", 200);
}

fn walk(desktop: &Desktop, theme: &str, text: u32) {
    let mut look = Look {
        name: format!("{}-{text}", theme.to_lowercase()),
        count: 0,
    };
    let app = App::start(
        desktop,
        &App::fresh_data(desktop, &look.name),
        Start::default(),
    );
    app.find("textbox", "API key", SOON);
    app.go("#/settings");
    app.click("radio", theme);
    app.click("radio", &format!("{text} %"));
    let dark = theme == "Dark";
    wait_for("theme and size of text to change", SOON, || {
        let number = |script: &str| app.session.script(script, &[]).as_f64();
        // Of the text: 0 to 1 in oklch, 0 to 255 in rgb.
        let light =
            number("return parseFloat(getComputedStyle(document.body).color.match(/[\\d.]+/)[0])")?;
        let light = if light <= 1.0 {
            light > 0.5
        } else {
            light > 127.0
        };
        let size = number("return parseFloat(getComputedStyle(document.body).fontSize)")?;
        (light == dark && size > 14.0 * f64::from(text) / 100.0).then_some(())
    });
    look.at(&app, "settings");
    app.go("#/");
    app.find("textbox", "API key", SOON);
    look.at(&app, "welcome");
    app.go("#/help");
    look.at(&app, "help");
    app.click("button", "Show the report");
    app.find("dialog", "Report*", SOON);
    look.at(&app, "report");
    desktop.activate(&app.window());
    desktop.press("Escape");

    app.go("#/");
    app.click("button", "Start the demo");
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    look.at(&app, "home-empty");
    app.click("button", "Paste text…");
    app.write(
        "Your text",
        &HELLO
            .replace("profile: web", "profile: wep")
            .replace("nginx:1.27.3", "nginx"),
    );
    look.at(&app, "paste");
    app.click("button", "Check it");
    app.reads(SOON, &["stops this"]);
    look.at(&app, "check-problems");
    app.start_again(
        &app.data.clone(),
        &[app.file("blog.yaml", HELLO).to_str().unwrap()],
    );
    app.find("button", "Ask for prices*", SOON);
    look.at(&app, "check");
    app.click("button", "Rename");
    app.find("dialog", "*", SOON);
    look.at(&app, "rename");
    app.click("button", "Cancel");
    app.ask();
    look.at(&app, "choose");
    if theme == "Light" && text == 100 {
        // The picture of docs/aloft.png.
        app.resize(1120, 640);
        app.assert_accessible("choose");
        app.picture("readme");
    }
    app.session
        .script("document.querySelector('.bid__name').click()", &[]);
    app.reads(SOON, &["Recent outages", "Hardware"]);
    look.at(&app, "choose-provider");
    app.session
        .script("document.querySelector('.bid__name').click()", &[]);
    wait_for("two bids to be picked", PATIENCE, || {
        let picked = app.session.script(
            "const boxes = [...document.querySelectorAll('.bid__tick input')];
             for (const box of boxes.slice(0, 2)) if (!box.checked) box.click();
             return boxes.length",
            &[],
        );
        (picked.as_i64()? >= 2).then_some(())
    });
    app.click("button", "Compare 2*");
    app.find("dialog", "2 bids side by side", SOON);
    look.at(&app, "compare");
    app.click("button", "Close");
    app.go("#/");
    app.reads(SOON, &["blog"]);
    look.at(&app, "home-choosing");
    app.click("link", "blog");
    app.press("button", "Start at *");
    app.reads(SOON, &["You can leave this screen"]);
    look.at(&app, "go-live");
    app.reads(PATIENCE, &["It is live"]);
    look.at(&app, "live");
    app.go("#/");
    app.reads(SOON, &["Answering"]);
    look.at(&app, "home");
    app.click("link", "blog");
    app.reads(SOON, &["Services"]);
    look.at(&app, "deployment");
    app.click("button", "Set when it stops");
    app.reads(SOON, &["Stops by itself on", "Keep 24 hours longer"]);
    look.at(&app, "deployment-stops");
    app.click("link", "SDL");
    app.reads(SOON, &["The file as it was sent."]);
    look.at(&app, "deployment-sdl");
    app.click("link", "History");
    look.at(&app, "deployment-history");
    app.click("link", "Overview");
    app.click("button", "Stop and delete…");
    app.find("dialog", "*", SOON);
    look.at(&app, "close");
    app.click("button", "Stop and delete");
    app.reads(PATIENCE, &["Receipt"]);
    look.at(&app, "receipt");
    app.go("#/history");
    app.reads(SOON, &["blog"]);
    look.at(&app, "history");
}

/// Looks at one screen after the other.
struct Look {
    name: String,
    count: usize,
}

impl Look {
    #[track_caller]
    fn at(&mut self, app: &App<'_>, screen: &str) {
        self.count += 1;
        for (width, height) in SIZES {
            let what = format!("{screen} ({}, {width}×{height})", self.name);
            app.resize(width, height);
            wait_for(&format!("{what} to have its size"), SOON, || {
                let inside = app.session.script("return innerWidth", &[]).as_i64()?;
                (inside <= i64::from(width) && inside > i64::from(width) - 40).then_some(())
            });
            app.settle();
            app.assert_fits(&what);
            app.assert_accessible(&what);
            app.picture(&format!("{}-{:02}-{screen}-{width}", self.name, self.count));
        }
    }
}

impl App<'_> {
    /// Goes to a screen, as a link would.
    fn go(&self, hash: &str) {
        self.session
            .script("location.hash = arguments[0]", &[json!(hash)]);
        wait_for("the screen to be drawn", SOON, || {
            self.session
                .try_script(
                    "return document.querySelector('main h1, .screen h1') !== null",
                    &[],
                )?
                .as_bool()?
                .then_some(())
        });
    }

    /// Waits for movements to end, which would have the colours of neither state: a few frames without any but endless ones.
    fn settle(&self) {
        self.session.script_later(
            "const done = arguments[0];
             const moving = () => document.getAnimations().some((one) => one.playState === 'running' && one.effect.getComputedTiming().iterations !== Infinity);
             let calm = 0;
             const frame = () => {
               calm = moving() ? 0 : calm + 1;
               if (calm > 4) done();
               else requestAnimationFrame(frame);
             };
             requestAnimationFrame(frame)",
            &[],
        );
    }
}
