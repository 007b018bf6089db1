//! Payloads that an error holds as text, because another process has made it.

use super::payload::{Many, Payload, Value};
use crate::agent::{AgentId, AnyId};
use crate::barrier::Partial;
use crate::contract::{Contract, Fingerprint};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// What has come of a stage, as text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// The contract of each result, by name and by fingerprint.
    pub(super) contract: String,
    pub(super) schema: Fingerprint,
    pub(super) outcome: Partial<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) branches: Option<Vec<AgentId>>,
    /// It is the one output of a stage that is no fan-out.
    pub(super) is_one: bool,
}

impl Written {
    pub(super) fn into_payload(self) -> Payload {
        let Self { contract, schema, outcome, branches, is_one } = self;
        let branches = branches.map(|ids| ids.into_iter().map(AnyId::from).collect());
        Payload::of(Unread { contract, schema, outcome, branches, is_one, read: OnceLock::new() })
    }
}

/// The same, which is read when somebody says what type it is.
pub struct Unread {
    contract: String,
    schema: Fingerprint,
    outcome: Partial<Box<RawValue>>,
    branches: Option<Vec<AnyId>>,
    is_one: bool,
    read: OnceLock<Revived>,
}

/// What was read.
pub struct Revived(Box<dyn Value>);

impl Unread {
    /// Reads it, if its results are of this contract, and of this build of it.
    #[inline]
    pub(crate) fn of<T: Contract>(&self) -> Option<Revived> {
        if self.contract != T::name() || self.schema != T::fingerprint() {
            return None;
        }
        let partial = self.outcome.try_map(|result| T::parse(result.get()).ok())?;
        let (branches, is_one) = (self.branches.clone(), self.is_one);
        Some(Revived(Box::new(Many { partial, branches, is_one })))
    }

    /// The same, read once, if it is a `T` or the results are.
    #[inline]
    pub(super) fn as_value<T: Contract>(&self) -> Option<&dyn Value> {
        if self.read.get().is_none() {
            // Two that do so at once have read the same.
            let _ = self.read.set(T::revive(self)?);
        }
        self.read.get().map(|revived| &*revived.0)
    }
}

impl Value for Unread {
    fn contract(&self, branch: Option<usize>) -> Cow<'static, str> {
        let contract = &self.contract;
        Cow::Owned(if self.is_one || branch.is_some() {
            contract.clone()
        } else {
            format!("Partial<{contract}>")
        })
    }

    fn forms(&self, _: Option<usize>) -> [Option<&dyn Any>; 2] {
        [None, None]
    }

    fn branches(&self) -> Option<&[AnyId]> {
        self.branches.as_deref()
    }

    fn into_many(self: Box<Self>) -> Box<dyn Value> {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn written(&self) -> Option<Written> {
        Some(Written {
            contract: self.contract.clone(),
            schema: self.schema,
            outcome: self.outcome.try_map(|result| Some(result.clone()))?,
            branches: self.branches.as_ref().map(|ids| ids.iter().map(|id| (**id).clone()).collect()),
            is_one: self.is_one,
        })
    }

    fn as_unread(&self) -> Option<&Unread> {
        Some(self)
    }
}

impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unread({})", self.contract)
    }
}

impl fmt::Debug for Revived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Revived")
    }
}
