//! Relaxing a requirement of a real file changes that requirement and nothing else.

use akash_sdl::edit::{apply, difference};
use akash_sdl::{Derivation, Fix, Instead, Relaxation, Requirement, Sdl, check};
use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::ensure;

/// Every relaxation with the weakest that there is, and those with amounts once more with the amount they have.
pub(crate) fn relaxed(text: &str) -> Result<(), Failed> {
    let checked = check(text);
    let Some(sdl) = &checked.sdl else {
        return Ok(());
    };
    for relaxation in sdl.relaxations() {
        // What comes from an anchor, and the class of a persistent volume, can't be dropped.
        let Ok(new) = relaxation.apply(text, &Instead::Drop) else {
            continue;
        };
        let edits = difference(text, &new);
        let fix = Fix {
            label: String::new(),
            edits,
        };
        ensure(apply(text, &fix) == new, || {
            format!("{relaxation:?}: {fix:?}")
        })?;
        let after = check(&new);
        let worse = super::worse(&checked.findings, &after.findings);
        ensure(worse.is_none(), || {
            format!("{relaxation:?} brings {worse:?}\nin\n{new}")
        })?;
        if let Some(relaxed) = after.sdl {
            only(&relaxation, sdl, &relaxed)?;
        }
        let Some(amount) = amount(&relaxation.what) else {
            continue;
        };
        // What the chain refuses is no offer, as much as there is of it now.
        if checked.stops() {
            continue;
        }
        let again = relaxation.apply(text, &Instead::Amount(amount));
        let same = again.is_ok_and(|again| {
            check(&again)
                .sdl
                .is_some_and(|again| meaning(&again) == meaning(sdl))
        });
        ensure(same, || format!("{relaxation:?} with the same amount"))?;
    }
    Ok(())
}

fn amount(what: &Requirement) -> Option<u64> {
    match what {
        Requirement::GpuUnits { units, .. } => Some(*units),
        Requirement::Cpu { milli, .. } => Some(*milli),
        Requirement::Memory { bytes, .. } | Requirement::Disk { bytes, .. } => Some(*bytes),
        Requirement::Replicas { count, .. } => Some((*count).into()),
        _ => None,
    }
}

fn meaning(sdl: &Sdl) -> Value {
    json!({"groups": sdl.groups(), "requirements": sdl.requirements()})
}

/// Whether two files differ in what was relaxed, in its group at least.
fn only(relaxation: &Relaxation, before: &Sdl, after: &Sdl) -> Result<(), Failed> {
    let attribute;
    let (parts, is_in_manifest): (&[&str], bool) = match &relaxation.what {
        Requirement::Attribute { key, .. } => {
            attribute = [format!("/attributes/{key}")];
            (&attribute.each_ref().map(String::as_str), false)
        }
        Requirement::SignedBy { .. } => (&["/signed_by/"], false),
        Requirement::Reclamation { .. } => (&["/reclamation_window"], false),
        Requirement::Price { .. } => (&["/price/amount", "/price_amount"], false),
        Requirement::Tee { .. } => (&["/attributes/tee/type"], true),
        Requirement::GpuModels { .. } => (&["/gpu/models", "/gpu_attributes/vendor/"], true),
        Requirement::GpuUnits { .. } => (&["/gpu/units", "/gpu_units"], true),
        Requirement::Cpu { .. } => (&["/cpu_milli"], true),
        Requirement::Memory { .. } => (&["/memory_bytes"], true),
        Requirement::Disk { .. } => (&["/bytes"], true),
        Requirement::StorageClass { .. } | Requirement::Persistent { .. } => {
            (&["/class", "/persistent"], true)
        }
        Requirement::Replicas { .. } => (&["/count"], true),
        Requirement::LeasedIp { .. } => (&["/endpoints"], true),
    };
    let mut changed = Vec::new();
    differences(
        &meaning(before),
        &meaning(after),
        String::new(),
        &mut changed,
    );
    let odd = changed
        .iter()
        .find(|path| !parts.iter().any(|part| path.contains(part)));
    ensure(odd.is_none(), || format!("{relaxation:?} changes {odd:?}"))?;
    let group = relaxation.gseq - 1;
    let own = ["groups", "requirements"].map(|list| format!("/{list}/{group}/"));
    let is_relaxed = changed
        .iter()
        .any(|path| own.iter().any(|own| path.starts_with(own)));
    ensure(is_relaxed, || format!("{relaxation:?} changes nothing"))?;
    let hashes = [before, after].map(|sdl| sdl.derive(Derivation::Alpha40).hash);
    ensure(is_in_manifest || hashes[0] == hashes[1], || {
        format!("{relaxation:?} changes the manifest")
    })
}

/// The places where two values differ; a list of another length differs as a whole.
fn differences(a: &Value, b: &Value, path: String, out: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Value>| {
                    map.get(key).cloned().unwrap_or_default()
                };
                differences(&of(a), &of(b), format!("{path}/{key}"), out);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(a, b, format!("{path}/{index}"), out);
            }
        }
        _ if a != b => out.push(path),
        _ => {}
    }
}
