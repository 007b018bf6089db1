//! A model that says what it is told to say.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use handoff::{Contract, FinishReason};

use super::usage;
use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::provider::{Completing, Completion, Provider, Sink};
use crate::request::Request;

/// Gives the answers that it is given, in order: to a request for a contract those [for it](Self::on), and then those for
/// any.
///
/// By contract, because a list of answers alone is a race as soon as there is a fan-out. A request that there is no answer
/// left for is an error, and not tried again. Clones are the same script.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::testing::Script;
/// use handoff_models::{Model, Prompt};
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub steps: Vec<String>,
/// }
///
/// /// Split the goal into steps.
/// #[agent(retries = 2)]
/// async fn plan(goal: String) -> Prompt<Plan>;
///
/// pipeline! { pub planned(String) -> Plan { plan } }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     model: Model,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let script = Script::new()
///     .on::<Plan>()
///     .text(r#"{"steps":[]}"#)
///     .value(&Plan { steps: vec!["look".to_owned(), "leap".to_owned()] });
/// let runtime = Runtime::builder().state(App { model: Model::new(script.clone()) }).build();
/// let plan = runtime.run(planned, "cross the river".to_owned()).await.unwrap();
/// assert_eq!(plan.payload.steps, ["look", "leap"]);
///
/// let told = &script.seen()[1].messages[2].text;
/// assert!(told.contains("/steps: expected 1 to 8 items, found 0"));
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Script {
    state: Arc<Mutex<State>>,
    /// What the next answer is for.
    contract: Option<String>,
}

#[derive(Debug, Default)]
struct State {
    steps: HashMap<Option<String>, VecDeque<Step>>,
    seen: Vec<Request>,
}

#[derive(Debug)]
enum Step {
    Answer(Completion),
    Status(u16, Option<Duration>),
    Lost,
    Hang,
}

impl Script {
    /// A script without answers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What follows answers requests for this contract.
    #[must_use]
    pub fn on<T: Contract>(mut self) -> Self {
        self.contract = Some(T::name().into_owned());
        self
    }

    /// What follows answers requests for any contract that has no answer of its own left.
    #[must_use]
    pub fn on_any(mut self) -> Self {
        self.contract = None;
        self
    }

    /// Answers with a value.
    #[must_use]
    pub fn value<T: Contract>(self, value: &T) -> Self {
        // A contract is JSON.
        let text = serde_json::to_string(value).unwrap_or_default();
        self.text(text)
    }

    /// Answers with a text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.completion(Completion::new(text))
    }

    /// Answers with a text that is cut off by the cap on its tokens.
    #[must_use]
    pub fn cut(self, text: impl Into<String>) -> Self {
        self.completion(Completion::new(text).finish(FinishReason::Length))
    }

    /// Refuses to answer.
    #[must_use]
    pub fn refuse(self) -> Self {
        self.completion(Completion::new("").refusal("I can't help with that."))
    }

    /// Answers with whatever is given. Where that does not say what it took, a token for every four bytes is made up.
    #[must_use]
    pub fn completion(self, completion: Completion) -> Self {
        self.step(Step::Answer(completion))
    }

    /// Answers with a status of HTTP.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.step(Step::Status(status, None))
    }

    /// Answers 429, and says when to come back.
    #[must_use]
    pub fn busy(self, retry_after: Duration) -> Self {
        self.step(Step::Status(429, Some(retry_after)))
    }

    /// Loses the connection.
    #[must_use]
    pub fn lose(self) -> Self {
        self.step(Step::Lost)
    }

    /// Never answers.
    #[must_use]
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// What was asked so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Request> {
        self.state().seen.clone()
    }

    /// How many answers nobody has asked for.
    #[must_use]
    pub fn left(&self) -> usize {
        self.state().steps.values().map(VecDeque::len).sum()
    }

    fn step(self, step: Step) -> Self {
        let key = self.contract.clone();
        self.state().steps.entry(key).or_default().push_back(step);
        self
    }

    fn next(&self, request: &Request) -> Option<Step> {
        let mut state = self.state();
        state.seen.push(request.clone());
        let State { steps, .. } = &mut *state;
        let mut next = |key: Option<String>| steps.get_mut(&key).and_then(VecDeque::pop_front);
        next(Some(request.contract.clone())).or_else(|| next(None))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Plain
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        let step = self.next(request);
        Box::pin(async move {
            match step {
                Some(Step::Answer(mut completion)) => {
                    sink(&completion.text);
                    completion.usage.get_or_insert_with(|| usage(request, &completion.text));
                    Ok(completion)
                }
                Some(Step::Status(status, after)) => {
                    Err(ProviderError::status(status, "as the script says").retry_after(after))
                }
                Some(Step::Lost) => Err(ProviderError::connection("as the script says")),
                Some(Step::Hang) => pending().await,
                None => {
                    let contract = &request.contract;
                    Err(ProviderError::NoAnswer(format!("the script has no answer left for a `{contract}`")))
                }
            }
        })
    }
}
