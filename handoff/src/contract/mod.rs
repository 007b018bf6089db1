//! Contracts: the types whose values may cross a handoff.
//!
//! `#[contract]` on a struct or an enum makes it a [`Contract`]: a type with a schema, a fingerprint, checks, and a
//! strict way to read it from JSON.
//!
//! # Checks
//!
//! A check is written once, on a field, and is used twice: as keywords in the schema, for whoever writes the
//! JSON, and as a test at run time, for whoever reads it. A value that breaks a check causes a [`Violation`]
//! with the keyword, and does not pass the handoff: the agent that made it is tried again, or fails.
//!
//! ```
//! use handoff::prelude::*;
//! use std::collections::BTreeMap;
//!
//! #[contract]
//! pub struct Order {
//!     #[check(pattern("^[a-z]{2}-[0-9]+$"), len(..=12))]
//!     pub id: String,
//!     #[check(range(0.0..1.0))]
//!     pub discount: Option<f64>,
//!     #[check(multiple_of(5))]
//!     pub cents: u32,
//!     #[check(len(1..=3), unique, each(len(1..=8), pattern("^[a-z]*$")))]
//!     pub tags: Vec<String>,
//!     #[check(each(range(1..)))]
//!     pub amounts: BTreeMap<String, u32>,
//!     #[check(with(in_order))]
//!     pub stops: Vec<u32>,
//! }
//!
//! fn in_order(stops: &[u32]) -> Result<(), String> {
//!     if stops.is_sorted() { Ok(()) } else { Err("not in order".to_owned()) }
//! }
//!
//! let error = Order::parse(
//!     r#"{"id":"X1","discount":1.0,"cents":99,"tags":["a","B","a"],"amounts":{"x":0},"stops":[2,1]}"#,
//! )
//! .unwrap_err();
//! let found: Vec<String> = error.violations().iter().map(|v| format!("{} {v}", v.keyword)).collect();
//! assert_eq!(found, [
//!     "pattern /id: does not match `^[a-z]{2}-[0-9]+$`",
//!     "exclusiveMaximum /discount: not in 0.0..1.0",
//!     "multipleOf /cents: not a multiple of 5",
//!     "uniqueItems /tags: expected no item twice, found item 0 again as item 2",
//!     "pattern /tags/1: does not match `^[a-z]*$`",
//!     "minimum /amounts/*: not in 1..",
//!     "with /stops: not in order",
//! ]);
//! assert_eq!(Order::schema().as_value()["properties"]["cents"]["multipleOf"], 5);
//! ```
//!
//! - **`len(…)`**, any Rust range: the code points of a string (`minLength`, `maxLength`), the items of a
//!   list or set (`minItems`, `maxItems`), the entries of a map (`minProperties`, `maxProperties`).
//! - **`range(…)`**, any Rust range: `minimum`, `maximum`, `exclusiveMaximum`. NaN is in no range.
//! - **`pattern("…")`** (`pattern`): it is found somewhere in the string, unless `^` and `$` say where. Only
//!   what means the same to a JSON Schema validator (ECMA-262 with the flag `u`) and to Rust's `regex` is
//!   accepted: characters, classes, groups, alternatives, repetitions, `^` and `$`, by code points. `\d`, `\w`,
//!   `\s`, `\b`, `.`, `\p{…}`, flags, look-around and references are compile errors that say what to write
//!   instead; so is a pattern that every string has, such as `[a-z]*` without `^` and `$`. The search takes
//!   time linear in the string.
//! - **`multiple_of(N)`** (`multipleOf`), on integers; `N` is above 0.
//! - **`unique`** (`uniqueItems`), on lists: no item twice. Items are compared as JSON Schema compares them:
//!   `1` is `1.0`, and the entries of an object have no order. Time is linear in the list.
//! - **`each(…)`**: checks on every item of a list or set and on every value of a map, on `items` or
//!   `additionalProperties`. `each` in `each` goes a level deeper.
//! - **`with(function)`**: a `fn(&T) -> Result<(), String>` (or `&'static str`) for what has no keyword; its
//!   violations have the keyword `with`. It runs when every other check of the field holds, so it may rely on
//!   them. It is neither in the schema nor in the fingerprint: tell the model about it in the field's
//!   documentation, which is its `description`. Its message is shown in errors and logs: keep values out of it.
//!   A panic in it is not caught, except in a run, which fails with [`Panicked`](crate::ErrorKind::Panicked).
//!
//! On an `Option`, a `Box` or a `Shared` a check applies to the value inside. Checks that make no sense do
//! not compile: a check on a type that it does not fit, an empty range (even one between constants), a
//! multiple of 0, a range without a multiple in it, a check that is given twice, a `#[serde(default)]` that
//! its own check refuses.
//!
//! # Where schema and parser differ
//!
//! [`parse`](Contract::parse) accepts what the schema allows; a test compares the two on generated types and
//! documents. They differ deliberately here:
//!
//! | JSON | schema | `parse` | why |
//! |---|---|---|---|
//! | `2.0` for an integer | valid | refused, but for `-0.0`, which `serde_json` reads as it reads `-0`: as 0 | serde reads none, and who writes it may mean a measurement |
//! | a key that is given twice | – | refused | a validator has seen only the last of them |
//! | nested deeper than 127 levels | valid | refused, and refused at a handoff | the stack |
//! | a number that its type cannot hold, where the schema has no bound: 2^64 for a `u64`, `1e39` for an `f32` | valid | refused | it would be another number |
//! | items of a `unique` list that are the same once they are read: `0.1` and `0.10000000001` as `f32`, fields that an open contract ignores | valid | refused | what is handed on would hold an item twice |
//! | items of a set that differ and read alike: `"a"` and its alias, `{"a":1}` and `{"a":1,"b":0}` where `b` has the default 0; keys of a map in the same way | valid | refused | one of them would be dropped |
//! | the key `"300"` of a map by `u8` | valid | refused | keys are texts to a schema |
//! | a text that is no date, address, … where `format` says so | valid | refused | formats are notes, unless a validator is told to look at them |
//! | what a function of `with` refuses | valid | refused | a function has no keyword |
//! | a missing field whose `default = "function"` breaks its own check | valid | refused | the value breaks it |
//! | a field under an `alias` | refused | taken | an alias is for what was written before |
//! | a bound of an `f32`, missed by digits that it has no room for | refused | taken | the value that is read lies within |

