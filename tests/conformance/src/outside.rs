//! Whoever answers what runs ask outside, on any engine.

use crate::agents::json;
use crate::{Desk, Fate, STEP, Terms, agents::Note};
use handoff::{AnswerError, Contract as _, Durable, PendingSignal, Runtime, SignalId};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long it takes at most until it is noticed that something is asked.
const LOOK: Duration = STEP.checked_div(4).expect("four is not zero");

/// Where an engine shows what a run asks, and takes answers.
pub trait Outside: Sync {
    /// What waits for an answer.
    fn waiting(&self) -> impl Future<Output = Vec<PendingSignal>> + Send;

    /// Answers one of them.
    fn answer(&self, id: SignalId, answer: &str) -> impl Future<Output = Result<(), AnswerError>> + Send;
}

impl Outside for Runtime<Desk> {
    async fn waiting(&self) -> Vec<PendingSignal> {
        self.signals()
    }

    async fn answer(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        self.answer_json(id, answer)
    }
}

impl Outside for Durable<Desk> {
    async fn waiting(&self) -> Vec<PendingSignal> {
        self.signals().expect("the folder can be read")
    }

    async fn answer(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        self.answer_json(id, answer)
    }
}

/// A run, beside somebody who answers what it asks, if the case has one: what comes of it, and what was said against
/// answers.
pub async fn beside<T>(
    terms: Terms,
    outside: &impl Outside,
    run: impl Future<Output = T>,
) -> (T, Vec<String>) {
    let against = Mutex::default();
    let outcome = if terms.answered {
        tokio::select! {
            biased;
            outcome = run => outcome,
            () = answer_all(outside, &against) => unreachable!("somebody is there as long as the run is"),
        }
    } else {
        run.await
    };
    (outcome, against.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Answers whatever is asked as the question itself [says](Fate).
async fn answer_all(outside: &impl Outside, against: &Mutex<Vec<String>>) {
    let (mut seen, mut answers) = (BTreeSet::new(), Vec::new());
    loop {
        for signal in outside.waiting().await {
            if seen.insert(signal.id()) {
                let begun = Instant::now();
                let given = given_to(&signal).into_iter();
                answers.extend(given.map(|(steps, answer)| (begun + STEP * steps, signal.id(), answer)));
            }
        }
        let now = Instant::now();
        let (due, later): (Vec<_>, _) = answers.into_iter().partition(|(at, ..)| *at <= now);
        answers = later;
        for (_, id, answer) in due {
            match outside.answer(id, &answer).await {
                Ok(()) => {
                    let again = outside.answer(id, &answer).await;
                    assert!(matches!(again, Err(AnswerError::Answered(_))), "it is taken once: {again:?}");
                }
                Err(error) => {
                    let said = error.to_string().replace(&id.to_string(), "it");
                    against.lock().unwrap_or_else(PoisonError::into_inner).push(said);
                }
            }
        }
        sleep(LOOK).await;
    }
}

/// What is answered, and after how many steps.
fn given_to(signal: &PendingSignal) -> Vec<(u32, String)> {
    let note = Note::parse(signal.question_json()).expect("every signal is asked about a note");
    let name = signal.agent().name.as_ref();
    let answer = |text: &str| json(&note.clone().with(text));
    let good = answer(&format!("{} > {name}", note.text));
    match note.fate_of(name) {
        Fate::Hang => Vec::new(),
        Fate::After(steps) => vec![(steps, good)],
        Fate::Drift => vec![(0, answer(""))],
        Fate::Flawed => vec![(0, answer("")), (1, good)],
        Fate::WrongType => vec![(0, "[1]".to_owned()), (1, good)],
        Fate::Long => vec![(0, answer(&"and so on ".repeat(60))), (1, good)],
        Fate::Well => vec![(0, good)],
        other => panic!("nobody answers like that: {other:?}"),
    }
}
