//! JSON as a tree that forgets nothing: repeated keys stay, and a syntax error knows where it is.
//!
//! A text is read into it to find out everything that is wrong, and what serde would buffer is read from it. Lists and
//! objects are shared, so a part of a tree is had without a copy.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::rc::Rc;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::contract::json::pointer::{EntryKey, Pointer, Step};

/// The key under which `serde_json` hands out a number where some crate of the build has turned its
/// `arbitrary_precision` on.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// A JSON value as it stands in the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Rc<[Json<'a>]>),
    /// An object.
    Object(Object<'a>),
}

/// A JSON object: its entries, in the order of the text.
///
/// Entries can be hidden from whoever reads it next: the tag of an enum, from what stands beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<'a> {
    entries: Rc<[Entry<'a>]>,
    hidden: Option<Rc<Hidden>>,
}

/// Keys that are hidden, the last first.
#[derive(Debug, PartialEq)]
struct Hidden {
    key: &'static str,
    more: Option<Rc<Hidden>>,
}

/// A key and a value of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry<'a> {
    /// The key, without escapes.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Json<'a>,
    /// Whether the same key stands earlier in the same object.
    pub repeated: bool,
}

/// A JSON number, in the first of these types that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer from 0 on.
    Unsigned(u64),
    /// An integer below 0.
    Negative(i64),
    /// Any other number, and `-0`. One that is beyond every `f64`, such as `1e999`, is infinite.
    Float(f64),
}

/// What tells two objects or lists of one tree apart, as long as the tree lives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    address: usize,
    hidden: Vec<&'static str>,
}

impl Number {
    /// The integer, if it is one; `-0` is 0.
    #[must_use]
    pub fn integer(self) -> Option<i128> {
        match self {
            Self::Unsigned(integer) => Some(integer.into()),
            Self::Negative(integer) => Some(integer.into()),
            Self::Float(float) if is_minus_zero(float) => Some(0),
            Self::Float(_) => None,
        }
    }

    /// The nearest float, as serde reads an integer into one.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn float(self) -> f64 {
        match self {
            Self::Unsigned(integer) => integer as f64,
            Self::Negative(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }

    fn signed(integer: i64) -> Self {
        u64::try_from(integer).map_or(Self::Negative(integer), Self::Unsigned)
    }
}

/// Whether a float is `-0`, as which `serde_json` reads the integer of that spelling.
pub(crate) fn is_minus_zero(float: f64) -> bool {
    float == 0.0 && float.is_sign_negative()
}

impl<'a> Object<'a> {
    /// An object with these entries.
    pub(crate) fn new(entries: Vec<Entry<'a>>) -> Self {
        Self { entries: entries.into(), hidden: None }
    }

    /// Goes through the entries that are not hidden.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().filter(|entry| !self.hides(&entry.key))
    }

    /// Counts the entries that are not hidden.
    pub(crate) fn len(&self) -> usize {
        if self.hidden.is_none() { self.entries.len() } else { self.iter().count() }
    }

    /// Finds the first entry of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        self.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The object without the entries of a key.
    pub(crate) fn without(&self, key: &'static str) -> Self {
        let hidden = Some(Rc::new(Hidden { key, more: self.hidden.clone() }));
        Self { entries: Rc::clone(&self.entries), hidden }
    }

    /// Whether it is what a tag has left over.
    pub(crate) fn is_beside_tag(&self) -> bool {
        self.hidden.is_some()
    }

    /// The entry at a place, counted with those that are hidden, and whether it is hidden.
    pub(crate) fn at(&self, place: usize) -> Option<(&Entry<'a>, bool)> {
        self.entries.get(place).map(|entry| (entry, self.hides(&entry.key)))
    }

    fn hides(&self, key: &str) -> bool {
        let mut hidden = &self.hidden;
        while let Some(this) = hidden {
            if this.key == key {
                return true;
            }
            hidden = &this.more;
        }
        false
    }
}

