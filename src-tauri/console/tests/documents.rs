//! The client against the API's own documents over time: it reads what each of them allows, and
//! sends only what the newest takes.
//!
//! The documents lie outside the repository, in `../shared`; without them these trials are skipped
//! by name, unless `ALOFT_CORPUS=required`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use akash_console::Kind;
use common::{Reply, Stub, operations};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Map, Value, json};

/// Operations that a document may lack, with what it was like before they came or after they went.
const SINCE: &[(&str, &str)] = &[
    ("GET /v2/deployment-settings/{dseq}", "2026-03-24"),
    ("PATCH /v2/deployment-settings/{dseq}", "2026-03-24"),
    ("POST /v2/deployment-settings", "2026-03-24"),
    ("GET /v1/weekly-cost", "2025-12-16"),
    ("GET /v1/wallet-settings", "2025-11-15"),
    ("POST /v1/create-jwt-token", "2025-10-09"),
    ("GET /v1/blockchain-status", "2026-03-30"),
    ("GET /v1/templates-list", "2026-01-26"),
    ("POST /v1/bid-screening", "2026-05-06"),
];

/// Samples that the documents allow and that are no answer: a new key without the key.
const LIES: &[(&str, &str)] = &[
    ("POST /v1/api-keys", "the least"),
    ("POST /v1/api-keys", "/data/apiKey absent"),
];

fn main() {
    let args = Arguments::from_args();
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/openapi");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map(|entries| {
            entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect()
        })
        .unwrap_or_default();
    documents.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    documents.sort();
    let required = std::env::var("ALOFT_CORPUS").is_ok_and(|value| value == "required");
    let missing = documents.is_empty();
    let mut trials = Vec::new();
    let newest = documents.last().cloned();
    for path in documents {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        trials.push(Trial::test(format!("reads {name}"), move || {
            reads(&read(&path), &name)
        }));
    }
    if missing {
        let trial = Trial::test("reads every document", || {
            Err("there are no documents".into())
        });
        trials.push(trial.with_ignored_flag(!required));
    }
    let sends_newest = move || match &newest {
        Some(path) => sends(&read(path)),
        None => Err(format!("there are no documents in {}", folder.display()).into()),
    };
    trials.push(
        Trial::test("sends what the newest takes", sends_newest)
            .with_ignored_flag(missing && !required),
    );
    libtest_mimic::run(&args, trials).exit();
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// The document's operation for a template; optional path parts are written differently over time.
fn operation<'a>(document: &'a Value, template: &str) -> Option<&'a Value> {
    let (method, path) = template.split_once(' ')?;
    let paths = document["paths"].as_object()?;
    let shape = |path: &str| -> String {
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let found = paths
        .iter()
        .find(|(known, _)| shape(known) == shape(path))?
        .1;
    found.get(method.to_lowercase())
}

/// Every success the document describes is read: whole, with each optional field missing, and with
/// each nullable field null.
fn reads(document: &Value, name: &str) -> Result<(), Failed> {
    let date = name.get(4..14).unwrap_or_default();
    runtime().block_on(async {
        let mut failures = Vec::new();
        let next = Arc::new(Mutex::new(Reply::Reset));
        let reply = next.clone();
        let stub = Stub::start(move |_, _| reply.lock().unwrap().clone()).await;
        let client = stub.client().without_retries();
        for (template, _, status) in operations::OPERATIONS {
            let Some(operation) = operation(document, template) else {
                let since = SINCE.iter().find(|(known, _)| known == template);
                if since.is_none_or(|(_, since)| *since <= date) {
                    failures.push(format!("{template}: not in the document"));
                }
                continue;
            };
            let responses = operation["responses"].as_object();
            let success = responses
                .into_iter()
                .flatten()
                .find(|(code, _)| code.starts_with('2'));
            let schema = success.and_then(|(_, r)| r.pointer("/content/application~1json/schema"));
            let Some(schema) = schema else { continue };
            for (what, sample) in samples(schema) {
                if LIES.contains(&(*template, what.as_str())) {
                    continue;
                }
                *next.lock().unwrap() = Reply::json(*status, &sample);
                let outcome = operations::run(&client, template).await.unwrap();
                if let Err(error) = outcome {
                    failures.push(format!("{template}: {what}: {error}\n    {sample}"));
                }
            }
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures.join("\n").into())
        }
    })
}

/// A whole sample; the same without its optional fields; and one for each optional or nullable field
/// without it or null.
fn samples(schema: &Value) -> Vec<(String, Value)> {
    let whole = sample(schema, true);
    let mut all = vec![
        ("everything".to_owned(), whole.clone()),
        ("the least".to_owned(), sample(schema, false)),
    ];
    let mut variants = Vec::new();
    vary(schema, &mut String::new(), &mut variants);
    for (pointer, null) in variants {
        let mut value = whole.clone();
        let Some((parent, key)) = pointer.rsplit_once('/') else {
            continue;
        };
        if null {
            if let Some(slot) = value.pointer_mut(&pointer) {
                *slot = Value::Null;
            }
        } else if let Some(Value::Object(object)) = value.pointer_mut(parent) {
            object.remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        let how = if null { "null" } else { "absent" };
        all.push((format!("{pointer} {how}"), value));
    }
    all
}

fn sample(schema: &Value, optional: bool) -> Value {
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[key].as_array().and_then(|all| all.first()) {
            return sample(first, optional);
        }
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required: Vec<&str> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let mut object = Map::new();
            for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
                if optional || required.contains(&name.as_str()) {
                    object.insert(name.clone(), word(name, inner, optional));
                }
            }
            if schema["additionalProperties"].is_object() && optional {
                object.insert(
                    "web".to_owned(),
                    sample(&schema["additionalProperties"], optional),
                );
            }
            Value::Object(object)
        }
        Some("array") => json!([sample(&schema["items"], optional)]),
        Some("number") => json!(12.5),
        Some("integer") => json!(12),
        Some("boolean") => json!(true),
        Some("string") if schema["format"] == "date-time" => json!("2026-08-01T10:00:00.000Z"),
        Some("string") => json!("text"),
        _ => json!({}),
    }
}

