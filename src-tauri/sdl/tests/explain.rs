//! What the library says of files: in findings, in the summary, to bid screening, and when it compares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::{Checked, Derivation, Finding, Reach, Sdl, Severity, Verdict, check, edit};

const SHOP: &str = r#"version: "2.0"
services:
  web:
    image: ghcr.io/shop/web:3.1
    env:
      - DB_HOST=db
      - DB_PASSWORD=hunter22
    expose:
      - port: 3000
        as: 80
        accept:
          - shop.example.com
        to:
          - global: true
      - port: 9000
        proto: udp
        to:
          - global: true
            ip: voice
  db:
    image: postgres:16
    params:
      storage:
        data:
          mount: /var/lib/postgresql
    expose:
      - port: 5432
        to:
          - service: web
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          size: 1Gi
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: rtx4090
                  ram: 24Gi
                - model: a100
    db:
      resources:
        cpu:
          units: 1
        memory:
          size: 2Gi
        storage:
          - size: 1Gi
          - name: data
            size: 10Gi
            attributes:
              persistent: true
              class: beta3
  placement:
    west:
      attributes:
        region: us-west
      signedBy:
        anyOf:
          - akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63
      pricing:
        web:
          denom: uact
          amount: 1000.5
    east:
      pricing:
        web:
          denom: uact
          amount: 900
        db:
          denom: uact
          amount: "250.25"
deployment:
  web:
    west:
      profile: web
      count: 2
    east:
      profile: web
      count: 1
  db:
    east:
      profile: db
      count: 1
endpoints:
  voice:
    kind: ip
"#;

fn sdl(text: &str) -> Sdl {
    let Checked { findings, sdl } = check(text);
    sdl.unwrap_or_else(|| panic!("{findings:?}"))
}

fn only(text: &str) -> Finding {
    let errors: Vec<Finding> = check(text)
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    let [one] = errors.as_slice() else {
        panic!("{errors:#?}")
    };
    one.clone()
}

fn codes(text: &str) -> Vec<&'static str> {
    check(text)
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn a_summary_tells_people_what_runs_where() {
    let summary = sdl(SHOP).summary();
    let [web, db] = summary.services.as_slice() else {
        panic!()
    };
    assert_eq!(
        (web.name.as_str(), web.image.as_str(), web.replicas),
        ("web", "ghcr.io/shop/web:3.1", 3)
    );
    assert_eq!((web.cpu_milli, web.memory_bytes), (500, 512 << 20));
    assert_eq!(web.env_names, ["DB_HOST", "DB_PASSWORD"]);
    let gpu = web.gpu.as_ref().unwrap();
    assert_eq!(
        (gpu.units, gpu.models.len(), gpu.models[0].ram.as_deref()),
        (1, 2, Some("24Gi"))
    );
    let [http, voice] = web.ports.as_slice() else {
        panic!("{:?}", web.ports)
    };
    assert!(
        http.http
            && http.reach == Reach::Internet
            && http.external_port == 80
            && http.hosts == ["shop.example.com"]
    );
    assert!(!voice.http && voice.reach == Reach::Ip("voice".to_owned()) && voice.proto == "UDP");
    assert_eq!(db.ports[0].reach, Reach::Services(vec!["web".to_owned()]));
    assert!(!db.ports[0].http);
    let data = &db.storage[1];
    assert!(
        data.persistent
            && data.mount.as_deref() == Some("/var/lib/postgresql")
            && data.class.as_deref() == Some("beta3")
    );
    let names: Vec<_> = summary
        .placements
        .iter()
        .map(|placement| (placement.gseq, placement.name.as_str()))
        .collect();
    assert_eq!(names, [(1, "east"), (2, "west")]);
    let ceilings: Vec<_> = summary
        .placements
        .iter()
        .map(|placement| placement.ceiling.as_ref().unwrap().amount.to_string())
        .collect();
    assert_eq!(ceilings, ["1150.25", "2001.0"]);
}

#[test]
fn bid_screening_gets_whole_prices_and_the_chain_s_gpu_names() {
    let [east, west] = <[_; 2]>::try_from(sdl(SHOP).requirements()).unwrap();
    assert_eq!((east.gseq, west.gseq), (1, 2));
    assert_eq!(west.resources[0].price_amount, 1001);
    assert_eq!(west.attributes["region"], "us-west");
    let names: Vec<_> = west.resources[0]
        .gpu_attributes
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "vendor/nvidia/model/a100",
            "vendor/nvidia/model/rtx4090/ram/24Gi"
        ]
    );
    let db = east
        .resources
        .iter()
        .find(|unit| unit.storage.len() == 2)
        .unwrap();
    assert_eq!(db.price_amount, 251);
    assert_eq!(db.storage[1].attributes["persistent"], "true");
}

