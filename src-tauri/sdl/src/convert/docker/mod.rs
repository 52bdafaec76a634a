//! `docker run …`, `podman run …` and the like.
//!
//! Each line becomes what a compose file would say, and is then read as that: one rule for both.

mod flags;
mod run;
mod shell;

use self::run::{Run, cluster, flag_words};
use super::interpolate::{Interpolation, MOST_BYTES, Vars, dotenv};
use super::notes::Losses;
use super::plan::Plan;
use super::types::{ConvertError, Kind, Options};
use super::value::{Text, Value};
use super::{compose, image, known, names};

/// Programs that take the same flags.
const PROGRAMS: [&str; 4] = ["docker", "podman", "nerdctl", "docker.exe"];
/// Flags of the program itself that have a value.
const GLOBAL: [&str; 10] = [
    "--context",
    "-c",
    "--config",
    "-H",
    "--host",
    "--log-level",
    "-l",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
];
/// Bytes of a variable that the lines set.
const MOST_VALUE: usize = 64 * 1024;
/// Most lines that start a container.
const MOST: usize = 60;

/// A command without what stands before the program, and the variables that are set there.
struct Line<'w> {
    words: &'w [String],
    assigned: Vec<(&'w str, &'w str)>,
}

fn line(words: &[String]) -> Line<'_> {
    let mut assigned = Vec::new();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "sudo" | "doas" | "exec" | "time" | "nohup" | "export" | "set" | "env" => {
                rest = after;
                if first == "sudo" {
                    while rest.first().is_some_and(|word| word.starts_with('-')) {
                        rest = rest.get(1..).unwrap_or_default();
                    }
                }
            }
            word => match word.split_once('=') {
                Some((name, value))
                    if !name.is_empty()
                        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
                {
                    assigned.push((name, value));
                    rest = after;
                }
                _ => break,
            },
        }
    }
    Line {
        words: rest,
        assigned,
    }
}

/// What a line asks the program to do.
enum Does<'w> {
    Run(&'w [String]),
    Build,
    Else,
}

fn does(words: &[String]) -> Option<Does<'_>> {
    let (program, mut rest) = words.split_first()?;
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
    if !PROGRAMS.contains(&program) {
        return None;
    }
    while let Some(word) = rest.first().filter(|word| word.starts_with('-')) {
        let skip = if GLOBAL.contains(&word.as_str()) {
            2
        } else {
            1
        };
        rest = rest.get(skip..).unwrap_or_default();
    }
    let (verb, after) = rest.split_first()?;
    Some(match verb.as_str() {
        "run" | "create" => Does::Run(after),
        "build" | "buildx" => Does::Build,
        "container" => match after.split_first() {
            Some((verb, after)) if verb == "run" || verb == "create" => Does::Run(after),
            _ => Does::Else,
        },
        _ => Does::Else,
    })
}

/// Whether a text has a line that starts a container.
pub(super) fn is_run(text: &str) -> bool {
    PROGRAMS.iter().any(|program| text.contains(program))
        && shell::commands(text)
            .iter()
            .any(|words| matches!(does(line(words).words), Some(Does::Run(_))))
}

/// Reads the lines.
///
/// # Errors
/// There is no such line, or one has no image.
pub(super) fn plan(text: &str, env: Option<&str>, options: &Options) -> Result<Plan, ConvertError> {
    if text.len() > crate::yaml::Limits::TEXT {
        return Err(ConvertError::TooLarge);
    }
    let mut vars = env.map(dotenv).unwrap_or_default();
    let mut plan = Plan::new(Kind::DockerRun);
    let (mut runs, mut bytes) = (0_usize, 0_usize);
    for words in shell::commands(text) {
        let line = line(&words);
        for (name, value) in &line.assigned {
            let value = Interpolation::new(&vars).text(value);
            if value.unset.is_empty() && value.text.len() <= MOST_VALUE {
                vars.insert((*name).to_owned(), value.text);
            }
        }
        match does(line.words) {
            Some(Does::Run(words)) => {
                runs += 1;
                if runs > MOST {
                    return Err(ConvertError::TooMuch(format!(
                        "it has more than {MOST} lines that start a container."
                    )));
                }
                run(words, &vars, options, &mut plan, &mut bytes)?;
            }
            Some(Does::Build) => plan.losses.matters(
                None,
                line.words.join(" "),
                "A provider can't build an image: it must be published in a registry first.",
                "Build the image, publish it (`docker push`), and write its name under `image`.",
            ),
            Some(Does::Else) | None => {}
        }
    }
    if runs == 0 {
        return Err(ConvertError::Invalid(
            "There is no `docker run` line in it.".to_owned(),
        ));
    }
    if plan.services.is_empty() {
        return Err(plan.nothing("Nothing in these lines can run on Akash."));
    }
    Ok(plan)
}

