//! Compares the simulator's answers with the API's own documents: each version of the API with the document of its day.
//!
//! The documents are beside the repository (`../shared/reference/openapi`), not in it. Without them every trial is
//! reported as ignored. With `ALOFT_CORPUS=required` their absence is a failure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use akash_simulator::{ApiVersion, Change, Config, Latency, Simulator};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

/// Where the documents are wrong about the real API: the operation, the path in the answer, and why we answer otherwise.
/// A `*` matches one part of a path. At least one answer must match each entry.
const LIES: [(&str, &str, &str); 8] = [
    (
        "*",
        "/data/leases/*/status/forwarded_ports",
        "a provider says null when nothing is forwarded",
    ),
    (
        "*",
        "/data/leases/*/status/ips",
        "a provider says null when no IP is leased",
    ),
    (
        "*",
        "/data/leases/*/status/services/*/uris",
        "a provider says null while there is no address",
    ),
    (
        "*",
        "/data/deployments/*/leases/*/status/forwarded_ports",
        "the same in lists",
    ),
    (
        "*",
        "/data/deployments/*/leases/*/status/ips",
        "the same in lists",
    ),
    (
        "GET /v1/providers",
        "/*/akashVersion",
        "nobody knows the version of a provider that never answered: null",
    ),
    ("GET /v1/providers", "/*/cosmosSdkVersion", "the same"),
    (
        "*",
        "/data/*/bid/reclamation_window",
        "the chain says null where there is none",
    ),
];

