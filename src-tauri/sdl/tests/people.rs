//! Files that people write by hand, by kind: what is said of each, and what its fix makes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::{Checked, Context, Edition, Finding, Severity, check, check_with, edit};
use rust_decimal::Decimal;

/// A web service with a price and nothing to say about.
const PLAIN: &str = r#"version: "2.0"
services:
  web:
    image: example/site:1.4
    expose:
      - port: 8080
        as: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 1
        memory:
          size: 1Gi
        storage:
          size: 2Gi
  placement:
    west:
      pricing:
        web:
          denom: uact
          amount: 2000
deployment:
  web:
    west:
      profile: web
      count: 1
"#;

fn with(right: &str, wrong: &str) -> String {
    assert!(PLAIN.contains(right), "{right}");
    PLAIN.replacen(right, wrong, 1)
}

fn find(checked: &Checked, code: &str) -> Finding {
    let found = checked.findings.iter().find(|finding| finding.code == code);
    found
        .unwrap_or_else(|| panic!("no {code} in {:#?}", checked.findings))
        .clone()
}

fn fixed(text: &str, finding: &Finding) -> String {
    edit::apply(
        text,
        finding
            .fix
            .as_ref()
            .unwrap_or_else(|| panic!("no fix: {finding:#?}")),
    )
}

/// Applies the fix of the finding with a code, and wants that nothing of it is left.
fn mended(text: &str, code: &str) -> String {
    let new = fixed(text, &find(&check(text), code));
    let left = check(&new);
    assert!(
        left.findings.iter().all(|finding| finding.code != code),
        "{:#?}\n{new}",
        left.findings
    );
    new
}

fn clean(text: &str) {
    let checked = check(text);
    assert!(
        checked.findings.is_empty(),
        "{:#?}\n{text}",
        checked.findings
    );
}

fn line<'t>(text: &'t str, key: &str) -> &'t str {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.starts_with(key)).unwrap_or_default()
}

#[test]
fn the_plain_file_is_clean() {
    clean(PLAIN);
}

