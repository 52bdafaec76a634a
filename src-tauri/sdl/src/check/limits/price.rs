//! Prices that the chain refuses, or that count for something else than they say.

use std::collections::HashSet;

use rust_decimal::{Decimal, RoundingStrategy};

use super::PRICE;
use crate::check::Checker;
use crate::check::node_ref::shown;
use crate::context::Edition;
use crate::draft::Draft;
use crate::edit::{self, escaped};
use crate::model::{Model, Placement, Price, Text};

/// A price with the words that tell it from the file's other ones.
struct Stated<'m> {
    price: &'m Price,
    path: String,
    /// " of `web` in the placement `west`", or nothing where the file has one price.
    of: String,
    /// Whether a service uses it.
    used: bool,
}

impl Checker<'_> {
    /// Checks the attributes and prices of a placement. `used` are the placements and profiles of all that runs; a price is
    /// named where the file has `several`.
    pub(super) fn placement_limits(
        &mut self,
        model: &Model,
        placement: &Placement,
        used: &HashSet<(&str, &str)>,
        several: bool,
    ) {
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
        let prices = placement.pricing.iter().flatten();
        for price in prices {
            let profile = &price.profile.value;
            let of = format!(
                " of `{}` in the placement `{}`",
                shown(profile),
                shown(&placement.name)
            );
            let stated = Stated {
                price,
                path: format!("{path}/pricing/{}", escaped(profile)),
                of: if several { of } else { String::new() },
                used: used.contains(&(placement.name.as_str(), profile.as_str()))
                    && model.compute(profile).is_some(),
            };
            self.denom(&stated);
            if model.compute(profile).is_some() {
                self.price_limits(&stated);
            }
        }
    }

    fn denom(&mut self, stated: &Stated<'_>) {
        let (path, of) = (&stated.path, &stated.of);
        let Some(denom) = &stated.price.denom else {
            let draft = Draft::warning(
                "no-denom",
                stated.price.profile.span,
                format!(
                    "the price{of} has no `denom`; the Console takes it for `uact`, other tools refuse the file"
                ),
            );
            let place = format!("{path}/denom");
            let fix = self.rewritten(|text| edit::set(text, &place, "uact"));
            let fix = fix.map(|edits| ("Add `denom: uact`".to_owned(), edits));
            self.report(draft.at(path).hint("add `denom: uact`").maybe_fix(fix));
            return;
        };
        if denom.value == "uact" {
            return;
        }
        let draft = match denom.value.trim().to_ascii_lowercase().as_str() {
            "uakt" => self.uakt(stated, denom),
            // A millionth of a dollar as well, so that the amount stays.
            same if same == "uact" || same == "uusdc" || same.starts_with("ibc/") => {
                let name = if same.starts_with("ibc/") {
                    "an IBC token".to_owned()
                } else {
                    format!("`{}`", shown(&denom.value))
                };
                Draft::warning(
                    "other-denom",
                    denom.span,
                    format!(
                        "the Console counts the price{of} in `uact` (a millionth of a US dollar), not in {name}"
                    ),
                )
                .hint("write `denom: uact`")
                .fix("Write `uact`", vec![(denom.span, "uact".to_owned())])
            }
            _ => Draft::warning(
                "other-denom",
                denom.span,
                format!(
                    "the Console counts the price{of} in `uact` (a millionth of a US dollar), not in `{}`",
                    shown(&denom.value)
                ),
            )
            .hint("write `denom: uact`, and as `amount` how many of them you pay at most per block of about six seconds; 10000 is usual for small services"),
        };
        self.report(draft.at(format!("{path}/denom")));
    }

    /// A price in `uakt`: newer Consoles convert it, older ones keep the number.
    fn uakt(&self, stated: &Stated<'_>, denom: &Text) -> Draft {
        let of = &stated.of;
        let amount = stated.price.decimal();
        let number = stated
            .price
            .amount
            .as_ref()
            .filter(|_| amount < Decimal::MAX)
            .map(|amount| shown(&amount.value));
        let month = |uact: Decimal| {
            let month = self.context.usd_per_month(uact)?;
            Some(format!(
                "at most {} a month for each replica",
                dollars(month)?
            ))
        };
        let converted = number
            .as_ref()
            .and_then(|_| self.context.uact_for_uakt(amount));
        let kept = number.as_ref().and_then(|_| month(amount));
        let rate = self
            .context
            .akt_usd
            .map(|rate| format!("${}", rate.round_dp(4).normalize()))
            .unwrap_or_default();
        let right = converted.and_then(|uact| {
            let number = number.as_ref()?;
            let month = month(uact)?;
            Some(format!(
                "at {rate} for one AKT, {number} `uakt` are {uact} `uact`, {month}"
            ))
        });
        let kept = kept.map_or(String::new(), |month| format!(", {month}"));
        let message = match (self.context.edition, &right) {
            (Some(Edition::Autumn2026), Some(right)) => {
                format!("the Console converts the price{of} to `uact`: {right}")
            }
            (Some(Edition::Autumn2026), None) => format!(
                "the Console converts the price{of} to `uact` (a millionth of a US dollar) at the price of AKT on that day"
            ),
            (Some(Edition::Summer2026), _) => format!(
                "the Console takes the price{of} for `uact` (a millionth of a US dollar) and keeps the number{kept}"
            ),
            (None, _) => format!(
                "Consoles since September 2026 convert the price{of} from `uakt` to `uact` at the price of AKT; older ones keep the number{kept}"
            ),
        };
        let hint = match (&right, self.context.edition) {
            (Some(right), Some(Edition::Summer2026) | None) => {
                format!("{right}: write `denom: uact` and that amount")
            }
            (Some(_), _) => "write `denom: uact` and that amount, so that it stays as it is when AKT changes".to_owned(),
            (None, _) => "write `denom: uact`, and as `amount` how many millionths of a dollar you pay at most per block of about six seconds".to_owned(),
        };
        let edits = converted
            .zip(stated.price.amount.as_ref())
            .map(|(uact, amount)| {
                let mut edits = vec![
                    (denom.span, "uact".to_owned()),
                    (amount.span, uact.to_string()),
                ];
                edits.sort_by_key(|(span, _)| span.start);
                (format!("Write {uact} `uact`"), edits)
            });
        // In a file that shares the two by an anchor, both are in one place.
        let edits = edits.filter(|(_, edits)| {
            edits
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if a.0.end <= b.0.start))
        });
        Draft::warning("other-denom", denom.span, message)
            .hint(hint)
            .maybe_fix(edits)
    }

    fn price_limits(&mut self, stated: &Stated<'_>) {
        let Some(amount) = &stated.price.amount else {
            return;
        };
        let of = &stated.of;
        let fraction = amount
            .value
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let path = format!("{}/amount", stated.path);
        let refused = |message: String| {
            super::refused(stated.used, "chain-limit", amount.span, message).at(&path)
        };
        if amount.value.contains('e') {
            let draft = refused(format!(
                "the chain can't read the amount{of} `{}`",
                shown(&amount.value)
            ));
            self.report(draft.hint("write it with digits only, at most 10000000"));
        } else if fraction > 18 {
            let draft = refused(format!(
                "the chain takes at most 18 digits behind the point, and the amount{of} has {fraction}"
            ));
            self.report(draft.hint("round it"));
        } else if stated.price.decimal() > PRICE.into() && !self.is_converted(stated.price) {
            let draft = refused(format!(
                "the chain refuses more than {PRICE} per block, and the amount{of}, `{}`, is more",
                shown(&amount.value)
            ));
            self.report(draft.hint("this is the most you pay per block of about six seconds; 10000 is usual for small services, 1000000 for large GPUs"));
        } else if stated.price.decimal().is_zero() {
            let draft = Draft::warning(
                "zero-price",
                amount.span,
                format!(
                    "the amount of the price{of} is 0, and no provider offers anything for that"
                ),
            );
            self.report(draft.at(&path).hint(
                "write the most you are ready to pay per block of about six seconds, e.g. `10000`",
            ));
        }
    }

    /// Whether the Console converts a price to an amount that the chain takes.
    fn is_converted(&self, price: &Price) -> bool {
        let is_uakt = price
            .denom
            .as_ref()
            .is_some_and(|denom| denom.value == "uakt");
        let converted = self.context.uact_for_uakt(price.decimal());
        self.context.is_autumn() && is_uakt && converted.is_some_and(|uact| uact <= PRICE.into())
    }
}

/// Dollars with cents, rounded up.
fn dollars(usd: Decimal) -> Option<String> {
    let cent = Decimal::new(1, 2);
    if usd > Decimal::ZERO && usd < cent {
        return Some("less than $0.01".to_owned());
    }
    let rounded = usd.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
    // Beyond all prices; a number with so many digits helps nobody.
    if rounded > Decimal::from(1_000_000_000_000_u64) {
        return None;
    }
    let text = format!("{rounded:.2}");
    let (whole, cents) = text.split_once('.')?;
    let grouped = whole
        .char_indices()
        .map(|(at, digit)| {
            let comma = at > 0 && (whole.len() - at) % 3 == 0;
            format!("{}{digit}", if comma { "," } else { "" })
        })
        .collect::<String>();
    Some(format!("${grouped}.{cents}"))
}
