//! What a user writes: nothing in it knows of Restate.

use crate::notes::Notes;
use handoff::prelude::*;
use handoff_restate::Endpoint;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

#[contract]
pub(crate) struct Question {
    pub(crate) text: String,
    /// What each task does, in the words of [`work`].
    #[check(len(..=200))]
    pub(crate) tasks: Vec<String>,
}

#[contract]
pub(crate) struct Task {
    #[check(len(1..=200))]
    pub(crate) what: String,
}

#[contract]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<Task>,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Finding {
    #[check(len(1..=80))]
    pub(crate) text: String,
}

#[contract]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) parts: usize,
}

/// What `serde` writes in another order each time.
#[contract]
pub(crate) struct Words {
    pub(crate) counts: HashMap<String, u32>,
    pub(crate) seen: HashSet<String>,
    pub(crate) found: Vec<Finding>,
}

#[derive(Clone, Debug, Default, FromRef)]
pub(crate) struct App {
    /// What happened, in a file: it is to outlive the process.
    pub(crate) notes: Notes,
    pub(crate) gate: Gate,
}

impl App {
    pub(crate) fn noting(path: &Path) -> Self {
        Self { notes: Notes::at(path), ..Self::default() }
    }
}

/// Holds tasks up until it is opened, for all hosts of a process that share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    async fn pass(&self) {
        // It cannot be gone.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

#[agent(role = planner)]
pub(crate) async fn plan(question: Question) -> Plan {
    let tasks = question.tasks.into_iter().map(|what| Task { what }).collect();
    Plan { tasks, confidence: 0.9 }
}

/// `ok`, `slow 200`, `held` (until the gate opens), `held fails`, `fail`, `fails 1` (at its first attempt), `slow second 200` and
/// `held second` (at its second), `panic`, `long`, `warn`.
#[agent(timeout = "60s", retries = 1)]
pub(crate) async fn work(
    task: Task,
    State(notes): State<Notes>,
    State(gate): State<Gate>,
    cx: Context,
) -> Result<Finding, String> {
    let at_work = AtWork::begin(&notes, &cx, &task.what);
    let words: Vec<_> = task.what.split(' ').collect();
    let millis = |text: &str| Duration::from_millis(text.parse().unwrap_or(0));
    let outcome = match *words {
        ["slow", time] => {
            tokio::time::sleep(millis(time)).await;
            Ok("slowly done".to_owned())
        }
        ["held"] => {
            gate.pass().await;
            Ok("done at last".to_owned())
        }
        ["held", "fails"] => {
            gate.pass().await;
            Err("not yet".to_owned())
        }
        ["slow" | "held", "second", ..] if cx.attempt() == 1 => Err("the first attempt fails".to_owned()),
        ["slow", "second", time] => {
            tokio::time::sleep(millis(time)).await;
            Ok("done in the end".to_owned())
        }
        ["held", "second"] => {
            gate.pass().await;
            Ok("done in the end".to_owned())
        }
        ["fails", times] if cx.attempt() <= times.parse().unwrap_or(0) => Err("not yet".to_owned()),
        ["fail"] => Err("it cannot be done".to_owned()),
        ["panic"] => panic!("at the work"),
        ["long"] => Ok("x".repeat(100)),
        ["warn"] => {
            cx.warn("it was hard");
            Ok("done".to_owned())
        }
        _ => Ok(format!("{} done", task.what)),
    };
    at_work.over(if outcome.is_ok() { "end" } else { "fail" });
    outcome.map(|text| Finding { text })
}

/// Notes that an attempt has begun, and how it has ended.
struct AtWork<'a> {
    notes: &'a Notes,
    cx: &'a Context,
    what: &'a str,
    ended: &'static str,
}

impl<'a> AtWork<'a> {
    fn begin(notes: &'a Notes, cx: &'a Context, what: &'a str) -> Self {
        notes.take("start", cx, what).expect("notes can be taken");
        Self { notes, cx, what, ended: "stop" }
    }

    fn over(mut self, ended: &'static str) {
        self.ended = ended;
    }
}

impl Drop for AtWork<'_> {
    /// Without an end the attempt was cancelled, or its host has gone away under it.
    fn drop(&mut self) {
        // What it was about goes on without it, and where notes are missed there is a test that says so.
        let _ = self.notes.take(self.ended, self.cx, self.what);
    }
}