#[test]
fn a_command_on_one_line_becomes_the_words_that_a_shell_would_run() {
    for (written, right) in [
        (
            "command: nginx -g \"daemon off;\"",
            r#"command: ["nginx", "-g", "daemon off;"]"#,
        ),
        (
            "command: sh -c \"echo hi && exec /app --port 80\"",
            r#"command: ["sh", "-c", "echo hi && exec /app --port 80"]"#,
        ),
        (
            "command: npm ci && npm start",
            r#"command: ["sh", "-c", "npm ci && npm start"]"#,
        ),
        (
            "command: sh -c \"for i in 1 2 3; do echo $i; done\"",
            r#"command: ["sh", "-c", "for i in 1 2 3; do echo $i; done"]"#,
        ),
        (
            "command: \"['sh', '-c', 'echo']\"",
            r#"command: ["sh", "-c", "echo"]"#,
        ),
        (
            "entrypoint: bash -euo pipefail -c 'run > /tmp/log'",
            r#"command: ["bash", "-euo", "pipefail", "-c", "run > /tmp/log"]"#,
        ),
        (
            "command: bash -c sleep infinity",
            r#"command: ["bash", "-c", "sleep infinity"]"#,
        ),
        (
            "command: '[\"node\", \"app.js\"]'",
            r#"command: ["node", "app.js"]"#,
        ),
        (
            "args: --port 8080 --verbose",
            r#"args: ["--port", "8080", "--verbose"]"#,
        ),
        ("args: --name='two words'", r#"args: ["--name=two words"]"#),
        (
            "entrypoint: /bin/run --fast",
            r#"command: ["/bin/run", "--fast"]"#,
        ),
    ] {
        let text = with("    expose:\n", &format!("    {written}\n    expose:\n"));
        let code = if written.starts_with("entry") {
            "unknown-field"
        } else {
            "wrong-type"
        };
        let new = mended(&text, code);
        assert_eq!(line(&new, &right[..5]), right, "{written}");
        clean(&new);
    }
    // The script of a shell is one item, and stays in its block.
    let text = with(
        "    expose:\n",
        "    command: [bash, -c]\n    args: |\n      apt-get update\n      exec run\n    expose:\n",
    );
    let new = mended(&text, "wrong-type");
    assert!(
        new.contains("    args:\n    - |\n      apt-get update\n      exec run\n    expose:\n"),
        "{new}"
    );
    clean(&new);
    // What only a shell understands can't be an argument of an unknown program.
    let text = with("    expose:\n", "    args: --log > /tmp/log\n    expose:\n");
    assert!(find(&check(&text), "wrong-type").fix.is_none());
    // Neither half a list nor a path of Windows says what its words are.
    for line in ["\"['sh', '-c', 'echo'\"", "C:\\app\\run.exe --fast"] {
        let text = with(
            "    expose:\n",
            &format!("    command: {line}\n    expose:\n"),
        );
        assert!(find(&check(&text), "wrong-type").fix.is_none(), "{line}");
    }
    // A list of one item that is a whole line.
    let text = with(
        "    expose:\n",
        "    command:\n      - npm run start\n    expose:\n",
    );
    let new = mended(&text, "command-in-one");
    assert!(
        new.contains("    command:\n      - npm\n      - run\n      - start\n    expose:\n"),
        "{new}"
    );
    clean(&new);
    for right in [
        "    command: [sh, -c, \"a && b\"]\n",
        "    command: [/bin/run]\n    args: [\"a b\"]\n",
    ] {
        clean(&with("    expose:\n", &format!("{right}    expose:\n")));
    }
}

#[test]
fn host_names_beside_the_image_move_to_the_port() {
    for wrong in [
        "    accept:\n      - shop.example.com\n",
        "    accept: shop.example.com\n",
        "    accept: https://Shop.example.com/\n",
        "    accept: [\"https://shop.example.com/\"]\n",
        "    domains: [shop.example.com]\n",
    ] {
        let text = with("    expose:\n", &format!("{wrong}    expose:\n"));
        let new = mended(&text, "unknown-field");
        assert_eq!(
            check(&new).sdl.unwrap().summary().services[0].ports[0].hosts,
            ["shop.example.com"]
        );
        clean(&new);
    }
    let text = with(
        "        to:\n",
        "        accept: a.example.com, b.example.com\n        to:\n",
    );
    let new = mended(&text, "wrong-type");
    assert_eq!(
        check(&new).sdl.unwrap().summary().services[0].ports[0]
            .hosts
            .len(),
        2
    );
    // Two web ports: nobody can tell which one.
    let text = with(
        "    expose:\n",
        "    accept: [a.example.com]\n    expose:\n      - port: 81\n        as: 80\n        to:\n          - global: true\n",
    );
    assert!(find(&check(&text), "unknown-field").fix.is_none());
}

#[test]
fn fields_that_stand_beside_their_place_move_there() {
    for (right, wrong) in [
        (
            "    west:\n      pricing",
            "    west:\n      region: us-west\n      pricing",
        ),
        (
            "      resources:\n        cpu:\n          units: 1\n",
            "      cpu:\n        units: 1\n      resources:\n",
        ),
        (
            "          size: 2Gi\n",
            "          - size: 1Gi\n          - name: cache\n            size: 2Gi\n            class: ram\n            persistent: false\n",
        ),
        (
            "        to:\n          - global: true\n",
            "        global: true\n",
        ),
        (
            "        as: 80\n        to:\n          - global: true\n",
            "        to:\n          - global: true\n            as: 80\n",
        ),
    ] {
        let text = with(right, wrong);
        let new = mended(&text, "unknown-field");
        let checked = check(&new);
        assert!(checked.sdl.is_some(), "{:#?}\n{new}", checked.findings);
    }
}

#[test]
fn all_resources_beside_their_place_move_there_together() {
    for beside in [
        "      cpu:\n        units: 1\n      memory:\n        size: 1Gi\n      storage:\n        size: 2Gi\n",
        "      resources:\n        cpu:\n          units: 1\n      memory:\n        size: 1Gi\n      storage:\n        size: 2Gi\n",
    ] {
        let start = PLAIN.find("      resources:\n").unwrap();
        let end = PLAIN.find("  placement:\n").unwrap();
        let text = format!("{}{beside}{}", &PLAIN[..start], &PLAIN[end..]);
        let new = mended(&text, "unknown-field");
        clean(&new);
        assert_eq!(
            check(&new).sdl.unwrap().requirements(),
            check(PLAIN).sdl.unwrap().requirements()
        );
    }
}

#[test]
fn amounts_are_mended_to_what_needs_no_second_fix() {
    for (right, wrong, code, meant) in [
        (
            "units: 1\n",
            "units: 2 cores\n",
            "bad-cpu",
            Some("units: 2"),
        ),
        (
            "units: 1\n",
            "units: 500 millicores\n",
            "bad-cpu",
            Some("units: 500m"),
        ),
        (
            "units: 1\n",
            "units: \"1,5\"\n",
            "bad-cpu",
            Some("units: 1.5"),
        ),
        ("units: 1\n", "units: \"1,500\"\n", "bad-cpu", None),
        ("units: 1\n", "units: 2 threads\n", "bad-cpu", None),
        ("size: 1Gi", "size: 2 GB", "bad-size", Some("size: 2Gi")),
        ("size: 1Gi", "size: 1,5 Gi", "bad-size", Some("size: 1.5Gi")),
        ("size: 1Gi", "size: 1,500Mi", "bad-size", None),
        ("size: 1Gi", "size: \"1073741824\"", "bad-size", None),
        (
            "amount: 2000",
            "amount: 2 000",
            "bad-amount",
            Some("amount: 2000"),
        ),
        (
            "amount: 2000",
            "amount: 0,5",
            "bad-amount",
            Some("amount: 0.5"),
        ),
        ("amount: 2000", "amount: \"1,000\"", "bad-amount", None),
        (
            "amount: 2000",
            "amount: \"1,000,000\"",
            "bad-amount",
            Some("amount: 1000000"),
        ),
    ] {
        let text = with(right, wrong);
        let finding = find(&check(&text), code);
        assert_eq!(finding.fix.is_some(), meant.is_some(), "{finding:#?}");
        if let Some(meant) = meant {
            let new = mended(&text, code);
            assert!(new.lines().any(|line| line.trim() == meant), "{new}");
            clean(&new);
        }
    }
    for (right, wrong, hint) in [
        ("size: 2Gi", "size: 40Ti", "Write `32Ti` at the most"),
        ("size: 1Gi", "size: 40TB", "Write `2Ti` at the most"),
    ] {
        let finding = find(&check(&with(right, wrong)), "chain-limit");
        assert!(finding.hint.unwrap().starts_with(hint), "{wrong}");
    }
    let finding = find(&check(&with("count: 1", "count: 1.5")), "wrong-type");
    assert!(
        finding
            .message
            .ends_with("must be a whole number, not `1.5`"),
        "{}",
        finding.message
    );
}

#[test]
fn a_web_address_becomes_the_host_name_in_it() {
    for accept in [
        "accept: https://Example.com:443/shop",
        "accept: [\"https://example.com/\"]",
        "accept: [example.com:8080]",
        "accept: [Example.com]",
        "host: https://example.com/",
    ] {
        let text = with("        to:\n", &format!("        {accept}\n        to:\n"));
        let found = check(&text).findings;
        let [finding] = found.as_slice() else {
            panic!("{found:#?}")
        };
        let new = fixed(&text, finding);
        clean(&new);
        let hosts = check(&new).sdl.unwrap().summary().services[0].ports[0]
            .hosts
            .clone();
        assert_eq!(hosts, ["example.com"], "{accept}");
    }
    // A name that another port has already, or that nobody can tell.
    for accept in [
        "accept: [example.com, Example.com]",
        "accept: [\"https://\"]",
        "accept: [my_site.example.com]",
    ] {
        let text = with("        to:\n", &format!("        {accept}\n        to:\n"));
        assert!(find(&check(&text), "bad-host").fix.is_none(), "{accept}");
    }
}

#[test]
fn a_target_with_a_fault_is_said_once() {
    let target = "        to:\n          - global: true\n";
    for wrong in [
        "        to: {global: true}\n",
        "        to: global\n",
        "        to: global # all\n",
        "        to:\n          - global\n",
        "        to: [global]\n",
        "        to:\n          - global: yes\n",
        "        to:\n          - global: \"true\"\n",
        "        to:\n          - globl: true\n",
        "        global: true\n",
        "        to:\n        global: true\n",
    ] {
        let text = with(target, wrong);
        let found = check(&text).findings;
        let [finding] = found.as_slice() else {
            panic!("{wrong}{found:#?}")
        };
        clean(&fixed(&text, finding));
    }
    assert!(
        fixed(
            &with(target, "        to: global\n"),
            &find(&check(&with(target, "        to: global\n")), "wrong-type")
        ) == PLAIN
    );
    for wrong in ["        to: web\n", "        to: true\n"] {
        let found = check(&with(target, wrong)).findings;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].fix.is_none(), "{found:#?}");
    }
    // Nothing at all is still said.
    for wrong in ["", "        to: []\n", "        to:\n          - {}\n"] {
        find(&check(&with(target, wrong)), "expose-to-nobody");
    }
}

