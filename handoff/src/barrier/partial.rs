//! What a tolerant barrier hands on.

use super::Labels;
use super::entries::{Entries, PartialTask, TaskOutcome};
use crate::contract::internals::{Derived, Survey, SurveyType};
use crate::contract::schema::object::{Object, about};
use crate::contract::{Contract, Violations};
use crate::error::{PipelineError, Revived, Unread};
use crate::task_path::TaskPath;
use crate::text::{OneLine, shown_label};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

/// The results of a fan-out whose barrier tolerates failures, and the failures.
///
/// It is deliberately not a `Vec<T>`: an aggregator that does not declare that it takes partial results
/// cannot be given any. Its JSON, on which the aggregator's tokens are counted, is `{ "results": […],
/// "failures": [{ "task", "label", "agent", "kind", "message" }], "total" }`; if there are any, `recovered`
/// (of the form of `failures`), `missing` (indices) and `labels` are added.
///
/// ```
/// use handoff::prelude::*;
///
/// # #[contract] pub struct Finding { pub text: String }
/// # #[contract] pub struct Report { pub text: String, pub complete: bool }
/// #[agent(role = aggregator)]
/// async fn report(findings: Partial<Finding>) -> Report {
///     let text = findings.results().map(|finding| finding.text.as_str()).collect();
///     Report { text, complete: findings.success_ratio() == 1.0 }
/// }
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partial<T> {
    results: Vec<T>,
    failures: Vec<TaskFailure>,
    /// The width of the fan-out.
    total: usize,
    /// Why tasks failed whose results are what `recover` made of that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    recovered: Vec<TaskFailure>,
    /// Tasks that are neither results nor failures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<usize>,
    #[serde(default, skip_serializing_if = "Labels::are_none")]
    labels: Labels,
}

impl<T> Partial<T> {
    pub(crate) fn gathered(results: Vec<T>, failures: Vec<TaskFailure>, missing: Vec<usize>) -> Self {
        let total = results.len() + failures.len() + missing.len();
        Self { results, failures, total, recovered: Vec::new(), missing, labels: Labels::default() }
    }

    /// That of tasks which have all succeeded.
    pub(crate) fn whole(results: Vec<T>) -> Self {
        Self::gathered(results, Vec::new(), Vec::new())
    }

    /// The same, where `recover` has stood in for some, and tasks have names.
    pub(super) fn with(mut self, recovered: Vec<TaskFailure>, labels: Labels) -> Self {
        (self.recovered, self.labels) = (recovered, labels);
        self
    }

    /// The same with what is made of each result; `None` where one cannot be made.
    pub(crate) fn try_map<U>(&self, make: impl FnMut(&T) -> Option<U>) -> Option<Partial<U>> {
        let Self { results, failures, total, recovered, missing, labels } = self;
        Some(Partial {
            results: results.iter().map(make).collect::<Option<_>>()?,
            failures: failures.clone(),
            total: *total,
            recovered: recovered.clone(),
            missing: missing.clone(),
            labels: labels.clone(),
        })
    }

    /// The results with their indices, and the rest.
    pub(crate) fn into_parts(self) -> (Vec<(usize, T)>, Vec<TaskFailure>, usize) {
        let (places, Self { results, failures, total, .. }) = (self.places(), self);
        (places.zip(results).collect(), failures, total)
    }

    /// Takes the first of the results.
    pub(super) fn take_first(&mut self) -> Option<T> {
        (!self.results.is_empty()).then(|| self.results.remove(0))
    }

    /// Adds results of tasks that were missing, which come after those that there are.
    pub(crate) fn extend(&mut self, results: Vec<(usize, T)>) {
        for (task, result) in results {
            self.missing.retain(|missing| *missing != task);
            self.results.push(result);
        }
    }

