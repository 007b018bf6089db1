//! Agents that call agents, and agents that start runs.

use crate::agents::{Fate, Note, act, json, note};
use crate::stages::sequences::chain;
use crate::{About, Agents, Desk, Suite};
use handoff::prelude::*;

#[contract]
pub struct Word {
    #[check(len(1..=20))]
    pub word: String,
    pub fate: Fate,
}

#[contract]
pub struct Meaning {
    #[check(len(1..=200))]
    pub text: String,
}

#[contract]
pub struct Script {
    /// Tools, each with its arguments as JSON.
    pub calls: Vec<(String, String)>,
    /// What becomes of the agent when it has called them all.
    pub then: Fate,
}

/// Says what a word means.
#[agent(output = Meaning, timeout = "5s", retries = 1, backoff = "none")]
pub async fn look_up(word: Word, cx: Context) -> Result<Reply, BoxError> {
    cx.warn(format!("looked {} up", word.word));
    let good = Meaning { text: format!("what {} means to {}", word.word, cx.envelope().source) };
    act(word.fate, &cx, json(&good), r#"{"text":""}"#.to_owned()).await
}

#[agent]
pub async fn shout(text: String) -> String {
    text.to_uppercase()
}

pipeline! {
    /// Says it loudly.
    pub loudly(String) -> String { shout => shout }
}

#[agent(tools(look_up, loudly), output = Vec<String>, timeout = "60s", retries = 1, backoff = "none")]
pub async fn consult(script: Script, cx: Context) -> Result<Reply, BoxError> {
    let mut said = Vec::new();
    for (tool, arguments) in script.calls {
        said.push(match cx.call_tool(&tool, arguments).await {
            Ok(json) => json,
            Err(error) => error.for_model(),
        });
    }
    act(script.then, &cx, json(&said), "[1]".to_owned()).await
}

/// Has a run of its own.
#[agent(timeout = "60s")]
pub async fn delegate(note: Note) -> Result<Note, PipelineError> {
    let runtime = Runtime::builder().state(Desk::default()).build();
    Ok(runtime.run(chain, note).await?.payload)
}

pipeline! { pub consulted(Script) -> Vec<String> { consult } }
pipeline! { pub delegated(Note) -> Note { delegate } }

fn script(calls: &[(&str, &str)], then: Fate) -> Script {
    let calls = calls.iter().map(|(tool, arguments)| ((*tool).to_owned(), (*arguments).to_owned()));
    Script { calls: calls.collect(), then }
}

pub(crate) fn each(suite: &mut impl Suite) {
    let about = |what| About::new("agents that call agents", what);
    let tides = r#"{"word":"tides","fate":"Well"}"#;
    suite.case(
        about("a tool, and a pipeline as a tool"),
        consulted,
        script(&[("look_up", tides), ("loudly", r#""off""#)], Fate::Well),
    );
    suite.case(
        about("what is wrong with a call is said to whoever calls"),
        consulted,
        script(&[("look_up", r#"{"word":"","sense":1}"#), ("look_up", "{"), ("lookup", "{}")], Fate::Well),
    );
    for (what, fate) in [
        ("a tool fails at first", "Flaky"),
        ("a tool fails", "Error"),
        ("a tool panics", "Panic"),
        ("a tool breaks its contract", "Drift"),
        ("a tool hangs", "Hang"),
    ] {
        let arguments = format!(r#"{{"word":"moons","fate":"{fate}"}}"#);
        suite.case(
            about(what),
            consulted,
            script(&[("look_up", &arguments), ("look_up", tides)], Fate::Well),
        );
    }
    suite.case(about("whoever calls fails at first"), consulted, script(&[("look_up", tides)], Fate::Flaky));
    suite.case(about("whoever calls fails"), consulted, script(&[("look_up", tides)], Fate::Error));
    suite.case(about("a run in a run"), delegated, note(&[]));
    suite.case(about("a run in a run fails"), delegated, note(&[("polish", Fate::Drift)]));
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<look_up>();
    agents.agent::<shout>();
    agents.agent::<consult>();
    agents.agent::<delegate>();
}
