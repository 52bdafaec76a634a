//! What a person is told about money: before it moves, while it moves, and when it has moved.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use akash_simulator::Change;
use aloft_engine::view::*;
use support::{HELLO, House, TWO};

/// A GPU costs so much that $5.00 lasts less than a day: the Console then adds right after the lease.
const GPU: &str = r#"
version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    one:
      resources:
        cpu: { units: 4 }
        memory: { size: 16Gi }
        storage: { size: 20Gi }
        gpu: { units: 1, attributes: { vendor: { nvidia: } } }
  placement:
    anywhere:
      pricing: { one: { denom: uact, amount: 100000 } }
deployment:
  web:
    anywhere: { profile: one, count: 1 }
"#;

fn open(snapshot: &Snapshot) -> &Open {
    snapshot.open.as_ref().unwrap()
}

fn cents(usd: &str) -> i64 {
    let (whole, part) = usd.split_once('.').unwrap();
    format!("{whole}{part}").replace(',', "").parse().unwrap()
}

/// The amount in `The Console adds about $19.96 at the start…`.
fn adds(bid: &Bid) -> Option<i64> {
    let text = bid.outlook.as_ref()?;
    let after = text.split_once("adds about $")?.1;
    Some(cents(after.split_whitespace().next()?))
}

async fn told(house: &House, id: &str) -> String {
    let events = house.engine.timeline(id).await.unwrap();
    let texts: Vec<_> = events.into_iter().map(|event| event.text).collect();
    texts.join("\n")
}

