//! Bounds of numbers and lengths: which is narrower, and how they are written.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Number;

/// A number of a schema, exact where it is an integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Amount {
    Integer(i128),
    Float(f64),
}

impl Amount {
    #[inline]
    pub(crate) fn of(number: &Number) -> Self {
        if let Some(integer) = number.as_i64() {
            return Self::Integer(integer.into());
        }
        if let Some(integer) = number.as_u64() {
            return Self::Integer(integer.into());
        }
        Self::Float(number.as_f64().unwrap_or(f64::NAN))
    }

    /// Whether it is a whole number of times `step`; `None` where that cannot be told exactly.
    #[inline]
    pub(crate) fn is_multiple_of(self, step: Self) -> Option<bool> {
        match (self, step) {
            (Self::Integer(number), Self::Integer(step)) if step != 0 => Some(number % step == 0),
            _ if self == step => Some(true),
            _ => None,
        }
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "integers are compared as such; this is for the mixed case"
    )]
    #[inline]
    fn as_float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }

    #[inline]
    fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.cmp(&other),
            _ => self.as_float().total_cmp(&other.as_float()),
        }
    }
}

impl fmt::Display for Amount {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => write!(f, "{float:?}"),
        }
    }
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct End {
    pub(crate) at: Amount,
    pub(crate) included: bool,
}

/// The range of a number or of a length; no end, no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Range {
    pub(crate) min: Option<End>,
    pub(crate) max: Option<End>,
}

impl Range {
    #[inline]
    pub(crate) fn of_length(min: u64, max: Option<u64>) -> Self {
        let end = |length: u64| End { at: Amount::Integer(length.into()), included: true };
        Self { min: (min > 0).then(|| end(min)), max: max.map(end) }
    }

    /// What both allow.
    #[inline]
    pub(crate) fn and(self, other: Self) -> Self {
        let tighter = |one: Option<End>, other: Option<End>, wins: Ordering| match (one, other) {
            (Some(one), Some(other)) => match one.at.order(other.at) {
                Ordering::Equal => Some(End { at: one.at, included: one.included && other.included }),
                order if order == wins => Some(one),
                _ => Some(other),
            },
            (one, other) => one.or(other),
        };
        Self {
            min: tighter(self.min, other.min, Ordering::Greater),
            max: tighter(self.max, other.max, Ordering::Less),
        }
    }

    /// Whether the other range allows everything that this one does.
    #[inline]
    pub(crate) fn is_within(self, other: Self) -> bool {
        let same = |one: Option<End>, other: Option<End>| match (one, other) {
            (None, None) => true,
            (Some(one), Some(other)) => {
                one.included == other.included && one.at.order(other.at) == Ordering::Equal
            }
            _ => false,
        };
        let both = self.and(other);
        same(both.min, self.min) && same(both.max, self.max)
    }

    #[inline]
    pub(crate) fn holds(self, number: Amount) -> bool {
        let above = self.min.is_none_or(|min| match number.order(min.at) {
            Ordering::Greater => true,
            Ordering::Equal => min.included,
            Ordering::Less => false,
        });
        let below = self.max.is_none_or(|max| match number.order(max.at) {
            Ordering::Less => true,
            Ordering::Equal => max.included,
            Ordering::Greater => false,
        });
        above && below
    }

    /// For integers, with both ends included.
    #[inline]
    pub(crate) fn of_integers(self) -> Self {
        let whole = |end: End, step: i128| match end.at {
            Amount::Integer(at) if !end.included => End { at: Amount::Integer(at + step), included: true },
            _ => end,
        };
        Self { min: self.min.map(|end| whole(end, 1)), max: self.max.map(|end| whole(end, -1)) }
    }
}

/// As a range of Rust, which is how checks are written; `any` without an end.
impl fmt::Display for Range {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (None, None) => return f.write_str("any"),
            (Some(min), Some(max)) if min == max => return min.at.fmt(f),
            (Some(min), None) if !min.included => return write!(f, "above {}", min.at),
            (Some(min), Some(max)) if !min.included => {
                let most = if max.included { "at most" } else { "below" };
                return write!(f, "above {} and {most} {}", min.at, max.at);
            }
            _ => {}
        }
        if let Some(min) = self.min {
            write!(f, "{}", min.at)?;
        }
        f.write_str("..")?;
        match self.max {
            None => Ok(()),
            Some(max) if max.included => write!(f, "={}", max.at),
            Some(max) => write!(f, "{}", max.at),
        }
    }
}

/// What the names of Rust's number types imply, which stand in `format`.
#[inline]
pub(crate) fn implied(format: Option<&str>) -> Range {
    let range = |min: i128, max: i128| Range {
        min: Some(End { at: Amount::Integer(min), included: true }),
        max: Some(End { at: Amount::Integer(max), included: true }),
    };
    match format {
        Some("int8") => range(i8::MIN.into(), i8::MAX.into()),
        Some("int16") => range(i16::MIN.into(), i16::MAX.into()),
        Some("int32") => range(i32::MIN.into(), i32::MAX.into()),
        Some("int64" | "int") => range(i64::MIN.into(), i64::MAX.into()),
        Some("uint8") => range(0, u8::MAX.into()),
        Some("uint16") => range(0, u16::MAX.into()),
        Some("uint32") => range(0, u32::MAX.into()),
        Some("uint64" | "uint") => range(0, u64::MAX.into()),
        Some("float") => Range {
            min: Some(End { at: Amount::Float(f32::MIN.into()), included: true }),
            max: Some(End { at: Amount::Float(f32::MAX.into()), included: true }),
        },
        _ => Range::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: Option<(i128, bool)>, max: Option<(i128, bool)>) -> Range {
        let end = |(at, included)| End { at: Amount::Integer(at), included };
        Range { min: min.map(end), max: max.map(end) }
    }

    #[test]
    fn a_range_is_within_itself_and_within_wider_ones() {
        let narrow = range(Some((1, true)), Some((5, false)));
        for wider in
            [narrow, range(Some((1, true)), Some((5, true))), range(Some((0, false)), None), Range::default()]
        {
            assert!(narrow.is_within(wider), "{wider}");
            assert_eq!(wider.is_within(narrow), wider == narrow, "{wider}");
        }
        assert!(!narrow.is_within(range(Some((1, false)), None)));
    }

    #[test]
    fn ranges_are_written_as_in_rust() {
        let written = [
            range(None, None),
            range(Some((1, true)), None),
            range(None, Some((5, true))),
            range(Some((1, true)), Some((5, false))),
            range(Some((3, true)), Some((3, true))),
            range(Some((0, false)), Some((1, true))),
        ]
        .map(|range| range.to_string());
        assert_eq!(written, ["any", "1..", "..=5", "1..5", "3", "above 0 and at most 1"]);
    }
}
