//! What could be asked less of, and what is written then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::edit::EditError;
use akash_sdl::{Context, GpuModel, Instead, Relaxation, Requirement, Sdl, check};

const FILE: &str = r#"version: "2.0" # of the SDL
services:
  web: # the shop
    image: ghcr.io/shop/web:3.1
    params:
      tee: cpu # secrets stay secret
    expose:
      - port: 3000
        as: 80
        to:
          - global: true # for browsers
          - global: true
            ip: voice
      - port: 9000
        proto: udp
        to:
          - ip: voice # for phones
            global: true
  db:
    image: postgres:16
    params: # kept
      storage:
        # what must not get lost
        data:
          mount: /var/lib/postgresql
        shm:
          mount: /dev/shm
    expose:
      - port: 5432
        to:
          - service: web
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 1500m # for peaks
        memory: {size: "2Gi"} # in quotes
        storage:
          size: 1Gi
        gpu:
          units: 2 # one is too slow
          attributes:
            vendor:
              nvidia: # large ones
                # fast
                - model: h100
                  interface: sxm # the faster one
                - model: a100 # cheap
                  ram: 80Gi
    db:
      resources:
        cpu:
          units: "2"
        memory:
          size: 2Gi
        storage:
          - size: 1Gi # system
          - name: data # orders
            size: 10Gi
            attributes:
              persistent: true
              class: beta3 # NVMe
          - name: shm
            size: 1Gi
            attributes: {persistent: false, class: ram}
  placement:
    west:
      # near the customers
      attributes:
        region: us-west # not east
        host: akash
      signedBy: # trusted
        anyOf:
          - akash1any
        allOf: [akash1all]
      pricing:
        web:
          denom: uact
          amount: 1000.5 # enough
        db:
          denom: uact
          amount: '250'
deployment:
  web:
    west:
      profile: web
      count: 3 # for holidays
  db:
    west:
      profile: db
      count: 1
reclamation: # time to move
  min_window: 24h
endpoints:
  voice:
    kind: ip
"#;

fn sdl(text: &str) -> Sdl {
    let checked = check(text);
    let findings = checked.findings;
    checked
        .sdl
        .unwrap_or_else(|| panic!("{findings:#?}\n{text}"))
}

fn listed(text: &str, wanted: impl Fn(&Requirement) -> bool) -> Relaxation {
    let mut relaxations = sdl(text).relaxations().into_iter();
    relaxations.find(|one| wanted(&one.what)).unwrap()
}

/// The relaxed text; it must be valid.
fn relaxed(text: &str, instead: Instead, wanted: impl Fn(&Requirement) -> bool) -> String {
    let text = listed(text, wanted).apply(text, &instead).unwrap();
    sdl(&text);
    text
}

/// The file with one part replaced, which stands in it once.
fn with(old: &str, new: &str) -> String {
    assert_eq!(FILE.matches(old).count(), 1, "{old}");
    FILE.replace(old, new)
}

#[test]
fn every_requirement_is_listed_once_and_in_order() {
    let relaxations = sdl(FILE).relaxations();
    assert!(
        relaxations
            .iter()
            .all(|one| (one.gseq, one.placement.as_str()) == (1, "west"))
    );
    let told: Vec<String> = relaxations
        .iter()
        .map(|one| serde_json::to_string(&one.what).unwrap())
        .collect();
    let expected = r#"{"kind":"attribute","key":"region","value":"us-west"}
{"kind":"attribute","key":"host","value":"akash"}
{"kind":"signed_by","auditors":["akash1all","akash1any"]}
{"kind":"reclamation","window":"24h"}
{"kind":"tee","services":["web"],"tee":"cpu"}
{"kind":"cpu","profile":"db","milli":2000}
{"kind":"memory","profile":"db","bytes":2147483648}
{"kind":"disk","profile":"db","volume":"default","bytes":1073741824,"persistent":false}
{"kind":"disk","profile":"db","volume":"data","bytes":10737418240,"persistent":true}
{"kind":"storage_class","profile":"db","volume":"data","class":"beta3"}
{"kind":"persistent","profile":"db","volume":"data"}
{"kind":"disk","profile":"db","volume":"shm","bytes":1073741824,"persistent":false}
{"kind":"storage_class","profile":"db","volume":"shm","class":"ram"}
{"kind":"price","profile":"db","amount":"250","denom":"uact"}
{"kind":"gpu_models","profile":"web","units":2,"models":[{"vendor":"nvidia","model":"h100","ram":null,"interface":"sxm"},{"vendor":"nvidia","model":"a100","ram":"80Gi","interface":null}]}
{"kind":"gpu_units","profile":"web","units":2}
{"kind":"cpu","profile":"web","milli":1500}
{"kind":"memory","profile":"web","bytes":2147483648}
{"kind":"disk","profile":"web","volume":"default","bytes":1073741824,"persistent":false}
{"kind":"price","profile":"web","amount":"1000.5","denom":"uact"}
{"kind":"replicas","service":"web","count":3}
{"kind":"leased_ip","service":"web","endpoint":"voice"}"#;
    assert_eq!(told.join("\n"), expected);
}