/// Takes the first bid that `wanted` likes.
async fn take(house: &House, id: &str, wanted: impl Fn(&Bid) -> bool) -> Bid {
    let snapshot = house
        .until("a bid to take", |s| {
            let groups = s.open.as_ref().map(|open| &open.groups);
            let mut bids = groups.into_iter().flatten().flat_map(|group| &group.bids);
            bids.any(|bid| bid.open && wanted(bid))
        })
        .await;
    let bids = &open(&snapshot).groups[0].bids;
    let bid = bids.iter().find(|bid| bid.open && wanted(bid)).unwrap();
    let choice = Choice {
        gseq: 1,
        provider: bid.provider.clone(),
    };
    house.engine.start_lease(id, vec![choice]).await.unwrap();
    bid.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_adds_is_said_before_and_written_down_after() {
    let house = House::connected().await;
    let id = house.ask(GPU).await;
    let choosing = house
        .until("the bids", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.can.start && o.groups[0].bids.iter().any(|b| adds(b).is_some()))
        })
        .await;
    let ahead = open(&choosing).money.ahead.clone().unwrap();
    assert!(
        ahead.contains("2 days ahead") && ahead.contains("$5.00 of your credit"),
        "{ahead}"
    );
    let bid = take(&house, &id, |bid| adds(bid).is_some()).await;
    let said = adds(&bid).unwrap();
    assert!(bid.outlook.unwrap().contains("$5.00 lasts "));

    let added = house
        .until("what was added", |s| {
            s.open.as_ref().is_some_and(|o| o.money.added.is_some())
        })
        .await;
    let money = &open(&added).money;
    let came = cents(money.added.as_ref().unwrap());
    assert!((came - said).abs() <= 2, "{said} was said, {came} came");
    assert!((cents(money.set_aside.as_ref().unwrap()) - 500 - came).abs() <= 1);
    let history = told(&house, &id).await;
    let line = format!(
        "The Console set aside ${} more, from your credit",
        money.added.as_ref().unwrap()
    );
    assert!(history.contains(&line), "{line} is not in {history}");

    // What the person sets aside is not the Console's.
    house.state(StateCode::Answering).await;
    house.engine.add_funds(&id, "2.50").await.unwrap();
    let more = house
        .until("$2.50 more", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| cents(o.money.set_aside.as_ref().unwrap()) >= 750 + came - 1)
        })
        .await;
    assert_eq!(open(&more).money.added, open(&added).money.added);
    let history = told(&house, &id).await;
    assert_eq!(
        history.matches("The Console set aside").count(),
        1,
        "{history}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consoles_funding_can_be_switched_off_before_the_start() {
    let house = House::connected().await;
    let id = house.ask(GPU).await;
    house
        .until("the switch", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.can.auto_funding && o.money.auto_funding == Some(true))
        })
        .await;
    house.engine.set_auto_funding(&id, false).await.unwrap();
    let off = house
        .until("it switched off", |s| {
            s.open.as_ref().is_some_and(|o| {
                o.money.auto_funding == Some(false) && o.groups[0].bids.iter().any(|b| b.open)
            })
        })
        .await;
    let ahead = open(&off).money.ahead.clone().unwrap();
    assert!(
        ahead.contains("ends when the $5.00 set aside is used up"),
        "{ahead}"
    );
    let bid = take(&house, &id, |bid| bid.outlook.is_some()).await;
    assert!(bid.outlook.unwrap().ends_with("then it ends"));
    let live = house.state(StateCode::Answering).await;
    let money = &open(&live).money;
    assert_eq!(
        (money.set_aside.as_deref(), &money.added),
        (Some("5.00"), &None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_closed_at_the_most_it_may_spend_in_all() {
    let house = House::connected().await;
    let id = house.ask(GPU).await;
    for (typed, says) in [
        ("0.503", "whole cents"),
        ("1,000", "comma"),
        ("0", "$0.01"),
        ("x", "in all"),
    ] {
        let refused = house
            .engine
            .set_ceiling(&id, Some(typed))
            .await
            .unwrap_err();
        assert!(refused.title.contains(says), "{typed}: {}", refused.title);
    }
    house.engine.set_ceiling(&id, Some("3")).await.unwrap();
    house
        .until("the ceiling", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.money.ceiling.as_deref() == Some("3.00"))
        })
        .await;
    take(&house, &id, |bid| adds(bid).is_some()).await;
    let live = house.state(StateCode::Answering).await;
    let hour: f64 = open(&live)
        .row
        .price
        .as_ref()
        .unwrap()
        .hour
        .parse()
        .unwrap();
    let row = &open(&live).row;
    let says = &row.lasts.as_ref().unwrap().text;
    assert!(says.starts_with("Closes at its limit in "), "{says}");
    // Half of it, and it runs on.
    let jump = |usd: f64| Change::Jump {
        seconds: (usd / hour * 3_600.0) as u32,
    };
    house.sim.control().change(jump(1.5)).unwrap();
    house.engine.refresh();
    house
        .until("half of it spent", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| cents(o.money.spent.as_ref().unwrap()) >= 150)
        })
        .await;
    house.sim.control().change(jump(1.45)).unwrap();
    house.engine.refresh();
    let closed = house.state(StateCode::Closed).await;
    let receipt = open(&closed).receipt.clone().unwrap();
    assert!(cents(receipt.spent.as_ref().unwrap()) <= 300, "{receipt:?}");
    assert!(
        receipt.why.contains("what you allowed in all"),
        "{receipt:?}"
    );
    let history = told(&house, &id).await;
    assert!(
        history.contains("once it has spent $3.00 in all"),
        "{history}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_says_how_it_funds_is_believed() {
    let house = House::as_of("2026-10-01").await;
    house.engine.paste_text(GPU.into()).await.unwrap();
    let draft = house
        .until("what the Console says", |s| {
            s.draft
                .as_ref()
                .is_some_and(|d| d.money.sets_aside.as_deref() == Some("0.50"))
        })
        .await;
    let money = &draft.draft.as_ref().unwrap().money;
    assert!(money.decided_by_console);
    let funding = money.funding.clone().unwrap();
    assert!(funding.contains("about 2 days of rent"), "{funding}");
    assert!(!funding.contains("switch"), "{funding}");
    let id = house.ask(GPU).await;
    let bid = take(&house, &id, |bid| adds(bid).is_some()).await;
    assert!(
        bid.outlook.as_ref().unwrap().contains("$0.50 lasts "),
        "{bid:?}"
    );
    let added = house
        .until("what was added", |s| {
            s.open.as_ref().is_some_and(|o| o.money.added.is_some())
        })
        .await;
    assert!(!open(&added).can.auto_funding);
    let came = cents(open(&added).money.added.as_ref().unwrap());
    assert!(
        (came - adds(&bid).unwrap()).abs() <= 2,
        "{bid:?}, {came} came"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_together_cost_what_the_button_said() {
    let house = House::connected().await;
    let id = house.ask(TWO).await;
    let choosing = house
        .until("a bid for both", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.groups.len() == 2 && o.groups.iter().all(|g| g.bids.len() >= 2))
        })
        .await;
    let choices: Vec<Choice> = open(&choosing)
        .groups
        .iter()
        .map(|group| Choice {
            gseq: group.gseq,
            provider: group.bids[1].provider.clone(),
        })
        .collect();
    let part = house
        .engine
        .quote(&id, choices[..1].to_vec())
        .await
        .unwrap();
    assert!(part.price.is_some() && part.outlook.is_none(), "{part:?}");
    let quote = house.engine.quote(&id, choices.clone()).await.unwrap();
    assert!(quote.outlook.unwrap().contains("$5.00 lasts "));
    house.engine.start_lease(&id, choices).await.unwrap();
    let live = house.state(StateCode::Answering).await;
    assert_eq!(open(&live).row.price, quote.price);
    // And on home: until when the credit pays for all.
    let lasts = live.credit_lasts.clone().expect("a date");
    assert!(lasts.until.is_some() && !lasts.low, "{lasts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_is_weighed_before_it_is_sent() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let weighed = house.engine.weigh_funds(&id, "2").await.unwrap();
    assert_eq!(weighed.usd.as_deref(), Some("2.00"));
    let two = weighed.buys.unwrap();
    let four = house
        .engine
        .weigh_funds(&id, "4")
        .await
        .unwrap()
        .buys
        .unwrap();
    assert!(
        two.starts_with("$2.00 buys ")
            && four.starts_with("$4.00 buys ")
            && two[12..] != four[12..],
        "{two} {four}"
    );
    for (typed, says) in [
        ("0", "$0.50"),
        ("100", "credit"),
        ("0.5030", "whole cents"),
        ("1,000", "comma"),
    ] {
        let weighed = house.engine.weigh_funds(&id, typed).await.unwrap();
        assert!(weighed.usd.is_none(), "{typed}");
        assert!(
            weighed.problem.as_ref().unwrap().contains(says),
            "{typed}: {weighed:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_credit_is_short_less_can_be_set_aside() {
    let house = House::open().await;
    house
        .sim
        .control()
        .change(Change::Credit { usd: 3.into() })
        .unwrap();
    house.engine.connect(house.key()).await.unwrap();
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let short = house
        .until("too little credit", |s| {
            s.draft
                .as_ref()
                .and_then(|d| d.blocked.as_ref())
                .is_some_and(|b| b.by == BlockedBy::Credit)
        })
        .await;
    let draft = short.draft.as_ref().unwrap();
    let instead = draft.blocked.as_ref().unwrap().instead.clone();
    assert_eq!(instead.as_deref(), Some("3.00"));
    house
        .engine
        .set_draft(draft.id, None, instead)
        .await
        .unwrap();
    house
        .until("nothing in the way", |s| {
            s.draft.as_ref().is_some_and(|d| d.blocked.is_none())
        })
        .await;
}

fn up_to(limit: &str) -> Option<Rule> {
    Some(Rule {
        limit: limit.into(),
        ..Rule::default()
    })
}

async fn deploy(house: &House, limit: &str) -> DeploymentId {
    house.engine.paste_text(HELLO.into()).await.unwrap();
    let here = house.engine.draft_text().unwrap().id;
    house
        .until("a draft that nothing stops", |s| {
            s.draft
                .as_ref()
                .is_some_and(|d| d.id == here && d.blocked.is_none())
        })
        .await;
    house.engine.ask(here, up_to(limit)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_was_too_low_is_raised_to_what_was_refused() {
    let house = House::connected().await;
    let id = deploy(&house, "0.50").await;
    house.engine.look(Some(id.clone())).await.unwrap();
    let refused = house
        .until("the limit that would do", |s| {
            s.open.as_ref().is_some_and(|o| o.raise.is_some())
        })
        .await;
    let raise = open(&refused).raise.clone().unwrap();
    let title = open(&refused).problem.clone().unwrap().title;
    assert!(
        title.contains(&format!("${raise} a month")),
        "{title} {raise}"
    );
    house.engine.raise_limit(&id).await.unwrap();
    let live = house.state(StateCode::Answering).await;
    let paid = open(&live).row.price.as_ref().unwrap().month.clone();
    assert!(cents(&paid) <= cents(&raise), "{paid} of {raise}");
    assert!(house.engine.raise_limit(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_stopped_from_the_list_and_quitting_asks() {
    let house = House::connected().await;
    assert_eq!(house.engine.before_quitting(), None);
    let id = deploy(&house, "20").await;
    let counting = house
        .until("Stop in the list", |s| {
            s.rows.iter().any(|row| row.action == Some(Action::Stop))
        })
        .await;
    let asks = house.engine.before_quitting().expect("a question");
    assert!(
        asks.contains("is not deployed yet") && asks.contains("up to $20.00"),
        "{asks}"
    );
    // It is no question that was asked once and then not again.
    house.engine.said_quit().await.unwrap();
    assert!(house.engine.before_quitting().is_some());
    house.engine.stop_rule(&id).await.unwrap();
    let stopped = house
        .until("it says so", |s| {
            s.rev > counting.rev && !s.notices.is_empty()
        })
        .await;
    let notice = stopped
        .notices
        .iter()
        .find(|n| n.title.starts_with("Stopped"));
    assert!(notice.is_some(), "{:?}", stopped.notices);
    assert_eq!(
        house.engine.before_quitting(),
        None,
        "nothing runs, and nothing is taken"
    );

    // What runs is said once, with the sum, and again when more is at stake.
    house.engine.look(Some(id.clone())).await.unwrap();
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    let day = &live.total.as_ref().unwrap().day;
    let asks = house.engine.before_quitting().expect("a question");
    assert!(asks.contains("Your deployment goes on"), "{asks}");
    let sum = format!(
        "${:.2} a day",
        (day.parse::<f64>().unwrap() * 100.0).ceil() / 100.0
    );
    assert!(asks.contains(&sum), "{sum} is not in {asks}");
    house.engine.said_quit().await.unwrap();
    assert_eq!(house.engine.before_quitting(), None);
    let id = house.ask(GPU).await;
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    let asks = house.engine.before_quitting().expect("more is at stake");
    assert!(asks.contains("Your 2 deployments go on"), "{asks}");
    // Whoever adds the rows up finds the sum that stands above them.
    let two = house
        .until("both have a price", |s| {
            s.rows.iter().filter(|row| row.price.is_some()).count() == 2 && s.total.is_some()
        })
        .await;
    let rows = two.rows.iter().filter_map(|row| row.price.as_ref());
    let months: i64 = rows.map(|price| cents(&price.month)).sum();
    assert_eq!(cents(&two.total.as_ref().unwrap().month), months);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_part_without_a_bid_is_explained() {
    let house = House::connected().await;
    let text = TWO.replace(
        "    east:\n      pricing",
        "    east:\n      attributes: { region: moon }\n      pricing",
    );
    assert_ne!(text, TWO);
    house.ask(&text).await;
    let why = house
        .until("why nobody bids", |s| {
            s.open
                .as_ref()
                .and_then(|o| o.why.as_ref())
                .is_some_and(|why| !why.busy && !why.groups.is_empty())
        })
        .await;
    let open = open(&why);
    let bids = |gseq: u32| {
        open.groups
            .iter()
            .find(|g| g.gseq == gseq)
            .unwrap()
            .bids
            .len()
    };
    assert!(bids(2) > 0, "west has bids");
    let explained: Vec<u32> = open
        .why
        .as_ref()
        .unwrap()
        .groups
        .iter()
        .map(|g| g.gseq)
        .collect();
    assert_eq!(explained, [1]);
}
