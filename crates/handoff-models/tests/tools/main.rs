//! Models that call tools before they answer.

mod kit;
mod loops;

use std::sync::{Arc, Mutex};

use handoff::prelude::*;
use handoff_models::testing::Script;
use handoff_models::{Model, Prompt};

#[contract]
pub(crate) struct Word {
    #[check(len(1..=20))]
    pub(crate) word: String,
}

#[contract]
pub(crate) struct Meaning {
    pub(crate) text: String,
}

#[contract]
pub(crate) struct Answer {
    #[check(len(1..))]
    pub(crate) text: String,
}

/// What was looked up.
#[derive(Clone, Default)]
pub(crate) struct Seen(pub(crate) Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.lock().expect("a lock").clone()
    }
}

#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) model: Model,
    pub(crate) seen: Seen,
}

/// Says what a word means.
#[agent(timeout = "10s")]
async fn look_up(word: Word, State(Seen(seen)): State<Seen>) -> Result<Meaning, &'static str> {
    seen.lock().expect("a lock").push(word.word.clone());
    match word.word.as_str() {
        "never" => std::future::pending().await,
        "slow" => tokio::time::sleep(std::time::Duration::from_secs(3)).await,
        "unknown" => return Err("not in the dictionary"),
        _ => {}
    }
    Ok(Meaning { text: format!("what {} means", word.word) })
}

/// Counts letters.
#[agent]
async fn count(text: String) -> usize {
    text.len()
}

/// Explain this.
#[agent(tools(look_up, count), max_turns = 3, retries = 1, timeout = "60s", max_output_tokens = 200)]
async fn explain(question: String) -> Prompt<Answer>;

pipeline! { pub(crate) explaining(String) -> Answer { explain } }

pub(crate) fn runtime(script: &Script) -> (Runtime<App>, Seen) {
    let seen = Seen::default();
    let app = App { model: Model::new(script.clone()), seen: seen.clone() };
    (Runtime::builder().state(app).build(), seen)
}

pub(crate) fn answer(text: &str) -> Answer {
    Answer { text: text.to_owned() }
}

/// What an agent says of its run.
pub(crate) fn warnings<T>(done: &Envelope<T>) -> String {
    done.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
