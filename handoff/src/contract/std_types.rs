//! The types of the standard library that are contracts.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::checks::containers::{containers, tuples};
use crate::contract::confidence::Confidence;
use crate::contract::derived::Derived;
use crate::contract::fields::collection::Collection;
use crate::contract::fields::json_type::JsonType;
use crate::contract::fields::kind::{ContractKind, FieldKind, TupleKind};
use crate::contract::json::tree::Json;
use crate::contract::layout::Survey;
use crate::contract::reading::lenient::{self, Lenient};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::{ContractViolation, Violations};
use crate::error::{Revived, Unread};

macro_rules! integers {
    ($($integer:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Derived for $integer {
            const JSON_TYPE: JsonType = JsonType::Integer;

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
            const JSON_TYPE: JsonType = JsonType::Number;

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
                #[allow(clippy::cast_possible_truncation, clippy::cast_lossless)] // the cast that serde makes
                let float = number.float() as $float;
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
    ($($type:ty => $name:literal, $json_type:ident, $kind:literal, $fits:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Derived for $type {
            const JSON_TYPE: JsonType = JsonType::$json_type;
            const NULL: bool = matches!(JsonType::$json_type, JsonType::Null);

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
    bool => "bool", Boolean, "a boolean", |json| matches!(json, Json::Bool(_));
    () => "()", Null, "null", |json| matches!(json, Json::Null);
    char => "char", String, "a string of one character", |json| matches!(json, Json::Text(text) if text.chars().count() == 1);
}

#[diagnostic::do_not_recommend]
impl Derived for String {
    const JSON_TYPE: JsonType = JsonType::String;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("String")
    }

    fn check(&self, _: &mut Violations) {}

    /// Prose is no JSON: the text as it is.
    #[inline]
    fn from_reply(text: String, lenient: bool) -> Result<Lenient<Self>, ContractViolation> {
        if lenient { lenient::prose(text) } else { Ok(Lenient { value: text, left_out: None }) }
    }

    fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
        matches!(json, Json::Text(_)) || validator.wrong_kind("a string", json)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Contract> Derived for Option<T> {
    const JSON_TYPE: JsonType = JsonType::Several;
    const NULL: bool = true;

    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Option<{}>", T::name()))
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        survey.inside(schema, T::survey);
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

// What is in a container is checked and validated as in a field of its type.

macro_rules! collection {
    (
        [$json_type:ident: $({ $($item:tt)+ } $item_name:expr),+]
        $name:ident [$($parameters:tt)*] $type:ty where [$($needs:tt)*]
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$($($item)+,)+ $($parameters)*> Derived for $type
        where
            Self: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static,
            $($needs)*
        {
            const JSON_TYPE: JsonType = JsonType::$json_type;

            fn name() -> Cow<'static, str> {
                let items = [$($item_name),+];
                Cow::Owned(format!("{}<{}>", stringify!($name), items.join(", ")))
            }

            fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
                Self::survey_items(schema, survey, <Self as Collection>::Item::survey);
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                self.check_items(ContractKind::NEW, violations);
            }

            #[inline]
            fn revive(unread: &Unread) -> Option<Revived> {
                unread.of::<Self>().or_else(|| <Self as Collection>::Item::revive(unread))
            }

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                Self::validate_items(ContractKind::NEW, json, validator)
            }
        }
    };
}

containers!(lists, boxed, sets => collection [Array: { T: Contract } T::name()]);
containers!(maps => collection [
    Object:
    { K: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static } K::schema_name(),
    { V: Contract } V::name()
]);

#[diagnostic::do_not_recommend]
impl<T: Contract, const N: usize> Derived for [T; N]
where
    Self: Serialize + DeserializeOwned + JsonSchema,
{
    const JSON_TYPE: JsonType = JsonType::Array;

    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("[{}; {N}]", T::name()))
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        survey.items(schema, T::survey);
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

macro_rules! tuple {
    ($($part:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($part: Contract),+> Derived for ($($part,)+) {
            const JSON_TYPE: JsonType = JsonType::Array;

            fn name() -> Cow<'static, str> {
                let names = [$($part::name()),+];
                Cow::Owned(format!("({})", names.join(", ")))
            }

            fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
                survey.places(schema, &[$($part::survey),+]);
            }

            #[inline]
            fn check(&self, violations: &mut Violations) {
                TupleKind(($(ContractKind::<$part>::NEW,)+)).check(self, violations);
            }

            fn validate(json: &Json<'_>, validator: &mut Validator) -> bool {
                TupleKind(($(ContractKind::<$part>::NEW,)+)).validate(json, validator)
            }
        }
    };
}

tuples!(tuple);
