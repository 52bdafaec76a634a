//! Items of `env` that reach the container otherwise than their authors think.

use super::items;
use crate::check::shown;
use crate::draft::{Draft, Span};
use crate::yaml::{Node, Via};

/// Items of `env` that do not say what their authors think.
pub(super) fn items_of(text: &str, root: &Node, drafts: &mut Vec<Draft>) {
    let Some(services) = root
        .map()
        .and_then(|map| map.get("services"))
        .and_then(|entry| entry.value.node.map())
    else {
        return;
    };
    let mut cut: Vec<Draft> = Vec::new();
    let mut quoted: Vec<(Span, Span, String, String)> = Vec::new();
    for service in services
        .iter()
        .filter(|service| service.value.via == Via::Written)
    {
        let list = service
            .value
            .node
            .map()
            .and_then(|map| map.get("env"))
            .filter(|env| env.value.via == Via::Written);
        let Some(items) = list.and_then(|env| env.value.node.seq()) else {
            continue;
        };
        for (index, item) in items.iter().enumerate().take(2000) {
            let Some(value) = item.node.str().filter(|_| item.via == Via::Written) else {
                continue;
            };
            let path = format!(
                "/services/{}/env/{index}",
                crate::edit::escaped(&service.key)
            );
            let raw = item.span.slice(text);
            if raw != value {
                continue;
            }
            if let Some((at, right)) = kept_quotes(text, item.span, raw) {
                quoted.push((at, item.span, right, path));
            } else if let Some(draft) = name_with_blanks(item.span, raw) {
                drafts.retain(|other| other.code() != "bad-env-name" || other.path() != path);
                drafts.push(draft.at(path));
            } else if let Some(draft) = cut_off(text, item.span, raw) {
                cut.push(draft.at(path));
            }
        }
    }
    drafts.extend(all_quotes(quoted));
    // A file in which many items have a comment behind them is written that way.
    if cut.len() <= 2 {
        drafts.extend(cut);
    }
}

/// `TOKEN="x"`: the quotes are part of the value. Where they stand, and the item without them.
fn kept_quotes(text: &str, span: Span, raw: &str) -> Option<(Span, String)> {
    let (name, value) = raw.split_once('=')?;
    let whole = format!("{name}={}", items::unwrapped(value)?);
    // The quotes also told the value from a comment behind it: quotes round the item go on doing so.
    let comment = behind(text, span).is_some_and(|(_, comment)| comment.starts_with('#'));
    let right = if comment {
        items::in_quotes(&whole)
    } else {
        items::scalar(&whole)
    };
    Some((Span::new(span.end - value.len(), span.end), right))
}

/// What follows an item on its line: the count of blanks, and what stands behind them.
fn behind(text: &str, span: Span) -> Option<(usize, &str)> {
    let rest = text.get(span.end..)?.split(['\n', '\r']).next()?;
    let said = rest.trim_start_matches([' ', '\t']);
    Some((rest.len() - said.len(), said.trim_end()))
}

/// One finding for all items whose quotes the container would get. The values may be secret: they are not told.
fn all_quotes(quoted: Vec<(Span, Span, String, String)>) -> Option<Draft> {
    let (at, _, _, path) = quoted.first()?;
    let message = match quoted.len() {
        1 => "the quotes are part of the value here: the container gets them, too".to_owned(),
        2 => "the quotes are part of the value here and in one more place: the containers get them, too".to_owned(),
        count => format!(
            "the quotes are part of the value here and in {} more places: the containers get them, too",
            count - 1
        ),
    };
    let mut draft = Draft::warning("env-quotes", *at, message).at(path).hint(
        "leave them out; in a list item quotes belong round the whole item: `- \"NAME=value\"`",
    );
    for (at, ..) in quoted.iter().skip(1).take(10) {
        draft = draft.related(*at, "here, too");
    }
    let label = super::several(
        quoted.len(),
        "Leave the quotes out",
        "Leave all these quotes out",
    );
    let edits = quoted
        .into_iter()
        .map(|(_, item, right, _)| (item, right))
        .collect();
    Some(draft.fix(label, edits))
}

/// `export NAME=value`, `NAME = value`.
fn name_with_blanks(span: Span, raw: &str) -> Option<Draft> {
    let (name, value) = raw.split_once('=')?;
    let right = name.trim();
    let right = right
        .strip_prefix("export ")
        .or(right.strip_prefix("set "))
        .map_or(right, str::trim);
    let fine = right.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && right.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if right == name || !fine {
        return None;
    }
    let value = if name.ends_with(' ') {
        value.trim_start()
    } else {
        value
    };
    let value = items::unwrapped(value).unwrap_or_else(|| value.to_owned());
    let right = items::scalar(&format!("{right}={value}"));
    let at = Span::new(span.start, span.start + name.trim_end().len());
    let message = format!(
        "providers refuse `{}` as the name of an environment variable",
        shown(name)
    );
    Some(
        Draft::warning("bad-env-name", at, message)
            .hint(format!(
                "write `{}`: no blanks, and nothing before the name",
                shown(&right)
            ))
            .fix(format!("Write `{}`", shown(&right)), vec![(span, right)]),
    )
}