#[test]
fn gpus_get_the_names_that_providers_declare() {
    let gpu = |list: &str| {
        with(
            "        storage:\n",
            &format!(
                "        gpu:\n          units: 1\n          attributes:\n            vendor:\n              nvidia:\n{list}        storage:\n"
            ),
        )
    };
    for (list, code, right) in [
        (
            "                - model: 4090\n",
            "wrong-type",
            "- model: rtx4090",
        ),
        (
            "                - model: 1080ti\n",
            "odd-gpu-model",
            "- model: gtx1080ti",
        ),
        (
            "                - model: RTX 3090\n",
            "odd-gpu-model",
            "- model: rtx3090",
        ),
        (
            "                - model: A6000\n",
            "odd-gpu-model",
            "- model: rtxa6000",
        ),
        (
            "                - model: H100\n",
            "odd-gpu-model",
            "- model: h100",
        ),
        (
            "                - 3060 Ti\n",
            "wrong-type",
            "- model: rtx3060ti",
        ),
        (
            "                - model: a100\n                  ram: 80GB\n",
            "odd-gpu-ram",
            "ram: 80Gi",
        ),
        (
            "                - model: a100\n                  ram: 40\n",
            "wrong-type",
            "ram: 40Gi",
        ),
        (
            "                - model: a100\n                  interface: SXM4\n",
            "bad-gpu-interface",
            "interface: sxm",
        ),
        (
            "                - model: a100\n                  interface: PCI Express\n",
            "bad-gpu-interface",
            "interface: pcie",
        ),
        (
            "                - model: a100\n                  vram: 80Gi\n",
            "unknown-field",
            "ram: 80Gi",
        ),
    ] {
        let text = gpu(list);
        let errors = check(&text).findings;
        assert_eq!(errors.len(), 1, "one fault, one finding: {errors:#?}");
        let new = mended(&text, code);
        assert!(
            new.lines().any(|line| line.trim() == right),
            "{right} not in\n{new}"
        );
        clean(&new);
    }
    let new = mended(
        &gpu("                - model: A100-80GB\n"),
        "odd-gpu-model",
    );
    let summary = check(&new).sdl.unwrap().summary();
    let model = &summary.services[0].gpu.as_ref().unwrap().models[0];
    assert_eq!(
        (model.model.as_str(), model.ram.as_deref()),
        ("a100", Some("80Gi")),
        "{new}"
    );
    // A number that several models have, or none.
    for (list, code) in [
        ("                - model: 6000\n", "wrong-type"),
        ("                - model: 40\n", "wrong-type"),
        ("                - 7900\n", "wrong-type"),
        ("                - model: \"6000\"\n", "odd-gpu-model"),
    ] {
        let finding = find(&check(&gpu(list)), code);
        assert!(finding.fix.is_none(), "{finding:#?}");
        assert!(finding.hint.unwrap().contains("rtx4090"), "{list}");
    }
    // No fix makes two of the same.
    for list in [
        "                - model: rtx3090\n                - model: 3090\n",
        "                - model: rtx3090\n                - model: RTX 3090\n",
        "                - model: rtx3090\n                - 3090\n",
    ] {
        let found = check(&gpu(list)).findings;
        assert!(
            found.iter().all(|finding| finding.fix.is_none()),
            "{found:#?}"
        );
    }
    mended(
        &gpu(
            "                - model: a100\n                  ram: 40Gi\n                - model: A100-80GB\n",
        ),
        "odd-gpu-model",
    );
    // Names that nobody can call wrong.
    for right in ["rtx4090", "rtx6000ada", "b100", "\"*\""] {
        clean(&gpu(&format!("                - model: {right}\n")));
    }
    let context = Context {
        gpu_models: vec!["rtx6000ada".to_owned()],
        ..Context::default()
    };
    let text = gpu("                - model: 6000 Ada\n");
    let finding = find(&check_with(&text, &context), "odd-gpu-model");
    assert!(fixed(&text, &finding).contains("model: rtx6000ada\n"));
}

