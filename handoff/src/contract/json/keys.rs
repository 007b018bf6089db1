//! The keys of maps, as they stand in JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::contract::json::pointer::Step;
use crate::contract::json::tree::{Json, Number};

/// A key as it stands in JSON.
pub(crate) struct MapKey<'a, K>(pub(crate) &'a K);

impl<K: Serialize> From<MapKey<'_, K>> for Step {
    fn from(key: MapKey<'_, K>) -> Self {
        match serde_json::to_value(key.0) {
            Ok(Value::String(text)) => Self::Entry(text),
            Ok(other) => Self::Entry(other.to_string()),
            Err(_) => Self::Entry(String::new()),
        }
    }
}

/// Reads a text as a key of the type `K`, as `serde_json` reads keys.
pub(crate) fn read<K: DeserializeOwned>(key: &str) -> Option<K> {
    struct One<K>(PhantomData<K>);

    impl<'de, K: DeserializeOwned> Visitor<'de> for One<K> {
        type Value = Option<K>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with one key")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            Ok(map.next_entry::<K, IgnoredAny>()?.map(|(key, _)| key))
        }
    }

    let object = Value::Object([(key.to_owned(), Value::Null)].into_iter().collect());
    let text = object.to_string();
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    deserializer.deserialize_map(One::<K>(PhantomData)).ok().flatten()
}

/// A deserializer of a key, in which a number or a boolean stands as JSON writes it: as `serde_json` has it.
#[derive(Debug)]
pub(crate) struct KeyText<'t>(pub(crate) &'t str);

impl<'t> KeyText<'t> {
    fn text(self) -> StrDeserializer<'t, serde_json::Error> {
        self.0.into_deserializer()
    }

    fn scalar<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, serde_json::Error> {
        // White space is a part of a key.
        if self.0.contains(|character: char| character.is_ascii_whitespace()) {
            return self.text().deserialize_any(visitor);
        }
        match Json::read(self.0) {
            Ok(Json::Bool(value)) => visitor.visit_bool(value),
            Ok(Json::Number(Number::Unsigned(value))) => visitor.visit_u64(value),
            Ok(Json::Number(Number::Negative(value))) => visitor.visit_i64(value),
            Ok(Json::Number(Number::Float(value))) => visitor.visit_f64(value),
            _ => self.text().deserialize_any(visitor),
        }
    }
}

macro_rules! scalars {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.scalar(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyText<'_> {
    type Error = serde_json::Error;

    scalars! {
        deserialize_bool
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.text().deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.text().deserialize_enum(name, variants, visitor)
    }
}
