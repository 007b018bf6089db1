//! `unique`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{Wrapper, containers};
use crate::contract::checks::number::widen;
use crate::contract::fields::opaque::Opaque;
use crate::contract::json::levels::{Levels, MOST_LEVELS};
use crate::contract::json::tree::{Json, Number};
use crate::contract::violation::Violations;

/// The types that `#[check(unique)]` goes on.
///
/// Lists of anything, and an `Option`, a `Box` or a `Shared` of those. Items are compared as the JSON that they are. It cannot be
/// implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`unique` cannot compare the items of `{Self}`",
    label = "`unique` goes on lists",
    note = "a set or a map holds each item and each key once by itself: leave `unique` out"
)]
pub trait Distinct {
    /// What is in it.
    #[doc(hidden)]
    type Item;

    /// How its items are found.
    #[doc(hidden)]
    const ITEMS: Items<Self, Self::Item>;
}

/// What is asked of each item: whether to go on.
type GoesOn<'a, I> = &'a mut dyn FnMut(&I) -> bool;

/// How to go through the items of a value.
#[derive(Debug)]
pub struct Items<T: ?Sized, I> {
    /// Shows each of them, as long as the answer is to go on.
    each: fn(&T, GoesOn<'_, I>),
}

macro_rules! distinct {
    ([] $name:ident [$($parameters:tt)*] $type:ty where $needs:tt) => {
        #[diagnostic::do_not_recommend]
        impl<T, $($parameters)*> Distinct for $type {
            type Item = T;
            const ITEMS: Items<Self, T> = Items {
                each: |items, goes_on| {
                    items.iter().all(goes_on);
                },
            };
        }
    };
}

containers!(lists, boxed, arrays => distinct []);

macro_rules! distinct_inside {
    ([] $name:ident [] $type:ty where $needs:tt) => {
        #[diagnostic::do_not_recommend]
        impl<T: Distinct> Distinct for $type {
            type Item = T::Item;
            const ITEMS: Items<Self, T::Item> = Items {
                each: |value, goes_on| {
                    if let Some(value) = Wrapper::inner(value) {
                        (T::ITEMS.each)(value, goes_on);
                    }
                },
            };
        }
    };
}

containers!(wrappers => distinct_inside []);

/// `#[check(unique)]`.
#[derive(Debug)]
pub struct Unique<T: ?Sized, I, O> {
    items: Items<T, I>,
    /// How an item is written: that it cannot be is said of the field.
    opaque: O,
}

impl<T: ?Sized, I, O: Opaque<I>> Unique<T, I, O> {
    /// Checks that no item stands twice.
    #[inline]
    #[must_use]
    pub const fn new(items: Items<T, I>, opaque: O) -> Self {
        Self { items, opaque }
    }
}

impl<T: ?Sized, I, O: Opaque<I>> Check<T> for Unique<T, I, O> {
    fn check(&self, value: &T, violations: &mut Violations) {
        let mut compared = Compared::default();
        (self.items.each)(value, &mut |item| {
            let mut formatter = KeyFormatter { objects: false, levels: Levels::new(MOST_LEVELS) };
            let mut serializer = serde_json::Serializer::with_formatter(compared.text(), &mut formatter);
            let written = self.opaque.serialize(item, &mut serializer).is_ok();
            compared.goes_on(written, &formatter, violations)
        });
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        if let Json::List(items) = json {
            check(items, violations);
        }
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        schema.insert("uniqueItems".to_owned(), Value::Bool(true));
    }
}

/// Checks the items of a list.
pub(crate) fn check(items: &[Json<'_>], violations: &mut Violations) {
    let mut keys = Keys::default();
    for (index, item) in items.iter().enumerate() {
        if let Some(first) = keys.first(item, index) {
            // One violation for the list, as there is one keyword on it.
            return report_repeated(first, index, violations);
        }
    }
}

#[cold]
fn report_repeated(first: usize, again: usize, violations: &mut Violations) {
    violations
        .report("uniqueItems", format!("expected no item twice, found item {first} again as item {again}"));
}

/// The items of a value so far, compared as the JSON that they are.
#[derive(Default)]
struct Compared {
    keys: Keys,
    count: usize,
    text: Vec<u8>,
}

impl Compared {
    /// Where the next item is written.
    fn text(&mut self) -> &mut Vec<u8> {
        self.text.clear();
        &mut self.text
    }

    /// Compares the item that was written with those before it; whether there is anything left to be found.
    fn goes_on(&mut self, written: bool, formatter: &KeyFormatter, violations: &mut Violations) -> bool {
        let index = self.count;
        self.count += 1;
        if !written {
            // Of what is too deep, whoever looks into the item, or writes the whole, reports that.
            if !formatter.levels.exceeded() {
                violations
                    .at(index, |violations| violations.report("type", "expected a value that JSON can hold"));
            }
            return false;
        }
        // What `serde_json` writes is UTF-8.
        let text = String::from_utf8_lossy(&self.text);
        // The entries of an object have no order.
        let json = if formatter.objects { Json::read(&text).ok() } else { None };
        let key = json.map_or_else(|| text.to_string(), |json| key_of(&json));
        if let Some(first) = self.keys.first_of(key, index) {
            report_repeated(first, index, violations);
            return false;
        }
        true
    }
}

/// The items so far by what JSON they are, and where each stands first.
#[derive(Default)]
pub(crate) struct Keys(HashMap<String, usize>);

impl Keys {
    /// Finds an earlier item that is the same JSON; if there is none, this is it.
    pub(crate) fn first(&mut self, item: &Json<'_>, index: usize) -> Option<usize> {
        self.first_of(key_of(item), index)
    }

    fn first_of(&mut self, key: String, index: usize) -> Option<usize> {
        match self.0.entry(key) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(entry) => {
                entry.insert(index);
                None
            }
        }
    }
}

/// Writes equal numbers alike, and notes objects.
struct KeyFormatter {
    objects: bool,
    levels: Levels,
}

impl serde_json::ser::Formatter for &mut KeyFormatter {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float_key(value).as_bytes())
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        writer.write_all(float_key(widen(value)).as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        (&mut self.levels).begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        (&mut self.levels).end_array(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects = true;
        (&mut self.levels).begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        (&mut self.levels).end_object(writer)
    }
}

/// Writes JSON in one form for all that JSON Schema holds to be equal: `1` and `1.0`, entries in any order.
fn key_of(json: &Json<'_>) -> String {
    let mut key = String::new();
    write_key(json, &mut key);
    key
}

fn write_key(json: &Json<'_>, key: &mut String) {
    match json {
        Json::Number(Number::Float(float)) => key.push_str(&float_key(*float)),
        Json::List(items) => {
            key.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    key.push(',');
                }
                write_key(item, key);
            }
            key.push(']');
        }
        Json::Object(object) => {
            // What is repeated is reported, and only the last counts here.
            let mut written = Map::new();
            for entry in object.iter() {
                written.insert(entry.key.clone().into_owned(), Value::String(key_of(&entry.value)));
            }
            written.sort_keys();
            key.push('{');
            for (name, value) in &written {
                key.push_str(&Json::Text(name.into()).to_string());
                key.push(':');
                key.push_str(value.as_str().unwrap_or_default());
                key.push(',');
            }
            key.push('}');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
            key.push_str(&json.to_string());
        }
    }
}

/// Writes a float that is an integer as one.
fn float_key(float: f64) -> String {
    // Beyond, no integer of Rust is equal to it. Integers below that are floats are exact as `i128`.
    const MOST: f64 = 1e30;
    if float.fract() == 0.0 && float.abs() < MOST {
        #[allow(clippy::cast_possible_truncation)]
        let integer = float as i128;
        return integer.to_string();
    }
    format!("{float:?}")
}
