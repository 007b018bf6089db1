//! A run that is kept in files, whatever its pipeline is: how it is opened, and how its end is kept.

use super::drive::Driven;
use super::files::{Files, Held, Take, Taken, blocking};
use super::runs::is_stuck;
use super::shape::Shape;
use super::signals::timers_of_answered;
use super::times::{millis, now};
use super::{Entry, Head, JournalError, Local, Store as _};
use crate::agent::{AgentId, AgentSpec};
use crate::contract::{Contract as _, Fingerprint};
use crate::engine::origin::Origin;
use crate::engine::run::{Options, refused};
use crate::envelope::SchemaDrift;
use crate::error::{ErrorKind, PipelineError};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

/// What is wanted of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// To begin it, or to go on with it, or to be told how it ended.
    Run,
    /// The same, without a beginning.
    Resume,
    /// To try it again, whatever has become of it.
    Again,
}

/// A pipeline without its type, and where its runs are.
pub(super) struct Program {
    pub(super) files: Files,
    most_resumptions: u32,
    shape: Arc<Shape>,
    id: &'static AgentId,
    entry: &'static AgentId,
    address: &'static str,
    contract: Cow<'static, str>,
    schema: Fingerprint,
    /// Whether there are signals in it.
    pub(super) waits: bool,
}

/// A run that is wanted.
pub(super) struct Opening {
    pub(super) program: Program,
    pub(super) id: String,
    pub(super) how: How,
    /// As JSON, where it was given.
    pub(super) input: Option<String>,
}

/// What has become of that.
pub(super) enum Opened {
    /// It has ended, with this envelope as JSON or in this error.
    Ended { end: Result<String, PipelineError>, course: Kept },
    /// It begins, or goes on.
    Begun(Box<Begun>),
}

/// A run that this process has.
pub(super) struct Begun {
    pub(super) journal: Local<Held>,
    pub(super) options: Options,
    pub(super) run: Driven,
    /// As JSON.
    pub(super) input: String,
    pub(super) course: Kept,
}

impl Program {
    #[inline]
    pub(super) fn of<P: AgentSpec>(files: Files, most_resumptions: u32, shape: Arc<Shape>) -> Self {
        Self {
            files,
            most_resumptions,
            shape,
            id: P::ID,
            entry: P::ENTRY,
            address: P::ADDRESS,
            contract: P::Input::name(),
            schema: P::Input::fingerprint(),
            waits: P::CONFIG.waits(),
        }
    }

    /// The contract of the run's input is not that of the pipeline any more.
    #[inline]
    fn drift(&self, head: &Head) -> ErrorKind {
        let mut drift = SchemaDrift {
            source: Some(AgentId::CALLER.clone()),
            target: Some(self.entry.clone()),
            sent_contract: None,
            sent: head.schema,
            contract: self.contract.clone(),
            expected: self.schema,
            changes: Vec::new(),
        };
        self.shape.explain(&self.files, &head.shape, &mut drift);
        ErrorKind::SchemaDrift(Box::new(drift))
    }
}

impl Opening {
    /// Opens the run.
    ///
    /// # Errors
    ///
    /// Why this program, or this process, cannot have it.
    #[inline]
    pub(super) async fn open(self, options: Options) -> Result<Opened, ErrorKind> {
        let id = self.id.clone();
        self.try_open(options).await.map_err(|kind| match kind {
            ErrorKind::Journal(error) => error.of_run(&id).into(),
            kind => kind,
        })
    }

