//! What holds for every source.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;

use akash_sdl::convert::{
    Conversion, ConvertError, Options, Source, compose, convert, docker_run, image, kubernetes,
    recognise,
};
use akash_sdl::{Derivation, Severity, check};
use proptest::prelude::*;
use serde_json::Value;

fn source(text: &str) -> Source {
    Source {
        name: "compose.yaml".to_owned(),
        text: text.to_owned(),
    }
}

/// A result passes the check without errors, and its decisions point into it.
fn holds(made: &Conversion) {
    let checked = check(&made.sdl);
    let stops: Vec<_> = checked
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Warning)
        .collect();
    assert!(stops.is_empty(), "{stops:#?}\n{}", made.sdl);
    let lines = made.sdl.lines().count();
    for decision in &made.decisions {
        assert!((1..=lines).contains(&(decision.line as usize)));
        assert!(!decision.path.is_empty() && !decision.why.is_empty());
    }
}

/// Either a result that holds, or an error with a sentence.
fn answered(result: Result<Conversion, ConvertError>) {
    match result {
        Ok(made) => holds(&made),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

const IMAGES: [&str; 12] = [
    "nginx",
    "postgres:16",
    "redis:7-alpine",
    "acme/web:1",
    "ghcr.io/acme/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "vllm/vllm-openai",
    "itzg/minecraft-server",
    "not a name",
    "",
    "localhost:5000/x",
    "Wordpress",
    "ollama/ollama",
];
const PORTS: [&str; 16] = [
    "80",
    "8080:80",
    "443:443",
    "127.0.0.1:5432:5432",
    "53:53/udp",
    "3000-3010:3000-3010",
    "0",
    "70000:80",
    ":80",
    "a:b",
    "[::1]:80:80",
    "9000/sctp",
    "8080-8081:80",
    "80:80:80:80",
    "1-65535",
    "22:22",
];
const VOLUMES: [&str; 14] = [
    "data:/data",
    "./x:/x",
    "/y",
    "d:/data:ro",
    "",
    ":",
    "C:\\x:/y",
    "data:relative",
    "a:/",
    "/var/run/docker.sock:/var/run/docker.sock",
    "é:/é",
    "data:/var/lib/postgresql/data",
    "x:/a//",
    "../..:/etc",
];
const SIZES: [&str; 12] = [
    "512m",
    "1g",
    "0",
    "-1",
    "1e9",
    "99999999999999999999g",
    "1.5gb",
    "",
    "nan",
    "10k",
    "2Gi",
    "0.0001k",
];
const NAMES: [&str; 12] = [
    "web",
    "db",
    "My_App",
    "1st",
    "-",
    "é",
    "a.b",
    "constructor",
    "profiles",
    "version",
    "x--y-",
    "_",
];

/// Parts of a compose file as people write it, with what they should not write among it.
fn file() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[ -~é😀\\n\\t]{0,20}",
        Just("yes".to_owned()),
        Just("1.0".to_owned()),
        Just("a: b".to_owned()),
        Just("#x".to_owned()),
        Just("${A}".to_owned()),
        Just("${A:-b}$$".to_owned()),
        Just("http://db:5432/".to_owned()),
        Just("\u{2028}\u{85}\u{0}\u{feff}".to_owned()),
    ];
    let service = (
        (
            prop::sample::select(&IMAGES[..]),
            prop::sample::select(&NAMES[..]),
        ),
        prop::collection::vec(("[A-Za-z_.0-9 -]{0,8}", text.clone()), 0..5),
        prop::collection::vec(prop::sample::select(&PORTS[..]), 0..5),
        prop::collection::vec(prop::sample::select(&VOLUMES[..]), 0..6),
        prop::collection::vec(prop::sample::select(&NAMES[..]), 0..3),
        (
            prop::sample::select(&SIZES[..]),
            prop::sample::select(&SIZES[..]),
            prop::sample::select(&SIZES[..]),
        ),
        (
            text.clone(),
            prop::collection::vec(text, 0..3),
            0_u64..10,
            any::<u8>(),
        ),
    );
    prop::collection::vec((prop::sample::select(&NAMES[..]), service), 0..6).prop_map(|services| {
        let mut out = String::from("services:\n");
        let mut taken = std::collections::BTreeSet::new();
        for (name, ((image, alias), env, ports, volumes, needs, (memory, cpus, shm), (command, entry, count, bits))) in services {
            if !taken.insert(name) {
                continue;
            }
            let _ = writeln!(out, "  {}:\n    image: {}\n    container_name: {alias:?}", quoted(name), quoted(image));
            let list = |out: &mut String, key: &str, items: Vec<String>| {
                if !items.is_empty() {
                    let _ = writeln!(out, "    {key}: [{}]", items.join(", "));
                }
            };
            if bits & 1 == 0 {
                list(&mut out, "environment", env.iter().map(|(name, value)| quoted(&format!("{name}={value}"))).collect());
            } else {
                out.push_str("    environment:\n");
                let mut names = std::collections::BTreeSet::new();
                for (name, value) in &env {
                    if names.insert(name) {
                        let _ = writeln!(out, "      {}: {}", quoted(name), quoted(value));
                    }
                }
            }
            list(&mut out, "ports", ports.iter().map(|port| quoted(port)).collect());
            list(&mut out, "volumes", volumes.iter().map(|volume| quoted(volume)).collect());
            list(&mut out, "depends_on", needs.iter().map(|need| quoted(need)).collect());
            let _ = writeln!(out, "    command: {}", quoted(&command));
            if bits & 2 == 0 {
                list(&mut out, "entrypoint", entry.iter().map(|word| quoted(word)).collect());
            }
            if bits & 4 == 0 {
                let _ = writeln!(out, "    mem_limit: {}\n    cpus: {}\n    shm_size: {}", quoted(memory), quoted(cpus), quoted(shm));
            } else {
                let _ = writeln!(out, "    deploy: {{replicas: {count}, resources: {{limits: {{memory: {}, cpus: {}}}}}}}", quoted(memory), quoted(cpus));
            }
            if bits & 8 == 0 {
                out.push_str("    tmpfs: [/run, '/tmp:size=1g', relative]\n    gpus: all\n");
            }
            if bits & 16 == 0 {
                out.push_str("    secrets: [a, {source: b, target: /c}]\n    configs: [a]\n    networks: {n: {aliases: [db, web]}}\n");
            }
        }
        out + "secrets: {a: {file: x}}\n"
    })
}

