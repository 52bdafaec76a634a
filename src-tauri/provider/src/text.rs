//! Cutting text.

/// The last place in a text, at `at` bytes or before, between two characters.
pub(crate) fn boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let mut before = (0..=at).rev();
    before
        .find(|index| text.is_char_boundary(*index))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::boundary;

    #[test]
    fn no_character_is_taken_apart() {
        for (at, cut) in [(0, 0), (1, 1), (2, 1), (4, 1), (5, 5), (9, 6)] {
            assert_eq!(boundary("a😀b", at), cut, "{at}");
        }
    }
}
