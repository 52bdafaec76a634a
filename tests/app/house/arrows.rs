//! Checks that modules only use modules below them.

use std::collections::{BTreeMap, BTreeSet};

/// Modules by name (`api::views`), each with the modules it uses.
pub(crate) struct Graph(pub(crate) BTreeMap<String, BTreeSet<String>>);

impl Graph {
    /// What is wrong with the graph. `layers` go from the top down; an entry stands for a module and all modules
    /// inside it, unless those have an entry of their own. A module may use modules of lower layers and modules under
    /// its own entry. No two modules may use each other, directly or through others.
    pub(crate) fn complaints(&self, layers: &[&[&str]]) -> Vec<String> {
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
