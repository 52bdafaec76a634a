//! Commands that work on text.

use super::{
    commands::{self, Call, Done},
    files::{copy, rest_of, size, sources},
    io::{Sink, Source, Stop},
    run::code_of,
};
use crate::gateway::{
    inode::CHUNK,
    text::{decode, encode},
};

/// How much `seq` counts at most.
const MAX_COUNT: i64 = 10_000_000;

pub(crate) async fn run(call: &mut Call<'_>, name: &str) -> Done {
    match name {
        "wc" => wc(call).await,
        "head" => head(call).await,
        "tail" => tail(call).await,
        "grep" => grep(call).await,
        "seq" => seq(call).await,
        "yes" => yes(call).await,
        "base64" => base64(call).await,
        "cmp" => cmp(call).await,
        "sort" | "uniq" => lines(call, name).await,
        "tr" => tr(call).await,
        _ => cut(call).await,
    }
}

/// Replaces `\n` and the like.
pub(crate) fn escapes(text: &str) -> String {
    let mut plain = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.extend(encode(rest.get(..at).unwrap_or_default()));
        let after = rest.get(at + 1..).unwrap_or_default();
        let digits = |from: usize, most: usize, radix: u32| {
            let tail = after.get(from..).unwrap_or_default();
            tail.chars()
                .take(most)
                .take_while(|one| one.is_digit(radix))
                .count()
        };
        let (bytes, used): (Vec<u8>, usize) = match after.chars().next() {
            Some('n') => (vec![b'\n'], 1),
            Some('t') => (vec![b'\t'], 1),
            Some('r') => (vec![b'\r'], 1),
            Some('a') => (vec![7], 1),
            Some('e') => (vec![0x1b], 1),
            Some('\\') => (vec![b'\\'], 1),
            Some('x') if digits(1, 2, 16) > 0 => {
                let count = digits(1, 2, 16);
                let byte = after
                    .get(1..=count)
                    .and_then(|text| u8::from_str_radix(text, 16).ok());
                (byte.into_iter().collect(), count + 1)
            }
            Some('0'..='7') => {
                let count = digits(0, if after.starts_with('0') { 4 } else { 3 }, 8);
                let value = after
                    .get(..count)
                    .and_then(|text| u32::from_str_radix(text, 8).ok())
                    .unwrap_or_default();
                (vec![(value & 255) as u8], count)
            }
            _ => (vec![b'\\'], 0),
        };
        plain.extend(bytes);
        rest = after.get(used..).unwrap_or_default();
    }
    plain.extend(encode(rest));
    decode(&plain)
}

/// `printf` with `%s`, `%d`, `%x`, `%o`, `%c`, `%b` and `%%`. The format is used again while there are arguments.
pub(crate) async fn printf(call: &Call<'_>) -> Done {
    let skipped = usize::from(call.rest().first().is_some_and(|one| one == "--"));
    let mut arguments = call.rest().get(skipped..).unwrap_or_default().iter();
    let Some(format) = arguments.next() else {
        call.complain("missing format").await?;
        return Ok(2);
    };
    let format = escapes(format);
    let mut arguments = arguments.peekable();
    loop {
        let mut used = false;
        let mut out = String::new();
        let mut chars = format.chars().peekable();
        while let Some(one) = chars.next() {
            if one != '%' {
                out.push(one);
                continue;
            }
            let mut spec = String::new();
            while let Some(sign) = chars
                .peek()
                .copied()
                .filter(|sign| "0123456789-+ .#".contains(*sign))
            {
                spec.push(sign);
                chars.next();
            }
            let Some(kind) = chars.next().filter(|kind| *kind != '%') else {
                out.push('%');
                continue;
            };
            let argument = arguments.next();
            used |= argument.is_some();
            let argument = argument.map_or("", String::as_str);
            let number = argument.trim().parse::<i64>().unwrap_or(0);
            let text = match kind {
                'd' | 'i' | 'u' => number.to_string(),
                'x' => format!("{number:x}"),
                'X' => format!("{number:X}"),
                'o' => format!("{number:o}"),
                'c' => argument.chars().take(1).collect(),
                'b' => escapes(argument),
                _ => argument.to_owned(),
            };
            let width = spec
                .trim_start_matches(['-', '0'])
                .split('.')
                .next()
                .and_then(|width| width.parse::<usize>().ok());
            let padding = width
                .unwrap_or(0)
                .min(1_000)
                .saturating_sub(text.chars().count());
            if spec.starts_with('-') {
                out.push_str(&text);
                out.push_str(&" ".repeat(padding));
            } else {
                out.push_str(&if spec.starts_with('0') { "0" } else { " " }.repeat(padding));
                out.push_str(&text);
            }
        }
        call.print(&out).await?;
        if !used || arguments.peek().is_none() {
            return Ok(0);
        }
    }
}

