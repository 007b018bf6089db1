//! Signals of runs in files: what waits, whoever has the run, and how it is answered.

use super::files::{Files, Part, blocking};
use super::replay::key_of;
use super::runs::has_ended;
use super::times::{millis, now};
use super::{Durable, Entry, JournalError, SignalAsked};
use crate::contract::MOST_LEVELS;
use crate::engine::clock::pause;
use crate::engine::common::Common;
use crate::engine::scope::Scope;
use crate::engine::{AnswerError, PendingSignal, SignalId, Single};
use crate::error::ErrorKind;
use crate::json;
use crate::panics::guarded;
use crate::trace::TraceId;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

/// How often the process that has a run looks whether another one has given an answer.
const LOOK: Duration = Duration::from_secs(1);

/// A signal of a run, and what has become of it.
struct Signal<'a> {
    asked: &'a SignalAsked,
    /// The place of its timer.
    timer: String,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waits,
    Answered,
    Ended,
}

/// The place of the timer that bounds how long a signal waits.
#[inline]
pub(super) fn timer_of(place: &str, attempt: u32) -> String {
    format!("{place}!{attempt}")
}

/// The signals of a run since it was last begun, in the order in which they began to wait, as they are kept.
#[inline]
fn kept_of(entries: &[Entry]) -> Vec<Signal<'_>> {
    let (mut signals, mut order) = (BTreeMap::new(), Vec::new());
    let is_over = |signals: &mut BTreeMap<String, Signal<'_>>, place: &str, attempt: u32, state| {
        if let Some(signal) = signals.get_mut(&key_of(place, attempt)) {
            signal.state = state;
        }
    };
    for entry in entries {
        match entry {
            Entry::Again { .. } => {
                signals.clear();
                order.clear();
            }
            Entry::Waits { place, attempt, signal } => {
                let (key, timer) = (key_of(place, *attempt), timer_of(place, *attempt));
                order.push(key.clone());
                signals.insert(key, Signal { asked: signal, timer, state: State::Waits });
            }
            Entry::Done { place, attempt, .. } => is_over(&mut signals, place, *attempt, State::Answered),
            Entry::Failed { place, attempt, .. } | Entry::Withdrawn { place, attempt } => {
                is_over(&mut signals, place, *attempt, State::Ended);
            }
            _ => {}
        }
    }
    order.into_iter().filter_map(|key| signals.remove(&key)).collect()
}

/// The same, without those that wait in vain: their run has ended, or an answer would come too late.
#[inline]
fn signals_of(entries: &[Entry]) -> Vec<Signal<'_>> {
    let has_ended = has_ended(entries);
    let too_late = now().saturating_add(millis(2 * LOOK));
    let late = |signal: &Signal<'_>| has_ended || signal.asked.until.is_some_and(|until| until <= too_late);
    let signals = kept_of(entries).into_iter();
    signals
        .map(|signal| match signal.state {
            State::Waits if late(&signal) => Signal { state: State::Ended, ..signal },
            _ => signal,
        })
        .collect()
}

/// Until when each signal waits that has no end, in milliseconds since 1970.
#[inline]
pub(super) fn waits_until(entries: &[Entry]) -> impl Iterator<Item = u64> {
    let waiting = kept_of(entries).into_iter().filter(|signal| signal.state == State::Waits);
    waiting.map(|signal| signal.asked.until.unwrap_or(u64::MAX))
}

/// The places of the timers of what has its answer, in a run that is gone on with: an answer that came in time is one
/// however late that is.
///
/// # Errors
///
/// [`JournalError::Store`].
#[inline]
pub(super) fn timers_of_answered(files: &Files, entries: &[Entry]) -> Result<Vec<String>, JournalError> {
    let Some(Entry::Run(head)) = entries.first() else { return Ok(Vec::new()) };
    let mut timers = Vec::new();
    for Signal { asked, timer, state } in signals_of(entries) {
        if state != State::Answered && files.answer(&head.id, asked.id.span_id())?.is_some() {
            timers.push(timer);
        }
    }
    Ok(timers)
}

/// Takes the answers that other processes give to the signals of a run, as long as this one has it.
#[inline]
pub(super) async fn take_answers(
    common: Arc<Common>,
    files: Files,
    run: String,
    trace_id: TraceId,
) -> Infallible {
    loop {
        for id in common.signals.of(trace_id) {
            let (files, run) = (files.clone(), run.clone());
            let take = {
                let common = Arc::clone(&common);
                move || {
                    let Ok(Some(answer)) = files.answer(&run, id.span_id()) else { return };
                    if let Err(AnswerError::Refused(_)) = common.signals.answer_json(id, &answer) {
                        // That of a program with another contract. It waits for another one.
                        let _ = files.forget_answer(&run, id.span_id());
                    }
                }
            };
            // What cannot be read now may be the next time.
            let _ = blocking(take).await;
        }
        if pause(LOOK).await.is_err() {
            // With the tokio runtime.
            return pending().await;
        }
    }
}

/// A signal that may be answered.
struct Found {
    run: String,
    asked: SignalAsked,
}

