//! What is copied of an event on the run's thread: names by reference where they are constants, and the words of others.

use std::borrow::Cow;
use std::time::{Duration, Instant, SystemTime};

use handoff::{
    AgentId, AttemptOutcome, Confidence, ContractViolation, Description, ErrorKind, Event, Fingerprint,
    FinishReason, Outcome, PartOutcome, PipelineError, Place, SpanId, TaskPath, TraceId, TraceParent,
    Warning,
};

use crate::line::{
    CallEnded, CallStarted, ElseStarted, End, Ended, Entry, FanOutEnded, FanOutKind, FanOutStarted, Gate,
    Handoff, PipelineStarted, Progress, RoundEnded, RoundStarted, RunEnded, TaskStarted, Warned, Why,
};

/// An event, as the log's thread gets it.
pub(super) struct Record {
    pub(super) at: Instant,
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    pub(super) parent: Option<SpanId>,
    pub(super) path: Option<TaskPath>,
    pub(super) told: Told,
}

pub(super) enum Told {
    RunStarted {
        wall: SystemTime,
        pipeline: &'static str,
        traceparent: Option<TraceParent>,
        describe: fn() -> Description,
    },
    RunEnded(Box<EndOfRun>),
    Handoff(Box<HandedOver>),
    /// What starts a span; with the contract that was broken, which the entry is yet to tell of.
    Started(Entry<'static>, Option<ContractViolation>),
    /// What ends one, or happens in one; with the same.
    Other(Entry<'static>, Option<ContractViolation>),
}

pub(super) struct EndOfRun {
    pub(super) ended: RunEnded<'static>,
    /// The pipeline in which it went wrong, and the agent at fault as it is told apart from others.
    pub(super) failed: Option<(String, String)>,
    pub(super) broken: Option<ContractViolation>,
}

pub(super) struct HandedOver {
    pub(super) handoff: Handoff<'static>,
    pub(super) schema: Fingerprint,
    pub(super) encoding: Cow<'static, str>,
    pub(super) payload: Option<String>,
}

impl Record {
    /// What is kept of an event; `None` where nothing is written of it.
    pub(super) fn of(at: Instant, trace: TraceId, event: &Event<'_>) -> Option<Self> {
        let Place { span, parent, task_path, .. } = event.at();
        let mut path = task_path.as_ref();
        let told = match event {
            Event::RunStarted { pipeline, parent, describe, .. }
            | Event::RunResumed { pipeline, parent, describe, .. } => {
                let (wall, traceparent) = (SystemTime::now(), *parent);
                Told::RunStarted { wall, pipeline, traceparent, describe: *describe }
            }
            Event::RunEnded { outcome, elapsed, usage, .. } => {
                let error = match outcome {
                    Outcome::Failed(error) => Some(*error),
                    _ => None,
                };
                path = error.and_then(PipelineError::task_path);
                let (why, broken) = error.map(|error| failure(error.kind())).unzip();
                let ended = RunEnded {
                    end: end_of_run(outcome),
                    millis: millis(*elapsed),
                    usage: (*usage).into(),
                    by: error.map(|error| name(error.agent_id())),
                    label: error.and_then(PipelineError::task_label).map(copied),
                    why,
                    error: None,
                };
                let failed = error.map(|error| (error.pipeline().to_owned(), error.agent_id().to_string()));
                Told::RunEnded(Box::new(EndOfRun { ended, failed, broken: broken.flatten() }))
            }
            Event::Handoff { .. } => Told::Handoff(Box::new(handed_over(event)?)),
            _ => started(event).or_else(|| other(event))?,
        };
        Some(Self { at, trace, span: *span, parent: *parent, path: path.cloned(), told })
    }

    /// Whether it starts or ends the run, and is kept however long the queue is.
    pub(super) fn is_of_the_run(&self) -> bool {
        matches!(self.told, Told::RunStarted { .. } | Told::RunEnded(_))
    }
}

/// What starts a span, but for runs.
fn started(event: &Event<'_>) -> Option<Told> {
    let mut broken = None;
    let entry = match event {
        Event::PipelineStarted { pipeline, .. } => {
            Entry::PipelineStarted(PipelineStarted { name: name(pipeline) })
        }
        Event::FanOutStarted { kind, of, agent, width, policy, .. } => Entry::FanOutStarted(FanOutStarted {
            kind: match kind {
                handoff::FanOutKind::FanOut => FanOutKind::FanOut,
                handoff::FanOutKind::Join => FanOutKind::Join,
                handoff::FanOutKind::Race => FanOutKind::Race,
                _ => FanOutKind::Unknown,
            },
            of: of.map(Cow::Borrowed),
            agent: name(agent),
            width: number(*width),
            policy: Some(policy.to_string().into()),
            needed: Some(number(policy.needed(*width))),
        }),
        Event::TaskStarted { agent, index, label, .. } => {
            let (agent, index, label) = (name(agent), number(*index), label.map(copied));
            Entry::TaskStarted(TaskStarted { agent, index, label })
        }
        Event::AttemptStarted { agent, attempt, attempts, tokens, .. } => Entry::CallStarted(CallStarted {
            agent: name(agent),
            role: match &agent.role {
                handoff::Role::Other(role) => shortened(role.clone()),
                role => known_role(role),
            },
            attempt: *attempt,
            attempts: *attempts,
            in_tokens: Some(tokens.count),
        }),
        Event::RoundStarted { round, most, .. } => {
            Entry::RoundStarted(RoundStarted { round: *round, most: *most })
        }
        Event::FallbackStarted { agent, error, .. } => {
            let why;
            (why, broken) = failure(error.kind());
            let (agent, by) = (name(agent), Some(name(error.agent_id())));
            Entry::ElseStarted(ElseStarted { agent, by, why: Some(Box::new(why)) })
        }
        _ => return None,
    };
    Some(Told::Started(entry, broken))
}

fn other(event: &Event<'_>) -> Option<Told> {
    let (entry, broken) = match event {
        Event::PipelineEnded { outcome, .. } => ended(outcome, Entry::PipelineEnded),
        Event::TaskEnded { outcome, .. } => ended(outcome, Entry::TaskEnded),
        Event::FallbackEnded { outcome, .. } => ended(outcome, Entry::ElseEnded),
        Event::RoundEnded { outcome, converged, .. } => ended(outcome, |Ended { end, by, why }| {
            Entry::RoundEnded(RoundEnded { end, converged: *converged, by, why })
        }),
        Event::FanOutEnded { succeeded, failed, stopped, outcome, .. } => {
            let (succeeded, failed, stopped) = (number(*succeeded), number(*failed), number(*stopped));
            ended(outcome, |Ended { end, by, why }| {
                let end = Some(end);
                Entry::FanOutEnded(FanOutEnded { end, succeeded, failed, stopped, by, why })
            })
        }
        Event::AttemptEnded { usage, model, finish_reason, outcome, .. } => {
            let (end, failed, retry_in) = match outcome {
                AttemptOutcome::Succeeded => (End::Ok, None, None),
                AttemptOutcome::Failed { error, retry_in, .. } => {
                    (End::Failed, Some(failure(error)), *retry_in)
                }
                AttemptOutcome::Stopped => (End::Stopped, None, None),
                _ => (End::Unknown, None, None),
            };
            let (why, broken) = failed.unzip();
            let ended = CallEnded {
                end,
                usage: usage.map(Into::into),
                model: model.map(copied),
                finish: finish_reason.map(finish),
                why: why.map(Box::new),
                retry_ms: retry_in.map(millis),
            };
            (Entry::CallEnded(ended), broken.flatten())
        }
        Event::Gate { agent, confidence, threshold, passed, .. } => {
            let (confidence, threshold) = (confidence.get(), threshold.get());
            let end = if *passed { End::Ok } else { End::Failed };
            (Entry::Gate(Gate { agent: name(agent), confidence, threshold, end }), None)
        }
        Event::Warned { warning: Warning { kind, agent, message, .. }, .. } => {
            let kind = Some(Cow::Borrowed(kind.as_str()));
            (Entry::Warned(Warned { agent: name(agent), kind, message: copied(message) }), None)
        }
        Event::Progress { agent, done, .. } => {
            (Entry::Progress(Progress { agent: name(agent), done: *done }), None)
        }
        // Of a newer version of handoff.
        _ => return None,
    };
    Some(Told::Other(entry, broken))
}

fn ended(
    outcome: &PartOutcome<'_>,
    entry: impl FnOnce(Ended<'static>) -> Entry<'static>,
) -> (Entry<'static>, Option<ContractViolation>) {
    let (end, error) = match outcome {
        PartOutcome::Succeeded => (End::Ok, None),
        PartOutcome::Recovered => (End::Recovered, None),
        PartOutcome::Failed(error) => (End::Failed, Some(*error)),
        PartOutcome::Stopped => (End::Stopped, None),
        _ => (End::Unknown, None),
    };
    let by = error.map(|error| name(error.agent_id()));
    let (why, broken) = error.map(|error| failure(error.kind())).unzip();
    (entry(Ended { end, by, why: why.map(Box::new) }), broken.flatten())
}

fn end_of_run(outcome: &Outcome<'_>) -> End {
    match outcome {
        Outcome::Succeeded => End::Ok,
        Outcome::Failed(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => End::Cancelled,
        Outcome::Failed(_) => End::Failed,
        Outcome::Dropped => End::Dropped,
        _ => End::Unknown,
    }
}

fn handed_over(event: &Event<'_>) -> Option<HandedOver> {
    let &Event::Handoff {
        source,
        target,
        contract,
        schema,
        tokens,
        max_output_tokens,
        max_tokens,
        input_budget,
        confidence,
        warnings,
        is_tool_call,
        payload,
        ..
    } = event
    else {
        return None;
    };
    let handoff = Handoff {
        from: name(source),
        to: name(target),
        contract: copied(contract),
        schema: None,
        tokens: tokens.count,
        encoding: None,
        max_output_tokens,
        max_tokens,
        input_budget,
        confidence: (confidence < Confidence::FULL).then_some(confidence.get()),
        warnings: number(warnings.len()),
        tool: is_tool_call,
        payload: None,
    };
    // There is none where the log does not want it, whatever other observers do.
    let payload = payload.map(str::to_owned);
    Some(HandedOver { handoff, schema, encoding: tokens.encoding.clone(), payload })
}

/// Why something failed, and the contract that was broken, whose violations are told where time is.
///
/// What tasks and branches failed of is not repeated: each of them has a line of its own.
fn failure(kind: &ErrorKind) -> (Why<'static>, Option<ContractViolation>) {
    let broken = match kind {
        ErrorKind::Contract(broken) => Some(broken.clone()),
        _ => None,
    };
    let message = match kind {
        ErrorKind::Contract(_) => Cow::Borrowed(""),
        ErrorKind::Barrier { succeeded, needed, total, failures, .. } if !failures.is_empty() => {
            format!("{succeeded} of {total} tasks succeeded, the barrier needs {needed}").into()
        }
        ErrorKind::Race { .. } => Cow::Borrowed("no branch of the race succeeded"),
        kind => shortened(kind.to_string().into()),
    };
    (Why { kind: Cow::Borrowed(kind.as_str()), message, violations: Vec::new() }, broken)
}

fn known_role(role: &handoff::Role) -> Cow<'static, str> {
    use handoff::Role;
    match role {
        Role::Planner => Cow::Borrowed("planner"),
        Role::Worker => Cow::Borrowed("worker"),
        Role::Aggregator => Cow::Borrowed("aggregator"),
        Role::Router => Cow::Borrowed("router"),
        Role::Critic => Cow::Borrowed("critic"),
        role => copied(role.as_str()),
    }
}

/// Owned where it is another's words.
fn finish(reason: &FinishReason) -> Cow<'static, str> {
    match reason {
        FinishReason::Stop => Cow::Borrowed("stop"),
        FinishReason::Length => Cow::Borrowed("length"),
        FinishReason::ContentFilter => Cow::Borrowed("content_filter"),
        reason => shortened(reason.to_string().into()),
    }
}

fn name(agent: &AgentId) -> Cow<'static, str> {
    agent.name.clone()
}

/// Bytes of a text that are written at most.
const LONGEST: usize = 16 << 10;

/// What is copied of a text.
fn copied(text: &str) -> Cow<'static, str> {
    Cow::Owned(cut(text).into_owned())
}

fn shortened(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.len() > LONGEST { copied(&text) } else { text }
}

/// A text, without what is too long of it: an agent may say megabytes.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    format!("{}…", &text[..text.floor_char_boundary(LONGEST)]).into()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
