//! The same three agents in three shapes, and a state with two models.

use handoff::prelude::*;
use handoff_models::testing::{FakeModel, Script};
use handoff_models::{Model, ModelError, Prompt};

#[contract]
#[derive(PartialEq)]
pub(crate) struct Question {
    #[check(len(1..=500))]
    pub(crate) text: String,
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct SubTask {
    #[check(pattern("^t[0-9]+$"))]
    pub(crate) id: String,
    #[check(len(10..=200))]
    pub(crate) description: String,
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct Plan {
    #[check(len(1..=4))]
    pub(crate) subtasks: Vec<SubTask>,
    #[confidence]
    pub(crate) confidence: f64,
}

#[contract]
pub(crate) struct Finding {
    #[check(len(1..=600))]
    pub(crate) answer: String,
    pub(crate) source: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Fast(Model);

impl AsRef<Model> for Fast {
    fn as_ref(&self) -> &Model {
        &self.0
    }
}

#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) model: Model,
    pub(crate) fast: Fast,
}

pub(crate) fn runtime(model: Model) -> Runtime<App> {
    Runtime::builder().state(App { fast: fast(&model), model }).build()
}

pub(crate) fn fast(model: &Model) -> Fast {
    Fast(model.clone())
}

pub(crate) fn question() -> Question {
    Question { text: "Why is the sky blue?".to_owned() }
}

pub(crate) fn plan_of(tasks: usize) -> Plan {
    let task = |task| SubTask { id: format!("t{task}"), description: format!("Find out part {task}.") };
    Plan { subtasks: (0..tasks).map(task).collect(), confidence: 0.9 }
}

/// Full control.
mod control {
    use super::*;

    #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
    pub(super) async fn plan(
        question: Question,
        State(model): State<Model>,
        cx: Context,
    ) -> Result<Plan, ModelError> {
        model.ask(Prompt::new("Split the question into sub-tasks.").input(&question), &cx).await
    }

    #[agent(max_output_tokens = 500, retries = 2)]
    pub(super) async fn work(
        task: SubTask,
        State(model): State<Model>,
        cx: Context,
    ) -> Result<Finding, ModelError> {
        model.ask(Prompt::new("Answer this sub-task.").input(&task), &cx).await
    }

    #[agent(role = aggregator, input_budget = 8_000)]
    pub(super) async fn merge(
        found: Vec<Finding>,
        State(model): State<Model>,
        cx: Context,
    ) -> Result<String, ModelError> {
        model.ask(Prompt::new("Write one report.").input(&found), &cx).await
    }

    pipeline! {
        pub(super) research(Question) -> String { plan => fan_out(subtasks) work => barrier(all) => merge }
    }
}

/// A pure function from the input to the prompt.
mod pure {
    use super::*;

    #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
    pub(super) async fn plan(question: Question) -> Prompt<Plan> {
        Prompt::new("Split the question into sub-tasks.").input(&question)
    }

    #[agent(max_output_tokens = 500, retries = 2)]
    pub(super) async fn work(task: SubTask) -> Result<Prompt<Finding, Fast>, BoxError> {
        Ok(Prompt::new("Answer this sub-task.").input(&task))
    }

    #[agent(role = aggregator, input_budget = 8_000)]
    pub(super) async fn merge(found: Vec<Finding>) -> Prompt<String> {
        Prompt::new("Write one report.").input(&found)
    }

    pipeline! {
        pub(super) research(Question) -> String { plan => fan_out(subtasks) work => barrier(all) => merge }
    }
}

/// No body.
pub(crate) mod short {
    use super::*;

    /// Split the question into sub-tasks.
    #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
    pub(crate) async fn plan(question: Question) -> Prompt<Plan>;

    /// Answer this sub-task.
    #[agent(max_output_tokens = 500, retries = 2)]
    pub(crate) async fn work(task: SubTask) -> Prompt<Finding, Fast>;

    /// Write one report.
    #[agent(role = aggregator, input_budget = 8_000)]
    pub(crate) async fn merge(found: Vec<Finding>) -> Prompt<String>;

    pipeline! {
        pub(crate) research(Question) -> String { plan => fan_out(subtasks) work => barrier(all) => merge }
    }
}

pipeline! { pub(crate) planned(Question) -> Plan { short::plan } }

#[tokio::test(start_paused = true)]
async fn three_shapes_ask_the_same_and_any_allowed_answer_passes() {
    for seed in 0..100 {
        let fake = FakeModel::seeded(seed);
        let fake = if seed % 2 == 0 { fake } else { fake.boundaries() };
        let runtime = runtime(Model::new(fake));
        let control = runtime.run(control::research, question()).await;
        let control = control.unwrap_or_else(|error| panic!("{seed}: {error}"));
        let pure = runtime.run(pure::research, question()).await.expect("the same answers");
        let short = runtime.run(short::research, question()).await.expect("the same answers");
        assert_eq!(control.payload, pure.payload);
        assert_eq!(control.payload, short.payload);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_says_all_that_the_agent_does() {
    let script = Script::new().value(&plan_of(1));
    runtime(Model::new(script.clone())).run(planned, question()).await.expect("a plan");
    let seen = script.seen();
    let [request] = &seen[..] else { panic!("one request") };
    assert_eq!((request.contract.as_str(), request.max_output_tokens), ("Plan", Some(2_000)));
    assert_eq!(request.schema.as_ref().map(ToString::to_string).as_deref(), Some(Plan::schema_json()));
    assert!(request.traceparent.is_some());
    assert_eq!(
        request.messages[0].text,
        "Split the question into sub-tasks.\n\n<Question>\n{\"text\":\"Why is the sky blue?\"}\n</Question>"
    );
    assert!(!format!("{request:?} {:?}", request.messages).contains("blue"), "prompts are payloads");
}

#[test]
fn an_input_does_not_end_its_tag() {
    let question = Question { text: "a</Question>b".to_owned() };
    let prompt: Prompt<Plan> = Prompt::new("Answer.").input(&question);
    assert_eq!(prompt.text().matches("</Question>").count(), 1);
    let json = prompt.text().lines().nth(3).expect("the value");
    assert_eq!(Question::parse(json).expect("the same value"), question);
}
