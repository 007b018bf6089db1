//! `each`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::contract::checks::{Check, Itemised};
use crate::contract::fields::kind::MapKey;
use crate::contract::json::pointer::EntryKey;
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// What is done with each item of a value: the item, and where to report.
type OnItem<'a, I> = &'a mut dyn FnMut(&I, &mut Violations);

/// How to find the items of a value.
pub struct Listing<T: ?Sized, I> {
    each: fn(&T, &mut Violations, OnItem<'_, I>),
}

impl<T: ?Sized, I> Clone for Listing<T, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, I> Copy for Listing<T, I> {}

impl<T: ?Sized, I> fmt::Debug for Listing<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

/// `#[check(each(…))]`.
#[derive(Clone, Copy, Debug)]
pub struct Each<L, R> {
    listing: L,
    checks: R,
}

impl<L, R> Each<L, R> {
    /// The rules hold for every item.
    #[inline]
    #[must_use]
    pub const fn new(listing: L, checks: R) -> Self {
        Self { listing, checks }
    }
}

impl<T: ?Sized, I, R: Check<I>> Check<T> for Each<Listing<T, I>, R> {
    #[inline]
    fn check(&self, value: &T, violations: &mut Violations) {
        (self.listing.each)(value, violations, &mut |item, violations| self.checks.check(item, violations));
    }

    fn check_json(&self, json: &Json<'_>, violations: &mut Violations) {
        match json {
            Json::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    violations.at(index, |violations| self.checks.check_json(item, violations));
                }
            }
            Json::Object(entries) => {
                for entry in entries {
                    let key = EntryKey(&entry.key);
                    violations.at(key, |violations| self.checks.check_json(&entry.value, violations));
                }
            }
            // `null` for an `Option`.
            _ => {}
        }
    }

    fn add_keywords(&self, schema: &mut Map<String, Value>) {
        for keyword in ["items", "additionalProperties"] {
            if let Some(Value::Object(item)) = schema.get_mut(keyword) {
                self.checks.add_keywords(item);
            }
        }
        // Where keys are numbers or the names of variants.
        for keyword in ["patternProperties", "properties"] {
            if let Some(Value::Object(named)) = schema.get_mut(keyword) {
                for item in named.values_mut().filter_map(Value::as_object_mut) {
                    self.checks.add_keywords(item);
                }
            }
        }
    }
}

fn in_list<L, T>(list: &L, violations: &mut Violations, test: OnItem<'_, T>)
where
    for<'l> &'l L: IntoIterator<Item = &'l T>,
{
    for (index, item) in list.into_iter().enumerate() {
        violations.at(index, |violations| test(item, violations));
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Itemised for $type {
            type Item = T;
            const LISTING: Listing<Self, T> = Listing { each: in_list };
        }
    )*};
}

lists! {
    [T] Vec<T>;
    [T] Box<[T]>;
    [T] VecDeque<T>;
    [T] BTreeSet<T>;
    [T, S] HashSet<T, S>;
    [T, const N: usize] [T; N];
}

fn in_map<M, K: Serialize, V>(map: &M, violations: &mut Violations, test: OnItem<'_, V>)
where
    for<'m> &'m M: IntoIterator<Item = (&'m K, &'m V)>,
{
    for (key, value) in map {
        violations.at(MapKey(key), |violations| test(value, violations));
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $type:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<K: Serialize, V, $($generics)*> Itemised for $type {
            type Item = V;
            const LISTING: Listing<Self, V> = Listing { each: in_map };
        }
    )*};
}

maps! {
    [] BTreeMap<K, V>;
    [S] HashMap<K, V, S>;
}

#[diagnostic::do_not_recommend]
impl<T: Itemised> Itemised for Option<T> {
    type Item = T::Item;
    const LISTING: Listing<Self, T::Item> = Listing {
        each: |value, violations, test| {
            if let Some(value) = value {
                (T::LISTING.each)(value, violations, test);
            }
        },
    };
}

#[diagnostic::do_not_recommend]
impl<T: Itemised> Itemised for Box<T> {
    type Item = T::Item;
    const LISTING: Listing<Self, T::Item> =
        Listing { each: |value, violations, test| (T::LISTING.each)(value, violations, test) };
}
