//! Why nobody bids: worlds in each of which exactly one requirement excludes everybody. It is named first, before anything is paid and
//! after a minute without bids, and the change that is offered for it lets providers in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use akash_simulator::{Change, Fault, FaultKind};
use aloft_engine::view::*;
use futures_util::StreamExt as _;
use support::House;

const GIB: u64 = 1 << 30;

/// A file, by the parts that a case changes.
#[derive(Clone)]
struct File {
    resources: &'static str,
    attributes: &'static str,
    signed: &'static str,
    expose: &'static str,
    params: &'static str,
    endpoints: &'static str,
    amount: u64,
    count: u32,
}

const PLAIN: File = File {
    resources: "{ cpu: { units: 2 }, memory: { size: 2Gi }, storage: [{ size: 1Gi }] }",
    attributes: "{}",
    signed: "{}",
    expose: "[{ port: 80, to: [{ global: true }] }]",
    params: "{}",
    endpoints: "{}",
    amount: 1_000_000,
    count: 1,
};

impl File {
    fn text(&self) -> String {
        let File {
            resources,
            attributes,
            signed,
            expose,
            params,
            endpoints,
            amount,
            count,
        } = self;
        let all = format!(
            r#"version: "2.0"
endpoints: {endpoints}
services:
  web:
    image: nginx:1.27 # stays
    expose: {expose}
    params: {params}
profiles:
  compute:
    web:
      resources: {resources}
  placement:
    here:
      attributes: {attributes}
      signedBy: {signed}
      pricing:
        web: {{ denom: uact, amount: {amount} }}
deployment:
  web:
    here: {{ profile: web, count: {count} }}
"#
        );
        // What a case leaves empty is not in its file.
        all.lines()
            .filter(|line| !line.ends_with(": {}"))
            .flat_map(|line| [line, "\n"])
            .collect()
    }
}

struct Case {
    name: &'static str,
    file: File,
    /// What makes the world so.
    world: Option<Change>,
    /// What is named first.
    asks: &'static str,
}

fn scarce() -> Scarce {
    Scarce::default()
}

/// [`Change::Scarce`], part by part.
#[derive(Default)]
struct Scarce {
    cpu: Option<u64>,
    memory: Option<u64>,
    ephemeral: Option<u64>,
    persistent: Option<u64>,
    gpus: Option<u64>,
    classes: Option<Vec<String>>,
    ip_leases: Option<bool>,
}

impl From<Scarce> for Change {
    fn from(scarce: Scarce) -> Self {
        Self::Scarce {
            cpu: scarce.cpu,
            memory: scarce.memory,
            ephemeral: scarce.ephemeral,
            persistent: scarce.persistent,
            gpus: scarce.gpus,
            classes: scarce.classes,
            ip_leases: scarce.ip_leases,
        }
    }
}

const VOLUME: &str = "{ cpu: { units: 1 }, memory: { size: 1Gi }, storage: [{ size: 1Gi }, { name: data, size: 20Gi, attributes: { persistent: true, class: beta3 } }] }";
const MOUNT: &str = "{ storage: { data: { mount: /data } } }";

macro_rules! gpu {
    ($units:literal, $model:literal) => {
        concat!(
            "{ cpu: { units: 1 }, memory: { size: 1Gi }, storage: [{ size: 1Gi }], gpu: { units: ",
            $units,
            ", attributes: { vendor: { nvidia: [",
            $model,
            "] } } } }"
        )
    };
}

