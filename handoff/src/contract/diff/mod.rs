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

/// One difference between two schemas of a contract, at one place of the value.
///
/// [`Display`](fmt::Display) is one line, such as `/steps/*/id: len 1..=64, was 1..=32 (breaks receivers)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The place in the value: a JSON pointer with serde's names. Empty for the value itself.
    ///
    /// `*` stands for every item of a list or every entry of a map.
    pub pointer: String,
    /// The difference in words, on one line.
    pub message: String,
    /// The side that the change breaks.
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

/// The side that a change breaks, while the other side runs another build.
///
/// A side sends what its contract allows: every declared field and, if the contract is open, further fields
/// whose names neither contract declares. So a field that is added to an open contract breaks nobody who
/// leaves it out, and closing a contract breaks senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breaks {
    /// Neither side: each takes everything that the other one sends.
    Neither,
    /// Old senders: a new receiver refuses some value that the old contract allows.
    Senders,
    /// Old receivers: they refuse some value that the new contract allows.
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

    /// Returns `true` if old senders break: a new receiver refuses some value that the old contract allows.
    #[must_use]
    #[inline]
    pub const fn senders(self) -> bool {
        matches!(self, Self::Senders | Self::Both)
    }

    /// Returns `true` if old receivers break: they refuse some value that the new contract allows.
    #[must_use]
    #[inline]
    pub const fn receivers(self) -> bool {
        matches!(self, Self::Receivers | Self::Both)
    }

    /// Combines two breaks: the sides that either of them breaks.
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

/// Compares the schema `old` with the schema `new`, and returns the changes in the order of their pointers.
///
/// Only the keywords of contracts' schemas are understood; any other keyword that differs is a change that
/// breaks both sides. The choices of a `oneOf` are taken not to overlap, as those of a contract do not. If
/// the variants of an untagged enum overlap, a change may be called a break although another variant makes up
/// for it, never the other way round. A field that is gone while one of the same type is new *seems renamed*:
/// this is a guess, and only in the words.
///
/// What is not in a schema cannot be compared: `#[check(with(…))]`, aliases and defaults. Nor is
/// `#[contract(max_tokens = N)]`; the [lock file](crate::lock) compares it separately.
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
