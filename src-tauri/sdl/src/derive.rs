//! The manifest and its hash, as the official library makes them.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::group::{Endpoint, EndpointKind};
use crate::js;
use crate::model::{
    Compute, Deployed, Expose, GpuAttributes, HttpOptions, Model, Placed, Service, To,
};
use crate::quantity::Quantity;

/// Which state of the official library (chain-sdk) to derive as. They differ in the hash of some files.
#[derive(Serialize, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Derivation {
    /// 1.0.0-alpha.39: GPU attributes in the order of the file, fractional values kept.
    Alpha39,
    /// 1.0.0-alpha.40: GPU attributes sorted, sizes rounded up exactly. What the live Console runs.
    #[default]
    Alpha40,
    /// The state after alpha.41: sorted by code unit, targets sorted before endpoints are numbered.
    Next,
}

impl Derivation {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::Alpha40, Self::Next, Self::Alpha39];

    /// The order of names.
    pub(crate) fn order(self, a: &str, b: &str) -> Ordering {
        match self {
            Self::Next => js::by_code_unit(a, b),
            Self::Alpha39 | Self::Alpha40 => js::by_locale(a, b),
        }
    }

    fn amount(self, quantity: Option<&Quantity>) -> &str {
        quantity.map_or("0", |quantity| match self {
            Self::Alpha39 => quantity.float.as_str(),
            Self::Alpha40 | Self::Next => quantity.exact.as_str(),
        })
    }
}

/// A derived manifest.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The manifest: JSON with sorted keys, what a provider is sent.
    pub manifest: String,
    /// SHA-256 of the manifest in base64: the deployment's version on chain.
    pub hash: String,
}

/// SHA-256 of a manifest text in base64, as the chain and the Console's API show it.
///
/// ```
/// assert_eq!(akash_sdl::manifest_hash("[]"), "T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=");
/// ```
pub fn manifest_hash(manifest: &str) -> String {
    STANDARD.encode(Sha256::digest(manifest.as_bytes()))
}

pub(crate) fn derive(model: &Model, derivation: Derivation) -> Derived {
    let manifest = Writer {
        derivation,
        endpoints: endpoint_numbers(model),
        out: String::new(),
    }
    .manifest(model);
    let hash = manifest_hash(&manifest);
    Derived { manifest, hash }
}

/// A group in the making: a placement with the services in it, both in the derivation's order.
pub(crate) struct Placing<'m> {
    pub(crate) placement: &'m str,
    pub(crate) services: Vec<(&'m Service, &'m Placed, &'m Compute)>,
}

impl<'m> Placing<'m> {
    /// The profiles in order of first use: each is a resource unit.
    pub(crate) fn computes(&self) -> Vec<&'m Compute> {
        let mut seen = HashSet::new();
        let computes = self.services.iter().map(|(_, _, compute)| *compute);
        computes
            .filter(|compute| seen.insert(compute.name.as_str()))
            .collect()
    }

    /// Numbers of the resource units.
    pub(crate) fn unit_ids(&self) -> HashMap<&'m str, u32> {
        let computes = self.computes().into_iter();
        computes
            .map(|compute| compute.name.as_str())
            .zip(1..)
            .collect()
    }
}

/// The groups by `gseq`: placements in order of their names, by code unit.
pub(crate) fn placings(model: &Model, derivation: Derivation) -> Vec<Placing<'_>> {
    let mut deployed: Vec<&Deployed> = model.deployments().iter().collect();
    deployed.sort_by(|a, b| derivation.order(&a.service.value, &b.service.value));
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut placings: Vec<Placing<'_>> = Vec::new();
    for deployed in deployed {
        let Some(service) = model.service(&deployed.service.value) else {
            continue;
        };
        for placed in deployed.placements.iter().flatten() {
            let Some(compute) = placed
                .profile
                .as_ref()
                .and_then(|profile| model.compute(&profile.value))
            else {
                continue;
            };
            let name = placed.placement.value.as_str();
            let at = *places.entry(name).or_insert_with(|| {
                placings.push(Placing {
                    placement: name,
                    services: Vec::new(),
                });
                placings.len() - 1
            });
            if let Some(placing) = placings.get_mut(at) {
                placing.services.push((service, placed, compute));
            }
        }
    }
    placings.sort_by(|a, b| js::by_code_unit(a.placement, b.placement));
    placings
}

