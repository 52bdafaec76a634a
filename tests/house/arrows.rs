//! Checks that the modules of a crate only use modules below them.
//!
//! A [`Graph`] holds which module uses which; [`Graph::of_crate`] reads it from Rust sources. [`Graph::complaints`]
//! compares a graph with a list of layers and does not care where the graph came from.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The name of the module that is the root of a crate (`lib.rs`).
pub const ROOT: &str = "lib";

/// Modules by name (`api::views`), each with the modules it uses.
#[derive(Default)]
pub struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// Reads the modules under `src`, one for each file. `main.rs` is another crate and left out, and so is code
    /// under `#[cfg(test)]`: what tests use is their own affair.
    pub fn of_crate(src: &Path) -> Self {
        let mut sources = BTreeMap::new();
        read_folder(src, "", &mut sources);
        Self::of_sources(&sources)
    }

    /// The same for sources in memory, by module name.
    pub fn of_sources(sources: &BTreeMap<String, String>) -> Self {
        let modules: BTreeSet<&str> = sources.keys().map(String::as_str).collect();
        let uses = |(name, text): (&String, &String)| {
            let mut used = uses(name, &tokens(text), &modules);
            used.remove(name);
            (name.clone(), used)
        };
        Self(sources.iter().map(uses).collect())
    }

    /// What is wrong with the graph. `layers` go from the top down; an entry stands for a module and all modules
    /// inside it, unless those have an entry of their own. A module may use modules of lower layers and modules under
    /// its own entry. No two modules may use each other, directly or through others.
    pub fn complaints(&self, layers: &[&[&str]]) -> Vec<String> {
        let mut found = BTreeSet::new();
        let entries: BTreeMap<&str, usize> = layers
            .iter()
            .enumerate()
            .flat_map(|(depth, layer)| layer.iter().map(move |entry| (*entry, depth)))
            .collect();
        let entry_of = |module: &str| {
            let mut name = module;
            loop {
                if let Some((entry, depth)) = entries.get_key_value(name) {
                    return Some((*entry, *depth));
                }
                name = name.rsplit_once("::")?.0;
            }
        };
        let met: BTreeSet<&str> = self
            .0
            .keys()
            .filter_map(|it| entry_of(it))
            .map(|it| it.0)
            .collect();
        for entry in entries.keys().filter(|entry| !met.contains(*entry)) {
            found.insert(format!(
                "the list names `{entry}`, but there is no such module"
            ));
        }
        for (module, used) in &self.0 {
            let Some((entry, depth)) = entry_of(module) else {
                found.insert(format!("`{module}` is in no layer; add it to the list"));
                continue;
            };
            for (other, other_depth) in used.iter().filter_map(|it| entry_of(it)) {
                if other != entry && other_depth <= depth {
                    found.insert(format!(
                        "`{module}` may not use `{other}`, which is not below it"
                    ));
                }
            }
        }
        if let Some(circle) = self.circle() {
            found.insert(format!("a circle: {}", circle.join(" -> ")));
        }
        found.into_iter().collect()
    }

    /// A circle, if there is one: the first module again at the end.
    fn circle(&self) -> Option<Vec<&str>> {
        let mut done = BTreeSet::new();
        self.0
            .keys()
            .find_map(|start| self.walk(start, &mut Vec::new(), &mut done))
    }

    fn walk<'a>(
        &'a self,
        module: &'a str,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<&'a str>> {
        if let Some(start) = path.iter().position(|it| *it == module) {
            return Some([&path[start..], &[module]].concat());
        }
        if done.contains(module) {
            return None;
        }
        path.push(module);
        let used = self.0.get(module).into_iter().flatten();
        let found = used.into_iter().find_map(|it| self.walk(it, path, done));
        path.pop();
        done.insert(module);
        found
    }
}

