//! The JSON types of Rust's types, for what depends on them: what a variant can hold beside its tag, and what can be the
//! key of a map.
//!
//! serde finds out by writing: a list beside a tag, or a struct as a key, is an error of every run, and of no
//! compiler. So the compiler is asked: the macro judges what it can read in the syntax, and has a [`Probe`]
//! look up the rest. A type that is no contract is the user's own business with serde, and passes.

use std::collections::{BTreeMap, HashMap};

use crate::contract::Contract;
use crate::contract::fields::kind::Probe;
use crate::diagnostics::holds;

/// What a type is in JSON, in the words of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// A struct, a map, an enum whose variants are told apart inside of an object.
    Object,
    /// A list, a set, a tuple.
    Array,
    /// A text, a character, the name of a variant.
    String,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// Nothing: `()`, a struct without fields.
    Null,
    /// One of several types, depending on the value.
    Several,
    /// What only serde knows.
    Unknown,
}

impl JsonType {
    /// What an enum is whose variants are these.
    #[must_use]
    pub const fn one_of(variants: &[Self]) -> Self {
        let mut all = Self::Unknown;
        let mut index = 0;
        while index < variants.len() {
            all = all.or(variants[index]);
            index += 1;
        }
        all
    }

    /// The same for variants without a tag: of the JSON type alone, so that one which stands for itself only
    /// where that is known, as a number that is a key and so a text, is not found again.
    #[must_use]
    pub const fn untagged(variants: &[Self]) -> Self {
        match Self::one_of(variants) {
            Self::Integer | Self::Number | Self::Boolean | Self::Null => Self::Several,
            ty => ty,
        }
    }

    /// What is not known makes no difference: that the rest fits is asked all the same.
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, ty) | (ty, Self::Unknown) => ty,
            (first, second) if first as u8 == second as u8 => first,
            _ => Self::Several,
        }
    }

    /// Whether serde writes a tag beside it, and reads it back: into an object, or in place of `null`.
    const fn takes_tag(self) -> bool {
        matches!(self, Self::Object | Self::Null | Self::Unknown)
    }

    /// Whether `serde_json` writes it as a key, and reads it back: a text, or what it puts in quotes.
    const fn is_key(self) -> bool {
        matches!(self, Self::String | Self::Integer | Self::Number | Self::Boolean | Self::Unknown)
    }
}

impl<T: Contract> Probe<T> {
    /// What the contract says.
    pub const JSON_TYPE: JsonType = T::JSON_TYPE;
    /// Whether it can stand beside a tag.
    pub const TAKES_TAG: bool = T::JSON_TYPE.takes_tag();
    /// Whether it can be a key.
    pub const IS_KEY: bool = T::JSON_TYPE.is_key();
}

impl<K: Contract, V> Probe<BTreeMap<K, V>> {
    /// Whether it has keys that can be some.
    pub const HAS_KEYS: bool = K::JSON_TYPE.is_key();
}

impl<K: Contract, V, S> Probe<HashMap<K, V, S>> {
    /// Whether it has keys that can be some.
    pub const HAS_KEYS: bool = K::JSON_TYPE.is_key();
}

/// Answers where the constants of [`Probe`] are not to be had, because the type is no contract, or no map of contracts.
pub trait Untyped {
    /// It is not known.
    const JSON_TYPE: JsonType = JsonType::Unknown;
    /// It may.
    const TAKES_TAG: bool = true;
    /// It may.
    const IS_KEY: bool = true;
    /// It has none, or ones of which nothing is known.
    const HAS_KEYS: bool = true;
}

impl<T> Untyped for Probe<T> {}

holds! {
    /// A type that a variant of an internally tagged enum can hold.
    #[diagnostic::on_unimplemented(
        message = "variant `{Variant}` of contract `{Contract}` holds `{Self}`, which has no room for the tag",
        label = "not always an object in JSON",
        note = "name the field, or add `content = \"…\"` beside `tag`"
    )]
    TaggedOf<Contract, Variant>;

    /// What the key of a map is.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be the key of a map: the keys of an object in JSON are texts",
        label = "not always a text in JSON",
        note = "hold the entries as a list of pairs, or key by a text, a number, or an enum without data"
    )]
    KeyOf;

    /// What is a map under a name that does not show its keys.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is a map whose keys are not always texts: the keys of an object in JSON are",
        label = "cannot be written as JSON",
        note = "hold the entries as a list of pairs, or key by a text, a number, or an enum without data"
    )]
    MapOf;
}