mod checks;
mod confidence;
mod derived;
mod diff;
mod fields;
mod json;
mod layout;
mod nested;
mod reading;
pub(crate) mod schema;
mod shared;
mod std_types;
mod violation;
mod written;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::checks::traits::*;
pub use self::confidence::{Confidence, Scorable};
pub use self::derived::Flatten;
pub use self::diff::{Breaks, Change, diff};
pub use self::fields::json_type::{KeyOf, MapOf, TaggedOf};
pub use self::fields::opaque::{DataOf, FieldOf, OpaqueOf, SkippedOf, WholeOf};
pub(crate) use self::json::MOST_LEVELS;
pub(crate) use self::json::members::{items, members};
pub use self::json::pointer::{Pointer, Step};
pub(crate) use self::json::text::{plain_message as plain_json, typed};
pub use self::nested::{BesideTag, FlattensBeside, FlattensInto, InOption};
pub(crate) use self::reading::by_schema::check as check_by_schema;
pub(crate) use self::reading::lenient::read as lenient_by_schema;
pub use self::reading::lenient::{LeftOut, Lenient};
pub(crate) use self::reading::parse::{leaf, validate};
pub use self::schema::fingerprint::{Fingerprint, NotAFingerprint};
pub use self::shared::Shared;
pub use self::violation::{ContractViolation, Violation, Violations};
pub(crate) use self::written::text;

