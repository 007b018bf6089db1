//! JSON as a tree that forgets nothing: repeated keys stay, and a syntax error knows where it is.
//!
//! The tree is read only after something went wrong, to find out everything that is wrong.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

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
    List(Vec<Json<'a>>),
    /// An object, its entries in the order of the text.
    Object(Vec<Entry<'a>>),
}

/// A key and a value of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The key, without escapes.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Json<'a>,
    /// Whether the same key stands earlier in the same object.
    pub repeated: bool,
}

/// A JSON number, in the widest type that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer that fits into an `i64` or a `u64`.
    Integer(i128),
    /// Any other number. One that is beyond every `f64`, such as `1e999`, is infinite.
    Float(f64),
}

impl<'a> Json<'a> {
    /// Reads a text that holds one JSON value and nothing else.
    ///
    /// The error is the pointer to where reading stopped, and what `serde_json` says.
    /// A number beyond every `f64` is such an error here; see [`with_large_numbers`].
    pub(crate) fn read(text: &'a str) -> Result<Self, (Pointer, serde_json::Error)> {
        let at = RefCell::new(Pointer::root());
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let json = Reader { at: &at }.deserialize(&mut deserializer);
        let json = json.and_then(|json| deserializer.end().map(|()| json));
        json.map_err(|error| (at.into_inner(), error))
    }

    /// Reads a value from any deserializer of a self-describing format.
    pub(crate) fn read_from<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { at: &RefCell::new(Pointer::root()) }.deserialize(deserializer)
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
}

/// Writes the value as JSON.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_beyond() {
            return f.write_str("a number beyond f64");
        }
        let json = serde_json::to_string(self).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(Number::Float(value)) => serializer.serialize_f64(*value),
            Self::Number(Number::Integer(value)) => match (u64::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_u64(value),
                (_, Ok(value)) => serializer.serialize_i64(value),
                _ => serializer.serialize_i128(*value),
            },
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for entry in entries {
                    map.serialize_entry(&entry.key, &entry.value)?;
                }
                map.end()
            }
        }
    }
}

/// Reads a [`Node`], keeping the way to where it is reading.
#[derive(Clone, Copy)]
struct Reader<'r> {
    at: &'r RefCell<Pointer>,
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
        Ok(Json::Number(Number::Integer(value.into())))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(Number::Integer(value.into())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(Number::Float(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        loop {
            self.at.borrow_mut().push(Step::Index(items.len()));
            let item = list.next_element_seed(self)?;
            self.at.borrow_mut().pop();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Json::List(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<Entry<'de>> = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            if key == EXACT_NUMBER {
                let digits = map.next_value::<String>()?;
                return exact_number(&digits);
            }
            self.at.borrow_mut().push(EntryKey(&key).into());
            let value = map.next_value_seed(self)?;
            self.at.borrow_mut().pop();
            entries.push(Entry { key, value, repeated: false });
        }
        mark_repeated(&mut entries);
        Ok(Json::Object(entries))
    }
}

/// A key, borrowed from the text where that is possible.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }

            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

fn exact_number<'de, E: de::Error>(digits: &str) -> Result<Json<'de>, E> {
    if let Ok(integer) = digits.parse::<i128>()
        && (u64::try_from(integer).is_ok() || i64::try_from(integer).is_ok())
    {
        return Ok(Json::Number(Number::Integer(integer)));
    }
    match digits.parse::<f64>() {
        Ok(float) => Ok(Json::Number(Number::Float(float))),
        Err(_) => Err(de::Error::custom("invalid number")),
    }
}

/// The text with every number that is beyond every `f64` written in the form in which `serde_json` hands out exact
/// numbers, since it cannot read such a number in its own; `None` where there is none.
pub(crate) fn with_large_numbers(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut written = String::new();
    // What is before it has been written.
    let (mut done, mut at) = (0, 0);
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
                let digits = &text[at..end];
                if digits.parse().is_ok_and(f64::is_infinite) {
                    written.push_str(&text[done..at]);
                    for part in ["{\"", EXACT_NUMBER, "\":\"", digits, "\"}"] {
                        written.push_str(part);
                    }
                    done = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if done == 0 {
        return None;
    }
    written.push_str(&text[done..]);
    Some(written)
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
        let Json::Object(entries) = json else { panic!("an object") };
        assert_eq!(entries.iter().map(|entry| entry.repeated).collect::<Vec<_>>(), [false, false, true]);
    }

    #[test]
    fn a_syntax_error_knows_where_it_is() {
        for (text, pointer) in [
            ("", ""),
            (r#"{"a":"#, "/a"),
            (r#"{"a":[1,{"b":1e999}]}"#, "/a/1/b"),
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
        let text = r#"{"a":[1e999,"1e999\\\"1e999",-1E+999,1e308],"b":1e-999}"#;
        let text = with_large_numbers(text).expect("there are two");
        let Ok(Json::Object(entries)) = Json::read(&text) else { panic!("an object: {text}") };
        let Json::List(items) = &entries[0].value else { panic!("a list") };
        assert_eq!(items.iter().map(Json::is_beyond).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!(items[1], Json::Text("1e999\\\"1e999".into()));
        assert_eq!(entries[1].value, Json::Number(Number::Float(0.0)));
        assert_eq!(with_large_numbers(r#"{"a":"1e999","b":1e308}"#), None);
        assert_eq!(with_large_numbers("\"1e999\\"), None);
    }

    #[test]
    fn many_keys_are_compared_too() {
        let keys: Vec<String> = (0..20).map(|n| format!("\"{}\":0", n % 19)).collect();
        let text = format!("{{{}}}", keys.join(","));
        let Ok(Json::Object(entries)) = Json::read(&text) else { panic!("an object") };
        assert_eq!(entries.iter().filter(|entry| entry.repeated).count(), 1);
    }
}