    /// Which tasks have results, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> + use<T> {
        let failed = self.failures.iter().map(|failure| failure.task);
        let without: BTreeSet<_> = failed.chain(self.missing.iter().copied()).collect();
        (0..self.total).filter(move |task| !without.contains(task))
    }

    /// Returns the results in the order of the fan-out's items, including those of
    /// [`recover`](Self::recovered).
    pub fn results(&self) -> Entries<'_, T> {
        Entries::of(&self.results)
    }

    /// All results in one.
    pub(crate) fn all_results(&self) -> &Vec<T> {
        &self.results
    }

    /// Returns the results by value, in the order of the fan-out's items.
    #[must_use]
    pub fn into_results(self) -> Vec<T> {
        self.results
    }

    /// Returns the failures, in the order of the fan-out's items.
    pub fn failures(&self) -> Entries<'_, TaskFailure> {
        Entries::of(&self.failures)
    }

    /// Returns the failures for which `recover` supplied a result, in the order of the fan-out's items.
    ///
    /// Neither `barrier(at_least = …)` nor `barrier(first = …)` counts these tasks as successes.
    pub fn recovered(&self) -> Entries<'_, TaskFailure> {
        Entries::of(&self.recovered)
    }

    /// Returns every task of the fan-out with its outcome, in the order of the items.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use handoff::barrier::TaskOutcome;
    ///
    /// fn tell<T>(findings: &Partial<T>) {
    ///     for task in findings.tasks() {
    ///         let name = task.label.unwrap_or("nameless");
    ///         match task.outcome {
    ///             TaskOutcome::Succeeded(_) => println!("{} ({name}) is there", task.index),
    ///             TaskOutcome::Recovered(_, failure) => println!("{} ({name}) was made up: {failure}", task.index),
    ///             TaskOutcome::Failed(failure) => println!("{failure}"),
    ///             _ => println!("{} ({name}) was not waited for", task.index),
    ///         }
    ///     }
    /// }
    /// # tell(&serde_json::from_str::<Partial<u8>>(r#"{"results":[],"failures":[],"total":0}"#).unwrap());
    /// ```
    pub fn tasks(&self) -> impl Iterator<Item = PartialTask<'_, T>> {
        let mut results = self.places().zip(&self.results).peekable();
        let mut failures = self.failures.iter().peekable();
        let mut recovered = self.recovered.iter().peekable();
        (0..self.total).map(move |index| {
            let result = results.next_if(|(task, _)| *task == index);
            let stood_in = recovered.next_if(|failure| failure.task == index);
            let failure = failures.next_if(|failure| failure.task == index);
            let outcome = match (result, stood_in, failure) {
                (Some((_, result)), Some(failure), _) => TaskOutcome::Recovered(result, failure),
                (Some((_, result)), None, _) => TaskOutcome::Succeeded(result),
                (None, _, Some(failure)) => TaskOutcome::Failed(failure),
                (None, _, None) => TaskOutcome::Missing,
            };
            PartialTask { index, label: self.labels.get(index), outcome }
        })
    }

    /// Returns the number of tasks that the fan-out had, including those that were cancelled.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Returns the share of tasks that succeeded, in `0..=1`; 1 if there were no tasks.
    ///
    /// Tasks that `barrier(first = N)` cancelled have not succeeded, nor have those for which `recover` stood
    /// in.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a width beyond 2^52 does not fit into memory
    pub fn success_ratio(&self) -> f64 {
        if self.total == 0 {
            return 1.0;
        }
        self.results.len().saturating_sub(self.recovered.len()) as f64 / self.total as f64
    }
}

impl<T: JsonSchema> JsonSchema for Partial<T> {
    fn schema_name() -> Cow<'static, str> {
        "Partial".into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("handoff::Partial<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let about_total = "The width of the fan-out.";
        let about_recovered = "Why tasks failed whose results are what `recover` made of that.";
        let about_missing = "Tasks that are neither results nor failures.";
        let about_labels = "The names of the tasks.";
        let object = Object::new()
            .with("results", generator.subschema_for::<Vec<T>>())
            .with("failures", generator.subschema_for::<Vec<TaskFailure>>())
            .with("total", about(generator.subschema_for::<usize>(), about_total))
            .or_without("recovered", about(generator.subschema_for::<Vec<TaskFailure>>(), about_recovered))
            .or_without("missing", about(generator.subschema_for::<Vec<usize>>(), about_missing))
            .or_without("labels", about(generator.subschema_for::<Vec<String>>(), about_labels));
        let description = "The results of a fan-out whose barrier tolerates failures, and the failures.";
        about(object.finish(false), description)
    }
}

