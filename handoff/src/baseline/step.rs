//! The steps that numbers are counted in: what is kept of a number is roughly how large it is.

use std::cmp::Ordering;
use std::fmt;

/// A number to two digits at most: `1.0`, `1.1` … `1.9`, then in steps of `0.2` up to `4.8`, then `5.0`, `5.5` …
/// `9.5`, times a power of ten. Neighbours are 4 to 10 % apart, whole numbers below 20 are themselves.
///
/// Steps have the order of the numbers that they stand for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Step(pub(super) i32);

/// The steps in a decade.
const DECADE: i32 = 35;
/// The least power of ten that an `f64` has, and then some: the steps of positive numbers are positive.
const LEAST_POWER: i32 = -330;

impl Step {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self::positive(10, 0);

    /// That of a length or a number of things.
    #[inline]
    pub(super) fn of_count(count: usize) -> Self {
        let (mut digits, mut power) = (count, 0);
        while digits >= 100 {
            (digits, power) = (digits / 10, power + 1);
        }
        match u8::try_from(digits) {
            Ok(0) | Err(_) => Self::ZERO,
            Ok(digit @ ..10) => Self::positive(digit * 10, power),
            Ok(digits) => Self::positive(digits, power + 1),
        }
    }

    /// That of a number, rounded to two digits first.
    #[inline]
    pub(super) fn of(number: f64) -> Self {
        // The only way to the decimal digits of an `f64` that is right for all of them: `8.5e1`.
        let text = format!("{:.1e}", number.abs());
        let parts = text
            .split_once('e')
            .and_then(|(digits, power)| Some((digits.replace('.', "").parse().ok()?, power.parse().ok()?)));
        match (parts, number.partial_cmp(&0.0)) {
            (Some((digits, power)), Some(Ordering::Greater)) => Self::positive(digits, power),
            (Some((digits, power)), Some(Ordering::Less)) => Self(-Self::positive(digits, power).0),
            _ => Self::ZERO,
        }
    }

    /// That of `digits`, 10 to 99, before the last of which there is the point, times ten to this power.
    #[inline]
    const fn positive(digits: u8, power: i32) -> Self {
        let in_decade = match digits {
            ..20 => digits - 10,
            20..50 => 10 + (digits - 20) / 2,
            50.. => 25 + (digits - 50) / 5,
        };
        Self((power - LEAST_POWER) * DECADE + in_decade as i32 + 1)
    }

    /// The least number of the step, or of a negative one the nearest to 0.
    #[inline]
    pub(super) fn number(self) -> f64 {
        let Some(place) = self.0.abs().checked_sub(1) else { return 0.0 };
        let (power, in_decade) = (place / DECADE + LEAST_POWER, place % DECADE);
        let digits = match in_decade {
            ..10 => 10 + in_decade,
            10..25 => 20 + (in_decade - 10) * 2,
            25.. => 50 + (in_decade - 25) * 5,
        };
        // What it is the nearest `f64` to, as arithmetic would not have it.
        let number: f64 = format!("{digits}e{}", power - 1).parse().unwrap_or_default();
        // The greatest of all is rounded up to what is none.
        let number = number.min(f64::MAX);
        if self.0 < 0 { -number } else { number }
    }
}

impl fmt::Display for Step {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number();
        // `1e21`, and not all of its zeros.
        if number != 0.0 && !(1e-6..1e21).contains(&number.abs()) {
            write!(f, "{number:e}")
        } else {
            write!(f, "{number}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_to_two_digits_at_most() {
        let table = [
            (0, "0"),
            (1, "1"),
            (9, "9"),
            (10, "10"),
            (19, "19"),
            (21, "20"),
            (49, "48"),
            (54, "50"),
            (99, "95"),
            (119, "110"),
            (48_151_623, "48000000"),
        ];
        for (count, shown) in table {
            assert_eq!(Step::of_count(count).to_string(), shown);
        }
        let table = [
            (0.0, "0"),
            (-0.0, "0"),
            (0.87, "0.85"),
            (0.996, "1"),
            (-3.04, "-3"),
            (1234.5, "1200"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
            (1e-9, "1e-9"),
        ];
        for (number, shown) in table {
            assert_eq!(Step::of(number).to_string(), shown, "{number}");
        }
    }

    #[test]
    fn steps_are_in_order_and_what_they_stand_for_is_in_them() {
        let sizes = || (-20..20).flat_map(|power| (100..1000).map(move |digits| (digits, power)));
        let numbers = sizes().map(|(digits, power)| format!("{digits}e{power}").parse::<f64>().unwrap());
        let mut last = Step::ZERO;
        for number in numbers {
            let (step, negative) = (Step::of(number), Step::of(-number));
            assert!(last <= step && negative <= Step::ZERO, "{number}");
            for step in [step, negative] {
                assert_eq!(Step::of(step.number()), step, "{number}");
                assert_eq!(step.to_string().parse().map(Step::of), Ok(step), "{number}");
            }
            last = step;
        }
        for count in 0..20_000 {
            let step = Step::of_count(count);
            assert!(step <= Step::of_count(count + 1), "{count}");
            assert_eq!(Step::of(step.number()), step, "{count}");
        }
    }
}
