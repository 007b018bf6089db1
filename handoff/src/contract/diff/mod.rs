//! What has changed between two schemas of a contract, and for whom that is a break.

mod bounds;
mod compare;
mod keywords;
mod names;
mod objects;
mod shape;
mod words;

use std::fmt::{self, Write as _};

use schemars::Schema;
use serde_json::Value;

use crate::text::OneLine;

/// A change between two schemas of a contract: one thing, at one place of the value.
///
/// [`Display`](fmt::Display) is one line, such as `/steps/*/id: len 1..=64, was 1..=32 (breaks receivers)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Where in the value: a JSON pointer with serde's names, in which `*` stands for every item of a list or every
    /// entry of a map. Empty for the value itself.
    pub pointer: String,
    /// What has changed, in words, on one line.
    pub message: String,
    /// For whom it is a break.
    pub breaks: Breaks,
}

impl fmt::Display for Change {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        write!(f, "{} ({})", self.message, self.breaks)
    }
}

/// For whom a change is a break, while one side is of the old build and the other of the new one.
///
/// What a side sends is what its contract allows: every declared field, and, where the contract is open, further
/// fields of names that neither contract declares. So a field that is added to an open contract breaks nobody who
/// leaves it out, and closing a contract breaks senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// Nobody: each side takes everything that the other one sends.
    Neither,
    /// An old sender: some value that the old contract allows is refused by a new receiver.
    Senders,
    /// An old receiver: it refuses some value that the new contract allows.
    Receivers,
    /// Old senders and old receivers.
    Both,
}

impl Breaks {
    /// From whether some old value is refused now, and whether some new value would have been refused.
    #[must_use]
    #[inline]
    pub const fn new(senders: bool, receivers: bool) -> Self {
        match (senders, receivers) {
            (false, false) => Self::Neither,
            (true, false) => Self::Senders,
            (false, true) => Self::Receivers,
            (true, true) => Self::Both,
        }
    }

    /// Whether an old sender breaks: some value that the old contract allows is refused by a new receiver.
    #[must_use]
    #[inline]
    pub const fn senders(self) -> bool {
        matches!(self, Self::Senders | Self::Both)
    }

    /// Whether an old receiver breaks: it refuses some value that the new contract allows.
    #[must_use]
    #[inline]
    pub const fn receivers(self) -> bool {
        matches!(self, Self::Receivers | Self::Both)
    }

    /// Both breaks together.
    #[must_use]
    #[inline]
    pub const fn and(self, other: Self) -> Self {
        Self::new(self.senders() || other.senders(), self.receivers() || other.receivers())
    }
}

impl fmt::Display for Breaks {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Neither => "breaks neither",
            Self::Senders => "breaks senders",
            Self::Receivers => "breaks receivers",
            Self::Both => "breaks both",
        })
    }
}

/// What has changed from the schema `old` to the schema `new`, in the order of the pointers' way through the value.
///
/// It reads the keywords that schemas of contracts have; a keyword that it does not know and that differs is a change
/// that breaks both. Choices of a `oneOf` are taken not to overlap, as those of a contract do not. Where the variants of
/// an untagged enum overlap, it may call a change a break that another variant makes good, never the other way round.
/// A field that is gone while one of the same type is new *seems renamed*: that is a guess, and only in the words.
///
/// What is not in a schema cannot be compared: `#[check(with(…))]`, aliases, defaults. `#[contract(max_tokens = N)]`
/// is not in it either; the [lock file](crate::lock) compares it beside.
///
/// ```
/// use handoff::contract::{Breaks, diff};
/// use handoff::schemars::json_schema;
///
/// let old = json_schema!({ "type": "string", "maxLength": 32 });
/// let new = json_schema!({ "type": "string", "maxLength": 64 });
/// let changes = diff(&old, &new);
/// assert_eq!(changes[0].to_string(), "len ..=64, was ..=32 (breaks receivers)");
/// assert_eq!(changes[0].breaks, Breaks::Receivers);
/// ```
#[must_use]
#[inline]
pub fn diff(old: &Schema, new: &Schema) -> Vec<Change> {
    compare::changes(&in_order(old), &in_order(new))
}

/// With the keys in order, whatever the features of `serde_json` are.
#[inline]
fn in_order(schema: &Schema) -> Value {
    let mut schema = schema.as_value().clone();
    schema.sort_all_objects();
    schema
}
