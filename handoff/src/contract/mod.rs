//! Contracts: what may cross a handoff.
//!
//! `#[contract]` on a struct or an enum makes it a [`Contract`]: a type with a schema, a fingerprint, checks, and a
//! strict way to read it from JSON.

mod absent;
mod canonical;
mod confidence;
mod declared;
mod emitted;
mod field;
mod fingerprint;
mod held;
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
pub use self::fingerprint::{Fingerprint, NotAFingerprint};
pub use self::held::{DataOf, FieldOf, WholeOf};
pub use self::pointer::{Pointer, Step};
pub use self::rules::{
    Countable, Distinct, Divides, Divisible, Itemised, Matchable, NotEmpty, Rangeable, Scorable, Verdict,
};
pub use self::violation::{ContractViolation, Violation, Violations};
pub use self::walk::Flatten;

/// What the macro's output refers to.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod internals {
    pub use super::declared::{Declaration, Declared, Fields, Form};
    pub use super::emitted::Emitted;
    pub use super::field::{FieldAt, Visitor, check, check_at, confidence, walk};
    pub use super::held::{
        AsCloned, AsKnown, AsLacking, AsShown, AsUncloned, AsUnshown, Read, Special, Typed, Unknown,
        serialize,
    };
    pub use super::node::Node;
    pub use super::part::{AsCollection, AsContract, AsLeaf, AsNothing, IsTuple, Probe, read_by};
    pub use super::read::untagged;
    pub use super::rules::{
        Bounds, Each, Included, Inside, Len, Lengths, Matches, MultipleOf, Pattern, Range, Then, Unique,
        close_variant, keywords, width, with,
    };
    pub use super::walk::{Body, Enum, Slot, Struct, Tagging, Variant, Walk, Walker};
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
