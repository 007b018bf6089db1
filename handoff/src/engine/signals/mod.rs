//! Signals: agents that wait for an answer from outside.

mod desk;
mod door;
mod error;
mod id;
mod pending;

pub(super) use desk::Signals;
pub use door::{CheckAnswer, check_answer};
pub use error::AnswerError;
pub use id::{InvalidSignalId, SignalId};
pub use pending::PendingSignal;

use super::attempt::{Attempt, Begin, Running};
use super::observer::Event;
use super::runtime::Runtime;
use super::single::Single;
use crate::agent::{AgentSpec, Failure};
use crate::contract;
use door::{Answer, Door};
use pending::Inner;
use std::future::pending;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

/// An attempt of an agent that is a signal: it waits for an answer.
#[doc(hidden)]
#[inline]
pub fn attempt_signal<'a, A: AgentSpec>(input: A::Input, attempt: &'a Attempt<'_>) -> Running<'a, A::Output> {
    Box::pin(async move {
        let Ok(question) = contract::text(&input) else {
            // Unless its `Serialize` is another each time: it has passed the door.
            return Err(Failure::Agent("what it asks cannot be written as JSON".into()));
        };
        drop(input);
        let answer = answer(attempt, Door::of::<A>(attempt.scope, attempt.begin.target), question).await;
        match answer.downcast::<A::Output>() {
            Ok(output) => Ok(*output),
            // Unreachable: the door has made it.
            Err(_) => pending().await,
        }
    })
}

/// Waits for the answer to a question.
#[inline]
async fn answer(attempt: &Attempt<'_>, door: Door, question: String) -> Answer {
    let Attempt { agent, begin: Begin { span_id, .. }, scope, .. } = *attempt;
    let since = SystemTime::now();
    let id = SignalId::new(scope.trace_id(), *span_id);
    let signal = PendingSignal {
        inner: Arc::new(Inner {
            id,
            agent: scope.tell(agent),
            pipeline: scope.pipeline().name.to_string(),
            task_path: scope.task_path().cloned(),
            question,
            since,
            until: attempt
                .until()
                .and_then(|until| since.checked_add(until.saturating_duration_since(Instant::now()))),
        }),
    };
    let (answer, _waiting) = scope.common().signals.wait(signal.clone(), door);
    // Whoever hears of it may answer it at once.
    if let Some((turn, at)) = &scope.here() {
        let question = Some(signal.question_json());
        turn.tell(&Event::SignalWaits { at, agent: signal.agent(), id, question });
    }
    match answer.await {
        Ok(answer) => answer,
        // Unreachable, but for a run that is driven twice at once: only the later one is answered.
        Err(_) => pending().await,
    }
}

/// What a function that is a signal says where it is called itself.
///
/// # Panics
///
/// Always.
#[doc(hidden)]
#[track_caller]
#[inline]
pub fn is_answered_from_outside(agent: &str) -> ! {
    panic!(
        "signal `{agent}` is no function to call: it waits in a pipeline, and `Runtime::answer` answers it"
    )
}

/// Signals.
impl<S> Runtime<S> {
    /// Returns the [signals](macro@crate::agent#signals) that wait for an answer now, in all runs of this
    /// runtime.
    ///
    /// They are in the order in which they began to wait.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// #[contract]
    /// pub struct Draft { pub text: String }
    ///
    /// #[contract]
    /// pub struct Approval { pub approved: bool, #[check(len(1..=200))] pub reason: String }
    ///
    /// # #[agent] async fn write(topic: String) -> Draft { Draft { text: topic } }
    /// /// May this go out?
    /// #[agent(signal, timeout = "3d")]
    /// async fn approval(draft: Draft) -> Approval;
    ///
    /// pipeline! { pub article(String) -> Approval { write => approval } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let runtime = Runtime::default();
    /// let run = tokio::spawn(runtime.run(article, "tides".to_owned()));
    /// # while runtime.signals().is_empty() { tokio::task::yield_now().await; }
    ///
    /// // Somewhere else, as in the handlers of a web page:
    /// let waiting = runtime.signals();
    /// assert_eq!(waiting[0].question::<Draft>()?.text, "tides");
    /// let id = waiting[0].id();
    ///
    /// let refused = runtime.answer_json(id, r#"{"approved": true, "reason": ""}"#).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "the answer is refused: `Approval` is broken: /reason: expected 1 to 200 characters, found 0"
    /// );
    ///
    /// // The run still waits.
    /// runtime.answer::<approval>(id, Approval { approved: true, reason: "well said".into() })?;
    /// assert_eq!(run.await??.payload.reason, "well said");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn signals(&self) -> Vec<PendingSignal> {
        self.common.signals.list()
    }

    /// Answers a signal, whose run then goes on.
    ///
    /// The answer is checked like the output of any agent: against its contract, its budgets, and the
    /// `input_budget` of the agent that reads it next.
    ///
    /// `Ok` means that the run has the answer. The run may still be stopped at that moment, like any run.
    ///
    /// # Errors
    ///
    /// Returns [`AnswerError::Refused`] if the answer fails a check; the signal then still waits. Any other
    /// error means that no signal of this id waits, or that it belongs to another agent. Of several
    /// concurrent answers one is taken, and the others return [`AnswerError::Answered`].
    #[inline]
    pub fn answer<A: Single>(&self, id: SignalId, answer: A::Output) -> Result<(), AnswerError> {
        let (signal, door) = self.common.signals.find(id)?;
        if !door.is_of::<A>() {
            let (waits, answered) = (Box::new(signal.agent().clone()), Box::new(A::ID.clone()));
            return Err(AnswerError::AnotherAgent { id, waits, answered });
        }
        let answer = door.admit::<A>(answer).map_err(|kind| AnswerError::Refused(Box::new(kind)))?;
        self.common.signals.give(id, answer)
    }

    /// Answers a signal with JSON, which is read strictly, as by [`Contract::parse`](crate::Contract::parse).
    ///
    /// It is for code that does not know the type of the signal, such as a form that was generated from a
    /// schema.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`answer`](Self::answer).
    #[inline]
    pub fn answer_json(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        self.common.signals.answer_json(id, answer)
    }
}
