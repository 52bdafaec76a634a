//! `command` and `args` that are written as one string, the way a shell or a Dockerfile takes them.

use std::str::Chars;

use super::Checker;
use super::node_ref::{Edits, Expected, NodeRef, shown};
use crate::draft::{Draft, Span};
use crate::model::Text;
use crate::yaml::Kind;

impl Checker<'_> {
    /// The list at `command` or `args`. A string there is split as a shell splits words.
    pub(super) fn command_list(&mut self, node_ref: &NodeRef<'_>, after_dash_c: bool) -> Vec<Text> {
        let Kind::Str(value) = &node_ref.node.kind else {
            if node_ref.node.is_null() {
                return Vec::new();
            }
            let list = self.texts(node_ref);
            if node_ref.name == "command" {
                self.one_item(node_ref, &list);
            }
            return list;
        };
        let draft = self.type_draft(node_ref, Expected::List).maybe_fix(None);
        let words = meant(value, &node_ref.name, after_dash_c);
        let draft = match &words {
            Some(words) => draft.hint(format!(
                "write each word as an item of its own: `{}`",
                shown(&flow(words))
            )),
            None if value.trim().is_empty() => draft.hint(format!("delete the line `{}`", node_ref.name)),
            None => draft.hint("write each word as an item of its own, on a line with a dash: `- word`; only a shell understands signs such as `&&` and `>`: `[\"sh\", \"-c\", \"…\"]`"),
        };
        let fix = words.filter(|_| node_ref.is_written()).map(|words| {
            (
                format!("Write `{}`", shown(&flow(&words))),
                self.as_list(node_ref, &words),
            )
        });
        self.report(draft.maybe_fix(fix));
        Vec::new()
    }

    /// A list of one item that holds the whole command line: no program has such a name.
    fn one_item(&mut self, node_ref: &NodeRef<'_>, list: &[Text]) {
        let Some(first) = list.first().filter(|first| has_words(&first.value)) else {
            return;
        };
        let Some(item) = node_ref.node.seq().and_then(|items| items.first()) else {
            return;
        };
        let program = first.value.split_whitespace().next().unwrap_or_default();
        let words = meant(&first.value, &node_ref.name, false);
        let draft = Draft::warning(
            "command-in-one",
            first.span.first_line(self.text),
            format!(
                "no program is called `{}`: the container can't start, since each word must be an item of its own",
                shown(first.value.trim())
            ),
        )
        .at(format!("{}/0", node_ref.path));
        let item = node_ref.item(0, item);
        let draft = match &words {
            Some(words) => draft.hint(format!("write `{}`", shown(&flow(words)))),
            None => draft.hint(format!(
                "write `{}` as an item, and what follows it as further items",
                shown(program)
            )),
        };
        let edits = words
            .as_ref()
            .filter(|_| item.is_written() && node_ref.is_written())
            .and_then(|words| self.as_items(node_ref, &item, words));
        let fix = edits
            .zip(words)
            .map(|(edits, words)| (format!("Write `{}`", shown(&flow(&words))), edits));
        self.report(draft.maybe_fix(fix));
    }

    /// Words as items in place of one item.
    fn as_items(&self, list: &NodeRef<'_>, item: &NodeRef<'_>, words: &[String]) -> Option<Edits> {
        if list.span.slice(self.text).starts_with('[') {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            return Some(vec![(item.span, words.join(", "))]);
        }
        let head = self.text.get(..item.span.start)?;
        let line = head.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let dash = head.get(line..)?;
        let indent = dash.strip_suffix("- ")?;
        let words: Vec<String> = words.iter().map(|word| flow_word(word)).collect();
        let between = format!("\n{indent}- ");
        let blank = indent.chars().all(|c| c == ' ');
        blank.then(|| vec![(item.span, words.join(&between))])
    }

    /// Words in place of a value; a script in a block keeps its lines.
    pub(super) fn as_list(&self, node_ref: &NodeRef<'_>, words: &[String]) -> Edits {
        let Some((key, header)) = node_ref.key.zip(self.block_header(node_ref)) else {
            return vec![(node_ref.span, self.after_colon(node_ref, &flow(words)))];
        };
        let head = self.text.get(..key.start).unwrap_or_default();
        let line = head.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let indent = head.get(line..).unwrap_or_default();
        let is_script = words.last().is_some_and(|script| {
            node_ref
                .node
                .str()
                .is_some_and(|value| value.trim() == script.trim())
        });
        let numbered = header
            .slice(self.text)
            .contains(|c: char| c.is_ascii_digit());
        if is_script && !numbered && indent.chars().all(|c| c == ' ') {
            let before = words.get(..words.len() - 1).unwrap_or_default();
            let items: String = before
                .iter()
                .map(|word| format!("\n{indent}- {}", flow_word(word)))
                .collect();
            // No blank stays behind the colon.
            let start = self
                .text
                .get(..header.start)
                .unwrap_or_default()
                .trim_end()
                .len();
            let gap = Span::new(start, header.start);
            return vec![(gap, format!("{items}\n{indent}- "))];
        }
        let end = node_ref.span.start + node_ref.span.slice(self.text).trim_end().len();
        vec![(Span::new(header.start, end.max(header.end)), flow(words))]
    }

    /// Where `|` or `>` stands before a text in a block, with what follows it on the line.
    pub(super) fn block_header(&self, node_ref: &NodeRef<'_>) -> Option<Span> {
        let from = node_ref.key?.end;
        let between = self.text.get(from..node_ref.span.start)?;
        let at = between.find(['|', '>'])?;
        between
            .get(at..)?
            .contains('\n')
            .then(|| Span::new(from + at, node_ref.span.start).first_line(self.text))
    }
}

