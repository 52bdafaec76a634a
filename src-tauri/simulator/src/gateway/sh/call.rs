//! A running command: its arguments, its options, its input and output.

use super::{
    io::Stop,
    run::{Io, Shell},
};
use crate::gateway::{inode::Errno, text::encode, tree::file_name};

/// A running command.
pub(crate) struct Call<'a> {
    /// The shell that runs it.
    pub(crate) shell: &'a mut Shell,
    /// Its name and its arguments.
    pub(crate) arguments: Vec<String>,
    /// What it reads and writes.
    pub(crate) io: Io,
}

/// An exit code, or why it could not go on.
pub(crate) type Done = Result<i32, Stop>;

impl Call<'_> {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.arguments.first().map_or("sh", String::as_str)
    }

    /// Its arguments without the name.
    pub(crate) fn rest(&self) -> &[String] {
        self.arguments.get(1..).unwrap_or_default()
    }

    /// Writes text to standard output.
    pub(crate) async fn print(&self, text: &str) -> Result<(), Stop> {
        self.io.stdout.write(encode(text)).await
    }

    /// Says what went wrong.
    pub(crate) async fn complain(&self, what: &str) -> Result<(), Stop> {
        let text = format!("{}: {what}\n", file_name(self.name()));
        self.io.stderr.write(encode(&text)).await
    }

    /// Says what went wrong with a file, and gives the exit code 1.
    pub(crate) async fn failed(&self, path: &str, error: Errno) -> Done {
        self.complain(&format!("{path}: {error}")).await?;
        Ok(1)
    }

    /// Divides the arguments into options of one letter and the rest. Letters in `with_value` take a value. `None` if there
    /// is an option that is not in `known`; that was said then.
    pub(crate) async fn options(
        &self,
        known: &str,
        with_value: &str,
    ) -> Result<Option<Options>, Stop> {
        let mut options = Options::default();
        let mut arguments = self.rest().iter();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                options.operands.extend(arguments.cloned());
                break;
            }
            let letters = argument
                .strip_prefix('-')
                .filter(|letters| !letters.is_empty());
            let Some(letters) = letters else {
                options.operands.push(argument.clone());
                continue;
            };
            if let Some(long) = letters.strip_prefix('-') {
                options.long.push(long.to_owned());
                continue;
            }
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                if with_value.contains(letter) {
                    let attached: String = letters.by_ref().collect();
                    let value = if attached.is_empty() {
                        arguments.next().cloned().unwrap_or_default()
                    } else {
                        attached
                    };
                    options.values.push((letter, value));
                } else if known.contains(letter) {
                    options.letters.push(letter);
                } else {
                    self.complain(&format!("unrecognized option: {letter}"))
                        .await?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(options))
    }
}

/// The options of a command.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Options of one letter.
    pub(crate) letters: String,
    /// Options with a value.
    pub(crate) values: Vec<(char, String)>,
    /// Options of several letters, without the dashes.
    pub(crate) long: Vec<String>,
    /// The other arguments.
    pub(crate) operands: Vec<String>,
}

impl Options {
    /// Whether an option was given.
    pub(crate) fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    /// The last value of an option.
    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(own, _)| *own == letter)
            .map(|(_, value)| value.as_str())
    }
}
