//! What people have instead of an SDL: it becomes one.

use std::sync::Arc;

use akash_sdl::{
    convert::{self, Asked, ConvertError, Kind, Options, Question, Source},
    edit,
};
use serde_json::Value;

use super::shelf::Coming;
use crate::{
    journal::Given,
    record::{
        Problem, clean_name,
        problem::{Fault, FileProblem, Input, Refusal},
    },
    state::{core::Core, draft::Made},
};

/// The longest answer that is taken, characters.
const ANSWER: usize = 4_096;

fn sources(files: &[(String, String)]) -> Vec<Source> {
    let source = |(name, text): &(String, String)| Source {
        name: name.clone(),
        text: text.clone(),
    };
    files.iter().map(source).collect()
}

/// What stands in a text where decisions wrote something.
fn look(conversion: &convert::Conversion, text: &str) -> Vec<Option<edit::Found>> {
    let paths: Vec<&str> = conversion
        .decisions
        .iter()
        .map(|decision| decision.path.as_str())
        .collect();
    edit::look(text, &paths)
}

/// Makes an SDL of what was given. `None` for an SDL, and for what is nothing that can be converted: the check says what is wrong with it.
fn made_of(given: &Given) -> Result<Option<Made>, Problem> {
    let options = Options {
        profiles: Vec::new(),
        beside: sources(&given.beside),
    };
    match convert::convert(&sources(&given.files), given.env.as_deref(), &options) {
        Ok(conversion) => {
            let found = look(&conversion, &conversion.sdl);
            Ok(Some(Made {
                conversion: Arc::new(conversion),
                found: Arc::new(found),
            }))
        }
        Err(
            ConvertError::Unknown
            | ConvertError::AlreadySdl
            | ConvertError::Unreadable { .. }
            | ConvertError::TooLarge,
        ) => Ok(None),
        Err(error) => Err(FileProblem::NotConverted(error.to_string()).into()),
    }
}

/// The name of a deployment that was made: of the services in it.
fn name(made: &Made, otherwise: String) -> String {
    let checked = akash_sdl::check(&made.conversion.sdl);
    let Some(sdl) = checked.sdl else {
        return otherwise;
    };
    let services: Vec<String> = sdl
        .summary()
        .services
        .into_iter()
        .map(|service| service.name)
        .collect();
    match services.as_slice() {
        [] => otherwise,
        [one] => clean_name(one),
        [first, rest @ ..] if rest.len() < 3 => clean_name(&format!("{first}+{}", rest.join("+"))),
        [first, rest @ ..] => clean_name(&format!("{first}+{} more", rest.len())),
    }
}

impl Core {
    /// Puts on the check screen what was given, as an SDL. `coming` holds the text as it was given, for what is an SDL already.
    pub(super) async fn take_given(
        self: &Arc<Self>,
        coming: Coming,
        given: Given,
    ) -> Result<(), Problem> {
        let task = tokio::task::spawn_blocking(move || {
            let made = made_of(&given)?;
            Ok::<_, Problem>(made.map(|made| (given, made)))
        });
        let made = task.await.unwrap_or_else(|_| Err(Fault::Check.into()))?;
        let Some((given, made)) = made else {
            return self.take(coming).await;
        };
        let coming = Coming {
            text: made.conversion.sdl.clone(),
            name: name(&made, coming.name),
            made: Some((given, made)),
            ..coming
        };
        self.take(coming).await
    }

    /// Begins with an image, by its name or the address of its page.
    pub(crate) async fn start_image(self: &Arc<Self>, name: String) -> Result<(), Problem> {
        if convert::recognise(&name) != Kind::Image {
            return Err(Input::Image.into());
        }
        let given = Given::pasted(&name);
        let coming = Coming::only_here("image".into(), "Image".into(), name);
        self.take_given(coming, given).await
    }

