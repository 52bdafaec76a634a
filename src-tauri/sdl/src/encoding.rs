//! From the bytes of a file to text.
//!
//! The Console takes UTF-8 only. Notepad and PowerShell write UTF-16, and older editors write Windows-1252; people can't
//! see the difference. [`decode`] reads all of them and tells which it was, so that what is sent is what the author saw.
//!
//! ```
//! let decoded = akash_sdl::encoding::decode(b"\xff\xfea\0:\0 \x001\0").unwrap();
//! assert_eq!(decoded.text, "a: 1");
//! assert_eq!(decoded.encoding, akash_sdl::encoding::Encoding::Utf16);
//! ```

use crate::draft::{Draft, Span, place};
use crate::finding::Finding;

/// How the text of a file was written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// What the Console takes; with or without a byte order mark.
    Utf8,
    /// UTF-16, either byte order, with or without a byte order mark.
    Utf16,
    /// UTF-32 with a byte order mark.
    Utf32,
    /// Not UTF-8; the bytes that are no UTF-8 were read as Windows-1252, which is a guess.
    Windows1252,
}

impl Encoding {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Utf32 => "UTF-32",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text. A byte order mark is kept for UTF-8 only, where it is part of the bytes that are sent.
    pub text: String,
    /// How it was written.
    pub encoding: Encoding,
    /// Where the first character stands that was guessed, in bytes of `text`.
    pub guessed: Option<usize>,
}

impl Decoded {
    /// What there is to say about the encoding; `None` for UTF-8.
    pub fn finding(&self) -> Option<Finding> {
        let draft = match (self.encoding, self.guessed) {
            (Encoding::Utf8, _) => return None,
            (Encoding::Windows1252, Some(at)) => {
                let c = self.text.get(at..)?.chars().next()?;
                let message = format!(
                    "this file is not saved as UTF-8; it was read as Windows-1252, and this character as `{c}`"
                );
                Draft::warning("not-utf8", Span::new(at, at + c.len_utf8()), message)
                    .hint("check that it is the character you meant; better, save the file with the encoding UTF-8")
            }
            (encoding, _) => Draft::warning(
                "other-encoding",
                Span::new(0, self.text.len()).first_line(&self.text),
                format!(
                    "this file is saved as {}; it was read as that, and is used as UTF-8",
                    encoding.name()
                ),
            )
            .hint("nothing needs to be done here; for other programs, save it with the encoding UTF-8"),
        };
        place(&self.text, vec![draft]).into_iter().next()
    }
}

/// Reads the bytes of a file as text; `None` when they are no text (a picture, an archive, a program).
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    let text = |text: String, encoding| {
        (!text.contains('\0')).then_some(Decoded {
            text,
            encoding,
            guessed: None,
        })
    };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => {
            return text(utf32(rest, u32::from_le_bytes)?, Encoding::Utf32);
        }
        [0, 0, 0xfe, 0xff, rest @ ..] => {
            return text(utf32(rest, u32::from_be_bytes)?, Encoding::Utf32);
        }
        [0xff, 0xfe, rest @ ..] => return text(utf16(rest, u16::from_le_bytes)?, Encoding::Utf16),
        [0xfe, 0xff, rest @ ..] => return text(utf16(rest, u16::from_be_bytes)?, Encoding::Utf16),
        _ => {}
    }
    let Some(zero) = bytes.iter().position(|byte| *byte == 0) else {
        return match std::str::from_utf8(bytes) {
            Ok(valid) => text(valid.to_owned(), Encoding::Utf8),
            Err(_) => windows_1252(bytes),
        };
    };
    // No byte order mark: every second byte is zero. What PowerShell's `>>` appends to a file is such a part of it.
    let big = zero.is_multiple_of(2) && is_halves(bytes, 0);
    if big {
        return text(utf16(bytes, u16::from_be_bytes)?, Encoding::Utf16);
    }
    let (before, rest) = bytes.split_at_checked(zero.checked_sub(1)?)?;
    if !is_halves(rest, 1) {
        return None;
    }
    let before = std::str::from_utf8(before).ok()?;
    text(
        format!("{before}{}", utf16(rest, u16::from_le_bytes)?),
        Encoding::Utf16,
    )
}

/// Whether most pairs of bytes have a zero at `zero` (0 or 1), and none has one at the other place.
fn is_halves(bytes: &[u8], zero: usize) -> bool {
    let (mut pairs, mut hits) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        pairs += 1;
        hits += usize::from(pair.get(zero) == Some(&0));
        if pair.get(1 - zero) == Some(&0) {
            return false;
        }
    }
    pairs >= 2 && hits * 2 > pairs
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units = bytes
        .chunks_exact(2)
        .filter_map(|pair| Some(unit(pair.try_into().ok()?)));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .ok()
        .map(|text| {
            text.strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text)
        })
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Option<String> {
    let units = bytes.chunks_exact(4);
    units
        .map(|four| char::from_u32(unit(four.try_into().ok()?)))
        .collect()
}

/// Bytes that are no UTF-8, each read as Windows-1252; `None` when that would make no text.
fn windows_1252(bytes: &[u8]) -> Option<Decoded> {
    let mut text = String::with_capacity(bytes.len());
    let (mut guessed, mut guesses) = (None, 0_usize);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            guessed.get_or_insert(text.len());
            guesses += 1;
            text.push(windows_1252_char(*byte)?);
        }
    }
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    // Text in a western language has few such characters; text in another one would only be spoilt.
    let plausible = guesses * 4 <= bytes.len() + 3 && !text.contains(odd);
    plausible.then_some(Decoded {
        text,
        encoding: Encoding::Windows1252,
        guessed,
    })
}

/// The WHATWG index of windows-1252, without the five bytes that stand for nothing.
fn windows_1252_char(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH
            .get(usize::from(byte - 0x80))
            .copied()
            .filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}
