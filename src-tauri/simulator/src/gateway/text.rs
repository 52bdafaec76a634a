//! Text that may hold any byte, and query strings.
//!
//! File names and output in the toy system are bytes, but its shell works with text. A byte that is no UTF-8 is kept as
//! one character of the last private plane of Unicode.

/// The character that stands for byte 0.
const FIRST: u32 = 0x10_FE00;

/// Reads bytes as text that keeps every byte.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for one in chunk.valid().chars() {
            match stands_for(one) {
                // The plane itself was sent: it is kept byte by byte, so that it comes back unchanged.
                Some(_) => text.extend(one.encode_utf8(&mut [0; 4]).bytes().filter_map(stand_in)),
                None => text.push(one),
            }
        }
        text.extend(chunk.invalid().iter().copied().filter_map(stand_in));
    }
    text
}

fn stand_in(byte: u8) -> Option<char> {
    char::from_u32(FIRST + u32::from(byte))
}

fn stands_for(one: char) -> Option<u8> {
    u32::from(one)
        .checked_sub(FIRST)
        .and_then(|byte| u8::try_from(byte).ok())
}

/// The bytes of a text.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for one in text.chars() {
        match stands_for(one) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// The pairs of a query string, decoded.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (unescape(key), unescape(value)))
        .collect()
}

/// Replaces `%41` and `+`. What is no escape stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let escaped = text.get(index + 1..index + 3).filter(|_| byte == b'%');
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            plain.push(byte);
            index += 3;
        } else {
            plain.push(if byte == b'+' { b' ' } else { byte });
            index += 1;
        }
    }
    decode(&plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_survives(bytes: Vec<u8>) {
            prop_assert_eq!(encode(&decode(&bytes)), bytes);
        }

        #[test]
        fn a_query_never_panics(query in ".*") {
            query_pairs(&query);
        }
    }

    #[test]
    fn the_plane_itself_survives() {
        let text = "a\u{10fe00}b\u{10feff}";
        assert_eq!(encode(&decode(text.as_bytes())), text.as_bytes());
    }

    #[test]
    fn queries_are_decoded() {
        let pairs = query_pairs("cmd0=sh&cmd1=-c&cmd2=echo+%22a%26b%22%zz&x");
        assert_eq!(pairs[2], ("cmd2".to_owned(), "echo \"a&b\"%zz".to_owned()));
        assert_eq!(pairs[3], ("x".to_owned(), String::new()));
        assert_eq!(encode(&unescape("%ff%00")), [0xff, 0]);
    }
}
