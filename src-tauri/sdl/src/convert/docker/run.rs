//! The flags of one line, as what a compose file would say.

use super::flags::{self, To};
use crate::convert::notes::Losses;
use crate::convert::value::{Map, Text, Value};

/// What the flags of one line say, as a service of compose.
#[derive(Default)]
pub(super) struct Run {
    pub(super) map: Map,
    pub(super) name: Option<String>,
    pub(super) networks: Vec<String>,
    pub(super) aliases: Vec<String>,
    pub(super) publish_all: bool,
}

impl Run {
    fn many(&mut self, key: &str, value: Value) {
        match self.map.get_mut(key) {
            Some(Value::List(items)) => items.push(value),
            _ => self.map.put(key, Value::List(vec![value])),
        }
    }

    pub(super) fn flag(&mut self, name: &str, to: To, value: Text, losses: &mut Losses) {
        match to {
            To::Nothing => {}
            To::One(key) => self.map.put(key, Value::Text(value)),
            To::Many(key) => self.many(key, Value::Text(value)),
            To::Lost => losses.matters(
                None,
                format!("--{name} {}", value.text),
                "An SDL has nothing that says the same.",
                "Check whether the program works without it.",
            ),
            To::Own => self.own(name, value),
        }
    }

    fn own(&mut self, name: &str, value: Text) {
        let text = value.text.clone();
        match name {
            "name" => self.name = Some(text),
            "publish-all" => self.publish_all = text != "false",
            "tz" => self.many("environment", Value::from_text(format!("TZ={text}"))),
            // The flag takes one program, not a line.
            "entrypoint" => self
                .map
                .put("entrypoint", Value::List(vec![Value::Text(value)])),
            "network-alias" | "net-alias" => self.aliases.push(text),
            "network" | "net" => {
                // `name=web,alias=api`
                let named = text.split(',').find_map(|part| part.strip_prefix("name="));
                self.aliases.extend(
                    text.split(',')
                        .filter_map(|part| part.strip_prefix("alias="))
                        .map(str::to_owned),
                );
                let network = named.unwrap_or(&text);
                let is_mode = matches!(network, "host" | "none" | "bridge" | "default")
                    || network.starts_with("container:");
                if is_mode {
                    self.map.put("network_mode", Value::from_text(network));
                } else {
                    self.networks.push(network.to_owned());
                }
            }
            "gpus" => self.gpus(&text),
            "mount" => self.mount(&text),
            _ => {}
        }
    }

    /// `all`, a number, `device=0,1`, `"device=0"` or `count=2,capabilities=…`.
    fn gpus(&mut self, text: &str) {
        let text = text.trim_matches(['"', '\'']);
        let mut device = Map::default();
        if let Some(ids) = text.strip_prefix("device=") {
            let ids = ids
                .split(',')
                .filter(|id| !id.contains('='))
                .map(Value::from_text)
                .collect();
            device.put("device_ids", Value::List(ids));
        } else {
            let count = text
                .split(',')
                .find_map(|part| part.strip_prefix("count="))
                .unwrap_or(text);
            device.put(
                "count",
                Value::from_text(if count == "-1" { "all" } else { count }),
            );
        }
        self.map.put("gpus", Value::List(vec![Value::Map(device)]));
    }

    /// `type=bind,source=/a,target=/b,readonly`.
    fn mount(&mut self, text: &str) {
        let mut mount = Map::default();
        for part in text.split(',') {
            let (key, value) = part.split_once('=').unwrap_or((part, "true"));
            match key {
                "readonly" | "ro" => mount.put("read_only", Value::from_text(value)),
                "src" | "source" => mount.put("source", Value::from_text(value)),
                "dst" | "destination" | "target" => mount.put("target", Value::from_text(value)),
                "tmpfs-size" => {
                    let mut tmpfs = Map::default();
                    tmpfs.put("size", Value::from_text(value));
                    mount.put("tmpfs", Value::Map(tmpfs));
                }
                _ => mount.put(key, Value::from_text(value)),
            }
        }
        self.many("volumes", Value::Map(mount));
    }
}

/// `-dit`, `-p8080:80`, `-e NAME=value`.
pub(super) fn cluster(
    word: &Text,
    rest: &mut impl Iterator<Item = Text>,
    run: &mut Run,
    losses: &mut Losses,
) {
    let letters = word.text.get(1..).unwrap_or_default();
    for (at, letter) in letters.char_indices() {
        let Some((name, has_value)) = flags::short(letter) else {
            losses.matters(
                None,
                format!("-{letter}"),
                "Aloft does not know this flag.",
                "Check whether the program works without it.",
            );
            return;
        };
        let to = flags::long(name).map_or(To::Lost, |(to, _)| to);
        if !has_value {
            run.flag(
                name,
                to,
                Text {
                    text: "true".to_owned(),
                    ..Text::default()
                },
                losses,
            );
            continue;
        }
        let own = letters.get(at + letter.len_utf8()..).unwrap_or_default();
        let own = own.strip_prefix('=').unwrap_or(own);
        let value = if own.is_empty() {
            rest.next().unwrap_or_default()
        } else {
            Text {
                text: own.to_owned(),
                ..word.clone()
            }
        };
        run.flag(name, to, value, losses);
        return;
    }
}

/// `volumes: a:/b` of compose as `-v a:/b`.
pub(super) fn flag_words(what: &str) -> String {
    let Some((key, value)) = what.split_once(": ") else {
        return what.to_owned();
    };
    let short = match key {
        "volumes" => Some("-v"),
        "environment" => Some("-e"),
        "ports" => Some("-p"),
        "env_file" => Some("--env-file"),
        "network_mode" => Some("--network"),
        _ => None,
    };
    if let Some(short) = short {
        return format!("{short} {value}");
    }
    let flag = flags::VALUES
        .iter()
        .chain(flags::SWITCHES)
        .find(|(_, to)| matches!(to, To::One(name) | To::Many(name) if *name == key));
    match flag {
        Some((name, _)) if value == "true" => format!("--{name}"),
        Some((name, _)) => format!("--{name} {value}"),
        None => what.to_owned(),
    }
}
