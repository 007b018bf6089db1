//! How much of the queue a record takes.

use std::borrow::Cow;

use handoff::contract::Step;
use handoff::{ContractViolation, Violation};

use super::record::{EndOfRun, HandedOver, Record, Told};
use crate::line::{
    CallEnded, CallStarted, ElseStarted, Ended, Entry, FanOutEnded, RoundEnded, TaskStarted, Warned, Why,
};

impl Record {
    /// The bytes that it takes, near enough.
    pub(super) fn bytes(&self) -> usize {
        let more = match &self.told {
            Told::RunStarted { .. } => 0,
            Told::RunEnded(end) => {
                let EndOfRun { ended, failed, broken } = &**end;
                let names = failed.as_ref().map_or(0, |(pipeline, agent)| pipeline.len() + agent.len());
                let why = ended.why.as_ref().map_or(0, |why| why.message.len());
                size_of::<EndOfRun>()
                    + names
                    + length(ended.label.as_ref())
                    + why
                    + of_broken(broken.as_ref())
            }
            Told::Handoff(handed) => {
                size_of::<HandedOver>() + handed.payload.as_ref().map_or(0, String::capacity)
            }
            Told::Started(entry, broken) | Told::Other(entry, broken) => {
                of_words(entry) + of_broken(broken.as_ref())
            }
        };
        size_of::<Self>() + more
    }
}

/// The bytes of whatever an entry says in words.
fn of_words(entry: &Entry<'_>) -> usize {
    let why = match entry {
        Entry::TaskStarted(TaskStarted { label, .. }) => return length(label.as_ref()),
        Entry::CallStarted(CallStarted { role, .. }) => return role.len(),
        Entry::Warned(Warned { message, .. }) => return message.len(),
        Entry::CallEnded(CallEnded { model, finish, why, .. }) => {
            return length(model.as_ref()) + length(finish.as_ref()) + of_why(why.as_deref());
        }
        Entry::PipelineEnded(Ended { why, .. })
        | Entry::TaskEnded(Ended { why, .. })
        | Entry::ElseEnded(Ended { why, .. })
        | Entry::ElseStarted(ElseStarted { why, .. })
        | Entry::RoundEnded(RoundEnded { why, .. })
        | Entry::FanOutEnded(FanOutEnded { why, .. }) => why,
        _ => return 0,
    };
    of_why(why.as_deref())
}

fn length(text: Option<&Cow<'_, str>>) -> usize {
    text.map_or(0, |text| text.len())
}

fn of_why(why: Option<&Why<'_>>) -> usize {
    why.map_or(0, |why| size_of::<Why<'_>>() + why.message.len())
}

/// The bytes of what is wrong with a payload. Several events may share it: it is counted for each.
fn of_broken(broken: Option<&ContractViolation>) -> usize {
    let violations = broken.map_or(&[][..], ContractViolation::violations);
    let bytes = violations.iter().map(|violation| {
        let steps = violation.pointer.steps().iter().map(|step| {
            let key = match step {
                Step::Key(key) | Step::Entry(key) => key.len(),
                Step::Index(_) => 0,
            };
            size_of::<Step>() + key
        });
        let found = violation.found().map_or(0, str::len);
        size_of::<Violation>() + steps.sum::<usize>() + violation.message().len() + found
    });
    bytes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    use handoff::contract::Violations;
    use handoff::{SpanId, TraceId};

    use crate::line::{End, RunEnded, Usage};

    const WORDS: usize = 10_000;

    fn bytes(told: Told) -> usize {
        let trace = TraceId::from_bytes([1; 16]).unwrap();
        let span = SpanId::from_bytes([1; 8]).unwrap();
        Record { at: Instant::now(), trace, span, parent: None, path: None, told }.bytes()
    }

    fn text(length: usize) -> Cow<'static, str> {
        "x".repeat(length).into()
    }

    /// Whatever has words, with so many bytes of them.
    fn worded(length: usize) -> Vec<Told> {
        let words = || text(length);
        let why = || Why { kind: "agent".into(), message: words(), violations: Vec::new() };
        let ended = || Ended { end: End::Failed, by: None, why: Some(Box::new(why())) };
        let agent = || Cow::Borrowed("agent");
        let call = |model, finish, why| {
            Entry::CallEnded(CallEnded { end: End::Failed, usage: None, model, finish, why, retry_ms: None })
        };
        let mut fan_out = FanOutEnded { end: None, succeeded: 0, failed: 1, stopped: 0, by: None, why: None };
        fan_out.why = ended().why;
        let round = RoundEnded { end: End::Failed, converged: false, by: None, why: ended().why };
        let role = CallStarted { agent: agent(), role: words(), attempt: 1, attempts: 1, in_tokens: None };
        let entries = vec![
            Entry::TaskStarted(TaskStarted { agent: agent(), index: 0, label: Some(words()) }),
            Entry::CallStarted(role),
            Entry::Warned(Warned { agent: agent(), kind: None, message: words() }),
            call(Some(words()), None, None),
            call(None, Some(words()), None),
            call(None, None, ended().why),
            Entry::PipelineEnded(ended()),
            Entry::TaskEnded(ended()),
            Entry::ElseEnded(ended()),
            Entry::ElseStarted(ElseStarted { agent: agent(), by: None, why: ended().why }),
            Entry::RoundEnded(round),
            Entry::FanOutEnded(fan_out),
        ];
        let mut violations = Violations::new();
        violations.report("with", words());
        let broken = ContractViolation::of::<String>(violations);
        let ended = RunEnded {
            end: End::Failed,
            millis: 0,
            usage: Usage::default(),
            by: None,
            label: None,
            why: Some(why()),
            error: None,
        };
        let mut told: Vec<_> = entries.into_iter().map(|entry| Told::Other(entry, None)).collect();
        told.push(Told::Other(
            Entry::TaskEnded(Ended { end: End::Failed, by: None, why: None }),
            Some(broken),
        ));
        told.push(Told::RunEnded(Box::new(EndOfRun { ended, failed: None, broken: None })));
        told
    }

    #[test]
    fn words_are_counted() {
        for (index, (none, some)) in worded(0).into_iter().zip(worded(WORDS)).enumerate() {
            assert_eq!(bytes(some) - bytes(none), WORDS, "{index}");
        }
    }
}
