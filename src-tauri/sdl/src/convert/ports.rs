//! Which ports are opened, and to whom.
//!
//! A provider serves one http port of a service under its host name; that port is `as: 80`. Any other port that is open to
//! everyone gets a number that the provider chooses.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::Expose;
use super::inside;
use super::known::{self, Talk};
use super::notes::{Losses, Note, Noted};
use super::plan::{Plan, Port, Proto, Published, Service};
use super::settle::Reached;
use super::types::{Asked, Certainty};

/// Ports that web servers use, the likelier ones first.
const WEB: [u16; 20] = [
    80, 8080, 3000, 8000, 5000, 8888, 4000, 5173, 4200, 8081, 9000, 3001, 8001, 8501, 7860, 1337,
    8090, 8443, 9090, 8008,
];
/// Ports that speak something else than http.
const OTHER: [u16; 40] = [
    21, 22, 23, 25, 53, 110, 111, 143, 389, 445, 465, 587, 636, 993, 995, 1433, 1521, 1883, 2379,
    3306, 3389, 4222, 5060, 5432, 5672, 5900, 6379, 6667, 7777, 8333, 8883, 9042, 9092, 11211,
    25565, 26257, 27015, 27017, 30303, 33060,
];
/// Ports of programs that should not be open to everyone.
const INNER: [u16; 18] = [
    111, 389, 445, 1433, 1521, 2375, 2379, 3306, 5432, 5672, 6379, 7687, 9042, 9092, 11211, 26257,
    27017, 33060,
];
/// Most ports of one service; a range may hold thousands.
pub(super) const MOST: usize = 40;
/// Up to so many services, one that nobody names is opened to all that share its network.
pub(super) const FEW: usize = 10;

/// What a port is good for.
struct Judged<'s> {
    port: &'s Port,
    talk: Option<Talk>,
    /// How likely it is the one web port; zero for none.
    web: u32,
}

fn judge<'s>(port: &'s Port, known: &[(u16, Talk)]) -> Judged<'s> {
    let row = known.iter().find(|(number, _)| *number == port.port);
    let talk = row
        .map(|(_, talk)| *talk)
        .or_else(|| INNER.contains(&port.port).then_some(Talk::Inner));
    let outside = match port.published {
        Published::Everyone(outside) => outside,
        _ => None,
    };
    let rank = |number: u16| {
        WEB.iter()
            .position(|web| *web == number)
            .map(|at| 30_u32.saturating_sub(u32::try_from(at).unwrap_or(30)))
    };
    let web = match (port.proto, port.http, talk) {
        (Proto::Udp, _, _)
        | (_, Some(false), _)
        | (_, None, Some(Talk::Inner | Talk::Tcp | Talk::Udp)) => 0,
        (_, Some(true), _) => 1_000,
        (_, None, Some(Talk::Http)) => 500,
        (_, None, None) if OTHER.contains(&port.port) => 0,
        (_, None, None) => {
            let outer = outside.map_or(0, |outside| match outside {
                80 | 443 => 200,
                other => rank(other).unwrap_or(0),
            });
            1 + outer + rank(port.port).map_or(0, |rank| rank + 20)
        }
    };
    // A port that speaks TLS itself is the last choice: the provider speaks TLS to the outside.
    let web = if matches!(port.port, 443 | 8443 | 9443) {
        web.min(1)
    } else {
        web
    };
    Judged { port, talk, web }
}

/// The entries of `expose` for each service.
pub(super) fn settle(
    plan: &mut Plan,
    names: &[String],
    reached: &Reached,
) -> Vec<Vec<Noted<Expose>>> {
    let Plan {
        services, losses, ..
    } = plan;
    // Providers refuse a host name that stands in a deployment twice.
    let mut hosts = BTreeSet::new();
    for service in services.iter_mut() {
        tidy(service, losses);
        service.hosts.retain(|host| hosts.insert(host.clone()));
    }
    let mut open: Vec<Vec<Noted<Expose>>> = services
        .iter()
        .map(|service| outside(service, losses))
        .collect();
    if open.iter().all(Vec::is_empty) {
        fallback(services, reached, &mut open);
    }
    for (index, service) in services.iter().enumerate() {
        let needers = inside::needers(services, reached, index, &open);
        let Some(entries) = open.get_mut(index) else {
            continue;
        };
        inside::open(service, names, needers, entries, losses);
    }
    open
}

