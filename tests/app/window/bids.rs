//! Choosing among bids: by hand, by a rule, for two parts, and where nobody bids.

use crate::app::{App, Console, PATIENCE, Start};
use crate::desktop::{Desktop, SOON, wait_for};
use crate::steps::HELLO;
use serde_json::{Value, json};

/// Two placements, so two groups that both need a bid.
const TWO: &str = "\
version: \"2.0\"
services:
  web:
    image: nginx:1.27.3
    expose:
      - port: 80
        to:
          - global: true
  api:
    image: nginx:1.27.3
    expose:
      - port: 80
        to:
          - global: true
profiles:
  compute:
    small:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          - size: 1Gi
  placement:
    east:
      pricing:
        small:
          denom: uact
          amount: 1000
    west:
      pricing:
        small:
          denom: uact
          amount: 1000
deployment:
  web:
    west:
      profile: small
      count: 1
  api:
    east:
      profile: small
      count: 1
";

/// A file that no provider fits: nobody is in this region.
fn nowhere() -> String {
    HELLO.replace(
        "    akash:\n      pricing:",
        "    akash:\n      attributes:\n        region: moon # for the view\n      pricing:",
    )
}

fn connected<'a>(desktop: &'a Desktop, console: &Console, name: &str) -> App<'a> {
    let app = App::start(desktop, &App::fresh_data(desktop, name), Start::at(console));
    app.connect(console);
    app
}

/// One click from the file to an answer.
pub(crate) fn deploy_for_me(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "deploy-for-me");
    app.drop_files(&[&app.file("mine.yaml", HELLO)]);
    app.reads(SOON, &["mine", "Deploy for me"]);
    app.fill("The most it may cost a month, in US dollars", "20");
    app.click("button", "Deploy for me (up to $20*");
    app.find("button", "Stop*", PATIENCE);
    app.picture("deploy-for-me");
    app.reads(PATIENCE, &["It is live"]);
    assert_eq!(console.deployments().len(), 1);
}

/// Stopped in time, the person chooses.
pub(crate) fn deploy_for_me_stopped(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "deploy-for-me-stopped");
    app.drop_files(&[&app.file("mine.yaml", HELLO)]);
    app.reads(SOON, &["mine", "Deploy for me"]);
    app.fill("The most it may cost a month, in US dollars", "20");
    app.click("button", "Deploy for me (up to $20*");
    app.click_within("button", "Stop*", PATIENCE);
    wait_for("Stop to go", SOON, || {
        app.all("button", "Stop*").is_empty().then_some(())
    });
    app.click_within("button", "Start at *", PATIENCE);
    app.reads(PATIENCE, &["It is live"]);
}

/// With the page's process dead nobody could press Stop: nothing is taken then.
pub(crate) fn page_dies(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "page-dies");
    app.drop_files(&[&app.file("mine.yaml", HELLO)]);
    app.reads(SOON, &["mine", "Deploy for me"]);
    app.fill("The most it may cost a month, in US dollars", "20");
    app.click("button", "Deploy for me (up to $20*");
    app.find("button", "Stop*", PATIENCE);
    let pid = app.pid().to_string();
    let killed = desktop
        .command("pkill")
        .args(["-9", "-P", &pid, "WebKitWebProces"])
        .status()
        .unwrap();
    assert!(killed.success(), "the page's process was not found");
    // Long after the quiet time, when it would have taken one.
    let asked = |method: &str, path: &str| console.asked(method, path);
    let before = asked("GET", "/v1/bids");
    wait_for("more looks at the bids", PATIENCE, || {
        (asked("GET", "/v1/bids") >= before + 15).then_some(())
    });
    assert_eq!(asked("POST", "/v1/leases"), 0, "of leases taken unseen");
    assert_eq!(console.deployments().len(), 1);
}