#[test]
fn derivations_differ_in_the_order_of_gpu_models() {
    let sdl = sdl(SHOP);
    let hashes = Derivation::ALL.map(|derivation| sdl.derive(derivation).hash);
    assert_ne!(hashes[0], hashes[2]);
    let old = sdl.derive(Derivation::Alpha39).manifest;
    assert!(old.find("rtx4090") < old.find("model/a100"));
}

#[test]
fn comparing_says_in_words_what_differs_and_no_secret() {
    let sdl = sdl(SHOP);
    let manifest = sdl.derive(Derivation::Alpha40).manifest;
    assert_eq!(sdl.compare(&manifest).verdict, Verdict::Identical);
    let reordered = manifest.replacen(
        r#"[{"sequence_number":0},{"kind":1,"sequence_number":0},{"kind":2,"sequence_number":2}]"#,
        r#"[{"kind":1,"sequence_number":0},{"sequence_number":0},{"kind":2,"sequence_number":2}]"#,
        1,
    );
    let other_order = if reordered == manifest {
        manifest.replacen("\"credentials\":null,", "", 1)
    } else {
        reordered
    };
    assert_eq!(
        sdl.compare(&other_order).verdict,
        Verdict::Equivalent,
        "{manifest}"
    );
    let changed = manifest
        .replace("ghcr.io/shop/web:3.1", "ghcr.io/shop/web:2.0")
        .replace("hunter22", "other-secret")
        .replace("\"2147483648\"", "\"1073741824\"");
    let comparison = sdl.compare(&changed);
    assert_eq!(comparison.verdict, Verdict::Different);
    let said: Vec<_> = comparison
        .differences
        .iter()
        .map(|difference| difference.message.as_str())
        .collect();
    assert!(
        said.contains(
            &"image: ghcr.io/shop/web:3.1 in the file, ghcr.io/shop/web:2.0 at the server"
        ),
        "{said:?}"
    );
    assert!(
        said.contains(&"memory: 2 GiB in the file, 1 GiB at the server"),
        "{said:?}"
    );
    assert!(
        said.contains(&"the variable `DB_PASSWORD` has another value at the server"),
        "{said:?}"
    );
    assert!(!format!("{comparison:?}").contains("secret\""));
    for text in ["", "[", "{}", "[{\"name\":1}]", "null"] {
        assert_eq!(sdl.compare(text).verdict, Verdict::Unreadable, "{text}");
    }
}

#[test]
fn debug_output_holds_no_secrets() {
    assert!(!format!("{:?}", check(SHOP).sdl).contains("hunter22"));
}

#[test]
fn a_name_that_is_nearly_right_is_one_finding_with_a_fix() {
    for (right, wrong, code) in [
        ("profile: db", "profile: bd", "unknown-profile"),
        (
            "          ip: voice",
            "          ip: voise",
            "unknown-endpoint",
        ),
        (
            "        data:\n          mount",
            "        dta:\n          mount",
            "unknown-volume",
        ),
        (
            "deployment:\n  web:",
            "deployment:\n  wbe:",
            "unknown-service",
        ),
        (
            "    image: postgres:16",
            "    imgae: postgres:16",
            "unknown-field",
        ),
        ("    kind: ip", "    knd: ip", "unknown-field"),
    ] {
        let text = SHOP.replace(right, wrong);
        let finding = only(&text);
        assert_eq!(finding.code, code, "{finding:?}");
        let fixed = edit::apply(
            &text,
            finding
                .fix
                .as_ref()
                .unwrap_or_else(|| panic!("{finding:?}")),
        );
        assert_eq!(
            sdl(&fixed).derive(Derivation::Alpha40).hash,
            sdl(SHOP).derive(Derivation::Alpha40).hash
        );
    }
}