const SDL: &str = "version: \"2.0\"\nservices:\n  web:\n    image: nginx:1.25.3\n    expose:\n      - port: 80\n        to: [{ global: true }]\nprofiles:\n  compute:\n    web:\n      resources:\n        cpu: { units: 0.5 }\n        memory: { size: 512Mi }\n        storage: { size: 512Mi }\n  placement:\n    akash:\n      pricing: { web: { denom: uact, amount: 1000 } }\ndeployment:\n  web:\n    akash: { profile: web, count: 1 }\n";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/openapi");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map(|entries| {
            entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect()
        })
        .unwrap_or_default();
    documents.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    documents.sort();
    let required = std::env::var("ALOFT_CORPUS").is_ok_and(|value| value == "required");
    let missing = documents.is_empty();
    let met: Arc<Mutex<BTreeSet<usize>>> = Arc::default();

    let mut trials = Vec::new();
    if missing {
        trials.push(
            Trial::test("answers_match_the_documents", move || {
                Err(Failed::from("no documents beside the repository"))
            })
            .with_ignored_flag(!required),
        );
    } else {
        let met = met.clone();
        trials.push(Trial::test("answers_match_the_documents", move || {
            all(&documents, &met)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Checks every document with the API version of its day, and that every entry of [`LIES`] was needed.
fn all(documents: &[PathBuf], met: &Mutex<BTreeSet<usize>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut wrong = Vec::new();
    for path in documents {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let document: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        let day = name.get(4..14).unwrap().parse()?;
        let answers = runtime.block_on(walk(
            ApiVersion::as_of(day).map_err(|error| error.to_string())?,
        ));
        let checked = check(&document, &answers, met, &mut wrong, &name);
        if checked < 25 {
            wrong.push(format!("{name}: only {checked} answers could be checked"));
        }
    }
    for (number, (operation, place, _)) in LIES.iter().enumerate() {
        if !met.lock().unwrap().contains(&number) {
            wrong.push(format!(
                "the table of lies names {operation} {place}, which no answer met"
            ));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

/// An answer: its operation (method and the document's path template), status and body.
struct Recorded {
    operation: String,
    status: u16,
    body: Value,
}

/// Reads everything once, and takes one deployment from create to close.
async fn walk(api_version: ApiVersion) -> Vec<Recorded> {
    let config = Config {
        latency: Latency::none(),
        api_version,
        ..Config::default()
    };
    let simulator = akash_simulator::start(config).await.unwrap();
    let mut walk = Walk {
        simulator,
        http: http(),
        answers: Vec::new(),
    };
    walk.look().await;
    walk.live().await;
    walk.simulator.stop().await;
    walk.answers
}

fn http() -> reqwest::Client {
    // Fails when another call has installed it already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

struct Walk {
    simulator: Simulator,
    http: reqwest::Client,
    answers: Vec<Recorded>,
}

impl Walk {
    /// Calls an endpoint: `parts` replace the braces of `template` in order, `query` follows the path.
    async fn call(
        &mut self,
        method: &str,
        template: &str,
        parts: &[&str],
        query: &str,
        body: Option<Value>,
    ) -> Value {
        let mut path = template.replace("/{coin?}", "");
        for part in parts {
            let (start, end) = (path.find('{').unwrap(), path.find('}').unwrap());
            path.replace_range(start..=end, part);
        }
        let url = format!("{}{path}{query}", self.simulator.url());
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .header("x-api-key", self.simulator.api_key());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        self.answers.push(Recorded {
            operation: format!("{method} {template}"),
            status,
            body: body.clone(),
        });
        body
    }

    async fn get(&mut self, template: &str, parts: &[&str], query: &str) -> Value {
        self.call("GET", template, parts, query, None).await
    }

    fn wait(&self, seconds: u32) {
        self.simulator
            .control()
            .change(Change::Jump { seconds })
            .unwrap();
    }

    async fn look(&mut self) {
        let me = self.get("/v1/user/me", &[], "").await;
        let user = me["data"]["id"].as_str().unwrap().to_owned();
        let wallets = self
            .get("/v1/wallets", &[], &format!("?userId={user}"))
            .await;
        let owner = wallets["data"][0]["address"].as_str().unwrap().to_owned();
        let providers = self.get("/v1/providers", &[], "").await;
        let provider = providers[0]["owner"].as_str().unwrap().to_owned();
        self.get("/v1/providers/{address}", &[&provider], "").await;
        for path in [
            "/v1/balances",
            "/v1/weekly-cost",
            "/v1/auditors",
            "/v1/provider-regions",
            "/v1/provider-attributes-schema",
            "/v1/gpu-prices",
            "/v1/gpu-models",
            "/v1/gpu",
            "/v1/network-capacity",
            "/v1/market-data/{coin?}",
            "/v1/blocks",
            "/v1/blockchain-status",
            "/v1/templates-list",
            "/v1/api-keys",
            "/v1/deployments",
        ] {
            self.get(path, &[], "").await;
        }
        let blocks = self.get("/v1/blocks", &[], "?limit=1").await;
        let height = blocks[0]["height"].to_string();
        self.get("/v1/blocks/{height}", &[&height], "").await;
        self.get("/v1/predicted-block-date/{height}", &[&height], "")
            .await;
        self.get("/v1/usage/history", &[], &format!("?address={owner}"))
            .await;
        self.get("/v1/usage/history/stats", &[], &format!("?address={owner}"))
            .await;
        self.get(
            "/v1/templates/{id}",
            &["akash-network-awesome-akash-hello-world"],
            "",
        )
        .await;
        let size = json!({ "cpu": 1000, "memory": 1_000_000_000, "storage": 1_000_000_000 });
        self.call("POST", "/v1/pricing", &[], "", Some(size.clone()))
            .await;
        self.call("POST", "/v1/pricing", &[], "", Some(json!([size])))
            .await;
        let screening = json!({
            "resources": [{ "count": 1, "price": { "denom": "uact", "amount": "1000" }, "resource": {
                "id": 1, "cpu": { "units": { "val": "500" } }, "memory": { "quantity": { "val": "536870912" } },
                "gpu": { "units": { "val": "0" } }, "storage": [],
            } }],
            "timezone": "Europe/Berlin",
        });
        self.call("POST", "/v1/bid-screening", &[], "", Some(screening))
            .await;
        let key = self
            .call(
                "POST",
                "/v1/api-keys",
                &[],
                "",
                Some(json!({ "data": { "name": "one" } })),
            )
            .await;
        let id = key["data"]["id"].as_str().unwrap().to_owned();
        self.get("/v1/api-keys/{id}", &[&id], "").await;
        self.call(
            "PATCH",
            "/v1/api-keys/{id}",
            &[&id],
            "",
            Some(json!({ "data": { "name": "two" } })),
        )
        .await;
        self.call("DELETE", "/v1/api-keys/{id}", &[&id], "", None)
            .await;
        let token = json!({ "data": { "ttl": 60, "leases": { "access": "full" } } });
        self.call("POST", "/v1/create-jwt-token", &[], "", Some(token))
            .await;
        let wallet = json!({ "data": { "autoReloadEnabled": false } });
        self.call("POST", "/v1/wallet-settings", &[], "", Some(wallet))
            .await;
        self.get("/v1/wallet-settings", &[], "").await;
        self.call("POST", "/v1/certificates", &[], "", None).await;
        self.get(
            "/v1/deployment-settings/{userId}/{dseq}",
            &[&user, "1787385600123"],
            "",
        )
        .await;
        self.get("/v2/deployment-settings/{dseq}", &["1787385600123"], "")
            .await;
    }

    async fn live(&mut self) {
        let create = json!({ "data": { "sdl": SDL, "deposit": 5 } });
        let made = self
            .call("POST", "/v1/deployments", &[], "", Some(create))
            .await;
        let dseq = made["data"]["dseq"].as_str().unwrap().to_owned();
        let manifest = made["data"]["manifest"].clone();
        self.get("/v1/deployments/{dseq}", &[&dseq], "").await;
        self.wait(60);
        let bids = self.get("/v1/bids", &[], &format!("?dseq={dseq}")).await;
        self.get("/v1/bids/{dseq}", &[&dseq], "").await;
        let audited: BTreeMap<String, bool> = self
            .get("/v1/providers", &[], "")
            .await
            .as_array()
            .unwrap()
            .iter()
            .map(|provider| {
                (
                    provider["owner"].as_str().unwrap().to_owned(),
                    provider["isAudited"] == true,
                )
            })
            .collect();
        let bid = bids["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["bid"])
            .find(|bid| {
                let id = if bid["id"].is_null() {
                    &bid["bid_id"]
                } else {
                    &bid["id"]
                };
                audited[id["provider"].as_str().unwrap()]
            });
        let bid = bid.expect("no bid");
        let id = if bid["id"].is_null() {
            &bid["bid_id"]
        } else {
            &bid["id"]
        };
        let certificate = json!({ "certPem": "c", "keyPem": "k" });
        let lease = json!({
            "manifest": manifest, "certificate": certificate,
            "leases": [{ "dseq": dseq, "gseq": id["gseq"], "oseq": id["oseq"], "provider": id["provider"] }],
        });
        self.call("POST", "/v1/leases", &[], "", Some(lease)).await;
        for _ in 0..3 {
            self.wait(4);
            self.get("/v1/deployments/{dseq}", &[&dseq], "").await;
        }
        self.wait(60);
        self.get("/v1/deployments/{dseq}", &[&dseq], "").await;
        self.get("/v1/deployments", &[], "").await;
        let deposit = json!({ "data": { "dseq": dseq, "deposit": 0.5 } });
        self.call("POST", "/v1/deposit-deployment", &[], "", Some(deposit))
            .await;
        let sdl = SDL.replace("nginx:1.25.3", "nginx:1.27");
        let update = json!({ "data": { "sdl": sdl, "certificate": certificate } });
        self.call("PUT", "/v1/deployments/{dseq}", &[&dseq], "", Some(update))
            .await;
        self.get("/v2/deployment-settings/{dseq}", &[&dseq], "")
            .await;
        self.call("DELETE", "/v1/deployments/{dseq}", &[&dseq], "", None)
            .await;
        self.get("/v1/deployments/{dseq}", &[&dseq], "").await;
        self.get("/v1/bids", &[], &format!("?dseq={dseq}")).await;
        self.get("/v1/balances", &[], "").await;
    }
}

/// Checks every answer, and returns for how many the document has a schema.
fn check(
    document: &Value,
    answers: &[Recorded],
    met: &Mutex<BTreeSet<usize>>,
    wrong: &mut Vec<String>,
    name: &str,
) -> usize {
    let mut checked = 0;
    let mut told = BTreeSet::new();
    for answer in answers {
        let (method, template) = answer.operation.split_once(' ').unwrap();
        let known = &document["paths"][template][method.to_lowercase()];
        // The document does not have this operation, so there is nothing to compare.
        if known.is_null() {
            continue;
        }
        let schema =
            &known["responses"][answer.status.to_string()]["content"]["application/json"]["schema"];
        if schema.is_null() {
            if answer.status >= 300 && !expected(answer) {
                wrong.push(format!(
                    "{name}: {} answered {}: {}",
                    answer.operation, answer.status, answer.body
                ));
            }
            continue;
        }
        checked += 1;
        let mut schema = schema.clone();
        modern(&mut schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        for error in validator.iter_errors(&answer.body) {
            let place = error.instance_path().to_string();
            match LIES.iter().position(|(operation, lie, _)| {
                (*operation == "*" || *operation == answer.operation) && fits(lie, &place)
            }) {
                Some(lie) => {
                    met.lock().unwrap().insert(lie);
                }
                None => {
                    let text = format!("{name}: {} at {place}: {error}", answer.operation);
                    if told.insert((answer.operation.clone(), error.schema_path().to_string())) {
                        wrong.push(text.chars().take(400).collect());
                    }
                }
            }
        }
    }
    checked
}

/// Expected errors: removed endpoints, and settings that nobody has set.
fn expected(answer: &Recorded) -> bool {
    answer.operation == "POST /v1/certificates" && answer.status == 400
}

fn fits(pattern: &str, place: &str) -> bool {
    let (pattern, place): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), place.split('/').collect());
    pattern.len() == place.len()
        && pattern
            .iter()
            .zip(place)
            .all(|(wanted, part)| *wanted == "*" || *wanted == part)
}

/// Converts OpenAPI 3.0 to JSON Schema: `nullable`, and patterns that lost their backslash.
fn modern(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(modern),
        Value::Object(object) => {
            if object.remove("nullable") == Some(json!(true)) {
                if let Some(kind) = object.get_mut("type") {
                    *kind = json!([kind.clone(), "null"]);
                }
                if let Some(Value::Array(values)) = object.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
            if object.get("pattern") == Some(&json!("^d+$")) {
                object.insert("pattern".to_owned(), json!("^\\d+$"));
            }
            for flag in ["exclusiveMinimum", "exclusiveMaximum"] {
                if object.get(flag).is_some_and(Value::is_boolean) {
                    object.remove(flag);
                }
            }
            object.values_mut().for_each(modern);
        }
        _ => {}
    }
}
