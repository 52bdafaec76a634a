//! The grammar of the toy `sh`: the part of POSIX that one-line scripts use. Here-documents are not part of it.

use std::sync::Arc;

/// The longest script, in bytes.
const MAX_SCRIPT: usize = 64 << 10;
/// How deep commands may be nested.
const MAX_DEPTH: u32 = 24;

/// Commands that run one after the other.
pub(crate) type Script = Vec<Chain>;

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain {
    /// The first one.
    pub(crate) first: Pipeline,
    /// The others; with `true` after `&&`, else after `||`.
    pub(crate) rest: Vec<(bool, Pipeline)>,
}

/// Commands joined by `|`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pipeline {
    /// Whether `!` turns its result round.
    pub(crate) negated: bool,
    /// The commands.
    pub(crate) commands: Vec<Command>,
}

/// A command with its redirections.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Command {
    /// What it does.
    pub(crate) kind: Kind,
    /// Where it reads and writes.
    pub(crate) redirects: Vec<Redirect>,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Assignments, then a command with its arguments.
    Simple {
        /// `NAME=value`
        assignments: Vec<(String, Word)>,
        /// The command and its arguments.
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Script),
    /// `( … )`
    Subshell(Script),
    /// `if`
    If {
        /// Conditions with what follows.
        arms: Vec<(Script, Script)>,
        /// After `else`.
        otherwise: Script,
    },
    /// `while` and `until`
    Loop {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: Script,
        /// What is repeated.
        body: Script,
    },
    /// `for`
    For {
        /// The variable.
        name: String,
        /// What it goes through; `None` for the arguments.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: Script,
    },
    /// `case`
    Case {
        /// What is compared.
        word: Word,
        /// Patterns with what follows.
        arms: Vec<(Vec<Word>, Script)>,
    },
    /// `name() …`
    Function(String, Arc<Command>),
}

/// A redirection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Redirect {
    /// The number of the descriptor.
    pub(crate) fd: u8,
    /// How.
    pub(crate) how: How,
    /// Where.
    pub(crate) target: Word,
}

/// How a descriptor is redirected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `>&` and `<&`
    Same,
}

/// The parts of a word.
pub(crate) type Word = Vec<Part>;

/// A part of a word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Text in which `*` and `?` are patterns.
    Plain(String),
    /// Text as it is.
    Quoted(String),
    /// `$name` and `${name…}`
    Variable {
        /// The name.
        name: String,
        /// What is done with the value.
        change: Change,
        /// Whether it stands in double quotes.
        quoted: bool,
    },
    /// `$(…)`
    Output {
        /// The commands.
        script: Script,
        /// Whether it stands in double quotes.
        quoted: bool,
    },
    /// `$((…))`
    Arithmetic(Word),
}

/// What is done with the value of a variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// `${#name}`
    Length,
    /// `${name:-word}` and the like: the sign, whether an empty value counts as none, the word.
    Default(char, bool, Word),
    /// `${name#pattern}` and the like: whether it is the end, whether as much as possible, the pattern.
    Cut(bool, bool, Word),
}

/// Why a script cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    /// Something at the wrong place.
    #[error("syntax error: unexpected \"{0}\"")]
    Unexpected(String),
    /// The end came too early: more may follow.
    #[error("syntax error: unexpected end of file")]
    Incomplete,
    /// It is too long or too deep.
    #[error("syntax error: too complex")]
    TooComplex,
}

/// Reads a script.
///
/// # Errors
/// See [`SyntaxError`].
pub(crate) fn parse(text: &str) -> Result<Script, SyntaxError> {
    if text.len() > MAX_SCRIPT {
        return Err(SyntaxError::TooComplex);
    }
    let mut parser = Parser {
        chars: text.chars().collect(),
        at: 0,
        depth: 0,
    };
    let script = parser.script(&[])?;
    if parser.at < parser.chars.len() {
        return Err(parser.unexpected());
    }
    Ok(script)
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: u32,
}

type Parsed<T> = Result<T, SyntaxError>;

