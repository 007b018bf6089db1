//! The containers of the standard library and `Shared`, listed once, and how a check gets at what is in them.

use serde_json::{Map, Value};

use crate::contract::json::tree::Json;
use crate::contract::shared::Shared;
use crate::contract::violation::Violations;

/// Calls the macro `$then` for each container of some groups, as in `containers!(lists, sets => countable [])`: with
/// what stands in its brackets, the name, the parameters beside those of the items, the type, and what a value of it
/// needs to be read.
macro_rules! containers {
    ($($group:ident),+ => $then:ident $with:tt) => {
        $($crate::contract::checks::containers::containers!(@$group $then $with);)+
    };
    (@lists $then:ident $with:tt) => {
        $then! { $with Vec [] std::vec::Vec<T> where [] }
        $then! { $with VecDeque [] std::collections::VecDeque<T> where [] }
    };
    (@boxed $then:ident $with:tt) => {
        $then! { $with Box [] std::boxed::Box<[T]> where [] }
    };
    (@arrays $then:ident $with:tt) => {
        $then! { $with Array [const N: usize] [T; N] where [] }
    };
    (@sets $then:ident $with:tt) => {
        $then! { $with BTreeSet [] std::collections::BTreeSet<T> where [T: Ord] }
        $then! {
            $with HashSet [S] std::collections::HashSet<T, S>
            where [T: Eq + std::hash::Hash, S: std::hash::BuildHasher + Default]
        }
    };
    (@maps $then:ident $with:tt) => {
        $then! { $with BTreeMap [] std::collections::BTreeMap<K, V> where [K: Ord] }
        $then! {
            $with HashMap [S] std::collections::HashMap<K, V, S>
            where [K: Eq + std::hash::Hash, S: std::hash::BuildHasher + Default]
        }
    };
    (@wrappers $then:ident $with:tt) => {
        $then! { $with Option [] std::option::Option<T> where [] }
        $then! { $with Box [] std::boxed::Box<T> where [] }
        $then! { $with Shared [] $crate::contract::shared::Shared<T> where [] }
    };
}
pub(crate) use containers;

/// Calls the macro `$then` with all tuples that serde reads, as letters and places.
macro_rules! tuples {
    ($then:ident) => {
        $then! { A 0 }
        $then! { A 0, B 1 }
        $then! { A 0, B 1, C 2 }
        $then! { A 0, B 1, C 2, D 3 }
        $then! { A 0, B 1, C 2, D 3, E 4 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10 }
        $then! { A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11 }
    };
}
pub(crate) use tuples;

/// What holds one value at most, and checks look through.
pub(super) trait Wrapper {
    /// The type of that value.
    type Inner;

    /// Finds the value.
    fn inner(&self) -> Option<&Self::Inner>;
}

impl<T> Wrapper for Option<T> {
    type Inner = T;

    fn inner(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T> Wrapper for Box<T> {
    type Inner = T;

    fn inner(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> Wrapper for Shared<T> {
    type Inner = T;

    fn inner(&self) -> Option<&T> {
        Some(self)
    }
}

/// What is done with each `I` of a value: the `I`, and where to report.
pub(super) type OnEach<'a, I> = &'a mut dyn FnMut(&I, &mut Violations);

/// How to find each `I` of a `T` that a check looks at.
#[derive(Debug)]
pub struct Finding<T: ?Sized, I: ?Sized> {
    /// Calls the function on each of them, with the violations at its pointer.
    pub(super) each: fn(&T, &mut Violations, OnEach<'_, I>),
}

impl<T: ?Sized, I: ?Sized> Clone for Finding<T, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, I: ?Sized> Copy for Finding<T, I> {}

/// Implements the trait of a check for lists, sets, `Option`, `Box` and `Shared`, whose items are looked at,
/// however deep: `found_in_containers!(Matchable {} TEXTS: str)`.
macro_rules! found_in_containers {
    ($trait:ident $items:tt $const:ident: $found:ty) => {
        containers!(lists, boxed, arrays, sets => found_in_items [$trait $items $const $found]);
        containers!(wrappers => found_inside [$trait $items $const $found]);
    };
}
pub(super) use found_in_containers;

macro_rules! found_in_items {
    (
        [$trait:ident { $($item:tt)* } $const:ident $found:ty]
        $name:ident [$($parameters:tt)*] $type:ty where $needs:tt
    ) => {
        #[diagnostic::do_not_recommend]
        impl<T: $trait, $($parameters)*> $trait for $type {
            $($item)*
            const $const: Finding<Self, $found> = Finding {
                each: |list, violations, test| {
                    in_list(list, violations, &mut |item, violations| (T::$const.each)(item, violations, test));
                },
            };
        }
    };
}
pub(super) use found_in_items;

macro_rules! found_inside {
    (
        [$trait:ident { $($item:tt)* } $const:ident $found:ty]
        $name:ident [] $type:ty where $needs:tt
    ) => {
        #[diagnostic::do_not_recommend]
        impl<T: $trait> $trait for $type {
            $($item)*
            const $const: Finding<Self, $found> = Finding {
                each: |value, violations, test| {
                    if let Some(value) = Wrapper::inner(value) {
                        (T::$const.each)(value, violations, test);
                    }
                },
            };
        }
    };
}
pub(super) use found_inside;

/// Goes through the items of a list or set.
pub(super) fn in_list<L, T>(list: &L, violations: &mut Violations, test: OnEach<'_, T>)
where
    for<'l> &'l L: IntoIterator<Item = &'l T>,
{
    for (index, item) in list.into_iter().enumerate() {
        violations.at(index, |violations| test(item, violations));
    }
}

/// Goes through what is in JSON that may be lists in lists.
pub(super) fn in_json(
    json: &Json<'_>,
    violations: &mut Violations,
    test: &mut dyn FnMut(&Json<'_>, &mut Violations),
) {
    match json {
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                violations.at(index, |violations| in_json(item, violations, test));
            }
        }
        json => test(json, violations),
    }
}

/// Finds the schema of what is in lists, however deep. What is in an `Option` stands beside `null`.
pub(super) fn innermost(schema: &mut Map<String, Value>) -> &mut Map<String, Value> {
    if !matches!(schema.get("items"), Some(Value::Object(_))) {
        return schema;
    }
    match schema.get_mut("items") {
        Some(Value::Object(items)) => innermost(items),
        _ => unreachable!("it was looked at just now"),
    }
}