#[test]
fn a_price_in_akt_is_told_by_edition_and_converted_by_the_rate() {
    let text = with(
        "denom: uact\n          amount: 2000",
        "denom: uakt\n          amount: 2001",
    );
    let said = |edition, rate: Option<i64>| {
        let context = Context {
            edition,
            akt_usd: rate.map(|cents| Decimal::new(cents, 2)),
            ..Context::default()
        };
        let checked = check_with(&text, &context);
        assert!(!checked.stops());
        find(&checked, "other-denom")
    };
    for edition in [None, Some(Edition::Summer2026), Some(Edition::Autumn2026)] {
        assert!(said(edition, None).fix.is_none(), "no rate, no button");
        let finding = said(edition, Some(50));
        let new = fixed(&text, &finding);
        assert_eq!(new, with("2000", "1001"), "rounded up");
    }
    // 431,250 blocks a month at 6.098 seconds each.
    let summer = said(Some(Edition::Summer2026), Some(50));
    assert!(
        summer
            .message
            .contains("keeps the number, at most $862.93 a month"),
        "{}",
        summer.message
    );
    let autumn = said(Some(Edition::Autumn2026), Some(50));
    assert!(
        autumn
            .message
            .contains("at $0.5 for one AKT, 2001 `uakt` are 1001 `uact`, at most $431.69 a month"),
        "{}",
        autumn.message
    );
}