fn cases() -> Vec<Case> {
    let case = |name, asks, file, world| Case {
        name,
        file,
        world,
        asks,
    };
    let attribute = |attributes| File {
        attributes,
        ..PLAIN
    };
    let gpu = |resources| File { resources, ..PLAIN };
    let volume = || File {
        resources: VOLUME,
        params: MOUNT,
        ..PLAIN
    };
    vec![
        case("region", "Region moon", attribute("{ region: moon }"), None),
        case(
            "location",
            "`location-region` is moon",
            attribute("{ location-region: moon }"),
            None,
        ),
        case("tier", "`tier` is gold", attribute("{ tier: gold }"), None),
        case(
            "host",
            "`host` is elsewhere",
            attribute("{ host: elsewhere }"),
            None,
        ),
        case(
            "organization",
            "`organization` is nobody",
            attribute("{ organization: nobody }"),
            None,
        ),
        case(
            "auditors",
            "Auditors named in the file",
            File {
                signed: "{ allOf: [akash1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrmna4] }",
                ..PLAIN
            },
            None,
        ),
        case(
            "gpu model",
            "1 × rtx9999",
            gpu(gpu!("1", "{ model: rtx9999 }")),
            None,
        ),
        case(
            "gpu memory",
            "1 × rtx4090 96 GiB",
            gpu(gpu!("1", "{ model: rtx4090, ram: 96Gi }")),
            None,
        ),
        case(
            "gpu interface",
            "1 × rtx4090 sxm",
            gpu(gpu!("1", "{ model: rtx4090, interface: sxm }")),
            None,
        ),
        case(
            "gpus",
            "4 GPUs in one container",
            gpu(gpu!("4", "{ model: t4 }")),
            Some(
                Scarce {
                    gpus: Some(2),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "cpu",
            "2 CPU",
            PLAIN,
            Some(
                Scarce {
                    cpu: Some(1_000),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "memory",
            "2 GiB memory",
            PLAIN,
            Some(
                Scarce {
                    memory: Some(GIB),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "disk",
            "1 GiB disk",
            PLAIN,
            Some(
                Scarce {
                    ephemeral: Some(GIB / 2),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "volume",
            "20 GiB volume “data”",
            volume(),
            Some(
                Scarce {
                    persistent: Some(5 * GIB),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "storage class",
            "Volume “data” of class beta3",
            volume(),
            Some(
                Scarce {
                    classes: Some(vec!["beta2".into()]),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "copies",
            "500 copies of “web”",
            File {
                resources: "{ cpu: { units: 10m }, memory: { size: 1Mi }, storage: [{ size: 5Mi }] }",
                count: 500,
                ..PLAIN
            },
            Some(
                Scarce {
                    cpu: Some(2_000),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case(
            "ip address",
            "A leased IP address for “web”",
            File {
                expose: "[{ port: 80, to: [{ global: true, ip: own }] }]",
                endpoints: "{ own: { kind: ip } }",
                ..PLAIN
            },
            Some(
                Scarce {
                    ip_leases: Some(false),
                    ..scarce()
                }
                .into(),
            ),
        ),
        case("price", "At most $", File { amount: 2, ..PLAIN }, None),
        case(
            "price of a gpu",
            "At most $",
            File {
                amount: 100,
                ..gpu(gpu!("1", "{ model: t4 }"))
            },
            None,
        ),
        case(
            "trial",
            "1 × rtx4090",
            gpu(gpu!("1", "{ model: rtx4090 }")),
            Some(Change::Trial { on: true }),
        ),
    ]
}

impl Case {
    async fn house(&self) -> House {
        let house = House::open().await;
        if let Some(change) = &self.world {
            house.sim.control().change(change.clone()).unwrap();
        }
        house.engine.connect(house.key()).await.expect("connects");
        house
            .until("providers", |s| !s.areas.is_empty() && s.account.is_some())
            .await;
        house
    }

    fn named_first(&self, fit: &Eligibility) -> Result<Relaxed, String> {
        let [group] = fit.groups.as_slice() else {
            return Err(format!("{}: {fit:#?}", self.name));
        };
        let price = self.asks.starts_with("At most");
        match group.relaxed.first() {
            Some(first) if first.asks.starts_with(self.asks) && (group.fits == 0) != price => {
                Ok(first.clone())
            }
            _ => Err(format!("{}: {group:#?}", self.name)),
        }
    }
}

async fn fit(house: &House) -> Eligibility {
    let counted = house
        .until("who could run it", |s| {
            let fit = s.draft.as_ref().and_then(|draft| draft.fit.as_ref());
            fit.is_some_and(|fit| !fit.busy && !fit.groups.is_empty())
        })
        .await;
    counted.draft.clone().unwrap().fit.unwrap()
}

/// The text after a change, as the editor applies it.
fn applied(text: &str, fix: &Fix) -> String {
    let mut units: Vec<u16> = text.encode_utf16().collect();
    for edit in fix.edits.iter().rev() {
        let range = edit.from as usize..edit.to as usize;
        units.splice(range, edit.insert.encode_utf16());
    }
    String::from_utf16(&units).unwrap()
}

async fn before_paying(case: &Case) -> Result<(), String> {
    let house = case.house().await;
    house.engine.paste_text(case.file.text()).await.unwrap();
    let first = case.named_first(&fit(&house).await)?;
    if first.fits == Some(0) || first.fits.is_none() != case.asks.starts_with("At most") {
        return Err(format!("{}: {first:?}", case.name));
    }
    let draft = house.engine.draft_text().unwrap();
    let text = applied(&draft.text, first.fix.as_ref().unwrap());
    if !text.contains("nginx:1.27 # stays") {
        return Err(format!("{}: comments are gone in\n{text}", case.name));
    }
    house.engine.edit_draft(draft.id, text).await.unwrap();
    house
        .until("the changed file", |s| {
            s.draft
                .as_ref()
                .is_some_and(|d| d.rev == draft.rev + 1 && d.errors == 0)
        })
        .await;
    let fits = fit(&house).await.groups[0].fits;
    match first.fits {
        Some(promised) if promised != fits => Err(format!(
            "{}: {promised} were promised, and {fits} fit",
            case.name
        )),
        _ if fits == 0 => Err(format!("{}: nobody fits after the change", case.name)),
        _ => Ok(()),
    }
}

async fn after_a_minute(case: &Case) -> Result<(), String> {
    let house = case.house().await;
    let id = house.ask(&case.file.text()).await;
    let waited = house
        .until("why", |s| {
            let why = s.open.as_ref().and_then(|open| open.why.as_ref());
            why.is_some_and(|fit| !fit.busy && !fit.groups.is_empty())
        })
        .await;
    let open = waited.open.clone().unwrap();
    let first = case.named_first(open.why.as_ref().unwrap())?;
    if !(open.no_bids && open.can.relax && open.can.ask_again && open.can.close) {
        return Err(format!("{}: {:?}", case.name, open.can));
    }
    // One click: the old one is closed, the new one asks for less, and bids come.
    let next = house
        .engine
        .relax_again(&id, &first.id)
        .await
        .expect("asked again");
    house.engine.look(Some(next.clone())).await.unwrap();
    house
        .until(&format!("bids after relaxing the {}", case.name), |s| {
            s.open
                .as_ref()
                .is_some_and(|o| o.row.id == next && o.can.start)
        })
        .await;
    let old = house.engine.history(0).await.unwrap();
    let receipt = old
        .iter()
        .find(|past| past.id == id)
        .and_then(|past| past.receipt.clone());
    match receipt {
        Some(receipt) if receipt.returned.as_deref() == Some("5.00") => Ok(()),
        receipt => Err(format!("{}: of the old one {receipt:?} is left", case.name)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_excludes_everybody_is_named_first_before_anything_is_paid() {
    let cases = cases();
    assert_eq!(cases.len(), 20);
    let results: Vec<_> = futures_util::stream::iter(&cases)
        .map(before_paying)
        .buffered(4)
        .collect()
        .await;
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        failed.is_empty(),
        "{} of 20:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn and_after_a_minute_without_bids_one_click_asks_for_less() {
    // On trial the Console refuses such a file before anybody is asked.
    let cases: Vec<_> = cases()
        .into_iter()
        .filter(|case| case.name != "trial")
        .collect();
    let results: Vec<_> = futures_util::stream::iter(&cases)
        .map(after_a_minute)
        .buffered(4)
        .collect()
        .await;
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        failed.is_empty(),
        "{} of 19:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

fn screened(house: &House) -> usize {
    let asked = house.sim.control().requests();
    asked
        .iter()
        .filter(|r| r.path == "/v1/bid-screening")
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_that_does_not_screen_is_passed_over_in_silence() {
    for kind in [
        FaultKind::Answer {
            status: 503,
            body: serde_json::json!({"error": "Error", "message": "Failed to screen providers."}),
            content_type: None,
            apply: false,
        },
        FaultKind::Malformed,
        FaultKind::Close,
    ] {
        let house = House::open().await;
        house
            .sim
            .control()
            .fault(Fault::new("POST /v1/bid-screening", kind))
            .unwrap();
        house.engine.connect(house.key()).await.expect("connects");
        house.engine.paste_text(PLAIN.text()).await.unwrap();
        house
            .until("that nothing is known", |s| {
                screened(&house) > 0 && s.draft.as_ref().is_some_and(|d| d.fit.is_none())
            })
            .await;
        // What it is for goes on.
        house.ask(&PLAIN.text()).await;
        house
            .until("bids", |s| s.open.as_ref().is_some_and(|o| o.can.start))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_asks_about_the_last_text_alone_and_never_without_end() {
    let case = &cases()[0];
    let house = case.house().await;
    house.engine.paste_text(case.file.text()).await.unwrap();
    let draft = house.engine.draft_text().unwrap();
    for typed in 0..20 {
        let text = draft.text.replace("moon", &format!("moon-{typed}"));
        house.engine.edit_draft(draft.id, text).await.unwrap();
    }
    house
        .until("the last text", |s| {
            s.draft.as_ref().is_some_and(|draft| {
                let fit = draft.fit.as_ref();
                let named = |fit: &Eligibility| {
                    let first = fit.groups.first().and_then(|group| group.relaxed.first());
                    first.is_some_and(|one| one.asks == "Region moon-19")
                };
                fit.is_some_and(|fit| !fit.busy && named(fit))
            })
        })
        .await;
    let asked = screened(&house);
    assert!(asked < 20, "{asked} questions");

    // A file with as many requirements as there can be.
    let volumes: String = (0..6)
        .map(|n| {
            format!(
                ", {{ name: v{n}, size: 900Gi, attributes: {{ persistent: true, class: beta1 }} }}"
            )
        })
        .collect();
    let mounts: String = (0..6)
        .map(|n| format!("v{n}: {{ mount: /v{n} }}, "))
        .collect();
    let keys: String = (0..40).map(|n| format!("key{n}: value, ")).collect();
    let nasty = case
        .file
        .text()
        .replace("{ region: moon }", &format!("{{ {keys} }}"))
        .replace(
            "storage: [{ size: 1Gi }]",
            &format!("storage: [{{ size: 1Gi }}{volumes}]"),
        )
        .replace(
            "    expose:",
            &format!("    params: {{ storage: {{ {mounts} }} }}\n    expose:"),
        );
    house.engine.edit_draft(draft.id, nasty).await.unwrap();
    house
        .until("an end of it", |s| {
            s.draft.as_ref().is_some_and(|draft| {
                draft.errors == 0 && draft.fit.as_ref().is_some_and(|fit| !fit.busy)
            })
        })
        .await;
    let asked = screened(&house) - asked;
    assert!(asked <= 60, "{asked} questions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_can_not_be_asked_for_waits_on_the_check_screen() {
    let case = &cases()[0];
    let house = case.house().await;
    let id = house.ask(&case.file.text()).await;
    let waited = house
        .until("why", |s| {
            let why = s.open.as_ref().and_then(|open| open.why.as_ref());
            why.is_some_and(|fit| !fit.busy && !fit.groups.is_empty())
        })
        .await;
    let why = waited.open.clone().unwrap().why.unwrap();
    let first = case.named_first(&why).unwrap();
    // What is asked before a create fails: nothing is made.
    let fault = Fault::new("GET /v1/deployments", FaultKind::Close);
    house.sim.control().fault(fault).unwrap();
    let next = house.engine.relax_again(&id, &first.id).await;
    assert!(next.is_err(), "{next:?}");
    house.sim.control().clear_faults();
    let kept = house
        .until("the changed file", |s| {
            s.draft.as_ref().is_some_and(|d| d.errors == 0)
                && s.notices.iter().any(|n| n.title.contains("is closed, but"))
        })
        .await;
    assert!(!house.engine.draft_text().unwrap().text.contains("moon"));
    assert_eq!((kept.rows.len(), house.creates()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_read_alike_are_told_apart() {
    // Two profiles that each ask for more memory than anybody has: either alone does not help, so each is named with its own.
    let text = r#"version: "2.0"
services:
  web:
    image: nginx:1.27
    expose: [{ port: 80, to: [{ global: true }] }]
  db:
    image: nginx:1.27
    expose: [{ port: 80, to: [{ service: web }] }]
profiles:
  compute:
    one:
      resources: { cpu: { units: 1 }, memory: { size: 3Gi }, storage: [{ size: 1Gi }] }
    two:
      resources: { cpu: { units: 1 }, memory: { size: 3Gi }, storage: [{ size: 1Gi }] }
  placement:
    here:
      pricing: { one: { denom: uact, amount: 1000000 }, two: { denom: uact, amount: 1000000 } }
deployment:
  web:
    here: { profile: one, count: 1 }
  db:
    here: { profile: two, count: 1 }
"#;
    let house = House::open().await;
    let scarce = Scarce {
        memory: Some(4 * GIB),
        ..scarce()
    };
    house.sim.control().change(scarce.into()).unwrap();
    house.engine.connect(house.key()).await.expect("connects");
    house.until("providers", |s| !s.areas.is_empty()).await;
    house.engine.paste_text(text.into()).await.unwrap();
    let group = fit(&house).await.groups[0].clone();
    let memory: Vec<_> = group
        .relaxed
        .iter()
        .filter(|one| one.asks.contains("memory"))
        .collect();
    let [one, two] = memory.as_slice() else {
        panic!("{group:#?}");
    };
    assert_ne!(one.id, two.id);
    let mut asks = [one.asks.as_str(), two.asks.as_str()];
    asks.sort_unstable();
    assert_eq!(asks, ["3 GiB memory (“one”)", "3 GiB memory (“two”)"]);
    assert_ne!(one.label, two.label);
}