fn read_folder(folder: &Path, prefix: &str, sources: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("an entry").path();
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            read_folder(&path, &format!("{prefix}{stem}::"), sources);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = match &*stem {
                "main" if prefix.is_empty() => continue,
                "lib" if prefix.is_empty() => ROOT.to_owned(),
                "mod" => prefix.trim_end_matches("::").to_owned(),
                _ => format!("{prefix}{stem}"),
            };
            sources.insert(name, fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// The parts of a source that matter here: names, `::` and single signs. Comments, strings and lifetimes are dropped.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            string(rest)
        } else if first == '\'' {
            quoted(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let word = |it: char| it.is_alphanumeric() || it == '_';
            let length = rest.find(|it| !word(it)).unwrap_or(rest.len());
            found.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            found.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// The length of `r"…"` or `r#"…"#`.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let body = after.trim_start_matches('#');
    let hashes = after.len() - body.len();
    body.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 2 + hashes;
    Some(
        text[start..]
            .find(&end)
            .map_or(text.len(), |at| start + at + end.len()),
    )
}

/// The length of `"…"`.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character like `'x'` or `'\n'`; 1 for the sign before a lifetime.
fn quoted(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match letters.next() {
        Some((_, '\\')) => {
            letters.next();
            letters
                .find(|it| it.1 == '\'')
                .map_or(text.len(), |it| it.0 + 1)
        }
        Some(_) => letters
            .next()
            .filter(|it| it.1 == '\'')
            .map_or(1, |it| it.0 + 1),
        None => 1,
    }
}

/// The modules that a source uses.
fn uses(module: &str, tokens: &[String], modules: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let at = |index: usize| tokens.get(index).map_or("", String::as_str);
    let mut index = 0;
    while index < tokens.len() {
        let test = ["#", "[", "cfg", "(", "test", ")", "]"];
        if (0..test.len()).all(|offset| at(index + offset) == test[offset]) {
            index = after_item(tokens, index + test.len());
        } else if at(index) == "use" || at(index + 1) == "::" && at(index.wrapping_sub(1)) != "::" {
            let start = index + usize::from(at(index) == "use");
            let next = tree(tokens, start, &mut Vec::new(), &mut |path| {
                found.extend(resolved(module, path, modules));
            });
            // No path begins here, as in `<T>::new`.
            index = next.max(index + 1);
        } else {
            index += 1;
        }
    }
    found
}

/// The index after an item: after its `;` or its `{…}`.
fn after_item(tokens: &[String], mut index: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        match &**token {
            "{" => depth += 1,
            "}" if depth <= 1 => break,
            "}" => depth -= 1,
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    index
}

/// Reads a path or the tree of a `use`, hands each whole path to `take` and returns the index after it.
fn tree<'a>(
    tokens: &'a [String],
    mut index: usize,
    path: &mut Vec<&'a str>,
    take: &mut impl FnMut(&[&'a str]),
) -> usize {
    let depth = path.len();
    while let Some(token) = tokens.get(index) {
        if token == "{" {
            index += 1;
            while tokens.get(index).is_some_and(|it| it != "}") {
                let next = tree(tokens, index, path, take);
                // A sign that no tree begins with, such as the comma.
                index = next.max(index + 1);
            }
            path.truncate(depth);
            return index + 1;
        }
        if !token.starts_with(|it: char| it.is_alphabetic() || it == '_') {
            break;
        }
        path.push(token);
        index += 1;
        if tokens.get(index).is_none_or(|it| it != "::") {
            break;
        }
        index += 1;
    }
    if path.len() > depth {
        take(path);
    }
    if tokens.get(index).is_some_and(|it| it == "as") {
        index += 2;
    }
    path.truncate(depth);
    index
}

/// The module that a path leads to, seen from another; `None` when it leads out of the crate.
fn resolved(module: &str, path: &[&str], modules: &BTreeSet<&str>) -> Option<String> {
    let own: Vec<&str> = match module {
        ROOT => Vec::new(),
        _ => module.split("::").collect(),
    };
    let supers = path.iter().take_while(|it| **it == "super").count();
    let child = [&own[..], &path[..1]].concat().join("::");
    let full = match path[0] {
        "crate" => path[1..].to_vec(),
        "self" => [&own[..], &path[1..]].concat(),
        "super" => [&own[..own.len().saturating_sub(supers)], &path[supers..]].concat(),
        _ if modules.contains(&*child) => [&own[..], path].concat(),
        _ => return None,
    };
    let named = (1..=full.len())
        .rev()
        .map(|length| full[..length].join("::"));
    let longest = named.into_iter().find(|name| modules.contains(&**name));
    Some(longest.unwrap_or_else(|| ROOT.to_owned()))
}

#[test]
fn every_way_to_name_a_module_is_read() {
    let source = r##"
        use crate::{api::{self, views::bid}, time::later as soon};
        use super::escrow;
        use tokio::time;
        mod bid;
        const TEXT: &str = "crate::faults \" crate::faults"; // crate::faults
        const RAW: &str = r#"" crate::faults "#;
        const QUOTE: char = '"';
        fn price<'a>(of: &'a bid::Bid) -> Vec<crate::money::Uact> { json!({ "x": crate::error::Error }) }
        #[cfg(test)]
        mod tests { use crate::faults; fn x() { {} crate::faults::x() } }
        use crate::store;
    "##;
    let names = [
        "api",
        "api::views",
        "chain",
        "chain::escrow",
        "chain::market",
        "chain::market::bid",
    ];
    let others = ["error", "faults", "money", "store", "time"];
    let mut sources: BTreeMap<String, String> = [&names[..], &others[..]]
        .concat()
        .into_iter()
        .map(|it| (it.to_owned(), String::new()))
        .collect();
    sources.insert("chain::market".to_owned(), source.to_owned());
    let graph = Graph::of_sources(&sources);
    let used: Vec<&str> = graph.0["chain::market"]
        .iter()
        .map(String::as_str)
        .collect();
    let wanted = [
        "api",
        "api::views",
        "chain::escrow",
        "chain::market::bid",
        "error",
        "money",
        "store",
        "time",
    ];
    assert_eq!(used, wanted);
}

#[test]
fn upward_arrows_circles_and_stale_lists_are_found() {
    let graph = |arrows: &[(&str, &[&str])]| {
        let uses = |used: &[&str]| used.iter().map(|it| (*it).to_owned()).collect();
        Graph(
            arrows
                .iter()
                .map(|(module, used)| ((*module).to_owned(), uses(used)))
                .collect(),
        )
    };
    let layers: [&[&str]; 3] = [&["api", "pages"], &["world"], &["money"]];
    let well = graph(&[
        ("api", &["api::views", "world"]),
        ("api::views", &["money"]),
        ("pages", &["world::state"]),
        ("world", &["world::state"]),
        ("world::state", &["money"]),
        ("money", &[]),
    ]);
    assert_eq!(well.complaints(&layers), Vec::<String>::new());
    let beside = graph(&[
        ("api", &["pages"]),
        ("pages", &[]),
        ("world", &[]),
        ("money", &["world"]),
    ]);
    assert_eq!(
        beside.complaints(&layers),
        [
            "`api` may not use `pages`, which is not below it",
            "`money` may not use `world`, which is not below it"
        ]
    );
    let circle = graph(&[
        ("api", &["api::views"]),
        ("api::views", &["api::bids"]),
        ("api::bids", &["api"]),
        ("pages", &[]),
        ("world", &[]),
        ("money", &[]),
    ]);
    assert_eq!(
        circle.complaints(&layers),
        ["a circle: api -> api::views -> api::bids -> api"]
    );
    let stale = graph(&[("api", &[]), ("pages", &[]), ("world", &[]), ("store", &[])]);
    assert_eq!(
        stale.complaints(&layers),
        [
            "`store` is in no layer; add it to the list",
            "the list names `money`, but there is no such module"
        ]
    );
}