async fn wc(call: &Call<'_>) -> Done {
    let Some(options) = call.options("clwm", "").await? else {
        return Ok(1);
    };
    let all = options.letters.is_empty();
    let mut code = 0;
    let mut totals = [0_u64; 3];
    let read = sources(call, &options.operands);
    let several = read.len() > 1;
    let show = |counts: &[u64; 3], name: &str| {
        let columns = [('l', counts[0]), ('w', counts[1]), ('c', counts[2])];
        let mut shown: Vec<String> = columns
            .iter()
            .filter(|(letter, _)| all || options.has(*letter) || *letter == 'c' && options.has('m'))
            .map(|(_, count)| count.to_string())
            .collect();
        if name != "-" {
            shown.push(name.to_owned());
        }
        format!("{}\n", shown.join(" "))
    };
    for (path, source) in read {
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                code = call.failed(&path, error).await?;
                continue;
            }
        };
        let only_bytes = !all && options.letters.chars().all(|letter| letter == 'c');
        let mut counts = [0_u64; 3];
        match source.left().filter(|_| only_bytes) {
            Some(left) => counts[2] = left,
            None => {
                let mut in_word = false;
                loop {
                    let bytes = source.read(CHUNK).await?;
                    if bytes.is_empty() {
                        break;
                    }
                    counts[2] += bytes.len() as u64;
                    for byte in bytes {
                        counts[0] += u64::from(byte == b'\n');
                        let blank = byte.is_ascii_whitespace();
                        counts[1] += u64::from(!blank && !in_word);
                        in_word = !blank;
                    }
                }
            }
        }
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
        call.print(&show(&counts, &path)).await?;
    }
    if several {
        call.print(&show(&totals, "total")).await?;
    }
    Ok(code)
}

/// Rewrites `-5` as `-n 5`.
fn with_count(call: &mut Call<'_>) {
    for argument in call.arguments.iter_mut().skip(1) {
        let digits = argument
            .strip_prefix('-')
            .filter(|rest| !rest.is_empty() && rest.bytes().all(|one| one.is_ascii_digit()));
        if let Some(digits) = digits {
            *argument = format!("-n{digits}");
        }
    }
}

async fn head(call: &mut Call<'_>) -> Done {
    with_count(call);
    let Some(options) = call.options("qv", "cn").await? else {
        return Ok(1);
    };
    let mut code = 0;
    for (path, source) in sources(call, &options.operands) {
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                code = call.failed(&path, error).await?;
                continue;
            }
        };
        if let Some(count) = options.value('c') {
            let Some(count) = size(count) else {
                call.complain(&format!("invalid number '{count}'")).await?;
                return Ok(1);
            };
            copy(&source, &call.io.stdout, count).await?;
            continue;
        }
        let mut left = options
            .value('n')
            .map_or(Some(10), |count| count.parse::<u64>().ok())
            .unwrap_or(10);
        while left > 0 {
            let bytes = source.read(CHUNK).await?;
            if bytes.is_empty() {
                break;
            }
            let mut end = bytes.len();
            for (at, byte) in bytes.iter().enumerate() {
                if *byte == b'\n' {
                    left -= 1;
                    if left == 0 {
                        end = at + 1;
                        break;
                    }
                }
            }
            call.io.stdout.write(bytes.slice(..end)).await?;
        }
    }
    Ok(code)
}

