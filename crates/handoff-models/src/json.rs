//! JSON that keeps its keys as they stand: a model writes an object in the order of its schema.

use std::borrow::Cow;
use std::fmt;

use handoff::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use handoff::{Contract, Violations};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

/// The key under which `serde_json` hands out a number where some crate of the build has turned its
/// `arbitrary_precision` on.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// A JSON value. [`serde_json::Value`] sorts its keys, unless some crate of the build says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object with these entries.
    pub(crate) fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of strings.
    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(texts.into_iter().map(Self::from).collect())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of an object; of anything else, none.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        if let Self::Object(entries) = self { entries } else { &[] }
    }

    /// The items of a list; of anything else, none.
    pub(crate) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    pub(crate) fn integer(&self) -> Option<u64> {
        self.number()?.as_u64()
    }

    /// Puts an entry at the end, or in the place of the one that is there.
    pub(crate) fn set(&mut self, key: &str, value: Self) {
        let Self::Object(entries) = self else { return };
        match entries.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = value,
            None => entries.push((key.to_owned(), value)),
        }
    }

    /// Puts an entry at the end, if there is a value.
    #[cfg(feature = "http")]
    pub(crate) fn set_some(&mut self, key: &str, value: Option<Self>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// A number, unless it is none of JSON.
    #[cfg(feature = "http")]
    pub(crate) fn float(number: f64) -> Option<Self> {
        Number::from_f64(number).map(Self::Number)
    }

    /// Takes an entry out.
    pub(crate) fn take(&mut self, key: &str) -> Option<Self> {
        let Self::Object(entries) = self else { return None };
        let place = entries.iter().position(|(name, _)| name == key)?;
        Some(entries.remove(place).1)
    }

    /// What a reference within the document points at: `#`, `#/$defs/Plan`.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&Self> {
        let path = reference.strip_prefix('#')?;
        path.split('/').skip(1).try_fold(self, |value, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match value {
                Self::List(items) => items.get(step.parse::<usize>().ok()?),
                value => value.get(&step),
            }
        })
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// Writes the value as compact JSON.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("not a number of JSON"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == EXACT_NUMBER && entries.is_empty() {
                let number: String = map.next_value()?;
                return number.parse().map(Json::Number).map_err(A::Error::custom);
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Json::Object(entries))
    }
}

/// Any JSON, so that what is read as a contract is read with the same care before it is known what it is.
impl Contract for Json {
    fn name() -> Cow<'static, str> {
        "JSON".into()
    }

    fn check(&self, _violations: &mut Violations) {}
}

impl JsonSchema for Json {
    fn schema_name() -> Cow<'static, str> {
        "JSON".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // The types, for who looks for objects and lists in a text.
        json_schema!({"type": ["object", "array", "string", "number", "boolean", "null"]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_text_is_kept() {
        let text = r#"{"b":[1,-2,2.5,null,true],"a":{"d":"e","c":18446744073709551615}}"#;
        let json = Json::parse(text).expect("valid JSON");
        assert_eq!(json.to_string(), text);
        assert_eq!(json.resolve("#/a/d").and_then(Json::text), Some("e"));
        assert_eq!(json.resolve("#/b/1").map(ToString::to_string).as_deref(), Some("-2"));
        assert_eq!(json.resolve("#"), Some(&json));
    }

    #[test]
    fn a_repeated_key_is_refused() {
        assert!(Json::parse(r#"{"a":1,"a":2}"#).is_err());
    }

    #[test]
    fn the_one_object_of_a_text_is_found() {
        let read = Json::parse_lenient("Here you are:\n```json\n{\"b\":1,\"a\":2}\n```").expect("an object");
        assert_eq!(read.value.to_string(), r#"{"b":1,"a":2}"#);
        assert!(read.left_out.is_some());
    }
}
