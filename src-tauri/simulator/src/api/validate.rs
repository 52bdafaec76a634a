//! Validates request bodies and parameters. Issues have the form of zod, the Console's validator.

use serde_json::{Map, Number, Value, json};

use crate::error::Error;

/// Collects all issues of a request. Each method checks one value and returns it; on an issue it returns `None`.
#[derive(Default)]
pub(crate) struct Checks {
    issues: Vec<Value>,
}

/// The path of a value in the request.
pub(crate) type Path<'a> = &'a [&'a str];

impl Checks {
    /// Ends the checks: 400 when there was any issue.
    pub(crate) fn done(self) -> Result<(), Error> {
        if self.issues.is_empty() {
            Ok(())
        } else {
            Err(Error::validation(self.issues))
        }
    }

    /// Adds an issue.
    pub(crate) fn issue(&mut self, issue: Value) {
        self.issues.push(issue);
    }

    /// Adds the issue of a value with the wrong type.
    pub(crate) fn wrong_type(&mut self, value: Option<&Value>, expected: &str, path: Path<'_>) {
        let received = type_of(value);
        let message = match value {
            None => "Required".to_owned(),
            Some(_) => format!("Expected {expected}, received {received}"),
        };
        self.issue(json!({
            "code": "invalid_type", "expected": expected, "received": received, "path": path, "message": message,
        }));
    }

    /// Adds an issue with a text of the Console's own.
    pub(crate) fn custom(&mut self, path: Path<'_>, message: &str) {
        self.issue(json!({ "code": "custom", "message": message, "path": path }));
    }

    /// Requires an object.
    pub(crate) fn object<'v>(
        &mut self,
        value: Option<&'v Value>,
        path: Path<'_>,
    ) -> Option<&'v Map<String, Value>> {
        let object = value.and_then(Value::as_object);
        if object.is_none() {
            self.wrong_type(value, "object", path);
        }
        object
    }

    /// Requires a list.
    pub(crate) fn array<'v>(
        &mut self,
        value: Option<&'v Value>,
        path: Path<'_>,
    ) -> Option<&'v Vec<Value>> {
        let array = value.and_then(Value::as_array);
        if array.is_none() {
            self.wrong_type(value, "array", path);
        }
        array
    }

    /// Requires a string.
    pub(crate) fn string(&mut self, value: Option<&Value>, path: Path<'_>) -> Option<String> {
        let text = value.and_then(Value::as_str);
        if text.is_none() {
            self.wrong_type(value, "string", path);
        }
        text.map(str::to_owned)
    }

    /// Requires a boolean.
    pub(crate) fn boolean(&mut self, value: Option<&Value>, path: Path<'_>) -> Option<bool> {
        let truth = value.and_then(Value::as_bool);
        if truth.is_none() {
            self.wrong_type(value, "boolean", path);
        }
        truth
    }

    /// Requires a number.
    pub(crate) fn number(&mut self, value: Option<&Value>, path: Path<'_>) -> Option<Number> {
        match value {
            Some(Value::Number(number)) => Some(number.clone()),
            other => {
                self.wrong_type(other, "number", path);
                None
            }
        }
    }

    /// Requires a dseq, as a string or number, like zod's `bigint({coerce}).positive()`.
    pub(crate) fn dseq(&mut self, value: Option<&Value>, path: Path<'_>) -> Option<u64> {
        let text = match value {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            other => {
                self.wrong_type(other, "bigint", path);
                return None;
            }
        };
        let text = text.trim();
        let hexadecimal = text
            .strip_prefix("0x")
            .and_then(|digits| i128::from_str_radix(digits, 16).ok());
        let number = if text.is_empty() {
            Some(0)
        } else {
            hexadecimal.or_else(|| text.parse::<i128>().ok())
        };
        match number {
            Some(number) if number > 0 => Some(u64::try_from(number).unwrap_or(u64::MAX)),
            Some(_) => {
                self.issue(json!({
                    "code": "too_small", "type": "bigint", "minimum": "0", "inclusive": false, "exact": false,
                    "message": "Number must be greater than 0", "path": path,
                }));
                None
            }
            None => {
                self.wrong_type(value, "bigint", path);
                None
            }
        }
    }

    /// Requires a UUID.
    pub(crate) fn uuid(&mut self, value: Option<&str>, path: Path<'_>) -> Option<String> {
        match value {
            Some(text) if uuid::Uuid::try_parse(text).is_ok() => return Some(text.to_owned()),
            Some(_) => self.issue(json!({
                "code": "invalid_string", "validation": "uuid", "message": "Invalid uuid", "path": path,
            })),
            None => self.wrong_type(None, "string", path),
        }
        None
    }

    /// Requires a number within bounds, in a query or body.
    pub(crate) fn integer(
        &mut self,
        value: Option<&Value>,
        path: Path<'_>,
        min: u64,
        max: Option<u64>,
    ) -> Option<u64> {
        let text = match value {
            Some(Value::String(text)) => text.parse::<f64>().ok(),
            Some(Value::Number(number)) => number.as_f64(),
            _ => None,
        };
        let Some(number) = text.filter(|number| number.is_finite()) else {
            self.issue(json!({
                "code": "invalid_type", "expected": "number", "received": if value.is_none() { "undefined" } else { "nan" },
                "path": path, "message": if value.is_none() { "Required" } else { "Expected number, received nan" },
            }));
            return None;
        };
        if number < min as f64 {
            self.issue(json!({
                "code": "too_small", "minimum": min, "type": "number", "inclusive": true, "exact": false,
                "message": format!("Number must be greater than or equal to {min}"), "path": path,
            }));
            return None;
        }
        if let Some(max) = max.filter(|max| number > *max as f64) {
            self.issue(json!({
                "code": "too_big", "maximum": max, "type": "number", "inclusive": true, "exact": false,
                "message": format!("Number must be less than or equal to {max}"), "path": path,
            }));
            return None;
        }
        Some(number as u64)
    }
}

/// The name of a value's type, as zod gives it.
pub(crate) fn type_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

/// Reads a dseq from a path or query.
pub(crate) fn dseq(text: Option<&str>) -> Result<u64, Error> {
    let mut checks = Checks::default();
    let value = text.map(|text| Value::String(text.to_owned()));
    let dseq = checks.dseq(value.as_ref(), &["dseq"]);
    checks.done()?;
    dseq.ok_or_else(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deployment_numbers_are_big_integers() {
        assert_eq!(dseq(Some("1787385600123")).ok(), Some(1_787_385_600_123));
        assert_eq!(dseq(Some("0x10")).ok(), Some(16));
        for refused in [
            None,
            Some("abc"),
            Some("1.5"),
            Some("1e3"),
            Some("0"),
            Some("-1"),
            Some(""),
        ] {
            assert!(dseq(refused).is_err(), "{refused:?}");
        }
    }
}
