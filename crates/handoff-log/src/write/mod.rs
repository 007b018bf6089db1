//! Writing a log: what is told on the run's thread is copied and sent; the rest is done on a thread of the log's own.

mod content;
mod file;
mod mask;
mod name;
mod queue;
mod record;
mod runs;
mod size;
mod thread;
mod words;

pub use content::Content;

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use handoff::{Event, Observer, TraceId};

use file::{LogFile, Target};
use queue::{Inner, Message};
use record::Record;

/// An [`Observer`] that writes the events of runs to a log.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_log::{Cause, Log, RunLog};
///
/// #[agent(role = planner)]
/// async fn plan(goal: String) -> Result<String, &'static str> {
///     if goal.is_empty() { Err("no goal") } else { Ok(format!("first, {goal}")) }
/// }
///
/// pipeline! { study(String) -> String { plan } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = std::env::temp_dir().join(format!("handoff-log-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("run.jsonl");
/// let log = Log::create(&path)?;
/// let runtime = Runtime::builder().observer(log.clone()).build();
/// runtime.run(study, String::new()).await.unwrap_err();
/// log.flush()?;
///
/// let run = &RunLog::open(&path)?.runs[0];
/// let Some(Cause::Span(cause)) = run.cause() else { panic!("{:?}", run.cause()) };
/// let cause = &run.spans[cause];
/// assert_eq!(cause.agent(), Some("plan"));
/// assert_eq!(cause.why.as_ref().unwrap().message, "no goal");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(())
/// # }
/// ```
///
/// Clones write to the same log. Dropping the last clone waits until everything is written, and so does
/// [`flush`](Self::flush), which also returns errors.
///
/// # What is in it
///
/// A log contains durations and outcomes, the handoffs with their contracts, sizes, budgets and confidences,
/// models and usage, warnings and errors, and the [`Description`](handoff::Description) of the pipeline.
///
/// It contains no payloads: neither values nor keys of maps. A violation has a pointer in which `*` stands
/// for each key that the contract does not declare; a text that quotes a violation is reduced to the name of
/// the broken contract. With [`payloads`](Self::payloads) it contains payloads, as they were handed over.
///
/// **It contains your own words**: labels of tasks, messages of agents' errors and panics, warnings, and
/// messages of checks with `#[check(with(…))]`. [`redact`](Self::redact) sees all of them, and payloads,
/// before they are written. A text of more than 16 KiB is cut to that length before `redact` sees it;
/// payloads are not cut.
///
/// # What may be missing
///
/// A run never waits for the log. Events are queued, and the log's thread, as long as it keeps up, hands them
/// to the operating system some 5 ms later: a process that is killed leaves all lines except those of its
/// last few milliseconds, and maybe half a line. If the disk falls behind by more than [64
/// MiB](Self::most_queued), further events are dropped until there is room, except for the starts and the
/// ends of runs; a line `lost` has their number, and [`lost`](Self::lost) counts them.
///
/// # Errors of the disk
///
/// They do not affect the run. The first one is printed to standard error, and every [`flush`](Self::flush)
/// returns the first one since the last call. Lines that could not be written count as lost; the log goes on
/// when the disk works again.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

impl Log {
    /// Creates a log with all runs in this file, which is overwritten.
    ///
    /// # Errors
    ///
    /// Returns an error that names the file if it cannot be created.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| named("create the run log", path, &error))?;
        Self::of(Target::File(LogFile::new(path.to_owned(), file)))
    }

    /// Creates a log with a file for each run in this folder, which is created if there is none.
    ///
    /// A file is named `2026-11-30T14-50-03.123Z-triage-0af7651916cd43dd8448eb211c80319c.jsonl`: the time in
    /// UTC, the pipeline and the trace id.
    ///
    /// # Errors
    ///
    /// Returns an error that names the folder if it cannot be created.
    pub fn folder(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        fs::create_dir_all(path).map_err(|error| named("create the folder of run logs", path, &error))?;
        Self::of(Target::Folder(path.to_owned()))
    }

    fn of(target: Target) -> io::Result<Self> {
        Ok(Self { inner: Arc::new(Inner::start(target)?) })
    }

    /// Writes payloads to the log, too.
    #[must_use]
    pub fn payloads(self) -> Self {
        self.inner.show_payloads();
        self
    }

    /// Adds a function that can change [`Content`] before it is written.
    ///
    /// The function is called on the log's thread. A line that it changes is marked with `"redacted":true`;
    /// if it panics, the content is not written. If several functions are added, each gets what the ones
    /// before it have left.
    ///
    /// It is not called for the names of agents, roles, pipelines and contracts, which are part of the
    /// program.
    ///
    /// ```
    /// use handoff_log::{Content, Log};
    ///
    /// # let folder = std::env::temp_dir().join(format!("handoff-log-redact-{}", std::process::id()));
    /// let log = Log::folder(&folder)?.payloads().redact(|content| {
    ///     if let Content::Payload { contract: "Account", value, .. } = content {
    ///         value["iban"] = "…".into();
    ///     }
    ///     content.texts(|text| *text = text.replace("sk-4711", "sk-…"));
    /// });
    /// # drop(log);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[must_use]
    pub fn redact(self, redact: impl FnMut(&mut Content<'_>) + Send + 'static) -> Self {
        self.inner.send(Message::Redact(Box::new(redact)));
        self
    }

    /// Sets the most bytes, approximately, that wait to be written. The default is 64 MiB.
    ///
    /// Further events are dropped and counted, except for the starts and the ends of runs.
    #[must_use]
    pub fn most_queued(self, bytes: usize) -> Self {
        self.inner.queue_at_most(bytes);
        self
    }

    /// Waits until all events so far are written.
    ///
    /// It blocks, for as long as the disk takes. Calling it is optional: events are written without it, and
    /// dropping the last clone of a log waits as well.
    ///
    /// # Errors
    ///
    /// Returns the first error since the last call, with the name of the file.
    pub fn flush(&self) -> io::Result<()> {
        self.inner.flush()
    }

    /// Returns the number of lines that were not written so far, because the disk did not keep up or failed.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.inner.lost()
    }
}

impl Observer for Log {
    fn observe(&self, trace: TraceId, event: &Event<'_>) {
        let now = Instant::now();
        if let Some(record) = Record::of(now, trace, event) {
            self.inner.tell(record);
        }
    }

    fn wants_payloads(&self) -> bool {
        self.inner.shows_payloads()
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("payloads", &self.inner.shows_payloads())
            .field("lost", &self.lost())
            .finish()
    }
}

/// The error with what could not be done, and to what.
fn named(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {what} `{}`: {error}", path.display()))
}
