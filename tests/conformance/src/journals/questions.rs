//! What runs ask outside whose agents are elsewhere.

use crate::Outside;
use handoff::durable::{Call, SignalAsked, answered};
use handoff::{AgentSpec, AnswerError, PendingSignal, Runtime, SignalId};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What a run has asked, whether or not it is answered.
#[derive(Clone, Default)]
pub(super) struct Questions(Arc<Mutex<BTreeMap<SignalId, Question>>>);

enum Question {
    /// Or waits no more, where nobody hears the answer.
    Waits(Box<SignalAsked>, oneshot::Sender<String>),
    Answered,
}

impl Questions {
    /// What a call asks, if it is one of a signal: its answer comes there.
    pub(super) fn ask(&self, call: &Call) -> Option<oneshot::Receiver<String>> {
        let asked = SignalAsked::of(call, 0)?;
        let (answer, hears) = oneshot::channel();
        self.lock().insert(asked.id, Question::Waits(asked, answer));
        Some(hears)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SignalId, Question>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a run of a pipeline asks, for whoever answers.
pub(crate) struct Asked<'a, P, S> {
    pub(super) runtime: &'a Runtime<S>,
    pub(super) questions: Questions,
    pub(super) pipeline: PhantomData<fn() -> P>,
}

impl<P: AgentSpec, S: Send + Sync> Outside for Asked<'_, P, S> {
    async fn waiting(&self) -> Vec<PendingSignal> {
        let questions = self.questions.lock();
        let waiting = questions.values().filter_map(|question| match question {
            Question::Waits(asked, answer) if !answer.is_closed() => Some(asked.pending(&P::ID.name)),
            _ => None,
        });
        waiting.collect()
    }

    async fn answer(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        let mut questions = self.questions.lock();
        let question = questions.get_mut(&id).ok_or(AnswerError::Unknown(id))?;
        let Question::Waits(asked, hears) = question else { return Err(AnswerError::Answered(id)) };
        if hears.is_closed() {
            return Err(AnswerError::Ended(id));
        }
        let outcome = answered::<P, S>(self.runtime, asked, answer)
            .map_err(|refused| AnswerError::Refused(Box::new(refused.into_kind())))?;
        let Question::Waits(_, hears) = std::mem::replace(question, Question::Answered) else {
            unreachable!("it waits")
        };
        let outcome = outcome.to_json().expect("it has come to its end");
        hears.send(outcome).map_err(|_| AnswerError::Ended(id))
    }
}