/// Lines of a compose file in any order, which is mostly none.
fn soup() -> impl Strategy<Value = String> {
    const LINES: [&str; 40] = [
        "services:",
        "  web:",
        "    image: nginx",
        "    image:",
        "    ports:",
        "      - 80",
        "      - \"80:80\"",
        "      - {target: 80}",
        "    environment:",
        "      A: b",
        "      - A=b",
        "    <<: *x",
        "x: &x",
        "    extends: web",
        "    extends: {service: web, file: a}",
        "    deploy:",
        "      resources:",
        "        limits: {cpus: 1}",
        "volumes:",
        "  data:",
        "    volumes: [data:/data]",
        "include: [a]",
        "    build: .",
        "    profiles: [a]",
        "    command: 'a",
        "    command: \"a 'b\"",
        "    ports: !reset []",
        "    ports: !override [\"1:1\"]",
        "version: 3",
        "  db: *x",
        "---",
        "kind: Deployment",
        "apiVersion: v1",
        "spec:",
        "  template: {spec: {containers: [{image: a, name: b}]}}",
        "docker run -p 80:80 nginx",
        "    expose: 80-90",
        "    gpus: [{count: -1}]",
        "    secrets: [{}]",
        "\t- x",
    ];
    prop::collection::vec(prop::sample::select(&LINES[..]), 0..25)
        .prop_map(|lines| lines.join("\n"))
}