/// Nothing starts with a part missing; then all by one click.
pub(crate) fn two_groups(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "two-groups");
    app.drop_files(&[&app.file("two.yaml", TWO)]);
    app.reads(SOON, &["two", "nginx:1.27.3"]);
    app.click("button", "Ask for prices*");
    wait_for("bids for both parts", PATIENCE, || {
        let picks = app.all("radio", "Choose *");
        (picks.len() >= 6).then_some(())
    });
    assert!(
        app.usable("button", "Start*").is_none(),
        "of what starts without a choice"
    );
    app.find("button", "Choose the best for each part, $*", SOON);
    let pick = |group: &str| {
        let script = "const row = [...document.querySelectorAll(`input[name='${arguments[0]}']`)][0];
                      row.scrollIntoView({ block: 'center' }); row.click(); return row.getAttribute('aria-label')";
        app.session.script(script, &[json!(group)])
    };
    pick("bid-1");
    app.reads(SOON, &["Still to choose: west."]);
    app.picture("two-groups-one-missing");
    assert!(app.usable("button", "Start all*").is_none());
    app.click_within("button", "Choose the best for the rest, $*", SOON);
    app.reads(SOON, &["Together $"]);
    app.picture("two-groups");
    app.click("button", "Start all at $*");
    app.reads(PATIENCE, &["It is live"]);
    assert_eq!(console.deployments().len(), 1);
}

/// What keeps everybody away is said before anything is paid, and one click changes the file.
pub(crate) fn relax_before(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "relax-before");
    app.drop_files(&[&app.file("moon.yaml", nowhere())]);
    app.reads(PATIENCE, &["0 of ", "none in moon", "Region moon"]);
    app.picture("fit-nobody");
    app.click("button", "Any region*");
    wait_for("providers that fit", PATIENCE, || {
        let text = app.text();
        (text.contains("could run this") && !text.contains("Region moon")).then_some(())
    });
    // The page stays where it is, says what was changed, and takes it back.
    app.reads(SOON, &["Removed from line", "region: moon", "Edited"]);
    app.picture("fit-relaxed");
    app.click("button", "Undo");
    app.reads(PATIENCE, &["none in moon", "Region moon"]);
    assert!(!app.text().contains("Edited"), "of what is as it was given");
    app.click("button", "Any region*");
    app.reads(SOON, &["Removed from line"]);
    app.ask();
}

/// What keeps everybody away is said after a minute without bids; one click asks again with less, and what was set aside comes back.
pub(crate) fn relax_after(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "relax-after");
    app.drop_files(&[&app.file("moon.yaml", nowhere())]);
    app.reads(SOON, &["moon", "nginx:1.27.3"]);
    app.click("button", "Ask for prices*");
    app.reads(PATIENCE, &["none in moon", "Region moon"]);
    app.picture("no-bids");
    app.click("button", "Any region*");
    app.find("button", "Start at *", PATIENCE);
    app.reads(SOON, &["$5.00 returned to your credit"]);
    assert_eq!(console.deployments().len(), 1);
    app.click("link", "Deployments");
    app.reads(SOON, &["1 closed deployment"]);
}

/// Without bids it is closed by one click, and nothing was spent.
pub(crate) fn no_bids_and_close(desktop: &Desktop) {
    let console = Console::start(desktop);
    let app = connected(desktop, &console, "no-bids");
    app.drop_files(&[&app.file("moon.yaml", nowhere())]);
    app.reads(SOON, &["moon", "nginx:1.27.3"]);
    app.click("button", "Ask for prices*");
    app.reads(PATIENCE, &["none in moon"]);
    app.click("button", "Cancel request*");
    app.reads(PATIENCE, &["Nothing ran"]);
    assert_eq!(console.deployments().len(), 0);
}

