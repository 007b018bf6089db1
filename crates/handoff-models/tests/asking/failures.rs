use std::time::Duration;

use handoff::ErrorKind;
use handoff_models::Model;
use handoff_models::testing::Script;
use tokio::time::Instant;

use crate::agents::{plan_of, planned, question, runtime};

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
