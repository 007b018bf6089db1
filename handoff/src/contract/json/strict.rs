//! A deserializer that is as strict as a contract: what serde would let through is refused or noticed here.
//!
//! It wraps `serde_json`'s deserializer and stays in front of every nested value that serde reads straight from the
//! text. Refused at once: a list in place of an object, `{"Unit": null}` for a unit variant, a number that does not
//! fit into an `f32`. Noticed, for the validator to judge: keys that seem repeated (by their hash), and values
//! that serde buffers (`deserialize_any`), because what is read from a buffer goes past this adaptor.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::hash::{DefaultHasher, Hasher};

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::contract::json::tree::is_minus_zero;

/// What was noticed while a value was read.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Something cannot be judged from here.
    doubt: Cell<bool>,
    /// The hashes of the keys of all maps that are being read, the innermost last.
    keys: RefCell<Vec<u64>>,
}

impl Notes {
    pub(crate) fn doubt(&self) -> bool {
        self.doubt.get()
    }
}

/// A deserializer, a seed or a visitor with the notes beside it.
#[derive(Debug)]
pub struct Strict<'n, T> {
    inner: T,
    notes: &'n Notes,
}

impl<'n, T> Strict<'n, T> {
    pub(crate) fn new(inner: T, notes: &'n Notes) -> Self {
        Self { inner, notes }
    }
}

macro_rules! forward {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.inner.$method($($argument,)* Strict::new(visitor, self.notes))
        }
    )*};
}

/// Nothing is nested in a scalar, so its visitor is left as it is: wrapping each of them was most of what strictness
/// cost.
macro_rules! forward_scalars {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.inner.$method(visitor)
        }
    )*};
}

/// `-0` is an integer, which `serde_json` reads as a float.
macro_rules! integers {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            self.inner.$method(Integer { inner: visitor })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    forward_scalars! {
        deserialize_bool deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_unit deserialize_identifier
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    forward! {
        deserialize_bytes(); deserialize_byte_buf(); deserialize_option();
        deserialize_unit_struct(name: &'static str); deserialize_newtype_struct(name: &'static str);
        deserialize_seq(); deserialize_tuple(len: usize); deserialize_map();
        deserialize_tuple_struct(name: &'static str, len: usize);
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.notes.doubt.set(true);
        self.inner.deserialize_any(Strict::new(visitor, self.notes))
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.inner.deserialize_f32(Single { inner: visitor })
    }

    /// As a map: `serde_json` would take a list, too.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.inner.deserialize_map(Fields { inner: visitor, notes: self.notes })
    }

    /// Through `deserialize_any`, which tells a string from an object.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.inner.deserialize_any(External { visitor, notes: self.notes })
    }

    /// What is ignored may hold repeated keys, and nesting without end.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.notes.doubt.set(true);
        self.inner.deserialize_ignored_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// What `serde_json` calls: every integer is 64 or 128 bits wide, and every float an `f64`.
macro_rules! forward_visits {
    ($($method:ident: $type:ty;)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    forward_visits! {
        visit_bool: bool; visit_i64: i64; visit_i128: i128; visit_u64: u64; visit_u128: u128; visit_f64: f64;
        visit_str: &str; visit_borrowed_str: &'de str; visit_string: String;
        visit_bytes: &[u8]; visit_borrowed_bytes: &'de [u8];
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.visit_some(Strict::new(deserializer, self.notes))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.visit_newtype_struct(Strict::new(deserializer, self.notes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.inner.visit_seq(Strict::new(list, self.notes))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let first = self.notes.keys.borrow().len();
        let value = self.inner.visit_map(Strict::new(map, self.notes));
        let mut keys = self.notes.keys.borrow_mut();
        keys[first..].sort_unstable();
        if keys[first..].windows(2).any(|pair| pair[0] == pair[1]) {
            self.notes.doubt.set(true);
        }
        keys.truncate(first);
        value
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        self.inner.visit_enum(access)
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.deserialize(Strict::new(deserializer, self.notes))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.inner.next_element_seed(Strict::new(seed, self.notes))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        self.inner.next_key_seed(Key { inner: seed, notes: self.notes })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        self.inner.next_value_seed(Strict::new(seed, self.notes))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The visitor of a struct, and its access to the fields. Their keys are not noted: serde itself refuses a known field
/// that is repeated, and an unknown one is refused or ignored.
struct Fields<'n, T> {
    inner: T,
    notes: &'n Notes,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.inner.visit_map(Fields { inner: map, notes: self.notes })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        self.inner.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        self.inner.next_value_seed(Strict::new(seed, self.notes))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The seed, the deserializer and the visitor of a key: its hash is noted on the way.
struct Key<'n, T> {
    inner: T,
    notes: &'n Notes,
}

impl<T> Key<'_, T> {
    fn note(&self, key: &[u8]) {
        let mut hasher = DefaultHasher::new();
        hasher.write(key);
        self.notes.keys.borrow_mut().push(hasher.finish());
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.deserialize(Key { inner: deserializer, notes: self.notes })
    }
}

macro_rules! forward_key {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.inner.$method($($argument,)* Key { inner: visitor, notes: self.notes })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Key<'_, D> {
    type Error = D::Error;

    forward_key! {
        deserialize_any(); deserialize_bool(); deserialize_i8(); deserialize_i16(); deserialize_i32();
        deserialize_i64(); deserialize_i128(); deserialize_u8(); deserialize_u16(); deserialize_u32();
        deserialize_u64(); deserialize_u128(); deserialize_f32(); deserialize_f64(); deserialize_char();
        deserialize_str(); deserialize_string(); deserialize_bytes(); deserialize_byte_buf();
        deserialize_option(); deserialize_unit(); deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str); deserialize_seq(); deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize); deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]); deserialize_identifier();
        deserialize_ignored_any();
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.inner.deserialize_str(Key { inner: EnumKey(visitor), notes: self.notes })
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! note_numbers {
    ($($method:ident: $type:ty;)*) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            self.note(&value.to_ne_bytes());
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Key<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    note_numbers! {
        visit_i64: i64; visit_i128: i128; visit_u64: u64; visit_u128: u128; visit_f64: f64;
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.note(&[u8::from(value)]);
        self.inner.visit_bool(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        self.note(value.as_bytes());
        self.inner.visit_str(value)
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Self::Value, E> {
        self.note(value.as_bytes());
        self.inner.visit_borrowed_str(value)
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Self::Value, E> {
        self.note(value.as_bytes());
        self.inner.visit_string(value)
    }

    fn visit_bytes<E: de::Error>(self, value: &[u8]) -> Result<Self::Value, E> {
        self.note(value);
        self.inner.visit_bytes(value)
    }

    fn visit_borrowed_bytes<E: de::Error>(self, value: &'de [u8]) -> Result<Self::Value, E> {
        self.note(value);
        self.inner.visit_borrowed_bytes(value)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.visit_some(Key { inner: deserializer, notes: self.notes })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.inner.visit_newtype_struct(Key { inner: deserializer, notes: self.notes })
    }

    /// Only `serde_json`'s own types get here, with the number or the raw text under a key of its own.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.inner.visit_map(map)
    }
}

/// The visitor of an enum that stands as a key.
struct EnumKey<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for EnumKey<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
        self.0.visit_enum(StrDeserializer::new(value))
    }
}

/// The visitor of an integer: `-0` is 0.
struct Integer<V> {
    inner: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Integer<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.inner.visit_u64(value)
    }

    #[inline]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.inner.visit_i64(value)
    }

    forward_visits! { visit_i128: i128; visit_u128: u128; }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        if is_minus_zero(value) { self.inner.visit_u64(0) } else { self.inner.visit_f64(value) }
    }
}

