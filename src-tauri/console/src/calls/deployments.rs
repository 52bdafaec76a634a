//! From an SDL to a running deployment and back.

use std::collections::{HashMap, HashSet};

use akash_market::Usd;
use serde_json::{Number, Value, json};

use crate::{
    Bid, Certificate, Client, Created, DeploymentDetail, Dseq, Error, Kind, LeaseTarget, Outcome,
    call::{Call, Op},
    error::Report,
    json::{Fields, Mismatch},
};

/// Deployments on a page, the most that servers give.
const PAGE: usize = 100;
/// How many of one page the next one begins with, to see that nothing is missing between them.
const OVERLAP: usize = 20;
/// The most pages that are read of one list: 16,000 deployments at most.
const MOST_PAGES: usize = 200;

/// What servers since September 2026 take with a create. Older ones ignore it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateOptions {
    /// Hours after its first lease, 1 to 48, at which the Console closes it. [`Client::deployment_settings`] says whether
    /// that holds.
    pub stop_after: Option<u32>,
    /// Its name at the Console, up to 256 characters.
    pub name: Option<String>,
}

impl Client {
    /// All deployments that stand, oldest first. Leases are without their status. Servers since September 2026 give a hundred at a time;
    /// every page is read, also where deployments are made and closed meanwhile, so what is not in here is not in the list.
    ///
    /// The list may lag behind [`Client::deployment`]; that one decides.
    ///
    /// # Errors
    /// See [`Error`]. [`Kind::NotUnderstood`](crate::Kind::NotUnderstood) for a list that does not end.
    pub async fn deployments(&self) -> Result<Vec<DeploymentDetail>, Error> {
        // The first call is without paging: older servers answer it with everything, and give wrong totals with it.
        let call = || Call::get("/v1/deployments").slow().large();
        let (mut all, mut more) = self.read(call(), page).await?;
        let mut known: HashSet<Dseq> = all.iter().map(|one| one.id.dseq).collect();
        let mut skip = advance(all.len());
        for _ in 0..MOST_PAGES {
            if !more {
                regroup(&mut all);
                return Ok(all);
            }
            let call = call().query("skip", skip).query("limit", PAGE);
            let (rows, further) = self.read(call, page).await?;
            // What closes moves the rest of the list down. A page that holds nothing known begins behind a gap.
            let joined = skip == 0 || rows.iter().any(|one| known.contains(&one.id.dseq));
            if !joined {
                skip = skip.saturating_sub(PAGE);
                continue;
            }
            let (before, size) = (all.len(), rows.len());
            all.extend(rows.into_iter().filter(|one| known.insert(one.id.dseq)));
            // A server that promises more, and then shows what it showed before, does not know pages.
            let repeats = all.len() == before && skip >= before;
            more = further && !repeats;
            skip += advance(size).max(1);
        }
        let report = Report::of(&call(), Kind::NotUnderstood, Outcome::No);
        Err(Error(Box::new(Report {
            cause: Some("the list does not end".to_owned()),
            ..report
        })))
    }

    /// One deployment, also a closed one. Slow while a provider of one of its leases is away.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for one that does not exist or is not the person's.
    pub async fn deployment(&self, dseq: Dseq) -> Result<DeploymentDetail, Error> {
        self.data(Call::get("/v1/deployments/{dseq}").param(dseq).slow())
            .await
    }