/// What the macro's output refers to.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod internals {
    pub use super::checks::*;
    pub use super::confidence::{Confidence, Scorable};
    pub use super::derived::{Declaration, Derived, Fields, Flatten};
    pub use super::fields::field::{FieldAt, N0, N1, N2, N3, N4, N5, N6, N7, N8, N9, Visitor};
    pub use super::fields::functions::{
        DefaultAt, ReadAt, SkipAt, WriteAt, default_at, read_at, skips, write_at,
    };
    pub use super::fields::json_type::{JsonType, KeyOf, MapOf, TaggedOf, Untyped};
    pub use super::fields::kind::{ContractKind, Probe, Then, TupleKind, read_by};
    pub use super::fields::opaque::{
        DataOf, FieldOf, OpaqueOf, Read, SkippedOf, Special, Uncheckable, Unknown, Unmade, WholeOf, serialize,
    };
    pub use super::fields::there::there;
    pub use super::fields::visitors::{check, check_at, confidence, default_json};
    pub use super::json::tree::Json;
    pub use super::layout::{
        Annotation, Enum, FieldRef, Layout, Member, SchemaSource, Shape, Struct, Survey, SurveyType, Tagging,
        Variant,
    };
    pub use super::nested::{
        BesideTag, FlattensBeside, FlattensInto, InOption, Undeclared, has_key, share_key,
    };
    pub use super::reading::from_json::{Shadowed, deserialize};
    pub use super::reading::validator::{Validate, Validator};
    pub use super::schema::annotations::{json, json_by};
    pub use super::schema::beside_derive::{close_variant, described, keywords};
    pub use super::schema::build::{id, schema};
    pub use super::schema::cache::Emitted;
    pub use super::violation::Violations;
    pub use crate::__private::Itself;
    pub use crate::error::{Revived, Unread};
    pub use core::option::Option::{self, None, Some};
    pub use schemars::transform::Transform;
    pub use schemars::{JsonSchema, Schema, SchemaGenerator};

    /// The traits whose methods generated code calls, which ask what a type is.
    pub mod traits {
        pub use super::super::fields::collection::{AsCollection as _, AsLeaves as _};
        pub use super::super::fields::json_type::Untyped as _;
        pub use super::super::fields::kind::{AsContract as _, AsLeaf as _, AsUnknown as _};
        pub use super::super::fields::opaque::{
            AsCloned as _, AsDefaulted as _, AsKnown as _, AsLacking as _, AsShown as _, AsUncloned as _,
            AsUndefaulted as _, AsUnshown as _,
        };
    }
}