/// Each port once, and not too many.
fn tidy(service: &mut Service, losses: &mut Losses) {
    let mut kept: Vec<Port> = Vec::new();
    let mut places: BTreeMap<(u16, Proto), usize> = BTreeMap::new();
    for port in std::mem::take(&mut service.ports) {
        if let Some(old) = places
            .get(&(port.port, port.proto))
            .and_then(|at| kept.get_mut(*at))
        {
            // The wider of two ways to reach it counts.
            let wider = |published: Published| match published {
                Published::No => 0,
                Published::Loopback => 1,
                Published::Usual => 2,
                Published::Everyone(_) => 3,
            };
            if wider(port.published) > wider(old.published) {
                let http = old.http.or(port.http);
                *old = Port { http, ..port };
            }
            continue;
        }
        if kept.len() == MOST {
            losses.matters(
                Some(&service.key),
                format!("ports: {}", port.from),
                format!("There are more than {MOST} ports, and a provider opens each by itself."),
                "Name the ports that the program uses.",
            );
            break;
        }
        places.insert((port.port, port.proto), kept.len());
        kept.push(port);
    }
    service.ports = kept;
}

/// What the source opens to everyone.
fn outside(service: &Service, losses: &mut Losses) -> Vec<Noted<Expose>> {
    let known = known::ports(&service.image.value);
    let mut judged: Vec<Judged<'_>> = service
        .ports
        .iter()
        .filter(|port| matches!(port.published, Published::Everyone(_) | Published::Usual))
        .map(|port| judge(port, &known))
        .collect();
    let best = judged.iter().map(|judged| judged.web).max().unwrap_or(0);
    let web = judged
        .iter()
        .position(|judged| judged.web == best && best > 0);
    if let Some(web) = web {
        let web = judged.remove(web);
        judged.insert(0, web);
    }
    let mut entries = Vec::new();
    for (index, judged) in judged.iter().enumerate() {
        let port = judged.port;
        if index == 0 && web.is_some() {
            entries.push(web_entry(service, judged));
            continue;
        }
        if web.is_some() && matches!(port.port, 443 | 8443 | 9443) && port.proto == Proto::Tcp {
            losses.minor(
                Some(&service.key),
                format!("ports: {}", port.from),
                "The provider speaks https to the outside by itself and passes http on to the program.",
                "Nothing is to be done: the web address works with https.",
            );
            continue;
        }
        entries.push(other_entry(judged));
    }
    entries
}

fn web_entry(service: &Service, judged: &Judged<'_>) -> Noted<Expose> {
    let port = judged.port;
    let to = as_web(port.port);
    let certain = judged.web >= 20;
    let note = if port.published == Published::Usual {
        Note::guess(
            port.from.clone(),
            to,
            "The image usually serves a web page there. Close it if nobody but your own services should reach it.",
        )
        .ask(Asked::OpenPort, format!("{}/tcp", port.port), "true")
    } else if matches!(port.port, 443 | 8443) {
        Note::new(
            Certainty::Lost,
            port.from.clone(),
            to,
            "The provider speaks https to the outside and passes plain http on; a program that insists on https at this port does not answer. Let it serve http.",
        )
    } else if certain {
        Note::sure(
            port.from.clone(),
            to,
            "The provider serves it as a web page, with http and https, at a host name.",
        )
    } else {
        Note::guess(
            port.from.clone(),
            to,
            format!(
                "Port {} is taken for a web page. Delete `as: 80` if it speaks something else than http.",
                port.port
            ),
        )
    };
    let accept: Vec<String> = service.hosts.iter().take(20).cloned().collect();
    let mut notes = vec![note];
    if !accept.is_empty() {
        let list = accept.join(", ");
        notes.push(Note::sure(
            list.clone(),
            format!("accept: {list}"),
            "The provider serves the page under these names once they point at it (a CNAME record).",
        ));
    }
    Noted {
        value: Expose {
            port: port.port,
            outside: (port.port != 80).then_some(80),
            proto: Proto::Tcp,
            accept,
            global: Some(true),
            services: Vec::new(),
        },
        notes,
    }
}

/// A web page in words.
fn as_web(port: u16) -> String {
    match port {
        80 => "80, open to everyone".to_owned(),
        port => format!("{port} as 80, open to everyone"),
    }
}

fn other_entry(judged: &Judged<'_>) -> Noted<Expose> {
    let port = judged.port;
    let to = format!("{}/{}, open to everyone", port.port, port.proto.name());
    let name = format!("{}/{}", port.port, port.proto.name());
    let note = if judged.talk == Some(Talk::Inner) {
        Note::guess(
            port.from.clone(),
            to,
            format!("Port {} is published. Everyone on the internet can then reach it: keep it only with a strong password, or write `global: false`.", port.port),
        )
        .ask(Asked::OpenPort, name, "true")
    } else if port.published == Published::Usual {
        Note::guess(
            port.from.clone(),
            to,
            "The image is usually reached there, at a number that the provider chooses.",
        )
        .ask(Asked::OpenPort, name, "true")
    } else {
        Note::sure(
            port.from.clone(),
            to,
            "The provider opens it at a number that it chooses; the deployment's page shows which.",
        )
    };
    // Only one port of a service can be 80 outside, and this is not it.
    let outside = (port.port == 80).then_some(8080);
    Noted::with(
        Expose {
            port: port.port,
            outside: outside.filter(|_| port.proto == Proto::Tcp),
            proto: port.proto,
            accept: Vec::new(),
            global: Some(true),
            services: Vec::new(),
        },
        note,
    )
}

