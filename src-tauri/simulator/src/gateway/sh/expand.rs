//! Turns the words of a script into arguments.

use std::sync::{Arc, Mutex};

use super::{
    io::Sink,
    run::{Io, Leave, Shell, code_of},
    syntax::{Change, Part, Script, Word},
    words::{Char, arithmetic, is_pattern, matches},
};
use crate::{
    gateway::{
        text::decode,
        tree::{Node, join},
    },
    sync::lock,
};

/// How many arguments words may become.
const MAX_FIELDS: usize = 20_000;

/// The fields that a word becomes.
#[derive(Default)]
struct Fields {
    done: Vec<Vec<Char>>,
    current: Vec<Char>,
    /// Whether the current field exists although it may be empty.
    present: bool,
}

impl Fields {
    fn quoted(&mut self, text: &str) {
        self.present = true;
        self.current.extend(text.chars().map(|one| (one, true)));
    }

    fn plain(&mut self, text: &str) {
        self.current.extend(text.chars().map(|one| (one, false)));
    }

    /// Text that is divided at blanks.
    fn divided(&mut self, text: &str) {
        for one in text.chars() {
            if one == ' ' || one == '\t' || one == '\n' {
                self.finish();
            } else {
                self.current.push((one, false));
            }
        }
    }

    fn finish(&mut self) {
        if self.present || !self.current.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
        }
        self.present = false;
    }
}

impl Shell {
    /// The arguments that words become.
    pub(crate) async fn fields(&mut self, words: &[Word], io: &Io) -> Result<Vec<String>, Leave> {
        let mut all = Vec::new();
        for word in words {
            let mut fields = Fields::default();
            self.expand(word, true, &mut fields, io).await?;
            fields.finish();
            for field in fields.done {
                let found = if is_pattern(&field) {
                    self.glob(&field)
                } else {
                    Vec::new()
                };
                if found.is_empty() {
                    all.push(field.iter().map(|(one, _)| *one).collect());
                } else {
                    all.extend(found);
                }
                if all.len() > MAX_FIELDS {
                    self.complain(io, "argument list too long").await;
                    return Err(Leave::Exit(126));
                }
            }
        }
        Ok(all)
    }

    /// The text that a word becomes where it is not divided.
    pub(crate) async fn joined(&mut self, word: &Word, io: &Io) -> Result<String, Leave> {
        let pattern = self.pattern(word, io).await?;
        Ok(pattern.into_iter().map(|(one, _)| one).collect())
    }

    /// The same, with what is quoted.
    pub(crate) async fn pattern(&mut self, word: &Word, io: &Io) -> Result<Vec<Char>, Leave> {
        let mut fields = Fields::default();
        self.expand(word, false, &mut fields, io).await?;
        fields.finish();
        Ok(fields.done.join(&(' ', true)))
    }

