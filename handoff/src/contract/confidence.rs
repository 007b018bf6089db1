//! How sure an agent is of what it hands on.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::contract::checks::{Bounds, Included, widen};
use crate::contract::schema::object::of_type;

/// The numbers that are a confidence.
pub(crate) const BOUNDS: Bounds<f64> = Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) };

/// The types that `#[confidence]` goes on: `f32` and `f64`.
///
/// It cannot be implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`#[confidence]` goes on an `f32` or an `f64`, not on `{Self}`",
    label = "not a number in `0..=1`",
    note = "a confidence is a number in `0..=1`: make the field an `f64`"
)]
pub trait Scorable {
    /// How it is read.
    #[doc(hidden)]
    const SCORING: Scoring<Self>;
}

/// How to read a value as a confidence.
#[derive(Debug)]
pub struct Scoring<T: ?Sized> {
    pub(crate) score: fn(&T) -> f64,
}

#[diagnostic::do_not_recommend]
impl Scorable for f64 {
    const SCORING: Scoring<Self> = Scoring { score: |value| *value };
}

#[diagnostic::do_not_recommend]
impl Scorable for f32 {
    const SCORING: Scoring<Self> = Scoring { score: |value| widen(*value) };
}

/// A confidence: a number in `0..=1`, where 1 is certain.
///
/// In JSON it is a plain number; reading one outside `0..=1` fails.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// The greatest confidence, 1: certain.
    pub const FULL: Self = Self(1.0);
    /// The least confidence, 0.
    pub const ZERO: Self = Self(0.0);

    /// Creates a confidence, or returns `None` if `value` is not in `0..=1` (NaN is not).
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        // `+ 0.0` turns -0.0 into 0.0, so that equal confidences are written alike.
        BOUNDS.contain(value).then_some(Self(value + 0.0))
    }

    /// Returns the number, in `0..=1`.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        Self::new(value)
            .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Float(value), &"a number in 0..=1"))
    }
}

impl JsonSchema for Confidence {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Confidence")
    }

    fn schema_id() -> Cow<'static, str> {
        Cow::Borrowed("handoff::Confidence")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut keywords = of_type("number");
        BOUNDS.add_keywords(&mut keywords);
        keywords.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_0_to_1_is_a_confidence() {
        assert_eq!(Confidence::new(0.25).map(Confidence::get), Some(0.25));
        for wrong in [f64::NAN, -0.1, 1.000_000_1, f64::INFINITY] {
            assert_eq!(Confidence::new(wrong), None);
        }
        assert!(Confidence::new(-0.0).is_some_and(|zero| zero.get().is_sign_positive()));
        assert!(serde_json::from_str::<Confidence>("1.5").is_err());
        assert_eq!(serde_json::to_string(&Confidence::FULL).unwrap(), "1.0");
    }
}