// Results are payloads: they do not show in logs by accident.
impl<T> fmt::Debug for Partial<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partial")
            .field("results", &self.results.len())
            .field("failures", &self.failures)
            .field("total", &self.total)
            .field("recovered", &self.recovered)
            .finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Contract> Derived for Partial<T> {
    fn name() -> Cow<'static, str> {
        format!("Partial<{}>", T::name()).into()
    }

    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        survey.object(
            schema,
            &[
                ("results", <Vec<T> as Contract>::survey as SurveyType),
                ("failures", |schema, survey| survey.items(schema, TaskFailure::survey)),
                ("total", <usize as Contract>::survey),
                ("recovered", |schema, survey| survey.items(schema, TaskFailure::survey)),
                ("missing", <Vec<usize> as Contract>::survey),
                ("labels", <Vec<String> as Contract>::survey),
            ],
        );
    }

    #[inline]
    fn revive(unread: &Unread) -> Option<Revived> {
        unread.of::<Self>().or_else(|| T::revive(unread))
    }

    fn check(&self, violations: &mut Violations) {
        violations.at("results", |violations| Contract::check(&self.results, violations));
        if self.results.len().saturating_add(self.failures.len()) > self.total {
            violations.at("total", |violations| {
                violations.report("minimum", "expected at least as many tasks as results and failures");
            });
        }
    }
}

/// A task of a fan-out that failed, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TaskFailure {
    /// The task's index in the fan-out, from 0.
    pub task: usize,
    /// The enclosing task, if the fan-out runs inside one. JSON has the field only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<TaskPath>,
    /// The task's full name, if the fan-out has a `label`.
    pub label: Option<String>,
    /// The agent that is at fault.
    pub agent: String,
    /// The kind of the failure, as [`ErrorKind::as_str`](crate::ErrorKind::as_str) names it.
    pub kind: String,
    /// The failure in words: one line of at most 500 characters.
    ///
    /// If the task is a pipeline, it says where in the pipeline, too.
    pub message: String,
}

impl JsonSchema for TaskFailure {
    fn schema_name() -> Cow<'static, str> {
        "TaskFailure".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "handoff::TaskFailure".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<String>();
        let label = "The task's name, where the fan-out has a `label`.";
        let message = "What went wrong, on one line of at most 500 characters.";
        let task = about(generator.subschema_for::<usize>(), "The task's index in the fan-out, from 0.");
        let label = about(generator.subschema_for::<Option<String>>(), label);
        let within = "The task that the fan-out is in, if it is in one.";
        let within = about(generator.subschema_for::<Option<String>>(), within);
        let object = Object::new().with("task", task).or_without("within", within);
        // It is always written.
        let object = if generator.contract().is_serialize() {
            object.with("label", label)
        } else {
            object.or_without("label", label)
        };
        let object = object
            .with("agent", about(text.clone(), "The agent that is at fault."))
            .with("kind", about(text.clone(), "The kind of the failure."))
            .with("message", about(text, message));
        about(object.finish(false), "A task of a fan-out that failed.")
    }
}

impl TaskFailure {
    fn survey<'s>(schema: &'s Value, survey: &mut Survey<'s>) {
        let names = ["task", "within", "label", "agent", "kind", "message"];
        survey.object(schema, &names.map(|name| (name, <() as Contract>::survey as SurveyType)));
    }

    /// Returns the path of the task, from the outermost fan-out inwards, such as `2.0`.
    #[must_use]
    pub fn task_path(&self) -> TaskPath {
        TaskPath::new(self.within.as_ref(), self.task)
    }

    pub(crate) fn new(
        task: usize,
        within: Option<TaskPath>,
        label: Option<&str>,
        error: &PipelineError,
    ) -> Self {
        Self {
            task,
            within,
            label: label.map(str::to_owned),
            agent: error.agent_id().to_string(),
            kind: error.kind().as_str().to_owned(),
            message: error.message(),
        }
    }
}

impl fmt::Display for TaskFailure {
    /// Writes the failure on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        write!(f, "task {}", self.task_path())?;
        if let Some(label) = &self.label {
            write!(f, " ({})", shown_label(label))?;
        }
        write!(f, ", agent `{}`: {}", self.agent, self.message)
    }
}
