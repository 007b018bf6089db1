//! Asks a real model for plans, and says what became of each: how many were valid at once, or repaired by asking again, how
//! many failed, were refused or cut off at the end, and that none was accepted that breaks its contract.
//!
//! ```text
//! cargo run -p handoff-models --features http --example soak -- \
//!     --base-url http://127.0.0.1:11434/v1 --model llama3.2 --calls 100
//! ```
//!
//! `crates/handoff-models/local-model/run.sh` does it with a model of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handoff::prelude::*;
use handoff::{AttemptOutcome, TraceId};
use handoff_models::http::Http;
use handoff_models::{Model, ModelError, ModelErrorKind, Prompt};
use tokio::time::Instant;

#[contract]
struct Question {
    #[check(len(1..=500))]
    text: String,
}

#[contract]
struct SubTask {
    #[check(len(10..=100))]
    description: String,
    #[check(range(1..=5))]
    priority: u8,
}

#[contract]
struct Plan {
    #[check(len(1..=3))]
    subtasks: Vec<SubTask>,
    #[check(len(20..=160))]
    reasoning: String,
    #[confidence]
    confidence: f64,
}

/// Split the question into independent sub-tasks. The confidence is between 0 and 1.
#[agent(role = planner, max_output_tokens = 260, timeout = "300s", retries = 2)]
async fn plan(question: Question) -> Prompt<Plan>;

pipeline! { planned(Question) -> Plan { plan } }

const QUESTIONS: [&str; 10] = [
    "Why is the sky blue?",
    "How do bees make honey?",
    "What causes the tides?",
    "Why do leaves fall in autumn?",
    "How does a kettle know that the water boils?",
    "What is rust, and how is it kept from steel?",
    "How does a lighthouse lens gather its light?",
    "Why does bread rise?",
    "What made the Roman roads last?",
    "How do birds find their way south?",
];

#[derive(Clone, FromRef)]
struct App {
    model: Model,
}

/// Counts what becomes of the calls.
#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    at_once: u32,
    repaired: u32,
    /// The calls without a plan, by what was wrong in the end.
    failed: BTreeMap<String, u32>,
    /// Those that the model or a filter of its provider refused.
    refused: u32,
    /// Those whose last answer was cut off.
    cut: u32,
    /// The attempts that failed, by what was wrong.
    failed_attempts: BTreeMap<String, u32>,
    accepted_broken: u32,
    tokens: u64,
}

