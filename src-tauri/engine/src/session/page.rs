//! Addresses of the Console, and of pages that help.

use url::Url;

use crate::view::Link;

/// The official Console.
#[allow(clippy::expect_used)]
pub(crate) fn official() -> Url {
    Url::parse("https://console-api.akash.network").expect("a constant")
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