#[test]
fn each_of_two_prices_is_named() {
    let text = with(
        "deployment:\n",
        "    east:\n      pricing:\n        web:\n          denom: uakt\n          amount: 10\ndeployment:\n",
    );
    let text = text.replacen("denom: uact", "denom: uakt", 1);
    let text = text.replace(
        "count: 1\n",
        "count: 1\n    east:\n      profile: web\n      count: 1\n",
    );
    let messages: Vec<String> = check(&text)
        .findings
        .into_iter()
        .map(|finding| finding.message)
        .collect();
    assert_eq!(messages.len(), 2);
    assert!(
        messages[0].contains("`west`") && messages[1].contains("`east`"),
        "{messages:?}"
    );
}

#[test]
fn long_timeouts_are_judged_by_edition_and_no_hint_is_refused() {
    let options = |lines: &str| {
        with(
            "        to:\n",
            &format!("        http_options:\n{lines}        to:\n"),
        )
    };
    let at = |edition, text: &str| {
        check_with(
            text,
            &Context {
                edition,
                ..Context::default()
            },
        )
    };
    for written in ["120s", "500000", "2m"] {
        let text = options(&format!("          read_timeout: {written}\n"));
        assert!(
            at(Some(Edition::Autumn2026), &text).findings.is_empty(),
            "{written}"
        );
        for edition in [None, Some(Edition::Summer2026)] {
            let checked = at(edition, &text);
            let [finding] = checked.findings.as_slice() else {
                panic!("{:#?}", checked.findings)
            };
            assert_eq!(finding.severity, Severity::Error);
            assert!(finding.fix.is_none(), "a shorter one is not what was meant");
            let hint = finding.hint.as_deref().unwrap();
            assert!(
                hint.contains("`60000`") && !hint.contains("120000"),
                "{hint}"
            );
        }
    }
    let text = options("          send_timeout: 30s\n");
    assert!(at(Some(Edition::Autumn2026), &text).sdl.is_some());
    let new = mended(&text, "wrong-type");
    assert_eq!(line(&new, "send_timeout"), "send_timeout: 30000");
}

