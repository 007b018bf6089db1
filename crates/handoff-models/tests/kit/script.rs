//! `Script`.

use std::time::Duration;

use handoff::prelude::*;
use handoff_models::testing::Script;
use handoff_models::{Completion, ProviderError};
use tokio::time::{Instant, timeout};

use super::{Finding, Plan, Report, ask, plan_of, request, said};

#[tokio::test(start_paused = true)]
async fn each_contract_has_answers_of_its_own() {
    let script = Script::new()
        .text("for anyone")
        .on::<Plan>()
        .value(&plan_of(1))
        .text("not a plan")
        .on::<String>()
        .value(&"Prose is no JSON.".to_owned());
    let handle = script.clone();
    assert_eq!(said::<String>(&script, "Explain.").await.as_deref(), Ok("Prose is no JSON."));
    let plan = said::<Plan>(&script, "Plan it.").await.expect("an answer");
    assert_eq!(Plan::parse(&plan).map(|plan| plan.subtasks.len()).ok(), Some(1));
    assert_eq!(said::<Plan>(&script, "Plan it again.").await.as_deref(), Ok("not a plan"));
    assert_eq!(handle.left(), 1);
    assert_eq!(said::<Finding>(&script, "Find it.").await.as_deref(), Ok("for anyone"));
    assert_eq!(handle.left(), 0);

    let seen = handle.seen();
    let prompts = seen.iter().map(|request| (request.contract.as_str(), request.messages[0].text.as_str()));
    assert_eq!(
        prompts.collect::<Vec<_>>(),
        [("String", "Explain."), ("Plan", "Plan it."), ("Plan", "Plan it again."), ("Finding", "Find it."),]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_in_the_script_is_an_error_that_says_so() {
    let two = Script::new().on::<Plan>().text("1").text("2");
    let _ = (said::<Plan>(&two, "").await, said::<Plan>(&two, "").await);
    let any = Script::new().text("1").on::<Plan>().text("2");
    let _ = said::<Finding>(&any, "").await;
    let three = Script::new().on::<Report>().text("1").on::<Plan>().text("2").on::<Vec<Plan>>().text("3");
    for (script, error) in [
        (&Script::new(), "the script is empty: it has no answer for `Finding`"),
        (&two, "the script has no answers for `Finding`, only for `Plan`"),
        (&three, "the script has no answers for `Finding`, only for `Plan`, `Report` and `Vec<Plan>`"),
        (&any, "the script has no answer left for `Finding`: it had 1 for any contract"),
    ] {
        assert_eq!(said::<Finding>(script, "").await, Err(error.to_owned()));
    }
    let error = "the script has no answer left for `Plan`: it had 2";
    assert_eq!(said::<Plan>(&two, "").await, Err(error.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_model_can_fail_in_all_ways() {
    let script = Script::new()
        .cut(r#"{"answer": "it"#)
        .refuse()
        .status(500)
        .busy(Duration::from_secs(7))
        .lose()
        .completion(Completion::new("filtered").finish(FinishReason::ContentFilter).usage(Usage::new(1, 2)))
        .fail(ProviderError::unreadable("it ends without saying why"))
        .hang();
    let finding = request::<Finding>("Find it.");
    let next = async || ask(&script, &finding).await;
    let error = async || next().await.expect_err("a failure").to_string();
    let cut = next().await.expect("an answer");
    assert_eq!((cut.finish, cut.usage), (FinishReason::Length, Some(Usage::new(2, 4))));
    assert_eq!(next().await.expect("an answer").refusal.as_deref(), Some("I can't help with that."));
    assert_eq!(error().await, "the provider answered 500: as the script says");
    assert_eq!(error().await, "the provider answered 429: as the script says (try again after 7s)");
    assert_eq!(error().await, "the connection to the provider failed");
    let filtered = next().await.expect("an answer");
    assert_eq!((filtered.finish, filtered.usage), (FinishReason::ContentFilter, Some(Usage::new(1, 2))));
    assert_eq!(error().await, "the provider's answer cannot be read: it ends without saying why");

    let started = Instant::now();
    assert!(timeout(Duration::from_hours(1), next()).await.is_err());
    assert_eq!(started.elapsed(), Duration::from_hours(1));
    assert_eq!((script.left(), script.seen().len()), (0, 8));
}
