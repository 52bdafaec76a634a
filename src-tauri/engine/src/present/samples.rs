//! What the files that come with the program are called.

use crate::view::Sample;

/// Id, title and what one gets.
const SAMPLES: [(&str, &str, &str); 4] = [
    (
        "hello",
        "A hello page",
        "One small web page. The quickest way to see a deployment live.",
    ),
    (
        "wordpress",
        "WordPress",
        "A blog or web site with a database of its own, kept on volumes.",
    ),
    (
        "uptime",
        "Uptime Kuma",
        "Watches your web sites and tells you when one is down.",
    ),
    (
        "ollama",
        "Ollama, on a GPU",
        "Runs language models on one NVIDIA GPU, and answers over the web.",
    ),
];

/// All of them, in the order in which they are offered.
pub(crate) fn samples() -> Vec<Sample> {
    let sample = |(id, title, about): (&str, &str, &str)| Sample {
        id: id.into(),
        title: title.into(),
        about: about.into(),
    };
    SAMPLES.map(sample).into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_sample_is_a_file_that_comes_along() {
        for sample in super::samples() {
            assert!(
                crate::samples::sample(&sample.id).is_some(),
                "{}",
                sample.id
            );
        }
    }
}