#[test]
fn what_is_asked_of_a_provider_goes_with_its_line() {
    let key = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::Attribute { key, .. } if key == name);
    let text = relaxed(FILE, Instead::Drop, key("region"));
    assert_eq!(text, with("        region: us-west # not east\n", ""));
    // An empty `attributes` is an error, so it goes with the last one.
    let last = relaxed(&text, Instead::Drop, key("host"));
    assert_eq!(
        last,
        text.replace("      attributes:\n        host: akash\n", "")
    );
    let signed = relaxed(FILE, Instead::Drop, |what| {
        matches!(what, Requirement::SignedBy { .. })
    });
    assert_eq!(
        signed,
        with(
            "      signedBy: # trusted\n        anyOf:\n          - akash1any\n        allOf: [akash1all]\n",
            ""
        )
    );
    let window = relaxed(FILE, Instead::Drop, |what| {
        matches!(what, Requirement::Reclamation { .. })
    });
    assert_eq!(
        window,
        with("reclamation: # time to move\n  min_window: 24h\n", "")
    );
    let tee = relaxed(FILE, Instead::Drop, |what| {
        matches!(what, Requirement::Tee { .. })
    });
    assert_eq!(
        tee,
        with("    params:\n      tee: cpu # secrets stay secret\n", "")
    );
}

#[test]
fn what_follows_from_something_else_is_not_listed() {
    let text = with("region: us-west # not east", "tee/type: cpu");
    let kinds = |text: &str, key: &str| {
        let all = sdl(text).relaxations().into_iter();
        all.filter(|one| match &one.what {
            Requirement::Attribute { key: other, .. } => other == key,
            what => matches!(what, Requirement::Tee { .. }),
        })
        .count()
    };
    // Two parts ask for the same: relaxing one alone changes nothing.
    assert_eq!(kinds(&text, "tee/type"), 0);
    let text = with(
        "          attributes:\n            vendor:\n",
        "          attributes:\n            interconnect: []\n            vendor:\n",
    )
    .replace("host: akash", "capabilities/gpu-interconnect: \"true\"");
    assert_eq!(kinds(&text, "capabilities/gpu-interconnect"), 1);
    // A service that also runs with another profile needs its mounts for that one.
    let text = with("  placement:\n    west:\n", "    other:\n      resources: {cpu: {units: 1}, memory: {size: 1Gi}, storage: [{size: 1Gi, name: data, attributes: {class: beta2, persistent: true}}, {size: 1Gi, name: shm}]}\n  placement:\n    east:\n      pricing: {other: {denom: uact, amount: 1}}\n    west:\n")
        .replace("      profile: db\n", "      profile: db\n      count: 1\n    east:\n      profile: other\n");
    let kept = |what: &Requirement| {
        matches!(what, Requirement::Persistent { .. })
            || matches!(what, Requirement::StorageClass { class, .. } if class == "ram")
    };
    assert!(!sdl(&text).relaxations().iter().any(|one| kept(&one.what)));
}

