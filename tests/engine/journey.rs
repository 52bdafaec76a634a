//! The whole life of a deployment: engine, client and simulator over a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use aloft_engine::{KeyStore, view::*};
use support::{HELLO, House, TWO};

#[tokio::test(flavor = "multi_thread")]
async fn from_a_file_to_an_address_to_a_receipt() {
    let house = House::connected().await;
    let before = house
        .until("credit", |s| {
            s.account.as_ref().is_some_and(|a| a.credit.is_some())
        })
        .await;
    let id = house.ask(HELLO).await;
    house
        .until("the draft became the deployment", |s| {
            s.draft.is_none() && s.open.is_some()
        })
        .await;
    let choosing = house
        .until("two bids", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.groups.iter().any(|g| g.bids.len() >= 2))
        })
        .await;
    let open = choosing.open.as_ref().unwrap();
    assert_eq!(open.screen, OpenScreen::Choose);
    let bids = &open.groups[0].bids;
    let months: Vec<f64> = bids
        .iter()
        .filter(|b| b.open)
        .map(|b| b.price.as_ref().unwrap().month.parse().unwrap())
        .collect();
    assert!(months.is_sorted(), "cheapest first: {months:?}");
    assert!(
        bids[0].rank.cheapest == 0
            && !bids[0].name.is_empty()
            && bids[0].region.is_some()
            && bids[0].uptime.is_some(),
        "{:?}",
        bids[0]
    );
    assert!(open.lapses.is_some());

    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    let open = live.open.as_ref().unwrap();
    assert_eq!(open.screen, OpenScreen::Detail);
    assert!(open.can.close && open.can.close_asks && open.can.add_funds);
    let web = open
        .row
        .addresses
        .iter()
        .position(|a| a.kind == AddressKind::Web)
        .expect("a web address");
    assert_eq!(open.row.addresses[web].answers, Some(true));
    let url = house
        .engine
        .address(&id, u32::try_from(web).unwrap())
        .await
        .unwrap();
    assert!(url.as_str().starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(open.money.set_aside.as_deref(), Some("5.00"));
    assert!(live.total.is_some() && open.row.lasts.is_some());

    house.engine.add_funds(&id, "2.50").await.unwrap();
    house
        .until("$7.50 set aside", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.money.set_aside.as_deref() == Some("7.50"))
        })
        .await;
    house
        .until("automatic funding is known", |s| {
            s.open.as_ref().is_some_and(|o| o.can.auto_funding)
        })
        .await;
    house.engine.set_auto_funding(&id, false).await.unwrap();

    house.engine.close(&id).await.unwrap();
    let closed = house.state(StateCode::Closed).await;
    let receipt = closed
        .open
        .as_ref()
        .unwrap()
        .receipt
        .clone()
        .expect("a receipt");
    let spent: f64 = receipt.spent.as_deref().unwrap().parse().unwrap();
    let returned: f64 = receipt.returned.as_deref().unwrap().parse().unwrap();
    assert!(
        (spent + returned - 7.5).abs() < 0.011,
        "what was not spent returned: {receipt:?}"
    );
    assert_eq!(receipt.why, "You stopped it.");
    assert!(receipt.ran.is_some());
    assert_eq!(closed.rows.len(), 0);
    assert_eq!(closed.closed, 1);

    let history = house.engine.history(0).await.unwrap();
    assert_eq!(history.len(), 1);
    assert!(history[0].again && history[0].provider.is_some());
    assert_eq!(
        house.engine.sdl(&id).await.unwrap().as_deref(),
        Some(HELLO),
        "the file as it was given"
    );
    let told: Vec<String> = house
        .engine
        .timeline(&id)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.text)
        .collect();
    for step in [
        "Asked for prices, setting aside up to $5.00",
        "Lease active; charges have started",
        "Its web address answers",
        "Closed",
    ] {
        assert!(told.iter().any(|text| text == step), "{step}: {told:?}");
    }
    house.engine.again(&id).await.unwrap();
    house
        .until("the file on the check screen again", |s| {
            s.draft.as_ref().is_some_and(|d| d.errors == 0)
        })
        .await;
    let credit = |s: &Snapshot| {
        s.account
            .as_ref()
            .unwrap()
            .credit
            .clone()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    house
        .until("the rest is credit again", |s| {
            (credit(&before) - credit(s) - spent).abs() < 0.02
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_groups_are_leased_in_one_call() {
    let house = House::connected().await;
    let id = house.ask(TWO).await;
    let snapshot = house
        .until("bids for both", |s| {
            s.open.as_ref().is_some_and(|o| {
                o.groups.len() == 2 && o.groups.iter().all(|g| g.bids.iter().any(|b| b.open))
            })
        })
        .await;
    let groups = &snapshot.open.as_ref().unwrap().groups;
    assert_eq!(
        groups
            .iter()
            .map(|g| g.name.as_deref().unwrap())
            .collect::<Vec<_>>(),
        ["east", "west"],
        "gseq follows the names"
    );
    let one = vec![Choice {
        gseq: 1,
        provider: groups[0].bids[0].provider.clone(),
    }];
    assert_eq!(
        house.engine.start_lease(&id, one).await.unwrap_err().title,
        "Choose a provider for every part first."
    );
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    let open = live.open.as_ref().unwrap();
    assert_eq!(open.providers.len(), 2);
    assert_eq!(
        open.services
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>(),
        ["api", "web"]
    );
    let leases = house
        .sim
        .control()
        .requests()
        .iter()
        .filter(|r| r.path == "/v1/leases")
        .count();
    assert_eq!(leases, 1);
    house.engine.close(&id).await.unwrap();
    house.state(StateCode::Closed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_makes_no_second_deployment() {
    let house = House::connected().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft", |s| s.draft.is_some())
        .await
        .draft
        .as_ref()
        .unwrap()
        .id;
    let (one, two) = tokio::join!(house.engine.ask(draft, None), house.engine.ask(draft, None));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let id = one.or(two).unwrap();
    house.engine.look(Some(id.clone())).await.unwrap();
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    assert_eq!(house.creates(), 1);
    let provider = house
        .engine
        .snapshots()
        .borrow()
        .open
        .as_ref()
        .unwrap()
        .groups[0]
        .bids[0]
        .provider
        .clone();
    let choices = || {
        vec![Choice {
            gseq: 1,
            provider: provider.clone(),
        }]
    };
    let (one, two) = tokio::join!(
        house.engine.start_lease(&id, choices()),
        house.engine.start_lease(&id, choices())
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_again_shows_the_same() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    house.engine.paste_text(TWO.into()).await.unwrap();
    house.restart().await;
    let again = house
        .until("the row", |s| s.rows.len() == 1 && s.draft.is_some())
        .await;
    assert_eq!(again.rows[0].id, id);
    assert!(again.rows[0].ours);
    assert_eq!(house.engine.draft_text().unwrap().text, TWO);
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    house.restart().await;
    house.engine.look(Some(id.clone())).await.unwrap();
    house.state(StateCode::Answering).await;
    assert_eq!(house.creates(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_an_account_keeps_its_history() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house
        .until("a bid", |s| s.open.as_ref().is_some_and(|o| o.can.start))
        .await;
    house.engine.disconnect().await.unwrap();
    let gone = house
        .until("nobody connected", |s| s.account.is_none())
        .await;
    assert!(gone.rows.is_empty());
    house.engine.connect(house.key()).await.unwrap();
    house
        .until("the same deployment", |s| {
            s.rows.iter().any(|row| row.id == id && row.ours)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_elsewhere_appears_and_is_told_apart() {
    let house = House::connected().await;
    let dseq = made_elsewhere(&house).await;
    let row = house
        .until("the other deployment", |s| {
            s.rows.iter().any(|row| !row.ours)
        })
        .await
        .rows[0]
        .clone();
    assert!(row.name.contains(&dseq), "{row:?}");
    house.engine.look(Some(row.id.clone())).await.unwrap();
    let open = house
        .until("it open", |s| s.open.is_some())
        .await
        .open
        .clone()
        .unwrap();
    assert!(
        !open.can.start && !open.can.again && open.can.close && open.can.take_over,
        "no file is known: {:?}",
        open.can
    );
    house.engine.close(&row.id).await.unwrap();
    house.state(StateCode::Abandoned).await;
}

/// Another program makes a deployment with the same key; its dseq.
async fn made_elsewhere(house: &House) -> String {
    let options = akash_console::Options {
        base_url: house.sim.url().parse().unwrap(),
        api_key: Some(house.key()),
        user_agent: "other".into(),
    };
    let client = tokio::task::spawn_blocking(move || akash_console::Client::new(options))
        .await
        .unwrap()
        .unwrap();
    client
        .create(HELLO, akash_console::Usd::from_micro(1_000_000))
        .await
        .unwrap()
        .dseq
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_from_inside_the_demo_leaves_it() {
    let house = House::open().await;
    let demo = support::simulator().await;
    house
        .engine
        .enter_demo(
            demo.url().parse().unwrap(),
            demo.api_key().into(),
            support::PACE,
            true,
        )
        .await
        .unwrap();
    house
        .until("the demo", |s| {
            s.account
                .as_ref()
                .is_some_and(|a| a.kind == AccountKind::Demo)
                && s.settings.demo
        })
        .await;
    assert!(house.engine.in_demo());
    house.engine.connect(house.key()).await.unwrap();
    let real = |s: &Snapshot| {
        s.account
            .as_ref()
            .is_some_and(|a| a.kind == AccountKind::Paid)
    };
    house
        .until("the real account, for good", |s| {
            real(s) && !s.settings.demo
        })
        .await;
    assert!(!house.engine.in_demo());
    house.engine.leave_demo().await.unwrap();
    assert!(
        real(&house.engine.snapshots().borrow()),
        "there was no demo to leave"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_on_an_account_that_was_left() {
    let house = House::connected().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft", |s| s.draft.is_some())
        .await
        .draft
        .as_ref()
        .unwrap()
        .id;
    house
        .sim
        .control()
        .fault(akash_simulator::Fault::new(
            "GET /v1/deployments",
            akash_simulator::FaultKind::Delay { ms: 1_500 },
        ))
        .unwrap();
    let (asked, left) = tokio::join!(house.engine.ask(draft, None), house.engine.disconnect());
    left.unwrap();
    assert_eq!(asked.unwrap_err().title, "The account changed meanwhile.");
    assert_eq!(house.creates(), 0);
    assert!(house.engine.draft_text().is_some(), "the file stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_to_a_file_outlive_the_next_file() {
    let house = House::open().await;
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let draft = house
        .until("a draft", |s| s.draft.is_some())
        .await
        .draft
        .as_ref()
        .unwrap()
        .id;
    let edited = HELLO.replace("512Mi", "768Mi");
    house
        .engine
        .edit_draft(draft, edited.clone())
        .await
        .unwrap();
    house.engine.open_sample("uptime").await.unwrap();
    let kept = house
        .until("it among the recent files", |s| !s.recent.is_empty())
        .await
        .recent[0]
        .clone();
    assert_eq!(kept.kind, RecentKind::Kept);
    house.engine.open_recent(&kept.id).await.unwrap();
    assert_eq!(house.engine.draft_text().unwrap().text, edited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_the_key_says_what_was_left_running() {
    let mut house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    house.engine.stop().await;
    let origin = house.sim.url();
    house.keys.remove(origin.trim_end_matches('/')).unwrap();
    house.engine = support::engine(&house.sim, house.dir.path(), &house.keys, &house.clock).await;
    let said = house
        .until("what was left", |s| s.connection.problem.is_some())
        .await;
    let said = said.connection.problem.clone().unwrap();
    assert!(
        said.title
            .starts_with("1 deployment was running when Aloft last looked, at about $"),
        "{said:?}"
    );
}
