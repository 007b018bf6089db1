//! What comes of the ways in which a model can fail, told to the word.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use expect_test::expect;
use handoff::prelude::*;
use handoff_models::testing::Script;
use handoff_models::{Completion, Model};
use tokio::time::Instant;

use super::runs::{App, plan, question};
use super::{Plan, Question, plan_of};

pipeline! { planning(Question) -> Plan { plan } }

/// The usage of a run.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Usage>>);

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if let Event::RunEnded { usage, .. } = event {
            *self.0.lock().expect("no panic") = *usage;
        }
    }
}

/// What comes of a run whose model follows a script: the error or the warnings, how often the model was asked, and for how
/// long.
async fn outcome(script: &Script) -> String {
    of_model(script, Model::new(script.clone()), Limits::default()).await
}

async fn of_model(script: &Script, model: Model, limits: Limits) -> String {
    let heard = Heard::default();
    let runtime = Runtime::builder().state(App { model }).limits(limits).observer(heard.clone()).build();
    let started = Instant::now();
    let mut lines = match runtime.run(planning, question()).await {
        Ok(done) => done.warnings.iter().map(ToString::to_string).chain(["done".to_owned()]).collect(),
        Err(error) => vec![error.to_string()],
    };
    let Usage { input_tokens, output_tokens } = *heard.0.lock().expect("no panic");
    let (calls, elapsed) = (script.seen().len(), started.elapsed().as_secs());
    lines.push(format!("calls {calls}, {elapsed} s, tokens {input_tokens} and {output_tokens}"));
    lines.join("\n") + "\n"
}

const SHORT: &str = r#"{"subtasks":[],"reasoning":"short","confidence":2.2}"#;

fn good() -> String {
    serde_json::to_string(&plan_of(1)).expect("JSON")
}

