//! `len`.

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{Wrapper, containers};
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// The types that `#[check(len(…))]` goes on.
///
/// Strings (code points are counted), lists and sets (items), maps (entries), and an `Option`, a `Box` or a
/// `Shared` of those. It cannot be implemented outside of `handoff`: the schema must say what is counted.
#[diagnostic::on_unimplemented(
    message = "`len` cannot count `{Self}`",
    label = "`len` goes on strings, lists, sets and maps",
    note = "bound a number with `range`, as in `#[check(range(1..=5))]`"
)]
pub trait Countable {
    /// How it is counted.
    #[doc(hidden)]
    const COUNTING: Counting<Self>;
}

/// How to count a value.
#[derive(Debug)]
pub struct Counting<T: ?Sized> {
    unit: LenUnit,
    /// The least and the greatest that the count can be, found at once; `None` where there is nothing to count, an
    /// `Option` that is `None`.
    between: fn(&T) -> Option<(usize, usize)>,
    count: fn(&T) -> usize,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LenUnit {
    /// Unicode code points of a string.
    Characters,
    /// Items of a list or set.
    Items,
    /// Entries of a map.
    Entries,
}

impl LenUnit {
    /// The keywords for the least and for the greatest length.
    fn keywords(self) -> (&'static str, &'static str) {
        match self {
            Self::Characters => ("minLength", "maxLength"),
            Self::Items => ("minItems", "maxItems"),
            Self::Entries => ("minProperties", "maxProperties"),
        }
    }

    /// The words for one and for many.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Characters => ("character", "characters"),
            Self::Items => ("item", "items"),
            Self::Entries => ("entry", "entries"),
        }
    }
}

macro_rules! countable {
    ([$unit:ident $($item:ident)+] $name:ident [$($parameters:tt)*] $type:ty where $needs:tt) => {
        #[diagnostic::do_not_recommend]
        impl<$($item,)+ $($parameters)*> Countable for $type {
            const COUNTING: Counting<Self> = Counting {
                unit: LenUnit::$unit,
                between: |value| Some((value.len(), value.len())),
                count: |value| value.len(),
            };
        }
    };
}

// Not arrays: their length is their type.
containers!(lists, boxed, sets => countable [Items T]);
containers!(maps => countable [Entries K V]);

macro_rules! countable_inside {
    ([] $name:ident [] $type:ty where $needs:tt) => {
        #[diagnostic::do_not_recommend]
        impl<T: Countable> Countable for $type {
            const COUNTING: Counting<Self> = Counting {
                unit: T::COUNTING.unit,
                between: |value| Wrapper::inner(value).and_then(T::COUNTING.between),
                count: |value| Wrapper::inner(value).map_or(0, T::COUNTING.count),
            };
        }
    };
}

containers!(wrappers => countable_inside []);

macro_rules! texts {
    ($($type:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Countable for $type {
            const COUNTING: Counting<Self> = Counting {
                unit: LenUnit::Characters,
                // A code point has one to four bytes in UTF-8.
                between: |text| Some((text.len().div_ceil(4), text.len())),
                count: |text| text.chars().count(),
            };
        }
    )*};
}

texts! { String Box<str> }

/// The lengths that `len` allows.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    /// The least length.
    pub min: usize,
    /// The greatest length.
    pub max: Option<usize>,
}

impl Lengths {
    #[inline]
    fn contain(self, length: usize) -> bool {
        length >= self.min && self.max.is_none_or(|max| length <= max)
    }
}

/// The greatest length as a `u32`, for the capacity of a fan-out over a list.
#[must_use]
pub const fn width(lengths: Lengths) -> Option<u32> {
    match lengths.max {
        None => None,
        // The cast is behind its test.
        #[allow(clippy::cast_possible_truncation)]
        Some(max) if max <= u32::MAX as usize => Some(max as u32),
        Some(_) => Some(u32::MAX),
    }
}

/// `#[check(len(…))]`.
#[derive(Debug)]
pub struct Len<T: ?Sized> {
    counting: Counting<T>,
    lengths: Lengths,
}

impl<T: ?Sized> Len<T> {
    /// Checks that the count lies in `lengths`.
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
            check(counting.unit, *lengths, (counting.count)(value), violations);
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
        check(self.counting.unit, self.lengths, count, violations);
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        let (min, max) = self.counting.unit.keywords();
        if self.lengths.min > 0 {
            schema.insert(min.to_owned(), self.lengths.min.into());
        }
        if let Some(length) = self.lengths.max {
            schema.insert(max.to_owned(), length.into());
        }
    }
}

/// Checks a count.
#[inline]
pub(crate) fn check(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    if !lengths.contain(count) {
        report(unit, lengths, count, violations);
    }
}

#[cold]
fn report(unit: LenUnit, lengths: Lengths, count: usize, violations: &mut Violations) {
    let (min_keyword, max_keyword) = unit.keywords();
    let keyword = if count < lengths.min { min_keyword } else { max_keyword };
    let (one, many) = unit.words();
    let noun = |count| if count == 1 { one } else { many };
    let expected = match (lengths.min, lengths.max) {
        (min, Some(max)) if min == max => format!("exactly {min} {}", noun(min)),
        (0, Some(max)) => format!("at most {max} {}", noun(max)),
        (min, Some(max)) => format!("{min} to {max} {many}"),
        (min, None) => format!("at least {min} {}", noun(min)),
    };
    violations.report(keyword, format!("expected {expected}, found {count}"));
}
