//! From lines to trees.

use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

use handoff::{Description, SpanId, TaskPath};

use super::error::{Kind, ReadError};
use super::lines::Reader;
use super::names::Names;
use super::tree::{
    Call, FanOut, LoggedGate, LoggedHandoff, LoggedProgress, LoggedRun, LoggedWarning, RunLog, Settled, Span,
    SpanKind,
};
use crate::line::{
    CallEnded, ElseStarted, End, Ended, Entry, FanOutEnded, Gate, Line, PipelineStarted, Progress,
    RoundEnded, RoundStarted, RunEnded, RunStarted, TaskStarted, VERSION, Warned, Why,
};

pub(super) fn runs<R: BufRead>(mut reader: Reader<R>) -> Result<RunLog, ReadError> {
    let mut builder = Builder::default();
    let mut stray = 0;
    while let Some(line) = reader.next()? {
        let Ok(line) = line else { continue };
        if let Entry::RunStarted(started) = &line.entry
            && started.v > VERSION
        {
            let found = started.v;
            return Err(Kind::Version(reader.number(), found).into());
        }
        stray += u64::from(builder.add(line).is_none());
    }
    if builder.runs.is_empty() {
        return Err(Kind::NoRun.into());
    }
    let mut skipped = reader.skipped();
    skipped.stray = stray;
    Ok(RunLog { runs: builder.runs.into_iter().map(|growing| growing.run).collect(), skipped })
}

#[derive(Default)]
struct Builder {
    runs: Vec<Growing>,
    /// Where the run of a number is.
    numbers: HashMap<u32, usize>,
    names: Names,
    /// What was said last of a pipeline.
    descriptions: HashMap<Arc<str>, Option<Arc<Description>>>,
}

/// A run that has been read so far.
struct Growing {
    run: LoggedRun,
    /// Where the span of an id is.
    spans: HashMap<SpanId, u32>,
    /// The encoding that was said last.
    encoding: Option<Arc<str>>,
}

impl Builder {
    /// Adds what the line tells. `None` where it is about a run or a span that is not known.
    fn add(&mut self, line: Line<'_>) -> Option<()> {
        let Line { run: number, t, span, parent, path, redacted, entry } = line;
        if let Entry::RunStarted(started) = entry {
            let growing = self.started(number, span?, t, *started);
            self.numbers.insert(number, self.runs.len());
            self.runs.push(growing);
            return Some(());
        }
        let names = &mut self.names;
        let growing = self.runs.get_mut(*self.numbers.get(&number)?)?;
        growing.run.last = growing.run.last.max(t);
        let place = growing.place(span);
        match entry {
            Entry::RunStarted(_) => return None,
            Entry::RunEnded(ended) => growing.run_ended(span?, t, path, *ended, names)?,
            Entry::PipelineStarted(PipelineStarted { name }) => {
                let kind = SpanKind::Pipeline { name: names.get(&name) };
                growing.start(span?, parent, path, t, kind)?;
            }
            Entry::FanOutStarted(started) => {
                let kind = SpanKind::FanOut(Box::new(FanOut::of(&started, names)));
                growing.start(span?, parent, path, t, kind)?;
            }
            Entry::TaskStarted(TaskStarted { agent, index, label }) => {
                let kind = SpanKind::Task { agent: names.get(&agent), index, label: label.map(Arc::from) };
                growing.start(span?, parent, path, t, kind)?;
            }
            Entry::CallStarted(started) => {
                let kind = SpanKind::Call(Box::new(Call::of(&started, names)));
                growing.start(span?, parent, path, t, kind)?;
            }
            Entry::RoundStarted(RoundStarted { round, most }) => {
                growing.start(span?, parent, path, t, SpanKind::Round { round, most, converged: false })?;
            }
            Entry::ElseStarted(ElseStarted { agent, by, why }) => {
                let (agent, failed) = (names.get(&agent), names.option(by.as_ref()));
                let kind = SpanKind::Else { agent, failed, because: owned(why) };
                growing.start(span?, parent, path, t, kind)?;
            }
            Entry::PipelineEnded(ended) | Entry::TaskEnded(ended) | Entry::ElseEnded(ended) => {
                let Ended { end, by, why } = ended;
                growing.end(span?, t, end, names.option(by.as_ref()), owned(why))?;
            }
            Entry::RoundEnded(RoundEnded { end, converged: holds, by, why }) => {
                let span = growing.end(span?, t, end, names.option(by.as_ref()), owned(why))?;
                if let SpanKind::Round { converged, .. } = &mut span.kind {
                    *converged = holds;
                }
            }
            Entry::CallEnded(CallEnded { end, usage, model, finish, why, retry_ms }) => {
                let span = growing.end(span?, t, end, None, owned(why))?;
                if let SpanKind::Call(call) = &mut span.kind {
                    (call.usage, call.retry_ms) = (usage, retry_ms);
                    (call.model, call.finish) = (names.option(model.as_ref()), names.option(finish.as_ref()));
                }
            }
            Entry::FanOutEnded(ended) => {
                let FanOutEnded { end, succeeded, failed, stopped, by, why } = ended;
                let settled = Settled { succeeded, failed, stopped };
                let by = names.option(by.as_ref());
                let span = growing.end(span?, t, end.unwrap_or(End::Unknown), by, owned(why))?;
                if let SpanKind::FanOut(fan_out) = &mut span.kind {
                    fan_out.settled = Some(settled);
                    span.outcome = end.or_else(|| Some(fan_out.outcome(settled)));
                }
            }
            Entry::Handoff(handoff) => {
                if let Some(encoding) = names.option(handoff.encoding.as_ref()) {
                    growing.run.encoding.get_or_insert_with(|| Arc::clone(&encoding));
                    growing.encoding = Some(encoding);
                }
                let encoding =
                    growing.encoding.clone().filter(|now| growing.run.encoding.as_ref() != Some(now));
                let handoff =
                    LoggedHandoff { encoding, ..LoggedHandoff::of(t, place, redacted, *handoff, names) };
                growing.run.handoffs.push(handoff);
            }
            Entry::Gate(Gate { agent, confidence, threshold, end }) => {
                let (agent, passed) = (names.get(&agent), end == End::Ok);
                growing.run.gates.push(LoggedGate { t, span: place, agent, confidence, threshold, passed });
            }
            Entry::Warned(Warned { agent, kind, message }) => {
                let (agent, kind) = (names.get(&agent), names.option(kind.as_ref()));
                growing.run.warnings.push(LoggedWarning {
                    t,
                    span: place,
                    agent,
                    kind,
                    message: message.into(),
                });
            }
            Entry::Progress(Progress { agent: _, done }) => {
                growing.run.progress.push(LoggedProgress { t, span: place, done });
            }
            Entry::Lost(lost) => growing.run.lost += lost.lines,
        }
        Some(())
    }