#[test]
fn amounts_are_written_in_the_style_of_the_file() {
    let cpu = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::Cpu { profile, .. } if profile == name);
    assert_eq!(
        relaxed(FILE, Instead::Amount(500), cpu("web")),
        with("1500m", "500m")
    );
    assert_eq!(
        relaxed(FILE, Instead::Drop, cpu("web")),
        with("1500m", "10m")
    );
    assert_eq!(
        relaxed(FILE, Instead::Amount(500), cpu("db")),
        with("units: \"2\"", "units: \"0.5\"")
    );
    let bare = with("units: \"2\"", "units: 2.0");
    assert_eq!(
        relaxed(&bare, Instead::Amount(1000), cpu("db")),
        with("units: \"2\"", "units: 1")
    );
    assert_eq!(
        relaxed(&bare, Instead::Amount(250), cpu("db")),
        with("units: \"2\"", "units: 0.25")
    );

    let memory = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::Memory { profile, .. } if profile == name);
    assert_eq!(
        relaxed(FILE, Instead::Amount(3 << 29), memory("web")),
        with("{size: \"2Gi\"}", "{size: \"1.5Gi\"}")
    );
    assert_eq!(
        relaxed(FILE, Instead::Drop, memory("db")),
        with("          size: 2Gi", "          size: 1Mi")
    );

    let disk = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::Disk { volume, .. } if volume == name);
    assert_eq!(
        relaxed(FILE, Instead::Amount(5_000_000_000), disk("data")),
        with("10Gi", "5G")
    );
    assert_eq!(
        relaxed(FILE, Instead::Drop, disk("default")),
        with("- size: 1Gi # system", "- size: 5Mi # system")
    );

    let units = |what: &Requirement| matches!(what, Requirement::GpuUnits { .. });
    assert_eq!(
        relaxed(FILE, Instead::Drop, units),
        with("units: 2 #", "units: 1 #")
    );
    let count = |what: &Requirement| matches!(what, Requirement::Replicas { .. });
    assert_eq!(
        relaxed(FILE, Instead::Amount(2), count),
        with("count: 3", "count: 2")
    );
    assert_eq!(
        relaxed(FILE, Instead::Drop, count),
        with("count: 3", "count: 1")
    );

    let price = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::Price { profile, .. } if profile == name);
    assert_eq!(
        relaxed(FILE, Instead::Amount(2500), price("web")),
        with("1000.5", "2500")
    );
    assert_eq!(
        relaxed(FILE, Instead::Drop, price("db")),
        with("'250'", "'10000000'")
    );
}

#[test]
fn gpu_models_are_dropped_or_exchanged_and_the_others_stay() {
    let models = |what: &Requirement| matches!(what, Requirement::GpuModels { .. });
    let (h100, a100) = (
        "                - model: h100\n                  interface: sxm # the faster one\n",
        "                - model: a100 # cheap\n                  ram: 80Gi\n",
    );
    let any = relaxed(FILE, Instead::Drop, models);
    assert_eq!(any, with(&format!("{h100}{a100}"), ""));
    assert!(!sdl(&any).relaxations().iter().any(|one| models(&one.what)));

    let Requirement::GpuModels { models: named, .. } = listed(FILE, models).what else {
        panic!()
    };
    let model = |model: &str, ram: Option<&str>, interface: Option<&str>| GpuModel {
        vendor: "nvidia".to_owned(),
        model: model.to_owned(),
        ram: ram.map(str::to_owned),
        interface: interface.map(str::to_owned),
    };
    let more = [
        named.clone(),
        vec![
            model("rtx4090", None, None),
            model("h200", Some("141Gi"), Some("sxm")),
        ],
    ]
    .concat();
    let added = "                - model: rtx4090\n                - model: h200\n                  ram: 141Gi\n                  interface: sxm\n";
    assert_eq!(
        relaxed(FILE, Instead::Models(more), models),
        with(a100, &format!("{a100}{added}"))
    );
    // A number is a name only where a provider is known to declare it.
    let number = Instead::Models(vec![model("6000", None, None)]);
    let known = Context {
        gpu_models: vec!["6000".to_owned()],
        ..Context::default()
    };
    let one = listed(FILE, models);
    assert!(one.apply(FILE, &number).is_err());
    assert_eq!(
        one.apply_with(FILE, &number, &known).unwrap(),
        with(
            &format!("{h100}{a100}"),
            "                - model: \"6000\"\n"
        )
    );
    assert_eq!(
        relaxed(FILE, Instead::Models(vec![named[1].clone()]), models),
        with(h100, "")
    );
    let flow = relaxed(
        &FILE.replace(
            &format!("nvidia: # large ones\n                # fast\n{h100}{a100}"),
            "nvidia: [{model: a100}] # flow\n",
        ),
        Instead::Models(vec![
            model("a100", None, None),
            model("t4", Some("16Gi"), None),
        ]),
        models,
    );
    assert!(
        flow.contains("nvidia: [{model: a100}, {model: t4, ram: 16Gi}] # flow\n"),
        "{flow}"
    );

    let one = listed(FILE, models);
    let amd = GpuModel {
        vendor: "amd".to_owned(),
        ..named[0].clone()
    };
    for wrong in [
        Instead::Models(Vec::new()),
        Instead::Models(vec![amd]),
        Instead::Amount(1),
    ] {
        assert!(
            matches!(one.apply(FILE, &wrong), Err(EditError::Unfit(path)) if path.ends_with("/vendor/nvidia"))
        );
    }
}