impl<S> Durable<S> {
    /// Returns the [signals](macro@crate::agent#signals) that wait for an answer in the runs of the folder.
    ///
    /// It does not matter whether a process drives the run. It reads all files, on this thread.
    ///
    /// Signals that an agent calls as a tool, and those in a run that an agent has started, are part of an
    /// attempt, and known only to the [runtime](crate::Runtime::signals).
    ///
    /// # Errors
    ///
    /// Returns [`JournalError::Store`] if the folder cannot be read. Runs that cannot be read are left out.
    #[inline]
    pub fn signals(&self) -> Result<Vec<PendingSignal>, JournalError> {
        let mut waiting = Vec::new();
        for (id, entries) in self.files().runs(Part::Open)? {
            let Ok(entries) = entries else { continue };
            let Some(Entry::Run(head)) = entries.first() else { continue };
            for Signal { asked, state, .. } in signals_of(&entries) {
                if state == State::Waits && self.files().answer(&id, asked.id.span_id())?.is_none() {
                    waiting.push(PendingSignal::kept(&head.pipeline, asked));
                }
            }
        }
        waiting.sort_by_key(PendingSignal::since);
        Ok(waiting)
    }

    /// Answers a signal of a run of the folder, from any process.
    ///
    /// The answer is recorded when this returns. The process that drives the run takes it within a second,
    /// and at once if it is this one; if there is none, the answer is taken when the run is resumed.
    ///
    /// The answer is checked as by [`Runtime::answer`].
    ///
    /// It blocks its thread while it reads the files of all runs that have not ended, and writes the answer:
    /// call it in [`spawn_blocking`](tokio::task::spawn_blocking) from async code.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Runtime::answer`], and [`AnswerError::Journal`].
    ///
    /// [`Runtime::answer`]: crate::Runtime::answer
    #[allow(clippy::needless_pass_by_value, reason = "as `Runtime::answer` takes it")]
    #[inline]
    pub fn answer<A: Single>(&self, id: SignalId, answer: A::Output) -> Result<(), AnswerError> {
        let found = self.find(id)?;
        if found.asked.agent != *A::ID {
            let (waits, answered) = (Box::new(found.asked.agent), Box::new(A::ID.clone()));
            return Err(AnswerError::AnotherAgent { id, waits, answered });
        }
        let scope = Scope::of_no_run(Arc::clone(self.common()));
        scope.would_pass(A::ID, found.asked.to, A::MAX_OUTPUT_TOKENS, &answer).map_err(refused)?;
        let json = match guarded(|| json::text(&answer, MOST_LEVELS)) {
            Ok(Ok(json)) => json,
            Ok(Err(_)) => return Err(refused(ErrorKind::Agent("it cannot be written as JSON".into()))),
            Err(message) => return Err(refused(ErrorKind::Panicked { message })),
        };
        self.keep(&found, &json)
    }

    /// Answers a signal with JSON, which is read strictly.
    ///
    /// The signal's pipeline must be [registered](Self::with), since the contract of an answer is known from
    /// its type. It blocks its thread, as [`answer`](Self::answer) does.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`answer`](Self::answer), and [`AnswerError::NotNamed`].
    #[inline]
    pub fn answer_json(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        let found = self.find(id)?;
        let Some(check) = self.configs().find_map(|config| config.check_of(&found.asked.agent)) else {
            return Err(AnswerError::NotNamed { id, agent: Box::new(found.asked.agent) });
        };
        let scope = Scope::of_no_run(Arc::clone(self.common()));
        check(&scope, found.asked.to, answer).map_err(refused)?;
        self.keep(&found, answer)
    }

    #[inline]
    fn find(&self, id: SignalId) -> Result<Found, AnswerError> {
        for (run, entries) in self.files().runs(Part::Open)? {
            let Ok(entries) = entries else { continue };
            if matches!(entries.first(), Some(Entry::Run(head)) if head.trace_id == id.trace_id()) {
                return found(id, run, &entries);
            }
        }
        // Of what has ended there may be any amount.
        if let Some(run) = self.files().ended_of(id.trace_id())?
            && let Some(entries) = self.files().run(&run)?
        {
            return found(id, run, &entries);
        }
        Err(AnswerError::Unknown(id))
    }

    #[inline]
    fn keep(&self, Found { run, asked }: &Found, answer: &str) -> Result<(), AnswerError> {
        let id = asked.id;
        if !self.files().put_answer(run, id.span_id(), answer)? {
            return Err(AnswerError::Answered(id));
        }
        // What was put there after its run had ended, nobody takes or removes.
        if self.is_over(run, id)? {
            self.files().forget_answer(run, id.span_id())?;
            return Err(AnswerError::Ended(id));
        }
        // Where it does not wait in this process, another one hears of it, or will.
        let _ = self.common().signals.answer_json(id, answer);
        Ok(())
    }