const RESERVED: &[&str] = &[
    "if", "then", "elif", "else", "fi", "while", "until", "for", "do", "done", "case", "esac",
    "in", "{", "}", "!",
];

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn peek_at(&self, offset: usize) -> Option<char> {
        self.chars.get(self.at + offset).copied()
    }

    fn starts(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(offset, one)| self.peek_at(offset) == Some(one))
    }

    fn eat(&mut self, text: &str) -> bool {
        let starts = self.starts(text);
        if starts {
            self.at += text.chars().count();
        }
        starts
    }

    fn unexpected(&self) -> SyntaxError {
        match self.peek() {
            None => SyntaxError::Incomplete,
            Some('\n') => SyntaxError::Unexpected("newline".to_owned()),
            Some(_) => {
                let rest: String = self
                    .chars
                    .iter()
                    .skip(self.at)
                    .take_while(|one| !one.is_whitespace())
                    .take(20)
                    .collect();
                SyntaxError::Unexpected(rest)
            }
        }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(SyntaxError::TooComplex);
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    /// Skips blanks and a comment.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|one| one != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and line breaks.
    fn lines(&mut self) {
        self.blanks();
        while self.eat("\n") {
            self.blanks();
        }
    }

    /// The reserved word that comes next, if one does.
    fn reserved(&self) -> Option<&'static str> {
        let ends = |at: usize| {
            self.peek_at(at)
                .is_none_or(|one| " \t\n;&|()<>".contains(one))
        };
        RESERVED
            .iter()
            .copied()
            .find(|word| self.starts(word) && ends(word.len()))
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        self.lines();
        if self.reserved() == Some(word) && self.eat(word) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// Commands until one of the words, a closing bracket, `;;` or the end.
    fn script(&mut self, until: &[&str]) -> Parsed<Script> {
        let mut script = Vec::new();
        loop {
            self.lines();
            let over = self.peek().is_none() || self.starts(")") || self.starts(";;");
            if over || self.reserved().is_some_and(|word| until.contains(&word)) {
                return Ok(script);
            }
            script.push(self.chain()?);
            self.blanks();
            // A command in the background runs in the foreground: nothing here takes long.
            let separated = !self.starts(";;")
                && (self.eat(";") || self.eat("\n") || !self.starts("&&") && self.eat("&"));
            let closed = self.peek().is_none() || self.starts(")") || self.starts(";;");
            if !separated && !closed {
                return Err(self.unexpected());
            }
        }
    }

    fn chain(&mut self) -> Parsed<Chain> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let and = self.eat("&&");
            if !and && !self.eat("||") {
                return Ok(Chain { first, rest });
            }
            self.lines();
            rest.push((and, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Parsed<Pipeline> {
        self.blanks();
        let mut negated = false;
        while self.reserved() == Some("!") {
            self.at += 1;
            negated = !negated;
            self.blanks();
        }
        let mut commands = vec![self.deeper(Self::command)?];
        loop {
            self.blanks();
            if self.starts("||") || !self.eat("|") {
                return Ok(Pipeline { negated, commands });
            }
            self.lines();
            commands.push(self.deeper(Self::command)?);
        }
    }

    fn command(&mut self) -> Parsed<Command> {
        self.blanks();
        let kind = match self.reserved() {
            Some("{") => {
                self.at += 1;
                let script = self.script(&["}"])?;
                self.expect_word("}")?;
                Kind::Group(script)
            }
            Some("if") => self.conditional()?,
            Some(word @ ("while" | "until")) => {
                self.eat(word);
                let condition = self.script(&["do"])?;
                let body = self.body()?;
                Kind::Loop {
                    until: word == "until",
                    condition,
                    body,
                }
            }
            Some("for") => self.each()?,
            Some("case") => self.case()?,
            Some(_) => return Err(self.unexpected()),
            None if self.eat("(") => {
                let script = self.script(&[])?;
                if !self.eat(")") {
                    return Err(self.unexpected());
                }
                Kind::Subshell(script)
            }
            None => return self.simple(),
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(Command { kind, redirects })
    }

    fn body(&mut self) -> Parsed<Script> {
        self.expect_word("do")?;
        let body = self.script(&["done"])?;
        self.expect_word("done")?;
        Ok(body)
    }

    fn conditional(&mut self) -> Parsed<Kind> {
        self.expect_word("if")?;
        let mut arms = Vec::new();
        loop {
            let condition = self.script(&["then"])?;
            self.expect_word("then")?;
            arms.push((condition, self.script(&["elif", "else", "fi"])?));
            self.lines();
            if self.reserved() != Some("elif") {
                break;
            }
            self.expect_word("elif")?;
        }
        let mut otherwise = Vec::new();
        if self.reserved() == Some("else") {
            self.expect_word("else")?;
            otherwise = self.script(&["fi"])?;
        }
        self.expect_word("fi")?;
        Ok(Kind::If { arms, otherwise })
    }

    fn each(&mut self) -> Parsed<Kind> {
        self.expect_word("for")?;
        self.blanks();
        let name = self.name().ok_or_else(|| self.unexpected())?;
        self.lines();
        let mut words = None;
        if self.reserved() == Some("in") {
            self.eat("in");
            let mut listed = Vec::new();
            self.blanks();
            while let Some(word) = self.word()? {
                listed.push(word);
                self.blanks();
            }
            words = Some(listed);
        }
        self.blanks();
        self.eat(";");
        let body = self.body()?;
        Ok(Kind::For { name, words, body })
    }

    fn case(&mut self) -> Parsed<Kind> {
        self.expect_word("case")?;
        self.blanks();
        let word = self.word()?.ok_or_else(|| self.unexpected())?;
        self.expect_word("in")?;
        let mut arms = Vec::new();
        loop {
            self.lines();
            if self.reserved() == Some("esac") {
                self.eat("esac");
                return Ok(Kind::Case { word, arms });
            }
            self.eat("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                patterns.push(self.word()?.ok_or_else(|| self.unexpected())?);
                self.blanks();
                if !self.eat("|") {
                    break;
                }
            }
            if !self.eat(")") {
                return Err(self.unexpected());
            }
            arms.push((patterns, self.script(&["esac"])?));
            self.lines();
            self.eat(";;");
        }
    }

    fn name(&mut self) -> Option<String> {
        let first = self
            .peek()
            .filter(|one| one.is_ascii_alphabetic() || *one == '_')?;
        let mut name = String::from(first);
        self.at += 1;
        while let Some(one) = self
            .peek()
            .filter(|one| one.is_ascii_alphanumeric() || *one == '_')
        {
            name.push(one);
            self.at += 1;
        }
        Some(name)
    }

    fn simple(&mut self) -> Parsed<Command> {
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            let before = self.at;
            if words.is_empty() {
                if let Some(name) = self.name() {
                    if self.eat("=") {
                        assignments.push((name, self.word()?.unwrap_or_default()));
                        continue;
                    }
                    if self.eat("()") || self.eat(" ()") {
                        self.lines();
                        let body = Arc::new(self.deeper(Self::command)?);
                        return Ok(Command {
                            kind: Kind::Function(name, body),
                            redirects,
                        });
                    }
                }
                self.at = before;
            }
            match self.word()? {
                Some(word) => words.push(word),
                None => break,
            }
        }
        if words.is_empty() && assignments.is_empty() && redirects.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Command {
            kind: Kind::Simple { assignments, words },
            redirects,
        })
    }

    fn redirect(&mut self) -> Parsed<Option<Redirect>> {
        self.blanks();
        let digit = self
            .peek()
            .and_then(|one| one.to_digit(10))
            .filter(|_| matches!(self.peek_at(1), Some('<' | '>')));
        let at = usize::from(digit.is_some());
        let sign = self.peek_at(at);
        if !matches!(sign, Some('<' | '>')) {
            return Ok(None);
        }
        self.at += at;
        if self.starts("<<") {
            return Err(self.unexpected());
        }
        let (how, standard) = if self.eat(">>") {
            (How::Append, 1)
        } else if self.eat(">&") {
            (How::Same, 1)
        } else if self.eat("<&") {
            (How::Same, 0)
        } else if self.eat(">|") || self.eat(">") {
            (How::Write, 1)
        } else {
            self.at += 1;
            (How::Read, 0)
        };
        self.blanks();
        let target = self.word()?.ok_or_else(|| self.unexpected())?;
        let fd = digit
            .and_then(|digit| u8::try_from(digit).ok())
            .unwrap_or(standard);
        Ok(Some(Redirect { fd, how, target }))
    }

    /// A word, if one comes next.
    fn word(&mut self) -> Parsed<Option<Word>> {
        let word = self.word_until(|one| one.is_whitespace() || ";&|()<>".contains(one))?;
        Ok(word)
    }

    fn word_until(&mut self, ends: impl Fn(char) -> bool) -> Parsed<Option<Word>> {
        let mut word = Word::new();
        let mut plain = String::new();
        let mut any = false;
        while let Some(one) = self.peek().filter(|one| !ends(*one)) {
            any = true;
            match one {
                '\'' => {
                    self.at += 1;
                    flush(&mut word, &mut plain);
                    let mut text = String::new();
                    loop {
                        let next = self.peek().ok_or(SyntaxError::Incomplete)?;
                        self.at += 1;
                        if next == '\'' {
                            break;
                        }
                        text.push(next);
                    }
                    word.push(Part::Quoted(text));
                }
                '"' => {
                    self.at += 1;
                    flush(&mut word, &mut plain);
                    self.double_quoted(&mut word)?;
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => self.at += 1,
                        Some(next) => {
                            self.at += 1;
                            flush(&mut word, &mut plain);
                            word.push(Part::Quoted(next.to_string()));
                        }
                        None => return Err(SyntaxError::Incomplete),
                    }
                }
                '$' | '`' => match self.dollar(false)? {
                    Some(part) => {
                        flush(&mut word, &mut plain);
                        word.push(part);
                    }
                    None => plain.push('$'),
                },
                _ => {
                    plain.push(one);
                    self.at += 1;
                }
            }
        }
        flush(&mut word, &mut plain);
        Ok(any.then_some(word))
    }

    fn double_quoted(&mut self, word: &mut Word) -> Parsed<()> {
        let mut text = String::new();
        // Quotes make an empty word a word.
        word.push(Part::Quoted(String::new()));
        loop {
            match self.peek().ok_or(SyntaxError::Incomplete)? {
                '"' => {
                    self.at += 1;
                    break;
                }
                '\\' => {
                    self.at += 1;
                    let next = self.peek().ok_or(SyntaxError::Incomplete)?;
                    self.at += 1;
                    if next != '\n' {
                        if !"$`\"\\".contains(next) {
                            text.push('\\');
                        }
                        text.push(next);
                    }
                }
                '$' | '`' => match self.dollar(true)? {
                    Some(part) => {
                        if !text.is_empty() {
                            word.push(Part::Quoted(std::mem::take(&mut text)));
                        }
                        word.push(part);
                    }
                    None => text.push('$'),
                },
                one => {
                    text.push(one);
                    self.at += 1;
                }
            }
        }
        if !text.is_empty() {
            word.push(Part::Quoted(text));
        }
        Ok(())
    }

    /// What `$` or a backquote begins; `None` for a `$` that stands for itself.
    fn dollar(&mut self, quoted: bool) -> Parsed<Option<Part>> {
        if self.eat("`") {
            let mut text = String::new();
            loop {
                let one = self.peek().ok_or(SyntaxError::Incomplete)?;
                self.at += 1;
                match one {
                    '`' => break,
                    '\\' if matches!(self.peek(), Some('`' | '\\' | '$')) => {
                        text.extend(self.peek());
                        self.at += 1;
                    }
                    _ => text.push(one),
                }
            }
            let depth = self.depth;
            let script = self.deeper(|_| {
                let mut inner = Self {
                    chars: text.chars().collect(),
                    at: 0,
                    depth: depth + 1,
                };
                inner.script(&[])
            })?;
            return Ok(Some(Part::Output { script, quoted }));
        }
        self.at += 1;
        if self.eat("((") {
            let word = self.deeper(Self::arithmetic)?;
            return Ok(Some(Part::Arithmetic(word)));
        }
        if self.eat("(") {
            let script = self.deeper(|parser| parser.script(&[]))?;
            if !self.eat(")") {
                return Err(self.unexpected());
            }
            return Ok(Some(Part::Output { script, quoted }));
        }
        if self.eat("{") {
            return self.deeper(|parser| parser.braced(quoted)).map(Some);
        }
        let Some(name) = self.variable_name() else {
            return Ok(None);
        };
        Ok(Some(Part::Variable {
            name,
            change: Change::None,
            quoted,
        }))
    }

    fn variable_name(&mut self) -> Option<String> {
        if let Some(name) = self.name() {
            return Some(name);
        }
        let one = self
            .peek()
            .filter(|one| one.is_ascii_digit() || "@*#?$!-".contains(*one))?;
        self.at += 1;
        Some(one.to_string())
    }

    fn braced(&mut self, quoted: bool) -> Parsed<Part> {
        let length = self.starts("#") && self.peek_at(1) != Some('}') && self.eat("#");
        let mut name = self.variable_name().ok_or_else(|| self.unexpected())?;
        while name.starts_with(|one: char| one.is_ascii_digit())
            && self.peek().is_some_and(|one| one.is_ascii_digit())
        {
            name.extend(self.peek());
            self.at += 1;
        }
        let change = if length {
            Change::Length
        } else {
            let colon = self.eat(":");
            match self.peek() {
                Some('}') if !colon => Change::None,
                Some(sign @ ('-' | '=' | '+' | '?')) => {
                    self.at += 1;
                    Change::Default(
                        sign,
                        colon,
                        self.word_until(|one| one == '}')?.unwrap_or_default(),
                    )
                }
                Some(sign @ ('#' | '%')) if !colon => {
                    self.at += 1;
                    let most = self.eat(&sign.to_string());
                    Change::Cut(
                        sign == '%',
                        most,
                        self.word_until(|one| one == '}')?.unwrap_or_default(),
                    )
                }
                _ => return Err(self.unexpected()),
            }
        };
        if !self.eat("}") {
            return Err(self.unexpected());
        }
        Ok(Part::Variable {
            name,
            change,
            quoted,
        })
    }

    fn arithmetic(&mut self) -> Parsed<Word> {
        let mut word = Word::new();
        let mut plain = String::new();
        let mut open = 0_u32;
        loop {
            let one = self.peek().ok_or(SyntaxError::Incomplete)?;
            match one {
                ')' if open == 0 => {
                    if !self.eat("))") {
                        return Err(self.unexpected());
                    }
                    flush(&mut word, &mut plain);
                    return Ok(word);
                }
                '$' | '`' => {
                    if let Some(part) = self.dollar(true)? {
                        flush(&mut word, &mut plain);
                        word.push(part);
                    }
                }
                _ => {
                    open = match one {
                        '(' => open + 1,
                        ')' => open - 1,
                        _ => open,
                    };
                    plain.push(one);
                    self.at += 1;
                }
            }
        }
    }
}

