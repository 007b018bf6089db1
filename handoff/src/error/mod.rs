//! Why a run failed: who, where, and what to do.

mod json;
mod kept;
mod kind;
mod payload;
mod unread;
mod verdict;

pub use json::NotAPipelineError;
pub use kept::Kept;
pub(crate) use kept::{Of, Record};
pub use kind::{BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Limit};
pub(crate) use payload::{Many, One, Payload};
pub use unread::{Revived, Unread};
pub use verdict::Verdict;

use crate::agent::AgentId;
use crate::barrier::Partial;
use crate::contract::Contract;
use crate::envelope::{SchemaDrift, Warning, Warnings};
use crate::task_path::TaskPath;
use crate::text::{OneLine, one_line, shown_label};
use crate::trace::TraceId;
use std::error::Error;
use std::fmt::{self, Write as _};

/// The type in which an agent's own error is kept.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The error of a run.
///
/// `Display` is one line: the path down to the agent, and the cause. It contains no payload, neither a value
/// nor the key of a map, except for what an agent's own error or panic message says, and the names of unknown
/// fields.
///
/// ```
/// use handoff::prelude::*;
///
/// fn advise(error: &PipelineError) -> &'static str {
///     match error.kind() {
///         ErrorKind::Contract(_) | ErrorKind::Truncated { .. } => "ask the model again",
///         ErrorKind::OverBudget { .. } => "make it shorter",
///         ErrorKind::TimedOut { .. } => "try later",
///         _ => "look into it",
///     }
/// }
/// ```
pub struct PipelineError {
    // Boxed: every handoff returns a `Result` with this in it.
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    agent: AgentId,
    trace_id: TraceId,
    /// From the inside out.
    path: Vec<Step>,
    warnings: Warnings,
    /// In the order in which it was made, as far as there is one; what failed from the outside in.
    kept: Vec<Record>,
}

enum Step {
    Pipeline(AgentId),
    Task {
        path: TaskPath,
        label: Option<Box<str>>,
    },
    /// Several, of which none is to blame.
    Tasks(Vec<TaskPath>),
}

impl PipelineError {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, agent: AgentId, trace_id: TraceId) -> Self {
        let (path, warnings, kept) = (Vec::new(), Warnings::default(), Vec::new());
        Self { inner: Box::new(Inner { kind, agent, trace_id, path, warnings, kept }) }
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// What has changed in a contract, if that is what went wrong.
    pub(crate) fn drift_mut(&mut self) -> Option<&mut SchemaDrift> {
        match &mut self.inner.kind {
            ErrorKind::SchemaDrift(drift) => Some(drift),
            _ => None,
        }
    }