    /// Whether a signal waits no more, and has not been answered.
    #[inline]
    fn is_over(&self, run: &str, id: SignalId) -> Result<bool, JournalError> {
        let Some(entries) = self.files().run(run)? else { return Ok(true) };
        let signal = kept_of(&entries).into_iter().find(|signal| signal.asked.id == id);
        Ok(match signal.map(|signal| signal.state) {
            Some(State::Answered) => false,
            Some(State::Waits) => has_ended(&entries),
            Some(State::Ended) | None => true,
        })
    }
}

#[inline]
fn found(id: SignalId, run: String, entries: &[Entry]) -> Result<Found, AnswerError> {
    let signal = signals_of(entries).into_iter().find(|signal| signal.asked.id == id);
    match signal.map(|signal| (signal.asked, signal.state)) {
        Some((asked, State::Waits)) => Ok(Found { run, asked: asked.clone() }),
        Some((_, State::Answered)) => Err(AnswerError::Answered(id)),
        Some((_, State::Ended)) => Err(AnswerError::Ended(id)),
        None => Err(AnswerError::Unknown(id)),
    }
}

#[inline]
fn refused(kind: ErrorKind) -> AnswerError {
    AnswerError::Refused(Box::new(kind))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::agent::{AgentId, Target};
    use crate::contract::Contract as _;
    use crate::engine::durable::files::{Take, Taken};
    use crate::engine::durable::{Durability, Store as _};
    use crate::trace::SpanId;
    use serde_json::value::RawValue;

    /// A run whose signal waits until then, if that is bounded.
    #[inline]
    pub(in crate::engine::durable) fn waiting(until: impl Into<Option<u64>>) -> Vec<Entry> {
        let until = until.into();
        let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
        let trace = TraceId::random();
        let head = serde_json::json!({
            "version": 1, "id": "a", "pipeline": "p", "trace_id": trace, "at": 0, "shape": "",
            "schema": bool::fingerprint(), "input": true,
        });
        let asked = SignalAsked {
            id: SignalId::new(trace, SpanId::random()),
            agent: AgentId::CALLER.clone(),
            task: None,
            to: Target::caller(),
            question: raw("true"),
            at: 0,
            until,
        };
        let timer = until.map(|until| Entry::Timer { place: timer_of("1", 1), until });
        let began = [
            Entry::Run(serde_json::from_value(head).unwrap()),
            Entry::Waits { place: "1".to_owned(), attempt: 1, signal: Box::new(asked) },
        ];
        began.into_iter().chain(timer).collect()
    }

    #[test]
    fn an_answer_that_came_in_time_is_one_however_late_the_run_is_gone_on_with() {
        let folder = std::env::temp_dir().join(format!("handoff-signals-{}", std::process::id()));
        let files = Files::open(&folder, Durability::Process).unwrap();
        let entries = waiting(1);
        let Entry::Waits { signal, .. } = &entries[1] else { unreachable!("it is the second") };
        assert_eq!(timers_of_answered(&files, &entries).unwrap(), [""; 0]);
        assert!(files.put_answer("a", signal.id.span_id(), "1").unwrap());
        assert!(!files.put_answer("a", signal.id.span_id(), "2").unwrap());
        assert_eq!(files.answer("a", signal.id.span_id()).unwrap().as_deref(), Some("1"));
        assert_eq!(timers_of_answered(&files, &entries).unwrap(), ["1!1"]);
        files.forget_answers("a").unwrap();
        assert_eq!(timers_of_answered(&files, &entries).unwrap(), [""; 0]);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn an_answer_to_a_run_that_has_ended_meanwhile_is_not_left_behind() {
        let folder = std::env::temp_dir().join(format!("handoff-signals-late-{}", std::process::id()));
        let files = Files::open(&folder, Durability::Process).unwrap();
        let durable = crate::Runtime::default().durable(files.clone());
        let entries = waiting(None);
        let Entry::Waits { signal, .. } = &entries[1] else { unreachable!("it is the second") };
        let id = signal.id;
        let Taken::Held(mut held, _) = files.take("a", Take::Begin).unwrap() else { panic!("it is new") };
        held.append(&entries).await.unwrap();
        let found = durable.find(id).unwrap();
        held.append(&[Entry::Ended { at: 0, envelope: None, error: None }]).await.unwrap();
        for is_moved in [false, true] {
            assert!(matches!(durable.keep(&found, "true"), Err(AnswerError::Ended(of)) if of == id));
            assert_eq!(files.answer("a", id.span_id()).unwrap(), None);
            assert!(matches!(durable.find(id), Err(AnswerError::Ended(_))), "{is_moved}");
            if !is_moved {
                let (open, ended) = (folder.join("open/a.jsonl"), folder.join("ended/a.jsonl"));
                std::fs::rename(open, ended).unwrap();
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_comes_too_late_for_whoever_has_the_run_has_ended() {
        let waits = |entries: &[Entry]| signals_of(entries)[0].state == State::Waits;
        assert!(waits(&waiting(u64::MAX)));
        assert!(!waits(&waiting(now() + 1_000)));
        let mut over = waiting(u64::MAX);
        over.push(Entry::Withdrawn { place: "1".to_owned(), attempt: 1 });
        assert!(!waits(&over));
        over.push(Entry::Again { at: 0 });
        assert!(signals_of(&over).is_empty());
    }
}
