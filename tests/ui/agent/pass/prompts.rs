//! Agents that return what is to be asked for their output.

#[path = "../prompt.rs"]
pub mod prompt;

use handoff::prelude::*;
use prompt::{Fast, Model, Prompt};
use std::convert::Infallible;

#[contract]
#[derive(PartialEq)]
pub struct Plan {
    pub text: String,
}

#[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
async fn plan(question: String) -> Prompt<Plan> {
    Prompt::new(question)
}

/// Split the question.
///
///  - No more than *five*.
#[agent]
async fn documented(question: String) -> Prompt<Plan>;

/// Be quick.
#[agent]
pub async fn fast(Plan { text }: Plan) -> Prompt<Plan, Fast>;

#[agent]
pub async fn fallible(plan: Plan, cx: Context) -> Result<prompt::Prompt<Plan>, Infallible> {
    Ok(prompt::Prompt::new(format!("{}: {}", cx.attempt(), plan.text)))
}

/// Never fails.
#[agent(output = Plan)]
pub async fn infallible(_: Plan) -> Result<Prompt<Plan>, Infallible>;

#[agent(blocking)]
fn computed(plan: Plan, State(model): State<Model>) -> Prompt<Plan> {
    Prompt::new(plan.text + &model.0.len().to_string())
}

#[agent(blocking)]
fn computed_and_fallible(plan: Plan) -> Result<Prompt<Plan, Fast>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Prompt::new(plan.text.parse::<u8>()?.to_string()))
}

/// Begin here.
#[doc = include_str!("prompts.txt")]
/// End there.
#[agent]
async fn written_elsewhere(question: String) -> Prompt<Plan>;

/// A contract that is called so.
mod ours {
    use handoff::prelude::*;

    #[contract]
    pub struct Prompt {
        pub text: String,
    }

    #[agent]
    pub async fn write(text: String) -> Prompt {
        Prompt { text }
    }
}

#[derive(Clone, FromRef)]
struct App {
    model: Model,
    fast: Fast,
}

pipeline! { by_plan(String) -> Plan { plan } }
pipeline! { by_documented(String) -> Plan { documented } }
pipeline! { by_fast(Plan) -> Plan { fast } }
pipeline! { by_fallible(Plan) -> Plan { fallible => infallible } }
pipeline! { by_computed(Plan) -> Plan { computed } }
pipeline! { by_number(Plan) -> Plan { computed_and_fallible } }
pipeline! { from_elsewhere(String) -> Plan { written_elsewhere } }
pipeline! { by_contract(String) -> ours::Prompt { ours::write } }

#[tokio::test]
async fn it_runs() {
    let model = Model(r#"{"text":"PROMPT"}"#.to_owned());
    let fast = Fast(Model(r#"{"text":"fast: PROMPT"}"#.to_owned()));
    let runtime = Runtime::builder().state(App { model, fast }).build();
    let text = |text: &str| Plan { text: text.to_owned() };
    let question = || "why".to_owned();
    assert_eq!(runtime.run(by_plan, question()).await.unwrap().payload, text("why"));
    assert_eq!(plan(question()).await.text, "why");
    assert_eq!(documented(question()).await.text, "Split the question.\n\n - No more than *five*.");
    // Not valid in a JSON string as it is.
    assert_eq!(runtime.run(by_documented, question()).await.unwrap_err().kind().as_str(), "contract");
    assert_eq!(runtime.run(by_fast, text("why")).await.unwrap().payload, text("fast: Be quick."));
    assert_eq!(runtime.run(by_fallible, text("why")).await.unwrap().payload, text("Never fails."));
    assert_eq!(runtime.run(by_computed, text("why")).await.unwrap().payload, text("why17"));
    assert_eq!(runtime.run(by_number, text("7")).await.unwrap().payload, text("fast: 7"));
    assert_eq!(runtime.run(by_number, text("why")).await.unwrap_err().kind().as_str(), "agent");
    assert_eq!(written_elsewhere(question()).await.text, "Begin here.\nIn a file.\n\nEnd there.\n");
    assert_eq!(runtime.run(by_contract, question()).await.unwrap().payload.text, "why");
}
