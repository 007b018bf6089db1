//! What is done with a field: its value checked, JSON validated, its confidence read, its schema made, the field
//! itself written and read.

use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, DeserializeOwned, Deserializer};
use serde::ser::{self, Serialize, Serializer};
use serde_json::Value;

use crate::contract::checks::Check;
use crate::contract::confidence::{self, Confidence, Scoring};
use crate::contract::fields::field::{FieldAt, Visitor};
use crate::contract::fields::kind::FieldKind;
use crate::contract::fields::opaque::Opaque;
use crate::contract::json::pointer::Step;
use crate::contract::json::tree::Json;
use crate::contract::layout::{Field, FieldRef, Member, SchemaSource};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

impl FieldRef {
    /// Refers to the field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>() -> Self {
        Self {
            validate: validate::<C, N, T>,
            optional: optional::<C, N, T>,
            field_schema: field_schema::<C, N, T>,
            annotations: &[],
        }
    }
}

impl Member {
    /// Names the field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>(name: &'static str) -> Self {
        Self::Field(Field {
            name,
            aliases: &[],
            default: false,
            default_json: None,
            skippable: false,
            place: FieldRef::of::<C, N, T>(),
        })
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
    C::visit(CheckValue::new(value, violations));
}

/// Reads the `#[confidence]` of a value.
#[must_use]
#[inline]
pub fn confidence<C: FieldAt<N, T>, N, T>(value: &T) -> Option<Confidence> {
    C::visit(ReadConfidence { value, found: None })
}

/// Validates JSON as a field and runs its checks; a [`Validate`](crate::contract::reading::validator::Validate).
fn validate<C: FieldAt<N, T>, N, T>(json: &Json<'_>, validator: &mut Validator) -> bool {
    validator.checked(
        json,
        |validator| C::visit(ValidateKind { json, validator }),
        |violations, before| C::visit(CheckJson { json, violations, before }),
    )
}

/// Whether the type of a field has a value for one that is missing.
fn optional<C: FieldAt<N, T>, N, T>() -> bool {
    C::visit(AskOptional)
}

/// Finds out how a field is described. Its checks, with the `schema` that they are to be added to.
pub(crate) fn field_schema<C: FieldAt<N, T>, N, T>(schema: Option<&mut Schema>) -> SchemaSource {
    C::visit(FieldSchema { schema })
}

/// Writes the default of a field as JSON, as the field is written.
#[must_use]
pub fn default_json<C: FieldAt<N, T>, N, T>(value: &T) -> Option<Value> {
    C::visit(Write { value, serializer: serde_json::value::Serializer }).ok()
}

/// Runs checks on a value: the fast path, and the check of what an agent made.
struct CheckValue<'a, T> {
    value: &'a T,
    violations: &'a mut Violations,
    /// How many violations there were before the field.
    before: usize,
    mark: usize,
}

impl<'a, T> CheckValue<'a, T> {
    fn new(value: &'a T, violations: &'a mut Violations) -> Self {
        let (before, mark) = (violations.len(), violations.mark());
        Self { value, violations, before, mark }
    }
}

impl<T> Visitor<T> for CheckValue<'_, T> {
    type Out = ();

    #[inline]
    fn check<C: Check<T>>(self, check: C) -> Self {
        check.check(self.value, self.violations);
        self
    }

    #[inline]
    fn confidence(self, scoring: Scoring<T>) -> Self {
        confidence::BOUNDS.check((scoring.score)(self.value), self.violations);
        self
    }

    #[inline]
    fn kind<K: FieldKind<Of = T>>(self, kind: K) {
        kind.check(self.value, self.violations);
        if self.violations.len() == self.before {
            kind.check_last(self.value, self.violations);
        } else {
            // The keys of a map stand in the order in which it gives them.
            self.violations.sort_since(self.mark, &|_| usize::MAX);
        }
    }
}

/// Validates JSON, checks aside.
struct ValidateKind<'a, 'j> {
    json: &'a Json<'j>,
    validator: &'a mut Validator,
}

impl<T> Visitor<T> for ValidateKind<'_, '_> {
    type Out = bool;

    fn kind<K: FieldKind<Of = T>>(self, kind: K) -> bool {
        kind.validate(self.json, self.validator)
    }
}

/// Runs checks on JSON of the right form.
struct CheckJson<'a, 'j> {
    json: &'a Json<'j>,
    violations: &'a mut Violations,
    /// How many violations there were before the field.
    before: usize,
}

impl<T> Visitor<T> for CheckJson<'_, '_> {
    type Out = ();

