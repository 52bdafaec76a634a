//! Finding where the known end of a log lies in what came after a cut.

/// So many equal lines in a row are no chance.
const PROOF: usize = 16;

/// Where what is known ends in what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// So many of the lines that came are known. There is no other way to see it.
    Once(usize),
    /// So many are known; fewer would fit as well, because lines repeat. This is the largest number.
    Often(usize),
    /// All that came lies within what is known and does not reach its end: more has to come.
    Within,
    /// None is known.
    Nowhere,
}

/// Compares marks of the last lines that are `known` with those that `came`, both in the order of the log. With `older` what
/// came may begin before what is known.
pub(crate) fn align(known: &[u64], came: &[u64], older: bool) -> Found {
    if known.is_empty() || came.is_empty() {
        return Found::Nowhere;
    }
    // Read backwards, the known lines have to begin wherever they end in what came.
    let backwards = |marks: &[u64]| marks.iter().rev().copied().map(Some).collect::<Vec<_>>();
    let mut text = backwards(known);
    let start = text.len() + 1;
    text.push(None);
    text.extend(backwards(came));
    let matches = prefix_lengths(&text);
    let mut ends = (0..came.len()).filter_map(|skipped| {
        let count = came.len() - skipped;
        let equal = *matches.get(start + skipped)?;
        let fits = if count > known.len() {
            older && equal >= known.len()
        } else {
            equal >= count
        };
        fits.then_some(count)
    });
    match (ends.next(), ends.next()) {
        (Some(most), None) => Found::Once(most),
        (Some(most), Some(_)) => Found::Often(most),
        (None, _) if is_within(known, came) || (older && leads_in(known, came)) => Found::Within,
        (None, _) => Found::Nowhere,
    }
}

fn is_within(known: &[u64], came: &[u64]) -> bool {
    if came.len() >= known.len() {
        return false;
    }
    let mut text: Vec<_> = came.iter().copied().map(Some).collect();
    text.push(None);
    text.extend(known.iter().copied().map(Some));
    prefix_lengths(&text)
        .into_iter()
        .skip(came.len() + 1)
        .any(|equal| equal >= came.len())
}

/// Whether what came ends with the beginning of what is known. Some equal lines are no proof.
fn leads_in(known: &[u64], came: &[u64]) -> bool {
    let needed = PROOF.min(known.len()).min(came.len());
    let mut text: Vec<_> = known.iter().copied().map(Some).collect();
    text.push(None);
    text.extend(came.iter().copied().map(Some));
    let start = known.len() + 1;
    let lengths = prefix_lengths(&text);
    (start..text.len()).any(|place| {
        let rest = text.len() - place;
        rest >= needed && lengths.get(place).is_some_and(|equal| *equal >= rest)
    })
}

/// For each place, how many items from there on equal the beginning (the Z function), in linear time.
fn prefix_lengths(text: &[Option<u64>]) -> Vec<usize> {
    let mut lengths: Vec<usize> = vec![0; text.len()];
    let (mut left, mut right) = (0, 0);
    for place in 1..text.len() {
        let mut length = if place < right {
            lengths
                .get(place - left)
                .copied()
                .unwrap_or(0)
                .min(right - place)
        } else {
            0
        };
        while text.get(length).is_some() && text.get(length) == text.get(place + length) {
            length += 1;
        }
        if place + length > right {
            (left, right) = (place, place + length);
        }
        if let Some(slot) = lengths.get_mut(place) {
            *slot = length;
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_overlap_is_found() {
        assert_eq!(align(&[1, 2, 3], &[2, 3, 4, 5], false), Found::Once(2));
        assert_eq!(align(&[1, 2, 3], &[1, 2, 3], false), Found::Once(3));
        assert_eq!(align(&[1, 2, 3], &[4, 5], false), Found::Nowhere);
        assert_eq!(align(&[1, 2, 3], &[1, 2], false), Found::Within);
        assert_eq!(align(&[2, 3], &[1, 2, 3, 4], true), Found::Once(3));
        assert_eq!(align(&[2, 3], &[1, 2, 3, 4], false), Found::Nowhere);
        assert_eq!(align(&[7, 7, 7], &[7, 7], false), Found::Often(2));
    }

    proptest! {
        #[test]
        fn unlike_lines_are_never_lost_or_doubled(
            total in 1_usize..200, heard in 1_usize..200, tail in 1_usize..100, keep in 1_usize..120,
        ) {
            let heard = heard.min(total);
            let log: Vec<u64> = (0..total as u64).collect();
            let known = &log[heard.saturating_sub(keep)..heard];
            let came = &log[total.saturating_sub(tail)..];
            match align(known, came, true) {
                Found::Once(count) => prop_assert_eq!(&came[count..], &log[heard..]),
                Found::Nowhere => prop_assert!(total - tail.min(total) >= heard),
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn the_true_overlap_is_among_those_that_fit(
            log in proptest::collection::vec(0_u64..3, 1..80), heard in 1_usize..80, tail in 1_usize..80,
        ) {
            let heard = heard.min(log.len());
            let from = log.len().saturating_sub(tail);
            let came = &log[from..];
            match align(&log[..heard], came, false) {
                Found::Once(count) if heard > from => prop_assert_eq!(count, heard - from),
                Found::Often(count) if heard > from => prop_assert!(count >= heard - from),
                Found::Within | Found::Nowhere => prop_assert!(heard <= from),
                _ => {}
            }
        }
    }
}
