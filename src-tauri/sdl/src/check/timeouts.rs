//! `read_timeout` and `send_timeout`: what they may be depends on the Console.

use super::Checker;
use super::node_ref::{Expected, NodeRef, shown};
use crate::draft::Draft;
use crate::yaml::Kind;

/// The longest that Consoles of summer 2026 take (chain-sdk alpha.40), in milliseconds.
const SUMMER: f64 = 60_000.0;
/// The longest that newer ones take, in milliseconds.
const AUTUMN: f64 = 4_294_967_295.0;

impl Checker<'_> {
    /// A timeout in milliseconds: a whole number, for newer Consoles of any length and also a duration such as `120s`.
    pub(super) fn timeout(&mut self, node_ref: &NodeRef<'_>) -> Option<f64> {
        let duration = node_ref.node.str().and_then(milliseconds);
        if self.context.is_autumn() {
            return match duration {
                Some(ms) if ms <= AUTUMN => Some(ms),
                _ if node_ref.node.str().is_some() && duration.is_none() => {
                    let draft = self
                        .type_draft(node_ref, Expected::Whole)
                        .hint("write milliseconds, e.g. `60000`, or a duration, e.g. `60s` or `2m`")
                        .maybe_fix(None);
                    self.report(draft);
                    None
                }
                Some(_) => {
                    let written = shown(&node_ref.node.js_string());
                    let draft = Draft::error(
                        "out-of-range",
                        node_ref.value_span(self.text),
                        format!("{} can't be as long as `{written}`", node_ref.label()),
                    );
                    self.report(draft.at(&node_ref.path).hint("write e.g. `1h`"));
                    None
                }
                None => self.whole(node_ref, 0.0, AUTUMN),
            };
        }
        let ms = match (&node_ref.node.kind, duration) {
            (Kind::Num(ms), _) if *ms > SUMMER && ms.fract() == 0.0 && ms.is_finite() => *ms,
            (_, Some(ms)) => ms,
            _ => return self.whole(node_ref, 0.0, SUMMER),
        };
        let who = if self.context.edition.is_some() {
            "this Console takes"
        } else {
            "Consoles before September 2026 take"
        };
        let long = ms > SUMMER;
        let is_text = duration.is_some();
        let seconds = shown(&seconds(ms));
        let draft = match (is_text, long) {
            (false, _) => Draft::error(
                "out-of-range",
                node_ref.value_span(self.text),
                format!(
                    "{} is {seconds}, and {who} at most 60000 milliseconds (60 seconds)",
                    node_ref.label()
                ),
            )
            .official(node_ref.official_rule("must be at most 60000.")),
            (true, true) => self.type_draft(node_ref, Expected::Whole).worded(format!(
                "{} is {seconds}, and {who} at most 60 seconds, written as `60000` milliseconds",
                node_ref.label()
            )),
            (true, false) => self.type_draft(node_ref, Expected::Whole).worded(format!(
                "{} must be a whole number: {who} milliseconds only",
                node_ref.label()
            )),
        };
        let newer = if self.context.edition.is_some() {
            "newer Consoles take longer ones"
        } else {
            "newer ones take it as it is"
        };
        let hint = if long {
            format!("write `60000` at the most, if that is enough for your requests; {newer}")
        } else {
            format!("write it in milliseconds: `{ms}`")
        };
        let fix = (
            format!("Write `{ms}`"),
            vec![(node_ref.span, ms.to_string())],
        );
        let draft = draft.at(&node_ref.path).hint(hint);
        // A shorter timeout is not what the author meant, so there is no button for it.
        self.report(draft.maybe_fix((!long && node_ref.is_written()).then_some(fix)));
        None
    }
}

/// Milliseconds in `^[0-9]+(ms|s|m|h)?$`, as newer versions of the SDL take them; other fractions are read too.
fn milliseconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text.get(digits.len()..)? {
        "" | "ms" => 1.0,
        "s" => 1000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        _ => return None,
    };
    let whole =
        !digits.is_empty() && digits.len() < 12 && digits.bytes().all(|b| b.is_ascii_digit());
    whole
        .then(|| digits.parse::<f64>().ok())?
        .map(|number| number * factor)
}

/// Milliseconds in words: `500 seconds`.
fn seconds(ms: f64) -> String {
    format!("{} seconds", ms / 1000.0)
}
