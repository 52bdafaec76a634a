//! Files that come with the program.

use uuid::Uuid;

/// A file that comes with the program.
struct SampleFile {
    id: &'static str,
    text: &'static str,
}

const SAMPLES: [SampleFile; 4] = [
    SampleFile {
        id: "hello",
        text: include_str!("../samples/hello.yaml"),
    },
    SampleFile {
        id: "wordpress",
        text: include_str!("../samples/wordpress.yaml"),
    },
    SampleFile {
        id: "uptime",
        text: include_str!("../samples/uptime.yaml"),
    },
    SampleFile {
        id: "ollama",
        text: include_str!("../samples/ollama.yaml"),
    },
];

/// Name and text of a sample; passwords in it are made up anew each time.
pub(crate) fn sample(id: &str) -> Option<(&'static str, String)> {
    let found = SAMPLES.iter().find(|sample| sample.id == id)?;
    Some((
        found.id,
        found
            .text
            .replace("{password}", &Uuid::new_v4().simple().to_string()),
    ))
}

/// Passwords in a text that [`sample`] made up: they stand where a sample has one, in the form that it gives them.
pub(crate) fn made_secrets(text: &str) -> Vec<String> {
    let variables: Vec<&str> = SAMPLES
        .iter()
        .flat_map(|sample| sample.text.lines())
        .filter_map(|line| line.trim().strip_prefix("- ")?.strip_suffix("{password}"))
        .collect();
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "));
    let mut made: Vec<String> = lines
        .filter_map(|line| variables.iter().find_map(|name| line.strip_prefix(name)))
        .filter(|value| {
            let id = Uuid::try_parse(value);
            value.len() == 32 && id.is_ok_and(|id| id.get_version_num() == 4)
        })
        .map(str::to_owned)
        .collect();
    made.dedup();
    made
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn samples_are_sound() {
        for sample in SAMPLES {
            let (_, text) = sample_text(sample.id);
            let checked = akash_sdl::check(&text);
            assert!(
                checked
                    .findings
                    .iter()
                    .all(|f| f.severity == akash_sdl::Severity::Warning),
                "{}: {:?}",
                sample.id,
                checked.findings
            );
        }
    }

    #[test]
    fn a_sample_s_own_password_is_no_finding_and_another_one_is() {
        let (_, text) = sample_text("wordpress");
        let found = |text: &str| {
            let context = akash_sdl::Context {
                made_secrets: made_secrets(text),
                ..akash_sdl::Context::default()
            };
            let findings = akash_sdl::check_with(text, &context).findings;
            findings
                .iter()
                .filter(|f| f.code == "secret-in-env")
                .count()
        };
        assert_eq!(found(&text), 0);
        let [password] = &made_secrets(&text)[..] else {
            panic!("not one password in\n{text}")
        };
        assert_ne!(found(&text.replace(password, "my-own-password")), 0);
    }

    fn sample_text(id: &str) -> (&'static str, String) {
        sample(id).unwrap()
    }
}
