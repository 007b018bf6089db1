//! The fields of derived contracts.
//!
//! The macro writes one function for each field, which shows a visitor its checks and its kind. Whatever is done with
//! a field is a visitor of `handoff`'s (visitors.rs), and not code in the user's crate: so its checks cannot disagree,
//! and what is written once is compiled once.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::ser::Serialize;

use crate::contract::checks::Check;
use crate::contract::confidence::Scoring;
use crate::contract::fields::kind::FieldKind;
use crate::contract::fields::opaque::Opaque;

macro_rules! digits {
    ($($name:ident)*) => {
        $(
            /// A digit of the number of a field: `N3` is the fourth, `(N1, N2)` the thirteenth.
            ///
            /// A type, since a constant is an item of its own to the compiler at each mention, with a body to
            /// check, and a contract mentions each of its fields three times.
            #[derive(Debug)]
            pub struct $name;
        )*
    };
}

digits! { N0 N1 N2 N3 N4 N5 N6 N7 N8 N9 }

/// A contract whose field `N`, counted through all its variants, is of the type `T`.
///
/// A parameter and not an associated type, which could not be private. `N` is a digit, or a tuple of digits.
pub trait FieldAt<N, T> {
    /// Shows the field to a visitor.
    fn visit<V: Visitor<T>>(visitor: V) -> V::Out;
}

/// What is done with a field of the type `T`: it is shown the checks first, and then the kind.
pub trait Visitor<T>: Sized {
    /// What comes of it.
    type Out;

    /// Takes a check of `#[check(…)]`.
    #[must_use]
    #[inline]
    fn check<C: Check<T>>(self, _: C) -> Self {
        self
    }

    /// Takes `#[confidence]`: a range, and the number itself.
    #[must_use]
    #[inline]
    fn confidence(self, _: Scoring<T>) -> Self {
        self
    }

    /// Takes the kind of the field.
    fn kind<K: FieldKind<Of = T>>(self, kind: K) -> Self::Out;

    /// Takes the kind of a field whose type is a contract by its name.
    #[inline]
    fn known<K: FieldKind<Of = T>>(self, kind: K) -> Self::Out
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        self.kind(kind)
    }

    /// Takes the kind of a field that `#[schemars(with = "…")]` describes.
    #[inline]
    fn described<D: JsonSchema, K: FieldKind<Of = T>>(self, kind: K) -> Self::Out {
        self.kind(kind)
    }

    /// Takes the kind of a field that `#[schemars(schema_with = "…")]` describes.
    #[inline]
    fn described_by<K: FieldKind<Of = T>>(self, kind: K, _: fn(&mut SchemaGenerator) -> Schema) -> Self::Out {
        self.kind(kind)
    }

    /// Takes the kind of a field whose type only the compiler can judge; see `Opaque`.
    #[inline]
    fn opaque<K: FieldKind<Of = T>, O: Opaque<T>>(self, kind: K, _: O) -> Self::Out {
        self.kind(kind)
    }
}
