//! What variables and commands tell of ports: the one on which a program listens, and those that it looks for on its own
//! machine.

use super::known;
use super::notes::{Note, short};
use super::plan::{Port, Proto, Published, Service};
use super::types::Certainty;

/// Variables that hold the port of a program.
const VARIABLES: [&str; 10] = [
    "PORT",
    "HTTP_PORT",
    "APP_PORT",
    "SERVER_PORT",
    "LISTEN_PORT",
    "WEB_PORT",
    "API_PORT",
    "FLASK_RUN_PORT",
    "UVICORN_PORT",
    "SERVICE_PORT",
];
/// What stands before the port in a command.
const BEFORE: [&str; 6] = [
    "--port=",
    "--port ",
    "--http-port=",
    "--server.port=",
    "0.0.0.0:",
    "[::]:",
];

/// Looks through all services.
pub(super) fn read(services: &mut [Service]) {
    for service in services.iter_mut() {
        if service.ports.is_empty() && known::ports(&service.image.value).is_empty() {
            service.ports.extend(listens(service));
        }
    }
    let published: Vec<Vec<u16>> = services
        .iter()
        .map(|service| service.ports.iter().flat_map(outer).collect())
        .collect();
    for (index, service) in services.iter_mut().enumerate() {
        for env in &mut service.env {
            let Some(port) = on_localhost(&env.value) else {
                continue;
            };
            let own = published
                .get(index)
                .is_some_and(|ports| ports.contains(&port));
            let other = published
                .iter()
                .enumerate()
                .any(|(at, ports)| at != index && ports.contains(&port));
            if other && !own {
                env.notes.push(Note::new(
                    Certainty::Lost,
                    format!("{}={}", env.name, short(&env.value)),
                    "as it is",
                    "`localhost` is your machine in the source. On Akash the other service has an address of its own: write that here once the deployment runs.",
                ));
            }
        }
    }
}

/// The numbers at which a port can be reached.
fn outer(port: &Port) -> Vec<u16> {
    match port.published {
        Published::Everyone(Some(outside)) if outside != port.port => vec![port.port, outside],
        _ => vec![port.port],
    }
}

fn number(text: &str) -> Option<u16> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|port| *port > 0)
}

fn listens(service: &Service) -> Option<Port> {
    let by_env = service
        .env
        .iter()
        .filter(|env| VARIABLES.contains(&env.name.as_str()))
        .find_map(|env| {
            let port = env.value.parse::<u16>().ok().filter(|port| *port > 0)?;
            Some((port, format!("{}={port}", env.name)))
        });
    let words = || service.command.value.iter().chain(&service.args.value);
    let by_words = || {
        let line = words()
            .take(200)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        BEFORE.iter().find_map(|before| {
            let (_, after) = line.split_once(before)?;
            let port = number(after)?;
            Some((port, format!("{before}{port}")))
        })
    };
    by_env.or_else(by_words).map(|(port, from)| Port {
        port,
        proto: Proto::Tcp,
        published: Published::No,
        http: None,
        from,
    })
}

fn on_localhost(value: &str) -> Option<u16> {
    ["localhost:", "127.0.0.1:"]
        .iter()
        .find_map(|host| number(value.split_once(host)?.1))
}
