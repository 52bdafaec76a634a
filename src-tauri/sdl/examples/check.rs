//! Checks SDL files and prints a JSON line for each.
//!
//! `cargo run -p akash-sdl --example check -- FILE…`. Exit 0: all are valid; 1: some are not; 2: some can't be read.
//! `ok` is the Console's verdict; a finding of severity `refused` stops the file all the same.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use akash_sdl::{Derivation, Severity, check, encoding};
use serde_json::json;

fn main() -> ExitCode {
    let mut worst = 0;
    for file in std::env::args().skip(1) {
        let (line, code) = report(&file);
        println!("{line}");
        worst = worst.max(code);
    }
    ExitCode::from(worst)
}

fn report(file: &str) -> (serde_json::Value, u8) {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return (
                json!({"file": file, "ok": false, "error": error.to_string()}),
                2,
            );
        }
    };
    let decoded = encoding::decode(&bytes);
    // What is no text is checked all the same, and refused in words.
    let text = decoded.as_ref().map_or_else(
        || String::from_utf8_lossy(&bytes).into_owned(),
        |decoded| decoded.text.clone(),
    );
    let mut checked = check(&text);
    if let Some(finding) = decoded.and_then(|decoded| decoded.finding()) {
        checked.findings.insert(0, finding);
    }
    let groups = checked.sdl.as_ref().map(|sdl| {
        let groups = sdl.groups().into_iter();
        groups
            .map(
                |group| json!({"gseq": group.gseq, "name": group.name, "services": group.services}),
            )
            .collect::<Vec<_>>()
    });
    let findings: Vec<_> = checked
        .findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code,
                "severity": match finding.severity { Severity::Error => "error", Severity::Refused => "refused", Severity::Warning => "warning" },
                "line": finding.line,
                "column": finding.column,
                "from": finding.from,
                "to": finding.to,
                "path": finding.path,
                "message": finding.message,
                "hint": finding.hint,
                "official": finding.official,
                "fix": finding.fix,
            })
        })
        .collect();
    let ok = checked.sdl.is_some();
    let hash = checked
        .sdl
        .map(|sdl| sdl.derive(Derivation::default()).hash);
    (
        json!({"file": file, "ok": ok, "findings": findings, "hash": hash, "groups": groups}),
        u8::from(!ok),
    )
}
