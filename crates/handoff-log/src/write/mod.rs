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

/// Writes what happens in runs to a log: an [`Observer`].
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
/// A clone writes to the same log. The last one that is dropped waits until everything is written, and so does
/// [`flush`](Self::flush), which says as well what went wrong.
///
/// # What is in it
///
/// What took how long and how it ended, who handed what contract to whom, sizes, budgets, confidences, models and
/// usage, warnings and errors; and what the pipeline is, as [`Description`](handoff::Description).
///
/// No payload: neither its values nor its keys. A violation is told with its pointer, in which `*` stands for
/// each key that the contract does not declare; and of a text that quotes a violation, no more is kept than which
/// contract is broken. With [`payloads`](Self::payloads) payloads are in it, as they passed the door.
///
/// **Your own words are in it**: labels of tasks, what agents' errors and panics say, warnings, and what a check
/// with `#[check(with(…))]` says. [`redact`](Self::redact) sees all of them, and payloads, before they are
/// written. A text of more than 16 KiB is cut there, before `redact` sees it; payloads are whole.
///
/// # What may be missing
///
/// A run never waits for the log. What it tells is queued, and the log's thread, as long as it keeps up, has handed
/// it to the operating system some 5 ms later, however much else is told: a process that is killed leaves every line
/// but those of its last few milliseconds, and half of one. Where the disk falls behind by more than
/// [64 MiB](Self::most_queued), further events are dropped until there is room, but for the starts and the ends of
/// runs; a line `lost` says how many, and [`lost`](Self::lost) counts them.
///
/// # Errors of the disk
///
/// They do not touch the run. The first is told on the standard error, and every [`flush`](Self::flush) returns
/// the first since the one before. What could not be written is counted as lost; the log goes on once the disk
/// takes it.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

impl Log {
    /// A log in this file, with all runs in it. What is in the file is overwritten.
    ///
    /// # Errors
    ///
    /// Where the file cannot be created; the error names it.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let file = File::create(path).map_err(|error| named("create the run log", path, &error))?;
        Self::of(Target::File(LogFile::new(path.to_owned(), file)))
    }

    /// A file for each run in this folder, which is created if it is not there:
    /// `2026-11-30T14-50-03.123Z-triage-0af7651916cd43dd8448eb211c80319c.jsonl`, of the time in UTC, the pipeline and the
    /// trace id.
    ///
    /// # Errors
    ///
    /// Where there is no such folder and it cannot be created; the error names it.
    pub fn folder(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        fs::create_dir_all(path).map_err(|error| named("create the folder of run logs", path, &error))?;
        Self::of(Target::Folder(path.to_owned()))
    }

    fn of(target: Target) -> io::Result<Self> {
        Ok(Self { inner: Arc::new(Inner::start(target)?) })
    }

    /// Writes payloads, too.
    #[must_use]
    pub fn payloads(self) -> Self {
        self.inner.show_payloads();
        self
    }

    /// Shows `redact` what is about to be written in anybody's words but handoff's: see [`Content`]. It is called on the
    /// log's thread. What it changes is marked on its line, `"redacted":true`; where it panics, none of it is written.
    /// Called again, it adds another one, which is shown what those before it have left.
    ///
    /// Names are not shown: those of agents, their roles, pipelines and contracts are part of the program.
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

    /// Lets so many bytes wait to be written at most, near enough, in place of 64 MiB. Further events are dropped and
    /// counted, but for the starts and the ends of runs.
    #[must_use]
    pub fn most_queued(self, bytes: usize) -> Self {
        self.inner.queue_at_most(bytes);
        self
    }

    /// Waits until everything that was told so far is written.
    ///
    /// It blocks, for as long as the disk takes. It need not be called: what is told is written at once, and the last
    /// clone of a log that is dropped waits as well.
    ///
    /// # Errors
    ///
    /// What went wrong since the last call, with the name of the file.
    pub fn flush(&self) -> io::Result<()> {
        self.inner.flush()
    }

    /// Lines that were not written so far: because the disk did not keep up, or failed.
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
