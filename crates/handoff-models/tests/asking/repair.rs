use std::sync::{Arc, Mutex};

use handoff::prelude::*;
use handoff::{Event, Usage, WarningKind};
use handoff_models::testing::{FakeModel, Script};
use handoff_models::{Model, Prompt, Speaker};

use crate::agents::{App, Plan, plan_of, planned, question, runtime};

#[tokio::test(start_paused = true)]
async fn the_next_attempt_is_told_what_was_wrong_with_the_last() {
    let broken = [r#"{"subtasks":[],"confidence":2}"#, r#"{"subtasks":[],"confidence":1}"#];
    let script = Script::new().text(broken[0]).text(broken[1]).value(&plan_of(2));
    let done = runtime(Model::new(script.clone())).run(planned, question()).await.expect("a plan");
    assert_eq!(done.payload, plan_of(2));

    let seen = script.seen();
    let said = |attempt: usize| seen[attempt].messages.iter().map(|turn| (turn.speaker, turn.text.as_str()));
    assert_eq!(said(0).count(), 1);
    // The last answer, and not all that came before it.
    let turns: Vec<_> = said(2).collect();
    assert_eq!((turns.len(), turns[1]), (3, (Speaker::Model, broken[1])));
    assert_eq!(
        turns[2].1,
        "Your reply does not fit `Plan`:\n1. /subtasks: expected 1 to 4 items, found 0\n\
         Fix all of this, and reply with the whole JSON and nothing else."
    );
    let repaired = done.warnings.iter().find(|warning| warning.kind == WarningKind::RepairedByAsking);
    assert_eq!(
        repaired.expect("a warning").message.as_ref(),
        "its reply was repaired by asking again: attempt 3"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cut_answer_is_not_sent_back() {
    let script = Script::new().cut(r#"{"subtasks":[{"id":"t"#).value(&plan_of(1));
    let done = runtime(Model::new(script.clone())).run(planned, question()).await.expect("a plan");
    assert_eq!(done.payload, plan_of(1));
    let turns = &script.seen()[1].messages;
    assert_eq!((turns.len(), turns[1].speaker), (2, Speaker::User));
    assert!(turns[1].text.contains("fewer words"));
}

#[tokio::test(start_paused = true)]
async fn a_failure_in_between_does_not_lose_what_was_wrong() {
    let script = Script::new().text("{}").status(500).value(&plan_of(1));
    runtime(Model::new(script.clone())).run(planned, question()).await.expect("a plan");
    assert_eq!(script.seen()[2].messages.len(), 3);
}

/// What a run has told.
#[derive(Clone, Default)]
struct Heard {
    usage: Arc<Mutex<Option<Usage>>>,
    progress: Arc<Mutex<Vec<(u32, u64)>>>,
}

impl Observer for Heard {
    fn observe(&self, _: handoff::TraceId, event: &Event<'_>) {
        match event {
            Event::RunEnded { usage, .. } => *self.usage.lock().expect("a lock") = Some(*usage),
            Event::Progress { attempt, done, .. } => {
                self.progress.lock().expect("a lock").push((*attempt, *done));
            }
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_tokens_of_failed_attempts_are_counted() {
    use handoff_models::Completion;

    let used = |text: &str, tokens| Completion::new(text).usage(Usage::new(tokens, 1));
    let good = serde_json::to_string(&plan_of(1)).expect("JSON");
    let script = Script::new()
        .completion(used("{}", 100))
        .completion(used("", 20).finish(handoff::FinishReason::Length))
        .completion(used(&good, 3));
    let heard = Heard::default();
    let model = Model::new(script);
    let state = App { fast: crate::agents::fast(&model), model };
    let runtime = Runtime::builder().state(state).observer(heard.clone()).build();
    runtime.run(planned, question()).await.expect("a plan");
    assert_eq!(*heard.usage.lock().expect("a lock"), Some(Usage::new(123, 3)));
    assert_eq!(*heard.progress.lock().expect("a lock"), [(1, 1), (2, 1), (3, 1)]);
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "checks are handed references")]
fn even(n: &u32) -> Result<(), String> {
    if n.is_multiple_of(2) { Ok(()) } else { Err("must be even".to_owned()) }
}

#[contract]
pub(crate) struct Even {
    #[check(with(even))]
    pub(crate) n: u32,
}

/// Think of an even number.
#[agent]
async fn think(of: String) -> Prompt<Even>;

pipeline! { thought(String) -> Even { think } }

#[tokio::test(start_paused = true)]
async fn what_no_schema_says_is_adjusted() {
    for seed in 0..50 {
        let fake = FakeModel::seeded(seed).adjust::<Even>(|even| even.n &= !1);
        let done = runtime(Model::new(fake)).run(thought, "a".to_owned()).await.expect("a number");
        assert!(done.payload.n.is_multiple_of(2) && done.warnings.is_empty());
    }
}

#[agent(retries = 1)]
async fn twice(
    goal: String,
    State(model): State<Model>,
    cx: Context,
) -> Result<usize, handoff_models::ModelError> {
    let first: Plan = model.ask(Prompt::new("One.").input(&goal), &cx).await?;
    let second: Plan = model.ask(Prompt::new("Two.").input(&goal), &cx).await?;
    Ok(first.subtasks.len() + second.subtasks.len())
}

pipeline! { both(String) -> usize { twice } }

#[tokio::test(start_paused = true)]
async fn an_agent_that_asks_twice_repairs_what_was_broken_alone() {
    let script = Script::new().value(&plan_of(1)).text("{}").value(&plan_of(1)).value(&plan_of(2));
    let done = runtime(Model::new(script.clone())).run(both, "a".to_owned()).await.expect("two plans");
    assert_eq!(done.payload, 3);
    let turns: Vec<_> = script.seen().iter().map(|request| request.messages.len()).collect();
    assert_eq!(turns, [1, 1, 1, 3]);
}

#[agent(retries = 1)]
async fn same(
    goal: String,
    State(model): State<Model>,
    cx: Context,
) -> Result<usize, handoff_models::ModelError> {
    let prompt = Prompt::new("Plan.").input(&goal);
    let first: Plan = model.ask(prompt.clone(), &cx).await?;
    let second: Plan = model.ask(prompt, &cx).await?;
    Ok(first.subtasks.len() + second.subtasks.len())
}

pipeline! { both_the_same(String) -> usize { same } }

#[tokio::test(start_paused = true)]
async fn a_question_that_is_asked_once_more_after_its_repair_is_a_new_one() {
    let script = Script::new().text("{}").value(&plan_of(1)).value(&plan_of(2));
    let done =
        runtime(Model::new(script.clone())).run(both_the_same, "a".to_owned()).await.expect("two plans");
    assert_eq!(done.payload, 3);
    let turns: Vec<_> = script.seen().iter().map(|request| request.messages.len()).collect();
    assert_eq!(turns, [1, 3, 1]);
    let repaired = done.warnings.iter().filter(|warning| warning.kind == WarningKind::RepairedByAsking);
    assert_eq!(repaired.count(), 1);
}

/// A file ends in a new line.
#[doc = "\n  "]
#[doc = concat!("Split it.", "\n\n")]
#[agent]
async fn from_a_file(of: String) -> Prompt<Plan>;

#[tokio::test]
async fn blank_lines_around_a_documentation_are_not_asked() {
    let prompt = from_a_file("a".to_owned()).await;
    assert!(prompt.text().starts_with("A file ends in a new line.\n\n"), "{}", prompt.text());
    assert!(prompt.text().contains("Split it.\n\n<"), "{}", prompt.text());
}

#[contract]
pub(crate) struct Wrapped {
    #[check(len(1..))]
    pub(crate) text: String,
}

/// Say it.
#[agent]
async fn fenced(of: String) -> Result<Prompt<Wrapped>, BoxError> {
    Ok(Prompt::new("Say it.").input(&of).lenient())
}

pipeline! { said(String) -> Wrapped { fenced } }

#[tokio::test(start_paused = true)]
async fn what_is_left_out_of_an_answer_leaves_a_warning() {
    let script = Script::new().text("Here:\n```json\n{\"text\":\"a\"}\n```");
    let done = runtime(Model::new(script)).run(said, "a".to_owned()).await.expect("a text");
    let warning = done.warnings.iter().next().expect("a warning");
    assert_eq!((warning.kind, done.payload.text.as_str()), (WarningKind::Repaired, "a"));
}
