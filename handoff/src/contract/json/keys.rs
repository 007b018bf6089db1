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

/// Whether a text is a key of the type `K`, as `serde_json` reads keys.
pub(crate) fn is_key<K: DeserializeOwned>(key: &str) -> bool {
    struct One<K>(PhantomData<K>);

    impl<'de, K: DeserializeOwned> Visitor<'de> for One<K> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object with one key")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            map.next_entry::<K, IgnoredAny>().map(drop)
        }
    }

    let object = Value::Object([(key.to_owned(), Value::Null)].into_iter().collect());
    let text = object.to_string();
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    deserializer.deserialize_map(One::<K>(PhantomData)).is_ok()
}
