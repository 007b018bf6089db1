//! What did not stop a run and should be known.

use crate::agent::AgentId;
use crate::task_path::TaskPath;
use crate::text::{OneLine, shown_label};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A notice of something that did not stop the run.
///
/// Examples are a task that failed behind a tolerant barrier, an agent's own
/// [`Context::warn`](crate::Context::warn), and a reply that was [repaired](WarningKind::Repaired).
///
/// A barrier merges the warnings of its tasks: the same message of the same agent is one warning with a
/// [`count`](Warning::count), and if there are more than 32 different ones, one more warning counts the rest.
/// So the warnings of a fan-out of a hundred thousand tasks fit on a page, and all of them are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "WarningForm", into = "WarningForm")]
#[non_exhaustive]
pub struct Warning {
    /// The kind of the warning.
    pub kind: WarningKind,
    /// The agent that the warning is about.
    pub agent: AgentId,
    /// The index of the task in the fan-out, from 0; the first one, if several tasks gave the same warning.
    pub task: Option<usize>,
    /// The enclosing task, if the fan-out runs inside one.
    pub within: Option<TaskPath>,
    /// The task's name, if the fan-out has a `label`.
    pub label: Option<Arc<str>>,
    /// Further tasks that gave the same warning, in their order; the first seven of many.
    pub others: Vec<TaskPath>,
    /// The number of times that the warning was given, at least 1.
    pub count: usize,
    /// The message.
    pub message: Arc<str>,
}

/// The kinds of [`Warning`] that a program can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// Any other kind: the message says everything.
    Noted,
    /// An agent's reply was read without the text around its JSON, or without the thoughts in it.
    ///
    /// [`Reply::lenient`](crate::Reply::lenient) allows that. The message says what was left out.
    Repaired,
    /// A model repaired its output when it was asked again and told what was wrong.
    RepairedByAsking,
    /// An agent [waited](crate::Context::waiting) long for its turn at a shared resource.
    Waited,
    /// An agent's outputs keep their contract, and depart from the [baseline](crate::baseline).
    ///
    /// The message says in which field, and how.
    ShapeDrift,
}

impl WarningKind {
    /// Returns the kind in one word, as it is serialised.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Noted => "noted",
            Self::Repaired => "repaired",
            Self::RepairedByAsking => "repaired_by_asking",
            Self::Waited => "waited",
            Self::ShapeDrift => "shape_drift",
        }
    }
}

/// A warning as it is serialised; serde knows nothing of an `Arc<str>` without a feature.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WarningForm {
    kind: WarningKind,
    agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<TaskPath>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<TaskPath>,
    count: NonZeroUsize,
    message: String,
}

impl From<Warning> for WarningForm {
    fn from(Warning { kind, agent, task, within, label, others, count, message }: Warning) -> Self {
        let count = NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN);
        let (label, message) = (label.map(|label| label.as_ref().to_owned()), message.as_ref().to_owned());
        Self { kind, agent, task, within, label, others, count, message }
    }
}

impl From<WarningForm> for Warning {
    fn from(WarningForm { kind, agent, task, within, label, others, count, message }: WarningForm) -> Self {
        let (label, message) = (label.map(Arc::from), Arc::from(message));
        Self { kind, agent, task, within, label, others, count: count.get(), message }
    }
}

impl Warning {
    pub(crate) fn new(agent: AgentId, message: impl Into<Arc<str>>) -> Self {
        Self::of_kind(WarningKind::Noted, agent, message)
    }

    pub(crate) fn of_kind(kind: WarningKind, agent: AgentId, message: impl Into<Arc<str>>) -> Self {
        let (task, within, label, others) = (None, None, None, Vec::new());
        Self { kind, agent, task, within, label, others, count: 1, message: message.into() }
    }

    /// Returns the path of the task, from the outermost fan-out inwards, such as `2.0`.
    #[must_use]
    pub fn task_path(&self) -> Option<TaskPath> {
        Some(TaskPath::new(self.within.as_ref(), self.task?))
    }

    /// Names the task that it comes from, unless one inside of it is named.
    pub(crate) fn set_task(&mut self, path: &TaskPath, label: Option<&str>) {
        if self.task.is_none() {
            self.task = Some(path.index());
            self.within = path.within();
            self.label = label.map(Arc::from);
        }
    }
}

