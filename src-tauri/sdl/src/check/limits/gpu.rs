//! GPUs that the chain refuses, or that no provider can match.

use std::collections::HashSet;

use super::GPUS;
use crate::check::Checker;
use crate::check::spot::shown;
use crate::draft::Draft;
use crate::model::Gpu;

impl Checker<'_> {
    pub(super) fn gpu_limits(&mut self, gpu: &Gpu) {
        let units = gpu.units.as_ref().filter(|units| {
            units
                .quantity
                .as_ref()
                .is_some_and(|quantity| quantity.exact.starts_with('-'))
                || units.value() > GPUS
        });
        if let Some(units) = units {
            self.limit(
                units,
                format!(
                    "the chain takes at most {GPUS} GPUs for one replica, not `{}`",
                    shown(&units.text.value)
                ),
                "ask for fewer in one replica, and for more replicas (`count`)".to_owned(),
            );
        }
        let Some(attributes) = &gpu.attributes else {
            return;
        };
        for (vendor, models) in &attributes.vendors {
            let Some(models) = models else { continue };
            if models.is_empty() {
                let draft = Draft::warning(
                    "no-gpu-models",
                    attributes.at,
                    format!(
                        "the list of `{vendor}` models is empty, so that no demand is made at all"
                    ),
                );
                self.report(draft.hint(format!("name models (`- model: a100`), or write `{vendor}:` with nothing behind it for any")));
            }
            let mut keys = HashSet::new();
            for wish in models {
                let Some(model) = &wish.model else {
                    let draft = Draft::warning(
                        "gpu-without-model",
                        wish.at,
                        "a GPU without `model` is asked for as the model `undefined`, which no provider has",
                    );
                    self.report(draft.hint(
                        "write `model: a100`, or `nvidia:` with nothing behind it for any model",
                    ));
                    continue;
                };
                if !keys.insert((model, &wish.ram, &wish.interface)) {
                    let draft = Draft::warning(
                        "duplicate-gpu-model",
                        wish.at,
                        format!(
                            "the model `{}` is listed twice, and the chain refuses that",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint("delete one of the two"));
                }
                if !is_attribute_key(model) {
                    let draft = Draft::warning(
                        "odd-gpu-model",
                        wish.at,
                        format!(
                            "`{}` can't be the name of a GPU model on the chain",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint("write it as providers do: small letters and digits, e.g. `rtx4090`, `h100`, `a100`"));
                } else if model.chars().any(|c| c.is_ascii_uppercase()) {
                    let right = model.to_ascii_lowercase();
                    let draft = Draft::warning(
                        "odd-gpu-model",
                        wish.at,
                        format!(
                            "providers write GPU models in small letters, so none may match `{}`",
                            shown(model)
                        ),
                    );
                    self.report(draft.hint(format!("write `model: {right}`")));
                }
            }
        }
    }
}

/// What may stand in an attribute's key: `[a-zA-Z][\w/.\-]{1,126}[\w*]?`, of which a model is a part.
fn is_attribute_key(part: &str) -> bool {
    !part.is_empty()
        && part.len() < 100
        && part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | '*'))
}
