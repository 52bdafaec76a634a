//! Fixed data about the world: GPU models, and locations of providers.

/// A GPU model.
#[derive(Debug)]
pub(crate) struct GpuKind {
    /// The model as SDL files name it.
    pub(crate) model: &'static str,
    /// The model's display name.
    pub(crate) display: &'static str,
    /// The card's memory, as in `80Gi`.
    pub(crate) ram: &'static str,
    /// `pcie` or `sxm`.
    pub(crate) interface: &'static str,
    /// The market price of one GPU, in thousandths of a USD per hour.
    pub(crate) milli_usd_per_hour: u32,
    /// Whether a free trial may use it. The Console's list of blocked models dates from 2026-05-21.
    pub(crate) on_trial: bool,
}

const fn gpu(
    model: &'static str,
    display: &'static str,
    ram: &'static str,
    interface: &'static str,
    milli_usd_per_hour: u32,
    on_trial: bool,
) -> GpuKind {
    GpuKind {
        model,
        display,
        ram,
        interface,
        milli_usd_per_hour,
        on_trial,
    }
}

/// All GPU models. Providers store indices into this list, so do not reorder it.
pub(crate) const GPUS: [GpuKind; 12] = [
    gpu("rtx4090", "RTX 4090", "24Gi", "pcie", 420, false),
    gpu("rtx3090", "RTX 3090", "24Gi", "pcie", 240, false),
    gpu("rtx3060ti", "RTX 3060 Ti", "8Gi", "pcie", 110, true),
    gpu("t4", "T4", "16Gi", "pcie", 150, true),
    gpu("rtxa6000", "RTX A6000", "48Gi", "pcie", 460, true),
    gpu("v100", "V100", "16Gi", "pcie", 190, true),
    gpu("a100", "A100", "80Gi", "sxm", 1_050, false),
    gpu("h100", "H100", "80Gi", "sxm", 1_690, false),
    gpu("h200", "H200", "141Gi", "sxm", 2_350, false),
    gpu("l40s", "L40S", "48Gi", "pcie", 790, true),
    gpu("rtx5090", "RTX 5090", "32Gi", "pcie", 580, false),
    gpu("p40", "P40", "24Gi", "pcie", 120, true),
];

/// A location of providers, with the values that the API shows for it.
pub(crate) struct Location {
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) code: &'static str,
    pub(crate) region: &'static str,
    pub(crate) region_code: &'static str,
    pub(crate) lat: &'static str,
    pub(crate) lon: &'static str,
    pub(crate) timezone: &'static str,
    /// The value of the provider attribute `region`, which SDL files can require.
    pub(crate) akash_region: &'static str,
}

#[allow(clippy::too_many_arguments)]
const fn location(
    city: &'static str,
    country: &'static str,
    code: &'static str,
    region: &'static str,
    region_code: &'static str,
    lat: &'static str,
    lon: &'static str,
    timezone: &'static str,
    akash_region: &'static str,
) -> Location {
    Location {
        city,
        country,
        code,
        region,
        region_code,
        lat,
        lon,
        timezone,
        akash_region,
    }
}

/// All locations. Providers store indices into this list, so do not reorder it.
#[rustfmt::skip]
pub(crate) const LOCATIONS: [Location; 16] = [
    location("Dallas", "United States", "US", "Texas", "TX", "32.7767", "-96.7970", "utc-6", "us-central"),
    location("Ashburn", "United States", "US", "Virginia", "VA", "39.0438", "-77.4874", "utc-5", "us-east"),
    location("Los Angeles", "United States", "US", "California", "CA", "34.0522", "-118.2437", "utc-8", "us-west"),
    location("Hillsboro", "United States", "US", "Oregon", "OR", "45.5229", "-122.9898", "utc-8", "us-west"),
    location("Montreal", "Canada", "CA", "Quebec", "QC", "45.5019", "-73.5674", "utc-5", "ca-east"),
    location("Helsinki", "Finland", "FI", "Uusimaa", "18", "60.1699", "24.9384", "utc+2", "eu-north"),
    location("Falkenstein", "Germany", "DE", "Saxony", "SN", "50.4777", "12.3649", "utc+1", "eu-central"),
    location("Frankfurt", "Germany", "DE", "Hesse", "HE", "50.1109", "8.6821", "utc+1", "eu-central"),
    location("Amsterdam", "Netherlands", "NL", "North Holland", "NH", "52.3676", "4.9041", "utc+1", "eu-west"),
    location("Paris", "France", "FR", "Ile-de-France", "IDF", "48.8566", "2.3522", "utc+1", "eu-west"),
    location("Warsaw", "Poland", "PL", "Mazovia", "14", "52.2297", "21.0122", "utc+1", "eu-east"),
    location("London", "United Kingdom", "GB", "England", "ENG", "51.5072", "-0.1276", "utc+0", "eu-west"),
    location("Singapore", "Singapore", "SG", "Singapore", "01", "1.3521", "103.8198", "utc+8", "as-southeast"),
    location("Tokyo", "Japan", "JP", "Tokyo", "13", "35.6762", "139.6503", "utc+9", "as-east"),
    location("Sydney", "Australia", "AU", "New South Wales", "NSW", "-33.8688", "151.2093", "utc+10", "oc-southeast"),
    location("Sao Paulo", "Brazil", "BR", "Sao Paulo", "SP", "-23.5558", "-46.6396", "utc-3", "sa-east"),
];
