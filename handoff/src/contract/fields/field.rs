//! The fields of declared contracts.
//!
//! The macro writes one function for each field, which shows a visitor its checks and its part. Whatever is done with
//! a field is a visitor of `handoff`'s, and not code in the user's crate: so its checks cannot disagree, and what is
//! written once is compiled once.

use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::contract::checks::{Check, Scoring};
use crate::contract::confidence::Confidence;
use crate::contract::fields::kind::FieldKind;
use crate::contract::fields::opaque::Opaque;
use crate::contract::fields::visitors::{ReadConfidence, ValueChecks};
use crate::contract::json::pointer::Step;
use crate::contract::json::tree::Json;
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

/// The number of a field.
#[derive(Debug)]
pub struct Nth<const N: usize>;

/// A contract whose field `N`, counted through all its variants, is of the type `T`.
///
/// A parameter and not an associated type, which could not be private. `N` is an [`Nth`].
pub trait FieldAt<N, T> {
    /// Shows the field to a visitor.
    fn visit<V: Visitor<T>>(visitor: V) -> V::Out;
}

/// What is done with a field of the type `T`: it is shown the checks first, and then the part.
pub trait Visitor<T>: Sized {
    /// What comes of it.
    type Out;

    /// A check of `#[check(…)]`.
    #[must_use]
    #[inline]
    fn check<R: Check<T>>(self, _: R) -> Self {
        self
    }

    /// `#[confidence]`: a range, and the number itself.
    #[must_use]
    #[inline]
    fn confidence(self, _: Scoring<T>) -> Self {
        self
    }

    /// What part of the contract the field is.
    fn part<P: FieldKind<Of = T>>(self, part: P) -> Self::Out;

    /// The same for a field whose type is a contract by its name.
    #[inline]
    fn known<P: FieldKind<Of = T>>(self, part: P) -> Self::Out
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        self.part(part)
    }

    /// The same for a field that `#[schemars(with = "…")]` describes.
    #[inline]
    fn described<D: JsonSchema, P: FieldKind<Of = T>>(self, part: P) -> Self::Out {
        self.part(part)
    }

    /// The same for a field that `#[schemars(schema_with = "…")]` describes.
    #[inline]
    fn described_by<P: FieldKind<Of = T>>(self, part: P, _: fn(&mut SchemaGenerator) -> Schema) -> Self::Out {
        self.part(part)
    }

    /// The same for a field whose type only the compiler can judge; see `held`.
    #[inline]
    fn opaque<P: FieldKind<Of = T>, H: Opaque<T>>(self, part: P, _: H) -> Self::Out {
        self.part(part)
    }
}

/// Checks a field that stands at `step` in the value.
#[inline]
pub fn check_at<C: FieldAt<N, T>, N, T>(value: &T, step: impl Into<Step>, violations: &mut Violations) {
    violations.at(step, |violations| check::<C, N, T>(value, violations));
}

/// Checks a field that stands where the value stands.
#[inline]
pub fn check<C: FieldAt<N, T>, N, T>(value: &T, violations: &mut Violations) {
    C::visit(ValueChecks::new(value, violations));
}

/// Reads the `#[confidence]` of a value.
#[must_use]
#[inline]
pub fn confidence<C: FieldAt<N, T>, N, T>(value: &T) -> Option<Confidence> {
    C::visit(ReadConfidence::new(value))
}

/// Walks a field and runs its checks; a [`Walk`](crate::contract::reading::validator::Walk).
pub(crate) fn validate<C: FieldAt<N, T>, N, T>(json: &Json<'_>, validator: &mut Validator) -> bool {
    validator.checked(json, |validator| C::visit(ValidateKind { json, validator }), |checks| C::visit(checks))
}

/// Whether the type of a field has a value for one that is missing.
pub(crate) fn optional<C: FieldAt<N, T>, N, T>() -> bool {
    C::visit(AskOptional)
}

/// The default of a field as JSON, as the field is written.
#[must_use]
pub fn default_json<C: FieldAt<N, T>, N, T>(value: &T) -> Option<Value> {
    C::visit(Write { value, serializer: serde_json::value::Serializer }).ok()
}

struct ValidateKind<'a, 'n> {
    json: &'a Json<'n>,
    validator: &'a mut Validator,
}

impl<T> Visitor<T> for ValidateKind<'_, '_> {
    type Out = bool;

    fn part<P: FieldKind<Of = T>>(self, part: P) -> bool {
        part.validate(self.json, self.validator)
    }
}

struct AskOptional;

impl<T> Visitor<T> for AskOptional {
    type Out = bool;

    fn part<P: FieldKind<Of = T>>(self, part: P) -> bool {
        part.optional()
    }
}

/// Writes a field whose type serde can write. The macro asks it of no others.
pub(crate) struct Write<'v, T, S> {
    pub(crate) value: &'v T,
    pub(crate) serializer: S,
}

impl<T, S: Serializer> Visitor<T> for Write<'_, T, S> {
    type Out = Result<S::Ok, S::Error>;

    fn part<P: FieldKind<Of = T>>(self, _: P) -> Self::Out {
        Err(serde::ser::Error::custom(NOT_HELD))
    }

    #[inline]
    fn known<P: FieldKind<Of = T>>(self, _: P) -> Self::Out
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        self.value.serialize(self.serializer)
    }

    #[inline]
    fn opaque<P: FieldKind<Of = T>, H: Opaque<T>>(self, _: P, opaque: H) -> Self::Out {
        opaque.serialize(self.value, self.serializer)
    }
}

/// Reads a field. The macro asks it of those that are held alone.
pub(crate) struct Take<'de, D> {
    deserializer: D,
    text: PhantomData<&'de ()>,
}

impl<'de, D: Deserializer<'de>> Take<'de, D> {
    pub(crate) fn new(deserializer: D) -> Self {
        Self { deserializer, text: PhantomData }
    }
}

impl<'de, T, D: Deserializer<'de>> Visitor<T> for Take<'de, D> {
    type Out = Result<T, D::Error>;

    fn part<P: FieldKind<Of = T>>(self, _: P) -> Self::Out {
        Err(serde::de::Error::custom(NOT_HELD))
    }

    #[inline]
    fn opaque<P: FieldKind<Of = T>, H: Opaque<T>>(self, _: P, opaque: H) -> Self::Out {
        opaque.deserialize(self.deserializer)
    }
}

const NOT_HELD: &str = "not a field that is read and written here";
