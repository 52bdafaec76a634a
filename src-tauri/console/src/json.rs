//! Reading answers that are not always what their documentation says.
//!
//! Answers are read from [`Value`] rather than derived, because two generations of shapes are about
//! (`id` or `deployment_id`, one coin or a list of them), numbers come as text or as numbers, and
//! documented fields are missing or null. What is needed is asked for with [`Fields::must`]; all
//! else is optional.

use std::{collections::BTreeMap, fmt};

use akash_market::{Decimal, parse_decimal};
use serde_json::Value;

/// What was expected where, and what was found instead. Holds no value of the answer, so that it
/// can be shown and logged.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// From the innermost name outwards.
    path: Vec<String>,
    expected: &'static str,
    found: &'static str,
}

impl Mismatch {
    pub(crate) fn new(expected: &'static str, found: &Value) -> Self {
        Self {
            path: Vec::new(),
            expected,
            found: kind(found),
        }
    }

    pub(crate) fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)?;
        if !self.path.is_empty() {
            let path: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
            write!(f, " at `{}`", path.join("."))?;
        }
        write!(f, ", found {}", self.found)
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What can be read from a JSON value.
pub(crate) trait Read: Sized {
    /// # Errors
    /// When `value` is not one of these.
    fn read(value: &Value) -> Result<Self, Mismatch>;
}

static NULL: Value = Value::Null;

/// Fields of an object; a value that is no object has none.
pub(crate) trait Fields {
    /// The field, or null.
    fn at(&self, name: &str) -> &Value;

    /// The first of these fields that is there and not null, or null.
    fn any(&self, names: &[&str]) -> &Value;

    /// A field that has to be there.
    fn must<T: Read>(&self, name: &str) -> Result<T, Mismatch>;

    /// A field that has to be there, under one of its names.
    fn must_any<T: Read>(&self, names: &[&str]) -> Result<T, Mismatch>;

    /// A field that may be missing, null or of another type.
    fn opt<T: Read>(&self, name: &str) -> Option<T>;

    /// The entries of a list. A missing or null one is empty, and an object is a list of itself
    /// (older answers give one coin where newer give several).
    fn list<T: Read>(&self, name: &str) -> Result<Vec<T>, Mismatch>;

    /// As [`Fields::list`], without the entries that can't be read.
    fn lossy<T: Read>(&self, name: &str) -> Vec<T>;

    /// The entries of an object used as a map, without those that can't be read.
    fn map<T: Read>(&self, name: &str) -> BTreeMap<String, T>;

    /// Text, or nothing when it is missing, empty or something else.
    fn text(&self, name: &str) -> Option<String> {
        self.opt::<String>(name).filter(|text| !text.is_empty())
    }
}

impl Fields for Value {
    fn at(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NULL)
    }

    fn any(&self, names: &[&str]) -> &Value {
        names
            .iter()
            .map(|name| self.at(name))
            .find(|v| !v.is_null())
            .unwrap_or(&NULL)
    }

    fn must<T: Read>(&self, name: &str) -> Result<T, Mismatch> {
        T::read(self.at(name)).map_err(|e| e.within(name))
    }

    fn must_any<T: Read>(&self, names: &[&str]) -> Result<T, Mismatch> {
        T::read(self.any(names)).map_err(|e| e.within(names.first().copied().unwrap_or_default()))
    }

    fn opt<T: Read>(&self, name: &str) -> Option<T> {
        T::read(self.at(name)).ok()
    }

    fn list<T: Read>(&self, name: &str) -> Result<Vec<T>, Mismatch> {
        entries(self.at(name))
            .enumerate()
            .map(|(i, item)| T::read(item).map_err(|e| e.within(i.to_string()).within(name)))
            .collect()
    }

    fn lossy<T: Read>(&self, name: &str) -> Vec<T> {
        entries(self.at(name))
            .filter_map(|item| T::read(item).ok())
            .collect()
    }

    fn map<T: Read>(&self, name: &str) -> BTreeMap<String, T> {
        let object = self.at(name).as_object();
        let all = object.into_iter().flatten();
        all.filter_map(|(key, item)| Some((key.clone(), T::read(item).ok()?)))
            .collect()
    }
}

fn entries(value: &Value) -> std::slice::Iter<'_, Value> {
    match value {
        Value::Array(items) => items.iter(),
        Value::Object(_) => std::slice::from_ref(value).iter(),
        _ => [].iter(),
    }
}

impl Read for Value {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        Ok(value.clone())
    }
}

impl Read for String {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            other => Err(Mismatch::new("text", other)),
        }
    }
}

impl Read for bool {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(truth) => Ok(*truth),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            other => Err(Mismatch::new("true or false", other)),
        }
    }
}

impl Read for u64 {
    /// From a number or text. Never through a float that could round it: of those, only whole ones
    /// small enough to be exact.
    fn read(value: &Value) -> Result<Self, Mismatch> {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2⁵³
        let found = match value {
            Value::Number(n) => n.as_u64().or_else(|| {
                let whole = n
                    .as_f64()
                    .filter(|f| f.fract() == 0.0 && (0.0..=EXACT).contains(f));
                whole.map(|f| f as u64)
            }),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        found.ok_or_else(|| Mismatch::new("a whole number", value))
    }
}

impl Read for u32 {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let number = u64::read(value)?;
        Self::try_from(number).map_err(|_| Mismatch::new("a small whole number", value))
    }
}

impl Read for i64 {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let found = match value {
            Value::Number(n) => n.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        found.ok_or_else(|| Mismatch::new("a whole number", value))
    }
}

impl Read for Decimal {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let found = match value {
            Value::Number(number) => parse_decimal(&number.to_string()),
            Value::String(text) => parse_decimal(text),
            _ => None,
        };
        found.ok_or_else(|| Mismatch::new("a decimal number", value))
    }
}

impl Read for jiff::Timestamp {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let found = value.as_str().and_then(|text| text.parse().ok());
        found.ok_or_else(|| Mismatch::new("a date and time", value))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value) -> Result<Self, Mismatch> {
        let Value::Array(items) = value else {
            return Err(Mismatch::new("a list", value));
        };
        let each = items.iter().enumerate();
        each.map(|(i, item)| T::read(item).map_err(|e| e.within(i.to_string())))
            .collect()
    }
}
