//! The parts of a contract: other contracts, collections, and leaves, which are any serde types.
//!
//! Whether the type of a field is a contract is a question that only the compiler can answer, and it answers it for
//! concrete types by method resolution: the macro calls `(&&&&Probe::<Type>::NEW).part(…)`, and the method of the
//! trait that needs the fewest references wins among those whose bounds hold. For a collection whose items are no
//! contract, the macro hands in the part for the items, as far as it can see them in the syntax.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::Contract;
use crate::contract::json::absent;
use crate::contract::json::tree::Json;
use crate::contract::reading::parse::{self, TextDeserializer};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

/// How a part of a contract is checked and walked.
pub trait FieldKind: Copy {
    /// The Rust type.
    type Of;

    /// Checks a value.
    fn check(&self, value: &Self::Of, violations: &mut Violations);

    /// Walks a node.
    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool;

    /// Whether a missing field has a value all the same.
    fn optional(&self) -> bool;

    /// Whether its schema refuses unknown fields.
    fn closed(&self) -> bool {
        false
    }

    /// Checks a value in which nothing else is wrong.
    #[inline]
    fn check_last(&self, _: &Self::Of, _: &mut Violations) {}

    /// Checks a node in which nothing else is wrong.
    fn check_json_last(&self, _: &Json<'_>, _: &mut Violations) {}
}

macro_rules! part {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<T>(PhantomData<fn() -> T>);

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    };
}

part! {
    /// Asks what `T` is.
    Probe
}

impl<T> Probe<T> {
    /// The question.
    pub const NEW: Self = Self(PhantomData);
}

part! {
    /// A contract.
    ContractKind
}

part! {
    /// A type that serde reads and that has a schema.
    LeafKind
}

part! {
    /// A type that lacks what a field needs: rustc has said so already.
    UnknownKind
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

/// The part that `read` reads.
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

/// A collection of parts.
#[derive(Debug)]
pub struct CollectionKind<T, P> {
    collection: PhantomData<fn() -> T>,
    part: P,
}

impl<T, P: Copy> Clone for CollectionKind<T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, P: Copy> Copy for CollectionKind<T, P> {}

/// A tuple of parts.
#[derive(Clone, Copy, Debug)]
pub struct TupleKind<P>(pub P);

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
    fn part<P: FieldKind<Of = <Self::Of as Collection>::Item>>(
        &self,
        part: P,
    ) -> CollectionKind<Self::Of, P> {
        CollectionKind { collection: PhantomData, part }
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

impl<T: Collection, P: FieldKind<Of = T::Item>> FieldKind for CollectionKind<T, P> {
    type Of = T;

    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        value.check_items(self.part, violations);
    }

    fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
        T::validate_items(self.part, json, validator)
    }

    fn optional(&self) -> bool {
        T::OPTIONAL || (T::TRANSPARENT && self.part.optional())
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

    /// Checks each item.
    fn check_items<P: FieldKind<Of = Self::Item>>(&self, part: P, violations: &mut Violations);

    /// Walks each item.
    fn validate_items<P: FieldKind<Of = Self::Item>>(
        part: P,
        json: &Json<'_>,
        validator: &mut Validator,
    ) -> bool;
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty => $validate:ident;)*) => {$(
        impl<$($generics)*> Collection for $type {
            type Item = T;

            #[inline]
            fn check_items<P: FieldKind<Of = T>>(&self, part: P, violations: &mut Violations) {
                for (index, item) in self.iter().enumerate() {
                    violations.at(index, |violations| part.check(item, violations));
                }
            }

            fn validate_items<P: FieldKind<Of = T>>(part: P, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.$validate(json, |json, validator| part.validate(json, validator))
            }
        }
    )*};
}

lists! {
    [T] Vec<T> => list;
    [T] VecDeque<T> => list;
    [T] BTreeSet<T> => set;
    [T, S] HashSet<T, S> => set;
}

macro_rules! maps {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        impl<K: DeserializeOwned + Serialize, V, $($generics)*> Collection for $type {
            type Item = V;

            fn check_items<P: FieldKind<Of = V>>(&self, part: P, violations: &mut Violations) {
                for (key, value) in self {
                    violations.at(MapKey(key), |violations| part.check(value, violations));
                }
            }

            fn validate_items<P: FieldKind<Of = V>>(part: P, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.map(json, is_key::<K>, |json, validator| part.validate(json, validator))
            }
        }
    )*};
}

maps! {
    [] BTreeMap<K, V>;
    [S: BuildHasher] HashMap<K, V, S>;
}

/// The key as it stands in JSON.
pub(crate) struct MapKey<'a, K>(pub(crate) &'a K);

impl<K: Serialize> From<MapKey<'_, K>> for crate::contract::Step {
    fn from(key: MapKey<'_, K>) -> Self {
        match serde_json::to_value(key.0) {
            Ok(serde_json::Value::String(text)) => Self::Entry(text),
            Ok(other) => Self::Entry(other.to_string()),
            Err(_) => Self::Entry(String::new()),
        }
    }
}

/// Whether a text is a key of the type `K`, as `serde_json` reads keys.
pub(crate) fn is_key<K: DeserializeOwned>(key: &str) -> bool {
    struct One<K>(PhantomData<K>);

    impl<'de, K: DeserializeOwned> serde::de::Visitor<'de> for One<K> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object with one key")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            map.next_entry::<K, serde::de::IgnoredAny>().map(drop)
        }
    }

    let object = serde_json::Value::Object([(key.to_owned(), serde_json::Value::Null)].into_iter().collect());
    let text = object.to_string();
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    serde::Deserializer::deserialize_map(&mut deserializer, One::<K>(PhantomData)).is_ok()
}

impl<T> Collection for Option<T> {
    type Item = T;
    const OPTIONAL: bool = true;

    #[inline]
    fn check_items<P: FieldKind<Of = T>>(&self, part: P, violations: &mut Violations) {
        if let Some(item) = self {
            part.check(item, violations);
        }
    }

    fn validate_items<P: FieldKind<Of = T>>(part: P, json: &Json<'_>, validator: &mut Validator) -> bool {
        matches!(json, Json::Null) || part.validate(json, validator)
    }
}

impl<T> Collection for Box<T> {
    type Item = T;
    const TRANSPARENT: bool = true;

    #[inline]
    fn check_items<P: FieldKind<Of = T>>(&self, part: P, violations: &mut Violations) {
        violations.in_box(|violations| part.check(self, violations));
    }

    fn validate_items<P: FieldKind<Of = T>>(part: P, json: &Json<'_>, validator: &mut Validator) -> bool {
        part.validate(json, validator)
    }
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),+);)+) => {$(
        impl<$($part: FieldKind),+> FieldKind for TupleKind<($($part,)+)> {
            type Of = ($($part::Of,)+);

            #[inline]
            fn check(&self, value: &Self::Of, violations: &mut Violations) {
                $(violations.at($index, |violations| self.0.$index.check(&value.$index, violations));)+
            }

            fn validate(&self, json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.tuple(json, &[$(&|json, validator| self.0.$index.validate(json, validator)),+])
            }

            fn optional(&self) -> bool {
                false
            }
        }
    )+};
}

tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
}