impl Outcomes {
    fn count<T>(&self, count: impl FnOnce(&mut Counts) -> T) -> T {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Outcomes {
    fn observe(&self, _trace: TraceId, event: &Event<'_>) {
        match event {
            Event::AttemptEnded { outcome: AttemptOutcome::Failed { error, .. }, .. } => {
                self.count(|counts| *counts.failed_attempts.entry(kind(error)).or_default() += 1);
            }
            Event::RunEnded { usage, .. } => self.count(|counts| counts.tokens += usage.total()),
            _ => {}
        }
    }
}

/// What went wrong, without the model's words.
fn kind(error: &ErrorKind) -> String {
    match error {
        ErrorKind::Contract(broken) => {
            let violations = broken.violations().iter();
            let mut keywords: Vec<_> = violations.map(|violation| violation.keyword).collect();
            keywords.sort_unstable();
            keywords.dedup();
            format!("broke its contract ({})", keywords.join(", "))
        }
        ErrorKind::Truncated { .. } => "cut off".to_owned(),
        ErrorKind::TimedOut { .. } => "timed out".to_owned(),
        other => other.to_string(),
    }
}

/// The contract again, by hand, so that the reading is not checked by itself.
fn keeps_its_contract(plan: &Plan) -> bool {
    let length = |text: &str| text.chars().count();
    (1..=3).contains(&plan.subtasks.len())
        && (20..=160).contains(&length(&plan.reasoning))
        && (0.0..=1.0).contains(&plan.confidence)
        && plan
            .subtasks
            .iter()
            .all(|task| (10..=100).contains(&length(&task.description)) && (1..=5).contains(&task.priority))
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed: u32 = self.failed.values().sum();
        writeln!(f, "{} calls", self.at_once + self.repaired + failed + self.refused + self.cut)?;
        writeln!(f, "{:6} valid at once", self.at_once)?;
        writeln!(f, "{:6} valid after repair", self.repaired)?;
        writeln!(f, "{failed:6} failed")?;
        for (why, times) in &self.failed {
            writeln!(f, "       {times:6} {why}")?;
        }
        writeln!(f, "{:6} refused", self.refused)?;
        writeln!(f, "{:6} cut off", self.cut)?;
        writeln!(f, "{:6} failed attempts", self.failed_attempts.values().sum::<u32>())?;
        for (why, times) in &self.failed_attempts {
            writeln!(f, "       {times:6} {why}")?;
        }
        writeln!(f, "{:6} accepted that break their contract", self.accepted_broken)?;
        write!(f, "{:6} tokens", self.tokens)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(Options { base_url, model, calls }) = Options::of(std::env::args().skip(1)) else {
        eprintln!("usage: soak --base-url URL --model NAME [--calls N]");
        return ExitCode::from(2);
    };
    let http = match Http::openai_compatible(base_url, model).build() {
        Ok(http) => http,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let outcomes = Outcomes::default();
    let model = Model::of(http).context_window(4_096).build();
    let runtime = Runtime::builder().state(App { model }).observer(outcomes.clone()).build();
    for (call, text) in (1..=calls).zip(QUESTIONS.iter().cycle()) {
        let started = Instant::now();
        let outcome = runtime.run(planned, Question { text: (*text).to_owned() }).await;
        let became = outcomes.count(|counts| counts.add(outcome));
        println!("{call:4} {:6} {became}", seconds(started.elapsed()));
    }
    outcomes.count(|counts| {
        println!("{counts}");
        ExitCode::from(u8::from(counts.accepted_broken > 0))
    })
}

impl Counts {
    /// Counts a call, and says what became of it.
    fn add(&mut self, outcome: Result<Envelope<Plan>, PipelineError>) -> String {
        match outcome {
            Ok(plan) => {
                self.accepted_broken += u32::from(!keeps_its_contract(&plan.payload));
                let repaired =
                    plan.warnings.iter().any(|warning| warning.kind == WarningKind::RepairedByAsking);
                *(if repaired { &mut self.repaired } else { &mut self.at_once }) += 1;
                if repaired { "repaired" } else { "valid at once" }.to_owned()
            }
            Err(error) if is_refusal(&error) => {
                self.refused += 1;
                "refused".to_owned()
            }
            Err(error) => {
                let why = kind(error.kind());
                if matches!(error.kind(), ErrorKind::Truncated { .. }) {
                    self.cut += 1;
                    return why;
                }
                *self.failed.entry(why.clone()).or_default() += 1;
                format!("failed: {why}")
            }
        }
    }
}

fn is_refusal(error: &PipelineError) -> bool {
    let ErrorKind::Agent(error) = error.kind() else { return false };
    let kind = error.downcast_ref().map(ModelError::kind);
    matches!(kind, Some(ModelErrorKind::Refused | ModelErrorKind::Filtered))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

struct Options {
    base_url: String,
    model: String,
    calls: u32,
}

impl Options {
    fn of(mut args: impl Iterator<Item = String>) -> Option<Self> {
        let (mut base_url, mut model, mut calls) = (None, None, 100);
        while let Some(option) = args.next() {
            let value = args.next()?;
            match &*option {
                "--base-url" => base_url = Some(value),
                "--model" => model = Some(value),
                "--calls" => calls = value.parse().ok()?,
                _ => return None,
            }
        }
        Some(Self { base_url: base_url?, model: model?, calls })
    }
}
