//! The keys of maps, as they stand in JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::contract::json::pointer::Step;

/// A key as it stands in JSON.
pub(crate) struct MapKey<'a, K>(pub(crate) &'a K);

impl<K: Serialize> From<MapKey<'_, K>> for Step {
    fn from(key: MapKey<'_, K>) -> Self {
        match serde_json::to_value(key.0) {
            Ok(Value::String(text)) => Self::Key(text),
            Ok(other) => Self::Key(other.to_string()),
            Err(_) => Self::Key(String::new()),
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
