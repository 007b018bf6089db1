//! `unique`, and sets.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::contract::checks::{Check, Distinct};
use crate::contract::json::levels::{Levels, MOST_LEVELS};
use crate::contract::json::tree::{Json, Number};
use crate::contract::violation::Violations;

/// Beside `uniqueItems` in a schema while it is made: the items are compared as values, so that a text need not be
/// searched for what a set has dropped.
pub(crate) const COMPARED: (&str, &str) = ("$comment", "compared as values");

/// How to compare the items of a value.
#[derive(Debug)]
pub struct Comparing<T: ?Sized> {
    compare: fn(&T, &mut Violations),
}

/// `#[check(unique)]`.
#[derive(Debug)]
pub struct Unique<T: ?Sized> {
    comparing: Comparing<T>,
}

impl<T: ?Sized> Unique<T> {
    /// No item stands twice.
    #[inline]
    #[must_use]
    pub const fn new(comparing: Comparing<T>) -> Self {
        Self { comparing }
    }
}

impl<T: ?Sized> Check<T> for Unique<T> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.comparing.compare)(value, violations);
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        if let Json::List(items) = json {
            let mut seen = Seen::new(items.len());
            for (index, item) in items.iter().enumerate() {
                if let Some(first) = seen.before(key_of(item), index) {
                    // One violation for the list, as there is one keyword on it.
                    return report_repeated(first, index, violations);
                }
            }
        }
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        let (comment, compared) = COMPARED;
        schema.insert("uniqueItems".to_owned(), Value::Bool(true));
        // Where the user has a comment, the text is searched, which is only slower.
        schema.entry(comment).or_insert_with(|| compared.into());
    }
}

#[cold]
fn report_repeated(first: usize, again: usize, violations: &mut Violations) {
    violations
        .report("uniqueItems", format!("expected no item twice, found item {first} again as item {again}"));
}

/// Compares values as the JSON that they are.
fn compare<'a, T: Serialize + 'a>(items: impl ExactSizeIterator<Item = &'a T>, violations: &mut Violations) {
    let mut seen = Seen::new(items.len());
    let mut text = Vec::new();
    for (index, item) in items.enumerate() {
        text.clear();
        let mut keys = Keys { objects: false, levels: Levels::new(MOST_LEVELS) };
        let mut serializer = serde_json::Serializer::with_formatter(&mut text, &mut keys);
        if item.serialize(&mut serializer).is_err() {
            if keys.levels.exceeded() {
                // Whoever looks into the item, or writes the whole, reports that.
                return;
            }
            violations
                .at(index, |violations| violations.report("type", "expected a value that JSON can hold"));
            return;
        }
        // What `serde_json` writes is UTF-8.
        let text = String::from_utf8_lossy(&text);
        // The entries of an object have no order.
        let json = if keys.objects { Json::read(&text).ok() } else { None };
        let key = json.map_or_else(|| text.to_string(), |json| key_of(&json));
        if let Some(first) = seen.before(key, index) {
            return report_repeated(first, index, violations);
        }
    }
}

/// The keys of the items so far, and where each stands first.
struct Seen(HashMap<Cow<'static, str>, usize>);

impl Seen {
    fn new(items: usize) -> Self {
        Self(HashMap::with_capacity(items))
    }

    /// The index of an item with the same key, if there was one.
    fn before(&mut self, key: String, index: usize) -> Option<usize> {
        if let Some(first) = self.0.get(&*key) {
            return Some(*first);
        }
        self.0.insert(Cow::Owned(key), index);
        None
    }
}

/// Writes equal numbers alike, and notes objects.
struct Keys {
    objects: bool,
    levels: Levels,
}

impl serde_json::ser::Formatter for &mut Keys {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float_key(value).as_bytes())
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        let widened = value.to_string().parse().unwrap_or_else(|_| f64::from(value));
        writer.write_all(float_key(widened).as_bytes())
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

/// JSON in one form for all that JSON Schema holds to be equal: `1` and `1.0`, entries in any order.
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
        Json::Object(entries) => {
            // What is repeated is reported, and only the last counts here.
            let mut written = Map::new();
            for entry in entries {
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
        Json::Null | Json::Bool(_) | Json::Number(Number::Integer(_)) | Json::Text(_) => {
            key.push_str(&json.to_string());
        }
    }
}

/// A float that is an integer is written as one.
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

/// Reports each item of a set that stands earlier in it.
pub(crate) fn report_repeated_items(items: &[Json<'_>], violations: &mut Violations) {
    let mut seen = Seen::new(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some(first) = seen.before(key_of(item), index) {
            let message = format!("the same as item {first} of a set");
            violations.at(index, |violations| violations.report_found("uniqueItems", message, item));
        }
    }
}

macro_rules! distinct {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Serialize, $($generics)*> Distinct for $type {
            const COMPARING: Comparing<Self> =
                Comparing { compare: |items, violations| compare(items.iter(), violations) };
        }
    )*};
}

distinct! {
    [] Vec<T>;
    [] VecDeque<T>;
    [] Box<[T]>;
    [const N: usize] [T; N];
}

#[diagnostic::do_not_recommend]
impl<T: Distinct> Distinct for Option<T> {
    const COMPARING: Comparing<Self> = Comparing {
        compare: |value, violations| {
            if let Some(value) = value {
                (T::COMPARING.compare)(value, violations);
            }
        },
    };
}

#[diagnostic::do_not_recommend]
impl<T: Distinct> Distinct for Box<T> {
    const COMPARING: Comparing<Self> =
        Comparing { compare: |value, violations| (T::COMPARING.compare)(value, violations) };
}
