//! Addresses of the Console, and of pages that help.

use url::Url;

use crate::view::Link;

/// The official Console.
#[allow(clippy::expect_used)]
pub(crate) fn official() -> Url {
    Url::parse("https://console-api.akash.network").expect("a constant")
}

/// The web Console that belongs to an API address, known for the official ones only.
fn web_console(console: &Url) -> Option<&'static str> {
    match console.host_str()? {
        "console-api.akash.network" => Some("https://console.akash.network"),
        "console-api-sandbox.akash.network" => Some("https://console-sandbox.akash.network"),
        _ => None,
    }
}

/// The page of a deployment in the web Console; `None` where there is none.
pub(crate) fn deployment_page(console: &Url, dseq: Option<u64>) -> Option<Url> {
    let web = web_console(console)?;
    Url::parse(&format!("{web}/deployments/{}", dseq?)).ok()
}

/// The page of a [`Link`]. The web Console of an API address is known for the official ones only.
pub(crate) fn page(link: Link, console: &Url) -> String {
    let sandbox = console
        .host_str()
        .is_some_and(|host| host.contains("sandbox"));
    let web = if sandbox {
        "https://console-sandbox.akash.network"
    } else {
        "https://console.akash.network"
    };
    match link {
        Link::SignUp | Link::Console => web.to_owned(),
        Link::AddCredit => format!("{web}/billing"),
        Link::ApiKeys => format!("{web}/user/api-keys"),
        Link::SdlDocs => {
            "https://akash.network/docs/getting-started/stack-definition-language/".to_owned()
        }
        Link::Discord => "https://discord.akash.network".to_owned(),
        Link::Issues => "https://github.com/akash-network/console/issues".to_owned(),
        Link::Support => "https://github.com/akash-network/support".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_has_a_page_in_the_official_consoles_only() {
        let page = |console: &str, dseq| {
            deployment_page(&console.parse().unwrap(), dseq).map(|page| page.to_string())
        };
        assert_eq!(
            page("https://console-api.akash.network", Some(1_787_385_600_123)).as_deref(),
            Some("https://console.akash.network/deployments/1787385600123")
        );
        assert_eq!(
            page("https://console-api-sandbox.akash.network", Some(7)).as_deref(),
            Some("https://console-sandbox.akash.network/deployments/7")
        );
        assert_eq!(page("https://console-api.akash.network", None), None);
        assert_eq!(
            page("https://console-api.akash.network.evil.com", Some(7)),
            None
        );
        assert_eq!(page("http://127.0.0.1:4010", Some(7)), None);
    }
}
