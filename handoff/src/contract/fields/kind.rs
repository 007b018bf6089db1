//! The kinds of fields: other contracts, collections, and leaves, which are any serde types.
//!
//! Whether the type of a field is a contract is a question that only the compiler can answer, and it answers it for
//! concrete types by method resolution: the macro calls `(&&&&Probe::<Type>::NEW).part(…)`, and the method of the
//! trait that needs the fewest references wins among those whose bounds hold. For a collection whose items are no
//! contract, the macro hands in the kind of the items, as far as it can see them in the syntax.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::checks::Check;
use crate::contract::checks::containers::tuples;
use crate::contract::json::absent;
use crate::contract::json::text::{self, TextDeserializer};
use crate::contract::json::tree::Json;
use crate::contract::layout::Survey;
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

/// What a field is: how it is checked and validated.
pub trait FieldKind: Copy {
    /// The Rust type.
    type Of;

    /// Checks a value.
    fn check(&self, value: &Self::Of, violations: &mut Violations);

    /// Validates JSON.
    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool;

    /// Whether a missing field has a value all the same.
    fn optional(&self) -> bool;

    /// Whether its schema refuses unknown fields.
    fn closed(&self) -> bool {
        false
    }

    /// Looks at the type and what it is made of, along its schema.
    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        survey.leaf(schema);
    }

    /// Checks a value in which nothing else is wrong.
    #[inline]
    fn check_last(&self, _: &Self::Of, _: &mut Violations) {}

    /// Checks JSON in which nothing else is wrong.
    fn check_json_last(&self, _: &Json<'_>, _: &mut Violations) {}
}

macro_rules! of_a_type {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<T>(PhantomData<fn() -> T>);

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    )*};
}

of_a_type! {
    /// Asks what `T` is.
    Probe;
    /// A contract.
    ContractKind;
    /// A type that serde reads and that has a schema.
    LeafKind;
    /// A type that lacks what a field needs: rustc has said so already.
    UnknownKind;
}

impl<T> Probe<T> {
    /// The question.
    pub const NEW: Self = Self(PhantomData);
}

/// A field that a function of the user's reads (`deserialize_with`): it has no form that could be looked into.
#[derive(Debug)]
pub struct ReadByKind<T, F> {
    ty: PhantomData<fn() -> T>,
    read: F,
}

impl<T, F: Copy> Clone for ReadByKind<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, F: Copy> Copy for ReadByKind<T, F> {}

/// Makes the kind of a field that `read` reads.
pub fn read_by<T, F>(read: F) -> ReadByKind<T, F>
where
    F: Fn(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error> + Copy,
{
    ReadByKind { ty: PhantomData, read }
}

impl<T, F> FieldKind for ReadByKind<T, F>
where
    F: Fn(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error> + Copy,
{
    type Of = T;

    #[inline]
    fn check(&self, _: &T, _: &mut Violations) {}

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        let read = |text: &str| text::typed_with(text, self.read).map(drop);
        validator.leaf_read(json, "value of this field", read)
    }

    fn optional(&self) -> bool {
        false
    }
}

/// A tuple, by the kinds of what is in it.
#[derive(Clone, Copy, Debug)]
pub struct TupleKind<K>(pub K);

/// A field with checks that are run last, where nothing else is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Then<K, C> {
    /// What the field is.
    pub part: K,
    /// The checks.
    pub last: C,
}

/// The first answer: a contract.
pub trait AsContract {
    /// The type in question.
    type Of;

    /// The answer.
    fn part<P>(&self, _: P) -> ContractKind<Self::Of> {
        ContractKind(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> ContractKind<Self::Of> {
        ContractKind(PhantomData)
    }
}

impl<T> LeafKind<T> {
    /// The answer, where there is no other.
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<T: Contract> ContractKind<T> {
    /// The answer, where the macro knows it.
    pub const NEW: Self = Self(PhantomData);
}

impl<T: Contract> AsContract for &&&Probe<T> {
    type Of = T;
}

/// The third answer: a leaf.
pub trait AsLeaf {
    /// The type in question.
    type Of;

    /// The answer.
    fn part<P>(&self, _: P) -> LeafKind<Self::Of> {
        LeafKind(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> LeafKind<Self::Of> {
        LeafKind(PhantomData)
    }
}

impl<T: DeserializeOwned + Serialize + JsonSchema> AsLeaf for &Probe<T> {
    type Of = T;
}

/// The last answer.
pub trait AsUnknown {
    /// The type in question.
    type Of;

    /// The answer.
    fn part<P>(&self, _: P) -> UnknownKind<Self::Of> {
        UnknownKind(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> UnknownKind<Self::Of> {
        UnknownKind(PhantomData)
    }
}

impl<T> AsUnknown for Probe<T> {
    type Of = T;
}

impl<T: Contract> FieldKind for ContractKind<T> {
    type Of = T;

    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        value.check(violations);
    }

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        T::validate(json, validator)
    }

    fn optional(&self) -> bool {
        absent::is_allowed::<T>()
    }

    fn closed(&self) -> bool {
        T::closed()
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        T::survey(schema, survey);
    }
}

impl<T: DeserializeOwned + JsonSchema> FieldKind for LeafKind<T> {
    type Of = T;

    #[inline]
    fn check(&self, _: &T, _: &mut Violations) {}

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        validator.leaf::<T>(json)
    }

    fn optional(&self) -> bool {
        absent::is_allowed::<T>()
    }
}

impl<T> FieldKind for UnknownKind<T> {
    type Of = T;

    fn check(&self, _: &T, _: &mut Violations) {}

    fn validate(&self, _: &Json<'_>, _: &mut Validator) -> bool {
        true
    }

    fn optional(&self) -> bool {
        false
    }
}

impl<K: FieldKind, C: Check<K::Of> + Copy> FieldKind for Then<K, C> {
    type Of = K::Of;

    #[inline]
    fn check(&self, value: &K::Of, violations: &mut Violations) {
        self.part.check(value, violations);
    }

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        self.part.validate(json, validator)
    }

    fn optional(&self) -> bool {
        self.part.optional()
    }

    fn closed(&self) -> bool {
        self.part.closed()
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        K::survey(schema, survey);
    }

    #[inline]
    fn check_last(&self, value: &K::Of, violations: &mut Violations) {
        self.last.check(value, violations);
    }

    fn check_json_last(&self, json: &Json<'_>, violations: &mut Violations) {
        self.last.check_json(json, violations);
    }
}

macro_rules! tuple_kind {
    ($($kind:ident $index:tt),+) => {
        impl<$($kind: FieldKind),+> FieldKind for TupleKind<($($kind,)+)> {
            type Of = ($($kind::Of,)+);

            #[inline]
            fn check(&self, value: &Self::Of, violations: &mut Violations) {
                $(violations.at($index, |violations| self.0.$index.check(&value.$index, violations));)+
            }

            fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.tuple(json, &[$(&|item, validator| self.0.$index.validate(item, validator)),+])
            }

            fn optional(&self) -> bool {
                false
            }

            fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
                survey.places(schema, &[$($kind::survey),+]);
            }
        }
    };
}

tuples!(tuple_kind);
