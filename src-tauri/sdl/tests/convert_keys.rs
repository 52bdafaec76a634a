//! Every key of the official schema of compose files is read or named as lost.
//!
//! The lists are those of `schema/compose-spec.json` of <https://github.com/compose-spec/compose-spec>.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::convert::{Conversion, Options, Source, compose};

/// Each key of a service with a value that means something.
const SERVICE: &[(&str, &str)] = &[
    ("annotations", "{a: b}"),
    ("attach", "true"),
    ("blkio_config", "{weight: 300}"),
    ("build", "./app"),
    ("cap_add", "[NET_ADMIN]"),
    ("cap_drop", "[ALL]"),
    ("cgroup", "host"),
    ("cgroup_parent", "m-executor-abcd"),
    ("command", "[serve]"),
    ("configs", "[settings]"),
    ("container_name", "front"),
    ("cpu_count", "3"),
    ("cpu_percent", "50"),
    ("cpu_period", "50000"),
    ("cpu_quota", "25000"),
    ("cpu_rt_period", "1400us"),
    ("cpu_rt_runtime", "400ms"),
    ("cpu_shares", "73"),
    ("cpus", "3.5"),
    ("cpuset", "0-3"),
    ("credential_spec", "{file: x.json}"),
    ("depends_on", "[other]"),
    ("deploy", "{replicas: 4}"),
    ("develop", "{watch: []}"),
    ("device_cgroup_rules", "['c 1:3 mr']"),
    ("devices", "['/dev/ttyUSB0:/dev/ttyUSB0']"),
    ("dns", "8.8.8.8"),
    ("dns_opt", "[use-vc]"),
    ("dns_search", "example.com"),
    ("domainname", "example.com"),
    ("entrypoint", "[/init]"),
    ("env_file", "web.env"),
    ("environment", "{A: b}"),
    ("expose", "['9999']"),
    ("extends", "{service: other}"),
    ("external_links", "[redis]"),
    ("extra_hosts", "['a:1.2.3.4']"),
    ("gpus", "all"),
    ("group_add", "[mail]"),
    ("healthcheck", "{test: [CMD, true]}"),
    ("hostname", "front"),
    ("image", "acme/web:2"),
    ("init", "true"),
    ("ipc", "host"),
    ("isolation", "hyperv"),
    ("label_file", "labels.txt"),
    ("labels", "{a: b}"),
    ("links", "[other]"),
    ("logging", "{driver: syslog}"),
    ("mac_address", "'02:42:ac:11:65:43'"),
    ("mem_limit", "3g"),
    ("mem_reservation", "3g"),
    ("mem_swappiness", "60"),
    ("memswap_limit", "2g"),
    ("models", "[llm]"),
    ("network_mode", "host"),
    ("networks", "[apart]"),
    ("oom_kill_disable", "true"),
    ("oom_score_adj", "100"),
    ("pid", "host"),
    ("pids_limit", "10"),
    ("platform", "linux/arm64"),
    ("ports", "['8080:8080']"),
    ("post_start", "[{command: ./a.sh}]"),
    ("pre_stop", "[{command: ./b.sh}]"),
    ("privileged", "true"),
    ("profiles", "[debug]"),
    ("provider", "{type: awesomecloud}"),
    ("pull_policy", "always"),
    ("pull_refresh_after", "24h"),
    ("read_only", "true"),
    ("restart", "'no'"),
    ("runtime", "nvidia"),
    ("scale", "4"),
    ("secrets", "[token]"),
    ("security_opt", "['label:user:USER']"),
    ("shm_size", "512m"),
    ("stdin_open", "true"),
    ("stop_grace_period", "1m"),
    ("stop_signal", "SIGUSR1"),
    ("storage_opt", "{size: 1G}"),
    ("sysctls", "{net.core.somaxconn: 1024}"),
    ("tmpfs", "/run"),
    ("tty", "true"),
    ("ulimits", "{nproc: 65535}"),
    ("use_api_socket", "true"),
    ("user", "root"),
    ("userns_mode", "host"),
    ("uts", "host"),
    ("volumes", "['data:/data']"),
    ("volumes_from", "[other]"),
    ("working_dir", "/srv"),
];

/// Each key at the top.
const TOP: &[(&str, &str)] = &[
    ("version", "'3.8'"),
    ("name", "shop"),
    ("include", "[other.yaml]"),
    ("services", "{more: {image: 'acme/more:1'}}"),
    ("models", "{llm: {model: ai/smollm2}}"),
    ("networks", "{apart: {driver: overlay}}"),
    ("volumes", "{data: {external: true}}"),
    ("secrets", "{token: {environment: TOKEN}}"),
    ("configs", "{settings: {content: 'a'}}"),
];

