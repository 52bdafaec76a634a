//! The scripts that run in a container. Paths and numbers are arguments, never part of a script. All paths begin with `/`, so
//! that none is taken for an option. Own exit codes say what is wrong: 41 missing, 42 folder, 43 no file, 44 link, 45 denied,
//! 47 no tar, 48 exists.

/// Says the kind, size, time and name of each entry of the folder `$0`, with a zero byte after each of two parts.
pub(super) const LIST: &str = r#"[ -d "$0" ] || { [ -e "$0" ] && exit 43; exit 41; }
cd "$0" 2>/dev/null || exit 45
if find . -maxdepth 0 -printf x >/dev/null 2>&1; then
  printf 'list\0\0'
  find . -mindepth 1 -maxdepth 1 -printf '%y %s %T@\0%P\0' 2>/dev/null
else
  printf 'list\0\0'
  for f in * .[!.]* ..?*; do
    if [ -L "$f" ]; then k=l
    elif [ -f "$f" ]; then k=f
    elif [ -d "$f" ]; then k=d
    elif [ -e "$f" ]; then k=o
    else continue
    fi
    s=$(stat -c '%s %Y' "./$f" 2>/dev/null) || s='? ?'
    printf '%s %s\0%s\0' "$k" "$s" "$f"
  done
fi
exit 0"#;

/// Sends the file `$0` from its byte `$1` (from 1), and waits for a line when all is sent: without that wait Kubernetes may cut
/// the end off. The size comes first, among the errors.
pub(super) const READ_FILE: &str = r#"[ -L "$0" ] && exit 44
[ -d "$0" ] && exit 42
[ -e "$0" ] || exit 41
[ -f "$0" ] || exit 43
[ -r "$0" ] || exit 45
s=$(wc -c < "$0") || exit 45
echo "size $s" >&2
if [ "$1" = 1 ]; then cat "$0"; else tail -c "+$1" "$0"; fi || exit 1
read -r _
exit 0"#;

/// The same for the folder `$0` as an archive.
pub(super) const READ_FOLDER: &str = r#"[ -L "$0" ] && exit 44
[ -d "$0" ] || { [ -e "$0" ] && exit 43; exit 41; }
cd "$0" 2>/dev/null || exit 45
command -v tar >/dev/null 2>&1 || exit 47
s=$(tar cf - . 2>/dev/null | wc -c)
echo "size $s" >&2
if [ "$1" = 1 ]; then tar cf - . 2>/dev/null; else tar cf - . 2>/dev/null | tail -c "+$1"; fi
read -r _
exit 0"#;

/// Says size and SHA-256 of the file `$0`; without the latter if it cannot be computed.
pub(super) const SUM_FILE: &str = r#"[ -f "$0" ] || exit 41
s=$(wc -c < "$0") || exit 45
echo "size $s"
if command -v sha256sum >/dev/null 2>&1; then sha256sum < "$0"; fi
exit 0"#;

/// The same for the folder `$0` as an archive.
pub(super) const SUM_FOLDER: &str = r#"cd "$0" 2>/dev/null || exit 45
s=$(tar cf - . 2>/dev/null | wc -c)
echo "size $s"
if command -v sha256sum >/dev/null 2>&1; then tar cf - . 2>/dev/null | sha256sum; fi
exit 0"#;

