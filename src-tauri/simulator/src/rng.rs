//! Randomness that a seed repeats and a file keeps.

use serde::{Deserialize, Serialize};

/// A small generator whose whole state is one number.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct Luck(u64);

impl Luck {
    /// Luck for one purpose: the same seed and purpose repeat it.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let salt = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        Self(seed ^ salt)
    }

    fn with<T>(&mut self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        let mut rng = fastrand::Rng::with_seed(self.0);
        let drawn = draw(&mut rng);
        self.0 = rng.get_seed();
        drawn
    }

    /// A number in `from..=to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        self.with(|rng| rng.u64(from..=to.max(from)))
    }

    /// Seconds in `from..=to`.
    pub(crate) fn seconds(&mut self, from: i64, to: i64) -> i64 {
        self.with(|rng| rng.i64(from..=to.max(from)))
    }

    /// Whether something with so many chances in a hundred happens.
    pub(crate) fn percent(&mut self, chances: u64) -> bool {
        self.between(1, 100) <= chances
    }

    /// A position in a list of `length` (0 for an empty one).
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.with(|rng| if length == 0 { 0 } else { rng.usize(..length) })
    }

    /// One of a list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.index(list.len()))
    }

    /// Bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill(&mut bytes));
        bytes
    }

    /// A random (version 4) UUID.
    pub(crate) fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.bytes())
            .into_uuid()
            .to_string()
    }

    /// An address of the chain.
    pub(crate) fn address(&mut self) -> String {
        address_of(&self.bytes::<20>())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn address_of(bytes: &[u8]) -> String {
    let hrp = bech32::Hrp::parse_unchecked("akash");
    bech32::encode::<bech32::Bech32>(hrp, bytes).unwrap_or_default()
}

/// Whether a text is an address of the chain (the prefix, the checksum).
pub(crate) fn is_address(text: &str) -> bool {
    bech32::decode(text).is_ok_and(|(hrp, bytes)| hrp.as_str() == "akash" && bytes.len() >= 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself() {
        let (mut one, mut other) = (Luck::new(7, "x"), Luck::new(7, "x"));
        assert_eq!(one.address(), other.address());
        assert_eq!(one.uuid(), other.uuid());
        assert_ne!(Luck::new(7, "x").address(), Luck::new(7, "y").address());
    }

    #[test]
    fn addresses_are_real_bech32() {
        assert!(is_address("akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"));
        assert!(is_address(&Luck::new(1, "a").address()));
        assert!(!is_address("akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx64"));
        assert!(!is_address("cosmos1xxx"));
    }
}