/// Numbers of the leased IPs. Every use takes a number and the last one stays, as in the official library.
pub(crate) fn endpoint_numbers(model: &Model) -> HashMap<String, u32> {
    let targets = model
        .services()
        .iter()
        .flat_map(|service| &service.exposes)
        .flat_map(|expose| &expose.to);
    let mut names: Vec<&str> = targets
        .filter(|to| to.global)
        .filter_map(|to| to.ip.as_ref())
        .map(|ip| ip.value.as_str())
        .collect();
    names.sort_by(|a, b| js::by_code_unit(a, b));
    names
        .iter()
        .enumerate()
        .map(|(index, name)| ((*name).to_owned(), index as u32 + 1))
        .collect()
}

/// The endpoints of a service, in the derivation's order.
pub(crate) fn endpoints_of(
    service: &Service,
    numbers: &HashMap<String, u32>,
    derivation: Derivation,
) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for (expose, to) in targets(service, derivation)
        .into_iter()
        .filter(|(_, to)| to.global)
    {
        let kind = if expose.is_http() {
            EndpointKind::SharedHttp
        } else {
            EndpointKind::RandomPort
        };
        endpoints.push(Endpoint {
            kind,
            sequence_number: 0,
        });
        if let Some(ip) = &to.ip {
            let sequence_number = numbers.get(&ip.value).copied().unwrap_or_default();
            endpoints.push(Endpoint {
                kind: EndpointKind::LeasedIp,
                sequence_number,
            });
        }
    }
    endpoints
}

/// Every target of every port; sorted already where the derivation sorts before it builds endpoints.
fn targets(service: &Service, derivation: Derivation) -> Vec<(&Expose, &To)> {
    let mut targets: Vec<_> = service
        .exposes
        .iter()
        .flat_map(|expose| expose.to.iter().map(move |to| (expose, to)))
        .collect();
    if derivation == Derivation::Next {
        sort_targets(&mut targets, derivation);
    }
    targets
}

fn sort_targets(targets: &mut [(&Expose, &To)], derivation: Derivation) {
    let service = |to: &To| {
        to.service
            .as_ref()
            .map_or(String::new(), |service| service.value.clone())
    };
    targets.sort_by(|(expose_a, a), (expose_b, b)| {
        derivation
            .order(&service(a), &service(b))
            .then_with(|| expose_a.port.cmp(&expose_b.port))
            .then_with(|| expose_a.proto.cmp(&expose_b.proto))
            .then_with(|| b.global.cmp(&a.global))
    });
}

/// GPU attributes as the chain knows them.
pub(crate) fn gpu_attributes(
    attributes: &GpuAttributes,
    derivation: Derivation,
) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for (vendor, models) in &attributes.vendors {
        let Some(models) = models else {
            list.push((format!("vendor/{vendor}/model/*"), "true".to_owned()));
            continue;
        };
        for wish in models {
            let mut key = format!(
                "vendor/{vendor}/model/{}",
                wish.model
                    .as_ref()
                    .map_or("undefined", |model| model.text.value.as_str())
            );
            let ram = wish.ram.as_ref().map(|ram| &ram.text.value);
            for (part, value) in [("ram", ram), ("interface", wish.interface.as_ref())] {
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    let _ = write!(key, "/{part}/{value}");
                }
            }
            list.push((key, "true".to_owned()));
        }
    }
    if derivation != Derivation::Alpha39 {
        if let Some(group) = &attributes.interconnect {
            list.push(("interconnect/group".to_owned(), group.value.clone()));
        }
        list.sort_by(|(a, _), (b, _)| derivation.order(a, b));
    }
    list
}

/// Writes the manifest: sorted keys, no blanks.
struct Writer {
    derivation: Derivation,
    endpoints: HashMap<String, u32>,
    out: String,
}