impl<'a> Json<'a> {
    /// Reads a text that holds one JSON value and nothing else.
    ///
    /// The error is the pointer to where reading stopped, and what `serde_json` says. A number beyond every `f64` is no
    /// such error.
    pub(crate) fn read(text: &'a str) -> Result<Self, (Pointer, serde_json::Error)> {
        match Self::read_with(text, Vec::new()) {
            Err((_, error)) if error.to_string().starts_with("number out of range") => {
                let (text, beyond) = without_large_numbers(text);
                // What was read of another text cannot be borrowed from it.
                Json::read_with(&text, beyond).map(Json::into_owned)
            }
            read => read,
        }
    }

    /// Reads a text of which the numbers at these places, counted in their order, stand for others.
    fn read_with(text: &'a str, beyond: Vec<(usize, f64)>) -> Result<Self, (Pointer, serde_json::Error)> {
        let progress = Progress { beyond, ..Progress::default() };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let json = Reader { progress: &progress }.deserialize(&mut deserializer);
        let json = json.and_then(|json| deserializer.end().map(|()| json));
        json.map_err(|error| (progress.stopped.into_inner(), error))
    }

    /// Reads a value from any deserializer of a self-describing format.
    pub(crate) fn read_from<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { progress: &Progress::default() }.deserialize(deserializer)
    }

    /// Whether it is a number beyond every `f64`.
    pub(crate) fn is_beyond(&self) -> bool {
        matches!(self, Self::Number(Number::Float(float)) if float.is_infinite())
    }

    /// The kind of value, with its article, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// What tells a list or an object from the others of its tree; nothing for what has nothing in it.
    pub(crate) fn identity(&self) -> Option<Identity> {
        match self {
            Self::List(items) => Some(Identity { address: items.as_ptr().addr(), hidden: Vec::new() }),
            Self::Object(object) => {
                let mut hidden = Vec::new();
                let mut next = &object.hidden;
                while let Some(this) = next {
                    hidden.push(this.key);
                    next = &this.more;
                }
                Some(Identity { address: object.entries.as_ptr().addr(), hidden })
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }

    /// Goes through the lists of the tree, in the order in which they begin.
    pub(crate) fn each_list(&self, list: &mut dyn FnMut(&Self)) {
        match self {
            Self::List(items) => {
                list(self);
                items.iter().for_each(|item| item.each_list(list));
            }
            Self::Object(object) => object.entries.iter().for_each(|entry| entry.value.each_list(list)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Json::List(items.iter().cloned().map(Json::into_owned).collect()),
            Self::Object(object) => {
                let owned = |entry: &Entry<'_>| Entry {
                    key: Cow::Owned(entry.key.clone().into_owned()),
                    value: entry.value.clone().into_owned(),
                    repeated: entry.repeated,
                };
                Json::Object(Object {
                    entries: object.entries.iter().map(owned).collect(),
                    hidden: object.hidden,
                })
            }
        }
    }
}

/// Writes the value as JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_beyond() {
            return f.write_str("a number beyond f64");
        }
        // As far as it is wanted: of a large value, mostly the beginning.
        serde_json::to_writer(Written(f), self).map_err(|_| fmt::Error)
    }
}

/// A formatter that takes JSON.
struct Written<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl io::Write for Written<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // `serde_json` writes whole characters.
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(Number::Float(value)) => serializer.serialize_f64(*value),
            Self::Number(Number::Unsigned(value)) => serializer.serialize_u64(*value),
            Self::Number(Number::Negative(value)) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items.iter()),
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for entry in object.iter() {
                    map.serialize_entry(&entry.key, &entry.value)?;
                }
                map.end()
            }
        }
    }
}

/// How far reading has come.
#[derive(Default)]
struct Progress {
    /// The way to where it stopped, which is found on the way back.
    stopped: RefCell<Pointer>,
    /// How many numbers were met.
    numbers: Cell<usize>,
    /// The numbers, counted in their order, in whose place others were written.
    beyond: Vec<(usize, f64)>,
}