/// Whether the list or string at `command` ends with a shell's `-c`, so that `args` are its script.
pub(super) fn ends_in_dash_c(command: &NodeRef<'_>) -> bool {
    let words: Vec<String> = match &command.node.kind {
        Kind::Str(value) => shlex::split(value).unwrap_or_default(),
        Kind::Seq(items) => items
            .iter()
            .filter_map(|item| item.node.str())
            .flat_map(|item| shlex::split(item).unwrap_or_default())
            .collect(),
        _ => return false,
    };
    words.first().is_some_and(|word| is_shell(word))
        && words.last().is_some_and(|word| is_dash_c(word))
}

/// Whether a text is several words, and not a path with a blank in it.
fn has_words(text: &str) -> bool {
    let trimmed = text.trim();
    trimmed.contains(char::is_whitespace)
        && shlex::split(trimmed).is_none_or(|words| words.len() > 1)
}

fn is_shell(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or_default();
    ["sh", "bash", "ash", "dash", "zsh", "ksh"].contains(&name)
}

fn is_dash_c(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|flags| flags.ends_with('c') && flags.chars().all(|c| c.is_ascii_alphabetic()))
}

/// The list that a command line was meant to be. `None` where that can't be told.
pub(super) fn meant(line: &str, field: &str, after_dash_c: bool) -> Option<Vec<String>> {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        return None;
    }
    if after_dash_c && field == "args" {
        return Some(vec![line.trim_end().to_owned()]);
    }
    let in_a_shell = || Some(vec!["sh".to_owned(), "-c".to_owned(), trimmed.to_owned()]);
    // A list in quotes, as in a Dockerfile or a Python program.
    if trimmed.starts_with('[') {
        return serde_json::from_str::<Vec<String>>(trimmed)
            .ok()
            .or_else(|| python_list(trimmed))
            .filter(|list| !list.is_empty());
    }
    let words = shlex::split(trimmed);
    // A whole call of a shell, whose script may have any signs.
    if let Some(words) = words
        .as_ref()
        .filter(|words| calls_shell(words) && !loses_backslash(trimmed))
    {
        return Some(words.clone());
    }
    if let Some((flags, script)) = shell_script(trimmed) {
        let mut list: Vec<String> = shlex::split(flags)?;
        list.push(script.to_owned());
        return Some(list);
    }
    let needs_shell = needs_shell(trimmed);
    match words {
        Some(_) if !needs_shell && loses_backslash(trimmed) => None,
        Some(words) if !needs_shell && !words.is_empty() => Some(words),
        _ if field == "command" => in_a_shell(),
        _ => None,
    }
}

/// Whether words are a shell, its flags up to one that ends in `c`, and one script.
fn calls_shell(words: &[String]) -> bool {
    let [shell, flags @ .., last, _] = words else {
        return false;
    };
    let mut takes_option = false;
    let are_flags = flags.iter().all(|flag| {
        let is_option = std::mem::replace(&mut takes_option, flag.ends_with('o'));
        flag.starts_with('-') || is_option
    });
    is_shell(shell) && is_dash_c(last) && are_flags
}

/// The texts of a list as Python writes it: `['sh', '-c', "echo"]`. `None` for any other list, and where a text has escapes.
fn python_list(line: &str) -> Option<Vec<String>> {
    let mut rest = line.strip_prefix('[')?.strip_suffix(']')?.trim();
    let mut list = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, after) = rest.get(1..)?.split_once(quote)?;
        if text.contains('\\') {
            return None;
        }
        list.push(text.to_owned());
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(list)
}

