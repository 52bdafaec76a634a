//! Reads from Rust sources which module uses which.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::arrows::Graph;

/// The name of the module that is the root of a crate (`lib.rs`).
const ROOT: &str = "lib";

/// The modules under `src`, one for each file. It leaves out `main.rs`, which is another crate, and code under
/// `#[cfg(test)]`, because tests may use what they like.
pub(crate) fn modules_of_crate(src: &Path) -> Graph {
    let mut sources = BTreeMap::new();
    read_folder(src, "", &mut sources);
    modules_of_sources(&sources)
}

/// The same, and a call of a method of `shared` counts as a use of the module that defines it: with one type that many modules add methods to,
/// paths alone would not show who uses whom.
pub(crate) fn modules_with_methods(src: &Path, shared: &str) -> Graph {
    let mut sources = BTreeMap::new();
    read_folder(src, "", &mut sources);
    let mut graph = modules_of_sources(&sources);
    add_methods(&mut graph, &sources, shared);
    graph
}

/// Adds arrows for the methods of `shared`: `core.answer(…)`, and `self.answer(…)` in another `impl` of it.
fn add_methods(graph: &mut Graph, sources: &BTreeMap<String, String>, shared: &str) {
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut calls: Vec<(String, String)> = Vec::new();
    let variable = shared.to_lowercase();
    for (module, text) in sources {
        let tokens = tokens(text);
        let at = |index: usize| tokens.get(index).map_or("", String::as_str);
        let (mut index, mut depth, mut inside) = (0, 0, None);
        while index < tokens.len() {
            let test = ["#", "[", "cfg", "(", "test", ")", "]"];
            if (0..test.len()).all(|offset| at(index + offset) == test[offset]) {
                index = after_item(&tokens, index + test.len());
                continue;
            }
            match at(index) {
                "impl" if at(index + 1) == shared && at(index + 2) == "{" => inside = Some(depth),
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inside = inside.filter(|start| depth > *start);
                }
                "fn" if inside.is_some_and(|start| depth == start + 1) => {
                    homes.insert(at(index + 1).to_owned(), module.clone());
                }
                name if at(index + 1) == "." && at(index + 3) == "(" => {
                    let own = name == "self" && inside.is_some();
                    if own || name == variable {
                        calls.push((module.clone(), at(index + 2).to_owned()));
                    }
                }
                _ => {}
            }
            index += 1;
        }
    }
    for (module, method) in calls {
        if let Some(home) = homes.get(&method).filter(|home| **home != module) {
            graph.0.entry(module).or_default().insert(home.clone());
        }
    }
}

/// The same for sources in memory, by module name.
fn modules_of_sources(sources: &BTreeMap<String, String>) -> Graph {
    let modules: BTreeSet<&str> = sources.keys().map(String::as_str).collect();
    let uses = |(name, text): (&String, &String)| {
        let mut used = uses(name, &tokens(text), &modules);
        used.remove(name);
        (name.clone(), used)
    };
    Graph(sources.iter().map(uses).collect())
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
pub(crate) fn raw_string(text: &str) -> Option<usize> {
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
pub(crate) fn string(text: &str) -> usize {
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
pub(crate) fn quoted(text: &str) -> usize {
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

/// Reads a path or the tree of a `use`, passes each whole path to `report`, and returns the index after it.
fn tree<'a>(
    tokens: &'a [String],
    mut index: usize,
    path: &mut Vec<&'a str>,
    report: &mut impl FnMut(&[&'a str]),
) -> usize {
    let depth = path.len();
    while let Some(token) = tokens.get(index) {
        if token == "{" {
            index += 1;
            while tokens.get(index).is_some_and(|it| it != "}") {
                let next = tree(tokens, index, path, report);
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
        report(path);
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
    let graph = modules_of_sources(&sources);
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
fn a_method_of_the_shared_type_is_a_use_of_its_module() {
    let source = |text: &str| text.to_owned();
    let sources = BTreeMap::from([
        (
            "core".to_owned(),
            source("pub struct Core; impl Core { pub fn state(&self) { fn x() {} } }"),
        ),
        (
            "close".to_owned(),
            source("impl Core { fn close(&self) { self.state(); self.other.create(); } }"),
        ),
        (
            "create".to_owned(),
            source(
                "impl Core { fn create<T>(&self, t: T) { self.close() } } impl Other { fn y(&self) { self.close() } }",
            ),
        ),
        (
            "poller".to_owned(),
            source(
                "fn run(core: &Core) { core.create(1); } #[cfg(test)] mod tests { fn x() { core.close() } }",
            ),
        ),
    ]);
    let mut graph = modules_of_sources(&sources);
    add_methods(&mut graph, &sources, "Core");
    let uses = |module: &str| {
        graph.0[module]
            .iter()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        ["core", "close", "create", "poller"].map(uses),
        ["", "core", "close", "create"]
    );
}
