//! Several files become one: `include`, `extends` and later files over earlier ones.

use crate::convert::interpolate::{Interpolation, Vars};
use crate::convert::merge::{merge, settled};
use crate::convert::notes::Losses;
use crate::convert::types::{ConvertError, Options, Source};
use crate::convert::value::{self, Map, Value};

/// Services that take over from each other.
const MOST_DEEP: usize = 20;
/// Services of one file.
const MOST_SERVICES: usize = 1_000;
/// Values that services may take over from each other in all.
const MOST_TAKEN: usize = 500_000;
/// Files in all.
const MOST_FILES: usize = 50;

/// Keys that a version 1 file can't have at its top.
const SECTIONS: [&str; 9] = [
    "version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs",
];

struct Reader<'a> {
    vars: &'a Vars,
    options: &'a Options,
    read: usize,
    /// Values that services took over from each other.
    taken: usize,
}

/// All files as one.
///
/// # Errors
/// A file can't be read.
pub(super) fn merged(
    files: &[Source],
    vars: &Vars,
    options: &Options,
    losses: &mut Losses,
) -> Result<Map, ConvertError> {
    let mut reader = Reader {
        vars,
        options,
        read: 0,
        taken: 0,
    };
    let mut root = Value::Map(Map::default());
    for file in files {
        let value = reader.file(file, &root, losses, 0)?;
        merge("", &mut root, value);
    }
    match settled(root) {
        Value::Map(map) => Ok(map),
        _ => Ok(Map::default()),
    }
}

impl Reader<'_> {
    fn file(
        &mut self,
        file: &Source,
        before: &Value,
        losses: &mut Losses,
        depth: usize,
    ) -> Result<Value, ConvertError> {
        self.read += 1;
        if self.read > MOST_FILES || depth > MOST_DEEP {
            return Err(ConvertError::TooMuch(format!(
                "it needs more than {MOST_FILES} files."
            )));
        }
        let mut value = value::load(&file.name, &file.text)?;
        Interpolation::new(self.vars).tree(&mut value)?;
        let mut root = match value {
            Value::Map(map) => map,
            Value::Null => Map::default(),
            _ => {
                return Err(ConvertError::Invalid(format!(
                    "{} is no compose file: it has no `services`.",
                    crate::convert::notes::short(&file.name)
                )));
            }
        };
        let old = root.get("services").is_none()
            && !root.entries.is_empty()
            && !root
                .keys()
                .any(|key| SECTIONS.contains(&key) && key != "version");
        if old {
            let (services, rest) = root
                .entries
                .into_iter()
                .partition(|(key, _)| !key.starts_with("x-") && key != "version");
            root = Map { entries: rest };
            root.put("services", Value::Map(Map { entries: services }));
        }
        self.extend(&mut root, before, losses, depth)?;
        let included = root.list("include").to_vec();
        root.remove("include");
        if included.is_empty() {
            // The tags of the file still matter to what it is merged with.
            return Ok(Value::Map(root));
        }
        let mut result = Value::Map(Map::default());
        for item in included {
            let paths = match &item {
                Value::Map(map) => map.get("path").map(Value::texts).unwrap_or_default(),
                other => other.texts(),
            };
            for path in paths {
                match beside(self.options, &path) {
                    Some(source) => {
                        let source = source.clone();
                        let value = self.file(&source, &result, losses, depth + 1)?;
                        merge("", &mut result, value);
                    }
                    None => losses.matters(
                        None,
                        format!("include: {path}"),
                        "The file was not given, so the services in it are missing.",
                        "Give that file too, and convert again.",
                    ),
                }
            }
        }
        merge("", &mut result, Value::Map(root));
        Ok(result)
    }

    /// Replaces `extends` by what it stands for.
    fn extend(
        &mut self,
        root: &mut Map,
        before: &Value,
        losses: &mut Losses,
        depth: usize,
    ) -> Result<(), ConvertError> {
        let Some(services) = root.get("services").and_then(Value::map).cloned() else {
            return Ok(());
        };
        if services.entries.len() > MOST_SERVICES {
            return Err(ConvertError::TooMuch(format!(
                "it has more than {MOST_SERVICES} services."
            )));
        }
        let mut done = services.clone();
        for (name, value) in &services.entries {
            let has = value.map().is_some_and(|map| map.get("extends").is_some());
            if has {
                let full = self.full(name, &services, before, losses, depth)?;
                done.put(name, full);
            }
        }
        root.put("services", Value::Map(done));
        Ok(())
    }

    /// A service with all that it takes over.
    fn full(
        &mut self,
        name: &str,
        services: &Map,
        before: &Value,
        losses: &mut Losses,
        depth: usize,
    ) -> Result<Value, ConvertError> {
        if depth > MOST_DEEP {
            return Err(ConvertError::Invalid(format!(
                "The service `{}` extends itself.",
                crate::convert::notes::short(name)
            )));
        }
        let earlier = before
            .map()
            .and_then(|map| map.map("services"))
            .and_then(|map| map.get(name));
        let Some(own) = services.get(name).or(earlier) else {
            losses.matters(
                None,
                format!("extends: {name}"),
                "There is no service of that name.",
                "Check the name.",
            );
            return Ok(Value::Null);
        };
        let Some(map) = own.map() else {
            return Ok(own.clone());
        };
        let Some(extends) = map.get("extends") else {
            return Ok(own.clone());
        };
        let (target, file) = match extends {
            Value::Map(map) => (map.text("service"), map.text("file")),
            other => (other.text(), None),
        };
        let target = target.unwrap_or_default();
        let mut base = match file {
            None => self.full(&target, services, before, losses, depth + 1)?,
            Some(file) => match beside(self.options, &file).cloned() {
                Some(source) => {
                    let root = self.file(&source, &Value::Null, losses, depth + 1)?;
                    let found = root
                        .map()
                        .and_then(|map| map.map("services"))
                        .and_then(|map| map.get(&target))
                        .cloned();
                    found.unwrap_or_else(|| {
                        losses.matters(
                            Some(name),
                            format!("extends: {file}: {target}"),
                            "The file has no service of that name.",
                            "Check the name.",
                        );
                        Value::Null
                    })
                }
                None => {
                    losses.matters(
                        Some(name),
                        format!("extends: {file}: {target}"),
                        "The file was not given, so what the service takes over from it is missing.",
                        "Give that file too, and convert again.",
                    );
                    Value::Null
                }
            },
        };
        self.taken = self.taken.saturating_add(base.count());
        if self.taken > MOST_TAKEN {
            return Err(ConvertError::TooLarge);
        }
        let mut own = map.clone();
        own.remove("extends");
        merge("", &mut base, Value::Map(own));
        Ok(base)
    }
}

/// A file that was given beside the compose files.
pub(super) fn beside<'o>(options: &'o Options, path: &str) -> Option<&'o Source> {
    let plain = |path: &str| path.trim_start_matches("./").replace('\\', "/");
    let wanted = plain(path);
    options
        .beside
        .iter()
        .find(|source| plain(&source.name) == wanted)
}