impl fmt::Display for Warning {
    /// Writes one line, such as ``agent `work`, task 3 (tides) and 5 more (4, 7, …): the index is old``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        write!(f, "agent `{}`", self.agent)?;
        if let Some(task) = self.task_path() {
            write!(f, ", task {task}")?;
        }
        if let Some(label) = &self.label {
            write!(f, " ({})", shown_label(label))?;
        }
        if self.count > 1 {
            let more = self.count - 1;
            write!(f, " and {more} more")?;
            for (index, other) in self.others.iter().enumerate() {
                write!(f, "{}{other}", if index == 0 { " (" } else { ", " })?;
            }
            match self.others.len() {
                0 => {}
                shown if shown < more => f.write_str(", …)")?,
                _ => f.write_str(")")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

/// The warnings of a payload, in the order in which they were added: a list that derefs to a slice.
///
/// It is cheap to clone, however long it is: clones share the list, and a clone that is changed copies it
/// first.
#[derive(Clone, Default)]
pub struct Warnings {
    /// `None` where nothing was noticed, as in most runs.
    list: Option<Arc<Vec<Warning>>>,
}

impl Warnings {
    /// Returns the warnings as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Warning] {
        self
    }

    /// Appends a warning.
    pub fn push(&mut self, warning: Warning) {
        self.list_mut().push(warning);
    }

    /// Splits the list in two: what is from `at` on is returned.
    pub(crate) fn split_off(&mut self, at: usize) -> Vec<Warning> {
        if at >= self.len() { Vec::new() } else { self.list_mut().split_off(at) }
    }

    fn list_mut(&mut self) -> &mut Vec<Warning> {
        Arc::make_mut(self.list.get_or_insert_default())
    }
}

impl Deref for Warnings {
    type Target = [Warning];

    fn deref(&self) -> &[Warning] {
        self.list.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl DerefMut for Warnings {
    fn deref_mut(&mut self) -> &mut [Warning] {
        self.list.as_mut().map_or(&mut [], |list| Arc::make_mut(list).as_mut_slice())
    }
}

impl Extend<Warning> for Warnings {
    fn extend<I: IntoIterator<Item = Warning>>(&mut self, warnings: I) {
        let mut warnings = warnings.into_iter().peekable();
        if warnings.peek().is_some() {
            self.list_mut().extend(warnings);
        }
    }
}

impl FromIterator<Warning> for Warnings {
    fn from_iter<I: IntoIterator<Item = Warning>>(warnings: I) -> Self {
        Vec::from_iter(warnings).into()
    }
}

impl From<Vec<Warning>> for Warnings {
    fn from(warnings: Vec<Warning>) -> Self {
        Self { list: (!warnings.is_empty()).then(|| Arc::new(warnings)) }
    }
}

impl From<Warnings> for Vec<Warning> {
    fn from(warnings: Warnings) -> Self {
        warnings.list.map(Arc::unwrap_or_clone).unwrap_or_default()
    }
}

impl IntoIterator for Warnings {
    type Item = Warning;
    type IntoIter = std::vec::IntoIter<Warning>;

    fn into_iter(self) -> Self::IntoIter {
        Vec::from(self).into_iter()
    }
}

impl<'a> IntoIterator for &'a Warnings {
    type Item = &'a Warning;
    type IntoIter = std::slice::Iter<'a, Warning>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl AsRef<[Warning]> for Warnings {
    fn as_ref(&self) -> &[Warning] {
        self
    }
}

/// With other warnings, and with slices, arrays and vectors of them.
impl<T: AsRef<[Warning]> + ?Sized> PartialEq<T> for Warnings {
    fn eq(&self, other: &T) -> bool {
        **self == *other.as_ref()
    }
}

impl Eq for Warnings {}

impl PartialEq<Warnings> for Vec<Warning> {
    fn eq(&self, other: &Warnings) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;

    fn warning(message: &str) -> Warning {
        Warning::new(AgentId::new("work", Role::Worker), message)
    }

    #[test]
    fn clones_share_the_list_until_one_is_changed() {
        let mut warnings: Warnings = ["a", "b"].map(warning).into_iter().collect();
        let shared = warnings.clone();
        assert_eq!(warnings.as_ptr(), shared.as_ptr());
        warnings.push(warning("c"));
        warnings[0].task = Some(1);
        assert_eq!((warnings.len(), &shared), (3, &Warnings::from(vec![warning("a"), warning("b")])));
        assert_eq!(shared, [warning("a"), warning("b")]);
        assert_eq!(
            (warnings.split_off(1), warnings.split_off(1)),
            (vec![warning("b"), warning("c")], vec![])
        );
    }

    #[test]
    fn they_look_like_a_list() {
        assert_eq!(Warnings::default(), []);
        assert!(Warnings::default() == vec![] && vec![] == Warnings::default());
        assert_eq!(format!("{:?}", Warnings::default()), "[]");
        let warnings = Warnings::from(vec![warning("a")]);
        assert_eq!(format!("{warnings:?}"), format!("{:?}", [warning("a")]));
        assert_eq!(Vec::from(warnings.clone()), warnings);
    }
}
