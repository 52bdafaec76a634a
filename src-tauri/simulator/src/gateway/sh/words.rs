//! Patterns and arithmetic of the toy `sh`.

/// A character, and whether it is quoted: then it stands for itself.
pub(crate) type Char = (char, bool);

/// Whether a text fits a pattern with `*`, `?` and `[…]`.
pub(crate) fn matches(pattern: &[Char], text: &[char]) -> bool {
    // Where to go on if what follows the last `*` does not fit.
    let mut retry: Option<(usize, usize)> = None;
    let (mut at, mut from) = (0, 0);
    loop {
        let step = match pattern.get(at) {
            Some(('*', false)) => {
                retry = Some((at + 1, from));
                at += 1;
                continue;
            }
            None if from == text.len() => return true,
            None => None,
            Some(_) => text
                .get(from)
                .and_then(|one| one_matches(pattern.get(at..).unwrap_or_default(), *one)),
        };
        match (step, retry) {
            (Some(length), _) => {
                at += length;
                from += 1;
            }
            (None, Some((after, start))) if start < text.len() => {
                retry = Some((after, start + 1));
                at = after;
                from = start + 1;
            }
            _ => return false,
        }
    }
}

/// How much of the pattern a character uses up; `None` if it does not fit.
fn one_matches(pattern: &[Char], one: char) -> Option<usize> {
    match pattern.first()? {
        ('?', false) => Some(1),
        ('[', false) => {
            let end = pattern
                .iter()
                .enumerate()
                .skip(2)
                .find(|(_, part)| **part == (']', false));
            let Some((end, _)) = end else {
                return (one == '[').then_some(1);
            };
            let mut set = pattern.get(1..end)?;
            let inverted = matches!(set.first(), Some(('!' | '^', false)));
            if inverted {
                set = set.get(1..)?;
            }
            let mut found = false;
            let mut at = 0;
            while let Some((from, _)) = set.get(at) {
                match (set.get(at + 1), set.get(at + 2)) {
                    (Some(('-', false)), Some((to, _))) => {
                        found |= (*from..=*to).contains(&one);
                        at += 3;
                    }
                    _ => {
                        found |= *from == one;
                        at += 1;
                    }
                }
            }
            (found != inverted).then_some(end + 1)
        }
        (own, _) => (*own == one).then_some(1),
    }
}

/// Whether a pattern has a sign that is not quoted.
pub(crate) fn is_pattern(text: &[Char]) -> bool {
    text.iter()
        .any(|(one, quoted)| !quoted && "*?[".contains(*one))
}

/// The value of an arithmetic expression. `value_of` gives the value of a variable.
///
/// # Errors
/// It cannot be read, or something is divided by zero.
pub(crate) fn arithmetic(text: &str, value_of: &dyn Fn(&str) -> String) -> Result<i64, String> {
    let mut parser = Arithmetic {
        chars: text.chars().filter(|one| !one.is_whitespace()).collect(),
        at: 0,
        depth: 0,
        value_of,
    };
    if parser.chars.is_empty() {
        return Ok(0);
    }
    let value = parser.level(0)?;
    if parser.at < parser.chars.len() {
        return Err(format!("arithmetic syntax error: {text}"));
    }
    Ok(value)
}

struct Arithmetic<'a> {
    chars: Vec<char>,
    at: usize,
    depth: u32,
    value_of: &'a dyn Fn(&str) -> String,
}

/// The operators, from those that bind least.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Arithmetic<'_> {
    fn starts(&self, text: &str) -> bool {
        text.chars()
            .enumerate()
            .all(|(offset, one)| self.chars.get(self.at + offset) == Some(&one))
    }

    fn operator(&self, level: usize) -> Option<&'static str> {
        let found = LEVELS
            .get(level)?
            .iter()
            .copied()
            .find(|operator| self.starts(operator))?;
        // A longer operator of another level is not this one.
        let longer = LEVELS
            .iter()
            .flat_map(|all| all.iter())
            .any(|other| other.len() > found.len() && self.starts(other));
        (!longer).then_some(found)
    }

    fn level(&mut self, level: usize) -> Result<i64, String> {
        if level == LEVELS.len() {
            return self.unary();
        }
        let mut left = self.level(level + 1)?;
        while let Some(operator) = self.operator(level) {
            self.at += operator.len();
            let right = self.level(level + 1)?;
            left = apply(operator, left, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > 64 {
            return Err("arithmetic: too deep".to_owned());
        }
        let one = self.chars.get(self.at).copied();
        let value = match one {
            Some('-') => {
                self.at += 1;
                self.unary()?.wrapping_neg()
            }
            Some('+') => {
                self.at += 1;
                self.unary()?
            }
            Some('!') => {
                self.at += 1;
                i64::from(self.unary()? == 0)
            }
            Some('~') => {
                self.at += 1;
                !self.unary()?
            }
            Some('(') => {
                self.at += 1;
                let value = self.level(0)?;
                if !self.starts(")") {
                    return Err("arithmetic: missing )".to_owned());
                }
                self.at += 1;
                value
            }
            Some(one) if one.is_ascii_alphanumeric() || one == '_' => {
                let text: String = self
                    .chars
                    .iter()
                    .skip(self.at)
                    .take_while(|one| one.is_ascii_alphanumeric() || **one == '_')
                    .collect();
                self.at += text.len();
                number(&text)
                    .or_else(|| number((self.value_of)(&text).trim()))
                    .unwrap_or(0)
            }
            _ => return Err("arithmetic syntax error".to_owned()),
        };
        self.depth -= 1;
        Ok(value)
    }
}

fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Result<i64, String> {
    let shift = u32::try_from(right & 63).unwrap_or_default();
    Ok(match operator {
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right).ok_or("divide by zero")?,
        "%" => left.checked_rem(right).ok_or("divide by zero")?,
        "<<" => left.wrapping_shl(shift),
        ">>" => left.wrapping_shr(shift),
        "&" => left & right,
        "|" => left | right,
        "^" => left ^ right,
        "&&" => i64::from(left != 0 && right != 0),
        "||" => i64::from(left != 0 || right != 0),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<=" => i64::from(left <= right),
        _ => i64::from(left >= right),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        let pattern: Vec<Char> = pattern.chars().map(|one| (one, false)).collect();
        matches(&pattern, &text.chars().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_sum_panics(pattern in "[\\[\\]a-c*?!^-]{0,12}", text in "[a-c]{0,12}", sum in "[0-9a-c+*/%<>=!&|^()-]{0,16}") {
            fits(&pattern, &text);
            let _ = arithmetic(&sum, &|_| "7".to_owned());
        }

        #[test]
        fn a_text_fits_itself_between_stars(text in "[a-z]{0,12}") {
            let pattern = format!("*{text}*");
            prop_assert!(fits(&pattern, &text));
        }
    }

    #[test]
    fn patterns_are_those_of_a_shell() {
        for (pattern, text, fit) in [
            ("*.txt", "a.txt", true),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("*a*b*c", "xxaxxbxxc", true),
            ("*a*b*c", "xxaxxcxx", false),
            ("", "", true),
            ("[", "[", true),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn sums_are_those_of_a_shell() {
        for (sum, value) in [
            ("1+2*3", 7),
            ("(1+2)*3", 9),
            ("10/3%2", 1),
            ("1<2&&3>=3", 1),
            ("x+1", 8),
            ("-2--3", 1),
            ("1<<4|1", 17),
            ("!0", 1),
        ] {
            assert_eq!(arithmetic(sum, &|_| "7".to_owned()), Ok(value), "{sum}");
        }
        assert!(arithmetic("1/0", &|_| String::new()).is_err());
    }
}
