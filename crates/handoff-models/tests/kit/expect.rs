//! `Expect`.

use std::panic::{self, AssertUnwindSafe};

use expect_test::expect;
use handoff::prelude::*;
use handoff_models::testing::Expect;

use super::{Plan, Question, plan_of};

#[agent(role = planner)]
async fn plan(question: Question, cx: Context) -> Plan {
    if question.text == "hard" {
        cx.warn("it is a hard one");
        cx.note(WarningKind::Waited, "it waited 2.4 s for its turn at the model");
    }
    plan_of(2)
}

pipeline! { planning(Question) -> Plan { plan } }

async fn done(text: &str) -> Envelope<Plan> {
    Runtime::default().run(planning, Question { text: text.into() }).await.expect("a plan")
}

#[tokio::test(start_paused = true)]
async fn what_is_expected_is_accepted() {
    let easy = done("easy").await;
    Expect::new().assert(&easy);
    Expect::payload(&plan_of(2)).confidence(0.9).source("plan").warnings([]).assert(&easy);
    Expect::new().at("/subtasks/1/id", "t1").at("/subtasks/0", &easy.payload.subtasks[0]).assert(&easy);
    let hard = done("hard").await;
    Expect::new().warnings([WarningKind::Waited, WarningKind::Noted]).assert(&hard);
}

#[tokio::test(start_paused = true)]
async fn all_that_differs_is_told() {
    let mut other = plan_of(3);
    other.subtasks[1].description = "Find out why part 1 is as it is".into();
    other.subtasks[1].priority = 2;
    other.confidence = 0.75;
    let expected = Expect::payload(&other)
        .at("/subtasks/7/id", "t7")
        .confidence(0.75)
        .source("work")
        .warnings([WarningKind::RepairedByAsking, WarningKind::Noted]);
    let mismatch = expected.check(&done("hard").await).expect_err("it differs");
    assert_eq!(mismatch.differences().len(), 8);
    expect![[r#"
        the envelope from `plan` is not what was expected:
          /payload/subtasks/1/description from character 9: expected `Find out why part 1 is as it is`, found `Find out part 1`
          /payload/subtasks/1/priority: expected `2`, found `1`
          /payload/subtasks/2: expected `{"id":"t2","description":"Find out part 2","priority":1}`, found nothing
          /payload/confidence: expected `0.75`, found `0.9`
          /payload/subtasks/7/id: expected `"t7"`, found nothing
          /confidence: expected 0.75, found 0.9
          /source: expected `work`, found `plan`
          /warnings: expected [Noted, RepairedByAsking], found [Noted, Waited]
        with the warnings
          agent `plan`: it is a hard one
          agent `plan`: it waited 2.4 s for its turn at the model
    "#]]
    .assert_eq(&format!("{mismatch}\n"));
    assert_eq!(format!("{mismatch:?}"), mismatch.to_string());
}

#[tokio::test(start_paused = true)]
async fn of_many_differences_some_are_told() {
    let done = done("easy").await;
    let mut expected = Expect::new();
    for index in 10..30 {
        expected = expected.at(&format!("/subtasks/{index}"), "anything");
    }
    let mismatch = expected.check(&done).expect_err("it differs").to_string();
    assert_eq!(mismatch.lines().count(), 14);
    assert_eq!(mismatch.lines().last(), Some("  and 8 more"));
}

#[tokio::test(start_paused = true)]
async fn an_assertion_panics_with_what_differs() {
    let done = done("easy").await;
    let asserting = || Expect::new().confidence(1.0).warnings([WarningKind::Noted]).assert(&done);
    let panic = panic::catch_unwind(AssertUnwindSafe(asserting)).expect_err("it differs");
    expect![[r"
        the envelope from `plan` is not what was expected:
          /confidence: expected 1, found 0.9
          /warnings: expected [Noted], found []
    "]]
    .assert_eq(&format!("{}\n", panic.downcast_ref::<String>().expect("a text")));
}