/// Opens one port where the source opens none: providers refuse a deployment that nobody can reach.
fn fallback(services: &[Service], reached: &Reached, open: &mut [Vec<Noted<Expose>>]) {
    let mut best: Option<(u32, usize, Port)> = None;
    for (index, service) in services.iter().enumerate() {
        let known = known::ports(&service.image.value);
        let of_known = known
            .iter()
            .filter(|_| service.ports.is_empty())
            .map(|(port, talk)| Port {
                port: *port,
                proto: talk.proto(),
                published: Published::No,
                http: None,
                from: String::new(),
            });
        for port in service.ports.iter().cloned().chain(of_known) {
            let web = judge(&port, &known).web;
            let mut score = web * 4;
            if web > 0 {
                // What others need is rather behind than in front.
                score += u32::from(reached.get(index).is_some_and(BTreeMap::is_empty)) * 2;
                score += u32::from(port.published == Published::Loopback) * 100;
            }
            if score > 0 && best.as_ref().is_none_or(|(old, ..)| score > *old) {
                best = Some((score, index, port));
            }
        }
    }
    if let Some((_, index, port)) = best {
        let name = format!("{}/{}", port.port, port.proto.name());
        let why = if port.published == Published::Loopback {
            "The port is open to the same machine only. Nobody is on the provider's machine, so it is opened to everyone here."
        } else {
            "Nothing says that the port is open, and providers refuse a deployment that nobody can reach."
        };
        let from = if port.from.is_empty() {
            "no open port".to_owned()
        } else {
            port.from.clone()
        };
        let note = Note::guess(from, as_web(port.port), why).ask(Asked::OpenPort, name, "true");
        push(open, index, &port, Some(80), true, note);
        return;
    }
    // No port that may be a web page. A program that is not known may still listen somewhere; a database stays closed.
    let front = services.iter().enumerate().find(|(index, service)| {
        let is_inner = known::ports(&service.image.value)
            .iter()
            .any(|(_, talk)| *talk == Talk::Inner);
        !is_inner
            && service.ports.is_empty()
            && (services.len() == 1 || reached.get(*index).is_some_and(BTreeMap::is_empty))
    });
    if let Some((index, service)) = front {
        let known = known::ports(&service.image.value).into_iter().next();
        let (number, proto) = known.map_or((80, Proto::Tcp), |(port, talk)| (port, talk.proto()));
        let port = Port {
            port: number,
            proto,
            published: Published::No,
            http: None,
            from: String::new(),
        };
        let web = known.is_none();
        let why = if web {
            "Nothing says which port the program listens on. Providers refuse a deployment without an open port; one that nothing listens on does no harm."
        } else {
            "Nothing says that the port is open, and providers refuse a deployment that nobody can reach."
        };
        let note = Note::guess("no port", format!("{number}/{}", proto.name()), why).ask(
            Asked::Port,
            format!("{number}/{}", proto.name()),
            number.to_string(),
        );
        push(open, index, &port, web.then_some(80), true, note);
        return;
    }
    // Only databases and the like.
    for (index, service) in services.iter().enumerate() {
        let known = known::ports(&service.image.value).into_iter().next();
        let number = service
            .ports
            .first()
            .map(|port| port.port)
            .or(known.map(|(port, _)| port));
        if let Some(number) = number {
            let port = Port {
                port: number,
                proto: Proto::Tcp,
                published: Published::No,
                http: None,
                from: String::new(),
            };
            let name = format!("{number}/tcp");
            let note = Note::guess("no open port", format!("{number}, closed"), "A port like this should not be open to everyone, so it is closed. Providers refuse a deployment that nobody can reach: write `global: true`, with a strong password, or add the service that uses it.").ask(Asked::OpenPort, name, "false");
            push(open, index, &port, None, false, note);
            return;
        }
    }
}

fn push(
    open: &mut [Vec<Noted<Expose>>],
    index: usize,
    port: &Port,
    outside: Option<u16>,
    global: bool,
    note: Note,
) {
    let Some(entries) = open.get_mut(index) else {
        return;
    };
    entries.push(Noted::with(
        Expose {
            port: port.port,
            outside: outside.filter(|outside| *outside != port.port),
            proto: port.proto,
            accept: Vec::new(),
            global: Some(global),
            services: Vec::new(),
        },
        note,
    ));
}