    /// Returns the kind by value, for instance to get an agent's own error.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        self.inner.kind
    }

    /// Returns the name of the innermost pipeline in which the error occurred.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        let pipeline = self.inner.path.iter().find_map(|step| match step {
            Step::Pipeline(id) => Some(&*id.name),
            Step::Task { .. } | Step::Tasks(_) => None,
        });
        pipeline.unwrap_or_default()
    }

    /// Returns the name of the agent that is at fault.
    ///
    /// That is the producer of a bad payload, the receiver if its `input_budget` is exceeded, and the first
    /// agent if the run's input is bad. Agents in different modules may share a name:
    /// [`agent_id`](Self::agent_id) tells them apart.
    #[must_use]
    pub fn agent(&self) -> &str {
        &self.inner.agent.name
    }

    /// Returns the id of the agent that is at fault, with its role and module.
    ///
    /// Displayed, it has as many segments of the module as tell it apart from others of its name in the run,
    /// as in `legal::review`.
    #[must_use]
    pub fn agent_id(&self) -> &AgentId {
        &self.inner.agent
    }

    /// Returns the index of the task in the innermost fan-out, from 0, if the error occurred in one.
    #[must_use]
    pub fn task(&self) -> Option<usize> {
        self.task_path().map(TaskPath::index)
    }

    /// Returns the path of the task, from the outermost fan-out inwards, such as `2.0`.
    #[must_use]
    pub fn task_path(&self) -> Option<&TaskPath> {
        self.innermost_task().map(|(path, _)| path)
    }

    /// Returns the name of the task, if its fan-out has a `label`.
    #[must_use]
    pub fn task_label(&self) -> Option<&str> {
        self.innermost_task()?.1
    }

    fn innermost_task(&self) -> Option<(&TaskPath, Option<&str>)> {
        self.inner.path.iter().find_map(|step| match step {
            Step::Task { path, label } => Some((path, label.as_deref())),
            Step::Pipeline(_) | Step::Tasks(_) => None,
        })
    }

    /// Returns the trace id of the run.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.inner.trace_id
    }

    /// Returns the warnings that were given before the error occurred.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.inner.warnings
    }

    /// Returns the results of type `T` that had finished before the run failed.
    ///
    /// They are those of the tasks of a failed fan-out, or of the branches of a failed `join` or `race`, so
    /// no result is lost because a sibling failed. The failure that caused this error is among the failures;
    /// tasks that were stopped are neither results nor failures. If several nested fan-outs, joins or races
    /// have results of type `T`, those of the innermost are returned.
    ///
    /// If the run was stopped (its deadline passed, it was cancelled, its models took too many tokens, its
    /// agents were called too often), the results are those of a fan-out, join or race that was under way: of
    /// those with results of type `T`, the one that is in no task of another, or else that of the first task.
    ///
    /// If none of these has results of type `T`, the results are those of the last fan-out, join or race that
    /// was passed and has: for instance the input of an aggregator that failed. Otherwise it is the last
    /// output of type `T` of any other stage, as the result of one task of one: for instance the draft of a
    /// loop that used up its rounds. [`kept`](Self::kept) returns all of them one by one.
    ///
    /// The branches of a `join` or a `race` count as tasks, in the order in which they are written: the
    /// failures and the total are those of all branches, and the results are those of the branches whose
    /// output is `T`.
    ///
    /// ```
    /// # use handoff::prelude::*;
    /// # #[contract] pub struct Draft { pub text: String }
    /// # #[contract] pub struct Report { pub text: String }
    /// # #[contract] pub struct Risks { pub found: u32 }
    /// #[agent]
    /// async fn legal(draft: Draft) -> Report {
    ///     Report { text: draft.text }
    /// }
    ///
    /// #[agent]
    /// async fn security(_: Draft) -> Result<Risks, String> {
    ///     tokio::time::sleep(std::time::Duration::from_millis(10)).await; // let `legal` end first
    ///     Err("no scanner".to_owned())
    /// }
    /// # #[agent] async fn sign(both: (Report, Risks)) -> String { both.0.text }
    ///
    /// pipeline! { review(Draft) -> String { join(legal, security) => sign } }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let error = Runtime::default().run(review, Draft { text: "…".to_owned() }).await.unwrap_err();
    /// let reports = error.finished::<Report>().expect("`legal` hands on a `Report`");
    /// assert_eq!((reports.results().len(), reports.failures().len(), reports.total()), (1, 1, 2));
    /// let risks = error.finished::<Risks>().expect("`security` hands on `Risks`");
    /// assert_eq!((risks.results().len(), risks.failures().len(), risks.total()), (0, 1, 2));
    /// # }
    /// ```
    #[must_use]
    pub fn finished<T: Contract>(&self) -> Option<&Partial<T>> {
        let of =
            |of| self.inner.kept.iter().filter(move |record| record.of == of).filter_map(Record::partial);
        let under_way = of(Of::Failed).next_back().or_else(|| of(Of::Stopped).next());
        under_way.or_else(|| of(Of::Passed).next_back()).or_else(|| of(Of::Agent).next_back())
    }

    /// Returns the outputs that the run had before it failed.
    ///
    /// For every pipeline that was under way, in the order of the stages, these are:
    ///
    /// - the output of each stage before the one that failed or was stopped: of an agent, a nested pipeline,
    ///   a `map` or a barrier, and of each branch of a join. Of a loop it is the output of the last round; of
    ///   a nested pipeline that has ended, and of tasks behind a barrier that was passed, it is what they
    ///   handed on;
    /// - an output that was too large to be handed on: for a budget, or for the cap on bytes;
    /// - the results of a fan-out, a join or a race that failed or was stopped
    ///   ([`finished`](Self::finished)), and the outputs of the stages inside its tasks that failed or were
    ///   stopped.
    ///
    /// For that, a run copies the output of each stage, except for the last one of the run and of each task.
    /// It keeps one copy for each stage of the pipelines that are under way, and for each stage of their
    /// tasks. If outputs are large, [`Shared`](crate::Shared) makes copies cheap.
    ///
    /// ```
    /// # use handoff::prelude::*;
    /// # #[contract] pub struct Outline { pub chapters: Vec<String> }
    /// # #[contract] pub struct Draft { pub text: String }
    /// #[agent(role = planner)]
    /// async fn outline(topic: String) -> Outline {
    ///     Outline { chapters: vec![topic] }
    /// }
    /// # #[agent] async fn write(outline: Outline) -> Draft { Draft { text: outline.chapters.concat() } }
    ///
    /// #[agent(role = critic)]
    /// async fn review(_: Draft) -> Result<String, &'static str> {
    ///     Err("the model is down")
    /// }
    ///
    /// pipeline! { article(String) -> String { outline => write => review } }
    /// pipeline! { rest(Draft) -> String { review } }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # let runtime = Runtime::default();
    /// let error = runtime.run(article, "tides".to_owned()).await.unwrap_err();
    /// for kept in error.kept() {
    ///     println!("{kept}"); // pipeline `article`, agent `outline`: `Outline`
    /// }
    /// // The last draft there is; and where the run can go on from it, all that is known of it.
    /// let draft = error.kept().rev().find_map(|kept| kept.downcast::<Draft>()).unwrap();
    /// assert_eq!(draft.text, "tides");
    /// let draft = error.kept().rev().find_map(|kept| kept.envelope::<Draft>()).unwrap();
    /// let again = runtime.run(rest, draft.payload).await;
    /// # assert!(again.is_err());
    /// # }
    /// ```
    pub fn kept(&self) -> impl DoubleEndedIterator<Item = Kept<'_>> {
        self.inner.kept.iter().flat_map(Record::shown)
    }

    /// Tells who is at fault, and who has noticed what, apart from others of their names.
    #[cold]
    pub(crate) fn told(mut self, tell: impl Fn(&AgentId) -> AgentId) -> Self {
        let Inner { agent, warnings, .. } = &mut *self.inner;
        for agent in warnings.iter_mut().map(|warning| &mut warning.agent).chain([agent]) {
            *agent = tell(agent);
        }
        self
    }

    /// Blames an agent in place of `caller`.
    pub(crate) fn blame(mut self, agent: &AgentId) -> Self {
        if self.inner.agent == *AgentId::CALLER {
            self.inner.agent = agent.clone();
        }
        self
    }

    /// In a pipeline, which is told apart from others of its name as `told`.
    #[cold]
    pub(crate) fn in_pipeline(mut self, pipeline: &'static AgentId, told: AgentId) -> Self {
        for record in &mut self.inner.kept {
            record.pipeline.get_or_insert_with(|| pipeline.into());
        }
        self.inner.path.push(Step::Pipeline(told));
        self
    }

    #[cold]
    pub(crate) fn in_task(mut self, path: &TaskPath, label: Option<&str>) -> Self {
        for warning in self.inner.warnings.iter_mut() {
            warning.set_task(path, label);
        }
        self.inner.path.push(Step::Task { path: path.clone(), label: label.map(Box::from) });
        self
    }

    /// What went wrong, in a line; in a task that is a pipeline of its own, where in it as well.
    pub(crate) fn message(&self) -> String {
        let Inner { kind, path, .. } = &*self.inner;
        let below = match path.split_last() {
            Some((Step::Task { .. }, below)) => below,
            _ => path,
        };
        if below.is_empty() {
            return one_line(kind);
        }
        let steps: Vec<_> = below.iter().rev().map(ToString::to_string).collect();
        one_line(&format_args!("{}: {kind}", steps.join(", ")))
    }

    /// Keeps what was made before what the error keeps already.
    #[cold]
    pub(crate) fn keep_before(mut self, records: Vec<Record>) -> Self {
        let own = std::mem::take(&mut self.inner.kept);
        self.inner.kept = records.into_iter().map(Record::on_an_error).chain(own).collect();
        self
    }

    /// Keeps what was made after what the error keeps already, in this pipeline if it is not known better.
    pub(crate) fn keep_after(mut self, records: Vec<Record>, pipeline: &'static AgentId) -> Self {
        let known = |record: Record| record.on_an_error().made_in(Some(pipeline), None);
        self.inner.kept.extend(records.into_iter().map(known));
        self
    }

    /// Keeps what was made last.
    #[cold]
    pub(crate) fn keep(mut self, record: Record) -> Self {
        self.inner.kept.push(record.on_an_error());
        self
    }

    pub(crate) fn take_kept(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.inner.kept)
    }

    /// Puts warnings before those that the error has.
    #[cold]
    pub(crate) fn after(mut self, warnings: impl Into<Warnings>) -> Self {
        let own = std::mem::replace(&mut self.inner.warnings, warnings.into());
        self.inner.warnings.extend(own);
        self
    }

    /// The tasks of fan-outs that were stopped with the run, in order.
    pub(crate) fn in_tasks(mut self, tasks: Vec<TaskPath>) -> Self {
        if !tasks.is_empty() {
            self.inner.path.push(Step::Tasks(tasks));
        }
        self
    }

    pub(crate) fn take_warnings(&mut self) -> Warnings {
        std::mem::take(&mut self.inner.warnings)
    }
}