/// A value for a field by this name: the documents say "string" of what is a number in a string, and
/// "number" of what is whole.
fn word(name: &str, schema: &Value, optional: bool) -> Value {
    let text = match name {
        "dseq" => "1787385600123",
        "height" | "created_at" | "settled_at" | "closed_on" => "27811003",
        "amount" | "val" => "1.607717000000000000",
        "denom" => "uact",
        "state" => "active",
        "datetime" | "createdAt" | "updatedAt" => "2026-08-01T10:00:00.000Z",
        _ => "",
    };
    match schema["type"].as_str() {
        Some("string") if !text.is_empty() => json!(text),
        Some("number") if !schema.get("enum").is_some_and(Value::is_array) => {
            let fractional = ["price", "uptime", "percentage", "change", "cost", "spent"];
            let lower = name.to_lowercase();
            if fractional.iter().any(|word| lower.contains(word)) {
                json!(0.25)
            } else {
                json!(12)
            }
        }
        _ => sample(schema, optional),
    }
}

fn vary(schema: &Value, at: &mut String, out: &mut Vec<(String, bool)>) {
    if out.len() > 400 {
        return;
    }
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let length = at.len();
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        if !required.contains(&name.as_str()) {
            out.push((at.clone(), false));
        }
        if inner["nullable"] == true {
            out.push((at.clone(), true));
        }
        vary(inner, at, out);
        at.truncate(length);
    }
    if schema["type"] == "array" {
        let length = at.len();
        at.push_str("/0");
        vary(&schema["items"], at, out);
        at.truncate(length);
    }
}

/// Every request that is made is one the document knows: its path, its query, its body.
fn sends(document: &Value) -> Result<(), Failed> {
    runtime().block_on(async {
        let mut failures = Vec::new();
        let stub = Stub::always(Reply::json(
            404,
            &json!({ "error": "NotFoundError", "message": "no" }),
        ))
        .await;
        let client = stub.client().without_retries();
        for (index, (template, ..)) in operations::OPERATIONS.iter().enumerate() {
            if let Err(error) = operations::run(&client, template).await.unwrap() {
                assert_eq!(error.kind(), Kind::NotFound, "{template}");
            }
            let request = stub.requests().get(index).cloned().unwrap();
            let Some(operation) = operation(document, template) else {
                failures.push(format!("{template}: not in the document"));
                continue;
            };
            let made = format!("{} {}", request.method, request.target);
            if operations::template(&made) != Some(template) {
                failures.push(format!("{template}: asked for {made}"));
            }
            failures
                .extend(queries(operation, &request.target).map(|q| format!("{template}: {q}")));
            let schema = operation.pointer("/requestBody/content/application~1json/schema");
            let mut found = Vec::new();
            match schema {
                Some(schema) => fits(schema, &request.body, template, &mut found),
                None if !request.body.is_null() => found.push(format!("{template}: takes no body")),
                None => {}
            }
            failures.append(&mut found);
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures.join("\n").into())
        }
    })
}

fn queries(operation: &Value, target: &str) -> impl Iterator<Item = String> {
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let named: Vec<(String, bool)> = parameters
        .iter()
        .filter(|p| p["in"] == "query")
        .map(|p| {
            (
                p["name"].as_str().unwrap_or_default().to_owned(),
                p["required"] == true,
            )
        })
        .collect();
    let sent: Vec<String> = target
        .split_once('?')
        .map(|(_, query)| {
            query
                .split('&')
                .filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()))
                .collect()
        })
        .unwrap_or_default();
    let unknown = sent
        .iter()
        .filter(|name| !named.iter().any(|(known, _)| &known == name));
    let unknown: Vec<String> = unknown
        .map(|name| format!("`{name}` is no parameter"))
        .collect();
    let missing = named
        .into_iter()
        .filter(|(name, required)| *required && !sent.contains(name));
    let missing: Vec<String> = missing
        .map(|(name, _)| format!("`{name}` is missing"))
        .collect();
    unknown.into_iter().chain(missing)
}

/// A strict reading of a request body: nothing that the schema does not name.
fn fits(schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    for key in ["oneOf", "anyOf"] {
        if let Some(any) = schema[key].as_array() {
            let misfits = |one: &Value| {
                let mut found = Vec::new();
                fits(one, value, at, &mut found);
                found
            };
            if !any.iter().any(|one| misfits(one).is_empty()) {
                out.push(format!("{at}: fits none of {}", any.len()));
            }
            return;
        }
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !right {
        out.push(format!("{at}: {value} is not {}", schema["type"]));
        return;
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !object.contains_key(name) {
                out.push(format!("{at}.{name}: missing"));
            }
        }
        if let Some(known) = schema["properties"]
            .as_object()
            .filter(|known| !known.is_empty())
        {
            for (name, inner) in object {
                match known.get(name) {
                    Some(schema) => fits(schema, inner, &format!("{at}.{name}"), out),
                    None => out.push(format!("{at}.{name}: unknown")),
                }
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        fits(&schema["items"], item, &format!("{at}[]"), out);
    }
}
