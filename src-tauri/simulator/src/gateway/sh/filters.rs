//! Commands that compare and change text line by line.

use super::{
    call::{Call, Done},
    files::{rest_of, sources},
    text::escapes,
};
use crate::gateway::{inode::CHUNK, text::decode};

pub(crate) async fn cmp(call: &Call<'_>) -> Done {
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

pub(crate) async fn lines(call: &Call<'_>, name: &str) -> Done {
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

pub(crate) async fn tr(call: &Call<'_>) -> Done {
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

pub(crate) async fn cut(call: &Call<'_>) -> Done {
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
