//! Notices stand where they cover nothing that can be clicked.

use crate::app::{App, PATIENCE, Start};
use crate::desktop::{Desktop, SOON};
use crate::steps::HELLO;

/// Shows five notices, as the window takes them from Rust.
const FIVE: &str = "const [done] = arguments;
    import('/app/store.js').then(({ state, take }) => {
      const next = structuredClone(state.snapshot);
      next.rev = 1e9;
      next.notices = ['One', 'Two', 'Three', 'Four', 'Five'].map((title, id) => ({ id, kind: 'bids', tone: 'bad', title: `${title} is wrong`,
        body: 'A sentence that is long enough to be cut where there is no room for all of it.', deployment: null, at: next.now, desktop: false }));
      take(next);
      setTimeout(() => done(null), 100);
    })";

/// What can be clicked and is covered by something else.
const COVERED: &str = "return [...document.querySelectorAll('button, a, input, select, summary')].filter((element) => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.type === 'radio' || element.classList.contains('skip')) return false;
      const box = element.getBoundingClientRect();
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      if (!box.width || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
      // What lies under the step that stays in sight is scrolled to from there.
      const top = document.elementFromPoint(x, y);
      return top?.closest('.notices') && !element.closest('.notices');
    }).map((element) => element.textContent.trim() || element.getAttribute('aria-label'))";

pub(crate) fn cover_nothing(desktop: &Desktop) {
    let app = App::start(desktop, &App::fresh_data(desktop, "notices"), Start::demo());
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    app.start_again(
        &app.data.clone(),
        &[app.file("blog.yaml", HELLO).to_str().unwrap()],
    );
    app.find("button", "Ask for prices*", SOON);
    app.session.script_later(FIVE, &[]);
    app.reads(SOON, &["Five is wrong"]);
    for (width, height) in [(900, 640), (1440, 900)] {
        app.resize(width, height);
        let what = format!("notices, {width}");
        app.assert_fits(&what);
        app.assert_accessible(&what);
        app.picture(&format!("notices-{width}"));
        let covered = app.session.script(COVERED, &[]);
        assert_eq!(covered, serde_json::json!([]), "of what a notice covers");
    }
    // All of them, where the person asks for it.
    app.click("button", "Show 5 notices");
    app.reads(SOON, &["One is wrong"]);
    app.assert_accessible("list of notices");
    app.picture("notices-list");
    app.session
        .script("document.querySelector('main h1').focus()", &[]);
    app.click("button", "Show 5 notices");
    assert!(!app.text().contains("One is wrong"));
}
