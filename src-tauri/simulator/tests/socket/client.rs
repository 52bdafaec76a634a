//! A client that knows only HTTP and JSON.

use akash_simulator::{Change, Config, Latency, Simulator};
use serde_json::{Value, json};

/// An SDL file with one web service that every audited provider can run.
pub(crate) const WEB: &str = r#"version: "2.0"
services:
  web:
    image: nginx:1.25.3
    expose:
      - port: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          size: 512Mi
  placement:
    akash:
      pricing:
        web:
          denom: uakt
          amount: 1000
deployment:
  web:
    akash:
      profile: web
      count: 1
"#;

/// An SDL file with a similar service in two groups.
pub(crate) const TWO_GROUPS: &str = r#"version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{ global: true }]
profiles:
  compute:
    web:
      resources:
        cpu: { units: 0.1 }
        memory: { size: 128Mi }
        storage: { size: 256Mi }
  placement:
    east:
      pricing: { web: { denom: uact, amount: 100 } }
    west:
      pricing: { web: { denom: uact, amount: 100 } }
deployment:
  web:
    east: { profile: web, count: 2 }
    west: { profile: web, count: 1 }
"#;

pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    http: reqwest::Client,
    key: String,
}

/// The status and body of an answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn data(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body["data"].clone()
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, message: &str) {
        assert_eq!(
            (self.status, self.body["message"].as_str()),
            (status, Some(message)),
            "{self:?}"
        );
    }
}

pub(crate) fn http() -> reqwest::Client {
    // Fails when another test has installed it already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub(crate) fn config() -> Config {
    let start = "2026-08-21T09:00:00Z".parse().unwrap();
    Config {
        latency: Latency::none(),
        start: Some(start),
        controls: true,
        api_version: "2026-08-22".parse().unwrap(),
        ..Config::default()
    }
}

impl Client {
    pub(crate) async fn new() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let simulator = akash_simulator::start(config).await.unwrap();
        let key = simulator.api_key();
        Self {
            simulator,
            http: http(),
            key,
        }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.simulator.url());
        self.http.request(method.parse().unwrap(), url)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).header("x-api-key", &self.key))
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path).header("x-api-key", &self.key))
            .await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.send(
            self.request(method, path)
                .header("x-api-key", &self.key)
                .json(&body),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    pub(crate) fn change(&self, change: Change) {
        self.simulator.control().change(change).unwrap();
    }

    pub(crate) fn wait(&self, seconds: u32) {
        self.change(Change::Jump { seconds });
    }

    /// Creates a deployment and returns its dseq and manifest.
    pub(crate) async fn create(&self, sdl: &str) -> (String, String) {
        let made = self
            .post(
                "/v1/deployments",
                json!({ "data": { "sdl": sdl, "deposit": 5 } }),
            )
            .await;
        assert_eq!(made.status, 201, "{made:?}");
        let data = made.data();
        (
            data["dseq"].as_str().unwrap().to_owned(),
            data["manifest"].as_str().unwrap().to_owned(),
        )
    }

    /// The open bids.
    pub(crate) async fn bids(&self, dseq: &str) -> Vec<Value> {
        let bids = self.get(&format!("/v1/bids?dseq={dseq}")).await.data();
        bids.as_array()
            .unwrap()
            .iter()
            .filter(|bid| bid["bid"]["state"] == "open")
            .cloned()
            .collect()
    }

    /// The request body that leases the first open bid of each group.
    pub(crate) async fn choose(&self, dseq: &str, manifest: &str) -> Value {
        let mut chosen: Vec<Value> = Vec::new();
        for bid in self.bids(dseq).await {
            let id = &bid["bid"]["id"];
            if chosen.iter().all(|other| other["gseq"] != id["gseq"]) {
                chosen.push(json!({
                    "dseq": dseq, "gseq": id["gseq"], "oseq": id["oseq"], "provider": id["provider"],
                }));
            }
        }
        assert!(!chosen.is_empty(), "no open bids");
        json!({ "manifest": manifest, "leases": chosen })
    }

    /// Creates a deployment, waits for bids and leases. Returns the dseq.
    pub(crate) async fn launch(&self, sdl: &str) -> String {
        let (dseq, manifest) = self.create(sdl).await;
        self.wait(60);
        let chosen = self.choose(&dseq, &manifest).await;
        let leased = self.post("/v1/leases", chosen).await;
        assert_eq!(leased.status, 200, "{leased:?}");
        dseq
    }

    pub(crate) async fn detail(&self, dseq: &str) -> Value {
        self.get(&format!("/v1/deployments/{dseq}")).await.data()
    }

    /// The credit in uact. It is read twice, because the first answer may be stale.
    pub(crate) async fn credit(&self) -> i64 {
        self.get("/v1/balances").await.data();
        self.wait(7);
        self.get("/v1/balances").await.data();
        self.get("/v1/balances").await.data()["balance"]
            .as_i64()
            .unwrap()
    }
}
