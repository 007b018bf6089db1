//! The types of the standard library that are contracts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::Contract;
use crate::contract::confidence::Confidence;
use crate::contract::derived::Derived;
use crate::contract::fields::kind::{MapKey, is_key};
use crate::contract::json::tree::{Json, Number};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

macro_rules! integers {
    ($($integer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Derived for $integer {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($integer))
            }

            fn check(&self, _: &mut Violations) {}

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                #[allow(clippy::cast_lossless)] // `usize` has no `From`
                validator.integer(json, $integer::MIN as i128, $integer::MAX as i128)
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

macro_rules! floats {
    ($($float:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Derived for $float {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($float))
            }

            /// NaN and the infinities have no place in JSON, where they would turn into `null`.
            fn check(&self, violations: &mut Violations) {
                if !self.is_finite() {
                    violations.report_found("type", "expected a finite number", self);
                }
            }

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                let Json::Number(number) = json else { return validator.wrong_kind("a number", json) };
                if json.is_beyond() {
                    return validator.beyond(json);
                }
                #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
                let float = match *number {
                    Number::Integer(integer) => integer as $float,
                    Number::Float(float) => float as $float,
                };
                if !float.is_finite() {
                    let message =
                        format!("expected a number in {:e}..={:e}, found another", $float::MIN, $float::MAX);
                    validator.violations().report_found("type", message, json);
                }
                float.is_finite()
            }
        }
    )*};
}

floats! { f32 f64 }

macro_rules! plain {
    ($($type:ty => $name:literal, $null:literal, $kind:literal, $fits:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Derived for $type {
            const NULL: bool = $null;

            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn check(&self, _: &mut Violations) {}

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                let fits: fn(&Json<'_>) -> bool = $fits;
                fits(json) || validator.wrong_kind($kind, json)
            }
        }
    )*};
}

plain! {
    bool => "bool", false, "a boolean", |json| matches!(json, Json::Bool(_));
    () => "()", true, "null", |json| matches!(json, Json::Null);
    String => "String", false, "a string", |json| matches!(json, Json::Text(_));
    char => "char", false, "a string of one character", |json| matches!(json, Json::Text(text) if text.chars().count() == 1);
}

#[diagnostic::do_not_recommend]
impl<T: Contract> Derived for Option<T> {
    const NULL: bool = true;

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

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        matches!(json, Json::Null) || T::validate(json, validator)
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $type:ty => $name:literal, $validate:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Derived for $type
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

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.$validate(json, T::validate)
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
impl<T: Contract, const N: usize> Derived for [T; N]
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

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        validator.tuple(json, &[&T::validate as &dyn Fn(&Json<'_>, &mut Validator) -> bool; N])
    }
}

macro_rules! maps {
    ($([$($generics:tt)*] $type:ty => $name:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Derived for $type
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

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.map(json, is_key::<K>, V::validate)
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
        impl<$($part: Contract),+> Derived for ($($part,)+) {
            fn name() -> Cow<'static, str> {
                let names = [$($part::name()),+];
                Cow::Owned(format!("({})", names.join(", ")))
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                $(violations.at($index, |violations| self.$index.check(violations));)+
            }

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                validator.tuple(json, &[$(&$part::validate),+])
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