    #[inline]
    async fn try_open(self, options: Options) -> Result<Opened, ErrorKind> {
        let (file, entries) = match self.take().await? {
            Taken::Held(file, entries) => (file, entries),
            Taken::Ended(entries) => return self.ended(&entries),
            Taken::Nothing => return Err(JournalError::Unknown { id: self.id }.into()),
        };
        if self.how != How::Again && matches!(entries.last(), Some(Entry::Ended { .. })) {
            // Its process was killed between its end and that of its file.
            blocking(|| file.end()).await??;
            return self.ended(&entries);
        }
        let added = match entries.first() {
            Some(Entry::Run(head)) => {
                if let Err(kind) = self.may_go_on(head) {
                    if let Some(Entry::Ended { .. }) = entries.last() {
                        // It stays one that has ended. Where it cannot be put back, whoever opens it next does.
                        let _ = blocking(|| file.end()).await;
                    }
                    return Err(kind);
                }
                self.next(&entries)?
            }
            // There is none without its beginning.
            _ => Entry::Run(Box::new(self.head(&options)?)),
        };
        self.begin(file, entries, added, options).await
    }

    /// The run's file, and with a new one what its pipeline is declared as.
    #[inline]
    async fn take(&self) -> Result<Taken, JournalError> {
        let take = match self.how {
            How::Run => Take::Begin,
            How::Resume => Take::Resume,
            How::Again => Take::Again,
        };
        let (files, id, shape) =
            (self.program.files.clone(), self.id.clone(), Arc::clone(&self.program.shape));
        blocking(move || {
            let taken = files.take(&id, take)?;
            if matches!(&taken, Taken::Held(_, entries) if entries.is_empty()) {
                files.keep_shape(&shape.hash, &shape.description)?;
            }
            Ok(taken)
        })
        .await?
    }

    /// Whether the run can go on in this program, as far as its beginning tells.
    #[inline]
    fn may_go_on(&self, head: &Head) -> Result<(), ErrorKind> {
        self.fits(head)?;
        if head.schema == self.program.schema { Ok(()) } else { Err(self.program.drift(head)) }
    }

    /// Whether the run is that of this id.
    #[inline]
    fn fits(&self, head: &Head) -> Result<(), ErrorKind> {
        let Program { address, schema, .. } = &self.program;
        let taken = |reason| ErrorKind::from(JournalError::Taken { id: self.id.clone(), reason });
        if head.redacted {
            return Err(JournalError::Redacted { id: self.id.clone() }.into());
        }
        if head.pipeline != *address {
            return Err(taken(format!("of pipeline `{}`, and not of `{address}`", head.pipeline)));
        }
        match &self.input {
            Some(input) if input != head.input.get() && head.schema != *schema => {
                Err(self.program.drift(head))
            }
            Some(input) if input != head.input.get() => Err(taken("on another input".to_owned())),
            _ => Ok(()),
        }
    }

    /// What is kept first of a new run.
    #[inline]
    fn head(&self, options: &Options) -> Result<Head, JournalError> {
        let origin = options.origin();
        // Only one that is to begin has no entries.
        let input = self.input.clone().unwrap_or_default();
        let input =
            RawValue::from_string(input).map_err(|error| JournalError::elsewhere(error.to_string()))?;
        Ok(Head {
            version: Head::VERSION,
            id: self.id.clone(),
            pipeline: self.program.address.to_owned(),
            trace_id: origin.trace_id,
            parent: origin.parent.map(|parent| parent.to_string()),
            at: now(),
            deadline: options.deadline().map(millis),
            shape: self.program.shape.hash.clone(),
            schema: self.program.schema,
            input,
            redacted: false,
        })
    }

    /// What is kept next of one that goes on.
    #[inline]
    fn next(&self, entries: &[Entry]) -> Result<Entry, JournalError> {
        if self.how == How::Again {
            return Ok(Entry::Again { at: now() });
        }
        match is_stuck(&self.id, entries, self.program.most_resumptions) {
            Some(stuck) => Err(stuck),
            None => Ok(Entry::Resumed { at: now(), pid: std::process::id() }),
        }
    }

