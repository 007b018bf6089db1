//! `each`.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::contract::checks::Check;
use crate::contract::checks::containers::{Finding, OnEach, Wrapper, containers, in_list};
use crate::contract::json::keys::MapKey;
use crate::contract::json::pointer::EntryKey;
use crate::contract::json::tree::Json;
use crate::contract::violation::Violations;

/// The types that `#[check(each(…))]` goes on.
///
/// Lists, sets and maps, whose values are meant, and an `Option`, a `Box` or a `Shared` of those. It cannot be
/// implemented outside of `handoff`.
#[diagnostic::on_unimplemented(
    message = "`each` finds no items in `{Self}`",
    label = "`each` goes on lists, sets and maps",
    note = "write the check itself, without `each`"
)]
pub trait Itemised {
    /// What is in it.
    #[doc(hidden)]
    type Item;

    /// How its items are found.
    #[doc(hidden)]
    const LISTING: Finding<Self, Self::Item>;
}

macro_rules! itemised {
    (
        [$in_it:ident [$($key:tt)*] $item:ident]
        $name:ident [$($parameters:tt)*] $type:ty where $needs:tt
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$($key)* $item, $($parameters)*> Itemised for $type {
            type Item = $item;
            const LISTING: Finding<Self, $item> = Finding { each: $in_it };
        }
    };
}

containers!(lists, boxed, arrays, sets => itemised [in_list [] T]);
containers!(maps => itemised [in_map [K: Serialize,] V]);

macro_rules! itemised_inside {
    ([] $name:ident [] $type:ty where $needs:tt) => {
        #[diagnostic::do_not_recommend]
        impl<T: Itemised> Itemised for $type {
            type Item = T::Item;
            const LISTING: Finding<Self, T::Item> = Finding {
                each: |value, violations, test| {
                    if let Some(value) = Wrapper::inner(value) {
                        (T::LISTING.each)(value, violations, test);
                    }
                },
            };
        }
    };
}

containers!(wrappers => itemised_inside []);

fn in_map<M, K: Serialize, V>(map: &M, violations: &mut Violations, test: OnEach<'_, V>)
where
    for<'m> &'m M: IntoIterator<Item = (&'m K, &'m V)>,
{
    for (key, value) in map {
        violations.at(MapKey(key), |violations| test(value, violations));
    }
}

/// `#[check(each(…))]`.
#[derive(Clone, Copy, Debug)]
pub struct Each<L, C> {
    listing: L,
    checks: C,
}

impl<L, C> Each<L, C> {
    /// Checks that `checks` hold for every item.
    #[inline]
    #[must_use]
    pub const fn new(listing: L, checks: C) -> Self {
        Self { listing, checks }
    }
}

impl<T: ?Sized, I, C: Check<I>> Check<T> for Each<Finding<T, I>, C> {
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
            Json::Object(object) => {
                for entry in object.iter() {
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