impl PipelineError {
    /// On one line: the way to whoever is at fault, and this of what went wrong.
    pub(crate) fn write(&self, f: &mut fmt::Formatter<'_>, what: &dyn fmt::Display) -> fmt::Result {
        let f = &mut OneLine(f);
        for step in self.inner.path.iter().rev() {
            write!(f, "{step}, ")?;
        }
        write!(f, "agent `{}`: {what}", self.inner.agent)
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &self.inner.kind)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipeline(name) => write!(f, "pipeline `{name}`"),
            Self::Task { path, label: None } => write!(f, "task {path}"),
            Self::Task { path, label: Some(label) } => write!(f, "task {path} ({})", shown_label(label)),
            Self::Tasks(tasks) => {
                f.write_str(if tasks.len() == 1 { "task" } else { "tasks" })?;
                for (index, task) in tasks.iter().take(SHOWN_TASKS).enumerate() {
                    write!(f, "{} {task}", if index == 0 { "" } else { "," })?;
                }
                match tasks.len().checked_sub(SHOWN_TASKS) {
                    Some(more @ 1..) => write!(f, " and {more} more"),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// `{:?}` is for people too, since that is what `fn main() -> Result<(), PipelineError>` and
/// `unwrap` print: the line that `Display` gives, then the run's id and what had been noticed.
/// `{:#?}` shows the fields.
impl fmt::Debug for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            write!(f, "{self}\n\ntrace id: {}", self.inner.trace_id)?;
            return match &*self.inner.warnings {
                [] => Ok(()),
                warnings => {
                    f.write_str("\nwarnings:")?;
                    warnings.iter().try_for_each(|warning| write!(f, "\n  - {warning}"))
                }
            };
        }
        f.debug_struct("PipelineError")
            .field("kind", &self.inner.kind)
            .field("pipeline", &self.pipeline())
            .field("agent", &self.agent())
            .field("task", &self.task_path())
            .field("task_label", &self.task_label())
            .field("trace_id", &self.inner.trace_id)
            .field("warnings", &self.inner.warnings)
            .finish_non_exhaustive()
    }
}

/// Tasks that a line lists.
const SHOWN_TASKS: usize = 8;

// `Display` spells the whole chain of causes out, so `source` has nothing to add to a report; the
// error of an agent itself is in `ErrorKind::Agent`.
impl Error for PipelineError {}
