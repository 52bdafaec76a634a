//! Reading values where they stand.

use serde_json::Value;

use super::{find, json, keys, load, offsets::units};

/// A value in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Line, 1-based.
    pub line: u32,
    /// Start in UTF-16 units.
    pub from: u32,
    /// End (exclusive) in UTF-16 units.
    pub to: u32,
    /// The value.
    pub value: Value,
}

/// Reads the values at JSON pointers, in their order. `None` where a pointer leads nowhere, or to what an anchor brings
/// from elsewhere, and for all where the text can't be read.
///
/// ```
/// let text = "services:\n  web:\n    image: nginx\n";
/// let found = akash_sdl::edit::look(text, &["/services/web/image", "/services/web/env/0"]);
/// assert_eq!(found[0].as_ref().unwrap().value, "nginx");
/// assert!(found[1].is_none());
/// ```
pub fn look(text: &str, paths: &[&str]) -> Vec<Option<Found>> {
    let Ok(root) = load(text) else {
        return paths.iter().map(|_| None).collect();
    };
    let one = |path: &str| {
        let keys = keys(path).ok()?;
        let (spot, rest) = find(&root, &keys, path).ok()?;
        let child = spot.child.filter(|_| rest.is_empty())?;
        let before = text.get(..child.span.start)?;
        let within = text.get(child.span.start..child.span.end)?;
        let from = units(before);
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        Some(Found {
            line: u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1),
            from,
            to: from.saturating_add(units(within)),
            value: json(&child.node),
        })
    };
    paths.iter().map(|path| one(path)).collect()
}
