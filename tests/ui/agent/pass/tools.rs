//! Whatever is an agent is a tool: pipelines, agents that block, agents with tools, and what takes no object.

#[path = "../prompt.rs"]
pub mod prompt;

use handoff::prelude::*;
use prompt::{Model, Prompt};

/// Says what a word means.
#[agent(blocking)]
fn look_up(word: String) -> String {
    word
}

#[agent(name = "search the web")]
async fn search(words: Vec<String>, State(Model(_)): State<Model>) -> Option<String> {
    words.into_iter().next()
}

#[agent]
async fn now((): ()) -> u64 {
    0
}

pipeline! { twice(String) -> String { look_up => look_up } }

/// Work it out.
#[agent(tools(look_up, self::now), max_turns = 3)]
async fn work(task: String) -> Prompt<String>;

const TURNS: u32 = 2 + 4;

#[agent(retries = 2, max_turns = TURNS, tools(work, search, twice,))]
async fn plan(question: String) -> Prompt<String> {
    Prompt::new(question)
}

#[agent(tools(now))]
async fn by_hand(question: String, cx: Context) -> Result<String, handoff::agent::ToolError> {
    cx.call_tool("now", question).await
}

pipeline! { planned(String) -> String { plan => by_hand } }

#[test]
fn it_runs() {
    let runtime = Runtime::builder()
        .state(Model("a".to_owned()))
        .replace::<plan>()
        .by_fn(|question| question)
        .agent::<work>(|a| a.retries(1))
        .build();
    let _ = runtime.run(planned, String::new());
}