#[test]
fn habits_from_docker_compose_are_explained_and_corrected() {
    let text = SHOP.replace(
        "  db:\n    image: postgres:16\n",
        "  db:\n    image: postgres:16\n    depends_on:\n      - web\n",
    );
    let finding = only(&text);
    assert_eq!(
        finding.message,
        "`depends_on` is docker-compose; in an SDL it is `dependencies`"
    );
    assert_eq!(
        finding.official.as_deref(),
        Some("Additional property \"depends_on\" is not allowed at \"/services/db\".")
    );
    let fixed = edit::apply(&text, finding.fix.as_ref().unwrap());
    assert!(
        fixed.contains("    dependencies:\n      - service: web\n"),
        "{fixed}"
    );
    sdl(&fixed);

    let text = SHOP.replace(
        "      - DB_HOST=db\n      - DB_PASSWORD=hunter22\n",
        "      DB_HOST: db\n      PORT: 5432\n      NOTE: a b\n",
    );
    let finding = only(&text);
    let fixed = edit::apply(&text, finding.fix.as_ref().unwrap());
    assert!(
        fixed.contains("      - DB_HOST=db\n      - PORT=5432\n      - \"NOTE=a b\"\n"),
        "{fixed}"
    );
    sdl(&fixed);

    let text = SHOP.replace("port: 3000\n        as: 80\n", "port: \"80:3000\"\n");
    let finding = only(&text);
    let fixed = edit::apply(&text, finding.fix.as_ref().unwrap());
    assert!(fixed.contains("port: 3000\n        as: 80\n"), "{fixed}");
    sdl(&fixed);
}

#[test]
fn sizes_that_surprise_are_warned_of() {
    let finding = |size: &str| {
        let text = SHOP.replace("size: 512Mi", &format!("size: {size}"));
        let found = check(&text)
            .findings
            .into_iter()
            .find(|finding| finding.path.ends_with("memory/size"));
        found.map(|finding| {
            (
                finding.code,
                finding.message,
                finding.hint.unwrap_or_default(),
            )
        })
    };
    assert_eq!(finding("512Mi"), None);
    assert_eq!(finding("512M"), None);
    let (code, message, hint) = finding("512m").unwrap();
    assert_eq!(
        (code, hint.as_str()),
        ("odd-size-unit", "Did you mean `512Mi`?")
    );
    assert_eq!(message, "`512m` is 488.3 MiB (millions of bytes)");
    let (code, message, _) = finding("1GiB").unwrap();
    assert_eq!(code, "odd-size-unit");
    assert!(message.contains("953.7 MiB"), "{message}");
    assert_eq!(finding("\"512\"").unwrap().0, "bad-size");
    assert_eq!(finding("10B").unwrap().0, "chain-limit");
    assert_eq!(finding("3Ti").unwrap().0, "chain-limit");
}

#[test]
fn what_providers_refuse_is_warned_of() {
    for (right, wrong, code) in [
        ("      - DB_HOST=db", "      - \"1DB=db\"", "bad-env-name"),
        (
            "      - DB_HOST=db",
            "      - DB_HOST=<your-host>",
            "placeholder",
        ),
        ("      - DB_HOST=db", "      - DB_HOST=${HOST}", "variable"),
        (
            "      - DB_HOST=db",
            "      - DB_PASSWORD=x",
            "duplicate-env",
        ),
        (
            "          - shop.example.com",
            "          - https://Shop.example.com",
            "bad-host",
        ),
        (
            "          - service: web",
            "          - service: wbe",
            "unknown-target",
        ),
        (
            "    image: postgres:16",
            "    image: postgres",
            "image-latest",
        ),
        (
            "    image: postgres:16",
            "    image: Postgres:16",
            "bad-image",
        ),
        ("class: beta3", "class: beta9", "unknown-storage-class"),
        (
            "          amount: 900",
            "          amount: 100000000",
            "chain-limit",
        ),
        (
            "          denom: uact\n          amount: 900",
            "          denom: uakt\n          amount: 900",
            "other-denom",
        ),
        ("          accept:\n", "          accept:\n", ""),
    ] {
        let text = SHOP.replace(right, wrong);
        let found = codes(&text);
        assert!(
            code.is_empty() || found.contains(&code),
            "{wrong}: {found:?}"
        );
        assert!(check(&text).sdl.is_some(), "{wrong} is only a warning");
    }
    assert_eq!(codes(SHOP), ["secret-in-env"]);
}

#[test]
fn places_count_characters_lines_and_utf16_units() {
    let text = SHOP.replace("      - DB_HOST=db\n", "      - NAME=Zoé😀\n      - 1: 2\n");
    let finding = only(&text);
    let units: Vec<u16> = text.encode_utf16().collect();
    let marked = String::from_utf16(&units[finding.from as usize..finding.to as usize]).unwrap();
    assert_eq!(
        (finding.line, finding.column, marked.as_str()),
        (7, 9, "1: 2")
    );
    let crlf = only(&text.replace('\n', "\r\n"));
    assert_eq!((crlf.line, crlf.column), (7, 9));
    let bom = only(&format!("\u{feff}{text}"));
    assert_eq!((bom.line, bom.column, bom.from), (7, 9, finding.from + 1));
}