async fn tail(call: &mut Call<'_>) -> Done {
    with_count(call);
    let Some(options) = call.options("qvfF", "cn").await? else {
        return Ok(1);
    };
    let mut code = 0;
    for (path, source) in sources(call, &options.operands) {
        let source = match source {
            Ok(source) => source,
            Err(error) => {
                code = call.failed(&path, error).await?;
                continue;
            }
        };
        let (bytes, count) = match options.value('c') {
            Some(count) => (true, count),
            None => (false, options.value('n').unwrap_or("10")),
        };
        let from_start = count.starts_with('+');
        let Some(number) = size(count.trim_start_matches(['+', '-'])) else {
            call.complain(&format!("invalid number '{count}'")).await?;
            return Ok(1);
        };
        match (bytes, from_start) {
            (true, true) => {
                let skipped = number.saturating_sub(1);
                if !source.skip(skipped) {
                    copy(&source, &Sink::Null, skipped).await?;
                }
                copy(&source, &call.io.stdout, u64::MAX).await?;
            }
            (true, false) if source.left().is_some() => {
                let left = source.left().unwrap_or_default();
                source.skip(left.saturating_sub(number));
                copy(&source, &call.io.stdout, u64::MAX).await?;
            }
            _ => {
                let text = rest_of(&source).await?;
                let keep = tail_start(&text, bytes, from_start, number);
                call.io
                    .stdout
                    .write(text.get(keep..).unwrap_or_default().to_vec())
                    .await?;
            }
        }
        if options.has('f') || options.has('F') {
            return std::future::pending().await;
        }
    }
    Ok(code)
}

fn tail_start(text: &[u8], bytes: bool, from_start: bool, number: u64) -> usize {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    if bytes {
        return text.len().saturating_sub(number);
    }
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            text.iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'\n')
                .map(|(at, _)| at + 1),
        )
        .filter(|at| *at < text.len())
        .collect();
    let index = if from_start {
        number.saturating_sub(1)
    } else {
        starts.len().saturating_sub(number)
    };
    starts.get(index).copied().unwrap_or(text.len())
}

