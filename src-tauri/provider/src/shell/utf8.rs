//! Characters whose bytes come in different frames.

/// Joins bytes so that no character of UTF-8 is divided. What is no UTF-8 passes as it is.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    held: Vec<u8>,
}

impl Joiner {
    /// Takes bytes and gives those that can be shown: all but the beginning of a character at the end.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        let keep = unfinished(&all);
        self.held = all.split_off(all.len() - keep);
        all
    }

    /// What was held back.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

/// How many bytes at the end are the beginning of a character whose rest has not come.
fn unfinished(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let Some(&byte) = bytes.get(bytes.len() - back) else {
            return 0;
        };
        let needed = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            // A byte within a character: its first one is further back.
            0x80..=0xbf => continue,
            _ => return 0,
        };
        return if needed > back { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_stays_whole_however_it_is_divided(text in ".{0,60}", sizes in proptest::collection::vec(1_usize..5, 1..200)) {
            let mut joiner = Joiner::default();
            let (mut rest, mut out) = (text.as_bytes(), String::new());
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, more) = rest.split_at((*size).min(rest.len()));
                rest = more;
                out.push_str(std::str::from_utf8(&joiner.push(piece)).expect("whole characters"));
            }
            prop_assert!(joiner.finish().is_empty());
            prop_assert_eq!(out, text);
        }

        #[test]
        fn no_byte_is_lost(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..6), 0..40)) {
            let mut joiner = Joiner::default();
            let mut out: Vec<u8> = pieces.iter().flat_map(|piece| joiner.push(piece)).collect();
            out.extend(joiner.finish());
            prop_assert_eq!(out, pieces.concat());
        }
    }
}