/// Shows as many bids as wanted, made of one that is there: the window takes them as it takes any snapshot, and none of Rust's after them.
pub(crate) fn feed(app: &App<'_>, bids: usize, theme: Option<&str>) {
    let script = "const [count, theme, done] = arguments;
        import('/app/store.js').then(({ state, take }) => {
          window.feed ??= structuredClone(state.snapshot);
          const next = structuredClone(window.feed);
          next.rev = Math.max(1e9, state.snapshot.rev) + 1;
          const [group] = next.open.groups, one = group.bids[0];
          group.bids = Array.from({ length: count }, (_, n) => ({ ...structuredClone(one),
            provider: `akash1fed${n}`, name: `Provider ${n}`, host: `provider${n}.example`,
            price: { ...one.price, month: (3 + n / 10).toFixed(2) },
            rank: { cheapest: n, reliable: (n * 7) % count, balanced: (n * 3) % count },
            open: n % 13 !== 12, whyNot: n % 13 === 12 ? 'lapsed' : null }));
          if (theme) next.settings.theme = theme;
          take(next);
          setTimeout(() => done(document.querySelectorAll('.bid').length), 100);
        })";
    app.session.script_later(
        script,
        &[json!(bids), theme.map_or(Value::Null, Into::into)],
    );
}

/// Changes one bid and lets a cheaper one arrive.
const ARRIVE: &str = "const [done] = arguments;
    import('/app/store.js').then(({ state, take }) => {
      const next = structuredClone(state.snapshot);
      next.rev += 1;
      const bids = next.open.groups[0].bids;
      for (const bid of bids) for (const way of Object.keys(bid.rank)) bid.rank[way] += 1;
      bids.unshift({ ...structuredClone(bids[0]), provider: `akash1new${next.rev}`, name: `New ${next.rev}`,
        price: { ...bids[0].price, month: '0.50' }, rank: { cheapest: 0, reliable: 0, balanced: 0 } });
      take(next);
      setTimeout(() => done(null), 100);
    })";

/// While bids arrive, no row moves under the pointer, and what has the focus keeps it.
pub(crate) fn rows_hold_still(desktop: &Desktop) {
    let app = choosing_in_the_demo(desktop, "rows");
    feed(&app, 12, None);
    let under = || {
        app.session.script(
            "return document.querySelector('.bid:hover .bid__name')?.textContent.trim() ?? null",
            &[],
        )
    };
    let place = app.session.script(
        "const button = document.querySelectorAll('.bid__act button')[2];
         button.scrollIntoView({ block: 'center' });
         const box = button.getBoundingClientRect();
         return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]",
        &[],
    );
    let (x, y, width, height) = desktop.geometry(&app.window());
    let inner = app.session.script("return [innerWidth, innerHeight]", &[]);
    let at = |value: &Value, index: usize| i32::try_from(value[index].as_i64().unwrap()).unwrap();
    let left = x + (width - at(&inner, 0)) / 2 + at(&place, 0);
    let top = y + (height - at(&inner, 1)) + at(&place, 1);
    desktop.xdo(&["mousemove", &left.to_string(), &top.to_string()]);
    let held = wait_for("the pointer to be on a row", SOON, || {
        under().as_str().map(str::to_owned)
    });
    for _ in 0..5 {
        app.session.script_later(ARRIVE, &[]);
        assert_eq!(
            under().as_str(),
            Some(held.as_str()),
            "of what is under the pointer"
        );
    }
    // Away from the rows they take their places.
    desktop.xdo(&[
        "mousemove",
        &(x + 5).to_string(),
        &(y + height - 5).to_string(),
    ]);
    wait_for("the cheapest to come first", SOON, || {
        let first = app
            .session
            .script("return document.querySelector('.bid').textContent", &[]);
        first.as_str()?.contains("New").then_some(())
    });

    // Of two parts, the second stays in place while the first grows.
    app.session.script_later(
        "const [done] = arguments;
         import('/app/store.js').then(({ state, take }) => {
           const next = structuredClone(state.snapshot);
           next.rev += 1;
           const [one] = next.open.groups;
           next.open.groups = [one, { ...structuredClone(one), gseq: one.gseq + 1, name: 'other' }];
           take(next);
           setTimeout(() => done(null), 100);
         })",
        &[],
    );
    let second = app.session.script(
        "const row = [...document.querySelectorAll('.bids')][1].querySelectorAll('.bid')[2].querySelector('.bid__where');
         row.scrollIntoView({ block: 'center' });
         const box = row.getBoundingClientRect();
         return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]",
        &[],
    );
    let left = x + (width - at(&inner, 0)) / 2 + at(&second, 0);
    let top = y + (height - at(&inner, 1)) + at(&second, 1);
    desktop.xdo(&["mousemove", &left.to_string(), &top.to_string()]);
    let held = wait_for(
        "the pointer to be on a row of the second part",
        SOON,
        || under().as_str().map(str::to_owned),
    );
    for _ in 0..5 {
        app.session.script_later(ARRIVE, &[]);
        assert_eq!(
            under().as_str(),
            Some(held.as_str()),
            "of what is under the pointer in the second part"
        );
    }
    feed(&app, 12, None);

    let focused = "const buttons = [...document.querySelectorAll('.bid__act button')]; buttons[6].focus();
                   return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";
    let held = app.session.script(focused, &[]);
    for _ in 0..5 {
        app.session.script_later(ARRIVE, &[]);
        let now = app.session.script(
            "return document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
            &[],
        );
        assert_eq!(now, held, "of what has the focus");
    }
}

