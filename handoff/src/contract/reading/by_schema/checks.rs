//! What the keywords of `#[check(…)]`, and of the types of numbers, say of a value.

use handoff_pattern::Pattern;
use serde_json::{Number, Value};

use super::{Keywords, kinds};
use crate::contract::checks::length::{self, LenUnit};
use crate::contract::checks::{Bounds, Included, Lengths, multiple_of, pattern, unique};
use crate::contract::json::tree::Json;
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

/// Runs the checks of a schema on a value of the right form.
#[inline]
pub(super) fn check(json: &Json<'_>, keywords: &Keywords, violations: &mut Violations) {
    match json {
        Json::Text(text) => {
            check_length(
                LenUnit::Characters,
                ["minLength", "maxLength"],
                text.chars().count(),
                keywords,
                violations,
            );
            if let Some(Value::String(pattern)) = keywords.get("pattern")
                && !is_in(pattern, text)
            {
                pattern::report(pattern, text, violations);
            }
        }
        Json::List(items) => {
            if places(keywords).is_none() {
                check_length(LenUnit::Items, ["minItems", "maxItems"], items.len(), keywords, violations);
            }
            if keywords.get("uniqueItems") == Some(&Value::Bool(true)) {
                unique::check(items, violations);
            }
        }
        Json::Object(object) => {
            let named = ["minProperties", "maxProperties"];
            check_length(LenUnit::Entries, named, object.len(), keywords, violations);
        }
        Json::Number(number) => match number.integer() {
            Some(integer) if kinds(keywords).contains(&"integer") => {
                check_integer(integer, keywords, violations);
            }
            _ => check_float(number.float(), keywords, violations),
        },
        Json::Null | Json::Bool(_) => {}
    }
}

/// Whether a pattern is found in a text; of what contracts cannot have for one, nothing is known.
#[inline]
pub(super) fn is_in(pattern: &str, text: &str) -> bool {
    Pattern::parse(pattern).map_or(true, |pattern| pattern.is_in(text))
}

/// How many items a list is to have, where it is a tuple or an array.
#[inline]
pub(super) fn places(keywords: &Keywords) -> Option<usize> {
    let (min, max) = (length_of(keywords, "minItems"), length_of(keywords, "maxItems"));
    let prefix = keywords.get("prefixItems").and_then(Value::as_array).map(Vec::len);
    let max = if keywords.get("items") == Some(&Value::Bool(false)) { max.or(prefix) } else { max };
    min.filter(|min| Some(*min) == max)
}

#[inline]
fn length_of(keywords: &Keywords, keyword: &str) -> Option<usize> {
    usize::try_from(keywords.get(keyword)?.as_u64()?).ok()
}

#[inline]
fn check_length(
    unit: LenUnit,
    [min, max]: [&str; 2],
    count: usize,
    keywords: &Keywords,
    violations: &mut Violations,
) {
    let lengths = Lengths { min: length_of(keywords, min).unwrap_or(0), max: length_of(keywords, max) };
    length::check(unit, lengths, count, violations);
}

/// A number of the type that the format names.
#[inline]
pub(super) fn number(json: &Json<'_>, keywords: &Keywords, integer: bool, validator: &mut Validator) -> bool {
    if json.is_beyond() {
        return validator.beyond(json);
    }
    let Json::Number(number) = json else { return true };
    let format = keywords.get("format").and_then(Value::as_str);
    if integer {
        return match integers(format) {
            Some((least, greatest)) => validator.integer(json, least, greatest),
            None if number.integer().is_some() => true,
            None => {
                let expected = "expected an integer, found another number";
                validator.violations().report_found("type", expected, json);
                false
            }
        };
    }
    #[allow(clippy::cast_possible_truncation)] // the cast that serde makes
    let fits = format != Some("float") || (number.float() as f32).is_finite();
    if !fits {
        let message = format!("expected a number in {:e}..={:e}, found another", f32::MIN, f32::MAX);
        validator.violations().report_found("type", message, json);
    }
    fits
}

/// The numbers of the type of integer that a format names.
#[inline]
fn integers(format: Option<&str>) -> Option<(i128, i128)> {
    Some(match format? {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" | "int" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" => (0, u64::MAX.into()),
        _ => return None,
    })
}

#[inline]
fn check_integer(integer: i128, keywords: &Keywords, violations: &mut Violations) {
    let whole = |number: &Number| number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    let bound = |keyword: &str| keywords.get(keyword)?.as_number().and_then(whole);
    let format = keywords.get("format").and_then(Value::as_str);
    let (least, greatest) = integers(format).unwrap_or((i128::MIN, i128::MAX));
    // The ends of the type itself are no check; but 0 is said where there is another end.
    let max = match (bound("maximum").filter(|max| *max != greatest), bound("exclusiveMaximum")) {
        (_, Some(max)) => Some((max, Included::No)),
        (max, None) => max.map(|max| (max, Included::Yes)),
    };
    let min = bound("minimum").filter(|min| *min != least || (*min == 0 && max.is_some()));
    Bounds { min, max }.check(integer, violations);
    if let Some(min) = bound("exclusiveMinimum")
        && integer <= min
    {
        violations.report_found("exclusiveMinimum", format!("not above {min}"), &integer);
    }
    if let Some(of) = bound("multipleOf")
        && integer.checked_rem(of) != Some(0)
    {
        multiple_of::report(of, integer, violations);
    }
}

#[inline]
fn check_float(float: f64, keywords: &Keywords, violations: &mut Violations) {
    let bound = |keyword: &str| keywords.get(keyword).and_then(Value::as_f64);
    let max = match (bound("maximum"), bound("exclusiveMaximum")) {
        (_, Some(max)) => Some((max, Included::No)),
        (max, None) => max.map(|max| (max, Included::Yes)),
    };
    let min = bound("minimum");
    if keywords.get("format").and_then(Value::as_str) == Some("float") {
        // As serde reads a double into a float, and as the check compares it.
        #[allow(clippy::cast_possible_truncation)]
        let single = |double: f64| double as f32;
        let max = max.map(|(max, included)| (single(max), included));
        Bounds { min: min.map(single), max }.check(single(float), violations);
    } else {
        Bounds { min, max }.check(float, violations);
    }
    if let Some(min) = bound("exclusiveMinimum")
        && float <= min
    {
        violations.report_found("exclusiveMinimum", format!("not above {min:?}"), &float);
    }
}
