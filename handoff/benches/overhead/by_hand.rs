//! The same pipeline as a careful engineer writes it without a framework: every handoff checked,
//! counted and put into an envelope, every attempt under a timeout and with its panics caught,
//! workers in a `JoinSet` that is emptied at the first failure, results in the order of the items.

use crate::answers;
use handoff::budget::TokenCounter;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub use payloads::{Finding, Plan, Question, Report, SubTask};

mod payloads;

const MAX_BYTES: usize = 8 << 20;
const MIN_CONFIDENCE: f64 = 0.6;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// What may cross a handoff.
pub trait Payload: Serialize + Clone + Send + 'static {
    const SCHEMA: &'static str;

    fn check(&self) -> Result<(), String>;

    fn confidence(&self) -> Option<f64> {
        None
    }
}

#[allow(dead_code)] // for those who look into it
pub struct Envelope<T> {
    pub source: &'static str,
    pub target: &'static str,
    pub trace_id: u128,
    pub confidence: f64,
    pub warnings: Vec<String>,
    pub tokens: u32,
    pub schema: &'static str,
    pub payload: T,
}

/// What is declared of an agent.
pub struct Agent {
    name: &'static str,
    timeout: Duration,
    retries: u32,
    input_budget: Option<u32>,
    max_output_tokens: Option<u32>,
}

impl Agent {
    const fn new(name: &'static str) -> Self {
        let timeout = Duration::from_mins(2);
        Self { name, timeout, retries: 0, input_budget: None, max_output_tokens: None }
    }
}

static CALLER: Agent = Agent::new("caller");
static PLAN: Agent = Agent { max_output_tokens: Some(2_000), ..Agent::new("plan") };
static WORK: Agent = Agent {
    input_budget: Some(4_000),
    max_output_tokens: Some(500),
    timeout: Duration::from_secs(30),
    retries: 2,
    ..Agent::new("work")
};
/// The barrier between the workers and the aggregator: what one worker hands on does not count
/// against the aggregator's budget, nor what all of them do against one worker's.
static INTO_BARRIER: Agent = Agent::new("aggregate");
static OUT_OF_BARRIER: Agent = Agent::new("work");
static AGGREGATE: Agent = Agent { input_budget: Some(8_000), ..Agent::new("aggregate") };

pub type AgentError = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug)]
pub struct RunError {
    pub agent: &'static str,
    pub task: Option<usize>,
    pub cause: Cause,
}

#[allow(dead_code)] // read in its `Debug`
#[derive(Debug)]
pub enum Cause {
    Invalid(String),
    NotJson(serde_json::Error),
    TooLarge { bytes: usize },
    OverBudget { tokens: u32, budget: u32 },
    LowConfidence(f64),
    Empty,
    Agent(AgentError),
    TimedOut,
    Panicked(String),
    Cancelled,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agent, task, cause } = self;
        match task {
            Some(task) => write!(f, "agent {agent}, task {task}: {cause:?}"),
            None => write!(f, "agent {agent}: {cause:?}"),
        }
    }
}

impl Agent {
    fn fail(&self, cause: Cause) -> RunError {
        RunError { agent: self.name, task: None, cause }
    }
}

/// The three agents: functions, whatever they do.
pub trait Agents: Send + Sync + 'static {
    fn plan(question: Question) -> impl Future<Output = Result<Plan, AgentError>> + Send;
    fn work(task: SubTask) -> impl Future<Output = Result<Finding, AgentError>> + Send;
    fn aggregate(findings: Vec<Finding>) -> impl Future<Output = Result<Report, AgentError>> + Send;
}

pub async fn research<A: Agents>(
    counter: Arc<dyn TokenCounter>,
    question: Question,
) -> Result<Envelope<Report>, RunError> {
    let run = Run { counter, trace_id: fastrand::u128(1..) };
    let question = run.hand_off(&CALLER, &PLAN, 1.0, Vec::new(), question)?;
    let plan = run.call(&PLAN, A::plan, question, &WORK).await?;
    if plan.confidence < MIN_CONFIDENCE {
        return Err(PLAN.fail(Cause::LowConfidence(plan.confidence)));
    }
    let findings = fan_out::<A>(&run, plan).await?;
    let report = run.call(&AGGREGATE, A::aggregate, findings, &CALLER).await?;
    Ok(report)
}

async fn fan_out<A: Agents>(run: &Run, plan: Envelope<Plan>) -> Result<Envelope<Vec<Finding>>, RunError> {
    let Envelope { confidence, mut warnings, payload: Plan { subtasks, .. }, .. } = plan;
    let total = subtasks.len();
    if total == 0 {
        return Err(PLAN.fail(Cause::Empty));
    }
    // Dropping the set, here or with the run's future, stops the tasks.
    let mut tasks = JoinSet::new();
    let mut indices = HashMap::with_capacity(total);
    for (index, subtask) in subtasks.into_iter().enumerate() {
        let input = run.hand_off(&PLAN, &WORK, confidence, Vec::new(), subtask);
        let input = input.map_err(|error| RunError { task: Some(index), ..error })?;
        let run = run.clone();
        let task = tasks.spawn(async move { run.call(&WORK, A::work, input, &INTO_BARRIER).await });
        indices.insert(task.id(), index);
    }
    let mut results: Vec<Option<Finding>> = (0..total).map(|_| None).collect();
    let mut sum = 0.0;
    while let Some(ended) = tasks.join_next_with_id().await {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, outcome),
            Err(error) => (error.id(), Err(WORK.fail(Cause::Cancelled))),
        };
        let index = indices[&id];
        match outcome {
            Ok(finding) => {
                sum += finding.payload.confidence().unwrap_or(1.0);
                warnings.extend(finding.warnings);
                results[index] = Some(finding.payload);
            }
            Err(error) => {
                tasks.shutdown().await;
                return Err(RunError { task: Some(index), ..error });
            }
        }
    }
    let findings: Vec<Finding> = results.into_iter().flatten().collect();
    #[allow(clippy::cast_precision_loss)] // eight at most
    let confidence = sum / total as f64;
    run.hand_off(&OUT_OF_BARRIER, &AGGREGATE, confidence, warnings, findings)
}

