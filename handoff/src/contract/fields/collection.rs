//! Collections as fields: std's containers, of what is of any kind.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::checks::containers::containers;
use crate::contract::fields::kind::{FieldKind, LeafKind, Probe};
use crate::contract::fields::once::{self, HoldsOnce};
use crate::contract::json::keys::MapKey;
use crate::contract::json::tree::Json;
use crate::contract::layout::{Survey, SurveyType};
use crate::contract::reading::validator::Validator;
use crate::contract::shared::Shared;
use crate::contract::violation::Violations;

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

/// A collection of one type of item.
pub trait Collection {
    /// What is in it; of a map, the value.
    type Item;
    /// Whether it may be missing.
    const OPTIONAL: bool = false;
    /// Whether it looks in JSON like what is in it.
    const TRANSPARENT: bool = false;

    /// Checks each item.
    fn check_items<K: FieldKind<Of = Self::Item>>(&self, item: K, violations: &mut Violations);

    /// Looks at the items, along the schema of the collection.
    fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, item: SurveyType);

    /// Validates JSON, and each item in it.
    fn validate_items<K: FieldKind<Of = Self::Item>>(
        item: K,
        json: &Json<'_>,
        validator: &mut Validator,
    ) -> bool;
}

macro_rules! list {
    ([] $name:ident [] $type:ty where $needs:tt) => {
        impl<T> Collection for $type {
            type Item = T;

            fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, item: SurveyType) {
                survey.items(schema, item);
            }

            #[inline]
            fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
                check_each(self, kind, violations);
            }

            fn validate_items<K: FieldKind<Of = T>>(
                kind: K,
                json: &Json<'_>,
                validator: &mut Validator,
            ) -> bool {
                validator.list(json, |item, validator| kind.validate(item, validator))
            }
        }
    };
}

containers!(lists, boxed => list []);

macro_rules! set {
    ([] $name:ident [$($parameters:tt)*] $type:ty where [$($needs:tt)*]) => {
        impl<T: DeserializeOwned + 'static, $($parameters)*> Collection for $type
        where
            $($needs)*
        {
            type Item = T;

            fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, item: SurveyType) {
                survey.drops_items = true;
                if !<Self as HoldsOnce>::IN_ORDER {
                    survey.unordered.sets.push(schema);
                }
                survey.items(schema, item);
            }

            #[inline]
            fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
                check_each(self, kind, violations);
            }

            fn validate_items<K: FieldKind<Of = T>>(kind: K, json: &Json<'_>, validator: &mut Validator) -> bool {
                let item = |item: &Json<'_>, validator: &mut Validator| kind.validate(item, validator);
                validator.set(json, <Self as HoldsOnce>::IN_ORDER, item, once::check_items::<Self>)
            }
        }
    };
}

containers!(sets => set []);

#[inline]
fn check_each<L, K: FieldKind>(list: &L, kind: K, violations: &mut Violations)
where
    for<'l> &'l L: IntoIterator<Item = &'l K::Of>,
{
    for (index, item) in list.into_iter().enumerate() {
        violations.at(index, |violations| kind.check(item, violations));
    }
}

macro_rules! map {
    ([] $name:ident [$($parameters:tt)*] $type:ty where [$($needs:tt)*]) => {
        impl<K: DeserializeOwned + Serialize + 'static, V, $($parameters)*> Collection for $type
        where
            $($needs)*
        {
            type Item = V;

            fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, value: SurveyType) {
                survey.drops_items |= once::may_read_alike::<K>();
                survey.unordered.maps |= !<Self as HoldsOnce>::IN_ORDER;
                survey.values(schema, value);
            }

            #[inline]
            fn check_items<I: FieldKind<Of = V>>(&self, kind: I, violations: &mut Violations) {
                for (key, value) in self {
                    violations.at(MapKey(key), |violations| kind.check(value, violations));
                }
            }

            fn validate_items<I: FieldKind<Of = V>>(kind: I, json: &Json<'_>, validator: &mut Validator) -> bool {
                let value = |value: &Json<'_>, validator: &mut Validator| kind.validate(value, validator);
                validator.map(json, once::check_keys::<Self>(), value)
            }
        }
    };
}

containers!(maps => map []);

impl<T> Collection for Option<T> {
    type Item = T;
    const OPTIONAL: bool = true;

    fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, item: SurveyType) {
        survey.inside(schema, item);
    }

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

            fn survey_items<'s>(schema: &'s Value, survey: &mut Survey<'s>, item: SurveyType) {
                item(schema, survey);
            }

            #[inline]
            fn check_items<K: FieldKind<Of = T>>(&self, kind: K, violations: &mut Violations) {
                violations.in_box(|violations| kind.check(self, violations));
            }

            fn validate_items<K: FieldKind<Of = T>>(kind: K, json: &Json<'_>, validator: &mut Validator) -> bool {
                kind.validate(json, validator)
            }
        }
    )*};
}

pointers! { Box Shared }

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

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        T::survey_items(schema, survey, K::survey);
    }
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

/// The second answer, where the macro saw no collection: it is one all the same, of leaves.
pub trait AsLeaves {
    /// The type in question.
    type Of: Collection;

    /// The answer.
    fn whole(&self) -> CollectionKind<Self::Of, LeafKind<<Self::Of as Collection>::Item>> {
        CollectionKind { collection: PhantomData, item: LeafKind::NEW }
    }
}

impl<T: Collection> AsLeaves for &&Probe<T>
where
    T::Item: DeserializeOwned + Serialize + JsonSchema,
{
    type Of = T;
}
