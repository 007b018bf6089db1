//! Contracts: what may cross a handoff.
//!
//! `#[contract]` on a struct or an enum makes it a [`Contract`]: a type with a schema, a fingerprint, checks, and a
//! strict way to read it from JSON.

mod absent;
mod candidates;
mod canonical;
mod confidence;
mod declared;
mod diff;
mod emitted;
mod field;
mod fingerprint;
mod held;
mod lenient;
mod node;
mod part;
mod pointer;
mod read;
mod rules;
mod std_types;
mod strict;
mod violation;
mod walk;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::confidence::Confidence;
pub use self::diff::{Breaks, Change, diff};
pub use self::fingerprint::{Fingerprint, NotAFingerprint};
pub use self::held::{DataOf, FieldOf, WholeOf};
pub(crate) use self::lenient::{LeftOut, parse as parse_lenient};
pub(crate) use self::node::Node;
pub use self::pointer::{Pointer, Step};
pub(crate) use self::read::{plain_message as plain_json, typed};
pub use self::rules::{Countable, Rangeable, Scorable};
pub use self::violation::{ContractViolation, Violation, Violations};
pub use self::walk::Flatten;

/// What the macro's output refers to.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod internals {
    pub use super::declared::{Declaration, Declared, Fields, Form};
    pub use super::emitted::Emitted;
    pub use super::field::{FieldAt, Visitor, check, check_at, confidence, walk};
    pub use super::held::{Read, Special, Typed, Unknown, serialize};
    pub use super::node::Node;
    pub use super::part::{IsTuple, Probe, read_by};
    pub use super::read::untagged;
    pub use super::rules::{Bounds, Included, Lengths, close_variant, keywords, width};
    pub use super::walk::{Body, Enum, Slot, Struct, Tagging, Variant, Walk, Walker};

    /// The traits whose methods generated code calls: ours, which ask what a type is, and those that the derive of
    /// schemars takes for granted, which does not compile without a prelude.
    pub mod traits {
        pub use super::super::held::{
            AsCloned as _, AsKnown as _, AsLacking as _, AsShown as _, AsUncloned as _, AsUnshown as _,
        };
        pub use super::super::part::{AsCollection as _, AsContract as _, AsLeaf as _, AsNothing as _};
        pub use core::convert::{From as _, Into as _};
        pub use core::iter::{IntoIterator as _, Iterator as _};
    }
}

/// A type whose values may cross a handoff.
///
/// Implemented by `#[contract]`, for numbers, `bool`, `char`, `()` and `String`, and for `Vec`, `Option`, `Box`,
/// arrays, sets, maps and tuples (of up to 12) of contracts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a contract",
    label = "cannot cross a handoff",
    note = "put `#[contract]` on the definition of `{Self}`, above its derives",
    note = "a list, an option or a tuple is a contract where its parts are; an alias of a `Result` needs `#[agent(output = …)]`"
)]
pub trait Contract: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    /// Whether [`confidence`](Self::confidence) always has a value, by the type alone.
    #[doc(hidden)]
    const HAS_CONFIDENCE: bool = false;

    /// The most tokens that a value may have as JSON, from `#[contract(max_tokens = N)]`.
    #[doc(hidden)]
    const MAX_TOKENS: Option<u32> = None;

    /// Whether the schema of the type refuses unknown fields, where it is one of an object.
    #[doc(hidden)]
    #[must_use]
    fn closed() -> bool {
        false
    }

    /// The name of the contract, for messages: `PlannerOutput`, `Vec<SubTask>`.
    fn name() -> Cow<'static, str>;

    /// The JSON Schema (draft 2020-12) of the contract, with the keywords of its checks. Emitted once and cached.
    #[must_use]
    fn schema() -> &'static Schema {
        &Self::emitted().schema
    }

    /// What identifies the contract: two contracts with the same fingerprint have schemas that mean the same. Worked
    /// out once and cached.
    #[must_use]
    fn fingerprint() -> Fingerprint {
        Self::emitted().fingerprint()
    }

    /// Reports every violation of the checks in this value, with its JSON pointer.
    fn check(&self, violations: &mut Violations);

    /// The confidence that the value itself states, in its `#[confidence]` field.
    fn confidence(&self) -> Option<Confidence> {
        None
    }

    /// Reads a value from JSON, strictly.
    ///
    /// The text holds one JSON value and nothing but white space around it. No field is unknown (unless the contract
    /// is open), missing, repeated or of another form, no key of any object is repeated, no number is rounded into
    /// range, nothing is nested deeper than 127 levels, and every check holds.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its JSON pointer, in document order. Where the text is no JSON, that alone.
    fn parse(json: &str) -> Result<Self, ContractViolation> {
        read::parse(json)
    }

    /// The cache behind [`schema`](Self::schema) and [`fingerprint`](Self::fingerprint).
    #[doc(hidden)]
    #[must_use]
    fn emitted() -> &'static internals::Emitted {
        emitted::shared::<Self>()
    }

    /// Walks a node as a value of this type; see [`internals::Walk`]. A hand-written contract that leaves this out is
    /// judged by its `Deserialize` and its [`check`](Self::check) alone.
    #[doc(hidden)]
    fn walk(node: &internals::Node<'_>, walker: &mut internals::Walker) -> bool {
        walker.leaf::<Self>(node)
    }
}