    #[inline]
    async fn begin(
        self,
        mut file: Held,
        mut entries: Vec<Entry>,
        added: Entry,
        options: Options,
    ) -> Result<Opened, ErrorKind> {
        if self.program.waits && self.how == How::Again {
            // What was answered to other questions, maybe.
            let (files, id) = (self.program.files.clone(), self.id.clone());
            blocking(move || files.forget_answers(&id)).await??;
        }
        file.append(slice::from_ref(&added)).await?;
        let is_new = entries.is_empty();
        entries.push(added);
        let answered =
            if self.program.waits { timers_of_answered(&self.program.files, &entries)? } else { Vec::new() };
        let changed = matches!(&entries[0], Entry::Run(head) if head.shape != self.program.shape.hash);
        let mut journal = Local::new(entries, Some(changed), file)?;
        for timer in &answered {
            journal.prolong(timer);
        }
        let head = journal.head();
        let origin = match head.parent.as_ref().and_then(|parent| parent.parse().ok()) {
            Some(parent) => Origin::of_run(&head.id, parent),
            None => Origin::from(head.trace_id),
        };
        let run = Driven {
            deadline: head.deadline.map(Duration::from_millis).or(options.deadline()),
            until: None,
            began: (!is_new).then_some(head.at),
            resumed: (!is_new).then(|| journal.kept() as u64),
        };
        let (input, began_as) = (head.input.get().to_owned(), head.shape.clone());
        let course = Kept { program: self.program, began_as };
        Ok(Opened::Begun(Box::new(Begun { journal, options: options.kept(origin), run, input, course })))
    }

    /// How the run has ended.
    #[inline]
    fn ended(self, entries: &[Entry]) -> Result<Opened, ErrorKind> {
        let unreadable = |reason: &str| {
            ErrorKind::from(JournalError::Unreadable { id: self.id.clone(), reason: reason.to_owned() })
        };
        let Some(Entry::Run(head)) = entries.first() else { return Err(unreadable("it has no beginning")) };
        self.fits(head)?;
        let end = match entries.last() {
            Some(Entry::Ended { envelope: Some(envelope), .. }) => Ok(envelope.get().to_owned()),
            Some(Entry::Ended { error: Some(error), .. }) => {
                Err(PipelineError::from_json(error.get()).map_err(|error| unreadable(&error.to_string()))?)
            }
            _ => return Err(unreadable("it has no end")),
        };
        let began_as = head.shape.clone();
        Ok(Opened::Ended { end, course: Kept { program: self.program, began_as } })
    }
}

/// What a run of a pipeline is kept with.
pub(super) struct Kept {
    program: Program,
    /// What the pipeline was declared as when the run began.
    began_as: String,
}

impl Kept {
    /// Says what has changed in a contract, if that is what is wrong.
    #[inline]
    pub(super) fn explain(&self, mut error: PipelineError) -> PipelineError {
        if let Some(drift) = error.drift_mut() {
            self.program.shape.explain(&self.program.files, &self.began_as, drift);
        }
        error
    }

    /// Keeps how a run has ended, if it has.
    ///
    /// # Errors
    ///
    /// That in which it has ended or cannot go on, or why its end cannot be kept.
    #[inline]
    pub(super) async fn end(
        &self,
        journal: Local<Held>,
        outcome: Result<String, PipelineError>,
    ) -> Result<String, PipelineError> {
        let (id, trace_id) = (journal.head().id.clone(), journal.head().trace_id);
        let raw = |json: String| RawValue::from_string(json).ok();
        let (envelope, error) = match &outcome {
            Ok(envelope) => (raw(envelope.clone()), None),
            Err(error) if error.kind().ends_a_kept_run() => (None, raw(error.to_json())),
            Err(_) => return outcome.map_err(|error| self.explain(error)),
        };
        let mut file = journal.into_store();
        let keep = async move {
            file.append(&[Entry::Ended { at: now(), envelope, error }]).await?;
            blocking(|| file.end()).await?
        };
        match keep.await {
            Ok(()) => outcome,
            Err(error) => Err(refused(error.of_run(&id).into(), self.program.id, trace_id)),
        }
    }
}