    fn check<C: Check<T>>(self, check: C) -> Self {
        check.check_json(self.json, self.violations);
        self
    }

    fn confidence(self, _: Scoring<T>) -> Self {
        confidence::BOUNDS.check_json(self.json, self.violations);
        self
    }

    fn kind<K: FieldKind<Of = T>>(self, kind: K) {
        if self.violations.len() == self.before {
            kind.check_json_last(self.json, self.violations);
        }
    }
}

/// Reads the confidence of a value.
struct ReadConfidence<'a, T> {
    value: &'a T,
    found: Option<Confidence>,
}

impl<T> Visitor<T> for ReadConfidence<'_, T> {
    /// Nothing where the number is not in `0..=1`.
    type Out = Option<Confidence>;

    #[inline]
    fn confidence(self, scoring: Scoring<T>) -> Self {
        Self { found: Confidence::new((scoring.score)(self.value)), ..self }
    }

    #[inline]
    fn kind<K: FieldKind<Of = T>>(self, _: K) -> Self::Out {
        self.found
    }
}

/// Asks whether a field may be missing.
struct AskOptional;

impl<T> Visitor<T> for AskOptional {
    type Out = bool;

    fn kind<K: FieldKind<Of = T>>(self, kind: K) -> bool {
        kind.optional()
    }
}

/// Finds out how a field is described, and adds the keywords of its checks to its schema.
struct FieldSchema<'s> {
    schema: Option<&'s mut Schema>,
}

impl FieldSchema<'_> {
    fn of_kind<K: FieldKind>(kind: K, mut source: SchemaSource) -> SchemaSource {
        source.closed = kind.closed();
        source.survey = K::survey;
        source
    }
}

impl<T> Visitor<T> for FieldSchema<'_> {
    type Out = SchemaSource;

    fn check<C: Check<T>>(mut self, check: C) -> Self {
        if let Some(schema) = &mut self.schema {
            check.add_keywords(schema.ensure_object());
        }
        self
    }

    fn confidence(mut self, _: Scoring<T>) -> Self {
        if let Some(schema) = &mut self.schema {
            confidence::BOUNDS.add_keywords(schema.ensure_object());
        }
        self
    }

    fn kind<K: FieldKind<Of = T>>(self, kind: K) -> SchemaSource {
        Self::of_kind(kind, SchemaSource::of::<()>())
    }

    fn known<K: FieldKind<Of = T>>(self, kind: K) -> SchemaSource
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        Self::of_kind(kind, SchemaSource::of::<T>())
    }

    fn described<D: JsonSchema, K: FieldKind<Of = T>>(self, kind: K) -> SchemaSource {
        Self::of_kind(kind, SchemaSource::of::<D>())
    }

    fn described_by<K: FieldKind<Of = T>>(
        self,
        kind: K,
        schema: fn(&mut SchemaGenerator) -> Schema,
    ) -> SchemaSource {
        Self::of_kind(kind, SchemaSource::by(schema))
    }

    fn opaque<K: FieldKind<Of = T>, O: Opaque<T>>(self, kind: K, opaque: O) -> SchemaSource {
        Self::of_kind(kind, opaque.described())
    }
}

/// Writes a field whose type serde can write. The macro asks it of no others.
pub(crate) struct Write<'v, T, S> {
    pub(crate) value: &'v T,
    pub(crate) serializer: S,
}

impl<T, S: Serializer> Visitor<T> for Write<'_, T, S> {
    type Out = Result<S::Ok, S::Error>;

    fn kind<K: FieldKind<Of = T>>(self, _: K) -> Self::Out {
        Err(ser::Error::custom(NOT_OPAQUE))
    }

    #[inline]
    fn known<K: FieldKind<Of = T>>(self, _: K) -> Self::Out
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        self.value.serialize(self.serializer)
    }

    #[inline]
    fn opaque<K: FieldKind<Of = T>, O: Opaque<T>>(self, _: K, opaque: O) -> Self::Out {
        opaque.serialize(self.value, self.serializer)
    }
}

/// Reads a field. The macro asks it of those that are opaque alone.
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

    fn kind<K: FieldKind<Of = T>>(self, _: K) -> Self::Out {
        Err(de::Error::custom(NOT_OPAQUE))
    }

    #[inline]
    fn opaque<K: FieldKind<Of = T>, O: Opaque<T>>(self, _: K, opaque: O) -> Self::Out {
        opaque.deserialize(self.deserializer)
    }
}

const NOT_OPAQUE: &str = "not a field that is read and written here";
