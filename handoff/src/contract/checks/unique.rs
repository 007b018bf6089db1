//! `unique`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::mem;

use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{Wrapper, containers};
use crate::contract::fields::opaque::Opaque;
use crate::contract::json::MOST_LEVELS;
use crate::contract::json::tree::{Json, Number};
use crate::contract::violation::Violations;
use crate::json::{Unwritten, Writer};

/// The types that `#[check(unique)]` goes on.
///
/// Lists of anything, and an `Option`, a `Box` or a `Shared` of those. Items are compared as the JSON that they
/// are. It cannot be implemented outside of `handoff`.
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
            let mut writer = compared.writer();
            let written = writer.write_with(|serializer| self.opaque.serialize(item, serializer));
            compared.goes_on(&written, writer, violations)
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
    text: String,
}

impl Compared {
    /// Where the next item is written.
    fn writer(&mut self) -> Writer {
        Writer::new(mem::take(&mut self.text), usize::MAX, MOST_LEVELS)
    }

    /// Compares the item that was written with those before it; whether there is anything left to be found.
    fn goes_on(
        &mut self,
        written: &Result<(), Unwritten>,
        writer: Writer,
        violations: &mut Violations,
    ) -> bool {
        let index = self.count;
        self.count += 1;
        match written {
            Ok(()) => {}
            Err(Unwritten::NotJson(_)) => {
                violations
                    .at(index, |violations| violations.report("type", "expected a value that JSON can hold"));
                return false;
            }
            // Whoever looks into the item, or writes the whole, reports that.
            Err(Unwritten::TooDeep | Unwritten::NoRoom) => return false,
        }
        self.text = writer.into_text();
        if let Some(first) = self.keys.first_of(key_of_text(&self.text), index) {
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

/// The same of JSON that was written. It has but one form where it has neither objects nor floats in it.
fn key_of_text(text: &str) -> String {
    let is_in_one_form = text.starts_with('"') || !text.contains(['{', '.', 'e']);
    let json = if is_in_one_form { None } else { Json::read(text).ok() };
    json.map_or_else(|| text.to_owned(), |json| key_of(&json))
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
