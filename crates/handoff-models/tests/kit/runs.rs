//! Whole runs: three agents and a fan-out, by a seed and from a recording.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use expect_test::expect;
use handoff::prelude::*;
use handoff_models::testing::{Expect, FakeModel, Recorder, Replay, Script, sample};
use handoff_models::{Completing, Dialect, Model, Prompt, Provider, Request, Sink};
use tokio::time::{Instant, sleep};

use super::record::Recording;
use super::{Finding, Plan, Question, Report, SubTask, plan_of};

/// Split the question into independent sub-tasks.
#[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
pub(crate) async fn plan(question: Question) -> Prompt<Plan>;

/// Answer this sub-task in at most three sentences.
#[agent(input_budget = 4_000, max_output_tokens = 500, timeout = "30s", retries = 2)]
pub(crate) async fn work(task: SubTask) -> Prompt<Finding>;

/// Write one report from these findings.
#[agent(role = aggregator, input_budget = 8_000)]
pub(crate) async fn merge(found: Vec<Finding>) -> Prompt<Report>;

pipeline! {
    research(Question) -> Report {
        plan => gate(confidence >= 0.0) => fan_out(subtasks) work => barrier(all) => merge
    }
}

#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) model: Model,
}

pub(crate) fn runtime(provider: impl Provider) -> Runtime<App> {
    Runtime::builder().state(App { model: Model::new(provider) }).build()
}

pub(crate) fn question() -> Question {
    Question { text: "Why is the sky blue?".into() }
}

fn finding(answer: &str) -> Finding {
    Finding { answer: answer.into(), source: None }
}

fn report() -> Report {
    Report { text: "It scatters.".into(), confidence: 0.75 }
}

/// Of calls under way, the last is answered first.
struct Backwards<P> {
    provider: P,
    calls: AtomicU64,
}

impl<P> Backwards<P> {
    fn new(provider: P) -> Self {
        Self { provider, calls: AtomicU64::new(0) }
    }
}

impl<P: Provider> Provider for Backwards<P> {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn dialect(&self) -> Dialect {
        self.provider.dialect()
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            sleep(Duration::from_millis(1_000 - call)).await;
            self.provider.complete(request, sink).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_the_contracts_allow_comes_to_an_end() {
    for seed in 0..200 {
        let model = FakeModel::seeded(seed);
        let model = if seed % 2 == 0 { model } else { model.boundaries() };
        let question = sample::<Question>(seed).expect("a question");
        let done = runtime(model).run(research, question).await;
        let done = done.unwrap_or_else(|error| panic!("{seed}: {error}"));
        Expect::new().source("merge").confidence(done.payload.confidence).warnings([]).assert(&done);
    }
}

#[tokio::test(start_paused = true)]
async fn a_seed_is_a_run_in_whatever_order_its_tasks_are_done() {
    for seed in 0..20 {
        let model = FakeModel::seeded(seed).adjust::<Plan>(|plan| plan.subtasks = plan_of(4).subtasks);
        let done = runtime(model.clone()).run(research, question()).await.expect("a report");
        let again = runtime(Backwards::new(model)).run(research, question()).await.expect("a report");
        Expect::payload(&done.payload).assert(&again);
    }
}

#[tokio::test(start_paused = true)]
async fn a_recorded_run_is_played_in_whatever_order_its_tasks_run() {
    let recording = Recording::new();
    let script = Script::new()
        .on::<Plan>()
        .text(r#"{"subtasks": []}"#)
        .value(&plan_of(3))
        .on::<Finding>()
        .value(&finding("one"))
        .value(&finding("two"))
        .value(&finding("three"))
        .on::<Report>()
        .value(&report());
    let recorder = Recorder::to(recording.path(), script).expect("a file");
    let first = runtime(recorder).run(research, question()).await.expect("a report");
    let expected = Expect::payload(&report())
        .confidence(0.75)
        .warnings([WarningKind::Noted, WarningKind::RepairedByAsking]);
    expected.assert(&first);

    for backwards in [false, true] {
        let replay = Arc::new(Replay::from(recording.path()).expect("a recording"));
        let runtime = if backwards {
            runtime(Backwards::new(Arc::clone(&replay)))
        } else {
            runtime(Arc::clone(&replay))
        };
        expected.assert(&runtime.run(research, question()).await.expect("a report"));
        assert_eq!(replay.left(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_asks_something_else_fails_at_once() {
    let recording = Recording::new();
    let recorder = Recorder::to(recording.path(), FakeModel::seeded(5)).expect("a file");
    runtime(recorder).run(research, question()).await.expect("a report");

    let replay = Replay::from(recording.path()).expect("a recording");
    let other = Question { text: "Why is the sea blue?".into() };
    let error = runtime(replay).run(research, other).await.expect_err("it was not recorded");
    let error = recording.anonymous(&error.to_string()).replace(": ", ":\n");
    expect![[r#"
        pipeline `research`, agent `plan`:
        this request for `Plan` is not in `a.jsonl`:
        /messages/0/user from character 80:
        recorded `…"text":"Why is the sky blue?"}\n</Question>`, now `…"text":"Why is the sea blue?"}\n</Question>`
    "#]]
    .assert_eq(&(error + "\n"));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_recorded_and_takes_its_time_again() {
    let recording = Recording::new();
    let script = Script::new()
        .on::<Plan>()
        .value(&plan_of(1))
        .on::<Finding>()
        .hang()
        .value(&finding("at last"))
        .on::<Report>()
        .value(&report());
    let recorder = Recorder::to(recording.path(), script).expect("a file");
    let timed = async |runtime: Runtime<App>| {
        let started = Instant::now();
        let done = runtime.run(research, question()).await.expect("a report");
        let said = done.warnings.iter().map(ToString::to_string).collect::<Vec<_>>();
        (said, started.elapsed().as_secs())
    };
    let first = timed(runtime(recorder)).await;
    let said = "agent `work`, task 0: attempt 1 failed: timed out after 30s".to_owned();
    assert_eq!(first, (vec![said], 30));
    let replay = Replay::from(recording.path()).expect("a recording");
    assert_eq!(timed(runtime(replay)).await, first);
}