fn run(
    words: &[String],
    vars: &Vars,
    options: &Options,
    plan: &mut Plan,
    bytes: &mut usize,
) -> Result<(), ConvertError> {
    let interpolation = Interpolation::new(vars);
    let mut run = Run::default();
    let mut read = Vec::with_capacity(words.len());
    for word in words {
        let word = interpolation.text(word);
        *bytes = bytes.saturating_add(word.text.len());
        if *bytes > MOST_BYTES {
            return Err(ConvertError::TooLarge);
        }
        read.push(word);
    }
    let mut rest = read.into_iter().peekable();
    let mut image = None;
    while let Some(word) = rest.next() {
        let text = word.text.as_str();
        if text == "--" {
            image = rest.next();
            break;
        }
        if let Some(flag) = text.strip_prefix("--") {
            let (name, given) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (flag, None),
            };
            match flags::long(name) {
                Some((to, true)) => {
                    let value = match given {
                        Some(text) => Text {
                            text,
                            ..word.clone()
                        },
                        None => rest.next().unwrap_or_default(),
                    };
                    run.flag(name, to, value, &mut plan.losses);
                }
                Some((to, false)) => {
                    let text = given.unwrap_or_else(|| "true".to_owned());
                    if text != "false" {
                        run.flag(
                            name,
                            to,
                            Text {
                                text,
                                ..Text::default()
                            },
                            &mut plan.losses,
                        );
                    }
                }
                None => {
                    let value = is_value(&mut rest);
                    let value = given.unwrap_or_else(|| {
                        if value {
                            rest.next().unwrap_or_default().text
                        } else {
                            String::new()
                        }
                    });
                    plan.losses.matters(
                        None,
                        format!("--{name} {value}").trim(),
                        "Aloft does not know this flag.",
                        "Check whether the program works without it.",
                    );
                }
            }
            continue;
        }
        if text.len() > 1 && text.starts_with('-') {
            cluster(&word, &mut rest, &mut run, &mut plan.losses);
            continue;
        }
        image = Some(word);
        break;
    }
    let Some(image) =
        image.filter(|image| !image.text.trim().is_empty() || !image.unset.is_empty())
    else {
        return Err(ConvertError::Invalid(
            "The line names no image: `docker run [flags] IMAGE [command]`.".to_owned(),
        ));
    };
    let command: Vec<Value> = rest.map(Value::Text).collect();
    let text = image
        .text
        .strip_prefix("docker://")
        .unwrap_or(&image.text)
        .to_owned();
    let key = run.name.take().unwrap_or_else(|| {
        let last = known::repository(&text)
            .rsplit('/')
            .next()
            .unwrap_or_default();
        names::valid(last, "app")
    });
    run.map.put("image", Value::Text(Text { text, ..image }));
    if !command.is_empty() {
        run.map.put("command", Value::List(command));
    }
    // Containers on the common bridge don't know each other's names.
    if run.networks.is_empty() {
        run.networks.push(format!("of {key}"));
    }
    let networks = run.networks.iter().map(Value::from_text).collect();
    run.map.put("networks", Value::List(networks));
    let mut losses = Losses::default();
    let service = compose::service(&key, &run.map, vars, options, &mut losses);
    plan.losses.worded(losses, flag_words);
    if let Some(mut service) = service {
        service.worded(flag_words);
        service.aliases.append(&mut run.aliases);
        if run.publish_all && service.ports.is_empty() {
            image::know_ports(&mut service);
        }
        plan.services.push(service);
    }
    Ok(())
}

/// Whether the next word is the value of a flag that nobody knows: one that can't be an image, or that stands before `--`
/// or before what looks more like one.
fn is_value<I: Iterator<Item = Text> + Clone>(rest: &mut std::iter::Peekable<I>) -> bool {
    let mut ahead = rest.clone();
    let (Some(next), after) = (ahead.next(), ahead.next()) else {
        return false;
    };
    if next.text.starts_with('-') {
        return false;
    }
    let is_bare = !next.text.contains(['/', ':']);
    let is_better = after.is_some_and(|after| {
        after.text == "--" || after.text.contains(['/', ':']) && image::is_reference(&after.text)
    });
    !image::is_reference(&next.text) || is_bare && is_better
}