#[test]
fn host_names_count_on_the_web_port_only() {
    let hosts = |other: &str| {
        with(
            "        as: 80\n",
            &format!("        {other}\n        accept:\n          - shop.example.com\n"),
        )
    };
    let new = mended(&hosts("as: 3000"), "host-without-http");
    assert_eq!(line(&new, "as:"), "as: 80");
    clean(&new);
    for port in ["25565", "5432", "443"] {
        let text = hosts("as: 3000").replace("port: 8080", &format!("port: {port}"));
        let finding = find(&check(&text), "host-without-http");
        assert!(finding.fix.is_none() && finding.hint.is_some(), "{port}");
    }
    let udp = find(&check(&hosts("proto: udp")), "host-without-http");
    assert!(udp.message.contains("UDP port 8080") && udp.fix.is_none());
    clean(&hosts("as: 80"));
    let two = with(
        "    expose:\n",
        "    expose:\n      - port: 9000\n        as: 80\n        accept: [admin.example.com]\n        to:\n          - global: true\n",
    );
    let taken = find(&check(&two), "port-taken");
    assert!(taken.hint.unwrap().contains("two services"));
    assert_eq!(taken.related.len(), 1);
}

#[test]
fn a_volume_that_lasts_is_named_and_mounted() {
    let lasting = |name: &str| {
        with(
            "          size: 2Gi\n",
            &format!(
                "          - size: 1Gi\n          - {name}size: 2Gi\n            attributes:\n              persistent: true\n              class: beta3\n"
            ),
        )
    };
    let named = lasting("name: files\n            ");
    let new = mended(&named, "volume-not-mounted");
    assert_eq!(
        line(&new, "mount:"),
        "mount: /files # change this to the folder your program writes to"
    );
    clean(&new);
    let new = mended(&lasting(""), "volume-not-mounted");
    let volume = &check(&new).sdl.unwrap().summary().services[0].storage[1];
    assert_eq!(
        (volume.name.as_str(), volume.mount.as_deref()),
        ("data", Some("/data"))
    );
    clean(&new);
    let new = mended(
        &named.replace("example/site:1.4", "mariadb:11.4"),
        "volume-not-mounted",
    );
    assert_eq!(line(&new, "mount:"), "mount: /var/lib/mysql");
    let new = mended(
        &named.replace("example/site:1.4", "docker.io/library/postgres:16"),
        "volume-not-mounted",
    );
    assert!(
        new.contains("mount: /var/lib/postgresql/data\n")
            && new.contains("- PGDATA=/var/lib/postgresql/data/pgdata\n"),
        "{new}"
    );
    let mount = |image: &str| {
        let text = named.replace("example/site:1.4", image);
        line(&mended(&text, "volume-not-mounted"), "mount:").to_owned()
    };
    for (image, path) in [
        ("mysql:8", "/var/lib/mysql"),
        ("docker.io/library/mysql:8", "/var/lib/mysql"),
        ("public.ecr.aws/docker/library/mysql:8", "/var/lib/mysql"),
        ("grafana/grafana:12.0.0", "/var/lib/grafana"),
        ("quay.io/prometheus/prometheus:v3.0.0", "/prometheus"),
        ("ollama/ollama:0.9.0", "/root/.ollama"),
        ("gitea/gitea:1.24", "/data"),
    ] {
        assert_eq!(mount(image), format!("mount: {path}"), "{image}");
    }
    // Images of others keep their files elsewhere.
    for image in [
        "bitnami/mysql:8.4",
        "bitnami/postgresql:17",
        "linuxserver/nextcloud:31.0.0",
        "lscr.io/linuxserver/nextcloud:31.0.0",
        "registry.example.com:5000/mysql:8",
    ] {
        assert_eq!(
            mount(image),
            "mount: /files # change this to the folder your program writes to",
            "{image}"
        );
    }
    // The name is in the service already.
    let text = lasting("").replace(
        "    expose:\n",
        "    params:\n      storage:\n        files:\n          mount: /srv\n    expose:\n",
    );
    assert_eq!(check(&text).findings.len(), 1);
    let new = mended(&text, "unknown-volume");
    assert!(new.contains("name: files\n"), "{new}");
    clean(&new);
    // A file of one service that nobody could reach is opened with it.
    let text = named.replace(
        "        as: 80\n        to:\n          - global: true\n",
        "",
    );
    let new = mended(&text, "volume-not-mounted");
    clean(&new);
}