#[tokio::test(start_paused = true)]
async fn right_at_once() {
    let script = Script::new().value(&plan_of(1));
    expect![[r"
        done
        calls 1, 0 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn repaired() {
    let script = Script::new().text(SHORT).value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: `Plan` is broken: /subtasks: expected 1 to 4 items, found 0; /reasoning: expected at least 20 characters, found 5; /confidence: not in 0.0..=1.0
        agent `plan`: its reply was repaired by asking again: attempt 2
        done
        calls 2, 0 s, tokens 129 and 45
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn broken_to_the_end() {
    let script = Script::new().text(SHORT).text("{}").text("Sorry!");
    expect![[r"
        pipeline `planning`, agent `plan`: `Plan` is broken: not valid JSON: expected value
        calls 3, 0 s, tokens 200 and 16
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn stuck() {
    let script = Script::new().text("{}").text("{}").value(&plan_of(1));
    expect![[r"
        pipeline `planning`, agent `plan`: asked to repair its answer, the model repeated it word for word: `Plan` is broken: /subtasks: missing; /reasoning: missing; /confidence: missing
        calls 2, 0 s, tokens 97 and 2
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn refused() {
    let script = Script::new().refuse().value(&plan_of(1));
    expect![[r"
        pipeline `planning`, agent `plan`: the model refused to answer
        calls 1, 0 s, tokens 26 and 0
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn filtered() {
    let script =
        Script::new().completion(Completion::new("").finish(FinishReason::ContentFilter)).value(&plan_of(1));
    expect![[r"
        pipeline `planning`, agent `plan`: the provider's content filter stopped the model's answer
        calls 1, 0 s, tokens 26 and 0
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn cut_then_good() {
    let script = Script::new().cut(good()).value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: the reply was cut off (finish reason `length`), so it is only a fragment
        agent `plan`: its reply was repaired by asking again: attempt 2
        done
        calls 2, 0 s, tokens 76 and 64
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn cut_to_the_end() {
    let script = Script::new().cut("{").cut("{\"").cut("{");
    expect![[r"
        pipeline `planning`, agent `plan`: the reply was cut off (finish reason `length`), so it is only a fragment
        calls 3, 0 s, tokens 126 and 3
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn unauthorized() {
    let script = Script::new().status(401).value(&plan_of(1));
    expect![[r"
        pipeline `planning`, agent `plan`: the provider answered 401: as the script says
        calls 1, 0 s, tokens 0 and 0
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn out_of_order() {
    let script = Script::new().status(500).status(500).status(500);
    expect![[r"
        pipeline `planning`, agent `plan`: the provider answered 500: as the script says
        calls 3, 0 s, tokens 0 and 0
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn out_of_order_for_once() {
    let script = Script::new().status(500).value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: the provider answered 500: as the script says
        done
        calls 2, 0 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn busy() {
    let script = Script::new().busy(Duration::from_secs(7)).value(&plan_of(1));
    expect![[r"
        agent `plan`: its model answered 429 and asked to wait 7.0 s
        done
        calls 2, 7 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn busy_for_long() {
    let script = Script::new().busy(Duration::from_mins(5)).value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: the provider answered 429: as the script says (try again after 300s)
        done
        calls 2, 300 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn lost() {
    let script = Script::new().lose().value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: the connection to the provider failed: as the script says
        done
        calls 2, 0 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn hanging() {
    let script = Script::new().hang().hang().hang();
    expect![[r"
        pipeline `planning`, agent `plan`: timed out after 120s
        calls 3, 360 s, tokens 0 and 0
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn hanging_for_once() {
    let script = Script::new().hang().value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: timed out after 120s
        done
        calls 2, 120 s, tokens 26 and 32
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn empty() {
    let script = Script::new().text("").text(" ").text("\n");
    expect![[r"
        pipeline `planning`, agent `plan`: the model answered nothing
        calls 3, 0 s, tokens 78 and 2
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn beyond_the_script() {
    let script = Script::new().on::<Plan>().text("{}");
    expect![[r"
        pipeline `planning`, agent `plan`: the script has no answer left for `Plan`: it had 1
        calls 2, 0 s, tokens 26 and 1
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn a_failure_between_broken_answers() {
    let script = Script::new().text(SHORT).status(502).value(&plan_of(1));
    expect![[r"
        agent `plan`: attempt 1 failed: `Plan` is broken: /subtasks: expected 1 to 4 items, found 0; /reasoning: expected at least 20 characters, found 5; /confidence: not in 0.0..=1.0
        agent `plan`: attempt 2 failed: the provider answered 502: as the script says
        agent `plan`: its reply was repaired by asking again: attempt 3
        done
        calls 3, 0 s, tokens 129 and 45
    "]]
    .assert_eq(&outcome(&script).await);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_not_asked() {
    let script = Script::new().value(&plan_of(1));
    let model = Model::of(script.clone()).context_window(1_000).build();
    expect![[r"
        pipeline `planning`, agent `plan`: a prompt of 217 tokens and an answer of up to 2000 do not fit into the model's context of 1000
        calls 0, 0 s, tokens 0 and 0
    "]]
    .assert_eq(&of_model(&script, model, Limits::default()).await);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_tokens_ends_the_run() {
    let script = Script::new().text("{}").value(&plan_of(1));
    let limits = Limits::default().model_tokens(10);
    expect![[r"
        pipeline `planning`, agent `plan`: the runtime allows a run 10 model tokens, and with this reply it has taken 27; ask less of the models, or raise `Limits::model_tokens`
        calls 1, 0 s, tokens 26 and 1
    "]]
    .assert_eq(&of_model(&script, Model::new(script.clone()), limits).await);
}

#[tokio::test(start_paused = true)]
async fn tokens_of_failed_attempts_are_counted() {
    let took = |text: &str, input, output| Completion::new(text).usage(Usage::new(input, output));
    let script = Script::new()
        .completion(took("{}", 100, 10))
        .completion(took("{", 200, 20).finish(FinishReason::Length))
        .completion(took(&good(), 300, 30));
    expect![[r"
        agent `plan`: attempt 1 failed: `Plan` is broken: /subtasks: missing; /reasoning: missing; /confidence: missing
        agent `plan`: attempt 2 failed: the reply was cut off (finish reason `length`), so it is only a fragment
        agent `plan`: its reply was repaired by asking again: attempt 3
        done
        calls 3, 0 s, tokens 600 and 60
    "]]
    .assert_eq(&outcome(&script).await);
}
