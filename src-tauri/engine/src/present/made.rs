//! How a draft was made of something else, in words. What `akash_sdl` says of each step is shown as it is, like its findings.

use akash_sdl::{
    convert::{Asked, Certainty, Decision, Kind, Question},
    edit::Found,
};
use serde_json::Value;

use crate::{
    state::draft,
    view::{Made, MadeField, MadeGuess, MadeLost, MadeQuestion},
};

/// How a draft was made.
pub(super) fn made(made: &draft::Made) -> Made {
    let steps = || made.conversion.decisions.iter().zip(made.found.iter());
    let questions = steps()
        .enumerate()
        .filter_map(|(index, (decision, found))| question(index, decision, found.as_ref()?))
        .collect();
    let guesses = steps()
        .filter(|(decision, _)| decision.question.is_none())
        .filter(|(decision, _)| decision.certainty != Certainty::Sure)
        .map(|(decision, found)| MadeGuess {
            service: decision.service.clone(),
            to: decision.to.clone(),
            why: decision.why.clone(),
            part: decision.certainty == Certainty::Lost,
            line: found.as_ref().map(|found| found.line),
        })
        .collect();
    let mut lost: Vec<MadeLost> = made
        .conversion
        .lost
        .iter()
        .map(|lost| MadeLost {
            what: lost.what.clone(),
            why: lost.why.clone(),
            instead: lost.instead.clone(),
            matters: lost.matters,
        })
        .collect();
    lost.sort_by_key(|lost| !lost.matters);
    Made {
        of: of(made.conversion.kind).to_owned(),
        questions,
        guesses,
        lost,
    }
}

const fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Compose => "a compose file",
        Kind::DockerRun => "a docker run command",
        Kind::Image => "the name of an image",
        Kind::Kubernetes => "Kubernetes objects",
        Kind::Sdl | Kind::Unknown => "a text",
    }
}

fn question(index: usize, decision: &Decision, found: &Found) -> Option<MadeQuestion> {
    let question = decision.question.as_ref()?;
    let value = match (&found.value, question.asked) {
        // Another variable stands there now.
        (Value::String(text), Asked::EnvValue | Asked::Secret) => text
            .strip_prefix(&question.name)?
            .strip_prefix('=')?
            .to_owned(),
        (Value::String(text), _) => text.clone(),
        (Value::Bool(yes), Asked::OpenPort) => yes.to_string(),
        (Value::Number(number), _) => number.to_string(),
        _ => return None,
    };
    let needed = match question.asked {
        Asked::Image => value == question.suggestion,
        Asked::EnvValue | Asked::Secret => value.is_empty(),
        Asked::VolumeSize | Asked::OpenPort | Asked::Port => false,
    };
    Some(MadeQuestion {
        index: u32::try_from(index).ok()?,
        label: label(question, decision.service.as_deref()),
        why: decision.why.clone(),
        field: match question.asked {
            Asked::OpenPort => MadeField::YesNo,
            Asked::Port => MadeField::Number,
            Asked::Secret => MadeField::Secret,
            Asked::VolumeSize | Asked::EnvValue | Asked::Image => MadeField::Text,
        },
        value,
        needed,
        line: found.line,
    })
}

fn label(question: &Question, service: Option<&str>) -> String {
    let name = &question.name;
    let of = service.map(|service| format!(" of {service}"));
    let of = of.unwrap_or_default();
    match question.asked {
        Asked::VolumeSize => format!("Size of the volume “{name}”"),
        Asked::OpenPort => format!("Port {name}{of}: open to everyone on the internet"),
        Asked::Port => format!("The port that the program{of} listens on"),
        Asked::EnvValue | Asked::Secret => format!("{name}{of}"),
        Asked::Image => format!("Image of “{name}”"),
    }
}
