//! Who an agent is: its name and its role.

use crate::lines;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// What an agent does in a pipeline.
///
/// A role documents, it does not change how an agent runs. It serialises as its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Splits the work.
    Planner,
    /// Does a part of the work: what an agent is when it does not say.
    Worker,
    /// Puts the parts together.
    Aggregator,
    /// Decides which way the work goes.
    Router,
    /// Judges the work of others.
    Critic,
    /// Whoever started the run and gets its result: the role of the reserved agent `caller`.
    Caller,
    /// Any other role, in the user's own words: `role = "translator"`.
    Other(Cow<'static, str>),
}

impl Role {
    /// That of a pipeline.
    pub(crate) const PIPELINE: Self = Self::Other(Cow::Borrowed("pipeline"));

    /// The role as it is written in `#[agent(role = …)]`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Planner => "planner",
            Self::Worker => "worker",
            Self::Aggregator => "aggregator",
            Self::Router => "router",
            Self::Critic => "critic",
            Self::Caller => "caller",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Role {
    /// The role of this name.
    fn from(name: String) -> Self {
        match name.as_str() {
            "planner" => Self::Planner,
            "worker" => Self::Worker,
            "aggregator" => Self::Aggregator,
            "router" => Self::Router,
            "critic" => Self::Critic,
            "caller" => Self::Caller,
            _ => Self::Other(name.into()),
        }
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name and the role of an agent, as envelopes, errors and observers show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentId {
    /// The agent's name: its function's, unless `#[agent(name = "…")]` says otherwise.
    pub name: Cow<'static, str>,
    /// What it does.
    pub role: Role,
}

impl AgentId {
    /// An agent of this name and role.
    #[must_use]
    pub const fn new(name: &'static str, role: Role) -> Self {
        Self { name: Cow::Borrowed(name), role }
    }

    /// The name, where it is known when the program is built, as that of every agent is.
    pub(crate) const fn name_of_constant(&self) -> &str {
        match &self.name {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => "",
        }
    }

    /// The reserved agent `caller`, from which a run's input comes and to which its result goes.
    pub const CALLER: &'static Self = &Self::new("caller", Role::Caller);
}

/// The name on one line: it may have been read from an envelope.
impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.name.split(lines::breaks).enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{part}")?;
        }
        Ok(())
    }
}
