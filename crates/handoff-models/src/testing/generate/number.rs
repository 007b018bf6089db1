//! Numbers in their bounds.

use serde_json::Number;

use super::Maker;
use crate::json::Json;

/// The smaller numbers are those that one reads most easily.
const USUAL: i128 = 50;

/// The next number of a type.
type Neighbour = fn(f64) -> f64;

impl Maker<'_> {
    pub(super) fn integer(&mut self, schema: &Json) -> Json {
        let bound = |keyword: &str| schema.get(keyword)?.number().and_then(whole);
        let (first, last) = range(schema.get("format").and_then(Json::text));
        let first = [bound("minimum"), bound("exclusiveMinimum").map(|bound| bound + 1)]
            .into_iter()
            .flatten()
            .fold(first, i128::max);
        let last = [bound("maximum"), bound("exclusiveMaximum").map(|bound| bound - 1)]
            .into_iter()
            .flatten()
            .fold(last, i128::min);
        let step = bound("multipleOf").unwrap_or(1).max(1);
        // In steps.
        let (first, last) =
            (first.div_euclid(step) + i128::from(first.rem_euclid(step) > 0), last.div_euclid(step));
        let chosen = if self.boundaries {
            if self.random.coin() { first } else { last }
        } else if first <= 0 && last >= 0 {
            self.random.between(first.max(-USUAL), last.min(USUAL))
        } else if first > 0 {
            self.random.between(first, last.min(first + USUAL))
        } else {
            self.random.between(first.max(last - USUAL), last)
        };
        let chosen = chosen * step;
        let number =
            u64::try_from(chosen).map(Number::from).or_else(|_| i64::try_from(chosen).map(Number::from));
        number.map_or(Json::Null, Json::Number)
    }

    pub(super) fn number(&mut self, schema: &Json) -> Json {
        let bound = |keyword: &str| schema.get(keyword)?.number()?.as_f64();
        let single = schema.get("format").and_then(Json::text) == Some("float");
        let (up, down): (Neighbour, Neighbour) =
            if single { (next_single_up, next_single_down) } else { (f64::next_up, f64::next_down) };
        let low = bound("minimum").or_else(|| bound("exclusiveMinimum").map(up));
        let high = bound("maximum").or_else(|| bound("exclusiveMaximum").map(down));
        let (low, high) = match (low, high) {
            (Some(low), high) => (low, high.unwrap_or(low.abs() + 1_000.0)),
            (None, Some(high)) => (-high.abs() - 1_000.0, high),
            (None, None) => (-1_000.0, 1_000.0),
        };
        let chosen = if self.boundaries {
            if self.random.coin() { low } else { high }
        } else {
            let exact = low + self.random.fraction() * (high - low);
            let rounded = (exact * 100.0).round() / 100.0;
            if (low..=high).contains(&rounded) { rounded } else { exact }
        };
        Number::from_f64(chosen).map_or(Json::Null, Json::Number)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "bounds of single precision")]
fn next_single_up(bound: f64) -> f64 {
    f64::from((bound as f32).next_up())
}

#[allow(clippy::cast_possible_truncation, reason = "bounds of single precision")]
fn next_single_down(bound: f64) -> f64 {
    f64::from((bound as f32).next_down())
}

/// A bound that may be written as a float.
#[allow(clippy::cast_possible_truncation, reason = "no bound of an integer is beyond an `i128`")]
fn whole(number: &Number) -> Option<i128> {
    number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from))
        .or_else(|| number.as_f64().map(|float| float as i128))
}

/// What the format of an integer says of its range.
fn range(format: Option<&str>) -> (i128, i128) {
    match format {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64" | "uint") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}
