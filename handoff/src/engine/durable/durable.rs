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

/// A [`Runtime`] whose runs have ids and are kept in [`Files`]: a run that its process has not brought to its end goes on
/// where it was, in any process of the machine that has the folder and the agents. What has ended is not called again.
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
/// A result, an error of the pipeline, its deadline and its [cancel handle](Run::cancel_handle) do: whoever asks for the
/// run is told the same from then on. The end of the process, the drop of the run's future,
/// [`Runtime::shutdown`] and the end of the run whose agent has started it do not, nor does [`ErrorKind::Journal`] or
/// [`ErrorKind::SchemaDrift`]: the run stays as it is.
///
/// # After a failure, or a change of the program
///
/// [`again`](Self::again) tries a run again that has failed, or that does not fit the program any more. What has succeeded
/// is used again where the same agent is handed the same in the same task; what has failed is called again, and what
/// follows from it.
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

/// A run that was gone on with by [`Durable::resume_all`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Resumed {
    /// The run.
    pub id: String,
    /// How it has ended, or why it could not go on. Its result is had with [`Durable::resume`].
    pub outcome: Result<(), PipelineError>,
}

impl<S: Send + Sync + 'static> Runtime<S> {
    /// The same runtime for runs that outlive their process: see [`Durable`].
    #[must_use]
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
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    pub(super) fn common(&self) -> &Arc<Common> {
        &self.runtime.common
    }

    /// Of the pipelines that were named.
    pub(super) fn configs(&self) -> impl Iterator<Item = &'static Config> {
        self.known.values().map(|known| known.config)
    }

    /// How often a run may be gone on with, unless [said otherwise](Self::max_resumptions), without anything of it
    /// coming to its end.
    pub const RESUMPTIONS: u32 = 100;

    /// How many runs [`resume_all`](Self::resume_all) has under way at the same time.
    pub const RESUMED_AT_ONCE: usize = 256;

    /// How often a run may be gone on with, without anything of it coming to its end, before that is
    /// [`JournalError::Stuck`]. An agent that ends its process does so whenever its run is gone on with, and takes the
    /// runs beside it along. While a run waits for a signal, or for the next attempt of an agent, it may be gone on with
    /// any number of times.
    #[must_use]
    pub fn max_resumptions(mut self, most: u32) -> Self {
        self.most_resumptions = most;
        self
    }

    /// What runs there are, by their ids. It reads all files, on this thread.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the folder cannot be read. Of a run that cannot be read,
    /// [`RunInfo::trouble`] says why.
    pub fn runs(&self) -> Result<Vec<RunInfo>, JournalError> {
        runs::all(&self.files, self.most_resumptions)
    }

    /// Removes a run, whatever has become of it: its id is free again. Whether there was one.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`] if somebody has it, [`JournalError::Store`] if it cannot be removed.
    pub fn forget(&self, id: &str) -> Result<bool, JournalError> {
        self.files.remove(id)
    }

    /// Takes the payloads out of a run that has ended: its input, what its agents have handed on, its result, all errors,
    /// and what its signals were answered. Which agents were called stays, and the id: whoever asks for the run is told
    /// [`JournalError::Redacted`], and nothing is called. Whether there is such a run.
    ///
    /// # Errors
    ///
    /// [`JournalError::UnderWay`] if somebody has it, [`JournalError::Unreadable`], and [`JournalError::Store`] if it cannot
    /// be written.
    pub fn redact(&self, id: &str) -> Result<bool, JournalError> {
        self.files.redact(id)
    }

    /// Removes the runs that ended longer ago than this, and says how many. It reads all of them, on this thread.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the folder cannot be read, or one of them cannot be removed.
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
    /// Brings the run of this id to its end: begins it, or goes on with it where it was left, or says how it ended.
    ///
    /// It ends with the confidence and the warnings of all its parts, whoever made them. Its [deadline](Run::deadline) is
    /// the one that it began with, and goes on while nobody has the run; so does its trace. Where the
    /// [limit](crate::Limits::deadline) of the runtime that goes on with it is less than is left, that much is left.
    ///
    /// # Errors
    ///
    /// Those of [`Runtime::run`], and [`ErrorKind::Journal`]: the id is that of another run, somebody else has it, it
    /// cannot be kept, or the program does something else than it did. Where a contract has changed since the run
    /// began, [`ErrorKind::SchemaDrift`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the agents under way, and leaves the run as it is.
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

    /// Goes on with the run of this id where it was left, or says how it ended.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run), and [`JournalError::Unknown`].
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
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

    /// Tries the run of this id again from its input, whatever has become of it: the way on after a failure, and after
    /// a change of the program that [`JournalError::Mismatch`] has told.
    ///
    /// Outputs of before are used again, each once, where the same agent is handed the same in the same task. Failures
    /// are not: an agent that has failed is called again, also where a barrier has tolerated it, and where it succeeds
    /// now, what follows from it is other.
    ///
    /// # Errors
    ///
    /// Those of [`resume`](Self::resume).
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
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

    /// Names a pipeline whose runs [`resume_all`](Self::resume_all) goes on with; of two that have one name, the last.
    #[must_use]
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

    /// Goes on with all runs of the pipelines that were [named](Self::with) that have not ended and that nobody has, each
    /// in a task of its own, and waits until they have ended. What a program does when it starts.
    ///
    /// [`RESUMED_AT_ONCE`](Self::RESUMED_AT_ONCE) of them are under way at the same time, and beside them all that wait for
    /// a signal.
    ///
    /// Runs of other pipelines are left to the programs that have those.
    ///
    /// # Errors
    ///
    /// [`JournalError::Store`] if the folder cannot be read. A run that cannot be read is one of those that are
    /// returned, with its error.
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
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

    fn shape(&self, pipeline: TypeId, describe: fn() -> Description) -> Arc<Shape> {
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shapes.entry(pipeline).or_insert_with(|| Arc::new(Shape::of(&describe()))))
    }
}

impl Resumed {
    /// Whether somebody else has it.
    fn is_elsewhere(&self) -> bool {
        let Err(error) = &self.outcome else { return false };
        matches!(error.kind(), ErrorKind::Journal(error) if matches!(**error, JournalError::UnderWay { .. }))
    }
}

impl<S> Clone for Durable<S> {
    /// The same runtime and the same folder.
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = self.known.keys().collect();
        f.debug_struct("Durable").field("files", &self.files).field("with", &known).finish_non_exhaustive()
    }
}
