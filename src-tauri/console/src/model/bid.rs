//! What providers offer.

use akash_market::{GpuModel, Offer, PricePerBlock};
use serde::Serialize;
use serde_json::Value;

use super::{Attribute, BidId, BidState};
use crate::json::{Fields, Mismatch, Read};

/// A provider's offer to run a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bid {
    /// Which.
    pub id: BidId,
    /// Only an open one can be taken.
    pub state: BidState,
    /// What it asks; `None` when the answer did not say.
    pub price: Option<PricePerBlock>,
    /// The height it was made at.
    pub created_at: Option<u64>,
    /// What it offers for that, an entry for each kind of resources.
    pub resources_offer: Vec<ResourceOffer>,
    /// Seconds of notice before the provider may take its machine back, when it promises any.
    pub reclamation_window: Option<u64>,
}

impl Read for Bid {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let bid = value.at("bid");
        let window = bid
            .text("reclamation_window")
            .or_else(|| value.text("reclamation_window"));
        Ok(Self {
            id: bid
                .must_any(&["id", "bid_id"])
                .map_err(|e| e.within("bid"))?,
            state: bid.must("state").map_err(|e| e.within("bid"))?,
            price: bid.opt("price"),
            created_at: bid.opt("created_at"),
            resources_offer: bid.lossy("resources_offer"),
            reclamation_window: window.and_then(|text| seconds(&text)),
        })
    }
}

impl Bid {
    /// What there is to compare; `None` when the bid does not say its price.
    #[must_use]
    pub fn offer(&self) -> Option<Offer> {
        Some(Offer {
            provider: self.id.provider.clone(),
            gseq: self.id.gseq,
            oseq: self.id.oseq,
            price: self.price.clone()?,
            gpus: self.gpus(),
            gpu_count: self.gpu_count(),
            reclamation_seconds: self.reclamation_window,
        })
    }

    /// How many GPUs are offered, replicas counted.
    #[must_use]
    pub fn gpu_count(&self) -> u64 {
        let each = |offer: &ResourceOffer| {
            offer
                .gpu
                .unwrap_or(0)
                .saturating_mul(u64::from(offer.count))
        };
        self.resources_offer
            .iter()
            .map(each)
            .fold(0, u64::saturating_add)
    }

    /// The GPUs offered, one entry for each model.
    #[must_use]
    pub fn gpus(&self) -> Vec<GpuModel> {
        let mut models: Vec<GpuModel> = self
            .resources_offer
            .iter()
            .flat_map(|offer| offer.gpu_models.clone())
            .collect();
        models.sort();
        models.dedup();
        models
    }
}

/// Whole seconds of a protobuf duration such as `86400s`.
fn seconds(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('s').unwrap_or(text);
    digits.split('.').next()?.parse().ok()
}

/// Resources that a bid offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceOffer {
    /// How many of them.
    pub count: u32,
    /// Thousandths of a CPU.
    pub cpu_milli: Option<u64>,
    /// Bytes.
    pub memory: Option<u64>,
    /// GPUs.
    pub gpu: Option<u64>,
    /// Which GPUs.
    pub gpu_models: Vec<GpuModel>,
    /// Volumes.
    pub storage: Vec<StorageOffer>,
}

/// A volume that a bid offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageOffer {
    /// Its name in the SDL.
    pub name: String,
    /// Bytes.
    pub bytes: Option<u64>,
    /// Class and persistence.
    pub attributes: Vec<Attribute>,
}

impl Read for ResourceOffer {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let resources = value.at("resources");
        if !resources.is_object() {
            return Err(Mismatch::new("resources", resources).within("resources"));
        }
        let gpu = resources.at("gpu");
        Ok(Self {
            count: value.opt("count").unwrap_or(1),
            cpu_milli: resources.at("cpu").at("units").opt("val"),
            memory: resources.at("memory").at("quantity").opt("val"),
            gpu: gpu.at("units").opt("val"),
            gpu_models: gpu_models(&gpu.lossy("attributes")),
            storage: resources.lossy("storage"),
        })
    }
}

impl Read for StorageOffer {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(Self {
            name: value.must("name")?,
            bytes: value.at("quantity").opt("val"),
            attributes: value.lossy("attributes"),
        })
    }
}

/// Models out of attribute keys such as `vendor/nvidia/model/rtx4090/ram/24Gi/interface/pcie`.
fn gpu_models(attributes: &[Attribute]) -> Vec<GpuModel> {
    attributes
        .iter()
        .filter_map(|attribute| {
            let mut parts = attribute.key.split('/');
            let (mut vendor, mut model, mut ram, mut interface) = (None, None, None, None);
            while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
                let slot = match name {
                    "vendor" => &mut vendor,
                    "model" => &mut model,
                    "ram" => &mut ram,
                    "interface" => &mut interface,
                    _ => continue,
                };
                *slot = Some(value.to_owned());
            }
            Some(GpuModel {
                vendor: vendor?,
                model: model?,
                ram,
                interface,
            })
        })
        .collect()
}
