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