#[test]
fn a_login_for_another_registry_is_told() {
    let login = |host: &str, image: &str| {
        with(
            "    image: example/site:1.4\n",
            &format!(
                "    image: {image}\n    credentials:\n      host: {host}\n      username: someone\n      password: token-of-mine\n"
            ),
        )
    };
    for (host, image) in [
        ("docker.io", "example/site:1.4"),
        ("https://index.docker.io/v1/", "example/site:1.4"),
        ("docker.io", "docker.io/example/site:1.4"),
        ("https://ghcr.io", "ghcr.io/example/site:1.4"),
        (
            "registry.example.com:5000",
            "registry.example.com:5000/site:1.4",
        ),
    ] {
        clean(&login(host, image));
    }
    // A password goes to no other registry by a click, and no image is renamed.
    for (host, image) in [
        ("docker.io", "ghcr.io/example/site:1.4"),
        ("ghcr.io", "example/site:1.4"),
    ] {
        let finding = find(&check(&login(host, image)), "credentials-elsewhere");
        assert!(
            finding.fix.is_none() && finding.hint.is_some(),
            "{finding:#?}"
        );
    }
    let new = mended(
        &login("hub.docker.com", "example/site:1.4"),
        "credentials-elsewhere",
    );
    assert_eq!(line(&new, "host:"), "host: docker.io");
}

#[test]
fn references_to_sealed_secrets_are_none_of_the_reserved_values() {
    let env = |value: &str| {
        with(
            "    expose:\n",
            &format!("    env:\n      - MAIL={value}\n    expose:\n"),
        )
    };
    let autumn = Context {
        edition: Some(Edition::Autumn2026),
        ..Context::default()
    };
    let text = env("ac-secret://MAIL_2");
    for checked in [check(&text), check_with(&text, &autumn)] {
        assert_eq!(
            find(&checked, "secret-reference").severity,
            Severity::Warning
        );
        assert!(!checked.stops());
    }
    for wrong in ["ac-secret://2", "ac-secret:MAIL", "ac-other"] {
        assert!(!check(&env(wrong)).stops());
        assert!(check_with(&env(wrong), &autumn).stops(), "{wrong}");
    }
}

#[test]
fn what_the_chain_refuses_stops_a_file_that_the_console_takes() {
    for (right, wrong) in [
        ("units: 1\n", "units: 1000\n"),
        ("units: 1\n", "units: 5m\n"),
        ("size: 1Gi", "size: 3Ti"),
        ("size: 2Gi", "size: 1Mi"),
        ("amount: 2000", "amount: 10000001"),
        ("amount: 2000", "amount: \"0.1234567890123456789\""),
        ("count: 1", "count: 30000"),
    ] {
        let checked = check(&with(right, wrong));
        assert!(
            checked.sdl.is_some() && checked.stops(),
            "{wrong}: {:#?}",
            checked.findings
        );
        let [finding] = checked.findings.as_slice() else {
            panic!("{:#?}", checked.findings)
        };
        assert_eq!(finding.severity, Severity::Refused);
    }
    // What no service uses never gets to the chain.
    let unused = with(
        "  compute:\n",
        "  compute:\n    big:\n      resources:\n        cpu:\n          units: 1000\n        memory:\n          size: 1Gi\n        storage:\n          size: 1Gi\n",
    );
    assert!(!check(&unused).stops());
}

