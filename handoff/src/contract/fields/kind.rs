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

use crate::contract::Contract;
use crate::contract::checks::Check;
use crate::contract::checks::containers::{containers, tuples};
use crate::contract::json::absent;
use crate::contract::json::keys::{MapKey, is_key};
use crate::contract::json::tree::Json;
use crate::contract::layout::Seen;
use crate::contract::reading::parse::{self, TextDeserializer};
use crate::contract::reading::validator::Validator;
use crate::contract::shared::Shared;
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

    /// Whether a set is in it; see [`Contract::has_sets`].
    fn has_sets(_: &mut Seen) -> bool {
        false
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
        let read = |text: &str| parse::typed_with(text, self.read).map(drop);
        validator.leaf_read(json, "value of this field", read)
    }

    fn optional(&self) -> bool {
        false
    }
}

/// A collection of what is of one kind.
#[derive(Debug)]
pub struct CollectionKind<T, K> {
    collection: PhantomData<fn() -> T>,
    item: K,
}

impl<T, K: Copy> Clone for CollectionKind<T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K: Copy> Copy for CollectionKind<T, K> {}

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

impl<T: Contract> ContractKind<T> {
    /// The answer, where the macro knows it.
    pub const NEW: Self = Self(PhantomData);
}

impl<T: Contract> AsContract for &&&Probe<T> {
    type Of = T;
}

/// The second answer: a collection, if the macro saw what is in it.
pub trait AsCollection {
    /// The type in question.
    type Of: Collection;

    /// The answer.
    fn part<K: FieldKind<Of = <Self::Of as Collection>::Item>>(
        &self,
        item: K,
    ) -> CollectionKind<Self::Of, K> {
        CollectionKind { collection: PhantomData, item }
    }
}

impl<T: Collection> AsCollection for &&Probe<T> {
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

    fn has_sets(seen: &mut Seen) -> bool {
        T::has_sets(seen)
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

impl<T: Collection, K: FieldKind<Of = T::Item>> FieldKind for CollectionKind<T, K> {
    type Of = T;

    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        value.check_items(self.item, violations);
    }

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        T::validate_items(self.item, json, validator)
    }

    fn optional(&self) -> bool {
        T::OPTIONAL || (T::TRANSPARENT && self.item.optional())
    }

    fn has_sets(seen: &mut Seen) -> bool {
        T::IS_SET || K::has_sets(seen)
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

    fn has_sets(seen: &mut Seen) -> bool {
        K::has_sets(seen)
    }

    #[inline]
    fn check_last(&self, value: &K::Of, violations: &mut Violations) {
        self.last.check(value, violations);
    }

    fn check_json_last(&self, json: &Json<'_>, violations: &mut Violations) {
        self.last.check_json(json, violations);
    }
}

/// A collection of one type of item.
pub trait Collection {
    /// What is in it; of a map, the value.
    type Item;
    /// Whether it may be missing.
    const OPTIONAL: bool = false;
    /// Whether it looks in JSON like what is in it.
    const TRANSPARENT: bool = false;
    /// Whether it drops an item that stands twice.
    const IS_SET: bool = false;

    /// Checks each item.
    fn check_items<K: FieldKind<Of = Self::Item>>(&self, item: K, violations: &mut Violations);

    /// Validates JSON, and each item in it.
    fn validate_items<K: FieldKind<Of = Self::Item>>(
        item: K,
        json: &Json<'_>,
        validator: &mut Validator,
    ) -> bool;
}

macro_rules! collection_of_items {
    ([$validate:ident $is_set:literal] $name:ident [$($parameters:tt)*] $type:ty where $needs:tt) => {
        impl<T, $($parameters)*> Collection for $type {
            type Item = T;
            const IS_SET: bool = $is_set;

            #[inline]
            fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
                for (index, item) in self.iter().enumerate() {
                    violations.at(index, |violations| kind.check(item, violations));
                }
            }

            fn validate_items<K: FieldKind<Of = T>>(kind: K, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.$validate(json, |item, validator| kind.validate(item, validator))
            }
        }
    };
}

containers!(lists => collection_of_items [list false]);
containers!(sets => collection_of_items [set true]);

macro_rules! collection_of_entries {
    ([] $name:ident [$($parameters:tt)*] $type:ty where $needs:tt) => {
        impl<K: DeserializeOwned + Serialize, V, $($parameters)*> Collection for $type {
            type Item = V;

            #[inline]
            fn check_items<I: FieldKind<Of = V>>(&self, kind: I, violations: &mut Violations) {
                for (key, value) in self {
                    violations.at(MapKey(key), |violations| kind.check(value, violations));
                }
            }

            fn validate_items<I: FieldKind<Of = V>>(kind: I, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.map(json, is_key::<K>, |value, validator| kind.validate(value, validator))
            }
        }
    };
}

containers!(maps => collection_of_entries []);

impl<T> Collection for Option<T> {
    type Item = T;
    const OPTIONAL: bool = true;

    #[inline]
    fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
        if let Some(item) = self {
            kind.check(item, violations);
        }
    }

    fn validate_items<K: FieldKind<Of = T>>(kind: K, json: &Json<'_>, validator: &mut Validator) -> bool {
        matches!(json, Json::Null) || kind.validate(json, validator)
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T> Collection for $pointer<T> {
            type Item = T;
            const TRANSPARENT: bool = true;

            #[inline]
            fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
                violations.in_box(|violations| kind.check(self, violations));
            }

            fn validate_items<K: FieldKind<Of = T>>(
                kind: K,
                json: &Json<'_>,
                validator: &mut Validator,
            ) -> bool {
                kind.validate(json, validator)
            }
        }
    )*};
}

pointers! { Box Shared }

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

            fn has_sets(seen: &mut Seen) -> bool {
                $($kind::has_sets(seen))||+
            }
        }
    };
}

tuples!(tuple_kind);