/// The visitor of an `f32`: a number too large for it is no infinity.
struct Single<V> {
    inner: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Single<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    forward_visits! { visit_u64: u64; visit_i64: i64; }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        // The cast is the one that serde makes; beyond the largest `f32` it gives infinity.
        #[allow(clippy::cast_possible_truncation)]
        let single = value as f32;
        if value.is_finite() && !single.is_finite() {
            return Err(E::invalid_value(de::Unexpected::Float(value), &"an f32"));
        }
        self.inner.visit_f64(value)
    }
}

/// The visitor of an externally tagged enum: a string, or an object with one key.
struct External<'n, V> {
    visitor: V,
    notes: &'n Notes,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for External<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_str<E: de::Error>(self, variant: &str) -> Result<Self::Value, E> {
        self.visitor.visit_enum(StrDeserializer::new(variant))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let value = self.visitor.visit_enum(Tagged { map: &mut map, notes: self.notes })?;
        match map.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::custom("expected an object with one key")),
        }
    }
}

/// The variant that stands as the only key of an object, then what is in it.
struct Tagged<'a, 'n, A> {
    map: &'a mut A,
    notes: &'n Notes,
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Tagged<'_, '_, A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Self::Error> {
        match self.map.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(de::Error::custom("expected an object with one key")),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Tagged<'_, '_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), Self::Error> {
        Err(de::Error::custom("expected a string, as the variant holds nothing"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error> {
        self.map.next_value_seed(Strict::new(seed, self.notes))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Self::Error> {
        self.map.next_value_seed(Strict::new(TupleVariant { len, visitor }, self.notes))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.map.next_value_seed(Strict::new(StructVariant { visitor }, self.notes))
    }
}

struct TupleVariant<V> {
    len: usize,
    visitor: V,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for TupleVariant<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_tuple(self.len, self.visitor)
    }
}

struct StructVariant<V> {
    visitor: V,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for StructVariant<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_struct("", &[], self.visitor)
    }
}