    fn started(&mut self, number: u32, span: SpanId, t: u64, started: RunStarted<'_>) -> Growing {
        let pipeline = self.names.get(&started.pipeline);
        if let Some(description) = &started.description {
            let description = serde_json::from_str(description.get()).ok().map(Arc::new);
            self.descriptions.insert(Arc::clone(&pipeline), description);
        }
        let run = LoggedRun {
            number,
            trace: started.trace,
            traceparent: started.traceparent.map(Arc::from),
            description: self.descriptions.get(&pipeline).cloned().flatten(),
            pipeline,
            wall: started.wall,
            encoding: None,
            end: None,
            path: None,
            spans: Vec::new(),
            handoffs: Vec::new(),
            gates: Vec::new(),
            warnings: Vec::new(),
            progress: Vec::new(),
            lost: 0,
            last: t,
        };
        let mut growing = Growing { run, spans: HashMap::new(), encoding: None };
        growing.start(span, None, None, t, SpanKind::Run);
        growing
    }
}

impl Growing {
    /// Where something happened: in the run, where its span is not known because its start was lost.
    fn place(&self, span: Option<SpanId>) -> usize {
        span.and_then(|span| self.spans.get(&span)).map_or(LoggedRun::ROOT, |index| *index as usize)
    }

    fn start(
        &mut self,
        id: SpanId,
        parent: Option<SpanId>,
        path: Option<TaskPath>,
        start: u64,
        kind: SpanKind,
    ) -> Option<()> {
        let index = u32::try_from(self.run.spans.len()).ok()?;
        let parent = (index > 0).then(|| self.place(parent));
        if let Some(parent) = parent {
            let siblings = &mut self.run.spans[parent];
            siblings.first_child.get_or_insert(index);
            if let Some(before) = siblings.last_child.replace(index) {
                self.run.spans[before as usize].next = Some(index);
            }
        }
        self.spans.insert(id, index);
        self.run.spans.push(Span {
            id,
            parent,
            path,
            start,
            end: None,
            outcome: None,
            by: None,
            why: None,
            kind,
            first_child: None,
            last_child: None,
            next: None,
        });
        Some(())
    }

    fn run_ended(
        &mut self,
        id: SpanId,
        t: u64,
        path: Option<TaskPath>,
        ended: RunEnded<'_>,
        names: &mut Names,
    ) -> Option<()> {
        let (by, why) = (names.option(ended.by.as_ref()), owned(ended.why.clone().map(Box::new)));
        self.end(id, t, ended.end, by, why)?;
        (self.run.path, self.run.end) = (path, Some(ended.into_owned()));
        Some(())
    }

    fn end(
        &mut self,
        id: SpanId,
        t: u64,
        outcome: End,
        by: Option<Arc<str>>,
        why: Option<Box<Why<'static>>>,
    ) -> Option<&mut Span> {
        let span = &mut self.run.spans[*self.spans.get(&id)? as usize];
        (span.end, span.outcome, span.by, span.why) = (Some(t), Some(outcome), by, why);
        Some(span)
    }
}

fn owned(why: Option<Box<Why<'_>>>) -> Option<Box<Why<'static>>> {
    why.map(|why| Box::new(why.into_owned()))
}
