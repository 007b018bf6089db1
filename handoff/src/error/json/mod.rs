//! Errors as text: what one process tells another, or keeps for later.

mod kind;
#[cfg(test)]
mod tests;
mod violation;

use super::kept::{HandedOn, Of, Record};
use super::unread::Written;
use super::{ErrorKind, PipelineError, Step};
use crate::agent::{AgentId, AnyId};
use crate::budget::TokenCount;
use crate::contract::Confidence;
use crate::envelope::Warning;
use crate::task_path::TaskPath;
use crate::text::one_line;
use crate::trace::TraceId;
use kind::KindForm;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The form in which errors are written, and the only one that is read.
const VERSION: u32 = 1;

/// The error of a text that is not the JSON of a [`PipelineError`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not the JSON of an error of a run: {reason}")]
pub struct NotAPipelineError {
    reason: String,
}

impl PipelineError {
    /// Writes the error as JSON, for [`from_json`](Self::from_json) in another process or at a later time.
    ///
    /// The text holds everything: the kind with its data, the path to the agent, the warnings, and the
    /// [kept](Self::kept) outputs. So it contains payloads, and values that broke a contract: store it where
    /// payloads may be stored, and write `Display` to logs.
    ///
    /// ```
    /// # use handoff::prelude::*;
    /// # #[contract] pub struct Draft { pub text: String }
    /// #[agent]
    /// async fn write(topic: String) -> Draft {
    ///     Draft { text: topic }
    /// }
    ///
    /// #[agent]
    /// async fn print(_: Draft) -> Result<String, &'static str> {
    ///     Err("no paper")
    /// }
    ///
    /// pipeline! { publish(String) -> String { write => print } }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let error = Runtime::default().run(publish, "tides".to_owned()).await.unwrap_err();
    /// let read = PipelineError::from_json(&error.to_json()).unwrap();
    /// assert_eq!(read.to_string(), "pipeline `publish`, agent `print`: no paper");
    /// let draft = read.kept().find_map(|kept| kept.downcast::<Draft>()).unwrap();
    /// assert_eq!(draft.text, "tides");
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn to_json(&self) -> String {
        let form = Form {
            version: VERSION,
            kind: KindForm::of(self.kind()),
            agent: self.agent_id().clone(),
            trace_id: self.trace_id(),
            path: self.inner.path.iter().map(StepForm::of).collect(),
            warnings: self.warnings().to_vec(),
            kept: self.inner.kept.iter().filter_map(RecordForm::of).collect(),
        };
        // Strings, numbers and JSON that has been written already.
        serde_json::to_string(&form).unwrap_or_default()
    }

    /// Reads an error that [`to_json`](Self::to_json) wrote: it is of the same kind, and displays as the same
    /// line.
    ///
    /// Types of the other process are lost: the error in [`ErrorKind::Agent`](crate::ErrorKind::Agent) has
    /// the messages of the agent's error and its causes, and the [verdict](crate::Verdict), but cannot be
    /// downcast. The keyword of a violation is `other` if a hand-written check invented it. A
    /// [kept](Self::kept) output is parsed when it is asked for, as a type whose contract is still the same.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such an error, or is of another version of the form.
    #[inline]
    pub fn from_json(json: &str) -> Result<Self, NotAPipelineError> {
        let not = |reason: String| NotAPipelineError { reason };
        let version =
            serde_json::from_str::<VersionForm>(json).map_err(|error| not(one_line(&error)))?.version;
        if version != VERSION {
            return Err(not(format!(
                "its version is {version}, and this version of handoff reads {VERSION}"
            )));
        }
        let form: Form = serde_json::from_str(json).map_err(|error| not(one_line(&error)))?;
        let Form { version: _, kind, agent, trace_id, path, warnings, kept } = form;
        let mut error = Self::new(kind.into_kind(), agent, trace_id).after(warnings);
        error.inner.path = path.into_iter().map(StepForm::into_step).collect();
        error.inner.kept = kept.into_iter().map(RecordForm::into_record).collect();
        Ok(error)
    }
}

impl ErrorKind {
    /// Several kinds as JSON.
    #[inline]
    pub(crate) fn several_to_json(kinds: &[&Self]) -> String {
        let kinds: Vec<_> = kinds.iter().map(|kind| KindForm::of(kind)).collect();
        serde_json::to_string(&kinds).unwrap_or_default()
    }

    /// Reads what [`several_to_json`](Self::several_to_json) has written.
    #[inline]
    pub(crate) fn several_from_json(json: &str) -> Option<Vec<Self>> {
        let kinds: Vec<KindForm> = serde_json::from_str(json).ok()?;
        Some(kinds.into_iter().map(KindForm::into_kind).collect())
    }
}

#[derive(Deserialize)]
struct VersionForm {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    kind: KindForm,
    agent: AgentId,
    trace_id: TraceId,
    /// From the inside out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    path: Vec<StepForm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept: Vec<RecordForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StepForm {
    Pipeline(AgentId),
    Task { path: TaskPath, label: Option<Box<str>> },
    Tasks(Vec<TaskPath>),
}

impl StepForm {
    #[inline]
    fn of(step: &Step) -> Self {
        match step {
            Step::Pipeline(id) => Self::Pipeline(id.clone()),
            Step::Task { path, label } => Self::Task { path: path.clone(), label: label.clone() },
            Step::Tasks(tasks) => Self::Tasks(tasks.clone()),
        }
    }

    #[inline]
    fn into_step(self) -> Step {
        match self {
            Self::Pipeline(id) => Step::Pipeline(id),
            Self::Task { path, label } => Step::Task { path, label },
            Self::Tasks(tasks) => Step::Tasks(tasks),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pipeline: Option<AgentId>,
    agent: AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskPath>,
    trace_id: TraceId,
    confidence: Confidence,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    handed_on: Option<HandedOnForm>,
    of: Of,
    payload: Written,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HandedOnForm {
    target: AgentId,
    tokens: TokenCount,
}

impl RecordForm {
    /// `None` of a payload whose `Serialize` fails, as that of no payload does that has been handed on.
    #[inline]
    fn of(record: &Record) -> Option<Self> {
        Some(Self {
            pipeline: record.pipeline.as_deref().cloned(),
            agent: (*record.agent).clone(),
            task: record.task.clone(),
            trace_id: record.trace_id,
            confidence: record.confidence,
            warnings: record.warnings.to_vec(),
            handed_on: record.handed_on.as_ref().map(|HandedOn { target, tokens }| HandedOnForm {
                target: (**target).clone(),
                tokens: tokens.clone(),
            }),
            of: record.of,
            payload: record.payload.written()?,
        })
    }

    #[inline]
    fn into_record(self) -> Record {
        Record {
            pipeline: self.pipeline.map(AnyId::from),
            agent: self.agent.into(),
            task: self.task,
            trace_id: self.trace_id,
            confidence: self.confidence,
            warnings: self.warnings.into(),
            handed_on: self
                .handed_on
                .map(|HandedOnForm { target, tokens }| HandedOn { target: target.into(), tokens }),
            of: self.of,
            payload: self.payload.into_payload(),
        }
    }
}
