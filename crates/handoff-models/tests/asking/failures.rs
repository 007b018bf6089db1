use std::time::Duration;

use handoff::prelude::*;
use handoff::{ErrorKind, FinishReason};
use handoff_models::testing::Script;
use handoff_models::{Completion, Model, ModelError, ModelErrorKind, Prompt, ProviderError};
use tokio::time::Instant;

use crate::agents::{plan_of, planned, question, runtime};

/// A plan that ends for a reason of the provider's.
fn ended(word: &'static str) -> Completion {
    let text = serde_json::to_string(&plan_of(1)).expect("JSON");
    Completion::new(text).finish(FinishReason::Other(word.into()))
}

/// What comes of a script: the error, and how often the model was asked.
async fn error(script: Script) -> (handoff::PipelineError, usize) {
    let error = runtime(Model::new(script.clone())).run(planned, question()).await;
    (error.expect_err("no plan"), script.seen().len())
}

#[tokio::test(start_paused = true)]
async fn every_failure_says_what_it_is_and_is_tried_as_often_as_it_is_worth() {
    let cases = [
        (
            Script::new().text("{}").text("{}").value(&plan_of(1)),
            "agent",
            2,
            "asked to repair its answer, the model repeated it word for word: `Plan` is broken: /subtasks: missing; \
             /confidence: missing",
        ),
        (Script::new().refuse(), "agent", 1, "the model refused to answer"),
        (
            Script::new()
                .completion(handoff_models::Completion::new("").finish(handoff::FinishReason::ContentFilter)),
            "agent",
            1,
            "the provider's content filter stopped the model's answer",
        ),
        (Script::new().status(401), "agent", 1, "the provider answered 401: as the script says"),
        (
            Script::new().status(500).status(502).status(503),
            "agent",
            3,
            "the provider answered 503: as the script says",
        ),
        (
            Script::new().lose().lose().lose(),
            "agent",
            3,
            "the connection to the provider failed: as the script says",
        ),
        (Script::new().text("").text(" ").text("\n"), "agent", 3, "the model answered nothing"),
        (
            // Nobody comes back for a key that is none.
            Script::new()
                .fail(ProviderError::status(401, "no key").retry_after(Some(Duration::from_secs(7)))),
            "agent",
            1,
            "the provider answered 401: no key",
        ),
        (
            // Its text would hold the contract.
            (0..3).fold(Script::new(), |script, _| script.completion(ended("tool_calls"))),
            "agent",
            3,
            "the model's answer is incomplete: it ended because of `tool_calls`",
        ),
        (Script::new(), "agent", 1, "the script is empty: it has no answer for `Plan`"),
        (Script::new().text("{}").text("[]").text("1"), "contract", 3, "`Plan` is broken"),
        (Script::new().cut("{").cut("{").cut("{"), "truncated", 3, "finish reason `length`"),
    ];
    for (script, kind, asked, said) in cases {
        let (error, calls) = error(script).await;
        assert_eq!((error.kind().as_str(), calls), (kind, asked), "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(
            !error.to_string().contains("not worth"),
            "what is said to the engine is not said to people: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_ends_in_the_agents_timeout() {
    let (error, calls) = error(Script::new().hang().hang().hang()).await;
    assert!(matches!(error.kind(), ErrorKind::TimedOut { .. }), "{error}");
    assert_eq!(calls, 3);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_told_to_come_back_does() {
    let script = Script::new().busy(Duration::from_secs(7)).value(&plan_of(1));
    let began = Instant::now();
    let done = runtime(Model::new(script)).run(planned, question()).await.expect("a plan");
    assert_eq!(began.elapsed(), Duration::from_secs(7));
    let warning = done.warnings.iter().next().expect("a warning");
    assert_eq!(warning.message.as_ref(), "its model answered 429 and asked to wait 7.0 s");

    // Longer than an attempt waits: that is the next attempt's pause.
    let script = Script::new().busy(Duration::from_secs(90)).value(&plan_of(1));
    let began = Instant::now();
    runtime(Model::new(script)).run(planned, question()).await.expect("a plan");
    assert!(began.elapsed() >= Duration::from_secs(90));
}

/// Three times, as it is from the start, or as often as it is told.
#[tokio::test(start_paused = true)]
async fn an_attempt_comes_back_as_often_as_it_may() {
    let second = Duration::from_secs(1);
    let busy = |times: u32| {
        let script = (0..times).fold(Script::new(), |script, _| script.busy(second));
        script.value(&plan_of(1))
    };
    // How often it is busy, how often an attempt comes back, and how many attempts it takes.
    for (times, waits, attempts) in
        [(3, None, 1), (4, None, 2), (1, Some(1), 1), (2, Some(1), 2), (1, Some(0), 2)]
    {
        let script = busy(times);
        let model = Model::of(script.clone());
        let model = waits.map_or(model, |waits| Model::of(script.clone()).waits(waits)).build();
        let done = runtime(model).run(planned, question()).await.expect("a plan");
        assert_eq!(script.seen().len(), times as usize + 1);
        let failed = done
            .warnings
            .iter()
            .filter(|warning| warning.message.contains("429") && warning.message.starts_with("attempt"))
            .count();
        assert_eq!(failed + 1, attempts, "{times} times, {waits:?}: {:#?}", done.warnings);
    }
}

/// Say something.
#[agent(retries = 1)]
async fn say(of: String) -> Prompt<String>;

pipeline! { said(String) -> String { say } }

#[tokio::test(start_paused = true)]
async fn prose_that_ends_for_another_reason_is_no_answer() {
    let paused = Completion::new("Let me look that up").finish(FinishReason::Other("pause_turn".into()));
    let script = Script::new().completion(paused).text("It is blue.");
    let done = runtime(Model::new(script)).run(said, "the sky".to_owned()).await.expect("an answer");
    assert_eq!(done.payload, "It is blue.");
}

#[tokio::test(start_paused = true)]
async fn a_short_wait_is_no_news() {
    for (millis, warnings) in [(500, 0), (501, 1)] {
        let script = Script::new().busy(Duration::from_millis(millis)).value(&plan_of(1));
        let began = Instant::now();
        let done = runtime(Model::new(script)).run(planned, question()).await.expect("a plan");
        assert_eq!(began.elapsed(), Duration::from_millis(millis));
        assert_eq!(done.warnings.iter().count(), warnings, "{millis} ms");
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn unwritable<S: serde::Serializer>(_: &u8, _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom("it is a secret"))
}

#[contract]
struct Atlas {
    #[serde(serialize_with = "unwritable")]
    #[schemars(with = "u8")]
    place: u8,
}

#[agent(retries = 2)]
async fn describe(place: u8, State(model): State<Model>, cx: Context) -> Result<String, ModelError> {
    model.ask(Prompt::new("Describe it.").input(&Atlas { place }), &cx).await
}

pipeline! { described(u8) -> String { describe } }

#[tokio::test(start_paused = true)]
async fn an_input_that_cannot_be_written_is_not_asked() {
    let script = Script::new().text("Nothing is there.");
    let error = runtime(Model::new(script.clone())).run(described, 1).await.expect_err("no input");
    let said = "the prompt's input `Atlas` cannot be written as JSON: it is a secret";
    assert!(error.to_string().contains(said), "{error}");
    assert_eq!((script.seen().len(), script.left()), (0, 1));
    let ErrorKind::Agent(error) = error.kind() else { panic!("{error}") };
    let kind = error.downcast_ref().map(ModelError::kind);
    assert!(matches!(kind, Some(ModelErrorKind::Unwritten { input, .. }) if input == "Atlas"), "{kind:?}");
}
