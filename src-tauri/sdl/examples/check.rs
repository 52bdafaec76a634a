//! Checks SDL files and prints a JSON line for each.
//!
//! `cargo run -p akash-sdl --example check -- FILE…`. Exit 0: all are valid; 1: some are not; 2: some can't be read.
//! `ok` is the Console's verdict; a finding of severity `refused` stops the file all the same.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use akash_sdl::{Derivation, Severity, check};
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
    // As the Console's JSON would: what is no UTF-8 becomes a replacement character.
    let checked = check(&String::from_utf8_lossy(&bytes));
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