    /// Makes a deployment from an SDL, with `deposit` dollars set aside for it (at least 0.50; the
    /// server may ignore it). Spends money and is never repeated: when the error's
    /// [`outcome`](Error::outcome) is unknown, look at [`Client::deployments`] before asking
    /// again. The one exception is a server that says that it is still setting the wallet up and
    /// did nothing: that is waited out for up to two minutes.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(&self, sdl: &str, deposit: Usd) -> Result<Created, Error> {
        self.create_with(sdl, deposit, &CreateOptions::default())
            .await
    }

    /// As [`Client::create`], with more than a file and an amount.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_with(
        &self,
        sdl: &str,
        deposit: Usd,
        options: &CreateOptions,
    ) -> Result<Created, Error> {
        let mut data = json!({ "sdl": sdl, "deposit": dollars(deposit) });
        if let Some(hours) = options.stop_after {
            data["runtimeLimitHours"] = json!(hours);
        }
        if let Some(name) = &options.name {
            data["name"] = json!(name);
        }
        let body = json!({ "data": data });
        self.data(Call::post(Op::Create, "/v1/deployments", body))
            .await
    }

    /// Gives a deployment a new SDL. Resources, counts and placement can't change. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(&self, dseq: Dseq, sdl: &str) -> Result<DeploymentDetail, Error> {
        let call = |certificate: Option<Value>| {
            let mut data = json!({ "sdl": sdl });
            attach(&mut data, certificate);
            let body = json!({ "data": data });
            Call::put(Op::Update, "/v1/deployments/{dseq}", body).param(dseq)
        };
        self.certified(call).await
    }

    /// Gives a deployment another name at the Console, up to 256 characters. What runs is not touched. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`]. [`Kind::Unsupported`](crate::Kind::Unsupported) on servers before September 2026, which know no names.
    pub async fn rename(&self, dseq: Dseq, name: &str) -> Result<DeploymentDetail, Error> {
        let body = json!({ "data": { "name": name } });
        self.data(Call::patch(Op::Set, "/v1/deployments/{dseq}", body).param(dseq))
            .await
    }

    /// Closes a deployment; what it did not spend returns to the credit. Safe to repeat.
    ///
    /// # Errors
    /// See [`Error`]. [`Kind::DeploymentClosed`](crate::Kind::DeploymentClosed) from older servers
    /// means that it was closed already.
    pub async fn close(&self, dseq: Dseq) -> Result<(), Error> {
        self.done(Call::delete(Op::Close, "/v1/deployments/{dseq}").param(dseq))
            .await
    }

    /// The bids on a deployment, in every state and in no order of worth: at most 100. Empty also
    /// for a deployment that is not the person's.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn bids(&self, dseq: Dseq) -> Result<Vec<Bid>, Error> {
        let call = Call::get("/v1/bids").query("dseq", dseq);
        self.data(call).await
    }

    /// Takes bids, one for every group, all of one deployment, and hands the manifest on. Safe to
    /// repeat: once there is a lease only the manifest is sent again, and that is what to do when
    /// it could not be delivered.
    ///
    /// # Errors
    /// See [`Error`]. With [`Outcome::Yes`](crate::Outcome::Yes) the lease stands and costs money,
    /// though the provider has no manifest.
    pub async fn lease(
        &self,
        manifest: &str,
        leases: &[LeaseTarget],
    ) -> Result<DeploymentDetail, Error> {
        let call = |certificate: Option<Value>| {
            let mut body = json!({ "manifest": manifest, "leases": leases });
            attach(&mut body, certificate);
            Call::post(Op::Lease, "/v1/leases", body)
        };
        self.certified(call).await
    }

    /// Sets more aside for a deployment. Spends money and is never repeated.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn deposit(&self, dseq: Dseq, amount: Usd) -> Result<DeploymentDetail, Error> {
        let body = json!({ "data": { "dseq": dseq, "deposit": dollars(amount) } });
        self.data(Call::post(Op::Deposit, "/v1/deposit-deployment", body))
            .await
    }
}

impl Client {
    /// Makes a call that servers before October 2025 want a certificate for. It is made when a
    /// server asks for it, and kept for the next call.
    async fn certified(
        &self,
        call: impl Fn(Option<Value>) -> Call,
    ) -> Result<DeploymentDetail, Error> {
        let error = match self
            .data(call(self.certificate().map(|kept| kept.to_json())))
            .await
        {
            Ok(detail) => return Ok(detail),
            Err(error) => error,
        };
        let asked = error.kind() == Kind::InvalidRequest
            && error
                .server_message()
                .is_some_and(|said| said.contains("certificate"));
        if !asked || self.certificate().is_some() {
            return Err(error);
        }
        match self.create_certificate().await? {
            Some(certificate) => self.data(call(Some(certificate.to_json()))).await,
            None => Err(error),
        }
    }

    /// Makes a certificate to be known by at providers, for servers before March 2026; `None` where
    /// it is no longer needed. [`Client::lease`] and [`Client::update`] see to it themselves.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_certificate(&self) -> Result<Option<Certificate>, Error> {
        let call = Call::post(Op::Make, "/v1/certificates", json!({})).slow();
        match self.data::<Certificate>(call).await {
            Ok(certificate) => {
                self.keep_certificate(certificate.clone());
                Ok(Some(certificate))
            }
            Err(error) if matches!(error.kind(), Kind::NoLongerNeeded | Kind::Unsupported) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// From one page's beginning to the next one's, which shows some rows again.
fn advance(rows: usize) -> usize {
    rows - OVERLAP.min(rows / 2)
}

/// The deployments of a page, and whether more follow.
fn page(value: &Value) -> Result<(Vec<DeploymentDetail>, bool), Mismatch> {
    let data = value.at("data");
    let more = data.at("pagination").opt("hasMore").unwrap_or(false);
    Ok((data.must("deployments")?, more))
}

fn attach(body: &mut Value, certificate: Option<Value>) {
    if let (Value::Object(body), Some(certificate)) = (body, certificate) {
        body.insert("certificate".to_owned(), certificate);
    }
}

/// The API takes dollars as a JSON number and rounds it to micro-dollars; so far a float is exact.
fn dollars(amount: Usd) -> Value {
    let text = amount.decimal().round_dp(6).normalize().to_string();
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map_or(Value::Null, Value::Number)
}

/// Puts every lease to the deployment it names: the server mixes them up. Of two with one id the first counts.
fn regroup(all: &mut [DeploymentDetail]) {
    let leases: Vec<_> = all
        .iter_mut()
        .flat_map(|one| std::mem::take(&mut one.leases))
        .collect();
    let mut places: HashMap<Dseq, usize> = HashMap::with_capacity(all.len());
    for (place, one) in all.iter().enumerate() {
        places.entry(one.id.dseq).or_insert(place);
    }
    let mut seen = HashSet::with_capacity(leases.len());
    for lease in leases {
        let own = places
            .get(&lease.id.dseq)
            .and_then(|place| all.get_mut(*place));
        if let Some(own) = own
            && seen.insert(lease.id.clone())
        {
            own.leases.push(lease);
        }
    }
}
