//! A model that says what it is told to.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use handoff::{Contract, FinishReason};

use super::usage_of;
use crate::dialect::Dialect;
use crate::error::ProviderError;
use crate::provider::{Completing, Completion, Provider, Sink};
use crate::request::{Request, ToolCall};

/// A fake model that gives scripted answers, in their order for each contract.
///
/// A single list would be a race as soon as there is a fan-out. Answers before the first [`on`](Self::on), or
/// after [`on_any`](Self::on_any), are for any contract: they are used when a contract has none of its own
/// left.
///
/// Clones share the script, so that a test can keep one and look at the [requests](Self::seen).
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
///
/// # Errors
///
/// A request for which no answer is left fails with [`ProviderError::NoAnswer`], after which there is no
/// further attempt. The message names the contract and the number of its answers.
#[derive(Clone)]
pub struct Script {
    /// The contract that further answers are for; of any, the empty text.
    of: String,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    parts: BTreeMap<String, Part>,
    seen: Vec<Request>,
}

/// The answers for one contract.
#[derive(Default)]
struct Part {
    steps: VecDeque<Step>,
    given: usize,
}

enum Step {
    Answer(Completion),
    Fail(ProviderError),
    Hang,
}

impl Script {
    /// Creates a script without answers.
    #[must_use]
    pub fn new() -> Self {
        Self { of: String::new(), inner: Arc::default() }
    }

    /// Makes the answers that are added after this the ones for this contract.
    #[must_use]
    pub fn on<T: Contract>(mut self) -> Self {
        self.of = T::name().into_owned();
        self
    }

    /// Makes the answers that are added after this those for any contract that has none of its own left.
    #[must_use]
    pub fn on_any(mut self) -> Self {
        self.of.clear();
        self
    }

    /// Answers with this text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.completion(Completion::new(text))
    }

    /// Answers with this value as JSON or, if it is a `String`, with the text as it is.
    #[must_use]
    pub fn value<T: Contract>(self, value: &T) -> Self {
        if let Some(text) = (value as &dyn Any).downcast_ref::<String>() {
            return self.text(text);
        }
        match serde_json::to_string(value) {
            Ok(text) => self.text(text),
            Err(error) => {
                let why = format!("the script's value of `{}` cannot be written as JSON: {error}", T::name());
                self.fail(ProviderError::NoAnswer(why))
            }
        }
    }

    /// Answers with this text, cut off because it was too long.
    #[must_use]
    pub fn cut(self, text: impl Into<String>) -> Self {
        self.completion(Completion::new(text).finish(FinishReason::Length))
    }

    /// Calls a tool with these arguments, in place of an answer.
    ///
    /// The next answer of the script follows the result of the call.
    #[must_use]
    pub fn calls(self, tool: impl Into<String>, arguments: impl Into<String>) -> Self {
        self.completion(Completion::new("").call(ToolCall::new(tool, arguments)))
    }

    /// Calls another tool beside the one before, in the same turn.
    ///
    /// # Panics
    ///
    /// Panics if the last answer is not a call.
    #[must_use]
    pub fn and_calls(self, tool: impl Into<String>, arguments: impl Into<String>) -> Self {
        {
            let mut inner = self.lock();
            let last = inner.parts.get_mut(&self.of).and_then(|part| part.steps.back_mut());
            match last {
                Some(Step::Answer(completion)) if !completion.calls.is_empty() => {
                    completion.calls.push(ToolCall::new(tool, arguments));
                }
                _ => panic!("`and_calls` stands behind `calls`"),
            }
        }
        self
    }

    /// Refuses to answer.
    #[must_use]
    pub fn refuse(self) -> Self {
        self.completion(Completion::new("").refusal("I can't help with that."))
    }

    /// Fails with this HTTP status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.fail(ProviderError::status(status, "as the script says"))
    }

    /// Fails with the status 429, and asks for this pause.
    #[must_use]
    pub fn busy(self, retry_after: Duration) -> Self {
        self.fail(ProviderError::status(429, "as the script says").retry_after(Some(retry_after)))
    }

    /// Fails with a lost connection.
    #[must_use]
    pub fn lose(self) -> Self {
        self.fail(ProviderError::connection("as the script says"))
    }

    /// Never answers: it hangs until the timeout of the attempt ends the call.
    #[must_use]
    pub fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    /// Answers with this completion. If it has no usage, a token for each four bytes is reported.
    #[must_use]
    pub fn completion(self, completion: Completion) -> Self {
        self.step(Step::Answer(completion))
    }

    /// Fails with this error.
    #[must_use]
    pub fn fail(self, error: ProviderError) -> Self {
        self.step(Step::Fail(error))
    }

    fn step(self, step: Step) -> Self {
        self.lock().parts.entry(self.of.clone()).or_default().steps.push_back(step);
        self
    }

    /// Returns the requests so far, in the order in which they came.
    #[must_use]
    pub fn seen(&self) -> Vec<Request> {
        self.lock().seen.clone()
    }

    /// Returns the number of answers that were not requested yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.lock().parts.values().map(|part| part.steps.len()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Inner {
    fn next(&mut self, contract: &str) -> Result<Step, String> {
        for of in [contract, ""] {
            if let Some(part) = self.parts.get_mut(of)
                && let Some(step) = part.steps.pop_front()
            {
                part.given += 1;
                return Ok(step);
            }
        }
        Err(self.at_an_end(contract))
    }

    /// Why there is no answer.
    fn at_an_end(&self, contract: &str) -> String {
        let part = |name: &str| self.parts.get(name).map(|part| part.given);
        let (given, of) = match (part(contract), part("")) {
            (Some(given), _) => (given, ""),
            (None, Some(given)) => (given, " for any contract"),
            (None, None) => return self.without(contract),
        };
        format!("the script has no answer left for `{contract}`: it had {given}{of}")
    }

    /// Says what a script has that never had an answer for a contract.
    fn without(&self, contract: &str) -> String {
        let names = self.parts.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let names = match names.as_slice() {
            [] => return format!("the script is empty: it has no answer for `{contract}`"),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        };
        format!("the script has no answers for `{contract}`, only for {names}")
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
        Box::pin(async move {
            let step = {
                let mut inner = self.lock();
                inner.seen.push(request.clone());
                inner.next(&request.contract)
            };
            match step {
                Ok(Step::Answer(mut completion)) => {
                    sink(&completion.text);
                    let usage = usage_of(request, &completion);
                    completion.usage.get_or_insert(usage);
                    Ok(completion)
                }
                Ok(Step::Fail(error)) => Err(error),
                Ok(Step::Hang) => future::pending().await,
                Err(why) => Err(ProviderError::NoAnswer(why)),
            }
        })
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        let left = inner.parts.values().map(|part| part.steps.len()).sum::<usize>();
        f.debug_struct("Script").field("seen", &inner.seen.len()).field("left", &left).finish_non_exhaustive()
    }
}
