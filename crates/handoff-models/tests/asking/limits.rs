use std::sync::{Arc, Mutex};
use std::time::Duration;

use handoff::prelude::*;
use handoff::{Usage, WarningKind};
use handoff_models::testing::{FakeModel, Script};
use handoff_models::{Completion, Model, Prompt};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::agents::{App, Plan, fast, plan_of, planned, question, runtime};

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_the_context_window_is_not_asked() {
    let script = Script::new().value(&plan_of(1));
    let model = Model::of(script.clone()).context_window(1_000).build();
    let error = runtime(model).run(planned, question()).await.expect_err("no plan");
    assert!(
        error.to_string().contains("an answer of up to 2000 do not fit into the model's context of 1000"),
        "{error}"
    );
    assert_eq!(script.seen().len(), 0);
    let model = Model::of(script).context_window(4_000).build();
    runtime(model).run(planned, question()).await.expect("a plan");
}

/// Plan it, and quickly.
#[agent(timeout = "5s")]
async fn quick(goal: String) -> Prompt<Plan>;

pipeline! { quickly(String) -> Plan { quick } }

async fn run_all(model: Model, runs: usize) -> Vec<Envelope<Plan>> {
    let runtime = runtime(model);
    let mut all = JoinSet::new();
    for run in 0..runs {
        let runtime = runtime.clone();
        all.spawn(async move { runtime.run(quickly, format!("goal {run}")).await.expect("a plan") });
    }
    all.join_all().await
}

#[tokio::test(start_paused = true)]
async fn time_in_the_queue_is_not_the_agents() {
    let model = Model::of(FakeModel::seeded(1)).requests_per_minute(60).build();
    let began = Instant::now();
    let done = run_all(model, 90).await;
    // 60 at once, and 30 more, one a second: far beyond the timeout of 5 seconds.
    assert_eq!(began.elapsed(), Duration::from_secs(30));
    let waited =
        |plan: &&Envelope<Plan>| plan.warnings.iter().any(|warning| warning.kind == WarningKind::Waited);
    assert_eq!(done.iter().filter(waited).count(), 30);
}

#[tokio::test(start_paused = true)]
async fn tokens_that_an_answer_did_not_take_are_there_for_others() {
    let answers = (0..10).fold(Script::new(), |script, _| {
        let answer = serde_json::to_string(&plan_of(1)).expect("JSON");
        script.completion(Completion::new(answer).usage(Usage::new(100, 100)))
    });
    let model = Model::of(answers).tokens_per_minute(6_000).build();
    let began = Instant::now();
    run_all(model, 10).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_bounded() {
    /// Takes a second, and counts.
    #[derive(Default)]
    struct Slow {
        under_way: std::sync::atomic::AtomicUsize,
        most: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    }
    impl handoff_models::Provider for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }
        fn dialect(&self) -> handoff_models::Dialect {
            handoff_models::Dialect::Plain
        }
        fn complete<'a>(
            &'a self,
            _: &'a handoff_models::Request,
            _: &'a mut handoff_models::Sink<'_>,
        ) -> handoff_models::Completing<'a> {
            use std::sync::atomic::Ordering::SeqCst;
            Box::pin(async move {
                self.most.fetch_max(self.under_way.fetch_add(1, SeqCst) + 1, SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                self.under_way.fetch_sub(1, SeqCst);
                let answer = serde_json::to_string(&plan_of(1)).expect("JSON");
                Ok(Completion::new(answer).usage(Usage::new(1, 1)))
            })
        }
    }
    let slow = Slow::default();
    let most = std::sync::Arc::clone(&slow.most);
    let began = Instant::now();
    run_all(Model::of(slow).in_flight(4).build(), 40).await;
    assert_eq!(
        (began.elapsed(), most.load(std::sync::atomic::Ordering::SeqCst)),
        (Duration::from_secs(10), 4)
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_holds_nobody_else() {
    let script = Script::new().busy(Duration::from_secs(30));
    let script = (0..20).fold(script, |script, _| script.value(&plan_of(1)));
    let began = Instant::now();
    let runtime = runtime(Model::new(script));
    let told = tokio::spawn({
        let runtime = runtime.clone();
        async move { runtime.run(quickly, "first".to_owned()).await.expect("a plan") }
    });
    tokio::task::yield_now().await;
    for _ in 0..10 {
        runtime.run(quickly, "other".to_owned()).await.expect("a plan");
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    told.await.expect("no panic");
    assert_eq!(began.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn the_runs_limit_on_tokens_counts_every_answer() {
    let script = Script::new().text("{}").value(&plan_of(1));
    let model = Model::new(script.clone());
    let limits = Limits::default().model_tokens(10);
    let runtime = Runtime::builder().state(App { fast: fast(&model), model }).limits(limits).build();
    let error = runtime.run(planned, question()).await.expect_err("no plan");
    assert!(error.to_string().contains("10 model tokens"), "{error}");
    assert_eq!(script.seen().len(), 1);
}

/// Write at length.
#[agent(idle_timeout = "2s")]
async fn at_length(goal: String) -> Prompt<String>;

pipeline! { written(String) -> String { at_length } }

/// Writes a word a second, and falls silent for so long before its last.
struct Typing {
    silent: Duration,
}

impl handoff_models::Provider for Typing {
    fn name(&self) -> &'static str {
        "typing"
    }

    fn dialect(&self) -> handoff_models::Dialect {
        handoff_models::Dialect::Plain
    }

    fn complete<'a>(
        &'a self,
        _: &'a handoff_models::Request,
        sink: &'a mut handoff_models::Sink<'_>,
    ) -> handoff_models::Completing<'a> {
        Box::pin(async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                sink("word ");
            }
            tokio::time::sleep(self.silent).await;
            Ok(Completion::new("word ".repeat(10)).usage(Usage::new(1, 10)))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_being_written_is_a_sign_of_life() {
    let written = |silent| {
        let model = Model::new(Typing { silent: Duration::from_secs(silent) });
        runtime(model).run(written, "a poem".to_owned())
    };
    written(1).await.expect("ten words");
    let error = written(3).await.expect_err("silence");
    assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
}

/// The models that have answered, as those who watch hear of them.
#[derive(Clone, Default)]
struct Answered(Arc<Mutex<Vec<String>>>);

impl Observer for Answered {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::AttemptEnded { model: Some(model), finish_reason, usage, .. } = event {
            let usage = usage.map(Usage::total);
            self.0.lock().expect("no panic").push(format!("{model} {finish_reason:?} {usage:?}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_watches_hears_which_model_has_answered() {
    let answer = serde_json::to_string(&plan_of(1)).expect("JSON");
    let script = Script::new()
        .completion(Completion::new("{").finish(FinishReason::Length).usage(Usage::new(1, 2)))
        .completion(Completion::new(answer).usage(Usage::new(3, 4)).model("script-2026"));
    let answered = Answered::default();
    let model = Model::new(script);
    let state = App { fast: fast(&model), model };
    let runtime = Runtime::builder().state(state).observer(answered.clone()).build();
    runtime.run(planned, question()).await.expect("the second time");
    let heard = answered.0.lock().expect("no panic").clone();
    assert_eq!(heard, ["script Some(Length) Some(3)", "script-2026 Some(Stop) Some(7)"]);
}
