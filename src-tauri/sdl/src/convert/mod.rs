//! Makes an SDL of what people have: a compose file, a `docker run` line, Kubernetes objects, or the name of an image.
//!
//! Nothing is fetched and nothing is read from disk: a file that another one names is used where it is given, and named as
//! lost where it is not. Every guess has a comment in the SDL, and every result passes [`check`](crate::check) without
//! errors.

mod compose;
mod docker;
mod emit;
mod hints;
mod hosts;
mod image;
mod inside;
mod interpolate;
mod known;
mod known_table;
mod kube;
mod merge;
mod names;
mod notes;
mod plan;
mod ports;
mod recognise;
mod settle;
mod sizes;
mod syntax;
mod types;
mod value;
mod volumes;

pub use recognise::recognise;
pub use types::{
    Asked, Certainty, Conversion, ConvertError, Decision, Kind, Lost, Options, Question, Source,
};

use self::plan::Plan;

/// Converts what is recognised.
///
/// `files` are compose files, later ones over earlier ones, or one text of another kind. `env` is the text of the `.env`
/// file beside them.
///
/// ```
/// use akash_sdl::convert::{Options, Source, convert};
/// let file = Source { name: "compose.yaml".into(), text: "services:\n  web:\n    image: nginx:1.27\n    ports: [\"8080:80\"]\n".into() };
/// let made = convert(&[file], None, &Options::default()).unwrap();
/// assert!(akash_sdl::check(&made.sdl).sdl.is_some());
/// assert!(made.sdl.contains("port: 80"));
/// ```
///
/// # Errors
/// See [`ConvertError`]. An SDL is [`ConvertError::AlreadySdl`].
pub fn convert(
    files: &[Source],
    env: Option<&str>,
    options: &Options,
) -> Result<Conversion, ConvertError> {
    let Some(first) = files.first() else {
        return Err(ConvertError::Unknown);
    };
    match recognise(&first.text) {
        Kind::Compose => compose(files, env, options),
        Kind::DockerRun => docker_run(&first.text, env, options),
        Kind::Image => image(&first.text),
        Kind::Kubernetes => kubernetes(&first.text),
        Kind::Sdl => Err(ConvertError::AlreadySdl),
        Kind::Unknown => Err(unknown(first)),
    }
}

/// Why a text is of no kind: it may be too large, or YAML that can't be read.
fn unknown(source: &Source) -> ConvertError {
    match value::load(&source.name, &source.text) {
        Err(ConvertError::TooLarge) => ConvertError::TooLarge,
        _ => ConvertError::Unknown,
    }
}

/// Converts compose files, later ones over earlier ones by the rules of the Compose Specification.
///
/// # Errors
/// A file can't be read, no service can run on Akash, or there is too much of it.
pub fn compose(
    files: &[Source],
    env: Option<&str>,
    options: &Options,
) -> Result<Conversion, ConvertError> {
    settle(compose::plan(files, env, options)?)
}

/// Converts one or more `docker run` lines, or the same for Podman. `env` gives values to variables of the shell.
///
/// # Errors
/// There is no such line in it, or no image in the line.
pub fn docker_run(
    text: &str,
    env: Option<&str>,
    options: &Options,
) -> Result<Conversion, ConvertError> {
    settle(docker::plan(text, env, options)?)
}

/// Makes an SDL for an image, by its name or the address of its page in a registry. No registry is asked.
///
/// # Errors
/// The text is no name of an image.
pub fn image(name: &str) -> Result<Conversion, ConvertError> {
    let name = image::reference(name).ok_or_else(|| {
        ConvertError::Invalid(
            "This is no name of a container image, and no page of one that Aloft knows.".to_owned(),
        )
    })?;
    settle(image::plan(name))
}

/// Converts Kubernetes objects: Deployments and what is like them, with their Services, ConfigMaps and so on.
///
/// # Errors
/// The text can't be read, or nothing in it runs containers.
pub fn kubernetes(text: &str) -> Result<Conversion, ConvertError> {
    settle(kube::plan(text)?)
}

fn settle(plan: Plan) -> Result<Conversion, ConvertError> {
    settle::settle(plan)
}
