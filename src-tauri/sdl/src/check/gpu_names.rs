//! What people write for the names, sizes and interfaces that providers give their GPUs.
//!
//! A provider bids only when the model's name, the memory (`24Gi`) and the interface are exactly those that it declares.

/// Names of models as providers declare them: those of the public device list and those that files in the wild ask for.
const MODELS: [&str; 83] = [
    "a100",
    "a40",
    "a800",
    "b200",
    "b300",
    "gt1030",
    "gtx1050",
    "gtx1050ti",
    "gtx1060",
    "gtx1070",
    "gtx1070ti",
    "gtx1080",
    "gtx1080ti",
    "gtx1650super",
    "gtx1650ti",
    "gtx1660",
    "gtx1660ti",
    "gtx960",
    "gtx970",
    "gtx980",
    "gtx980ti",
    "h100",
    "h200",
    "k80",
    "l4",
    "l40",
    "l40s",
    "m4000",
    "mi100",
    "mi60",
    "mx150",
    "p100",
    "p2000",
    "p4",
    "p40",
    "p4000",
    "p5000",
    "p6000",
    "pro6000se",
    "pro6000we",
    "rtx2000eada",
    "rtx2060",
    "rtx2060super",
    "rtx2070",
    "rtx2070super",
    "rtx2080",
    "rtx2080super",
    "rtx2080ti",
    "rtx3060",
    "rtx3060ti",
    "rtx3070",
    "rtx3070ti",
    "rtx3080",
    "rtx3080ti",
    "rtx3090",
    "rtx3090ti",
    "rtx4000",
    "rtx4000ada",
    "rtx4000sffada",
    "rtx4060",
    "rtx4060ti",
    "rtx4070",
    "rtx4070super",
    "rtx4070ti",
    "rtx4070tisuper",
    "rtx4080",
    "rtx4080super",
    "rtx4090",
    "rtx5000",
    "rtx5060",
    "rtx5060ti",
    "rtx5070",
    "rtx5070ti",
    "rtx5080",
    "rtx5090",
    "rtx8000",
    "rtxa2000",
    "rtxa4000",
    "rtxa5000",
    "rtxa6000",
    "t4",
    "titanxp",
    "v100",
];

/// A model as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    /// The name that providers declare.
    pub(super) model: String,
    /// The memory, where the name had it too: `80Gi` of `A100-80GB`.
    pub(super) ram: Option<String>,
}

/// The model that was meant by a name that no provider declares; `None` where the name may be right, or can't be told.
pub(super) fn meant(written: &str, also: &[String]) -> Option<Meant> {
    let known = || {
        MODELS
            .iter()
            .copied()
            .chain(also.iter().map(String::as_str))
    };
    if written == "*" || known().any(|name| name == written) {
        return None;
    }
    let lower = written.trim().to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '-' | '_' | '/' | ',' | '(' | ')' | '®' | '™')
        })
        .filter(|word| !word.is_empty())
        .collect();
    let mut name = String::new();
    let mut ram = None;
    for word in &words {
        let size = memory(word).filter(|_| words.len() > 1 && !name.is_empty());
        match (size, *word) {
            (Some(size), _) => ram = Some(size),
            (
                _,
                "nvidia" | "geforce" | "tesla" | "quadro" | "gpu" | "graphics" | "card" | "pcie"
                | "sxm" | "sxm2" | "sxm3" | "sxm4" | "sxm5" | "nvl" | "hbm3" | "hbm2"
                | "generation",
            ) => {}
            _ => name.push_str(word),
        }
    }
    for brand in ["nvidia", "geforce"] {
        if let Some(rest) = name.strip_prefix(brand).filter(|rest| !rest.is_empty()) {
            name = rest.to_owned();
        }
    }
    if name.is_empty() || !name.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // `a10080gb`: the memory without anything between.
    let exact = known().find(|known| *known == name);
    let by_core = || {
        let mut same = known().filter(|known| core(known) == core(&name));
        same.next().filter(|_| same.next().is_none())
    };
    // Digits and one letter more or less, or two that changed places: `rxt4090`.
    let by_digits = || {
        let digits = digits(&name);
        let near = |known: &&str| {
            self::digits(known) == digits && digits.len() > 2 && swapped(known, &name)
        };
        let mut same = known().filter(near);
        same.next().filter(|_| same.next().is_none())
    };
    let found = exact.or_else(by_core).or_else(by_digits);
    let model = match found {
        Some(found) => found.to_owned(),
        // A new model in capitals or with blanks: no provider declares it so.
        None if written.contains(|c: char| c.is_ascii_uppercase() || c.is_whitespace())
            && name.chars().all(|c| c.is_ascii_alphanumeric())
            && name.contains(|c: char| c.is_ascii_alphabetic()) =>
        {
            name
        }
        None => return None,
    };
    (model != written).then_some(Meant { model, ram })
}