/// Words of a shell.
fn line() -> impl Strategy<Value = String> {
    const WORDS: [&str; 44] = [
        "docker",
        "podman",
        "run",
        "container",
        "-d",
        "-p",
        "80:80",
        "-p8080:80",
        "-e",
        "A=b",
        "-eA",
        "--env",
        "--env=A=b",
        "-v",
        "data:/data",
        "./x:/y:ro",
        "--name",
        "web",
        "--gpus",
        "all",
        "-it",
        "-m",
        "512m",
        "--cpus=1",
        "--unknown",
        "--unknown=x",
        "nginx:1.27",
        "acme/app",
        "--",
        "\\\n",
        "'a b'",
        "\"c $D\"",
        "$(pwd)",
        "`id`",
        "&&",
        ";",
        "|",
        "#x",
        "--mount",
        "type=bind,src=/a,dst=/b",
        "--network",
        "host",
        "--entrypoint",
        "'unclosed",
    ];
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..20)
        .prop_map(|words| format!("docker run {}", words.join(" ")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_compose_file_becomes_a_valid_sdl(text in file()) {
        let result = compose(&[source(&text)], Some("A=1\n"), &Options::default());
        // Only what can't run, or what no deployment can hold, is refused.
        if let Err(error) = &result {
            let refused = matches!(error, ConvertError::NothingToRun { .. });
            prop_assert!(refused, "{error}\n{text}");
        }
        answered(result);
    }

    #[test]
    fn later_files_merge_into_a_valid_sdl(first in file(), second in file()) {
        answered(compose(&[source(&first), source(&second)], None, &Options::default()));
    }

    #[test]
    fn any_lines_are_answered(text in soup()) {
        let _ = recognise(&text);
        answered(convert(&[source(&text)], None, &Options::default()));
        answered(compose(&[source(&text)], None, &Options::default()));
        answered(kubernetes(&text));
    }

    #[test]
    fn any_shell_line_is_answered(text in line()) {
        let _ = recognise(&text);
        answered(docker_run(&text, None, &Options::default()));
    }

    #[test]
    fn any_text_is_answered(text in "\\PC{0,60}") {
        let _ = recognise(&text);
        answered(convert(&[source(&text)], Some(&text), &Options::default()));
        answered(docker_run(&format!("docker run {text}"), Some(&text), &Options::default()));
        answered(image(&text));
        answered(kubernetes(&text));
    }

    /// Whatever a variable or an argument holds, the SDL gives it back unchanged.
    #[test]
    fn values_survive(value in prop_oneof!["\\PC{0,30}", "[\\x00-\\x7f]{0,20}", "[-?:,\\[\\]{}#&*!|>'\"%@`~ 0-9a-fx.+_nyYN=<]{0,8}"]) {
        prop_assume!(!value.contains('\u{fffd}'));
        let text = serde_json::json!({"services": {"web": {
            "image": "acme/web:1", "ports": ["80:80"], "environment": {"V": value.replace('$', "$$")}, "command": [value.replace('$', "$$"), "end"],
        }}}).to_string();
        let made = compose(&[source(&text)], None, &Options::default());
        // JSON is YAML but for some characters that only escapes can write; the reader refuses those.
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                let unreadable = matches!(error, ConvertError::Unreadable { .. });
                prop_assert!(unreadable, "{error}");
                return Ok(());
            }
        };
        let sdl = check(&made.sdl).sdl.expect("valid");
        let manifest: Value = serde_json::from_str(&sdl.derive(Derivation::Alpha40).manifest).unwrap();
        let service = &manifest[0]["services"][0];
        prop_assert_eq!(service["env"][0].as_str().unwrap(), format!("V={value}"));
        prop_assert_eq!(service["args"][0].as_str().unwrap(), value.as_str());
    }
}
