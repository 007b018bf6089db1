//! The turns of a model that calls tools.

use std::time::Duration;

use handoff::prelude::*;
use handoff::{Limits, Usage};
use handoff_models::testing::Script;
use handoff_models::{Completion, Model, ModelError, Prompt, Speaker, ToolCall};
use tokio::time::Instant;

use super::*;

const HAND: &str = r#"{"word":"hand"}"#;

async fn run(script: &Script) -> (Result<Envelope<Answer>, PipelineError>, Seen) {
    let (runtime, seen) = runtime(script);
    (runtime.run(explaining, "What is a hand?".to_owned()).await, seen)
}

#[tokio::test(start_paused = true)]
async fn a_model_calls_tools_and_answers_by_what_came_of_it() {
    let script = Script::new()
        .on::<Answer>()
        .calls("look_up", HAND)
        .and_calls("count", r#"{"value":"hand"}"#)
        .value(&answer("it is"));
    let (done, seen) = run(&script).await;
    let done = done.expect("an answer");
    assert_eq!((done.payload.text.as_str(), done.warnings.len()), ("it is", 0));
    assert_eq!(seen.words(), ["hand"]);

    let requests = script.seen();
    let tools: Vec<_> =
        requests[0].tools.iter().map(|tool| (tool.name.as_str(), tool.description.as_str())).collect();
    assert_eq!(tools, [("look_up", "Says what a word means."), ("count", "Counts letters.")]);
    assert_eq!(requests[0].messages.len(), 1);
    let [asked, called, told] = &requests[1].messages[..] else { panic!("{:?}", requests[1].messages) };
    assert_eq!(
        (asked, called.speaker, told.speaker),
        (&requests[0].messages[0], Speaker::Model, Speaker::User)
    );
    let calls: Vec<_> = called.calls.iter().map(|call| (call.id.as_str(), call.tool.as_str())).collect();
    assert_eq!(calls, [("call_1", "look_up"), ("call_2", "count")]);
    let results: Vec<_> =
        told.results.iter().map(|result| (result.id.as_str(), result.text.as_str(), result.failed)).collect();
    assert_eq!(results, [("call_1", r#"{"text":"what hand means"}"#, false), ("call_2", "4", false)]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_one_turn_run_at_once_and_keep_their_order() {
    let slow = r#"{"word":"slow"}"#;
    let script = Script::new()
        .calls("look_up", slow)
        .and_calls("look_up", HAND)
        .and_calls("look_up", slow)
        .value(&answer("yes"));
    let started = Instant::now();
    let (done, _) = run(&script).await;
    done.expect("an answer");
    assert_eq!(started.elapsed(), Duration::from_secs(3));
    let texts: Vec<_> =
        script.seen()[1].messages[2].results.iter().map(|result| result.text.clone()).collect();
    assert_eq!(texts, ["slow", "hand", "slow"].map(|word| format!(r#"{{"text":"what {word} means"}}"#)));
}

#[tokio::test(start_paused = true)]
async fn a_broken_call_is_told_what_is_wrong_and_mended() {
    let script = Script::new()
        .calls("look_up", r#"{"word":"","sense":1}"#)
        .and_calls("count", r#"{"value":4}"#)
        .and_calls("look_at", HAND)
        .calls("look_up", HAND)
        .value(&answer("yes"));
    let (done, seen) = run(&script).await;
    let done = done.expect("an answer");
    assert_eq!(seen.words(), ["hand"]);
    let results = &script.seen()[1].messages[2].results;
    assert!(results.iter().all(|result| result.failed));
    assert_eq!(
        results[0].text,
        "The arguments of this call do not fit `Word`, for 2 reasons:\n\
         1. /word: expected 1 to 20 characters, found 0\n\
         2. /sense: unknown field (it is 1)\n\
         Fix all of this, and make the whole call again."
    );
    assert!(
        results[1].text.contains("the whole: expected a string, found a number (it is 4)"),
        "{}",
        results[1].text
    );
    assert!(results[1].text.contains("In these paths"), "{}", results[1].text);
    assert_eq!(results[2].text, "There is no tool `look_at`. The tools are `look_up`, `count`.");
    assert!(
        warnings(&done)
            .contains("its call of `look_up` was refused: `Word` is broken: /word: expected 1 to 20")
    );
}

#[tokio::test(start_paused = true)]
async fn a_cut_call_is_no_call() {
    let cut = Completion::new("").call(ToolCall::new("look_up", HAND)).finish(FinishReason::Length);
    let script = Script::new().completion(cut.clone()).value(&answer("short"));
    let (done, seen) = run(&script).await;
    assert!(warnings(&done.expect("an answer")).contains("the reply was cut off (finish reason `length`)"));
    assert!(seen.words().is_empty(), "what is cut off is not made");
    assert!(script.seen()[1].messages[1].text.contains("Your reply was cut off"));

    let (done, _) = run(&Script::new().completion(cut.clone()).completion(cut)).await;
    assert!(matches!(done.expect_err("it is cut again").kind(), ErrorKind::Truncated { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_fails_is_no_failure_of_its_caller() {
    let script = Script::new()
        .calls("look_up", r#"{"word":"unknown"}"#)
        .and_calls("look_up", r#"{"word":"never"}"#)
        .value(&answer("I do not know"));
    let started = Instant::now();
    let (done, _) = run(&script).await;
    let done = done.expect("an answer");
    assert_eq!(started.elapsed(), Duration::from_secs(10), "the tool's own timeout");
    let texts: Vec<_> =
        script.seen()[1].messages[2].results.iter().map(|result| result.text.clone()).collect();
    assert_eq!(texts, ["The call failed: not in the dictionary.", "The call failed: timed out after 10s."]);
    assert!(warnings(&done).contains("its call of `look_up` failed: timed out after 10s"));
}

#[tokio::test(start_paused = true)]
async fn turns_come_to_an_end() {
    let script = Script::new()
        .calls("look_up", HAND)
        .calls("look_up", HAND)
        .calls("look_up", HAND)
        .value(&answer("no"));
    let (done, seen) = run(&script).await;
    let error = done.expect_err("it has no end");
    assert_eq!(
        error.to_string(),
        "pipeline `explaining`, agent `explain`: the model has called tools in each of its 3 turns and has not \
         answered; say in the prompt when it knows enough, or raise `max_turns`"
    );
    assert!(!error.kind().is_retryable());
    assert_eq!((seen.words().len(), script.left()), (2, 1), "the calls of the last turn are not made");
}

#[tokio::test(start_paused = true)]
async fn another_attempt_begins_anew() {
    let script = Script::new()
        .calls("look_up", HAND)
        .text(r#"{"text":""}"#)
        .calls("look_up", HAND)
        .value(&answer("yes"));
    let (done, seen) = run(&script).await;
    assert!(
        warnings(&done.expect("an answer")).contains("its reply was repaired by asking again: attempt 2")
    );
    assert_eq!(seen.words(), ["hand", "hand"]);
    let third = &script.seen()[2].messages;
    assert_eq!(third.len(), 3, "the prompt, what was answered, what is wrong with it");
    assert!(third.iter().all(|message| message.calls.is_empty() && message.results.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn every_turn_is_counted_and_limits_hold() {
    let usage = Usage::new(10, 5);
    let call = Completion::new("").call(ToolCall::new("look_up", HAND)).usage(usage);
    let script = Script::new().completion(call.clone()).completion(call).value(&answer("yes"));
    let app = App { model: Model::new(script.clone()), seen: Seen::default() };
    let limits = Limits::default().model_tokens(29);
    let runtime = Runtime::builder().limits(limits).state(app).build();
    let error = runtime.run(explaining, "a".to_owned()).await.expect_err("it is too much");
    assert!(matches!(error.kind(), ErrorKind::LimitExceeded { allowed: 29, found: 30, .. }), "{error}");
    assert_eq!(script.left(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_turn_waits_for_its_turn_at_the_model() {
    let script = Script::new().calls("look_up", HAND).calls("look_up", HAND).value(&answer("yes"));
    let model = Model::of(script.clone()).requests_per_minute(1).build();
    let runtime = Runtime::builder().state(App { model, seen: Seen::default() }).build();
    let started = Instant::now();
    // Waiting runs no timeout.
    runtime.run(explaining, "a".to_owned()).await.expect("an answer");
    assert_eq!(started.elapsed(), Duration::from_mins(2));
}

#[tokio::test(start_paused = true)]
async fn what_is_called_counts_in_the_context() {
    let script = Script::new().calls("look_up", HAND).value(&answer("yes"));
    let sized = |tokens| {
        let model = Model::of(script.clone()).context_window(tokens).build();
        Runtime::builder().state(App { model, seen: Seen::default() }).build()
    };
    let error = sized(220).run(explaining, "a".to_owned()).await.expect_err("tools and schema do not fit");
    assert!(error.to_string().contains("do not fit into the model's context of 220"), "{error}");
    assert_eq!(script.left(), 2);
}

/// Calls nothing, though it may not.
#[agent]
async fn plain(question: String) -> Prompt<Answer> {
    Prompt::new(question)
}

pipeline! { plainly(String) -> Answer { plain } }

#[tokio::test(start_paused = true)]
async fn calls_that_nobody_has_offered_are_no_answer() {
    let (runtime, _) = runtime(&Script::new().calls("look_up", HAND));
    let error = runtime.run(plainly, "a".to_owned()).await.expect_err("it has no tools");
    assert_eq!(
        error.to_string(),
        "pipeline `plainly`, agent `plain`: the model's answer is incomplete: it ended because of `tool_calls`"
    );
}

#[agent(tools(explain))]
async fn twice(question: String, State(model): State<Model>, cx: Context) -> Result<Answer, ModelError> {
    let first: Answer = model.ask(Prompt::new("With tools.").input(&question), &cx).await?;
    model.ask(Prompt::new("Without.").input(&first).without_tools(), &cx).await
}

pipeline! { asking_twice(String) -> Answer { twice } }

#[tokio::test(start_paused = true)]
async fn a_tool_asks_with_tools_of_its_own_and_a_question_may_go_without() {
    let script = Script::new()
        .calls("explain", r#"{"value":"hand"}"#)
        .calls("look_up", HAND)
        .value(&answer("inner"))
        .value(&answer("outer"))
        .value(&answer("last"));
    let (runtime, seen) = runtime(&script);
    let done = runtime.run(asking_twice, "a".to_owned()).await.expect("an answer");
    assert_eq!((done.payload.text.as_str(), seen.words()), ("last", vec!["hand".to_owned()]));
    let names = |request: usize| -> Vec<_> {
        script.seen()[request].tools.iter().map(|tool| tool.name.clone()).collect()
    };
    assert_eq!(
        (names(0), names(1), names(4).len()),
        (vec!["explain".to_owned()], vec!["look_up".to_owned(), "count".to_owned()], 0)
    );
    assert_eq!(script.seen()[3].messages[2].results[0].text, r#"{"text":"inner"}"#);
}
