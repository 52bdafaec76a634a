//! Random numbers that depend only on a seed. The generator's state is saved with the world.

use serde::{Deserialize, Serialize};

use crate::encoding;

/// A small random number generator. Its whole state is one number.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub(crate) struct SeededRng(u64);

impl SeededRng {
    /// A generator for one purpose. The same seed and purpose give the same numbers.
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

    /// A random number in `from..=to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        self.with(|rng| rng.u64(from..=to.max(from)))
    }

    /// A random number of seconds in `from..=to`.
    pub(crate) fn seconds(&mut self, from: i64, to: i64) -> i64 {
        self.with(|rng| rng.i64(from..=to.max(from)))
    }

    /// `true` in this many percent of all calls.
    pub(crate) fn percent(&mut self, chances: u64) -> bool {
        self.between(1, 100) <= chances
    }

    /// A random index into a list of this length; 0 for an empty list.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.with(|rng| if length == 0 { 0 } else { rng.usize(..length) })
    }

    /// A random item of a list; `None` for an empty list.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.index(list.len()))
    }

    /// Random bytes.
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

    /// A random account address.
    pub(crate) fn address(&mut self) -> String {
        encoding::address(&self.bytes::<20>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself() {
        let (mut one, mut other) = (SeededRng::new(7, "x"), SeededRng::new(7, "x"));
        assert_eq!(one.address(), other.address());
        assert_eq!(one.uuid(), other.uuid());
        assert_ne!(
            SeededRng::new(7, "x").address(),
            SeededRng::new(7, "y").address()
        );
    }
}