fn flush(word: &mut Word, plain: &mut String) {
    if !plain.is_empty() {
        word.push(Part::Plain(std::mem::take(plain)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_panics(text in "[-a-z \n;&|(){}<>$`'\"\\\\#=*!]{0,60}") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn scripts_are_read() {
        for script in [
            "wc -c < \"$0\" >&2 && cat -- \"$0\" && read -r _",
            "if [ -f a ]; then echo 1; elif true; then :; else echo 2; fi",
            "for f in *; do printf '%s\\0' \"$f\"; done | sort",
            "while read -r line; do echo \"${line#x}\"; done < f",
            "case $x in a|b) echo y;; *) echo n; esac",
            "f() { echo \"$1\"; }; f a; (cd /tmp && ls) 2>/dev/null",
            "x=$(echo $(echo a)); y=$((x + (2 * 3))); echo `pwd` # done",
            "command -v bash >/dev/null 2>&1 && exec bash || exec sh",
        ] {
            assert!(parse(script).is_ok(), "{script}: {:?}", parse(script));
        }
    }

    #[test]
    fn what_is_open_is_told_from_what_is_wrong() {
        for open in ["echo 'a", "if true; then", "echo $(ls", "a &&", "{ ls;"] {
            assert_eq!(parse(open), Err(SyntaxError::Incomplete), "{open}");
        }
        for wrong in ["ls )", "fi", "| a", "; ;", "a && && b"] {
            assert!(
                matches!(parse(wrong), Err(SyntaxError::Unexpected(_))),
                "{wrong}"
            );
        }
        assert_eq!(parse(&"(".repeat(500)), Err(SyntaxError::TooComplex));
    }
}