#[test]
fn related_places_show_the_other_end() {
    let text = SHOP.replace("  db:\n    image", "  web:\n    image");
    let finding = only(&text);
    assert_eq!((finding.code, finding.line), ("duplicate-key", 20));
    assert_eq!(
        (finding.related[0].line, finding.related[0].message.as_str()),
        (3, "first defined here")
    );
}

#[test]
fn hostile_files_are_refused_quickly_and_in_words() {
    let laughs: String = ('b'..='j')
        .map(|c| {
            format!(
                "{c}: &{c} [{}]\n",
                format!("*{},", char::from(c as u8 - 1)).repeat(9)
            )
        })
        .collect();
    for (text, code) in [
        ("[".repeat(400_000), "too-deep"),
        ("- ".repeat(200_000), "too-deep"),
        (
            format!("a: &a [x]\n{laughs}services: *j\n"),
            "too-much-repetition",
        ),
        ("a: &a\n  b: *a\n".to_owned(), "endless-alias"),
        ("x".repeat(600 * 1024), "too-large"),
    ] {
        assert!(codes(&text).contains(&code), "{code}: {:?}", codes(&text));
    }
}

#[test]
fn edits_reach_what_is_missing_and_leave_what_is_shared() {
    let text = edit::set(SHOP, "/profiles/placement/east/attributes/region", "eu").unwrap();
    assert!(text.contains("        db:\n          denom: uact\n          amount: \"250.25\"\n      attributes:\n        region: eu\n"), "{text}");
    assert_eq!(
        edit::remove(&text, "/profiles/placement/east/attributes").unwrap(),
        SHOP
    );
    let text = edit::set(SHOP, "/profiles/compute/web/resources/gpu/units", 2).unwrap();
    assert_eq!(
        text,
        SHOP.replace("gpu:\n          units: 1", "gpu:\n          units: 2")
    );
    let text = edit::remove(
        SHOP,
        "/profiles/compute/web/resources/gpu/attributes/vendor/nvidia/0",
    )
    .unwrap();
    assert!(!text.contains("rtx4090") && text.contains("- model: a100"));
    let text = edit::push(SHOP, "/services/db/env", "A: b").unwrap();
    assert!(text.contains("    env:\n      - \"A: b\"\n"), "{text}");
    let shared = "a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n";
    assert_eq!(
        edit::set(shared, "/c/b", 2),
        Err(edit::EditError::Shared("/c/b".to_owned()))
    );
    assert_eq!(
        edit::set(shared, "/c", 2).unwrap(),
        shared.replace("c: *x", "c: 2")
    );
    assert_eq!(
        edit::set(shared, "/d/b", 2).unwrap(),
        format!("{shared}  b: 2\n")
    );
    assert_eq!(edit::set("a: [", "/a", 1), Err(edit::EditError::Unreadable));
    assert_eq!(
        edit::set(SHOP, "/version/x", 1),
        Err(edit::EditError::NotFound("/version/x".to_owned()))
    );
}

#[test]
fn edits_take_a_list_beside_its_key_and_prune_what_is_empty() {
    let text = "a: # kept\n  # too\n  - 1\n  - 2 # gone\nb: 1\n";
    assert_eq!(
        edit::set(text, "/a", ()).unwrap(),
        "a: # kept\n  # too\nb: 1\n"
    );
    assert_eq!(
        edit::set(text, "/a", 3).unwrap(),
        "a: 3 # kept\n  # too\nb: 1\n"
    );
    let text = "a: # kept\n  b: |\n    text\n# of d\nd: 1\n";
    assert_eq!(edit::remove(text, "/a").unwrap(), "# of d\nd: 1\n");
    assert_eq!(
        edit::remove(text, "/a/b").unwrap(),
        "a: {} # kept\n# of d\nd: 1\n"
    );
    let text = "a:\n  b/c: # with it\n    - d: 1\n  e: 2\n";
    assert_eq!(edit::prune(text, "/a/b~1c/0/d").unwrap(), "a:\n  e: 2\n");
    assert_eq!(
        edit::prune(text, "/a/e/x"),
        Err(edit::EditError::NotFound("/a/e/x".to_owned()))
    );
    let merged = "a: &x\n  b: {c: 1, d: 2}\n  l: [1]\ne:\n  <<: *x\n  f: 3\n";
    assert_eq!(
        edit::set(merged, "/e/b/c", 5),
        Err(edit::EditError::Shared("/e/b/c".to_owned()))
    );
    assert_eq!(
        edit::push(merged, "/e/l", 5),
        Err(edit::EditError::Shared("/e/l".to_owned()))
    );
}
