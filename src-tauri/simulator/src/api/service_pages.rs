//! The pages at the addresses of services. Each says which service would answer there.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{app::App, chain::LeaseState, workload::Service, world::World};

/// What answers at a host name.
enum Target {
    /// No lease has this host name.
    Unknown,
    /// A lease has it, but its service does not answer.
    NotResponding,
    /// The service answers.
    Responding {
        image: String,
        service: String,
        provider: String,
        dseq: u64,
    },
}

fn target(world: &World, host: &str) -> Target {
    let dseq = host
        .split('-')
        .next()
        .and_then(|dseq| dseq.parse::<u64>().ok());
    let Some(deployment) = dseq.and_then(|dseq| world.deployments.get(&dseq)) else {
        return Target::Unknown;
    };
    for lease in deployment
        .leases
        .iter()
        .filter(|lease| lease.state == LeaseState::Active)
    {
        let (Some(provider), Some(workload)) = (world.provider(&lease.provider), &lease.workload)
        else {
            continue;
        };
        let matches = |service: &&Service| {
            service.http && provider.ingress_host(deployment.dseq, &service.name) == host
        };
        let Some(service) = workload.services.iter().find(matches) else {
            continue;
        };
        if provider.dark || !service.answers(world.now) {
            return Target::NotResponding;
        }
        return Target::Responding {
            image: service.image.clone(),
            service: service.name.clone(),
            provider: provider.organization.clone(),
            dseq: deployment.dseq,
        };
    }
    Target::Unknown
}

/// `GET /at/{host name}` and everything below it.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    Path(params): Path<Vec<(String, String)>>,
) -> Response {
    let host = params
        .into_iter()
        .find(|(name, _)| name == "host")
        .map(|(_, host)| host)
        .unwrap_or_default();
    match app.read(|world| target(world, &host)) {
        Target::Unknown => (StatusCode::NOT_FOUND, "default backend - 404").into_response(),
        Target::NotResponding => {
            let body = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
            html(StatusCode::BAD_GATEWAY, body.to_owned())
        }
        Target::Responding {
            image,
            service,
            provider,
            dseq,
        } => {
            let [image, service, provider] = [image, service, provider].map(|text| escaped(&text));
            html(
                StatusCode::OK,
                service_page(&image, &service, &provider, dseq),
            )
        }
    }
}

fn html(status: StatusCode, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn service_page(image: &str, service: &str, provider: &str, dseq: u64) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{service}: demo</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }}
body {{ min-height: 100vh; margin: 0; display: grid; place-items: center; background: light-dark(#f4f5f7, #16181d); color: light-dark(#1d2129, #e6e8ec) }}
main {{ max-width: 34rem; margin: 2rem; padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #1f232b); box-shadow: 0 2px 24px #0002 }}
h1 {{ margin: 0 0 .5rem; font-size: 1.4rem }}
code {{ overflow-wrap: anywhere }}
small {{ color: light-dark(#59606d, #a4abb8) }}
</style>
<main>
<h1>This is where <code>{image}</code> would be answering</h1>
<p>Service <b>{service}</b> on <b>{provider}</b>.</p>
<p>Unknown is really deployed: this page comes from a simulator on your own machine.</p>
<small>Deployment {dseq}</small>
</main>
</html>
"#
    )
}