impl Writer {
    fn manifest(mut self, model: &Model) -> String {
        let placings = placings(model, self.derivation);
        self.list(&placings, |writer, placing| {
            let ids = placing.unit_ids();
            writer.raw("{\"name\":");
            writer.text(placing.placement);
            writer.raw(",\"services\":");
            writer.list(&placing.services, |writer, (service, placed, compute)| {
                let id = ids.get(compute.name.as_str()).copied().unwrap_or(1);
                writer.service(service, placed, compute, id);
            });
            writer.raw("}");
        });
        self.out
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// A JSON string as `JSON.stringify` writes it, with `<`, `>` and `&` escaped for HTML as Go does.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\r' => self.raw("\\r"),
                '\t' => self.raw("\\t"),
                '\u{8}' => self.raw("\\b"),
                '\u{c}' => self.raw("\\f"),
                '<' | '>' | '&' | '\0'..='\u{1f}' => {
                    let _ = write!(self.out, "\\u{:04x}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn list<T>(&mut self, items: &[T], mut one: impl FnMut(&mut Self, &T)) {
        self.raw("[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.raw(",");
            }
            one(self, item);
        }
        self.raw("]");
    }

    fn list_or_null<T>(&mut self, items: &[T], one: impl FnMut(&mut Self, &T)) {
        if items.is_empty() {
            self.raw("null")
        } else {
            self.list(items, one)
        }
    }

    fn val(&mut self, quantity: Option<&Quantity>) {
        self.raw("{\"val\":");
        let amount = self.derivation.amount(quantity).to_owned();
        self.text(&amount);
        self.raw("}");
    }

    fn service(&mut self, service: &Service, placed: &Placed, compute: &Compute, id: u32) {
        let text = |writer: &mut Self, item: &crate::model::Text| writer.text(&item.value);
        self.raw("{\"args\":");
        self.list_or_null(&service.args, text);
        self.raw(",\"command\":");
        self.list_or_null(&service.command, text);
        let _ = write!(self.out, ",\"count\":{}", js::number(placed.count));
        self.raw(",\"credentials\":");
        match &service.credentials {
            None => self.raw("null"),
            Some(credentials) => {
                for (name, value) in [
                    ("{\"email\":", &credentials.email),
                    (",\"host\":", &credentials.host.value),
                    (",\"password\":", &credentials.password),
                    (",\"username\":", &credentials.username),
                ] {
                    self.raw(name);
                    self.text(value);
                }
                self.raw("}");
            }
        }
        self.raw(",\"env\":");
        self.list_or_null(&service.env, text);
        self.raw(",\"expose\":");
        self.exposes(service);
        self.raw(",\"image\":");
        self.text(service.image.as_ref().map_or("", |image| &image.value));
        let group = compute
            .gpu
            .as_ref()
            .filter(|gpu| gpu.asked())
            .and_then(|gpu| gpu.attributes.as_ref()?.interconnect.as_ref());
        if let Some(group) = group.filter(|_| self.derivation != Derivation::Alpha39) {
            self.raw(",\"interconnectGroup\":");
            self.text(&group.value);
        }
        self.raw(",\"name\":");
        self.text(&service.name);
        self.params(service);
        self.raw(",\"resources\":");
        self.resources(service, compute, id);
        self.raw("}");
    }

    fn exposes(&mut self, service: &Service) {
        let mut targets = targets(service, self.derivation);
        sort_targets(&mut targets, self.derivation);
        self.list(&targets, |writer, (expose, to)| {
            let number = to.ip.as_ref().and_then(|ip| writer.endpoints.get(&ip.value)).copied().unwrap_or_default();
            let external = expose.external.unwrap_or_default();
            let _ = write!(writer.out, "{{\"endpointSequenceNumber\":{number},\"externalPort\":{external},\"global\":{},\"hosts\":", to.global);
            writer.list_or_null(&expose.hosts, |writer, host| writer.text(&host.value));
            writer.raw(",\"httpOptions\":");
            writer.http_options(&expose.http);
            writer.raw(",\"ip\":");
            writer.text(to.ip.as_ref().map_or("", |ip| &ip.value));
            let _ = write!(writer.out, ",\"port\":{},\"proto\":\"{}\",\"service\":", expose.port.unwrap_or_default(), expose.proto);
            writer.text(to.service.as_ref().map_or("", |service| &service.value));
            writer.raw("}");
        });
    }

    fn http_options(&mut self, options: &HttpOptions) {
        let number = |value: Option<f64>, default: f64| js::number(value.unwrap_or(default));
        let _ = write!(
            self.out,
            "{{\"maxBodySize\":{},\"nextCases\":",
            number(options.max_body_size, 1_048_576.0)
        );
        match &options.next_cases {
            Some(cases) => self.list(cases, |writer, case| writer.text(case)),
            None => self.raw("[\"error\",\"timeout\"]"),
        }
        let _ = write!(
            self.out,
            ",\"nextTimeout\":{},\"nextTries\":{}",
            number(options.next_timeout, 0.0),
            number(options.next_tries, 3.0)
        );
        if let Some(size) = options.proxy_buffer_size.filter(|size| *size != 0.0) {
            let _ = write!(self.out, ",\"proxyBufferSize\":{}", js::number(size));
        }
        let _ = write!(
            self.out,
            ",\"readTimeout\":{},\"sendTimeout\":{}}}",
            number(options.read_timeout, 60_000.0),
            number(options.send_timeout, 60_000.0)
        );
    }

    fn params(&mut self, service: &Service) {
        let Some(params) = &service.params else {
            return;
        };
        self.raw(",\"params\":{");
        if let Some(read) = &params.permissions {
            self.raw("\"permissions\":{\"read\":");
            self.list(read, |writer, what| writer.text(what));
            self.raw("},");
        }
        self.raw("\"storage\":");
        let mut mounts: Vec<_> = params.mounts.iter().collect();
        mounts.sort_by(|a, b| js::by_code_unit(&a.volume.value, &b.volume.value));
        self.list_or_null(&mounts, |writer, mount| {
            writer.raw("{\"mount\":");
            writer.text(mount.mount.as_ref().map_or("", |mount| &mount.value));
            writer.raw(",\"name\":");
            writer.text(&mount.volume.value);
            let _ = write!(writer.out, ",\"readOnly\":{}}}", mount.read_only);
        });
        if let Some(tee) = &params.tee {
            self.raw(",\"tee\":{\"attestation\":true,\"type\":");
            self.text(&tee.value);
            self.raw("}");
        }
        self.raw("}");
    }

    fn attributes(&mut self, attributes: &[(String, String)]) {
        if attributes.is_empty() {
            return;
        }
        self.raw("\"attributes\":");
        self.list(attributes, |writer, (key, value)| {
            writer.raw("{\"key\":");
            writer.text(key);
            writer.raw(",\"value\":");
            writer.text(value);
            writer.raw("}");
        });
        self.raw(",");
    }

    fn resources(&mut self, service: &Service, compute: &Compute, id: u32) {
        let derivation = self.derivation;
        let mut cpu: Vec<_> = compute
            .cpu_attributes
            .iter()
            .map(|(key, value)| (key.value.clone(), value.clone()))
            .collect();
        cpu.sort_by(|(a, _), (b, _)| derivation.order(a, b));
        self.raw("{\"cpu\":{");
        self.attributes(&cpu);
        self.raw("\"units\":");
        self.val(compute.cpu.as_ref().and_then(|cpu| cpu.quantity.as_ref()));
        self.raw("},\"endpoints\":");
        let endpoints = endpoints_of(service, &self.endpoints, derivation);
        self.list(&endpoints, |writer, endpoint| {
            let kind = match endpoint.kind {
                EndpointKind::SharedHttp => "",
                EndpointKind::RandomPort => "\"kind\":1,",
                EndpointKind::LeasedIp => "\"kind\":2,",
            };
            let _ = write!(
                writer.out,
                "{{{kind}\"sequence_number\":{}}}",
                endpoint.sequence_number
            );
        });
        self.raw(",\"gpu\":{");
        let gpu = compute.gpu.as_ref();
        let attributes = gpu.and_then(|gpu| gpu.attributes.as_ref());
        self.attributes(
            &attributes
                .map(|attributes| gpu_attributes(attributes, derivation))
                .unwrap_or_default(),
        );
        self.raw("\"units\":");
        self.val(gpu.and_then(|gpu| gpu.units.as_ref()?.quantity.as_ref()));
        let _ = write!(self.out, "}},\"id\":{id},\"memory\":{{\"size\":");
        self.val(
            compute
                .memory
                .as_ref()
                .and_then(|memory| memory.quantity.as_ref()),
        );
        self.raw("},\"storage\":");
        let volumes = compute.storage.as_deref().unwrap_or_default();
        self.list_or_null(volumes, |writer, volume| {
            writer.raw("{");
            if let Some(attributes) = &volume.attributes {
                writer.attributes(&[
                    ("class".to_owned(), attributes.class.value.clone()),
                    ("persistent".to_owned(), attributes.persistent.clone()),
                ]);
            }
            writer.raw("\"name\":");
            writer.text(volume.label());
            writer.raw(",\"size\":");
            writer.val(volume.size.as_ref().and_then(|size| size.quantity.as_ref()));
            writer.raw("}");
        });
        self.raw("}");
    }
}