async fn grep(call: &Call<'_>) -> Done {
    let Some(options) = call.options("ivncqFEHhosrlw", "em").await? else {
        return Ok(2);
    };
    let mut operands = options.operands.clone();
    let pattern = match options.value('e') {
        Some(pattern) => pattern.to_owned(),
        None if operands.is_empty() => {
            call.complain("missing pattern").await?;
            return Ok(2);
        }
        None => operands.remove(0),
    };
    let fold = |text: &str| {
        if options.has('i') {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    // Anchors and fixed text only: a regular expression of its own is not worth it here.
    let wanted = fold(&pattern);
    let (start, end) = (wanted.starts_with('^'), wanted.ends_with('$'));
    let plain = wanted
        .trim_start_matches('^')
        .trim_end_matches('$')
        .to_owned();
    let alternatives: Vec<&str> = if options.has('E') {
        plain.split('|').collect()
    } else {
        plain.split("\\|").collect()
    };
    let mut found = 0_u64;
    for (path, source) in sources(call, &operands) {
        let Ok(source) = source else {
            call.complain(&format!("{path}: No such file or directory"))
                .await?;
            continue;
        };
        let mut number = 0_u64;
        while let Some(line) = source.line(1 << 20).await? {
            number += 1;
            let line = decode(&line);
            let folded = fold(&line);
            let fits = alternatives.iter().any(|one| match (start, end) {
                (true, true) => folded == *one,
                (true, false) => folded.starts_with(one),
                (false, true) => folded.ends_with(one),
                (false, false) => folded.contains(one),
            });
            if fits == options.has('v') {
                continue;
            }
            found += 1;
            if options.has('q') {
                return Ok(0);
            }
            if !options.has('c') {
                let name = if operands.len() > 1 && !options.has('h') {
                    format!("{path}:")
                } else {
                    String::new()
                };
                let prefix = if options.has('n') {
                    format!("{number}:")
                } else {
                    String::new()
                };
                call.print(&format!("{name}{prefix}{line}\n")).await?;
            }
        }
    }
    if options.has('c') {
        call.print(&format!("{found}\n")).await?;
    }
    Ok(i32::from(found == 0))
}

async fn seq(call: &Call<'_>) -> Done {
    let numbers: Vec<i64> = call
        .rest()
        .iter()
        .filter_map(|one| one.parse().ok())
        .collect();
    let (from, step, to) = match numbers.as_slice() {
        [to] => (1, 1, *to),
        [from, to] => (*from, 1, *to),
        [from, step, to] if *step != 0 => (*from, *step, *to),
        _ => {
            call.complain("invalid number").await?;
            return Ok(1);
        }
    };
    let mut out = String::new();
    let mut at = from;
    let mut count = 0;
    while count < MAX_COUNT && if step > 0 { at <= to } else { at >= to } {
        out.push_str(&format!("{at}\n"));
        if out.len() >= CHUNK {
            call.print(&std::mem::take(&mut out)).await?;
        }
        let Some(next) = at.checked_add(step) else {
            break;
        };
        at = next;
        count += 1;
    }
    call.print(&out).await?;
    Ok(0)
}

async fn yes(call: &Call<'_>) -> Done {
    let text = if call.rest().is_empty() {
        "y".to_owned()
    } else {
        call.rest().join(" ")
    };
    let many = format!("{text}\n").repeat((4_096 / (text.len() + 1)).max(1));
    loop {
        tokio::task::yield_now().await;
        call.print(&many).await?;
    }
}

async fn base64(call: &Call<'_>) -> Done {
    use ::base64::{Engine, engine::general_purpose::STANDARD};
    let Some(options) = call.options("di", "w").await? else {
        return Ok(1);
    };
    for (path, source) in sources(call, &options.operands) {
        let source = match source {
            Ok(source) => source,
            Err(error) => return call.failed(&path, error).await,
        };
        let bytes = rest_of(&source).await?;
        if options.has('d') {
            let text: Vec<u8> = bytes
                .into_iter()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            let Ok(plain) = STANDARD.decode(text) else {
                call.complain("invalid input").await?;
                return Ok(1);
            };
            call.io.stdout.write(plain).await?;
        } else {
            let text = STANDARD.encode(bytes);
            let width = options
                .value('w')
                .and_then(|width| width.parse::<usize>().ok())
                .unwrap_or(76);
            let width = if width == 0 { text.len().max(1) } else { width };
            for line in text.as_bytes().chunks(width) {
                call.io.stdout.write([line, b"\n"].concat()).await?;
            }
        }
    }
    Ok(0)
}

async fn cmp(call: &Call<'_>) -> Done {
    let Some(options) = call.options("s", "").await? else {
        return Ok(2);
    };
    let read = sources(call, &options.operands);
    let [(_, Ok(left)), (_, Ok(right))] = read.as_slice() else {
        call.complain("cannot compare").await?;
        return Ok(2);
    };
    let mut at = 0_u64;
    loop {
        let (a, b) = (left.read(CHUNK).await?, right.read(CHUNK).await?);
        if a != b {
            if !options.has('s') {
                let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count() as u64;
                call.print(&format!(
                    "{} differ: char {}, line 1\n",
                    options.operands.join(" "),
                    at + same + 1
                ))
                .await?;
            }
            return Ok(1);
        }
        if a.is_empty() {
            return Ok(0);
        }
        at += a.len() as u64;
    }
}

async fn lines(call: &Call<'_>, name: &str) -> Done {
    let Some(options) = call.options("runczfdh", "kt").await? else {
        return Ok(2);
    };
    let end = if options.has('z') { '\0' } else { '\n' };
    let mut all = Vec::new();
    for (path, source) in sources(call, &options.operands) {
        match source {
            Ok(source) => all.extend(rest_of(&source).await?),
            Err(error) => return call.failed(&path, error).await,
        }
    }
    let text = decode(&all);
    let mut lines: Vec<&str> = text.split(end).collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    if name == "sort" {
        if options.has('n') {
            let number = |line: &str| {
                line.trim()
                    .split(|one: char| !one.is_ascii_digit() && one != '-')
                    .next()
                    .and_then(|text| text.parse::<i64>().ok())
                    .unwrap_or(0)
            };
            lines.sort_by_key(|line| number(line));
        } else {
            lines.sort_unstable();
        }
        if options.has('r') {
            lines.reverse();
        }
        if options.has('u') {
            lines.dedup();
        }
    }
    let mut out = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let same = if name == "uniq" {
            lines
                .iter()
                .skip(at)
                .take_while(|other| *other == line)
                .count()
        } else {
            1
        };
        if name == "uniq" && options.has('c') {
            out.push_str(&format!("{same:>7} "));
        }
        out.push_str(line);
        out.push(end);
        at += same;
    }
    call.print(&out).await?;
    Ok(0)
}

/// The characters of a set such as `a-z`.
fn set(text: &str) -> Vec<char> {
    let plain: Vec<char> = match text {
        "[:upper:]" => return ('A'..='Z').collect(),
        "[:lower:]" => return ('a'..='z').collect(),
        "[:digit:]" => return ('0'..='9').collect(),
        "[:space:]" => return " \t\n\r".chars().collect(),
        _ => escapes(text).chars().collect(),
    };
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&one) = plain.get(at) {
        match (plain.get(at + 1), plain.get(at + 2)) {
            (Some('-'), Some(&to)) => {
                all.extend((one..=to).take(1_000));
                at += 3;
            }
            _ => {
                all.push(one);
                at += 1;
            }
        }
    }
    all
}