impl Progress {
    /// Notes that reading stopped behind this step.
    #[cold]
    fn stop<E>(&self, step: Step, error: E) -> E {
        self.stopped.borrow_mut().prepend(step);
        error
    }

    /// The number that is meant by the next one in the text.
    fn number(&self, found: Number) -> Number {
        let place = self.numbers.replace(self.numbers.get() + 1);
        match self.beyond.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) => Number::Float(self.beyond[at].1),
            Err(_) => found,
        }
    }
}

/// Reads a [`Json`].
#[derive(Clone, Copy)]
struct Reader<'r> {
    progress: &'r Progress,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(self.progress.number(Number::Unsigned(value))))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(self.progress.number(Number::signed(value))))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(self.progress.number(Number::Float(value))))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        loop {
            match list.next_element_seed(self) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(Json::List(items.into())),
                Err(error) => return Err(self.progress.stop(Step::Index(items.len()), error)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<Entry<'de>> = Vec::new();
        while let Some(key) = map.next_key()? {
            let key = match key {
                Key::OfObject(key) => key,
                Key::OfNumber => {
                    let number = exact_number(&map.next_value::<String>()?)?;
                    return Ok(Json::Number(self.progress.number(number)));
                }
            };
            let value = map
                .next_value_seed(self)
                .map_err(|error| self.progress.stop(EntryKey(&key).into(), error))?;
            entries.push(Entry { key, value, repeated: false });
        }
        mark_repeated(&mut entries);
        Ok(Json::Object(Object::new(entries)))
    }
}

/// A key, borrowed from the text where that is possible.
enum Key<'a> {
    OfObject(Cow<'a, str>),
    /// That under which `serde_json` hands out an exact number.
    OfNumber,
}

impl<'de> Deserialize<'de> for Key<'de> {
    /// As an option: a key that stands in a text is one, and what `serde_json` makes up is not.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor {
            /// Whether it stands in a text.
            written: bool,
        }

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                deserializer.deserialize_str(Self { written: true })
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                match key {
                    EXACT_NUMBER if !self.written => Ok(Key::OfNumber),
                    key => Ok(Key::OfObject(Cow::Owned(key.to_owned()))),
                }
            }

            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                match key {
                    EXACT_NUMBER if !self.written => Ok(Key::OfNumber),
                    key => Ok(Key::OfObject(Cow::Borrowed(key))),
                }
            }
        }

        deserializer.deserialize_option(KeyVisitor { written: false })
    }
}

fn exact_number<E: de::Error>(digits: &str) -> Result<Number, E> {
    if let Ok(integer) = digits.parse() {
        return Ok(Number::Unsigned(integer));
    }
    match (digits.parse(), digits.parse()) {
        (Ok(integer @ ..0), _) => Ok(Number::Negative(integer)),
        (_, Ok(float)) => Ok(Number::Float(float)),
        _ => Err(de::Error::custom("invalid number")),
    }
}

/// The text with a 0 in place of every number that is beyond every `f64`, which `serde_json` cannot read, and
/// which numbers these are: their places, counted in the order of the text, and the infinity of their sign.
fn without_large_numbers(text: &str) -> (String, Vec<(usize, f64)>) {
    let bytes = text.as_bytes();
    let (mut written, mut beyond) = (String::new(), Vec::new());
    // What is before it has been written.
    let (mut done, mut at, mut numbers) = (0, 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                while let Some(byte) = bytes.get(at) {
                    at += match byte {
                        b'"' => break,
                        b'\\' => 2,
                        _ => 1,
                    };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let in_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = bytes[at..].iter().position(|byte| !in_number(byte));
                let end = length.map_or(bytes.len(), |length| at + length);
                if let Some(float) = text[at..end].parse().ok().filter(|float: &f64| float.is_infinite()) {
                    written.push_str(&text[done..at]);
                    written.push('0');
                    beyond.push((numbers, float));
                    done = end;
                }
                numbers += 1;
                at = end;
            }
            _ => at += 1,
        }
    }
    written.push_str(&text[done..]);
    (written, beyond)
}

