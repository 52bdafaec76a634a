//! *Deploy for me*: one click from the file to a running service, never above the limit, never without being able to stop it; and what the
//! window is told of bids on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use aloft_engine::view::*;
use support::{HELLO, House, TWO};

fn rule(way: RankBy, region: Option<&str>, limit: &str) -> Rule {
    Rule {
        way,
        region: region.map(str::to_owned),
        limit: limit.into(),
    }
}

/// Gives the text and asks with a rule.
async fn deploy(house: &House, text: &str, rule: Rule) -> DeploymentId {
    house.engine.paste_text(text.into()).await.expect("taken");
    let draft = house.engine.draft_text().unwrap().id;
    house
        .until("a draft that nothing stops", |s| {
            s.draft
                .as_ref()
                .is_some_and(|d| d.id == draft && d.blocked.is_none())
        })
        .await;
    let id = house.engine.ask(draft, Some(rule)).await.expect("asked");
    house.engine.look(Some(id.clone())).await.unwrap();
    id
}

fn leases(house: &House) -> usize {
    let asked = house.sim.control().requests();
    asked
        .iter()
        .filter(|r| r.method == "POST" && r.path == "/v1/leases")
        .count()
}

async fn said(house: &House, id: &str) -> String {
    let events = house.engine.timeline(id).await.unwrap();
    let texts: Vec<_> = events.into_iter().map(|event| event.text).collect();
    texts.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_from_the_file_to_an_answer() {
    let house = House::connected().await;
    let id = deploy(&house, HELLO, rule(RankBy::Cheapest, None, "$9.99")).await;
    let waiting = house
        .until("the rule at work", |s| {
            s.open.as_ref().is_some_and(|o| o.auto.is_some())
        })
        .await;
    let auto = waiting.open.clone().unwrap().auto.unwrap();
    assert_eq!(auto.text, "the cheapest, up to $9.99 a month");
    let live = house.state(StateCode::Answering).await;
    let open = live.open.clone().unwrap();
    assert!(open.auto.is_none());
    let paid: f64 = open.row.price.unwrap().month.parse().unwrap();
    let least = open.groups[0]
        .bids
        .iter()
        .filter(|bid| bid.why_not.as_deref() != Some("Expired"))
        .map(|bid| bid.price.as_ref().unwrap().month.parse::<f64>().unwrap())
        .fold(f64::MAX, f64::min);
    // The bids are those that were there when it took one.
    assert!(paid < 10.0 && paid <= least, "{paid} of {least}");
    assert_eq!(leases(&house), 1);
    let said = said(&house, &id).await;
    assert!(
        said.contains("to accept the cheapest, up to $9.99 a month on its own"),
        "{said}"
    );
    assert!(said.contains("Accepted the cheapest"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn above_the_limit_it_asks_and_leases_nothing() {
    let house = House::connected().await;
    let id = deploy(&house, HELLO, rule(RankBy::Balanced, None, "0.50")).await;
    let asked = house
        .until("being asked", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.auto.is_none() && o.problem.is_some())
        })
        .await;
    let open = asked.open.clone().unwrap();
    assert_eq!(open.row.state.code, StateCode::Choosing);
    assert_eq!(open.row.action, Some(Action::Choose));
    let problem = open.problem.unwrap();
    assert!(
        problem.title.contains("above your limit of $0.50"),
        "{problem:?}"
    );
    assert!(open.can.start && open.can.close);
    // It does not come back to it, whatever bids do.
    house.engine.refresh();
    house.clock.forward(30);
    house.until("some time", |s| s.rev > asked.rev + 2).await;
    assert_eq!(leases(&house), 0);
    // By hand it goes on.
    house.choose(&id).await;
    house.state(StateCode::Answering).await;
    assert_eq!(leases(&house), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_bid_is_in_the_region_it_asks() {
    let house = House::connected().await;
    deploy(&house, HELLO, rule(RankBy::Reliable, Some("moon"), "50")).await;
    let asked = house
        .until("being asked", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.auto.is_none() && o.problem.is_some())
        })
        .await;
    let problem = asked.open.clone().unwrap().problem.unwrap();
    assert!(
        problem.title.contains("the most reliable in moon"),
        "{problem:?}"
    );
    assert_eq!(leases(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_stopped_until_the_lease_is_sent_and_survives_a_restart() {
    let mut house = House::connected().await;
    let id = deploy(&house, HELLO, rule(RankBy::Cheapest, None, "20")).await;
    house.engine.stop_rule(&id).await.expect("stopped");
    house
        .until("choosing by hand", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.auto.is_none() && o.can.start)
        })
        .await;
    // Looks at the bids long after the quiet time, when it would have taken one.
    let looks = |house: &House| {
        let asked = house.sim.control().requests();
        asked
            .iter()
            .filter(|r| r.method == "GET" && r.path.starts_with("/v1/bids"))
            .count()
    };
    let before = looks(&house);
    house
        .until("more looks at the bids", |s| {
            let old = s.open.as_ref().is_some_and(|o| o.groups[0].bids.len() > 3);
            old && looks(&house) >= before + 3
        })
        .await;
    assert_eq!(leases(&house), 0);
    house.engine.close(&id).await.unwrap();
    house.state(StateCode::Abandoned).await;

    let id = deploy(&house, HELLO, rule(RankBy::Cheapest, None, "20")).await;
    house.restart().await;
    house.engine.look(Some(id.clone())).await.unwrap();
    house.state(StateCode::Answering).await;
    assert_eq!(leases(&house), 1);
    let late = house.engine.stop_rule(&id).await;
    assert!(late.is_err_and(|error| error.code == Code::NotNow));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parts_are_taken_together_within_one_limit() {
    let house = House::connected().await;
    deploy(&house, TWO, rule(RankBy::Balanced, None, "20")).await;
    let live = house.state(StateCode::Answering).await;
    let open = live.open.clone().unwrap();
    assert_eq!(open.providers.len(), 2);
    assert_eq!(leases(&house), 1);

    // With a limit that one of the parts takes up alone, nothing is leased.
    let house = House::connected().await;
    deploy(&house, TWO, rule(RankBy::Balanced, None, "3")).await;
    house
        .until("being asked", |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.auto.is_none() && o.problem.is_some())
        })
        .await;
    assert_eq!(leases(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bid_is_worth_comes_with_it() {
    let house = House::connected().await;
    house.ask(HELLO).await;
    let many = house
        .until("many bids", |s| {
            s.open.as_ref().is_some_and(|o| o.groups[0].bids.len() >= 8)
        })
        .await;
    let bids = &many.open.as_ref().unwrap().groups[0].bids;
    for way in [
        |rank: Rank| rank.cheapest,
        |rank: Rank| rank.reliable,
        |rank: Rank| rank.balanced,
    ] {
        let mut places: Vec<u32> = bids.iter().map(|bid| way(bid.rank)).collect();
        places.sort_unstable();
        let wanted: Vec<u32> = (0..).take(bids.len()).collect();
        assert_eq!(places, wanted, "each place once");
    }
    let most = bids.iter().map(|bid| bid.points.total).max();
    let reliable = bids.iter().find(|bid| bid.rank.reliable == 0).unwrap();
    assert_eq!(Some(reliable.points.total), most);
    assert!(
        bids.iter()
            .all(|bid| !bid.why.is_empty() && bid.lapses.is_some())
    );
    assert!(
        bids[0].why.starts_with("The lowest price of"),
        "{}",
        bids[0].why
    );
    assert!(
        bids.iter()
            .any(|bid| bid.week.as_ref().is_some_and(|week| week.len() == 7))
    );

    // A provider in place, and a mark that stays.
    let one = bids[0].provider.clone();
    let detail = house.engine.provider(&one).await.unwrap();
    assert_eq!(detail.provider, one);
    assert!(!detail.hardware.is_empty() && !detail.attributes.is_empty());
    assert_eq!(detail.days.len(), 7);
    assert!(!detail.favourite);
    house.engine.set_favourite(&one, true).await.unwrap();
    house
        .until("the mark", |s| {
            s.open.as_ref().is_some_and(|o| {
                o.groups[0]
                    .bids
                    .iter()
                    .any(|b| b.provider == one && b.favourite)
            })
        })
        .await;
    assert!(house.engine.provider(&one).await.unwrap().favourite);
    assert!(
        house
            .engine
            .set_favourite("akash1nobody", true)
            .await
            .is_err()
    );
    let page = house
        .engine
        .provider_page(&one, ProviderPage::Website)
        .await
        .unwrap();
    assert_eq!(page.scheme(), "https");
    assert!(house.engine.provider("akash1nobody").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn how_one_fared_with_a_provider_is_remembered() {
    let house = House::connected().await;
    let id = house.ask(HELLO).await;
    house.choose(&id).await;
    let live = house.state(StateCode::Answering).await;
    let facts = live.open.clone().unwrap().facts;
    let taken = facts.into_iter().find(|fact| fact.label == "Provider");
    let taken = taken.unwrap().value;
    house.engine.close(&id).await.unwrap();
    house.state(StateCode::Closed).await;
    let past = async || house.engine.provider(&taken).await.unwrap().past;
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while past().await.is_none() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("it is learnt");
    assert_eq!(past().await.as_deref(), Some("your lease there went well"));
}