async fn tr(call: &Call<'_>) -> Done {
    let Some(options) = call.options("dsc", "").await? else {
        return Ok(1);
    };
    let from = set(options.operands.first().map_or("", String::as_str));
    let to = set(options.operands.get(1).map_or("", String::as_str));
    let within = |one: char| from.contains(&one) != options.has('c');
    loop {
        let bytes = call.io.stdin.read(CHUNK).await?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut out = String::new();
        for one in decode(&bytes).chars() {
            if !within(one) {
                out.push(one);
            } else if !options.has('d') {
                let index = from
                    .iter()
                    .position(|other| *other == one)
                    .unwrap_or(usize::MAX);
                let new = to.get(index).or(to.last()).copied().unwrap_or(one);
                if !(options.has('s') && out.ends_with(new)) {
                    out.push(new);
                }
            }
        }
        call.print(&out).await?;
    }
}

async fn cut(call: &Call<'_>) -> Done {
    let Some(options) = call.options("s", "dfcb").await? else {
        return Ok(1);
    };
    let divider = options.value('d').and_then(|text| text.chars().next());
    let wanted = options
        .value('f')
        .or(options.value('c'))
        .or(options.value('b'))
        .unwrap_or("1");
    let ranges: Vec<(usize, usize)> = wanted
        .split(',')
        .filter_map(|range| match range.split_once('-') {
            Some((from, to)) => Some((from.parse().unwrap_or(1), to.parse().unwrap_or(usize::MAX))),
            None => range.parse().ok().map(|one| (one, one)),
        })
        .collect();
    let has = |number: usize| {
        ranges
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&number))
    };
    for (path, source) in sources(call, &options.operands) {
        let source = match source {
            Ok(source) => source,
            Err(error) => return call.failed(&path, error).await,
        };
        while let Some(line) = source.line(1 << 20).await? {
            let line = decode(&line);
            let kept = if options.value('f').is_some() {
                let divider = divider.unwrap_or('\t');
                if line.contains(divider) {
                    let parts = line
                        .split(divider)
                        .enumerate()
                        .filter(|(index, _)| has(index + 1));
                    parts
                        .map(|(_, part)| part)
                        .collect::<Vec<_>>()
                        .join(&divider.to_string())
                } else {
                    line
                }
            } else {
                line.chars()
                    .enumerate()
                    .filter(|(index, _)| has(index + 1))
                    .map(|(_, one)| one)
                    .collect()
            };
            call.print(&format!("{kept}\n")).await?;
        }
    }
    Ok(0)
}

