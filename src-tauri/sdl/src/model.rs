//! What a valid file means. Places stay with the parts that warnings and cross-checks point at.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::draft::Span;
use crate::quantity::Quantity;

/// A text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// The whole file. A section that could not be read is `None`, so that nothing is said about references into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) services: Option<Table<Service>>,
    pub(crate) computes: Option<Table<Compute>>,
    pub(crate) placements: Option<Table<Placement>>,
    pub(crate) deployments: Option<Table<Deployed>>,
    pub(crate) endpoints: Option<Table<Text>>,
    pub(crate) min_window: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) at: Span,
    pub(crate) image: Option<Text>,
    pub(crate) command: Vec<Text>,
    pub(crate) args: Vec<Text>,
    pub(crate) env: Vec<Text>,
    pub(crate) exposes: Vec<Expose>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) params: Option<Params>,
    /// Whether the mounts could not be read.
    pub(crate) mounts_broken: bool,
    /// What it adds to the manifest for each placement, in bytes, roughly.
    pub(crate) weight: u64,
    pub(crate) dependencies: Vec<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expose {
    pub(crate) at: Span,
    pub(crate) path: String,
    pub(crate) port: Option<u16>,
    pub(crate) external: Option<u16>,
    pub(crate) proto: String,
    pub(crate) hosts: Vec<Text>,
    pub(crate) to: Vec<To>,
    /// Whether a target could not be read, or stands beside `to`, so that `to` does not hold all of them.
    pub(crate) to_broken: bool,
    pub(crate) http: HttpOptions,
}

impl Expose {
    /// The port it is reached at, as the official library counts: `as`, or the port itself.
    pub(crate) fn outside(&self) -> u16 {
        self.external.or(self.port).unwrap_or_default()
    }

    /// Whether the provider's ingress serves it as http.
    pub(crate) fn is_http(&self) -> bool {
        self.proto == "TCP" && self.outside() == 80
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct To {
    pub(crate) at: Span,
    pub(crate) global: bool,
    /// Whether a part of it could not be read, or has a wrong name.
    pub(crate) broken: bool,
    pub(crate) service: Option<Text>,
    pub(crate) ip: Option<Text>,
}

/// Options of the provider's http proxy; `None` where the file says nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpOptions {
    pub(crate) max_body_size: Option<f64>,
    pub(crate) read_timeout: Option<f64>,
    pub(crate) send_timeout: Option<f64>,
    pub(crate) next_tries: Option<f64>,
    pub(crate) next_timeout: Option<f64>,
    pub(crate) proxy_buffer_size: Option<f64>,
    pub(crate) next_cases: Option<Vec<String>>,
    pub(crate) next_cases_at: Span,
}

#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) host: Text,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) email: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("host", &self.host.value)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    pub(crate) mounts: Vec<Mount>,
    /// `permissions.read`, where `permissions` is given.
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) permissions_at: Span,
    pub(crate) tee: Option<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct Mount {
    pub(crate) volume: Text,
    pub(crate) mount: Option<Text>,
    pub(crate) read_only: bool,
    /// Whether it could not be read.
    pub(crate) broken: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Compute {
    pub(crate) name: String,
    pub(crate) at: Span,
    pub(crate) cpu: Option<Amount>,
    pub(crate) cpu_attributes: Vec<(Text, String)>,
    pub(crate) memory: Option<Amount>,
    /// `None` when it could not be read.
    pub(crate) storage: Option<Vec<Volume>>,
    pub(crate) storage_at: Span,
    pub(crate) gpu: Option<Gpu>,
    /// Whether `gpu` could not be read.
    pub(crate) gpu_broken: bool,
    /// What it adds to the manifest for each use, in bytes, roughly.
    pub(crate) weight: u64,
}

/// A quantity as written; `quantity` is `None` where the official code would throw once the profile is used.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) text: Text,
    pub(crate) path: String,
    /// Whether the text is a string, and not a number.
    pub(crate) is_text: bool,
    pub(crate) quantity: Option<Quantity>,
}