/// Each key of `deploy`.
const DEPLOY: &[(&str, &str)] = &[
    ("mode", "global"),
    ("endpoint_mode", "dnsrr"),
    ("replicas", "3"),
    ("labels", "{a: b}"),
    ("rollback_config", "{parallelism: 1}"),
    ("update_config", "{parallelism: 1}"),
    ("resources", "{limits: {cpus: '3'}}"),
    ("restart_policy", "{condition: none}"),
    ("placement", "{constraints: ['node.role==manager']}"),
];

fn converted(text: &str) -> Conversion {
    let file = Source {
        name: "compose.yaml".to_owned(),
        text: text.to_owned(),
    };
    compose(&[file], None, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A file with one service that has the key, or lacks it.
fn service(key: Option<(&str, &str)>) -> String {
    let image = if key.is_some_and(|(key, _)| key == "image") {
        ""
    } else {
        "    image: acme/web:1\n"
    };
    let line = key
        .map(|(key, value)| format!("    {key}: {value}\n"))
        .unwrap_or_default();
    format!(
        "services:\n  web:\n{image}    ports: ['80:80']\n{line}  other:\n    image: acme/other:1\n    expose: ['7777']\n    cpu_period: 100000\n    environment: {{WEB: 'http://front:80'}}\n"
    )
    .replacen(if key.is_some_and(|(key, _)| key == "ports") { "    ports: ['80:80']\n" } else { "\u{0}" }, "", 1)
}

/// Whether the key made a difference, or is named.
fn is_told(key: &str, with: &Conversion, without: &Conversion) -> bool {
    let named = |what: &str| what.contains(key) || what.contains(&key.replace('_', " "));
    with.sdl != without.sdl
        || with
            .lost
            .iter()
            .any(|lost| named(&lost.what) && !lost.why.is_empty() && !lost.instead.is_empty())
}

#[test]
fn every_key_of_a_service_is_read_or_named() {
    let without = converted(&service(None));
    for entry in SERVICE {
        let with = converted(&service(Some(*entry)));
        // A period alone changes nothing: it belongs to the quota.
        let fine = entry.0 == "cpu_period" || is_told(entry.0, &with, &without);
        assert!(fine, "{entry:?}: {:#?}\n{}", with.lost, with.sdl);
        assert!(
            !with
                .lost
                .iter()
                .any(|lost| lost.why.contains("knows no such key")),
            "{entry:?}"
        );
    }
}

#[test]
fn every_key_at_the_top_is_read_or_named() {
    let uses = "    volumes: ['data:/data']\n    secrets: [token]\n    configs: [settings]\n    networks: [apart]\n";
    let base = format!("services:\n  web:\n    image: acme/web:1\n    ports: ['80:80']\n{uses}");
    let without = converted(&base);
    for (key, value) in TOP {
        let text = match *key {
            "services" => {
                base.replace("services:\n", "services:\n  more: {image: 'acme/more:1'}\n")
            }
            key => format!("{base}{key}: {value}\n"),
        };
        let with = converted(&text);
        // The version says how to read the file, and the network which services see each other.
        let silent = ["version"].contains(key);
        let file = [Source {
            name: "compose.yaml".to_owned(),
            text,
        }];
        let told = is_told(key, &with, &without)
            || compose(&file, Some("TOKEN=t\n"), &Options::default())
                .unwrap()
                .sdl
                != without.sdl;
        assert!(silent || told, "{key}: {:#?}\n{}", with.lost, with.sdl);
        assert!(
            !with
                .lost
                .iter()
                .any(|lost| lost.why.contains("no such section")),
            "{key}"
        );
    }
}

#[test]
fn every_key_of_deploy_is_read_or_named() {
    let without = converted(&service(None));
    for (key, value) in DEPLOY {
        let with = converted(&service(Some(("deploy", &format!("{{{key}: {value}}}")))));
        let told = is_told(key, &with, &without)
            || with.lost.iter().any(|lost| lost.what.contains("restart"));
        assert!(told, "{key}: {:#?}\n{}", with.lost, with.sdl);
    }
}

#[test]
fn what_is_no_key_is_named_and_extensions_are_not() {
    let made = converted(
        "services:\n  web:\n    image: acme/web:1\n    x-mine: 1\n    portz: ['80:80']\nx-top: 1\nserrvices: {}\n",
    );
    let named: Vec<&str> = made.lost.iter().map(|lost| lost.what.as_str()).collect();
    assert!(
        named.iter().any(|what| what.starts_with("portz:")),
        "{named:?}"
    );
    assert!(
        named.iter().any(|what| what.starts_with("serrvices:")),
        "{named:?}"
    );
    assert!(!named.iter().any(|what| what.contains("x-")), "{named:?}");
}