/// A name without its product line: `4090` of `rtx4090`, `a6000` of `rtxa6000`.
fn core(name: &str) -> &str {
    ["rtx", "gtx", "gt"]
        .iter()
        .find_map(|line| name.strip_prefix(line))
        .unwrap_or(name)
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two names have the same letters in another order, or differ in one letter.
fn swapped(a: &str, b: &str) -> bool {
    let sorted = |name: &str| {
        let mut chars: Vec<char> = name.chars().collect();
        chars.sort_unstable();
        chars
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// Whether a name is a number alone, e.g. `6000`: several models have it, and none is called so.
pub(super) fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}

/// Memory of a GPU as providers declare it; `None` where a text is no amount of memory.
fn memory(word: &str) -> Option<String> {
    let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = word.get(number.len()..)?;
    (!unit.is_empty()).then(|| ram(word)).flatten()
}

/// The memory of a GPU that was meant: whole `Gi` where it comes to that. `None` where it is no amount of memory.
pub(super) fn ram(written: &str) -> Option<String> {
    let compact: String = written
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .collect();
    let compact = compact.trim_start_matches('~').to_ascii_lowercase();
    let number = compact.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = compact.get(number.len()..)?;
    let amount: u64 = match number.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => number,
    }
    .parse()
    .ok()
    .filter(|amount| *amount > 0)?;
    let (amount, unit) = match unit {
        // A number alone: nobody means bytes, and no GPU has a thousand GiB.
        "" if amount < 1000 => (amount, "Gi"),
        "" => (amount, "Mi"),
        "g" | "gb" | "gi" | "gib" | "gig" | "gigs" | "go" | "gbyte" => (amount, "Gi"),
        "m" | "mb" | "mi" | "mib" | "mo" => (amount, "Mi"),
        "t" | "tb" | "ti" | "tib" => (amount, "Ti"),
        "k" | "kb" | "ki" | "kib" => (amount, "Ki"),
        _ => return None,
    };
    Some(match unit {
        "Mi" if amount % 1024 == 0 => format!("{}Gi", amount / 1024),
        "Mi" if amount % 1000 == 0 && amount >= 1000 => format!("{}Gi", amount / 1000),
        unit => format!("{amount}{unit}"),
    })
}

/// Whether providers can read an amount of GPU memory: digits and `Ki`, `Mi`, `Gi` or `Ti`.
pub(super) fn is_ram(written: &str) -> bool {
    ["Ki", "Mi", "Gi", "Ti"]
        .iter()
        .find_map(|unit| written.strip_suffix(unit))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The interface that was meant: `pcie` or `sxm`.
pub(super) fn interface(written: &str) -> Option<&'static str> {
    let fold: String = written
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let fold = fold.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'x');
    match fold {
        "pcie" | "pci" | "pciexpress" | "pciegen" => Some("pcie"),
        "sxm" => Some("sxm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{interface, is_ram, meant, ram};

    #[test]
    fn models_are_found_by_their_digits() {
        for (written, model, memory) in [
            ("4090", "rtx4090", None),
            ("1080ti", "gtx1080ti", None),
            ("1080 Ti", "gtx1080ti", None),
            ("RTX 4090", "rtx4090", None),
            ("rtx-4090", "rtx4090", None),
            ("NVIDIA GeForce RTX 3090", "rtx3090", None),
            ("gtx4090", "rtx4090", None),
            ("rxt4090", "rtx4090", None),
            ("A6000", "rtxa6000", None),
            ("Tesla T4", "t4", None),
            ("A100", "a100", None),
            ("a100-80gb", "a100", Some("80Gi")),
            ("A100 SXM4 40GB", "a100", Some("40Gi")),
            ("H100 PCIe", "h100", None),
            ("RTX 6090", "rtx6090", None),
        ] {
            let found = meant(written, &[]).map(|meant| (meant.model, meant.ram));
            assert_eq!(
                found,
                Some((model.to_owned(), memory.map(str::to_owned))),
                "{written}"
            );
        }
        for right in [
            "rtx4090",
            "h100",
            "*",
            "b100",
            "6000",
            "rx7900xtx",
            "rtx6000ada",
            "a10g",
            "gpu",
        ] {
            assert_eq!(meant(right, &[]), None, "{right}");
        }
        let also = ["rtx6000ada".to_owned()];
        assert_eq!(
            meant("6000 Ada", &also).map(|meant| meant.model).as_deref(),
            Some("rtx6000ada")
        );
    }

    #[test]
    fn memory_is_written_as_providers_declare_it() {
        for (written, right) in [
            ("24GB", "24Gi"),
            ("24 GB", "24Gi"),
            ("24", "24Gi"),
            ("24gi", "24Gi"),
            ("80G", "80Gi"),
            ("24576MB", "24Gi"),
            ("24576", "24Gi"),
            ("24000MB", "24Gi"),
            ("24.0GB", "24Gi"),
        ] {
            assert_eq!(ram(written).as_deref(), Some(right), "{written}");
            assert!(!is_ram(written) && is_ram(right));
        }
        assert_eq!(ram("lots"), None);
        assert_eq!(ram("0"), None);
    }

    #[test]
    fn interfaces_have_two_names() {
        for (written, right) in [
            ("PCIe", "pcie"),
            ("PCI-E", "pcie"),
            ("PCIe x16", "pcie"),
            ("PCI Express", "pcie"),
            ("SXM4", "sxm"),
            ("sxm5", "sxm"),
        ] {
            assert_eq!(interface(written), Some(right), "{written}");
        }
        assert_eq!(interface("nvlink"), None);
    }
}
