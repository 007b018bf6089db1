//! Runs with ids, kept in files: what an application has of them.

use super::course::{Wanted, course};
use super::files::{Files, Part, blocking};
use super::opening::{How, Program};
use super::runs::{self, Left, RunInfo};
use super::shape::Shape;
use super::times::{millis, now};
use super::{Entry, Here, JournalError, Scheduled};
use crate::agent::{AgentId, Config};
use crate::describe::Description;
use crate::engine::common::Common;
use crate::engine::run::{Run, refused};
use crate::engine::{Drive, Runtime};
use crate::error::{ErrorKind, PipelineError};
use crate::pipeline::Names;
use crate::trace::TraceId;
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// A [`Runtime`] whose runs have ids, are recorded in [`Files`], and can be resumed.
///
/// A run that has not ended when its process does can be resumed by any process of the machine that has the
/// folder and the agents. Calls whose outcome was recorded are not made again.
///
/// ```
/// use handoff::durable::{Durability, Files};
/// use handoff::prelude::*;
///
/// #[agent]
/// async fn outline(topic: String) -> Vec<String> { vec![topic] }
///
/// #[agent(retries = 2)]
/// async fn write(chapters: Vec<String>, cx: Context) -> String {
///     // … with `cx.idempotency_key()`, where somebody else acts on it.
///     # let _ = cx;
///     chapters.join("\n")
/// }
///
/// pipeline! { pub book(String) -> String { outline => write } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("handoff-doc-{}", std::process::id()));
/// # let _ = std::fs::remove_dir_all(&folder);
/// let files = Files::open(&folder, Durability::Disk)?;
/// let durable = Runtime::default().durable(files).with(book);
///
/// // When the program starts: goes on with what the last process has left.
/// durable.resume_all().await?;
///
/// // Begins the run, or goes on with it, or says how it ended: the id decides.
/// let text = durable.run(book, "book-17", "tides".to_owned()).await?;
/// assert_eq!(text.payload, "tides");
/// let again = durable.resume(book, "book-17").await?;
/// assert_eq!(again.payload, "tides"); // Nobody was called.
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok(())
/// # }
/// ```
///
/// # What ends a run, and what does not
///
/// A run ends for good with a result, an error of the pipeline, its deadline or its [cancel
/// handle](Run::cancel_handle); later calls with its id return the same outcome. A run does not end, and can
/// be resumed, when its process ends, when its future is dropped, on [`Runtime::shutdown`], when the run
/// whose agent started it ends, and on [`ErrorKind::Journal`] and [`ErrorKind::SchemaDrift`].
///
/// # After a failure, or a change of the program
///
/// [`again`](Self::again) retries a run that has failed, or that no longer fits the program. Outputs are used
/// again if the same agent gets the same input in the same task; agents that failed are called again, and so
/// are those whose input changes with that.
pub struct Durable<S = ()> {
    runtime: Runtime<S>,
    files: Files,
    /// Of the pipelines that have been run.
    shapes: Arc<Mutex<HashMap<TypeId, Arc<Shape>>>>,
    known: Arc<HashMap<&'static str, Known>>,
    most_resumptions: u32,
}

type Resuming = Pin<Box<dyn Future<Output = Result<(), PipelineError>> + Send>>;

/// A pipeline that is known by its address alone.
#[derive(Clone)]
struct Known {
    config: &'static Config,
    resume: Resume,
}

/// Goes on with a run of such a pipeline.
type Resume = Arc<dyn Fn(String) -> Resuming + Send + Sync>;

/// A run that was resumed by [`Durable::resume_all`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Resumed {
    /// The id of the run.
    pub id: String,
    /// The way it ended, or why it could not be resumed. Its result is returned by [`Durable::resume`].
    pub outcome: Result<(), PipelineError>,
}

impl<S: Send + Sync + 'static> Runtime<S> {
    /// Makes the runs of this runtime durable, in this folder: see [`Durable`].
    #[must_use]
    #[inline]
    pub fn durable(&self, files: Files) -> Durable<S> {
        Durable {
            runtime: self.clone(),
            files,
            shapes: Arc::default(),
            known: Arc::default(),
            most_resumptions: Durable::<S>::RESUMPTIONS,
        }
    }
}

impl<S> Durable<S> {
    #[inline]
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    #[inline]
    pub(super) fn common(&self) -> &Arc<Common> {
        &self.runtime.common
    }