#[test]
fn volumes_change_class_or_become_ordinary_ones_without_mounts() {
    let class = |name: &'static str| move |what: &Requirement| matches!(what, Requirement::StorageClass { class, .. } if class == name);
    assert_eq!(
        relaxed(FILE, Instead::Class("beta2".to_owned()), class("beta3")),
        with("class: beta3 #", "class: beta2 #")
    );
    assert!(matches!(
        listed(FILE, class("beta3")).apply(FILE, &Instead::Drop),
        Err(EditError::Unfit(_))
    ));
    let ordinary = relaxed(FILE, Instead::Drop, class("ram"));
    assert_eq!(
        ordinary,
        with(
            "            attributes: {persistent: false, class: ram}\n",
            ""
        )
        .replace("        shm:\n          mount: /dev/shm\n", "")
    );
    let persistent = |what: &Requirement| matches!(what, Requirement::Persistent { .. });
    let lost = relaxed(&ordinary, Instead::Drop, persistent);
    assert_eq!(
        lost,
        ordinary
            .replace("            attributes:\n              persistent: true\n              class: beta3 # NVMe\n", "")
            .replace("    params: # kept\n      storage:\n        # what must not get lost\n        data:\n          mount: /var/lib/postgresql\n", "")
    );
}

#[test]
fn a_leased_ip_goes_with_its_endpoint_and_leaves_the_ports() {
    let ip = |what: &Requirement| matches!(what, Requirement::LeasedIp { .. });
    let text = relaxed(FILE, Instead::Drop, ip);
    let expected = with("          - global: true\n            ip: voice\n", "")
        .replace(
            "          - ip: voice # for phones\n            global: true\n",
            "          - global: true\n",
        )
        .replace("endpoints:\n  voice:\n    kind: ip\n", "");
    assert_eq!(text, expected);
    // The endpoint stays while another service uses it.
    let shared = with(
        "      - port: 5432\n",
        "      - port: 5433\n        to: [{global: true, ip: voice}]\n      - port: 5432\n",
    );
    let [of_db, of_web] = ["db", "web"].map(|name| {
        relaxed(
            &shared,
            Instead::Drop,
            |what| matches!(what, Requirement::LeasedIp { service, .. } if service == name),
        )
    });
    assert_eq!(
        of_db,
        shared.replace("global: true, ip: voice}", "global: true}")
    );
    assert!(
        of_web.ends_with("endpoints:\n  voice:\n    kind: ip\n")
            && of_web.matches("ip: voice").count() == 1
    );
}

#[test]
fn what_is_shared_or_has_changed_is_refused() {
    let price = |what: &Requirement| matches!(what, Requirement::Price { .. });
    let pricing = "        web:\n          denom: uact\n          amount: 1000.5 # enough\n        db:\n          denom: uact\n          amount: '250'\n";
    let alias = with(
        &format!("      pricing:\n{pricing}"),
        "      pricing: *prices\n",
    )
    .replace(
        "    west:\n      # near",
        &format!("    east:\n      pricing: &prices\n{pricing}    west:\n      # near"),
    );
    assert!(matches!(
        listed(&alias, price).apply(&alias, &Instead::Amount(5000)),
        Err(EditError::Shared(_))
    ));
    let merged = alias.replace("pricing: *prices", "pricing:\n        <<: *prices");
    assert!(matches!(
        listed(&merged, price).apply(&merged, &Instead::Amount(5000)),
        Err(EditError::Shared(_))
    ));

    let cpu = listed(FILE, |what| matches!(what, Requirement::Cpu { .. }));
    let changed = with("units: \"2\"", "units: \"3\"");
    assert_eq!(
        cpu.apply(&changed, &Instead::Drop),
        Err(EditError::Outdated)
    );
    assert_eq!(cpu.apply("a: [", &Instead::Drop), Err(EditError::Outdated));
}
