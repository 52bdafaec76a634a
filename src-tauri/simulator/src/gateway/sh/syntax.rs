//! The grammar of the toy `sh`: the part of POSIX that one-line scripts use. Here-documents are not part of it.

use std::sync::Arc;

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