    async fn expand(
        &mut self,
        word: &Word,
        divide: bool,
        fields: &mut Fields,
        io: &Io,
    ) -> Result<(), Leave> {
        for (index, part) in word.iter().enumerate() {
            match part {
                Part::Quoted(text) => fields.quoted(text),
                Part::Plain(text) => {
                    let home = (index == 0).then(|| text.strip_prefix('~')).flatten();
                    match home.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                        Some(rest) => {
                            fields.quoted(&self.variable("HOME").unwrap_or_else(|| "/".to_owned()));
                            fields.plain(rest);
                        }
                        None => fields.plain(text),
                    }
                }
                Part::Variable {
                    name,
                    quoted: true,
                    change: Change::None,
                } if name == "@" && divide => {
                    let arguments = self.arguments.get(1..).unwrap_or_default().to_vec();
                    for (index, argument) in arguments.iter().enumerate() {
                        if index > 0 {
                            fields.present = true;
                            fields.finish();
                        }
                        fields.quoted(argument);
                    }
                    if arguments.is_empty() && fields.current.is_empty() {
                        fields.present = false;
                    }
                }
                Part::Variable {
                    name,
                    change,
                    quoted,
                } => {
                    let value = self.changed(name, change, io).await?;
                    self.add(fields, &value, *quoted, divide);
                }
                Part::Output { script, quoted } => {
                    let value = self.output(script, io).await?;
                    self.add(fields, &value, *quoted, divide);
                }
                Part::Arithmetic(word) => {
                    let text = Box::pin(self.joined(word, io)).await?;
                    let value_of = |name: &str| self.variable(name).unwrap_or_default();
                    match arithmetic(&text, &value_of) {
                        Ok(value) => fields.plain(&value.to_string()),
                        Err(error) => {
                            self.complain(io, &error).await;
                            return Err(Leave::Exit(2));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&self, fields: &mut Fields, value: &str, quoted: bool, divide: bool) {
        match (quoted, divide) {
            (true, _) => fields.quoted(value),
            (false, true) => fields.divided(value),
            (false, false) => fields.plain(value),
        }
    }

    async fn changed(&mut self, name: &str, change: &Change, io: &Io) -> Result<String, Leave> {
        let value = self.variable(name);
        match change {
            Change::None => Ok(value.unwrap_or_default()),
            Change::Length => Ok(value.unwrap_or_default().chars().count().to_string()),
            Change::Default(sign, colon, word) => {
                let set = value.filter(|value| !colon || !value.is_empty());
                match (sign, set) {
                    ('+', Some(_)) | ('-', None) => Box::pin(self.joined(word, io)).await,
                    ('+', None) => Ok(String::new()),
                    ('=', None) => {
                        let value = Box::pin(self.joined(word, io)).await?;
                        self.set(name, value.clone());
                        Ok(value)
                    }
                    ('?', None) => {
                        let why = Box::pin(self.joined(word, io)).await?;
                        self.complain(io, &format!("{name}: {why}")).await;
                        Err(Leave::Exit(2))
                    }
                    (_, Some(value)) => Ok(value),
                    (_, None) => Ok(String::new()),
                }
            }
            Change::Cut(end, most, word) => {
                let pattern = Box::pin(self.pattern(word, io)).await?;
                let value: Vec<char> = value.unwrap_or_default().chars().collect();
                Ok(cut(&value, &pattern, *end, *most).iter().collect())
            }
        }
    }

    /// The output of commands, without line breaks at its end.
    async fn output(&mut self, script: &Script, io: &Io) -> Result<String, Leave> {
        let captured = Arc::new(Mutex::new(Vec::new()));
        let own = Io {
            stdout: Sink::Capture(captured.clone()),
            ..io.clone()
        };
        let mut shell = self.clone();
        let code = code_of(shell.script(script, own).await);
        self.note_substitution(code);
        let text = decode(&lock(&captured));
        Ok(text.trim_end_matches('\n').replace('\0', ""))
    }

    /// The paths that fit a pattern, sorted.
    fn glob(&self, pattern: &[Char]) -> Vec<String> {
        let tree = self.machine.tree();
        let absolute = pattern.first().is_some_and(|(one, _)| *one == '/');
        // What was found so far: the path as the pattern spells it.
        let mut found = vec![if absolute {
            "/".to_owned()
        } else {
            String::new()
        }];
        let parts: Vec<&[Char]> = pattern
            .split(|(one, _)| *one == '/')
            .filter(|part| !part.is_empty())
            .collect();
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let mut next = Vec::new();
            for base in &found {
                let literal: String = part.iter().map(|(one, _)| *one).collect();
                let spelled = |name: &str| {
                    if base.is_empty() {
                        name.to_owned()
                    } else {
                        join(base, name)
                    }
                };
                if !is_pattern(part) {
                    let path = spelled(&literal);
                    let there = tree
                        .resolve(&self.cwd, &path, false)
                        .is_ok_and(|path| tree.get(&path).is_some());
                    next.extend(there.then_some(path));
                    continue;
                }
                let folder = if base.is_empty() { "." } else { base };
                let Ok(folder) = tree.resolve(&self.cwd, folder, true) else {
                    continue;
                };
                for (name, entry) in tree.list(&folder) {
                    let hidden = name.starts_with('.') && !literal.starts_with('.');
                    let text: Vec<char> = name.chars().collect();
                    let fits = !hidden && matches(part, &text);
                    let passable = last || matches!(entry.node, Node::Dir | Node::Link(_));
                    next.extend((fits && passable).then(|| spelled(&name)));
                }
                if next.len() > MAX_FIELDS {
                    return Vec::new();
                }
            }
            found = next;
        }
        found
    }
}

/// Cuts what fits a pattern from the beginning or the end of a text.
fn cut<'a>(value: &'a [char], pattern: &[Char], end: bool, most: bool) -> &'a [char] {
    let piece = |length: usize| {
        if end {
            value.get(value.len() - length..)
        } else {
            value.get(..length)
        }
        .unwrap_or_default()
    };
    let fits = |length: &usize| matches(pattern, piece(*length));
    let length = if most {
        (0..=value.len()).rev().find(fits)
    } else {
        (0..=value.len()).find(fits)
    };
    let length = length.unwrap_or_default();
    if end {
        value.get(..value.len() - length)
    } else {
        value.get(length..)
    }
    .unwrap_or_default()
}
