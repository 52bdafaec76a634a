//! What runs, by what the provider says and by asking its web addresses.

use akash_console::{DeploymentDetail, LeaseStatus};
use jiff::Timestamp;

use super::{Heard, PATIENCE};
use crate::{
    record::{At, Event, News, PLACES, Place, Record, ServiceSeen, TimelineEntry, seconds},
    view::Tone,
};

/// The longest name of a service that is kept, characters.
const NAME: usize = 120;
impl Record {
    pub(super) fn hear_status(
        &mut self,
        detail: &DeploymentDetail,
        now: Timestamp,
        heard: &mut Heard,
    ) {
        let running: Vec<_> = detail
            .leases
            .iter()
            .filter(|lease| lease.state.runs())
            .collect();
        let known: Vec<&LeaseStatus> = running
            .iter()
            .filter_map(|lease| lease.status.as_ref())
            .collect();
        let run = &mut self.run;
        if known.len() < running.len() {
            // Null means unknown, not down: only a provider that stays silent is called dark.
            if !run.services.is_empty() {
                let since = *run.dark.get_or_insert(now);
                if seconds(since, now) >= PATIENCE && !run.dark_told {
                    run.dark_told = true;
                    heard.note(now, Tone::Attention, Event::NoStatus, News::Dark);
                }
            }
            return;
        }
        run.dark = None;
        run.dark_told = false;
        let services: Vec<ServiceSeen> = known
            .iter()
            .flat_map(|status| &status.services)
            .take(PLACES)
            .map(|(name, s)| ServiceSeen {
                name: name.chars().take(NAME).collect(),
                ready: s.available,
                total: s.total,
            })
            .collect();
        if run.delivered.is_none() && !services.is_empty() {
            run.delivered = Some(now);
            run.refused = 0;
            self.problem = None;
            heard.note(now, Tone::Good, Event::ManifestDelivered, News::Delivered);
        }
        let run = &mut self.run;
        let ready = !services.is_empty() && services.iter().all(ServiceSeen::is_ready);
        if ready && run.ready.is_none() {
            run.ready = Some(now);
            run.came_up = true;
            heard.note(now, Tone::Good, Event::ContainersReady, News::Ready);
        } else if !ready && run.ready.is_some() {
            run.ready = None;
            heard.happened.push(TimelineEntry::new(
                now,
                Tone::Attention,
                Event::ContainerStopped,
            ));
            if run.stop(now) {
                heard.note(now, Tone::Bad, Event::KeepsRestarting, News::Restarting);
            }
        }
        run.calm(now);
        run.services = services;
        let old = std::mem::take(&mut run.places);
        run.places = in_order(known.iter().flat_map(|status| places(status)).collect());
        for place in &mut run.places {
            place.answers = old
                .iter()
                .find(|o| o.at == place.at && o.service == place.service)
                .and_then(|o| o.answers);
        }
    }

    /// Takes in which web addresses answered.
    pub(crate) fn hear_probe(&mut self, answers: &[(String, bool)], now: Timestamp) -> Heard {
        let mut heard = Heard::default();
        let run = &mut self.run;
        for place in &mut run.places {
            if let At::Web(host) = &place.at
                && let Some((_, answered)) = answers.iter().find(|(asked, _)| asked == host)
            {
                place.answers = Some(*answered);
            }
        }
        let mut web = run
            .places
            .iter()
            .filter(|place| matches!(place.at, At::Web(_)))
            .peekable();
        if web.peek().is_none() {
            return heard;
        }
        // One address answering is enough: a second one may be a name whose DNS is not set.
        if web.any(|place| place.answers == Some(true)) {
            run.silent = None;
            if run.answered.is_none() {
                run.answered = Some(now);
                heard.note(now, Tone::Good, Event::Answers, News::Answering);
            }
        } else if run.ready.is_some() {
            let since = *run.silent.get_or_insert(now);
            if seconds(since, now) >= PATIENCE && run.answered.is_some() {
                run.answered = None;
                heard.note(
                    now,
                    Tone::Attention,
                    Event::StoppedAnswering,
                    News::NotAnswering,
                );
            }
        }
        heard
    }
}

/// Web addresses first, whichever lease they are of: the first address stands for the deployment in the list.
fn in_order(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| match place.at {
        At::Web(_) => 0,
        At::Ip { .. } => 1,
        At::Port { .. } => 2,
    });
    places
}

fn places(status: &LeaseStatus) -> Vec<Place> {
    let place = |service: &str, at| Place {
        service: service.to_owned(),
        at,
        answers: None,
    };
    let web = status
        .services
        .iter()
        .flat_map(|(name, s)| s.uris.iter().map(|uri| place(name, At::Web(uri.clone()))));
    let ports = status.forwarded_ports.iter().flat_map(|(name, ports)| {
        ports.iter().filter_map(|port| {
            let proto = port
                .proto
                .clone()
                .unwrap_or_else(|| "tcp".into())
                .to_lowercase();
            Some(place(
                name,
                At::Port {
                    host: port.host.clone()?,
                    external: port.external_port,
                    internal: port.port,
                    proto,
                },
            ))
        })
    });
    let ips = status.ips.iter().flat_map(|(name, ips)| {
        ips.iter().map(|ip| {
            let proto = ip
                .protocol
                .clone()
                .unwrap_or_else(|| "tcp".into())
                .to_lowercase();
            place(
                name,
                At::Ip {
                    ip: ip.ip.clone(),
                    external: ip.external_port,
                    internal: ip.port,
                    proto,
                },
            )
        })
    });
    web.chain(ports).chain(ips).take(PLACES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_stands_before_the_ports_of_another_lease() {
        let port = Place {
            service: "redis".into(),
            at: At::Port {
                host: "provider.example".into(),
                external: 31_000,
                internal: 6379,
                proto: "tcp".into(),
            },
            answers: None,
        };
        let web = |host: &str| Place {
            service: "web".into(),
            at: At::Web(host.into()),
            answers: None,
        };
        assert_eq!(
            in_order(vec![port.clone(), web("b.example"), web("a.example")]),
            [web("b.example"), web("a.example"), port]
        );
    }
}