fn mark_repeated(entries: &mut [Entry<'_>]) {
    // Objects are mostly small, and comparing a handful of keys is cheaper than hashing them.
    if entries.len() <= 8 {
        for index in 1..entries.len() {
            let (earlier, rest) = entries.split_at_mut(index);
            rest[0].repeated = earlier.iter().any(|entry| entry.key == rest[0].key);
        }
        return;
    }
    let mut seen = HashMap::with_capacity(entries.len());
    for (index, entry) in entries.iter_mut().enumerate() {
        entry.repeated = seen.insert(entry.key.clone(), index).is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_keeps_what_the_text_says() {
        let text = r#"{"a":[1,-2,3.5,null,true],"b":{"c":"d"},"a":18446744073709551615}"#;
        let json = Json::read(text).expect("valid JSON");
        assert_eq!(json.to_string(), text);
        let Json::Object(object) = json else { panic!("an object") };
        assert_eq!(object.iter().map(|entry| entry.repeated).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_syntax_error_knows_where_it_is() {
        for (text, pointer) in [
            ("", ""),
            (r#"{"a":"#, "/a"),
            (r#"{"a":[1,{"b":+1}]}"#, "/a/1/b"),
            (r#"{"a":[1,{"b":1e999]}"#, "/a/1"),
            (r#"{"a":["\ud800"]}"#, "/a/0"),
            ("1 2", ""),
        ] {
            let (at, _) = Json::read(text).expect_err(text);
            assert_eq!(at.to_string(), pointer, "{text}");
        }
        assert!(Json::read(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn numbers_beyond_every_float_are_kept() {
        let text = r#"{"a":[7,1e999,"1e999\"1e999",-1E+999,1e308],"b":1e-999}"#;
        let Ok(Json::Object(object)) = Json::read(text) else { panic!("an object: {text}") };
        let Some(Json::List(items)) = object.get("a") else { panic!("a list") };
        assert_eq!(items.iter().map(Json::is_beyond).collect::<Vec<_>>(), [false, true, false, true, false]);
        assert_eq!(items[3], Json::Number(Number::Float(f64::NEG_INFINITY)));
        assert_eq!(items[2], Json::Text("1e999\"1e999".into()));
        assert_eq!(object.get("b"), Some(&Json::Number(Number::Float(0.0))));
        assert!(Json::read("\"1e999\\").is_err());
    }

    #[test]
    fn what_looks_like_a_number_of_serde_json_is_an_object() {
        let text = format!(r#"{{"{EXACT_NUMBER}":"1"}}"#);
        let Ok(Json::Object(object)) = Json::read(&text) else { panic!("an object") };
        assert_eq!(object.get(EXACT_NUMBER), Some(&Json::Text("1".into())));
    }

    #[test]
    fn minus_zero_is_the_integer_zero_and_stays_a_float() {
        let Ok(Json::Number(number)) = Json::read("-0") else { panic!("a number") };
        assert_eq!(number.integer(), Some(0));
        assert!(number.float().is_sign_negative());
        assert_eq!(Number::Float(0.0).integer(), None);
    }

    #[test]
    fn hidden_entries_are_not_there() {
        let Ok(Json::Object(object)) = Json::read(r#"{"t":1,"u":2,"a":3,"t":4}"#) else {
            panic!("an object")
        };
        let rest = object.without("t").without("u");
        assert_eq!((rest.len(), rest.get("t"), rest.get("a").is_some()), (1, None, true));
        assert_ne!(Json::Object(rest).identity(), Json::Object(object).identity());
    }

    #[test]
    fn many_keys_are_compared_too() {
        let keys: Vec<String> = (0..20).map(|n| format!("\"{}\":0", n % 19)).collect();
        let text = format!("{{{}}}", keys.join(","));
        let Ok(Json::Object(object)) = Json::read(&text) else { panic!("an object") };
        assert_eq!(object.iter().filter(|entry| entry.repeated).count(), 1);
    }
}