impl Amount {
    pub(crate) fn value(&self) -> u64 {
        self.quantity.as_ref().map_or(0, Quantity::value)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Volume {
    pub(crate) at: Span,
    pub(crate) name: Option<Text>,
    pub(crate) size: Option<Amount>,
    pub(crate) attributes: Option<VolumeAttributes>,
}

impl Volume {
    /// The name in the manifest.
    pub(crate) fn label(&self) -> &str {
        self.name
            .as_ref()
            .map(|name| name.value.as_str())
            .filter(|name| !name.is_empty())
            .unwrap_or("default")
    }

    pub(crate) fn persistent(&self) -> bool {
        self.attributes.as_ref().is_some_and(|attributes| {
            !matches!(
                attributes.persistent.to_ascii_lowercase().as_str(),
                "false" | "no" | "0" | ""
            )
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct VolumeAttributes {
    pub(crate) class: Text,
    /// `String(persistent)`.
    pub(crate) persistent: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Gpu {
    pub(crate) at: Span,
    /// `None` when `units` is absent, which means 0.
    pub(crate) units: Option<Amount>,
    pub(crate) attributes: Option<GpuAttributes>,
}

impl Gpu {
    /// Whether the official checks take it to ask for GPUs: any `units` but the number 0.
    pub(crate) fn asked(&self) -> bool {
        self.units
            .as_ref()
            .is_some_and(|units| units.is_text || units.text.value != "0")
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct GpuAttributes {
    pub(crate) at: Span,
    pub(crate) has_vendor: bool,
    /// Models by vendor, in the order of the file; `None` for any model.
    pub(crate) vendors: Vec<(String, Option<Vec<GpuWish>>)>,
    /// Whether some of the models could not be read.
    pub(crate) models_broken: bool,
    /// The interconnect group: `auto` for `[]`, or the given name.
    pub(crate) interconnect: Option<Text>,
    pub(crate) interconnect_implicit: bool,
}

/// A GPU model as the file gives it.
#[derive(Clone, Debug)]
pub(crate) struct GpuWish {
    pub(crate) at: Span,
    pub(crate) model: Option<Name>,
    pub(crate) ram: Option<Name>,
    pub(crate) interface: Option<String>,
}

/// A name of a GPU's model or memory, with the one that was meant where no provider declares what is written.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) text: Text,
    pub(crate) path: String,
    /// What was meant, where that can be told.
    pub(crate) meant: Option<String>,
    /// What makes it so.
    pub(crate) fix: Option<(String, Vec<(Span, String)>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) name: String,
    pub(crate) at: Span,
    pub(crate) attributes: Vec<(Text, String)>,
    pub(crate) all_of: Vec<String>,
    pub(crate) any_of: Vec<String>,
    /// `None` when it could not be read.
    pub(crate) pricing: Option<Vec<Price>>,
    pub(crate) pricing_at: Span,
}

impl Placement {
    pub(crate) fn price(&self, profile: &str) -> Option<&Price> {
        let mut prices = self.pricing.iter().flatten();
        prices.find(|price| price.profile.value == profile)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub(crate) profile: Text,
    pub(crate) denom: Option<Text>,
    /// `String(amount)` with its place.
    pub(crate) amount: Option<Text>,
}

impl Price {
    /// The amount; what has more digits than any price is cut to the largest or smallest there is.
    pub(crate) fn decimal(&self) -> Decimal {
        let Some(amount) = &self.amount else {
            return Decimal::ZERO;
        };
        amount
            .value
            .parse()
            .or_else(|_| Decimal::from_scientific(&amount.value))
            .unwrap_or_else(|_| {
                if amount.value.contains("e-") {
                    Decimal::ZERO
                } else {
                    Decimal::MAX
                }
            })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Deployed {
    pub(crate) service: Text,
    /// `None` when it could not be read.
    pub(crate) placements: Option<Vec<Placed>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) placement: Text,
    pub(crate) profile: Option<Text>,
    pub(crate) count: f64,
    pub(crate) count_at: Span,
}

impl Placed {
    pub(crate) fn replicas(&self) -> u32 {
        self.count as u32
    }
}

/// A section of named parts, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    items: Vec<T>,
    index: HashMap<String, usize>,
}

/// What a [`Table`] holds.
pub(crate) trait Named {
    fn name(&self) -> &str;
}

impl<T: Named> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        let index = items
            .iter()
            .enumerate()
            .map(|(at, item)| (item.name().to_owned(), at))
            .collect();
        Self { items, index }
    }
}

impl<T: Named> Table<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).and_then(|at| self.items.get(*at))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(Named::name)
    }
}

impl Named for Service {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Compute {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Placement {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Deployed {
    fn name(&self) -> &str {
        &self.service.value
    }
}

impl Named for Text {
    fn name(&self) -> &str {
        &self.value
    }
}

fn items<T>(table: Option<&Table<T>>) -> &[T] {
    table.map_or(&[], |table| &table.items)
}

impl Model {
    pub(crate) fn services(&self) -> &[Service] {
        items(self.services.as_ref())
    }

    pub(crate) fn service(&self, name: &str) -> Option<&Service> {
        self.services.as_ref()?.get(name)
    }

    pub(crate) fn computes(&self) -> &[Compute] {
        items(self.computes.as_ref())
    }

    pub(crate) fn compute(&self, name: &str) -> Option<&Compute> {
        self.computes.as_ref()?.get(name)
    }

    pub(crate) fn placements(&self) -> &[Placement] {
        items(self.placements.as_ref())
    }

    pub(crate) fn placement(&self, name: &str) -> Option<&Placement> {
        self.placements.as_ref()?.get(name)
    }

    pub(crate) fn deployments(&self) -> &[Deployed] {
        items(self.deployments.as_ref())
    }

    pub(crate) fn deployed(&self, service: &str) -> Option<&Deployed> {
        self.deployments.as_ref()?.get(service)
    }

    pub(crate) fn endpoints(&self) -> &[Text] {
        items(self.endpoints.as_ref())
    }
}
