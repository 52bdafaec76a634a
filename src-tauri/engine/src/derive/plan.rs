//! What of a file is kept with its deployment.

use akash_sdl::{PortSummary, Reach, Sdl};

use crate::record::{
    Plan, PlanGroup, PlanPort, PlanService, PlanVolume, PortReach, Proto, VolumeSize,
};

/// What is kept of an SDL with the record.
pub(crate) fn plan(sdl: &Sdl) -> Plan {
    let summary = sdl.summary();
    Plan {
        gpu: summary.services.iter().any(|service| service.gpu.is_some()),
        groups: sdl
            .groups()
            .into_iter()
            .map(|group| PlanGroup {
                gseq: group.gseq,
                name: group.name,
                services: group.services,
            })
            .collect(),
        services: summary
            .services
            .iter()
            .map(|s| PlanService {
                name: s.name.clone(),
                image: s.image.clone(),
                replicas: s.replicas,
                ports: s.ports.iter().map(port).collect(),
            })
            .collect(),
        volumes: summary
            .services
            .iter()
            .flat_map(|s| s.storage.iter().filter(|v| v.persistent))
            .map(|volume| PlanVolume {
                name: volume.name.clone(),
                size: VolumeSize::Bytes(volume.bytes),
            })
            .collect(),
    }
}

/// A port as it is reached from outside, and in the container.
pub(crate) fn port(port: &PortSummary) -> PlanPort {
    let number = if port.external_port == 0 {
        port.port
    } else {
        port.external_port
    };
    PlanPort {
        number: number.into(),
        inside: port.port.into(),
        proto: if port.proto.eq_ignore_ascii_case("udp") {
            Proto::Udp
        } else {
            Proto::Tcp
        },
        reach: match &port.reach {
            Reach::Internet => PortReach::Internet(port.hosts.clone()),
            Reach::Ip(endpoint) => PortReach::Ip(endpoint.clone()),
            Reach::Services(names) => PortReach::Services(names.clone()),
        },
    }
}
