//! The types of the standard library that are contracts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Contract;
use super::confidence::Confidence;
use super::declared::Declared;
use super::node::{Node, Number};
use super::part::{MapKey, is_key};
use super::violation::Violations;
use super::walk::Walker;

macro_rules! integers {
    ($($integer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Declared for $integer {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($integer))
            }

            fn check(&self, _: &mut Violations) {}

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                #[allow(clippy::cast_lossless)] // `usize` has no `From`
                walker.integer(node, $integer::MIN as i128, $integer::MAX as i128)
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

macro_rules! floats {
    ($($float:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Declared for $float {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($float))
            }

            /// NaN and the infinities have no place in JSON, where they would turn into `null`.
            fn check(&self, violations: &mut Violations) {
                if !self.is_finite() {
                    violations.report_found("type", "expected a finite number", self);
                }
            }

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                let Node::Number(number) = node else { return walker.wrong_kind("a number", node) };
                if node.is_beyond() {
                    return walker.beyond(node);
                }
                #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
                let float = match *number {
                    Number::Integer(integer) => integer as $float,
                    Number::Float(float) => float as $float,
                };
                if !float.is_finite() {
                    let message =
                        format!("expected a number in {:e}..={:e}, found another", $float::MIN, $float::MAX);
                    walker.violations().report_found("type", message, node);
                }
                float.is_finite()
            }
        }
    )*};
}

floats! { f32 f64 }

macro_rules! plain {
    ($($type:ty => $name:literal, $kind:literal, $fits:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Declared for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn check(&self, _: &mut Violations) {}

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                let fits: fn(&Node<'_>) -> bool = $fits;
                fits(node) || walker.wrong_kind($kind, node)
            }
        }
    )*};
}

plain! {
    bool => "bool", "a boolean", |node| matches!(node, Node::Bool(_));
    () => "()", "null", |node| matches!(node, Node::Null);
    String => "String", "a string", |node| matches!(node, Node::Text(_));
    char => "char", "a string of one character", |node| matches!(node, Node::Text(text) if text.chars().count() == 1);
}

#[diagnostic::do_not_recommend]
impl<T: Contract> Declared for Option<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Option<{}>", T::name()))
    }

    #[inline]
    fn check(&self, violations: &mut Violations) {
        if let Some(value) = self {
            value.check(violations);
        }
    }

    fn confidence(&self) -> Option<Confidence> {
        self.as_ref().and_then(T::confidence)
    }

    fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
        matches!(node, Node::Null) || T::walk(node, walker)
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty => $name:literal, $walk:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Declared for $type
        where
            Self: Serialize + DeserializeOwned + JsonSchema,
        {
            fn name() -> Cow<'static, str> {
                Cow::Owned(format!($name, T::name()))
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                for (index, item) in self.iter().enumerate() {
                    violations.at(index, |violations| item.check(violations));
                }
            }

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.$walk(node, T::walk)
            }
        }
    )*};
}

lists! {
    [T: Contract] Vec<T> => "Vec<{}>", list;
    [T: Contract] VecDeque<T> => "VecDeque<{}>", list;
    [T: Contract + Ord] BTreeSet<T> => "BTreeSet<{}>", set;
    [T: Contract + Eq + Hash, S: BuildHasher + Default + Clone + Send + Sync + 'static]
        HashSet<T, S> => "HashSet<{}>", set;
}

#[diagnostic::do_not_recommend]
impl<T: Contract, const N: usize> Declared for [T; N]
where
    Self: Serialize + DeserializeOwned + JsonSchema,
{
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("[{}; {N}]", T::name()))
    }

    fn check(&self, violations: &mut Violations) {
        for (index, item) in self.iter().enumerate() {
            violations.at(index, |violations| item.check(violations));
        }
    }

    fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
        walker.tuple(node, &[&T::walk as &dyn Fn(&Node<'_>, &mut Walker) -> bool; N])
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $type:ty => $name:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Declared for $type
        where
            K: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static,
            V: Contract,
            Self: DeserializeOwned,
        {
            fn name() -> Cow<'static, str> {
                Cow::Owned(format!($name, K::schema_name(), V::name()))
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                for (key, value) in self {
                    violations.at(MapKey(key), |violations| value.check(violations));
                }
            }

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.map(node, is_key::<K>, V::walk)
            }
        }
    )*};
}

maps! {
    [K: Ord, V] BTreeMap<K, V> => "BTreeMap<{}, {}>";
    [K: Eq + Hash, V, S: BuildHasher + Default + Clone + Send + Sync + 'static] HashMap<K, V, S> => "HashMap<{}, {}>";
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),+);)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: Contract),+> Declared for ($($part,)+) {
            fn name() -> Cow<'static, str> {
                let names = [$($part::name()),+];
                Cow::Owned(format!("({})", names.join(", ")))
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                $(violations.at($index, |violations| self.$index.check(violations));)+
            }

            fn walk(node: &Node<'_>, walker: &mut Walker) -> bool {
                walker.tuple(node, &[$(&$part::walk),+])
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
