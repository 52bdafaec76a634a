//! GPUs that the chain refuses, or that no provider can match.

use std::collections::HashSet;

use super::{GPUS, refused};
use crate::check::node_ref::shown;
use crate::check::{Checker, gpu_names};
use crate::draft::Draft;
use crate::model::{Gpu, Name};

impl Checker<'_> {
    pub(super) fn gpu_limits(&mut self, gpu: &Gpu, used: bool) {
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
                used,
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
            if models.is_empty() && !attributes.models_broken {
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
                let (ram, interface) = (
                    wish.ram.as_ref().map(|ram| &ram.text.value),
                    &wish.interface,
                );
                if !keys.insert((&model.text.value, ram, interface)) {
                    let draft = refused(
                        used,
                        "duplicate-gpu-model",
                        wish.at,
                        format!(
                            "the model `{}` is listed twice, and the chain refuses that",
                            shown(&model.text.value)
                        ),
                    );
                    self.report(draft.hint("delete one of the two"));
                }
                self.gpu_model_limits(model, used);
                if let Some(ram) = &wish.ram {
                    self.gpu_ram_limits(ram, used);
                }
            }
        }
    }

    fn gpu_model_limits(&mut self, model: &Name, used: bool) {
        let (written, span) = (shown(&model.text.value), model.text.span);
        let draft = if !is_attribute_key(&model.text.value) {
            let message = format!("`{written}` can't be the name of a GPU model on the chain");
            refused(used, "odd-gpu-model", span, message)
        } else if model.meant.is_some()
            || gpu_names::is_number(&model.text.value)
                && !self.context.gpu_models.contains(&model.text.value)
        {
            let message = format!("no provider names a GPU `{written}`, so none would bid");
            Draft::warning("odd-gpu-model", span, message)
        } else {
            return;
        };
        let hint = match &model.meant {
            Some(meant) => format!("write the name that providers give it: `{}`", shown(meant)),
            None => {
                "write the whole name as providers do: small letters and digits, e.g. `rtx4090`, `h100`, `a100`"
                    .to_owned()
            }
        };
        self.report(
            draft
                .at(&model.path)
                .hint(hint)
                .maybe_fix(model.fix.clone()),
        );
    }

    fn gpu_ram_limits(&mut self, ram: &Name, used: bool) {
        let (written, span) = (shown(&ram.text.value), ram.text.span);
        let draft = if ram.text.value.is_empty() || gpu_names::is_ram(&ram.text.value) {
            return;
        } else if !is_attribute_key(&ram.text.value) {
            let message = format!("`{written}` can't be the memory of a GPU on the chain");
            refused(used, "odd-gpu-ram", span, message)
        } else {
            let message = format!(
                "providers can't read `{written}` as the memory of a GPU, so none would bid"
            );
            Draft::warning("odd-gpu-ram", span, message)
        };
        let hint = match &ram.meant {
            Some(meant) => format!("write `{meant}`"),
            None => "write it with `Gi`, e.g. `24Gi`, or delete the line".to_owned(),
        };
        self.report(draft.at(&ram.path).hint(hint).maybe_fix(ram.fix.clone()));
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