    /// Of the pipelines that were named.
    #[inline]
    pub(super) fn configs(&self) -> impl Iterator<Item = &'static Config> {
        self.known.values().map(|known| known.config)
    }

    /// The default of [`max_resumptions`](Self::max_resumptions).
    pub const RESUMPTIONS: u32 = 100;

    /// The most runs that [`resume_all`](Self::resume_all) has under way at the same time.
    pub const RESUMED_AT_ONCE: usize = 256;

    /// Sets how often a run may be resumed while nothing in it ends, before it is [`JournalError::Stuck`].
    ///
    /// An agent that ends its process does so whenever its run is resumed, and takes the other runs of the
    /// process with it. A run that waits for a signal, or for the next attempt of an agent, may be resumed
    /// any number of times.
    #[must_use]
    #[inline]
    pub fn max_resumptions(mut self, most: u32) -> Self {
        self.most_resumptions = most;
        self
    }

    /// Returns the runs in the folder, ordered by their ids. It reads all files, on this thread.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Store`] if the folder cannot be read. If a run cannot be read,
    /// [`RunInfo::trouble`] says why.
    #[inline]
    pub fn runs(&self) -> Result<Vec<RunInfo>, JournalError> {
        runs::all(&self.files, self.most_resumptions)
    }

    /// Removes a run in whatever state, so that its id is free again. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::UnderWay`] if the run is under way, and [`JournalError::Store`] if it cannot
    /// be removed.
    #[inline]
    pub fn forget(&self, id: &str) -> Result<bool, JournalError> {
        self.files.remove(id)
    }

    /// Removes the payloads of a run that has ended. Returns whether there is such a run.
    ///
    /// It removes its input, the outputs of its agents, its result, all errors, and the answers to its
    /// signals. The calls and the id are kept: starting or resuming the run returns
    /// [`JournalError::Redacted`], and calls no agent.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::UnderWay`] if the run is under way, [`JournalError::Unreadable`] if it cannot
    /// be read, and [`JournalError::Store`] if it cannot be written.
    #[inline]
    pub fn redact(&self, id: &str) -> Result<bool, JournalError> {
        self.files.redact(id)
    }

    /// Removes the runs that ended longer ago than `age`, and returns their number.
    ///
    /// It reads all files, on this thread.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Store`] if the folder cannot be read, or a run cannot be removed.
    #[inline]
    pub fn forget_older_than(&self, age: Duration) -> Result<u64, JournalError> {
        let before = now().saturating_sub(millis(age));
        let mut removed = 0;
        for (id, entries) in self.files.runs(Part::Ended)? {
            if matches!(entries.as_deref(), Ok([.., Entry::Ended { at, .. }]) if *at <= before) {
                // By now it may be under way again.
                match self.files.remove_ended(&id, before) {
                    Ok(was_there) => removed += u64::from(was_there),
                    // It is tried again.
                    Err(JournalError::UnderWay { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(removed)
    }
}

impl<S: Send + Sync + 'static> Durable<S> {
    /// Runs a pipeline under an id: starts the run, resumes it, or returns how it ended.
    ///
    /// The result has the confidence and the warnings of all parts, in whichever process they ran. A resumed
    /// run keeps its trace and its [deadline](Run::deadline), which also passes while no process has the run.
    /// If the [limit](crate::Limits::deadline) of the resuming runtime is shorter than the time that is left,
    /// it applies.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Runtime::run`]; [`ErrorKind::Journal`] if the id is that of another run, the
    /// run is under way already, it cannot be recorded, or the program no longer does what it did; and
    /// [`ErrorKind::SchemaDrift`] if a contract has changed since the run began.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the agents under way; the run can be resumed.
    #[inline]
    pub fn run<P, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: impl Into<String>,
        input: P::Input,
    ) -> Run<P::Output>
    where
        P: Drive<Scheduled<Here<S>>>,
    {
        self.named(pipeline, id, Some(input), How::Run)
    }

    /// Resumes the run of this id, or returns how it ended.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`run`](Self::run), and [`JournalError::Unknown`] if there is no such run.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the agents under way; the run can be resumed.
    #[inline]
    pub fn resume<P, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: impl Into<String>,
    ) -> Run<P::Output>
    where
        P: Drive<Scheduled<Here<S>>>,
    {
        self.named(pipeline, id, None, How::Resume)
    }

    /// Retries the run of this id from its input, whatever its state.
    ///
    /// It is for runs that have failed, and after a change of the program that caused a
    /// [`JournalError::Mismatch`].
    ///
    /// Recorded outputs are used again, each once, if the same agent gets the same input in the same task.
    /// Failures are not: an agent that failed is called again, even if a barrier tolerated the failure, and
    /// if it succeeds now, later agents get other inputs.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`resume`](Self::resume).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the agents under way; the run can be resumed.
    #[inline]
    pub fn again<P, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: impl Into<String>,
    ) -> Run<P::Output>
    where
        P: Drive<Scheduled<Here<S>>>,
    {
        self.named(pipeline, id, None, How::Again)
    }

    /// Registers a pipeline whose runs [`resume_all`](Self::resume_all) resumes. If two have one name, the
    /// last counts.
    #[must_use]
    #[inline]
    pub fn with<P, Arguments>(mut self, pipeline: impl Names<P, Arguments>) -> Self
    where
        P: Drive<Scheduled<Here<S>>>,
    {
        drop(pipeline);
        // Without those that are named, or it would hold itself.
        let durable = Self { known: Arc::default(), ..self.clone() };
        let resume = move |id| {
            let run = durable.begin::<P>(id, None, How::Resume);
            Box::pin(async move { run.await.map(drop) }) as Resuming
        };
        Arc::make_mut(&mut self.known)
            .insert(P::ADDRESS, Known { config: P::CONFIG, resume: Arc::new(resume) });
        self
    }

    /// Resumes all runs of the [registered](Self::with) pipelines, and waits until they have ended.
    ///
    /// Programs call it when they start. It resumes the runs that have not ended and are not under way, each
    /// in a task of its own.
    ///
    /// At most [`RESUMED_AT_ONCE`](Self::RESUMED_AT_ONCE) of them are under way at the same time; runs that
    /// wait for a signal do not count.
    ///
    /// Runs of other pipelines are left to the programs that register those.
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Store`] if the folder cannot be read. A run that cannot be read is among the
    /// returned ones, with its error.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the agents under way; the runs can be resumed.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    #[inline]
    pub async fn resume_all(&self) -> Result<Vec<Resumed>, JournalError> {
        let mut resumed = Vec::new();
        let mut runs = JoinSet::new();
        let slots = Arc::new(Semaphore::new(Self::RESUMED_AT_ONCE));
        let files = self.files.clone();
        for Left { id, head } in blocking(move || runs::left(&files)).await?? {
            match head {
                Ok((pipeline, waits)) => {
                    let Some(Known { resume, .. }) = self.known.get(&*pipeline) else { continue };
                    let (resume, slots) = (Arc::clone(resume), Arc::clone(&slots));
                    runs.spawn(async move {
                        // It may wait for days, and would keep others from being gone on with.
                        let _slot = if waits { None } else { slots.acquire_owned().await.ok() };
                        Resumed { outcome: resume(id.clone()).await, id }
                    });
                }
                Err(error) => {
                    let kind = ErrorKind::Journal(Box::new(error));
                    let outcome = Err(refused(kind, AgentId::CALLER, TraceId::random()));
                    resumed.push(Resumed { id, outcome });
                }
            }
        }
        while let Some(run) = runs.join_next().await {
            // A task that is gone went with the tokio runtime.
            resumed.extend(run.ok().filter(|run| !run.is_elsewhere()));
        }
        resumed.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(resumed)
    }

    #[inline]
    fn named<P: Drive<Scheduled<Here<S>>>, Arguments>(
        &self,
        pipeline: impl Names<P, Arguments>,
        id: impl Into<String>,
        input: Option<P::Input>,
        how: How,
    ) -> Run<P::Output> {
        // The function is the pipeline's name in the value namespace: its type says it all.
        drop(pipeline);
        self.begin::<P>(id.into(), input, how)
    }

    #[inline]
    fn begin<P: Drive<Scheduled<Here<S>>>>(
        &self,
        id: String,
        input: Option<P::Input>,
        how: How,
    ) -> Run<P::Output> {
        let durable = self.clone();
        let settings = &self.runtime.common.settings;
        Run::new(settings.exported.clone(), settings.limits.deadline, move |options| {
            let shape = durable.shape(TypeId::of::<P>(), Description::of::<P>);
            let program = Program::of::<P>(durable.files, durable.most_resumptions, shape);
            course::<P, S>(durable.runtime, options, program, Wanted { id, input, how })
        })
    }

    #[inline]
    fn shape(&self, pipeline: TypeId, describe: fn() -> Description) -> Arc<Shape> {
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shapes.entry(pipeline).or_insert_with(|| Arc::new(Shape::of(&describe()))))
    }
}

impl Resumed {
    /// Whether somebody else has it.
    #[inline]
    fn is_elsewhere(&self) -> bool {
        let Err(error) = &self.outcome else { return false };
        matches!(error.kind(), ErrorKind::Journal(error) if matches!(**error, JournalError::UnderWay { .. }))
    }
}

impl<S> Clone for Durable<S> {
    /// Creates another handle to the same runtime and the same folder.
    #[inline]
    fn clone(&self) -> Self {
        Self {
            runtime: self.runtime.clone(),
            files: self.files.clone(),
            shapes: Arc::clone(&self.shapes),
            known: Arc::clone(&self.known),
            most_resumptions: self.most_resumptions,
        }
    }
}

impl<S> fmt::Debug for Durable<S> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = self.known.keys().collect();
        f.debug_struct("Durable").field("files", &self.files).field("with", &known).finish_non_exhaustive()
    }
}
