//! Splits text into commands and words as a POSIX shell does.
//!
//! Variables stay in the words in the form that [`Interpolation`](crate::convert::interpolate::Interpolation) reads: `$` that is
//! quoted is doubled, and `$(command)`, whose result nobody knows, becomes a variable without a value.

/// Most words of a text.
const MOST_WORDS: usize = 20_000;

/// Reads the commands of a text, each as its words. A quote that is not closed ends with the text.
pub(super) fn commands(text: &str) -> Vec<Vec<String>> {
    let mut reader = Reader::default();
    let mut lines = text.lines().peekable();
    let mut goes_on = false;
    let mut joined = String::new();
    while let Some(line) = lines.next() {
        let line = line.trim_end_matches('\r');
        let shown = if goes_on {
            strip(line, &["> "])
        } else {
            strip(line, &["$ ", "% ", "> ", "PS> "])
        };
        let trimmed = shown.trim_end();
        // A backslash, or what the shells of Windows write for it, joins the next line; blanks behind it are a slip.
        let mark = ['\\', '^', '`'].into_iter().find(|mark| {
            let one = trimmed.strip_suffix(*mark);
            let doubled = one.is_some_and(|rest| rest.ends_with(*mark));
            let alone = one.is_some_and(|rest| rest.ends_with([' ', '\t']) || rest.is_empty());
            one.is_some() && !doubled && (*mark == '\\' || alone) && lines.peek().is_some()
        });
        match mark {
            Some(mark) => {
                joined.push_str(trimmed.strip_suffix(mark).unwrap_or(trimmed));
                joined.push(' ');
                goes_on = true;
            }
            None => {
                joined.push_str(shown);
                joined.push('\n');
                goes_on = false;
            }
        }
    }
    reader.read(&joined);
    reader.commands
}

/// A line without the prompt of a shell.
fn strip<'l>(line: &'l str, prompts: &[&str]) -> &'l str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("```") {
        return "";
    }
    let trimmed = trimmed.trim_matches('`');
    let rest = prompts
        .iter()
        .find_map(|prompt| trimmed.strip_prefix(prompt));
    match rest {
        Some(rest) => rest,
        // `user@machine:~$ docker run …`
        None => match trimmed.split_once("$ ") {
            Some((front, rest))
                if front.contains('@') && !front.contains([' ', '"', '\'', '=']) =>
            {
                rest
            }
            _ if trimmed.len() == line.trim_start().len() => line,
            _ => trimmed,
        },
    }
}

#[derive(Default)]
struct Reader {
    commands: Vec<Vec<String>>,
    words: Vec<String>,
    word: Option<String>,
    count: usize,
    /// Whether the next word belongs to `>` or `<`.
    redirected: bool,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if self.count > MOST_WORDS {
                break;
            }
            match c {
                '\\' => match chars.next() {
                    Some('\n') | None => {}
                    Some('$') => self.push("$$"),
                    Some(other) => self.push(other.encode_utf8(&mut [0; 4])),
                },
                '\'' => {
                    self.push("");
                    while let Some(c) = chars.next_if(|c| *c != '\'') {
                        if c == '$' {
                            self.push("$$");
                        } else {
                            self.push(c.encode_utf8(&mut [0; 4]));
                        }
                    }
                    chars.next();
                }
                '"' => {
                    self.push("");
                    while let Some(c) = chars.next_if(|c| *c != '"') {
                        match c {
                            '\\' => match chars.next() {
                                Some('\n') | None => {}
                                Some('$') => self.push("$$"),
                                Some(c @ ('"' | '\\' | '`')) => {
                                    self.push(c.encode_utf8(&mut [0; 4]))
                                }
                                Some(other) => {
                                    self.push("\\");
                                    self.push(other.encode_utf8(&mut [0; 4]));
                                }
                            },
                            '$' => self.dollar(&mut chars),
                            '`' => self.backtick(&mut chars),
                            c => self.push(c.encode_utf8(&mut [0; 4])),
                        }
                    }
                    chars.next();
                }
                '$' => self.dollar(&mut chars),
                '`' => self.backtick(&mut chars),
                '#' if self.word.is_none() => while chars.next_if(|c| *c != '\n').is_some() {},
                '\n' | ';' | '&' | '|' => self.end_command(),
                '>' | '<' => {
                    // `2>` names a stream and is no word.
                    if self
                        .word
                        .as_ref()
                        .is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()))
                    {
                        self.word = None;
                    }
                    self.end_word();
                    while chars
                        .next_if(|c| matches!(c, '>' | '<' | '&' | '-'))
                        .is_some()
                    {}
                    self.redirected = true;
                }
                c if c.is_whitespace() => self.end_word(),
                c => self.push(c.encode_utf8(&mut [0; 4])),
            }
        }
        self.end_command();
    }

    fn push(&mut self, text: &str) {
        self.word.get_or_insert_default().push_str(text);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.count += 1;
            if !std::mem::take(&mut self.redirected) {
                self.words.push(word);
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.redirected = false;
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }

    /// `$NAME` and `${NAME}` stay; `$(command)` becomes `${(command)}`, which has no value.
    fn dollar(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        if chars.next_if_eq(&'{').is_some() {
            self.push("${");
            let mut open = 1_u32;
            for c in chars.by_ref() {
                match c {
                    '{' => open += 1,
                    '}' => open -= 1,
                    _ => {}
                }
                self.push(c.encode_utf8(&mut [0; 4]));
                if open == 0 {
                    break;
                }
            }
            return;
        }
        if chars.next_if_eq(&'(').is_none() {
            self.push("$");
            return;
        }
        self.push("${(");
        let mut open = 1_u32;
        for c in chars.by_ref() {
            match c {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            let c = if matches!(c, '{' | '}' | '$') { ' ' } else { c };
            self.push(c.encode_utf8(&mut [0; 4]));
        }
        self.push(")}");
    }

    fn backtick(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        self.push("${(");
        while let Some(c) = chars.next_if(|c| *c != '`') {
            if !matches!(c, '{' | '}' | '$') {
                self.push(c.encode_utf8(&mut [0; 4]));
            }
        }
        chars.next();
        self.push(")}");
    }
}