#[test]
fn an_offer_is_never_what_the_chain_refuses() {
    use akash_sdl::{Instead, Requirement};
    let text = with("units: 1\n", "units: 1000\n");
    let sdl = check(&text).sdl.unwrap();
    let cpu = sdl
        .relaxations()
        .into_iter()
        .find(|one| matches!(one.what, Requirement::Cpu { .. }))
        .unwrap();
    assert!(cpu.apply(&text, &Instead::Amount(512_000)).is_err());
    let fewer = cpu.apply(&text, &Instead::Amount(256_000)).unwrap();
    clean(&fewer);
    let price = sdl
        .relaxations()
        .into_iter()
        .find(|one| matches!(one.what, Requirement::Price { .. }))
        .unwrap();
    assert!(price.apply(&text, &Instead::Amount(10_000_001)).is_err());
}

#[test]
fn compose_fields_get_what_their_hint_says() {
    let service = |lines: &str| with("    expose:\n", &format!("{lines}    expose:\n"));
    let new = mended(
        &service("    environment:\n      MODE: fast\n      COUNT: 3\n      EMPTY:\n"),
        "unknown-field",
    );
    assert!(
        new.contains("    env:\n      - MODE=fast\n      - COUNT=3\n      - EMPTY=\n"),
        "{new}"
    );
    clean(&new);
    let new = mended(&service("    environment: {MODE: fast}\n"), "unknown-field");
    assert_eq!(line(&new, "env:"), r#"env: ["MODE=fast"]"#);
    let new = mended(&service("    restart: always\n"), "unknown-field");
    assert_eq!(new, PLAIN);
    let new = mended(
        &service("    healthcheck:\n      test: [a]\n      interval: 5s\n"),
        "unknown-field",
    );
    assert_eq!(new, PLAIN);
    let new = mended(
        &service("    depends_on:\n      web:\n        condition: service_healthy\n"),
        "unknown-field",
    );
    clean(&new);
    // What would be lost has no button.
    assert!(
        find(&check(&service("    privileged: true\n")), "unknown-field")
            .fix
            .is_none()
    );
}

#[test]
fn no_hint_names_a_tag_that_may_not_exist() {
    for image in ["example/site", "example/site:latest"] {
        let finding = find(&check(&with("example/site:1.4", image)), "image-latest");
        assert!(!finding.hint.unwrap().contains("site"), "{image}");
    }
}

#[test]
fn a_password_that_was_made_for_the_file_is_no_finding() {
    let text = with(
        "    expose:\n",
        "    env:\n      - DB_PASSWORD=2f6b\n    expose:\n",
    );
    find(&check(&text), "secret-in-env");
    let context = Context {
        made_secrets: vec!["2f6b".to_owned()],
        ..Context::default()
    };
    assert!(check_with(&text, &context).findings.is_empty());
}

#[test]
fn a_long_line_of_dollars_is_read_once() {
    let dollars = "$".repeat(50_000);
    let spaced = "$ ".repeat(25_000);
    for line in [
        format!("command: \"{dollars}\""),
        format!("entrypoint: \"{spaced}\""),
        format!("command: [\"{spaced}\"]"),
    ] {
        let text = with("    expose:\n", &format!("    {line}\n    expose:\n"));
        assert!(!check(&text).findings.is_empty());
    }
}

#[test]
fn many_misplaced_fields_are_all_told_and_the_first_have_a_fix() {
    let services: String = (0..800)
        .map(|index| {
            format!("  s{index}:\n    image: a/b:1\n    accept: [s{index}.example.com]\n    expose: [{{port: 80}}]\n")
        })
        .collect();
    let text = format!("version: \"2.0\"\nservices:\n{services}");
    let found = check(&text).findings;
    let misplaced: Vec<_> = found
        .iter()
        .filter(|finding| finding.code == "unknown-field")
        .collect();
    assert_eq!(misplaced.len(), 800);
    let fixes = misplaced
        .iter()
        .filter(|finding| finding.fix.is_some())
        .count();
    assert!((1..=10).contains(&fixes), "{fixes}");
    assert!(misplaced[0].fix.is_some());
}
