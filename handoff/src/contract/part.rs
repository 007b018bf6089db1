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

use super::Contract;
use super::absent;
use super::node::Node;
use super::read::{self, TextDeserializer};
use super::violation::Violations;
use super::walk::Walker;

/// How a part of a contract is checked and walked.
pub trait Part: Copy {
    /// The Rust type.
    type Of;

    /// Checks a value.
    fn check(&self, value: &Self::Of, violations: &mut Violations);

    /// Walks a node.
    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool;

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
    fn check_node_last(&self, _: &Node<'_>, _: &mut Violations) {}
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
    IsContract
}

part! {
    /// A type that serde reads and that has a schema.
    IsLeaf
}

part! {
    /// A type that lacks what a field needs: rustc has said so already.
    IsNothing
}

/// A field that a function of the user's reads (`deserialize_with`): it has no form that could be looked into.
#[derive(Debug)]
pub struct IsReadBy<T, F> {
    ty: PhantomData<fn() -> T>,
    read: F,
}

impl<T, F: Copy> Clone for IsReadBy<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, F: Copy> Copy for IsReadBy<T, F> {}

/// The part that `read` reads.
pub fn read_by<T, F>(read: F) -> IsReadBy<T, F>
where
    F: Fn(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error> + Copy,
{
    IsReadBy { ty: PhantomData, read }
}

impl<T, F> Part for IsReadBy<T, F>
where
    F: Fn(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error> + Copy,
{
    type Of = T;

    #[inline]
    fn check(&self, _: &T, _: &mut Violations) {}

    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
        let read = |text: &str| read::typed_with(text, self.read).map(drop);
        walker.leaf_read(node, "value of this field", read)
    }

    fn optional(&self) -> bool {
        false
    }
}

/// A collection of parts.
#[derive(Debug)]
pub struct IsCollection<T, P> {
    collection: PhantomData<fn() -> T>,
    part: P,
}

impl<T, P: Copy> Clone for IsCollection<T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, P: Copy> Copy for IsCollection<T, P> {}

/// A tuple of parts.
#[derive(Clone, Copy, Debug)]
pub struct IsTuple<P>(pub P);

/// The first answer: a contract.
pub trait AsContract {
    /// The type in question.
    type Of;

    /// The answer.
    fn part<P>(&self, _: P) -> IsContract<Self::Of> {
        IsContract(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> IsContract<Self::Of> {
        IsContract(PhantomData)
    }
}

impl<T: Contract> IsContract<T> {
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
    fn part<P: Part<Of = <Self::Of as Collection>::Item>>(&self, part: P) -> IsCollection<Self::Of, P> {
        IsCollection { collection: PhantomData, part }
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
    fn part<P>(&self, _: P) -> IsLeaf<Self::Of> {
        IsLeaf(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> IsLeaf<Self::Of> {
        IsLeaf(PhantomData)
    }
}

impl<T: DeserializeOwned + Serialize + JsonSchema> AsLeaf for &Probe<T> {
    type Of = T;
}

/// The last answer.
pub trait AsNothing {
    /// The type in question.
    type Of;

    /// The answer.
    fn part<P>(&self, _: P) -> IsNothing<Self::Of> {
        IsNothing(PhantomData)
    }

    /// The answer, where the macro saw no collection.
    fn whole(&self) -> IsNothing<Self::Of> {
        IsNothing(PhantomData)
    }
}

impl<T> AsNothing for Probe<T> {
    type Of = T;
}

impl<T: Contract> Part for IsContract<T> {
    type Of = T;

    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        value.check(violations);
    }

    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
        T::walk(node, walker)
    }

    fn optional(&self) -> bool {
        absent::is_allowed::<T>()
    }

    fn closed(&self) -> bool {
        T::closed()
    }
}

impl<T: DeserializeOwned + JsonSchema> Part for IsLeaf<T> {
    type Of = T;

    #[inline]
    fn check(&self, _: &T, _: &mut Violations) {}

    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
        walker.leaf::<T>(node)
    }

    fn optional(&self) -> bool {
        absent::is_allowed::<T>()
    }
}

impl<T> Part for IsNothing<T> {
    type Of = T;

    fn check(&self, _: &T, _: &mut Violations) {}

    fn walk(&self, _: &Node<'_>, _: &mut Walker) -> bool {
        true
    }

    fn optional(&self) -> bool {
        false
    }
}

impl<T: Collection, P: Part<Of = T::Item>> Part for IsCollection<T, P> {
    type Of = T;

    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        value.check_items(self.part, violations);
    }

    fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
        T::walk_items(self.part, node, walker)
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
    fn check_items<P: Part<Of = Self::Item>>(&self, part: P, violations: &mut Violations);

    /// Walks each item.
    fn walk_items<P: Part<Of = Self::Item>>(part: P, node: &Node<'_>, walker: &mut Walker) -> bool;
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty => $walk:ident;)*) => {$(
        impl<$($generics)*> Collection for $type {
            type Item = T;

            #[inline]
            fn check_items<P: Part<Of = T>>(&self, part: P, violations: &mut Violations) {
                for (index, item) in self.iter().enumerate() {
                    violations.at(index, |violations| part.check(item, violations));
                }
            }

            fn walk_items<P: Part<Of = T>>(part: P, node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.$walk(node, |node, walker| part.walk(node, walker))
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

            fn check_items<P: Part<Of = V>>(&self, part: P, violations: &mut Violations) {
                for (key, value) in self {
                    violations.at(MapKey(key), |violations| part.check(value, violations));
                }
            }

            fn walk_items<P: Part<Of = V>>(part: P, node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.map(node, is_key::<K>, |node, walker| part.walk(node, walker))
            }
        }
    )*};
}

maps! {
    [] BTreeMap<K, V>;
    [S: BuildHasher] HashMap<K, V, S>;
}

/// The key as it stands in JSON.
pub(super) struct MapKey<'a, K>(pub(super) &'a K);

impl<K: Serialize> From<MapKey<'_, K>> for super::Step {
    fn from(key: MapKey<'_, K>) -> Self {
        match serde_json::to_value(key.0) {
            Ok(serde_json::Value::String(text)) => Self::Key(text),
            Ok(other) => Self::Key(other.to_string()),
            Err(_) => Self::Key(String::new()),
        }
    }
}

/// Whether a text is a key of the type `K`, as `serde_json` reads keys.
pub(super) fn is_key<K: DeserializeOwned>(key: &str) -> bool {
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
    fn check_items<P: Part<Of = T>>(&self, part: P, violations: &mut Violations) {
        if let Some(item) = self {
            part.check(item, violations);
        }
    }

    fn walk_items<P: Part<Of = T>>(part: P, node: &Node<'_>, walker: &mut Walker) -> bool {
        matches!(node, Node::Null) || part.walk(node, walker)
    }
}

impl<T> Collection for Box<T> {
    type Item = T;
    const TRANSPARENT: bool = true;

    #[inline]
    fn check_items<P: Part<Of = T>>(&self, part: P, violations: &mut Violations) {
        part.check(self, violations);
    }

    fn walk_items<P: Part<Of = T>>(part: P, node: &Node<'_>, walker: &mut Walker) -> bool {
        part.walk(node, walker)
    }
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),+);)+) => {$(
        impl<$($part: Part),+> Part for IsTuple<($($part,)+)> {
            type Of = ($($part::Of,)+);

            #[inline]
            fn check(&self, value: &Self::Of, violations: &mut Violations) {
                $(violations.at($index, |violations| self.0.$index.check(&value.$index, violations));)+
            }

            fn walk(&self, node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.tuple(node, &[$(&|node, walker| self.0.$index.walk(node, walker)),+])
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
