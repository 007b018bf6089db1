//! What a baseline learns of a log.

use std::sync::atomic::{AtomicUsize, Ordering};

use handoff::Baseline;
use handoff::agent::ToolError;
use handoff::prelude::*;
use handoff_log::{Log, RunLog};

use super::support::file;

#[contract]
#[derive(PartialEq)]
pub struct Note {
    pub text: String,
    pub is_good: bool,
}

#[agent]
async fn split(topics: String) -> Vec<String> {
    topics.split(' ').map(str::to_owned).collect()
}

#[agent(retries = 1)]
async fn look(topic: String) -> Result<Note, String> {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    if CALLS.fetch_add(1, Ordering::Relaxed) == 1 {
        Err(topic)
    } else {
        Ok(Note { text: topic, is_good: false })
    }
}

#[agent]
async fn merge(notes: Vec<Note>) -> Note {
    let texts: Vec<_> = notes.into_iter().map(|note| note.text).collect();
    Note { text: texts.join(", "), is_good: false }
}

#[agent(retries = 0)]
async fn polish(_: Note) -> Result<Note, &'static str> {
    Err("not today")
}

#[agent]
async fn improve(note: Note) -> Note {
    Note { text: note.text + "!", is_good: true }
}

#[agent]
async fn count(note: Note) -> u64 {
    note.text.len() as u64
}

#[agent]
async fn shout(note: Note) -> String {
    note.text.to_uppercase()
}

#[agent]
async fn end((count, text): (u64, String)) -> String {
    format!("{count} {text}")
}

// What `merge` makes goes by the door for `polish`, for `improve`, and for both branches.
pipeline! {
    study(String) -> String {
        split => fan_out(|all| all) look => barrier(all) => merge
        => polish or improve
        => join(count, shout) => end
    }
}

#[tokio::test]
async fn of_each_agent_the_first_output_of_a_run_is_learned() {
    let path = file("learn");
    let log = Log::create(&path).unwrap().payloads();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let done = runtime.run(study, "high low".to_owned()).await.unwrap();
    assert_eq!(done.payload, "10 HIGH, LOW!");
    log.flush().unwrap();

    let note = |text: &str, is_good| Note { text: text.to_owned(), is_good };
    let mut expected = Baseline::new();
    expected.add::<split>(&vec!["high".to_owned(), "low".to_owned()]);
    expected.add::<look>(&note("high", false));
    expected.add::<merge>(&note("high, low", false));
    expected.add::<improve>(&note("high, low!", true));
    expected.add::<count>(&10);
    expected.add::<shout>(&"HIGH, LOW!".to_owned());
    expected.add::<end>(&done.payload);

    let mut learned = Baseline::new();
    let outputs = RunLog::open(&path).unwrap().teach(&mut learned);
    assert_eq!((outputs, learned), (7, expected));
}

#[agent(tools(count))]
async fn ask(note: Note, cx: Context) -> Result<String, ToolError> {
    cx.call_tool("count", serde_json::to_string(&note).unwrap()).await
}

pipeline! { asking(Note) -> String { ask } }

#[tokio::test]
async fn what_an_agent_calls_its_tools_with_is_not_learned() {
    let path = file("learn_tools");
    let log = Log::create(&path).unwrap().payloads();
    let runtime = Runtime::builder().observer(log.clone()).build();
    let note = Note { text: "high".to_owned(), is_good: true };
    assert_eq!(runtime.run(asking, note).await.unwrap().payload, "4");
    log.flush().unwrap();

    let mut expected = Baseline::new();
    expected.add::<count>(&4);
    expected.add::<ask>(&"4".to_owned());
    let mut learned = Baseline::new();
    let outputs = RunLog::open(&path).unwrap().teach(&mut learned);
    assert_eq!((outputs, learned), (2, expected));
}