/// `GREETING=hello # world`: what follows the ` #` is a comment, whether it was meant as one or not.
fn cut_off(text: &str, span: Span, raw: &str) -> Option<Draft> {
    let (name, value) = raw.split_once('=')?;
    let (blanks, comment) = behind(text, span)?;
    let said = comment.strip_prefix('#')?;
    let open = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '{' | '['));
    let close = open.map(|open| match open {
        '{' => '}',
        '[' => ']',
        quote => quote,
    });
    // A quote that opens before the `#` and closes behind it leaves no doubt.
    let torn = close.is_some_and(|close| {
        !value.get(1..).unwrap_or_default().contains(close) && said.ends_with(close)
    });
    if !torn && (blanks != 1 || value.is_empty() || !is_part_of_value(name, value, said)) {
        return None;
    }
    let whole = format!("{raw} {comment}");
    let right = match whole.split_once('=') {
        Some((name, value)) if torn => items::scalar(&format!(
            "{name}={}",
            items::unwrapped(value).unwrap_or_else(|| value.to_owned())
        )),
        _ => items::scalar(&whole),
    };
    let at = Span::new(span.end + blanks, span.end + blanks + comment.len());
    let message = format!(
        "`{}` is a comment here, because a blank stands before the `#`: the container gets only what stands before it",
        shown(comment)
    );
    Some(
        Draft::warning("env-comment", at, message)
            .hint(format!(
                "if it belongs to the value, put the item in quotes: {}",
                shown(&right)
            ))
            .fix(
                "Put it in quotes",
                vec![(Span::new(span.start, at.end), right)],
            ),
    )
}

/// Whether what follows a ` #` is rather a part of the value than a comment on it.
fn is_part_of_value(name: &str, value: &str, said: &str) -> bool {
    // Words that begin remarks, and what remarks are about.
    const REMARKS: [&str; 62] = [
        "the", "a", "an", "or", "and", "set", "change", "your", "my", "optional", "required",
        "default", "defaults", "e.g.", "eg", "example", "see", "use", "used", "must", "should",
        "can", "in", "for", "from", "same", "this", "is", "not", "only", "if", "min", "max",
        "maximum", "minimum", "seconds", "minutes", "hours", "days", "ms", "bytes", "mb", "gb",
        "todo", "fixme", "replace", "add", "put", "enter", "fill", "get", "enable", "disable",
        "note", "needed", "secret", "keep", "do", "don't", "to", "http", "https",
    ];
    let words: Vec<&str> = said.split_whitespace().take(6).collect();
    let Some(first) = words.first() else {
        return false;
    };
    let lower = first.to_ascii_lowercase();
    let lower = lower.trim_end_matches([':', ',', '!', '.']);
    if REMARKS.contains(&lower) || lower.contains("://") {
        return false;
    }
    let joined = !said.starts_with([' ', '\t']);
    // `#1`, `#fff`, `#general`: a number, a colour, a channel, or the rest of a password.
    let upper = name.to_ascii_uppercase();
    let secret = ["PASS", "SECRET", "TOKEN", "KEY"]
        .iter()
        .any(|part| upper.contains(part));
    let hex = first.len() >= 3 && first.chars().all(|c| c.is_ascii_hexdigit());
    if joined && words.len() == 1 && (secret || hex || first.chars().all(|c| c.is_ascii_digit())) {
        return true;
    }
    // A number, a switch or a web address is whole; text may go on.
    let prose = value.chars().any(char::is_alphabetic)
        && !["true", "false", "yes", "no", "on", "off"]
            .contains(&value.to_ascii_lowercase().as_str())
        && !value.contains(['/', ':', '@']);
    // One word is usually the whole value, and the comment explains it; a greeting or a title may go on.
    const SENTENCES: [&str; 14] = [
        "GREETING",
        "MESSAGE",
        "MSG",
        "TITLE",
        "TEXT",
        "MOTD",
        "BANNER",
        "SLOGAN",
        "WELCOME",
        "DESCRIPTION",
        "SUBJECT",
        "PROMPT",
        "CAPTION",
        "PHRASE",
    ];
    let goes_on = value.contains(' ') || SENTENCES.iter().any(|part| upper.contains(part));
    let explains = words.iter().any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() > 2 && upper.contains(&word.to_ascii_uppercase())
    });
    prose && goes_on && !explains && words.len() <= 3
}
