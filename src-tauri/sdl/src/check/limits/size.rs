//! Amounts of CPU, memory and storage that the chain refuses, or that mean something else than they seem to.

use super::{CPU, refused};
use crate::check::Checker;
use crate::check::node_ref::shown;
use crate::draft::Draft;
use crate::model::Amount;
use crate::quantity::{bytes_for_people, cores, size as size_of, size_parts, size_text};

impl Checker<'_> {
    pub(super) fn cpu_limits(&mut self, cpu: &Amount, used: bool) {
        let (text, span) = (shown(&cpu.text.value), cpu.text.span);
        if cpu.quantity.is_none() {
            if !used {
                self.unused_amount(cpu, "a number of CPU cores");
            }
            return;
        }
        let milli = cpu.value();
        let unit = cpu
            .text
            .value
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if cpu.is_text && !unit.is_empty() && unit != "m" {
            let number = cpu.text.value.strip_suffix(unit).unwrap_or_default();
            let (message, right) = if unit == "M" {
                (
                    format!("`{text}` is {milli} thousandths of a core"),
                    number.to_owned(),
                )
            } else {
                (
                    format!(
                        "`{unit}` is no unit of CPU and is ignored: `{text}` is {milli} thousandths of a core"
                    ),
                    number.to_owned(),
                )
            };
            let is_refused = used && !(CPU.0..=CPU.1).contains(&milli);
            let draft = refused(is_refused, "odd-cpu-unit", span, message).at(&cpu.path);
            let draft = draft.hint(format!(
                "write `{right}` for {right} cores, or `{milli}m` for thousandths of a core"
            ));
            self.report(draft.fix(
                format!("Write `{right}`"),
                vec![(span, format!("\"{right}\""))],
            ));
            return;
        }
        let cores = |milli: u64| format!("{} cores", cores(milli));
        if milli < CPU.0 {
            self.limit(
                cpu,
                used,
                format!(
                    "the chain refuses less than 0.01 cores: `{text}` is {}",
                    cores(milli)
                ),
                "write `0.1` or more".to_owned(),
            );
        } else if milli > CPU.1 {
            self.limit(
                cpu,
                used,
                format!(
                    "the chain refuses more than 384 cores: `{text}` is {}",
                    cores(milli)
                ),
                "ask for less in one replica, and for more replicas (`count`)".to_owned(),
            );
        } else if cpu
            .quantity
            .as_ref()
            .is_some_and(|quantity| quantity.exact != quantity.float)
            && unit == "m"
        {
            let draft = Draft::warning(
                "fractional-cpu",
                span,
                format!(
                    "`{text}` is no whole number of thousandths and is rounded up to `{milli}m`"
                ),
            )
            .at(&cpu.path);
            self.report(draft.hint(format!("write `{milli}m`")).fix(
                format!("Write `{milli}m`"),
                vec![(span, format!("{milli}m"))],
            ));
        }
    }

    pub(super) fn size_limits(
        &mut self,
        size: &Amount,
        used: bool,
        what: &str,
        (least, most): (u64, u64),
    ) {
        let (text, span) = (shown(&size.text.value), size.text.span);
        let Some(parts) = size_parts(&size.text.value).filter(|_| size.quantity.is_some()) else {
            if !used {
                self.unused_amount(size, "a size");
            }
            return;
        };
        let bytes = size.value();
        let exact = bytes_for_people(bytes);
        if bytes < least || bytes > most {
            let (word, bound) = if bytes < least {
                ("less", least)
            } else {
                ("more", most)
            };
            let meant = unit_meant(parts.unit).map(|unit| format!("{}{unit}", parts.number));
            let fits = |text: &String| {
                size_of(text).is_some_and(|size| (least..=most).contains(&size.value()))
            };
            let hint = match meant.filter(fits) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if bytes < least => "write `512Mi`".to_owned(),
                None => format!("write `{}` at the most", size_text(most)),
            };
            self.limit(
                size,
                used,
                format!(
                    "the chain refuses {word} than {} for {what}: `{text}` is {exact}",
                    bytes_for_people(bound)
                ),
                hint,
            );
            return;
        }
        if parts.number.matches('.').count() > 1 {
            let draft = Draft::warning(
                "odd-number",
                span,
                format!("`{text}` has two points; what follows the second is ignored ({exact})"),
            )
            .at(&size.path);
            self.report(draft.hint("write one point at most"));
            return;
        }
        let Some(unit) = unit_meant(parts.unit) else {
            return;
        };
        let right = format!("{}{unit}", parts.number);
        let message = match parts.unit {
            "m" => format!("`{text}` is {exact} (millions of bytes)"),
            odd if odd.to_ascii_lowercase().ends_with('b') => format!(
                "`{text}` is {exact}: with `{odd}` the Console counts in thousands, not in 1024s"
            ),
            _ => format!(
                "`{text}` is {exact} for the Console, but other tools only know the unit as `{unit}`"
            ),
        };
        let draft = Draft::warning("odd-size-unit", span, message)
            .at(&size.path)
            .hint(format!("did you mean `{right}`?"));
        self.report(draft.fix(format!("Write `{right}`"), vec![(span, right)]));
    }
}

/// The unit that was probably meant by one that the Console and other tools read differently.
pub(in crate::check) fn unit_meant(unit: &str) -> Option<String> {
    let lower = unit.to_ascii_lowercase();
    let first = lower.chars().next()?;
    let known = "kmgtpe".contains(first);
    let capital = if first == 'k' && !lower.starts_with("ki") {
        'k'
    } else {
        first.to_ascii_uppercase()
    };
    match (known, lower.get(1..)?) {
        (true, "")
            if unit == "k" || unit.starts_with(|c: char| c.is_ascii_uppercase() && c != 'K') =>
        {
            None
        }
        (true, "") if unit == "K" => Some("k".to_owned()),
        (true, "") if unit == "m" => Some("Mi".to_owned()),
        (true, "") => Some(format!("{}i", first.to_ascii_uppercase())),
        (true, "i")
            if unit.starts_with(|c: char| c.is_ascii_uppercase()) && unit.ends_with('i') =>
        {
            None
        }
        (true, "i" | "b" | "ib") => Some(format!("{}i", first.to_ascii_uppercase())),
        (true, _) => Some(format!("{capital}i")),
        (false, _) => Some("Mi".to_owned()),
    }
}