/// `xargs` with `-0`, `-n`, `-I` and `-r`.
pub(crate) async fn xargs(call: &mut Call<'_>) -> Done {
    // Only options before the command are its own.
    let mut own = Vec::new();
    let mut rest = call.arguments.split_off(1).into_iter().peekable();
    let mut replace = None;
    let mut most = None;
    while let Some(option) = rest.next_if(|one| one.starts_with('-')) {
        match option.get(..2) {
            Some("-n") => {
                most = if option.len() > 2 {
                    option.get(2..).map(str::to_owned)
                } else {
                    rest.next()
                }
            }
            Some("-I") => {
                replace = if option.len() > 2 {
                    option.get(2..).map(str::to_owned)
                } else {
                    rest.next()
                }
            }
            _ => own.push(option),
        }
    }
    let command: Vec<String> = rest.collect();
    let command = if command.is_empty() {
        vec!["echo".to_owned()]
    } else {
        command
    };
    let text = decode(&rest_of(&call.io.stdin).await?);
    let zero = own.iter().any(|one| one.contains('0'));
    let items: Vec<&str> = if zero {
        text.split('\0').filter(|one| !one.is_empty()).collect()
    } else if replace.is_some() {
        text.lines().collect()
    } else {
        text.split_whitespace().collect()
    };
    if items.is_empty() && own.iter().any(|one| one.contains('r')) {
        return Ok(0);
    }
    let most = most
        .and_then(|most| most.parse::<usize>().ok())
        .unwrap_or(5_000)
        .max(1);
    let mut code = 0;
    let groups: Vec<&[&str]> = if replace.is_some() {
        items.chunks(1).collect()
    } else if items.is_empty() {
        vec![&[]]
    } else {
        items.chunks(most).collect()
    };
    for group in groups {
        let arguments = match &replace {
            Some(sign) => command
                .iter()
                .map(|part| part.replace(sign, group.first().unwrap_or(&"")))
                .collect(),
            None => command
                .iter()
                .cloned()
                .chain(group.iter().map(|one| (*one).to_owned()))
                .collect(),
        };
        let io = super::run::Io {
            stdin: Source::Empty,
            ..call.io.clone()
        };
        let ran = commands::run(call.shell, arguments, io).await;
        if code_of(ran) != 0 {
            code = 123;
        }
    }
    Ok::<_, Stop>(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced() {
        assert_eq!(escapes("a\\n\\x41\\101\\0101\\q\\"), "a\nAAA\\q\\");
        assert_eq!(encode(&escapes("\\xff")), [0xff]);
    }

    #[test]
    fn a_tail_begins_at_a_line() {
        assert_eq!(tail_start(b"a\nb\nc\n", false, false, 2), 2);
        assert_eq!(tail_start(b"a\nb\nc\n", false, true, 2), 2);
        assert_eq!(tail_start(b"a\nb\nc", false, false, 1), 4);
        assert_eq!(tail_start(b"abc", true, false, 2), 1);
        assert_eq!(tail_start(b"abc", false, false, 0), 3);
    }
}
