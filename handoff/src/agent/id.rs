//! Who an agent is: its name and its role.

use crate::text::OneLine;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// The part that an agent plays in a pipeline.
///
/// A role is documentation: it does not change how an agent runs. It is serialised as its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Splits the work into parts.
    Planner,
    /// Does a part of the work: the role of an agent that declares none.
    Worker,
    /// Combines the parts into a whole.
    Aggregator,
    /// Decides which way the work goes.
    Router,
    /// Judges the work of others.
    Critic,
    /// Started the run and gets its result: the role of the reserved agent `caller`.
    Caller,
    /// Any other role, in the user's own words: `role = "translator"`.
    Other(Cow<'static, str>),
}

impl Role {
    /// That of a pipeline.
    pub(crate) const PIPELINE: Self = Self::Other(Cow::Borrowed("pipeline"));

    /// Returns the role as it is written in `#[agent(role = …)]`.
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
    /// Converts a name into the role of that name, or into [`Role::Other`].
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
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(f).write_str(self.as_str())
    }
}

/// The name and the role of an agent, as envelopes, errors and observers show it.
///
/// Two ids are equal if their names and roles are. Agents of the same name in different modules are told
/// apart by [`module`](Self::module). If the pipeline that runs contains several agents of one name, then
/// errors, warnings and failures show as many segments of the module as tell them apart, as in ``agent
/// `legal::review` ``.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentId {
    /// The agent's name: that of its function, unless `#[agent(name = "…")]` says otherwise.
    pub name: Cow<'static, str>,
    /// The agent's role.
    pub role: Role,
    /// Behind one more reference, which is half as large: two ids travel in every envelope.
    #[serde(skip)]
    module: Option<&'static &'static str>,
    /// As much of the module as `Display` shows. In JSON, it is what is left of it.
    #[serde(rename = "module", default, skip_serializing_if = "Option::is_none")]
    qualifier: Option<Box<str>>,
}

impl AgentId {
    /// Creates an id from a name and a role.
    #[must_use]
    pub const fn new(name: &'static str, role: Role) -> Self {
        Self { name: Cow::Borrowed(name), role, module: None, qualifier: None }
    }

    /// The same in this module, as `module_path!()` says it.
    #[must_use]
    pub(crate) const fn in_module(mut self, module: &'static &'static str) -> Self {
        self.module = Some(module);
        self
    }

    /// The same, shown with so many of its module's last segments.
    #[must_use]
    pub(crate) fn shown_with(mut self, segments: usize) -> Self {
        let module = self.module().filter(|_| segments > 0);
        self.qualifier = module.map(|module| last_segments(module, segments).into());
        self
    }

    /// Returns the path of the module that declares the agent, such as `my_app::legal`.
    ///
    /// It is `None` for `caller`, and for an id that was deserialised: an envelope or an error that was
    /// written as JSON holds only as many segments of the module as it shows.
    #[must_use]
    pub fn module(&self) -> Option<&'static str> {
        self.module.copied()
    }

    /// The name, where it is known when the program is built, as that of every agent is.
    pub(crate) const fn name_of_constant(&self) -> &str {
        match &self.name {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => "",
        }
    }

    /// The reserved agent `caller`, which a run's input comes from and its result goes to.
    pub const CALLER: &'static Self = &Self::new("caller", Role::Caller);
}

/// Ids that were read, each once.
static READ: Mutex<Vec<&'static AgentId>> = Mutex::new(Vec::new());

impl AgentId {
    /// The same as what stands in the program does, for an agent that is known from another process. It is kept for the
    /// life of this one, once: there are as many as agents.
    pub(crate) fn known(self) -> &'static Self {
        let is_it = |id: &&&'static Self| **id == &self && id.qualifier == self.qualifier;
        // The list is whole whenever the lock is free.
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = read.iter().find(is_it) {
            return id;
        }
        let id: &'static Self = Box::leak(Box::new(self));
        read.push(id);
        id
    }
}

/// Reads an id for what asks for one that stands in the program.
pub(super) fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static AgentId, D::Error> {
    AgentId::deserialize(deserializer).map(AgentId::known)
}

/// An id as a list: two travel in each call of a durable run, where bytes are paid for.
#[derive(Clone, Copy)]
pub(crate) struct Listed(pub(crate) &'static AgentId);

#[derive(Serialize, Deserialize)]
struct List<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")] Option<Cow<'a, str>>,
);

impl Serialize for Listed {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AgentId { name, role, qualifier, .. } = self.0;
        List((&**name).into(), role.as_str().into(), qualifier.as_deref().map(Cow::from))
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Listed {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let List(name, role, qualifier) = List::deserialize(deserializer)?;
        let role = Role::from(role.into_owned());
        let (name, qualifier) = (Cow::Owned(name.into_owned()), qualifier.map(Into::into));
        Ok(Self(AgentId { name, role, module: None, qualifier }.known()))
    }
}

/// An id that stands in the program, as that of every agent does, or one that was read. It is two words.
#[derive(Clone, Debug)]
pub(crate) enum AnyId {
    Known(&'static AgentId),
    Read(Box<AgentId>),
}

impl Deref for AnyId {
    type Target = AgentId;

    fn deref(&self) -> &AgentId {
        match self {
            Self::Known(id) => id,
            Self::Read(id) => id,
        }
    }
}

impl From<&'static AgentId> for AnyId {
    fn from(id: &'static AgentId) -> Self {
        Self::Known(id)
    }
}

impl From<AgentId> for AnyId {
    fn from(id: AgentId) -> Self {
        Self::Read(Box::new(id))
    }
}

impl PartialEq for AgentId {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.role) == (&other.name, &other.role)
    }
}

impl Eq for AgentId {}

impl Hash for AgentId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.role).hash(state);
    }
}

impl fmt::Display for AgentId {
    /// Writes the name on one line, after the segments of the module that tell agents of one name apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = OneLine(f);
        if let Some(qualifier) = &self.qualifier {
            write!(f, "{qualifier}::")?;
        }
        f.write_str(&self.name)
    }
}

impl fmt::Debug for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, role, module, qualifier: _ } = self;
        f.debug_struct("AgentId").field("name", name).field("role", role).field("module", module).finish()
    }
}

/// The last so many segments of a path, or all of it.
pub(super) fn last_segments(path: &'static str, count: usize) -> &'static str {
    let start = path.rmatch_indices("::").nth(count.saturating_sub(1));
    start.map_or(path, |(at, separator)| &path[at + separator.len()..])
}
