//! `profiles.placement`: demands on providers, and prices.

use super::Checker;
use super::node_ref::{Expected, NodeRef, shown};
use crate::draft::{Draft, Span};
use crate::model::{Placement, Price, Table, Text};
use crate::yaml::{Kind, Map};

impl Checker<'_> {
    pub(super) fn placements(&mut self, node_ref: &NodeRef<'_>) -> Option<Table<Placement>> {
        let map = self.mapping(node_ref)?;
        Some(
            map.iter()
                .map(|entry| self.placement(&node_ref.entry(entry), entry.key_span))
                .collect(),
        )
    }

    fn placement(&mut self, node_ref: &NodeRef<'_>, at: Span) -> Placement {
        let mut placement = Placement {
            name: node_ref.name.clone(),
            at,
            attributes: Vec::new(),
            all_of: Vec::new(),
            any_of: Vec::new(),
            pricing: None,
            pricing_at: at,
        };
        if self.mapping(node_ref).is_none() {
            return placement;
        }
        let meant = self.unknown(
            node_ref,
            "placement",
            &["attributes", "signedBy", "pricing"],
        );
        if let Some(attributes) = node_ref.get("attributes") {
            placement.attributes = self.attributes(&attributes);
        }
        if let Some(signed_by) = node_ref.get("signedBy")
            && self.mapping(&signed_by).is_some()
        {
            self.unknown(&signed_by, "signed by", &["anyOf", "allOf"]);
            let values = |texts: Vec<Text>| texts.into_iter().map(|text| text.value).collect();
            placement.any_of = signed_by
                .get("anyOf")
                .map(|list| values(self.texts(&list)))
                .unwrap_or_default();
            placement.all_of = signed_by
                .get("allOf")
                .map(|list| values(self.texts(&list)))
                .unwrap_or_default();
        }
        match node_ref.get("pricing") {
            Some(pricing) => {
                placement.pricing_at = pricing.key.unwrap_or(at);
                let prices = self.mapping(&pricing).map(|map| map.iter().map(|entry| self.price(&pricing.entry(entry), entry.key_span)).collect());
                placement.pricing = prices;
            }
            None if meant.contains(&"pricing") => {}
            None => self.missing(node_ref, "pricing", "pricing:` and below it, for each profile, its name with `denom: uact` and `amount: 10000", None),
        }
        placement
    }

    /// Attributes with values of any type, as text.
    pub(super) fn attributes(&mut self, node_ref: &NodeRef<'_>) -> Vec<(Text, String)> {
        if node_ref.node.is_null() {
            let label = format!("`{}`", node_ref.name);
            let fix = (
                format!("Write `{}: {{}}`", node_ref.name),
                vec![(node_ref.span, self.after_colon(node_ref, "{}"))],
            );
            let draft = Draft::error(
                "wrong-type",
                node_ref.value_span(self.text),
                format!("{label} is empty"),
            )
            .at(&node_ref.path)
            .hint(format!(
                "delete the line {label}, or write attributes below it, e.g. `region: us-west`"
            ))
            .official(node_ref.official_type("object"));
            self.report(draft.maybe_fix(node_ref.is_written().then_some(fix)));
            return Vec::new();
        }
        let entries = self.mapping(node_ref).into_iter().flat_map(Map::iter);
        entries
            .map(|entry| {
                (
                    Text {
                        value: entry.key.clone(),
                        span: entry.key_span,
                    },
                    entry.value.node.js_string(),
                )
            })
            .collect()
    }

    fn price(&mut self, node_ref: &NodeRef<'_>, at: Span) -> Price {
        let mut price = Price {
            profile: Text {
                value: node_ref.name.clone(),
                span: at,
            },
            denom: None,
            amount: None,
        };
        if node_ref.node.map().is_none() {
            let mut draft = self.type_draft(node_ref, Expected::Mapping);
            if matches!(node_ref.node.kind, Kind::Num(_) | Kind::Str(_)) {
                draft = draft.hint(format!(
                    "write `denom: uact` and `amount: {}` below it, indented by two spaces",
                    shown(node_ref.span.slice(self.text))
                ));
            }
            self.report(draft);
            return price;
        }
        let meant = self.unknown(node_ref, "price", &["denom", "amount"]);
        // The Console writes its own denomination over every `denom`, so that anything passes, even nothing.
        price.denom = node_ref.get("denom").map(|denom| Text {
            value: denom.node.js_string(),
            span: denom.value_span(self.text),
        });
        match node_ref.get("amount") {
            Some(amount) => price.amount = self.amount(&amount),
            None if meant.contains(&"amount") => {}
            None => self.missing(node_ref, "amount", "amount: 10000", Some("amount: 10000")),
        }
        price
    }

    fn amount(&mut self, node_ref: &NodeRef<'_>) -> Option<Text> {
        let value = match &node_ref.node.kind {
            Kind::Num(value) if *value >= 0.0 && value.is_finite() => {
                return Some(Text {
                    value: node_ref.node.js_string(),
                    span: node_ref.span,
                });
            }
            Kind::Str(text) if is_decimal(text) => {
                return Some(Text {
                    value: text.clone(),
                    span: node_ref.span,
                });
            }
            Kind::Num(_) | Kind::Str(_) => node_ref.node.js_string(),
            _ => {
                let draft = self.type_draft(node_ref, Expected::Number).hint("write a number such as `10000`: the most to pay per block of about six seconds");
                self.report(draft);
                return None;
            }
        };
        let official = match node_ref.node.kind {
            Kind::Num(_) => node_ref.official_rule("must be at least 0."),
            _ => node_ref.official_pattern("^[0-9]+(\\.[0-9]+)?$"),
        };
        let draft = Draft::error(
            "bad-amount",
            node_ref.value_span(self.text),
            format!("`amount` must be a number, not `{}`", shown(&value)),
        )
        .at(&node_ref.path)
        .hint("write digits, with a point for fractions and nothing else, e.g. `10000` or `0.5`")
        .official(official);
        let groups = value
            .split(',')
            .skip(1)
            .all(|group| group.trim().len() == 3);
        // `1,000,000` is a million; of one comma nobody can tell before three digits.
        let pointed = if groups && value.matches(',').count() > 1 {
            Some(value.replace(',', ""))
        } else {
            with_point(&value)
        };
        let clean: String = pointed
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let separated = value
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '_' | '\''));
        let fix = (separated && is_decimal(&clean))
            .then(|| (format!("Write `{clean}`"), vec![(node_ref.span, clean)]));
        self.report(draft.maybe_fix(fix.filter(|_| node_ref.is_written())));
        None
    }
}

/// A number with a point for its comma. `None` where a comma may divide thousands: before exactly three digits, or one of
/// several.
pub(super) fn with_point(text: &str) -> Option<String> {
    let Some((whole, rest)) = text.split_once(',') else {
        return Some(text.to_owned());
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let clear = digits != 3 && !rest.contains(',') && !text.contains('.');
    clear.then(|| format!("{whole}.{rest}"))
}

/// `^[0-9]+(\.[0-9]+)?$`
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}
