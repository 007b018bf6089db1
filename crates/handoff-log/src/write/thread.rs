//! The thread that writes.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use handoff::{ContractViolation, Description, SpanId, TaskPath, TraceId, TraceParent};

use super::content::Redactor;
use super::file::{LogFile, Target};
use super::name;
use super::queue::{Message, Shared};
use super::record::{EndOfRun, HandedOver, Record, Told};
use super::runs::{Descriptions, Running, Traces};
use super::words::Words;
use crate::line::{Entry, Line, Lost, RunStarted, VERSION};

/// How long lines are let gather.
const NAP: Duration = Duration::from_millis(1);

/// How long a line waits for more, where more keep coming.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

pub(super) struct Writer {
    target: Target,
    shared: Arc<Shared>,
    redactor: Redactor,
    traces: Traces,
    descriptions: Descriptions,
    /// The number of the next run in the file.
    next: u32,
}

/// When and where something happens.
struct At {
    instant: Instant,
    trace: TraceId,
    span: SpanId,
    parent: Option<SpanId>,
    path: Option<TaskPath>,
}

impl At {
    /// A line of what happens in a span, which has said where that is.
    fn inside(&self, running: &Running, redacted: bool, entry: Entry<'static>) -> Line<'static> {
        let Self { instant, trace, span, .. } = *self;
        Self { instant, trace, span, parent: None, path: None }.line(running, redacted, entry)
    }

    /// A line of what happens here.
    fn line(self, running: &Running, redacted: bool, entry: Entry<'static>) -> Line<'static> {
        let (run, t) = (running.number, micros(running, self.instant));
        Line { run, t, span: Some(self.span), parent: self.parent, path: self.path, redacted, entry }
    }
}

impl Writer {
    pub(super) fn new(target: Target, shared: Arc<Shared>) -> Self {
        let (redactor, traces, descriptions) =
            (Redactor::default(), Traces::default(), Descriptions::default());
        Self { target, shared, redactor, traces, descriptions, next: 0 }
    }

    /// Writes until the last clone of the log is dropped. Lines are put together while there are more, and are on the
    /// disk before it waits; nor does any line wait for long, though another run may tell more without end.
    pub(super) fn run(mut self, inbox: &Receiver<Message>) {
        let mut written = Instant::now();
        loop {
            let message = match inbox.try_recv() {
                Ok(message) => message,
                Err(TryRecvError::Disconnected) => return self.write_out(),
                Err(TryRecvError::Empty) => {
                    self.write_out();
                    // While this thread sleeps, whoever tells something need not wake it, which takes a run far longer
                    // than telling does.
                    thread::sleep(NAP);
                    let Ok(message) = inbox.recv() else { return };
                    written = Instant::now();
                    message
                }
            };
            match message {
                Message::Record(record) => {
                    self.shared.taken(&record);
                    self.record(record);
                }
                Message::Redact(redact) => self.redactor.add(redact),
                Message::Flush(done) => {
                    self.write_out();
                    // Who asked may be gone.
                    let _ = done.send(());
                }
            }
            if written.elapsed() >= LONGEST_WAIT {
                self.write_out();
                written = Instant::now();
            }
        }
    }

    fn write_out(&mut self) {
        self.tell_dropped();
        let Self { target, shared, traces, .. } = self;
        if let Target::File(file) = target {
            shared.settle(file.write_out());
        }
        for file in traces.all().filter_map(|running| running.file.as_mut()) {
            shared.settle(file.write_out());
        }
    }

    /// Writes how many events were dropped.
    fn tell_dropped(&mut self) {
        for (trace, lines) in self.shared.take_dropped() {
            if let Some(running) = self.traces.first(trace) {
                let (run, t) = (running.number, micros(running, Instant::now()));
                let entry = Entry::Lost(Lost { lines });
                let line = Line { run, t, span: None, parent: None, path: None, redacted: false, entry };
                push(&mut self.target, &self.shared, running, &line);
            }
        }
    }

    fn record(&mut self, record: Record) {
        let Record { at: instant, trace, span, parent, path, told } = record;
        let at = At { instant, trace, span, parent, path };
        let is_known = match told {
            Told::RunStarted { wall, pipeline, traceparent, describe } => {
                self.run_started(at, wall, pipeline, traceparent, describe)
            }
            Told::RunEnded(end) => self.run_ended(at, *end),
            Told::Handoff(handed) => self.handoff(&at, *handed),
            Told::Started(entry, broken) => self.started(at, entry, broken.as_ref()),
            Told::Other(entry, broken) => self.other(&at, entry, broken.as_ref()),
        };
        if is_known.is_none() {
            self.shared.lose(1);
        }
    }

    fn run_started(
        &mut self,
        at: At,
        wall: SystemTime,
        pipeline: &'static str,
        traceparent: Option<TraceParent>,
        describe: fn() -> Description,
    ) -> Option<()> {
        let described = self.descriptions.get(pipeline, describe);
        let (number, file) = match &self.target {
            Target::File(_) => (self.next, None),
            Target::Folder(folder) => {
                let file = LogFile::in_folder(folder, &name::of_run(wall, pipeline, at.trace));
                (0, Some(file.map_err(|error| self.shared.failed(error)).ok()?))
            }
        };
        self.next += 1;
        let description = described.as_ref().and_then(|described| match &file {
            None => self.descriptions.untold(pipeline, described),
            Some(_) => Some(described.json.clone()),
        });
        let wall = wall.duration_since(UNIX_EPOCH).ok();
        let entry = RunStarted {
            v: VERSION,
            wall: wall.and_then(|since| u64::try_from(since.as_millis()).ok()),
            trace: at.trace,
            traceparent: traceparent.map(|parent| parent.to_string().into()),
            pipeline: Cow::Borrowed(pipeline),
            description,
        };
        let running = Running { number, started: at.instant, file, described, encoding: None };
        let running = self.traces.start(at.trace, at.span, running);
        let line = at.line(running, false, Entry::RunStarted(Box::new(entry)));
        push(&mut self.target, &self.shared, running, &line);
        Some(())
    }

    fn run_ended(&mut self, at: At, end: EndOfRun) -> Option<()> {
        self.tell_dropped();
        let mut running = self.traces.end(at.trace, at.span)?;
        let EndOfRun { mut ended, failed, broken } = end;
        let (redactor, broken) = (&mut self.redactor, broken.as_ref());
        let redacted = Words { redactor, running: &running, broken }.of_run(&mut ended);
        if let (Some((pipeline, agent)), Some(why)) = (failed, &ended.why) {
            let task = fmt::from_fn(|f| match (&at.path, &ended.label) {
                (Some(path), Some(label)) => write!(f, "task {path} ({label}), "),
                (Some(path), None) => write!(f, "task {path}, "),
                _ => Ok(()),
            });
            let message = &why.message;
            ended.error = Some(format!("pipeline `{pipeline}`, {task}agent `{agent}`: {message}").into());
        }
        let line = at.line(&running, redacted, Entry::RunEnded(Box::new(ended)));
        push(&mut self.target, &self.shared, &mut running, &line);
        if let Some(mut file) = running.file {
            self.shared.settle(file.write_out());
        }
        Some(())
    }

    fn handoff(&mut self, at: &At, handed: HandedOver) -> Option<()> {
        let running = self.traces.get(at.trace, at.span)?;
        let HandedOver { mut handoff, schema, encoding, payload } = handed;
        if running.described.as_ref().is_none_or(|known| !known.knows(&handoff.contract, schema)) {
            handoff.schema = Some(schema);
        }
        if running.encoding.as_ref() != Some(&encoding) {
            running.encoding = Some(encoding.clone());
            handoff.encoding = Some(encoding);
        }
        let mut redacted = false;
        if let Some((payload, changed)) =
            payload.and_then(|json| self.redactor.payload(&handoff.contract, json))
        {
            (handoff.payload, redacted) = (Some(payload), changed);
        }
        let line = at.inside(running, redacted, Entry::Handoff(Box::new(handoff)));
        push(&mut self.target, &self.shared, running, &line);
        Some(())
    }

    fn started(
        &mut self,
        at: At,
        mut entry: Entry<'static>,
        broken: Option<&ContractViolation>,
    ) -> Option<()> {
        let running = self.traces.enter(at.trace, at.span, at.parent)?;
        let redacted = Words { redactor: &mut self.redactor, running, broken }.of_entry(&mut entry);
        let line = at.line(running, redacted, entry);
        push(&mut self.target, &self.shared, running, &line);
        Some(())
    }

    fn other(
        &mut self,
        at: &At,
        mut entry: Entry<'static>,
        broken: Option<&ContractViolation>,
    ) -> Option<()> {
        let running = self.traces.get(at.trace, at.span)?;
        let redacted = Words { redactor: &mut self.redactor, running, broken }.of_entry(&mut entry);
        let line = at.inside(running, redacted, entry);
        push(&mut self.target, &self.shared, running, &line);
        Some(())
    }
}

/// Adds a line to the file of its run.
fn push(target: &mut Target, shared: &Shared, running: &mut Running, line: &Line<'_>) {
    let file = match target {
        Target::File(file) => Some(file),
        Target::Folder(_) => running.file.as_mut(),
    };
    if let Some(file) = file {
        shared.settle(file.push(line));
    }
}

/// Microseconds since the run started.
fn micros(running: &Running, at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(running.started).as_micros()).unwrap_or(u64::MAX)
}
