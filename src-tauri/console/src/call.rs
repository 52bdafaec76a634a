//! A request, before it is sent.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use url::Url;

/// Time limit of calls that read.
const READ: Duration = Duration::from_secs(30);
/// Time limit of calls that wait for the chain or for providers: the server itself may take 75
/// seconds, and what stands before it gives up after about 100.
const SLOW: Duration = Duration::from_secs(100);
/// Time limit of a create: one was answered after 103 seconds.
const CREATE: Duration = Duration::from_secs(120);
/// Most bytes of an answer, unpacked.
const BODY: usize = 8 << 20;

/// What a call does, which decides how its failures are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Changes nothing.
    Read,
    /// Makes a deployment. A second one makes a second.
    Create,
    /// Takes bids and hands the manifest on. A second one only does the latter.
    Lease,
    /// Hands a new manifest on.
    Update,
    /// Closes a deployment. A second one does nothing.
    Close,
    /// Adds money. A second one adds more.
    Deposit,
    /// Makes something that costs nothing (an API key). A second one makes a second.
    Make,
    /// Sets something. A second one sets it to the same.
    Set,
}

impl Op {
    /// Whether doing it twice is the same as doing it once.
    pub(crate) const fn repeatable(self) -> bool {
        !matches!(self, Self::Create | Self::Deposit | Self::Make)
    }
}

/// A request to one endpoint.
pub(crate) struct Call {
    pub(crate) op: Op,
    pub(crate) method: Method,
    /// `/v1/deployments/{dseq}`: what is logged and shown.
    pub(crate) template: &'static str,
    params: Vec<String>,
    query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) limit: Duration,
    pub(crate) cap: usize,
}

impl Call {
    fn new(op: Op, method: Method, template: &'static str) -> Self {
        let (params, query) = (Vec::new(), Vec::new());
        let limit = match op {
            Op::Read | Op::Make | Op::Set => READ,
            Op::Create => CREATE,
            Op::Lease | Op::Update | Op::Close | Op::Deposit => SLOW,
        };
        Self {
            op,
            method,
            template,
            params,
            query,
            body: None,
            limit,
            cap: BODY,
        }
    }

    pub(crate) fn get(template: &'static str) -> Self {
        Self::new(Op::Read, Method::GET, template)
    }

    pub(crate) fn post(op: Op, template: &'static str, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::new(op, Method::POST, template)
        }
    }

    pub(crate) fn put(op: Op, template: &'static str, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::new(op, Method::PUT, template)
        }
    }

    pub(crate) fn patch(op: Op, template: &'static str, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::new(op, Method::PATCH, template)
        }
    }

    pub(crate) fn delete(op: Op, template: &'static str) -> Self {
        Self::new(op, Method::DELETE, template)
    }

    /// Fills the template's next `{…}`.
    pub(crate) fn param(mut self, value: impl ToString) -> Self {
        self.params.push(value.to_string());
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// For calls that wait for providers or the chain.
    pub(crate) fn slow(mut self) -> Self {
        self.limit = SLOW;
        self
    }

    pub(crate) fn is_slow(&self) -> bool {
        self.limit > READ
    }

    /// For long lists.
    pub(crate) fn large(mut self) -> Self {
        self.cap = 4 * BODY;
        self
    }

    /// The whole address; `None` when the base can't have a path.
    pub(crate) fn url(&self, base: &Url) -> Option<Url> {
        let mut url = base.clone();
        {
            let mut path = url.path_segments_mut().ok()?;
            path.pop_if_empty();
            let mut params = self.params.iter();
            for segment in self
                .template
                .split('/')
                .filter(|segment| !segment.is_empty())
            {
                if segment.starts_with('{') {
                    path.push(params.next().map_or("", String::as_str));
                } else {
                    path.push(segment);
                }
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }
}
