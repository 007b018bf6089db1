//! Fields that are left out where they are `None`, so that `null` means something else.

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads an option that is there: it is `Some`, also of `null`. What `#[serde(deserialize_with)]` is told of an
/// option of an option.
///
/// # Errors
///
/// Those of the type.
#[inline]
pub fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(There(deserializer))
}

/// Reads an option as `Some` of what is read.
struct There<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for There<D> {
    type Error = D::Error;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self.0)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
