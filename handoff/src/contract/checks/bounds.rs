//! `len` and `range`.

use serde_json::{Map, Value};

use crate::contract::checks::keywords::innermost;
use crate::contract::checks::{Bounds, Check, Counting, Included, LenUnit, Lengths, Number, Ranging};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// `#[check(len(…))]`.
#[derive(Debug)]
pub struct Len<T: ?Sized> {
    counting: Counting<T>,
    lengths: Lengths,
}

impl<T: ?Sized> Len<T> {
    /// The count lies in `lengths`.
    #[inline]
    #[must_use]
    pub const fn new(counting: Counting<T>, lengths: Lengths) -> Self {
        Self { counting, lengths }
    }
}

impl<T: ?Sized> Check<T> for Len<T> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        let Self { counting, lengths } = self;
        // Long texts are not counted where their bytes say enough.
        if let Some((least, most)) = (counting.between)(value)
            && (!lengths.contain(least) || !lengths.contain(most))
        {
            hold_len(counting.unit, *lengths, (counting.count)(value), violations);
        }
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        let count = match (self.counting.unit, json) {
            (LenUnit::Characters, Json::Text(text)) => text.chars().count(),
            (LenUnit::Items, Json::List(items)) => items.len(),
            (LenUnit::Entries, Json::Object(entries)) => entries.len(),
            // `null` for an `Option`.
            _ => return,
        };
        hold_len(self.counting.unit, self.lengths, count, violations);
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        let (min, max) = match self.counting.unit {
            LenUnit::Characters => ("minLength", "maxLength"),
            LenUnit::Items => ("minItems", "maxItems"),
            LenUnit::Entries => ("minProperties", "maxProperties"),
        };
        if self.lengths.min > 0 {
            schema.insert(min.to_owned(), self.lengths.min.into());
        }
        if let Some(length) = self.lengths.max {
            schema.insert(max.to_owned(), length.into());
        }
    }
}

/// A number of a check, of a type that only the compiler knows: what it is is asked of it in a constant.
#[derive(Clone, Copy, Debug)]
pub struct Known<N>(pub N);

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl Known<$integer> {
            /// Every integer is.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                true
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

macro_rules! floats {
    ($($float:ident)*) => {$(
        impl Known<$float> {
            /// Neither infinite nor NaN.
            #[must_use]
            pub const fn is_finite(self) -> bool {
                self.0.is_finite()
            }
        }
    )*};
}

floats! { f32 f64 }

/// `#[check(range(…))]`.
#[derive(Debug)]
pub struct Range<T: ?Sized, N> {
    ranging: Ranging<T, N>,
    bounds: Bounds<N>,
}

impl<T: ?Sized, N> Range<T, N> {
    /// Every number lies in `bounds`.
    #[inline]
    #[must_use]
    pub const fn new(ranging: Ranging<T, N>, bounds: Bounds<N>) -> Self {
        Self { ranging, bounds }
    }
}

impl<T: ?Sized, N: Number> Check<T> for Range<T, N> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.ranging.each)(value, violations, &mut |number, violations| {
            hold_range(self.bounds, number, violations);
        });
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        each_number(json, violations, &mut |number, violations| hold_range(self.bounds, number, violations));
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        add_range(schema, self.bounds);
    }
}

/// Adds a range to the schema of numbers.
pub(crate) fn add_range<N: Number>(schema: &mut Map<String, Value>, bounds: Bounds<N>) {
    let schema = innermost(schema);
    // What is no number in JSON bounds nothing there: a literal that overflows, where the user allows that.
    let mut add = |keyword: &str, bound: Value| {
        if bound.is_number() {
            schema.insert(keyword.to_owned(), bound);
        }
    };
    if let Some(min) = bounds.min {
        add("minimum", min.json());
    }
    if let Some((max, included)) = bounds.max {
        let keyword = match included {
            Included::Yes => "maximum",
            Included::No => "exclusiveMaximum",
        };
        add(keyword, max.json());
    }
}

/// Every number of the type `N` in a node. What is of another type was reported by the walk.
pub(crate) fn each_number<N: Number>(
    json: &Json<'_>,
    violations: &mut Violations,
    test: &mut impl FnMut(N, &mut Violations),
) {
    match json {
        Json::Number(number) => {
            if let Some(number) = N::of(*number) {
                test(number, violations);
            }
        }
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                violations.at(index, |violations| each_number(item, violations, test));
            }
        }
        _ => {}
    }
}

#[inline]
fn hold_len(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    if !lengths.contain(count) {
        report_len(unit, lengths, count, violations);
    }
}

#[cold]
fn report_len(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    let too_few = count < lengths.min;
    let (keyword, one, many) = match (unit, too_few) {
        (LenUnit::Characters, true) => ("minLength", "character", "characters"),
        (LenUnit::Characters, false) => ("maxLength", "character", "characters"),
        (LenUnit::Items, true) => ("minItems", "item", "items"),
        (LenUnit::Items, false) => ("maxItems", "item", "items"),
        (LenUnit::Entries, true) => ("minProperties", "entry", "entries"),
        (LenUnit::Entries, false) => ("maxProperties", "entry", "entries"),
    };
    let noun = |count| if count == 1 { one } else { many };
    let expected = match (lengths.min, lengths.max) {
        (min, Some(max)) if min == max => format!("exactly {min} {}", noun(min)),
        (0, Some(max)) => format!("at most {max} {}", noun(max)),
        (min, Some(max)) => format!("{min} to {max} {many}"),
        (min, None) => format!("at least {min} {}", noun(min)),
    };
    violations.report(keyword, format!("expected {expected}, found {count}"));
}

#[inline]
pub(crate) fn hold_range<N: Number>(bounds: Bounds<N>, number: N, violations: &mut Violations) {
    if !bounds.contain(number) {
        report_range(bounds, number, violations);
    }
}

#[cold]
fn report_range<N: Number>(bounds: Bounds<N>, number: N, violations: &mut Violations) {
    let keyword = match bounds {
        Bounds { min: Some(min), .. } if number < min => "minimum",
        Bounds { max: Some((_, Included::No)), .. } => "exclusiveMaximum",
        _ => "maximum",
    };
    violations.report_found(keyword, format!("not in {bounds}"), &format_args!("{number:?}"));
}