/// What the parts of a run share.
#[derive(Clone)]
struct Run {
    counter: Arc<dyn TokenCounter>,
    trace_id: u128,
}

impl Run {
    fn hand_off<T: Payload>(
        &self,
        source: &'static Agent,
        target: &'static Agent,
        confidence: f64,
        warnings: Vec<String>,
        payload: T,
    ) -> Result<Envelope<T>, RunError> {
        payload.check().map_err(|problem| source.fail(Cause::Invalid(problem)))?;
        let json = serde_json::to_string(&payload).map_err(|error| source.fail(Cause::NotJson(error)))?;
        if json.len() > MAX_BYTES {
            return Err(source.fail(Cause::TooLarge { bytes: json.len() }));
        }
        let tokens = self.counter.count(&json, None).tokens();
        for (agent, budget) in [(source, source.max_output_tokens), (target, target.input_budget)] {
            if let Some(budget) = budget
                && tokens > budget
            {
                return Err(agent.fail(Cause::OverBudget { tokens, budget }));
            }
        }
        Ok(Envelope {
            source: source.name,
            target: target.name,
            trace_id: self.trace_id,
            confidence: payload.confidence().unwrap_or(confidence),
            warnings,
            tokens,
            schema: T::SCHEMA,
            payload,
        })
    }

    /// Calls an agent, again after a failure if it has retries, and hands its output on.
    async fn call<I: Payload, O: Payload, F>(
        &self,
        agent: &'static Agent,
        function: impl Fn(I) -> F,
        input: Envelope<I>,
        target: &'static Agent,
    ) -> Result<Envelope<O>, RunError>
    where
        F: Future<Output = Result<O, AgentError>>,
    {
        let Envelope { confidence, mut warnings, payload, .. } = input;
        let mut pause = FIRST_PAUSE;
        for attempt in 1..=agent.retries {
            let handed_on = match attempt_within(agent, function(payload.clone())).await {
                Ok(output) => self.hand_off(agent, target, confidence, warnings.clone(), output),
                Err(error) => Err(error),
            };
            match handed_on {
                Err(error) if !matches!(error.cause, Cause::Panicked(_)) => {
                    warnings.push(format!("attempt {attempt} failed: {error}"));
                }
                settled => return settled,
            }
            tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            pause *= 2;
        }
        let output = attempt_within(agent, function(payload)).await?;
        self.hand_off(agent, target, confidence, warnings, output)
    }
}

async fn attempt_within<T>(
    agent: &Agent,
    call: impl Future<Output = Result<T, AgentError>>,
) -> Result<T, RunError> {
    let started = Instant::now();
    let outcome = tokio::time::timeout(agent.timeout, caught(call)).await;
    // An agent that blocks its thread blocks the timer as well.
    if started.elapsed() > agent.timeout {
        return Err(agent.fail(Cause::TimedOut));
    }
    match outcome {
        Ok(Ok(Ok(output))) => Ok(output),
        Ok(Ok(Err(error))) => Err(agent.fail(Cause::Agent(error))),
        Ok(Err(message)) => Err(agent.fail(Cause::Panicked(message))),
        Err(_) => Err(agent.fail(Cause::TimedOut)),
    }
}

/// A future whose panics are values.
async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => {
            let message = panic.downcast_ref::<&str>().map(ToString::to_string);
            let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
            Poll::Ready(Err(message.unwrap_or_else(|| "a panic without a message".to_owned())))
        }
    })
    .await
}

/// Agents that return their output.
pub struct Typed;

impl Agents for Typed {
    async fn plan(question: Question) -> Result<Plan, AgentError> {
        let subtask = |part| SubTask {
            id: answers::id(part),
            description: answers::description(part, &question.text),
            priority: part + 1,
        };
        Ok(Plan {
            subtasks: (0..answers::PARTS).map(subtask).collect(),
            reasoning: answers::REASONING.to_owned(),
            confidence: 0.9,
        })
    }

    async fn work(task: SubTask) -> Result<Finding, AgentError> {
        Ok(Finding { text: answers::finding(&task.description), task: task.id })
    }

    async fn aggregate(findings: Vec<Finding>) -> Result<Report, AgentError> {
        let body = answers::body(findings.iter().map(|finding| finding.text.as_str()));
        Ok(Report { title: answers::TITLE.to_owned(), body })
    }
}

/// Agents that read what a model wrote.
pub struct Replies;

impl Agents for Replies {
    async fn plan(question: Question) -> Result<Plan, AgentError> {
        Ok(serde_json::from_str(&answers::as_json::plan(&question.text))?)
    }

    async fn work(task: SubTask) -> Result<Finding, AgentError> {
        Ok(serde_json::from_str(&answers::as_json::finding(&task.id, &task.description))?)
    }

    async fn aggregate(findings: Vec<Finding>) -> Result<Report, AgentError> {
        let texts = findings.iter().map(|finding| finding.text.as_str());
        Ok(serde_json::from_str(&answers::as_json::report(texts))?)
    }
}