/// Says how much of the file `$0` was sent earlier. `$1` is 1 if a file of that name may be replaced.
pub(super) const BEFORE_WRITE: &str = r#"[ -L "$0" ] && exit 44
[ -d "$0" ] && exit 42
d=${0%/*}
[ -d "$d/" ] || exit 41
if [ -e "$0" ]; then
  [ "$1" = 1 ] || exit 48
  [ -f "$0" ] || exit 43
fi
p="$0.part"
[ -L "$p" ] && exit 44
s=0
[ -f "$p" ] && s=$(wc -c < "$p")
echo "size $s"
exit 0"#;

/// Adds `$1` bytes to the file `$0.part`; with `$2` = 1 it begins anew.
pub(super) const WRITE: &str = r#"if [ "$2" = 1 ]; then head -c "$1" > "$0.part"; else head -c "$1" >> "$0.part"; fi || exit 1
echo done
exit 0"#;

/// Gives the complete file its name.
pub(super) const FINISH: &str = r#"mv -f "$0.part" "$0" || exit 1
echo done
exit 0"#;

/// Unpacks the archive `$1.part` into the folder `$0`, and removes the archive.
pub(super) const UNPACK: &str = r#"command -v tar >/dev/null 2>&1 || exit 47
mkdir -p "$0" || exit 45
tar xf "$1.part" -C "$0" || exit 1
rm -f "$1.part"
echo done
exit 0"#;

/// The number after `size` in a script's answer.
pub(super) fn size_in(text: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(text);
    let line = text.lines().find_map(|line| line.strip_prefix("size "))?;
    line.trim().parse().ok()
}

/// The SHA-256 in a script's answer, in lower case.
pub(super) fn hash_in(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split_whitespace();
    words
        .find(|word| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
}

/// The scripts in the real `sh` of this computer.
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        fs,
        io::{Read, Write},
        path::Path,
        process::{Command, Output, Stdio},
    };

    use super::*;

    fn run(script: &str, arguments: &[&str], stdin: &[u8]) -> Output {
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A script that fails early reads nothing.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        child.wait_with_output().unwrap()
    }

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    #[test]
    fn a_file_is_read_from_any_byte() {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("it's $(a) \"file\"");
        fs::write(&file, "0123456789").unwrap();
        for (from, rest) in [("1", "0123456789"), ("4", "3456789"), ("11", "")] {
            let output = run(READ_FILE, &[text(&file), from], b"\n");
            assert_eq!(
                (output.stdout.as_slice(), size_in(&output.stderr)),
                (rest.as_bytes(), Some(10))
            );
            assert_eq!(output.status.code(), Some(0));
        }
        let link = here.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for (path, code) in [
            (link.as_path(), 44),
            (here.path(), 42),
            (&here.path().join("no"), 41),
            (Path::new("/dev/null"), 43),
        ] {
            assert_eq!(
                run(READ_FILE, &[text(path), "1"], b"").status.code(),
                Some(code),
                "{path:?}"
            );
        }
    }

    #[test]
    fn a_reader_waits_until_it_is_told_to_end() {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("file");
        fs::write(&file, "content").unwrap();
        let mut child = Command::new("sh")
            .args(["-c", READ_FILE, text(&file), "1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut content = [0; 7];
        child
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut content)
            .unwrap();
        assert!(child.try_wait().unwrap().is_none());
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }

    #[test]
    fn a_file_is_written_in_two_parts() {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("new");
        let before = || size_in(&run(BEFORE_WRITE, &[text(&file), "0"], b"").stdout);
        assert_eq!(before(), Some(0));
        assert_eq!(
            run(WRITE, &[text(&file), "5", "1"], b"hello and more")
                .status
                .code(),
            Some(0)
        );
        assert_eq!(before(), Some(5));
        assert_eq!(
            run(WRITE, &[text(&file), "6", "0"], b" world")
                .status
                .code(),
            Some(0)
        );
        assert_eq!(run(FINISH, &[text(&file)], b"").status.code(), Some(0));
        assert_eq!(fs::read_to_string(&file).unwrap(), "hello world");
        assert_eq!(
            run(BEFORE_WRITE, &[text(&file), "0"], b"").status.code(),
            Some(48)
        );
        assert_eq!(
            run(BEFORE_WRITE, &[text(&file), "1"], b"").status.code(),
            Some(0)
        );
        let nowhere = here.path().join("no/where");
        assert_eq!(
            run(BEFORE_WRITE, &[text(&nowhere), "0"], b"").status.code(),
            Some(41)
        );
    }

    #[test]
    fn a_folder_goes_and_comes_as_an_archive() {
        let here = tempfile::tempdir().unwrap();
        let folder = here.path().join("in");
        fs::create_dir_all(folder.join("deep")).unwrap();
        fs::write(folder.join("deep/file"), "text").unwrap();
        let whole = run(READ_FOLDER, &[text(&folder), "1"], b"\n");
        let rest = run(READ_FOLDER, &[text(&folder), "101"], b"\n");
        assert_eq!(size_in(&whole.stderr), Some(whole.stdout.len() as u64));
        assert_eq!(rest.stdout, whole.stdout[100..]);
        let sum = run(SUM_FOLDER, &[text(&folder)], b"").stdout;
        assert_eq!(size_in(&sum), size_in(&whole.stderr));
        let there = here.path().join("out");
        fs::create_dir(&there).unwrap();
        let archive = there.join("archive");
        fs::write(there.join("archive.part"), &whole.stdout).unwrap();
        assert_eq!(
            run(UNPACK, &[text(&there), text(&archive)], b"")
                .status
                .code(),
            Some(0)
        );
        assert_eq!(fs::read_to_string(there.join("deep/file")).unwrap(), "text");
        assert_eq!(fs::read_dir(&there).unwrap().count(), 1);
    }

    #[test]
    fn a_sum_is_said_where_it_can_be() {
        use sha2::{Digest, Sha256};
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("file");
        fs::write(&file, "abc").unwrap();
        let output = run(SUM_FILE, &[text(&file)], b"");
        assert_eq!(size_in(&output.stdout), Some(3));
        if let Some(hash) = hash_in(&output.stdout) {
            assert_eq!(
                hash,
                super::super::local::hex(Sha256::new_with_prefix("abc"))
            );
        }
    }

    #[test]
    fn both_ways_of_listing_agree() {
        let here = tempfile::tempdir().unwrap();
        for name in ["plain", ".hidden", "..odd", "two\nlines", "-rf", "a b"] {
            fs::write(here.path().join(name), "123").unwrap();
        }
        fs::create_dir(here.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("nowhere", here.path().join("link")).unwrap();
        let without_find = LIST.replace("find . -maxdepth 0 -printf x", "false");
        let mut seen = Vec::new();
        for script in [LIST, &without_find] {
            let output = run(script, &[text(here.path())], b"");
            let entries = super::super::list::read(&output.stdout).unwrap();
            seen.push(
                entries
                    .into_iter()
                    .map(|one| (one.name, one.kind))
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].len(), 8);
    }
}
