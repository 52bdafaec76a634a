//! How far a requirement is brought down, and what it is of.

use akash_sdl::Requirement;

/// The compute profile that a requirement is of.
pub(super) fn profile(what: &Requirement) -> Option<&str> {
    match what {
        Requirement::GpuModels { profile, .. }
        | Requirement::GpuUnits { profile, .. }
        | Requirement::Cpu { profile, .. }
        | Requirement::Memory { profile, .. }
        | Requirement::Disk { profile, .. }
        | Requirement::StorageClass { profile, .. }
        | Requirement::Persistent { profile, .. }
        | Requirement::Price { profile, .. } => Some(profile),
        _ => None,
    }
}

/// Powers of two below `value`, largest first, down to `least`; counted in `unit`s, so that they are numbers people write.
pub(super) fn halves(value: u64, least: u64, unit: u64) -> Vec<u64> {
    let powers = (0..64).rev().map(|power| 1u64 << power);
    let mut steps: Vec<u64> = powers
        .filter_map(|power| power.checked_mul(unit))
        .filter(|step| *step < value && *step >= least)
        .collect();
    if unit > 1 {
        // Below a whole one: halves and tenths.
        steps.extend(
            [unit / 2, unit / 4, least]
                .into_iter()
                .filter(|step| *step < value && *step >= least),
        );
        steps.sort_unstable_by(|a, b| b.cmp(a));
        steps.dedup();
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn sizes_come_down_in_numbers_that_people_write() {
        const GIB: u64 = 1 << 30;
        assert_eq!(
            halves(100 * GIB, 16 * GIB, 1),
            [64 * GIB, 32 * GIB, 16 * GIB]
        );
        assert_eq!(
            halves(6_000, 100, 1_000),
            [4_000, 2_000, 1_000, 500, 250, 100]
        );
        assert_eq!(halves(4, 1, 1), [2, 1]);
        assert!(halves(1, 1, 1).is_empty());
    }
}