    /// How a draft of an earlier run was made: what was given is kept, and gives the same again.
    pub(super) async fn made_again(&self, given: Option<Given>, text: String) -> Option<Made> {
        let given = given?;
        let made = tokio::task::spawn_blocking(move || {
            let made = made_of(&given).ok()??;
            let found = Arc::new(look(&made.conversion, &text));
            Some(Made { found, ..made })
        });
        made.await.ok().flatten()
    }

    /// The same after an edit.
    pub(super) async fn look_again(&self, made: Option<Made>, text: String) -> Option<Made> {
        let made = made?;
        let looked = tokio::task::spawn_blocking(move || {
            let found = Arc::new(look(&made.conversion, &text));
            Made { found, ..made }
        });
        looked.await.ok()
    }

    /// The change of the draft's text that answers a question about what was made; `index` is that of the decision.
    ///
    /// # Errors
    /// When the answer can't be used, or the text does not say any more what the question is about.
    pub(crate) fn answer_made(
        &self,
        id: u32,
        index: usize,
        answer: &str,
    ) -> Result<Vec<akash_sdl::TextEdit>, Problem> {
        let draft = self.state().draft.clone();
        let draft = draft.filter(|draft| draft.id == id);
        let draft = draft.ok_or(Refusal::DraftGone)?;
        let made = draft.made.as_ref().ok_or(Refusal::ChangeNotOffered)?;
        let decisions = &made.conversion.decisions;
        let asked = |index: usize| decisions.get(index)?.question.as_ref();
        let question = asked(index).ok_or(Refusal::ChangeNotOffered)?;
        let answer = answer.trim();
        if answer.chars().count() > ANSWER {
            return Err(Input::TextTooLarge.into());
        }
        let old = &draft.saved.text;
        let mut new = old.clone();
        for (at, decision) in decisions.iter().enumerate() {
            let Some(other) = asked(at) else { continue };
            // What comes from one variable has one answer.
            let same = other.variable.is_some() && other.variable == question.variable;
            if at == index || same {
                let value = written(other, answer)?;
                new = edit::set(&new, &decision.path, value)
                    .map_err(|_| Refusal::ChangeNotOffered)?;
            }
        }
        Ok(edit::difference(old, &new))
    }
}

/// An answer as it stands in the text.
fn written(question: &Question, answer: &str) -> Result<Value, Problem> {
    Ok(match question.asked {
        Asked::OpenPort => (answer == "true").into(),
        Asked::Port => match answer.parse::<u16>() {
            Ok(port) if port > 0 => port.into(),
            _ => return Err(Input::Port.into()),
        },
        Asked::EnvValue | Asked::Secret => format!("{}={answer}", question.name).into(),
        Asked::VolumeSize | Asked::Image if answer.is_empty() => {
            return Err(Input::Answer.into());
        }
        Asked::VolumeSize | Asked::Image => answer.into(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::record::problem::ProblemKind;

    #[test]
    fn an_sdl_and_what_cannot_be_read_stay_what_they_are() {
        for text in [
            "version: \"2.0\"\nservices: {}\nprofiles: {}\n",
            "a: [",
            "???",
            "",
        ] {
            assert!(made_of(&Given::pasted(text)).unwrap().is_none(), "{text}");
        }
    }

    #[test]
    fn what_has_nothing_to_run_says_so() {
        let given = Given::pasted("services:\n  a:\n    image: nginx\n    profiles: [dev]\n");
        let error = made_of(&given).map(|_| ()).unwrap_err();
        assert!(matches!(
            error.kind,
            ProblemKind::File(FileProblem::NotConverted(_))
        ));
    }

    #[test]
    fn a_deployment_is_called_after_its_services() {
        let name = |text: &str| {
            let made = made_of(&Given::pasted(text)).unwrap().unwrap();
            name(&made, "pasted".into())
        };
        assert_eq!(name("nginx:1.27"), "nginx");
        let two =
            "services:\n  db:\n    image: postgres:16\n  web:\n    image: nginx\n    ports: [80]\n";
        assert_eq!(name(two), "db+web");
    }
}
