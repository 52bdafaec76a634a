//! Prices that the chain refuses, or that count for something else than they say.

use super::PRICE;
use crate::check::Checker;
use crate::check::spot::shown;
use crate::draft::Draft;
use crate::edit::escaped;
use crate::model::{Model, Placement, Price};

impl Checker<'_> {
    pub(super) fn placement_limits(&mut self, model: &Model, placement: &Placement) {
        let path = format!("/profiles/placement/{}", escaped(&placement.name));
        for (key, value) in &placement.attributes {
            if value.contains("[object Object]") {
                let draft = Draft::warning(
                    "odd-attribute",
                    key.span,
                    format!(
                        "the attribute `{}` must be text; this becomes `[object Object]`, which no provider declares",
                        shown(&key.value)
                    ),
                );
                self.report(
                    draft
                        .at(format!("{path}/attributes/{}", escaped(&key.value)))
                        .hint("write `name: value` on one line"),
                );
            }
        }
        for price in placement.pricing.iter().flatten() {
            let path = format!("{path}/pricing/{}", escaped(&price.profile.value));
            let used = model.compute(&price.profile.value).is_some();
            self.price_limits(price, &path, used);
        }
    }

    fn price_limits(&mut self, price: &Price, path: &str, used: bool) {
        match &price.denom {
            None => {
                let draft = Draft::warning(
                    "no-denom",
                    price.profile.span,
                    "`denom` is missing; the Console takes it for `uact`, other tools refuse the file",
                );
                self.report(draft.at(path).hint("add `denom: uact`"));
            }
            Some(denom) if denom.value != "uact" => {
                let name = if denom.value.starts_with("ibc/") {
                    "an IBC token".to_owned()
                } else {
                    format!("`{}`", shown(&denom.value))
                };
                let message = format!(
                    "the Console counts this price in `uact` (a millionth of a US dollar), not in {name}"
                );
                let draft =
                    Draft::warning("other-denom", denom.span, message).at(format!("{path}/denom"));
                let draft = draft.hint("write `denom: uact`, and check the amount: it is the most you pay per block of about six seconds");
                self.report(draft.fix("Write `uact`", vec![(denom.span, "uact".to_owned())]));
            }
            Some(_) => {}
        }
        let Some(amount) = price.amount.as_ref().filter(|_| used) else {
            return;
        };
        let fraction = amount
            .value
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let path = format!("{path}/amount");
        let draft = |code, message: String| Draft::warning(code, amount.span, message).at(&path);
        if amount.value.contains('e') {
            let draft = draft(
                "chain-limit",
                format!("the chain can't read the amount `{}`", shown(&amount.value)),
            );
            self.report(draft.hint("write it with digits only, at most 10000000"));
        } else if fraction > 18 {
            let draft = draft(
                "chain-limit",
                format!(
                    "the chain takes at most 18 digits behind the point, and this amount has {fraction}"
                ),
            );
            self.report(draft.hint("round it"));
        } else if price.decimal() > PRICE.into() {
            let draft = draft(
                "chain-limit",
                format!(
                    "the chain refuses more than {PRICE} per block, and `{}` is more",
                    shown(&amount.value)
                ),
            );
            self.report(draft.hint("this is the most you pay per block of about six seconds; 10000 is usual for small services, 1000000 for large GPUs"));
        } else if price.decimal().is_zero() {
            let draft = draft(
                "zero-price",
                "with an amount of 0 no provider will offer anything".to_owned(),
            );
            self.report(draft.hint(
                "write the most you are ready to pay per block of about six seconds, e.g. `10000`",
            ));
        }
    }
}