/// The table with 0, 1, 12 and 100 bids, in both themes and sizes.
pub(crate) fn pictures(desktop: &Desktop) {
    let app = choosing_in_the_demo(desktop, "pictures");
    for (theme, width, height) in [
        ("light", 900, 640),
        ("light", 1440, 900),
        ("dark", 900, 640),
        ("dark", 1440, 900),
    ] {
        app.resize(width, height);
        for bids in [0, 1, 12, 100] {
            feed(&app, bids, Some(theme));
            let what = format!("{bids} bids, {theme}, {width}");
            app.assert_fits(&what);
            app.assert_accessible(&what);
            app.picture(&format!("bids-{bids:03}-{theme}-{width}"));
            if bids == 100 {
                assert_dense(&app, if width == 1440 { 10 } else { 5 }, &what);
            }
        }
    }
    // With text half as large again the first bid is still in sight.
    app.resize(900, 640);
    app.session.script_later(
        "const [done] = arguments;
         import('/app/store.js').then(({ state, take }) => {
           const next = structuredClone(state.snapshot);
           next.rev += 1;
           next.settings.textSize = 150;
           take(next);
           setTimeout(() => done(null), 100);
         })",
        &[],
    );
    app.assert_fits("large text");
    app.assert_accessible("large text");
    app.picture("bids-large-text");
    let first = app.session.script(
        "const box = document.querySelector('.bid').getBoundingClientRect(); return box.bottom <= innerHeight",
        &[],
    );
    assert_eq!(first, true, "of whether the first bid is in sight");
}

/// Panics unless so many bids are in sight, each 56 pixels high at most, with nothing broken over two lines.
#[track_caller]
fn assert_dense(app: &App<'_>, least: usize, what: &str) {
    let seen = app.session.script(
        "const rows = [...document.querySelectorAll('.bid')].map((row) => row.getBoundingClientRect());
         const lines = (element) => Math.round(element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight));
         return {
           inSight: rows.filter((box) => box.top >= 0 && box.bottom <= innerHeight).length,
           highest: Math.max(...rows.map((box) => box.height)),
           broken: [...document.querySelectorAll('.bid__name > span, .bid .btn > span')].filter((one) => lines(one) > 1).length,
         }",
        &[],
    );
    let number = |name: &str| seen[name].as_f64().unwrap();
    assert!(
        number("inSight") >= f64::from(u32::try_from(least).unwrap()),
        "{what}: {seen}"
    );
    assert!(number("highest") <= 56.0, "{what}: {seen}");
    assert!(number("broken") < 1.0, "{what}: {seen}");
}

/// With one bid or more on the screen.
pub(crate) fn choosing_in_the_demo<'a>(desktop: &'a Desktop, name: &str) -> App<'a> {
    let app = App::start(desktop, &App::fresh_data(desktop, name), Start::demo());
    app.reads(PATIENCE, &["Nothing is deployed yet"]);
    app.start_again(
        &app.data.clone(),
        &[app.file("blog.yaml", HELLO).to_str().unwrap()],
    );
    app.ask();
    app
}