#[agent(role = aggregator)]
pub(crate) async fn merge(findings: Vec<Finding>) -> Report {
    let text: Vec<_> = findings.iter().map(|finding| finding.text.as_str()).collect();
    Report { text: text.join("; "), parts: findings.len() }
}

#[agent(role = aggregator)]
pub(crate) async fn merge_some(findings: Partial<Finding>) -> Report {
    let text: Vec<_> = findings.into_results().into_iter().map(|finding| finding.text).collect();
    Report { text: text.join("; "), parts: text.len() }
}

#[agent]
pub(crate) async fn words(report: Report) -> Words {
    let all: Vec<_> = report.text.split(' ').map(str::to_owned).collect();
    let mut counts = HashMap::new();
    for word in &all {
        *counts.entry(word.clone()).or_insert(0) += 1;
    }
    let found = all.iter().map(|word| Finding { text: word.clone() }).collect();
    Words { counts, seen: all.into_iter().collect(), found }
}

/// Takes a while, so that the workflow is put to sleep in between.
#[agent]
pub(crate) async fn weigh(words: Words) -> Words {
    tokio::time::sleep(Duration::from_millis(300)).await;
    words
}

#[agent]
pub(crate) async fn sum_up(words: Words) -> Report {
    Report { text: format!("{} words, {} of them different", words.found.len(), words.seen.len()), parts: 1 }
}

/// Not the same twice, and so not what it is to be.
fn now(parts: usize) -> Report {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Report { text: now.as_nanos().to_string(), parts }
}

pipeline! { pub(crate) research(Question) -> Report {
    plan => gate(confidence >= 0.5) => fan_out(tasks) work => barrier(all) => merge
} }
pipeline! { pub(crate) some(Question) -> Report {
    plan => fan_out(tasks) work => barrier(at_least = 2) => merge_some
} }
// One after the other, so that what had ended before a failure does not depend on who was quicker.
pipeline! { pub(crate) in_turn(Question) -> Report {
    plan => fan_out(tasks, concurrency = 1) work => barrier(all) => merge
} }
pipeline! { pub(crate) some_in_turn(Question) -> Report {
    plan => fan_out(tasks, concurrency = 1) work => barrier(at_least = 2) => merge_some
} }
pipeline! { pub(crate) tolerant(Question) -> Report {
    plan => fan_out(tasks) work => barrier(settled) => merge_some
} }
pipeline! { pub(crate) in_time(Question) -> Report {
    plan => fan_out(tasks) work => barrier(settled, deadline = "10s") => merge_some
} }
pipeline! { pub(crate) counted(Question) -> Report { research => words => weigh => weigh => sum_up } }
pipeline! { pub(crate) clocked(Question) -> Report { research => map(|report| now(report.parts)) => words => weigh => sum_up } }

/// What runs share, here and on hosts.
pub(crate) fn runtime(app: App) -> Runtime<App> {
    let at_once = Backoff::new(Duration::from_millis(1), Duration::from_millis(1));
    Runtime::builder().state(app).backoff(at_once).build()
}

/// Everything in one host.
pub(crate) fn everything(app: App) -> Endpoint<App> {
    workers(planners(Endpoint::new(runtime(app))))
}

pub(crate) fn workers(endpoint: Endpoint<App>) -> Endpoint<App> {
    endpoint.agent::<work>()
}

pub(crate) fn planners(endpoint: Endpoint<App>) -> Endpoint<App> {
    endpoint
        .agent::<plan>()
        .agent::<merge>()
        .agent::<merge_some>()
        .agent::<words>()
        .agent::<weigh>()
        .agent::<sum_up>()
        .pipeline(research)
        .pipeline(some)
        .pipeline(in_turn)
        .pipeline(some_in_turn)
        .pipeline(tolerant)
        .pipeline(in_time)
        .pipeline(counted)
        .pipeline(clocked)
        .retry_interval(Duration::from_millis(500))
}

pub(crate) fn question(tasks: &[&str]) -> Question {
    Question { text: "why?".to_owned(), tasks: tasks.iter().map(|task| (*task).to_owned()).collect() }
}
