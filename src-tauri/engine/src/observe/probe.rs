//! Asks a deployment's own web addresses whether they answer. Nothing is sent but a bare `GET /`, and nothing of the answer is read but its status.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::join_all;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use crate::{
    outside::{public, public_ip, web_url},
    record::{At, Place},
};

const LIMIT: Duration = Duration::from_secs(6);
/// The most addresses asked in one round.
const MOST: usize = 6;

/// Which web addresses answer. Addresses of this computer or its own network are asked only when the Console itself is there (the demo):
/// a provider must not make Aloft knock on a person's router.
pub(crate) async fn ask(places: &[Place], local: bool) -> Vec<(String, bool)> {
    let web = places.iter().filter_map(|place| match &place.at {
        At::Web(host) => Some((
            host.clone(),
            web_url(host).filter(|url| local || public(url))?,
        )),
        At::Port { .. } | At::Ip { .. } => None,
    });
    let Some(client) = client(local) else {
        return Vec::new();
    };
    join_all(
        web.take(MOST)
            .map(|(host, url)| async move { (host, answers(client, url).await) }),
    )
    .await
}

async fn answers(client: &reqwest::Client, url: Url) -> bool {
    match client.get(url).send().await {
        // What stands before the container says these while there is nothing behind it.
        Ok(answer) => !matches!(answer.status().as_u16(), 502..=504),
        Err(_) => false,
    }
}

/// Looks names up and leaves out what lies inside: a provider's name may point to a person's router.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<_> = found.filter(|address| public_ip(address.ip())).collect();
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
    }
}

/// One client for addresses of this computer, which no proxy may see, and one for all others.
fn client(local: bool) -> Option<&'static reqwest::Client> {
    static CLIENTS: [OnceLock<Option<reqwest::Client>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [public, private] = &CLIENTS;
    let build = || {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .timeout(LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        if local {
            builder.no_proxy()
        } else {
            builder.dns_resolver(Arc::new(Public))
        }
        .build()
        .ok()
    };
    if local { private } else { public }
        .get_or_init(build)
        .as_ref()
}
