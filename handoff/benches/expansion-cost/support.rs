//! What the agents of the crate that is written by hand share: the least that a careful engineer
//! writes once. A handoff is checked, measured and put into an envelope; an attempt has a timeout
//! and its panics are errors; workers run in a `JoinSet` that is emptied at the first failure.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;

/// What may cross a handoff.
pub trait Payload: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    /// What is wrong with the value, each with where it is.
    fn check(&self, at: &str, broken: &mut Vec<String>);

    fn confidence(&self) -> Option<f64> {
        None
    }
}

impl<T: Payload> Payload for Vec<T> {
    fn check(&self, at: &str, broken: &mut Vec<String>) {
        for (index, item) in self.iter().enumerate() {
            item.check(&format!("{at}/{index}"), broken);
        }
    }
}

pub fn parse<T: Payload>(json: &str) -> Result<T, Failure> {
    let value: T = serde_json::from_str(json).map_err(|error| Failure::new("parse", error))?;
    let mut broken = Vec::new();
    value.check("", &mut broken);
    if broken.is_empty() { Ok(value) } else { Err(Failure::new("parse", broken.join("; "))) }
}

#[derive(Debug)]
pub struct Failure {
    pub agent: &'static str,
    pub reason: String,
}

impl Failure {
    pub fn new(agent: &'static str, reason: impl ToString) -> Self {
        Self { agent, reason: reason.to_string() }
    }
}

#[derive(Debug)]
pub struct Envelope<T> {
    pub source: &'static str,
    pub target: &'static str,
    pub confidence: f64,
    pub bytes: usize,
    pub payload: T,
}

/// What is declared of an agent.
#[derive(Debug, Clone, Copy)]
pub struct Agent {
    pub name: &'static str,
    pub timeout: Duration,
    pub attempts: u32,
    pub input_budget: Option<usize>,
    pub max_output: Option<usize>,
}

pub fn hand_off<T: Payload>(
    source: &Agent,
    target: &Agent,
    confidence: f64,
    payload: T,
) -> Result<Envelope<T>, Failure> {
    let mut broken = Vec::new();
    payload.check("", &mut broken);
    if !broken.is_empty() {
        return Err(Failure::new(source.name, broken.join("; ")));
    }
    let json = serde_json::to_string(&payload).map_err(|error| Failure::new(source.name, error))?;
    let bytes = json.len();
    if source.max_output.is_some_and(|most| bytes > most) {
        return Err(Failure::new(source.name, format!("{bytes} bytes are too many")));
    }
    if target.input_budget.is_some_and(|most| bytes > most) {
        return Err(Failure::new(target.name, format!("{bytes} bytes are too many")));
    }
    let confidence = payload.confidence().unwrap_or(confidence);
    Ok(Envelope { source: source.name, target: target.name, confidence, bytes, payload })
}

/// Runs an agent as often as it may be run, and hands its output on.
pub async fn call<I, O, E, F, Fut>(
    agent: &Agent,
    target: &Agent,
    input: Envelope<I>,
    function: F,
) -> Result<Envelope<O>, Failure>
where
    I: Payload,
    O: Payload,
    E: ToString + Send + 'static,
    F: Fn(I) -> Fut,
    Fut: Future<Output = Result<O, E>> + Send + 'static,
{
    let mut attempt = 1;
    loop {
        let task = tokio::spawn(function(input.payload.clone()));
        let stop = task.abort_handle();
        let failure = match tokio::time::timeout(agent.timeout, task).await {
            Err(_) => {
                stop.abort();
                Failure::new(agent.name, format!("no answer after {:?}", agent.timeout))
            }
            Ok(Err(error)) => return Err(Failure::new(agent.name, error)),
            Ok(Ok(Err(error))) => Failure::new(agent.name, error),
            Ok(Ok(Ok(output))) => match hand_off(agent, target, input.confidence, output) {
                Ok(envelope) => return Ok(envelope),
                Err(failure) => failure,
            },
        };
        if attempt == agent.attempts {
            return Err(failure);
        }
        attempt += 1;
    }
}

pub fn gate<T>(value: Envelope<T>, least: f64) -> Result<Envelope<T>, Failure> {
    if value.confidence < least {
        return Err(Failure::new(value.source, format!("a confidence of {}", value.confidence)));
    }
    Ok(value)
}

/// Runs a task for each item; all have to succeed. Results in the order of the items.
pub async fn all<I, O, F, Fut>(items: Vec<I>, most: usize, task: F) -> Result<Vec<O>, Failure>
where
    O: Send + 'static,
    F: Fn(I) -> Fut,
    Fut: Future<Output = Result<O, Failure>> + Send + 'static,
{
    if items.is_empty() || items.len() > most {
        return Err(Failure::new("fan-out", format!("{} items", items.len())));
    }
    let mut tasks = JoinSet::new();
    let mut results: Vec<Option<O>> = items.iter().map(|_| None).collect();
    for (index, item) in items.into_iter().enumerate() {
        let future = task(item);
        tasks.spawn(async move { (index, future.await) });
    }
    while let Some(ended) = tasks.join_next().await {
        let (index, result) = ended.map_err(|error| Failure::new("fan-out", error))?;
        results[index] = Some(result?);
    }
    Ok(results.into_iter().flatten().collect())
}