/// Whether dividing a line into words drops a backslash that was hardly meant to protect what follows it, as in
/// `C:\app\run.exe`.
fn loses_backslash(line: &str) -> bool {
    let (mut single, mut double) = (false, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            // In double quotes a backslash before any other sign stays.
            '\\' if !single => {
                let next = chars.next();
                let lost =
                    next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '\\' | '.' | '_'));
                if lost && !double {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Divides `sh -c echo hi && run` before the script, where that is not in quotes.
fn shell_script(line: &str) -> Option<(&str, &str)> {
    let first = line
        .split_whitespace()
        .next()
        .filter(|word| is_shell(word))?;
    let mut at = first.len();
    loop {
        let rest = line.get(at..)?;
        let word = rest.split_whitespace().next()?;
        let start = at + rest.find(word)?;
        at = start + word.len();
        if is_dash_c(word) {
            let script = line.get(at..)?.trim();
            let plain = !script.is_empty() && !script.starts_with(['"', '\'']);
            return plain.then_some((line.get(..at)?, script));
        }
        if !word.starts_with('-') {
            return None;
        }
    }
}

/// Whether only a shell understands a line: it has signs or variables outside single quotes, or begins with what only a shell has.
fn needs_shell(line: &str) -> bool {
    const BUILTIN: [&str; 8] = [
        "cd", "export", "source", ".", "set", "ulimit", "exec", "umask",
    ];
    let first = line.split_whitespace().next().unwrap_or_default();
    let assigns = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    if BUILTIN.contains(&first) || assigns {
        return true;
    }
    let (mut single, mut double) = (false, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            '\\' if !single => drop(chars.next()),
            _ if single => {}
            '`' => return true,
            '$' if is_shell_variable(chars.clone()) => return true,
            '&' | '|' | ';' | '<' | '>' | '\n' if !double => return true,
            _ => {}
        }
    }
    false
}

/// Whether what stands behind a `$` makes it something that only a shell replaces. Kubernetes itself replaces `$(NAME)`.
fn is_shell_variable(mut rest: Chars<'_>) -> bool {
    /// Longest name that is looked for, so that a line full of `$` takes no time.
    const NAME: usize = 64;
    match rest.next() {
        Some('(') => {}
        Some(c) => return c.is_ascii_alphabetic() || matches!(c, '{' | '_'),
        None => return false,
    }
    let is_name = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_';
    let name = rest.clone().take(NAME).take_while(is_name).count();
    name == 0 || rest.nth(name) != Some(')')
}

/// Words as a YAML list on one line.
pub(super) fn flow(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

fn quoted(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

fn flow_word(word: &str) -> String {
    let plain = word.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '-'))
        && word.len() > 1
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'))
        && word != "---";
    if plain && !["true", "false", "null"].contains(&word.to_ascii_lowercase().as_str()) {
        word.to_owned()
    } else {
        quoted(word)
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    fn words(line: &str) -> Option<Vec<String>> {
        meant(line, "command", false)
    }

    #[test]
    fn a_line_becomes_what_a_shell_would_run() {
        for (line, list) in [
            ("npm start", vec!["npm", "start"]),
            ("nginx", vec!["nginx"]),
            (
                "run --name 'a b' --x=\"c d\"",
                vec!["run", "--name", "a b", "--x=c d"],
            ),
            (
                "sh -c \"echo started && exec /app --port 8080\"",
                vec!["sh", "-c", "echo started && exec /app --port 8080"],
            ),
            (
                "/bin/bash -lc npm run build && npm start",
                vec!["/bin/bash", "-lc", "npm run build && npm start"],
            ),
            (
                "npm ci && npm start",
                vec!["sh", "-c", "npm ci && npm start"],
            ),
            ("serve --port $PORT", vec!["sh", "-c", "serve --port $PORT"]),
            ("serve --port $(PORT)", vec!["serve", "--port", "$(PORT)"]),
            ("echo 'a && b'", vec!["echo", "a && b"]),
            ("cd /app && ./run", vec!["sh", "-c", "cd /app && ./run"]),
            ("[\"node\", \"server.js\"]", vec!["node", "server.js"]),
            ("A=1 run", vec!["sh", "-c", "A=1 run"]),
            (
                "sh -c \"for i in 1 2; do echo $i; done\"",
                vec!["sh", "-c", "for i in 1 2; do echo $i; done"],
            ),
            (
                "/bin/bash -eo pipefail -lc 'run $HOME > /tmp/log'",
                vec![
                    "/bin/bash",
                    "-eo",
                    "pipefail",
                    "-lc",
                    "run $HOME > /tmp/log",
                ],
            ),
            (
                "sh -c \"a $x\" && b",
                vec!["sh", "-c", "sh -c \"a $x\" && b"],
            ),
            ("['sh', '-c', \"it's\",]", vec!["sh", "-c", "it's"]),
            ("run a\\ b \\\"c\\\"", vec!["run", "a b", "\"c\""]),
            (
                "pay $ 5 $$ $(A)$(B_2)",
                vec!["pay", "$", "5", "$$", "$(A)$(B_2)"],
            ),
            ("echo $(date)", vec!["sh", "-c", "echo $(date)"]),
        ] {
            let list: Vec<String> = list.into_iter().map(str::to_owned).collect();
            assert_eq!(words(line), Some(list), "{line}");
        }
        assert_eq!(words("  "), None);
        for line in [
            "['sh', '-c'",
            "['sh' '-c']",
            "[sh, -c, echo]",
            "['a\\n']",
            "[]",
            "C:\\app\\run.exe --fast",
            "\\\\server\\run.exe",
        ] {
            assert_eq!(words(line), None, "{line}");
        }
        let script = "apt-get update && run";
        assert_eq!(meant(script, "args", true), Some(vec![script.to_owned()]));
        assert_eq!(meant("a > b", "args", false), None);
        assert_eq!(
            meant("--a 1 -b", "args", false).map(|list| list.len()),
            Some(3)
        );
    }
}