/// A type whose values may cross a handoff.
///
/// It is implemented by `#[contract]`, for numbers, `bool`, `char`, `()` and `String`, and for `Vec`,
/// `Option`, `Box` (also of a slice), [`Shared`], arrays, sets, maps and tuples (of up to 12) of contracts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a contract",
    label = "cannot cross a handoff",
    note = "put `#[contract]` on the definition of `{Self}`, above its derives; of a list, an option or a tuple, on that of what is in it",
    note = "an alias of a `Result` needs `#[agent(output = …)]`"
)]
pub trait Contract: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    /// Whether [`confidence`](Self::confidence) always has a value, by the type alone.
    #[doc(hidden)]
    const HAS_CONFIDENCE: bool = false;

    /// The most tokens that a value may have as JSON, from `#[contract(max_tokens = N)]`.
    #[doc(hidden)]
    const MAX_TOKENS: Option<u32> = None;

    /// What its values are in JSON; of a hand-written contract that is not known.
    #[doc(hidden)]
    const JSON_TYPE: internals::JsonType = internals::JsonType::Unknown;
    /// Its tables, if the macro declares it.
    #[doc(hidden)]
    const LAYOUT: Option<&'static internals::Layout> = None;

    /// Whether `null` is one of its values.
    #[doc(hidden)]
    const NULL: bool = false;

    /// Whether the schema of the type refuses unknown fields, where it is one of an object.
    #[doc(hidden)]
    #[must_use]
    fn closed() -> bool {
        false
    }

    /// Looks at the type and all that it is made of, along its schema.
    #[doc(hidden)]
    fn survey<'s>(schema: &'s serde_json::Value, survey: &mut internals::Survey<'s>) {
        survey.leaf(schema);
    }

    /// Returns the name of the contract as messages show it: `PlannerOutput`, `Vec<SubTask>`.
    fn name() -> Cow<'static, str>;

    /// Returns the JSON Schema (draft 2020-12) of the contract, with the keywords of its checks.
    ///
    /// It is generated once and cached. For the text to give to a model, see
    /// [`schema_json`](Self::schema_json).
    #[must_use]
    fn schema() -> &'static Schema {
        &Self::emitted().schema
    }

    /// Returns the schema as JSON text, with the fields in the order of their declaration.
    ///
    /// `properties` are ordered as in the Rust type, the tag of an enum comes before the content of a
    /// variant, and the fields of a flattened struct stand in its place. The text is generated once and
    /// cached.
    ///
    /// Give this text to models: a model writes the fields of an object in the order of its `properties`, so
    /// a field for the reasons that is declared above the answer is written before it.
    /// [`schema`](Self::schema) returns the same value, but sorts `properties` by name, unless some crate of
    /// the build enables `preserve_order` of `serde_json`. The schema of a leaf type, which is not a
    /// contract, is sorted in both.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// #[contract]
    /// pub struct Solution {
    ///     pub steps: Vec<String>,
    ///     pub answer: String,
    /// }
    ///
    /// let text = Solution::schema_json();
    /// assert!(text.find("\"steps\":{") < text.find("\"answer\":{"));
    /// let value: serde_json::Value = text.parse().unwrap();
    /// assert_eq!(&value, Solution::schema().as_value());
    /// ```
    #[must_use]
    fn schema_json() -> &'static str {
        Self::emitted().text::<Self>()
    }

    /// Returns the fingerprint: contracts with the same fingerprint have schemas that mean the same.
    ///
    /// It is computed once and cached.
    #[must_use]
    fn fingerprint() -> Fingerprint {
        Self::emitted().fingerprint()
    }

    /// Reports every violation of the checks in this value, with its JSON pointer.
    fn check(&self, violations: &mut Violations);

    /// Returns the confidence that the value itself states, in its `#[confidence]` field.
    fn confidence(&self) -> Option<Confidence> {
        None
    }

    /// Reads a value from JSON, strictly.
    ///
    /// The text must hold one JSON value with nothing but white space around it, in which no field is unknown
    /// (unless the contract is open), missing, repeated or of another form, no key of any object is repeated,
    /// no number has to be rounded into range, nothing is nested deeper than 127 levels, and every check
    /// holds.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with the value, each violation with its JSON pointer, in document
    /// order. If the text is not JSON, that is the only violation.
    fn parse(json: &str) -> Result<Self, ContractViolation> {
        reading::parse::parse(json)
    }

    /// Reads a value from JSON that has other text around it, such as thoughts or a code fence.
    ///
    /// A text that is JSON is read as by [`parse`](Self::parse); of any other text, the one JSON object in it
    /// is. Nothing is repaired, guessed or chosen: [`Reply::lenient`](crate::Reply::lenient), which reads an
    /// agent's reply in this way, documents what is left out and what is refused.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use handoff::LeftOut;
    ///
    /// #[contract]
    /// pub struct Plan {
    ///     pub steps: Vec<String>,
    /// }
    ///
    /// let text = "<think>Two steps will do.</think>\n```json\n{\"steps\": [\"look\", \"leap\"]}\n```";
    /// let read = Plan::parse_lenient(text)?;
    /// assert_eq!(read.value.steps, ["look", "leap"]);
    /// assert_eq!(read.left_out, Some(LeftOut::Thoughts));
    ///
    /// let broken = Plan::parse_lenient("Here it is: {\"steps\": [\"look\",]}").unwrap_err();
    /// assert_eq!(
    ///     broken.to_string(),
    ///     "`Plan` is broken: /steps/1: the object at line 1 column 13 is not valid JSON: trailing comma"
    /// );
    /// # Ok::<(), ContractViolation>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`parse`](Self::parse), for the whole text or for that object, or a violation
    /// with the keyword `syntax` if it is unclear which object is meant.
    #[inline]
    fn parse_lenient(text: &str) -> Result<Lenient<Self>, ContractViolation> {
        reading::lenient::parse(text)
    }

    /// Reads an agent's reply.
    #[doc(hidden)]
    #[inline]
    fn from_reply(text: String, lenient: bool) -> Result<Lenient<Self>, ContractViolation> {
        reading::lenient::reply(&text, lenient)
    }

    /// The cache behind [`schema`](Self::schema) and [`fingerprint`](Self::fingerprint).
    #[doc(hidden)]
    #[must_use]
    fn emitted() -> &'static internals::Emitted {
        schema::cache::shared::<Self>()
    }

    /// Reads what an error has kept as text, if it is of this type.
    #[doc(hidden)]
    #[inline]
    fn revive(unread: &internals::Unread) -> Option<internals::Revived> {
        unread.of::<Self>()
    }

    /// Validates JSON as a value of this type; see [`internals::Validate`]. A hand-written contract that leaves
    /// this out is judged by its `Deserialize` and its [`check`](Self::check) alone.
    #[doc(hidden)]
    fn validate(json: &internals::Json<'_>, validator: &mut internals::Validator) -> bool {
        validator.leaf::<Self>(json)
    }
}
