//! Paths of a container, and names that are safe on this computer.

use std::fmt;

use super::FileError;
use crate::error::beginning;

/// An absolute path of a container. It need not be text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RemotePath(Vec<u8>);

impl RemotePath {
    /// Takes a path.
    ///
    /// # Errors
    /// It does not begin with `/`, has a zero byte, or is longer than 4,096 bytes.
    pub fn new(path: impl Into<Vec<u8>>) -> Result<Self, FileError> {
        let mut path = path.into();
        while path.len() > 1 && path.last() == Some(&b'/') {
            path.pop();
        }
        let good = path.first() == Some(&b'/') && path.len() <= 4_096 && !path.contains(&0);
        if good {
            Ok(Self(path))
        } else {
            Err(FileError::BadPath)
        }
    }

    /// The path of something in this folder.
    ///
    /// # Errors
    /// The name is empty, `.` or `..`, has a slash or a zero byte, or the path becomes too long.
    pub fn join(&self, name: &[u8]) -> Result<Self, FileError> {
        if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') {
            return Err(FileError::BadPath);
        }
        let mut path = self.0.clone();
        if path.last() != Some(&b'/') {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        Self::new(path)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The name at its end; empty for `/`.
    pub fn name(&self) -> &[u8] {
        self.0
            .rsplit(|byte| *byte == b'/')
            .next()
            .unwrap_or_default()
    }
}

impl fmt::Display for RemotePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for RemotePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// Names that Windows takes for devices, whatever follows after a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
/// Longer names do not fit into file systems.
const MAX_NAME: usize = 240;

/// A name for this computer out of a name of a container: one that is no path, no device, and looks like what it is. What
/// could do harm on any system is written as `%` and its number, so different names stay different. A name that becomes too
/// long is cut and ends with a sum of the whole.
pub fn safe_name(name: &[u8]) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for one in chunk.valid().chars() {
            if is_harmless(one) {
                out.push(one);
            } else {
                let mut bytes = [0; 4];
                one.encode_utf8(&mut bytes)
                    .bytes()
                    .for_each(|byte| escape(&mut out, byte));
            }
        }
        chunk
            .invalid()
            .iter()
            .for_each(|byte| escape(&mut out, *byte));
    }
    if let Some(rest) = out.strip_prefix(' ') {
        out = format!("%20{rest}");
    }
    // Windows leaves out dots and blanks at the end, and `.` and `..` are no names.
    if let Some(last @ ('.' | ' ')) = out.chars().last() {
        out.pop();
        escape(&mut out, u8::try_from(last).unwrap_or(b'.'));
    }
    let stem = out
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_lowercase();
    let numbered = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"));
    let is_port = numbered.is_some_and(|rest| {
        let mut rest = rest.chars();
        matches!(
            (rest.next(), rest.next()),
            (Some('0'..='9' | '¹' | '²' | '³'), None)
        )
    });
    if DEVICES.contains(&stem.as_str()) || is_port {
        let first = out.remove(0);
        let mut escaped = String::new();
        escape(&mut escaped, u8::try_from(first).unwrap_or(b'_'));
        out.insert_str(0, &escaped);
    }
    if out.is_empty() {
        out.push('%');
    }
    if out.len() > MAX_NAME {
        use sha2::{Digest, Sha256};
        let sum = Sha256::digest(name);
        let sum: String = sum
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        out.truncate(beginning(&out, MAX_NAME - sum.len() - 1).len());
        out.push('~');
        out.push_str(&sum);
    }
    out
}

fn is_harmless(one: char) -> bool {
    !(one.is_control()
        || matches!(one, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%')
        // Marks that turn or hide text: `exe.png` may be an `.exe`.
        || matches!(one, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

fn escape(out: &mut String, byte: u8) {
    out.push_str(&format!("%{byte:02X}"));
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_names_stay_and_others_are_written_out() {
        for (name, safe) in [
            (&b"config.yaml"[..], "config.yaml"),
            ("größe.txt".as_bytes(), "größe.txt"),
            (b".hidden", ".hidden"),
            (b"..", ".%2E"),
            (b".", "%2E"),
            (b"...", "..%2E"),
            (b"a/b", "a%2Fb"),
            (b"..\\..\\up.txt", "..%5C..%5Cup.txt"),
            (b"C:evil.txt", "C%3Aevil.txt"),
            (b"CON", "%43ON"),
            (b"nul.txt", "%6Eul.txt"),
            (b"com1.log", "%63om1.log"),
            (b"com10", "com10"),
            (b"trailing ", "trailing%20"),
            (b"\xff\xfe", "%FF%FE"),
            (b"a\nb", "a%0Ab"),
            (b"%2e%2e", "%252e%252e"),
            ("\u{202e}gnp.exe".as_bytes(), "%E2%80%AEgnp.exe"),
        ] {
            assert_eq!(safe_name(name), safe);
        }
    }

    proptest! {
        #[test]
        fn a_safe_name_is_one_plain_name(name in proptest::collection::vec(any::<u8>(), 0..300)) {
            let safe = safe_name(&name);
            let parts: Vec<_> = Path::new(&safe).components().collect();
            prop_assert!(matches!(parts.as_slice(), [Component::Normal(_)]), "{:?}", safe);
            prop_assert!(safe.len() <= 255 && !safe.ends_with(['.', ' ']) && !safe.chars().any(char::is_control));
        }

        #[test]
        fn different_names_stay_different(
            one in proptest::collection::vec(any::<u8>(), 1..60), other in proptest::collection::vec(any::<u8>(), 1..60),
        ) {
            prop_assert_eq!(one == other, safe_name(&one) == safe_name(&other));
        }

        #[test]
        fn a_joined_path_stays_below(name in proptest::collection::vec(any::<u8>(), 0..30)) {
            let folder = RemotePath::new("/data").unwrap();
            if let Ok(path) = folder.join(&name) {
                prop_assert!(path.as_bytes().starts_with(b"/data/"));
                let last = path.name().to_vec();
                prop_assert!(!last.is_empty() && last != b"..");
            }
        }
    }
}
