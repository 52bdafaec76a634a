//! What a conversion gives back.

use serde::Serialize;

/// What a text is.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An Akash SDL, complete or not: it needs a check, not a conversion.
    Sdl,
    /// A compose file, of version 2, version 3 or the Compose Specification.
    Compose,
    /// One or more `docker run` lines, or the same for Podman.
    DockerRun,
    /// The name of a container image, or the address of its page in a registry.
    Image,
    /// Kubernetes objects.
    Kubernetes,
    /// None of these.
    Unknown,
}

/// How far a decision can be relied on.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The source says so.
    Sure,
    /// The source does not say so. The SDL has a comment there, and a person should look at it.
    Guess,
    /// It was carried over in part. The SDL has a comment there that says what is lost.
    Lost,
}

/// What a question asks for.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The size of a volume. The answer goes to [`Decision::path`] as text, e.g. `20Gi`.
    VolumeSize,
    /// Whether a port may be reached from the internet. The answer goes to [`Decision::path`] as yes or no.
    OpenPort,
    /// Which port a program listens on. The answer goes to [`Decision::path`] as a number.
    Port,
    /// The value of an environment variable. The answer goes to [`Decision::path`] as `NAME=value`.
    EnvValue,
    /// As [`Asked::EnvValue`], for a value that nobody should read: a password, a key, a token.
    Secret,
    /// The name of a container image. The answer goes to [`Decision::path`] as text.
    Image,
}

/// A question that only a person can answer.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What kind of answer is needed.
    pub asked: Asked,
    /// The name of the thing that is asked about: of a volume, a variable, a port (`80/tcp`) or a service.
    pub name: String,
    /// What stands in the SDL until somebody answers; empty where nothing does.
    pub suggestion: String,
    /// The variable of the source whose value is asked for. Questions with the same one have the same answer.
    pub variable: Option<String>,
}

/// One step from the source to the SDL.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the source says, or what it leaves open.
    pub from: String,
    /// What the SDL says instead.
    pub to: String,
    /// Why, as a sentence.
    pub why: String,
    /// How far it can be relied on.
    pub certainty: Certainty,
    /// The service in the SDL that it is about.
    pub service: Option<String>,
    /// Line in the SDL, 1-based.
    pub line: u32,
    /// JSON pointer of the value in the SDL, for [`edit::set`](crate::edit::set).
    pub path: String,
    /// Present where a person should answer or confirm.
    pub question: Option<Question>,
}

/// Something that the SDL does not say.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What the source says, e.g. `volumes: ./conf:/etc/nginx`.
    pub what: String,
    /// Why it can't be carried over, as a sentence.
    pub why: String,
    /// What to do instead, as a sentence.
    pub instead: String,
    /// The service of the source that it is about.
    pub service: Option<String>,
    /// Whether the program may behave differently without it. A label or a log driver does not matter; a missing
    /// configuration file does.
    pub matters: bool,
}

/// An SDL made of something else, and how it came about.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// What the source was.
    pub kind: Kind,
    /// The SDL. [`check`](crate::check) finds no errors in it.
    pub sdl: String,
    /// What was decided, in the order of the SDL.
    pub decisions: Vec<Decision>,
    /// What could not be carried over.
    pub lost: Vec<Lost>,
}

/// A file by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name, relative to the folder of the first file, e.g. `compose.yaml` or `env/web.env`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What a conversion may use beside the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Profiles of the compose file whose services are wanted. Services of other profiles are left out.
    pub profiles: Vec<String>,
    /// Files that the compose files name: `env_file`, the files of secrets and configs, `extends`, `include`.
    pub beside: Vec<Source>,
}

/// Why nothing was made.
#[derive(thiserror::Error, Clone, Debug, PartialEq, Eq)]
pub enum ConvertError {
    /// The text is none of what can be converted.
    #[error(
        "This is no compose file, `docker run` line, Kubernetes object or image name that Aloft knows."
    )]
    Unknown,
    /// The text is an SDL already.
    #[error("This is an SDL already. Check it instead of converting it.")]
    AlreadySdl,
    /// The text can't be read.
    #[error("{name}, line {line}: {message}")]
    Unreadable {
        /// Which file.
        name: String,
        /// Line in it, 1-based.
        line: u32,
        /// What is wrong, as a sentence.
        message: String,
    },
    /// The text is larger than what Aloft reads.
    #[error("The text is too large: Aloft reads 512 KiB at the most.")]
    TooLarge,
    /// Something that the source requires is not as it must be.
    #[error("{0}")]
    Invalid(String),
    /// Nothing in the source can run on Akash.
    #[error("{why}")]
    NothingToRun {
        /// Why, as a sentence.
        why: String,
        /// What was in the source.
        lost: Vec<Lost>,
    },
    /// The source asks for more than a deployment can hold.
    #[error("A deployment can't hold this: {0}")]
    TooMuch(String),
}
