//! What the cases are made of.

use handoff::agent::ToolError;
use handoff::prelude::*;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// So far apart is what may not happen at once.
const STEP: Duration = Duration::from_millis(200);

#[contract]
pub struct Note {
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub struct Parts {
    pub parts: Vec<String>,
}

#[contract]
pub struct Counts {
    pub by_word: HashMap<String, u32>,
    pub seen: HashSet<String>,
}

#[contract]
pub struct Tick {
    pub text: String,
    pub number: u32,
}

fn note(text: impl Into<String>) -> Note {
    Note { text: text.into(), confidence: 0.8 }
}

#[agent]
pub async fn first(text: String, cx: Context) -> String {
    cx.warn(format!("first noticed {} letters", text.len()));
    tokio::time::sleep(STEP).await;
    format!("{text} 1")
}

#[agent]
pub async fn second(text: String) -> String {
    tokio::time::sleep(STEP).await;
    format!("{text} 2")
}

#[agent]
pub async fn third(text: String) -> Note {
    note(format!("{text} 3"))
}

#[agent]
pub async fn refine(draft: Note) -> Note {
    note(format!("{}+", draft.text))
}

#[agent(role = planner)]
pub async fn split(text: String) -> Parts {
    Parts { parts: text.split(' ').map(str::to_owned).collect() }
}

/// The longer the later; fails on what begins so.
#[agent]
pub async fn work(part: String, cx: Context) -> Result<String, String> {
    tokio::time::sleep(STEP * u32::try_from(part.len()).unwrap()).await;
    cx.warn(format!("worked on {part}"));
    if part.starts_with("bad") { Err(format!("{part} is bad")) } else { Ok(part.to_uppercase()) }
}

#[agent(role = aggregator)]
pub async fn merge(parts: Vec<String>) -> String {
    parts.join(" ")
}

#[agent(role = aggregator)]
pub async fn total(parts: Partial<String>) -> String {
    let failed: Vec<_> = parts.failures().map(|failure| failure.message.clone()).collect();
    let results: Vec<_> = parts.results().map(String::as_str).collect();
    format!("{} of {}: {} / {}", results.len(), parts.total(), results.join(" "), failed.join(", "))
}

/// Fails as often as its input says, and remembers.
#[agent(retries = 3)]
pub async fn flaky(fails: u32, cx: Context) -> Result<String, String> {
    if cx.attempt() <= fails {
        return Err(format!("not yet, {}", cx.attempt()));
    }
    let last = cx.last_error().map(ToString::to_string).unwrap_or_default();
    Ok(format!("at attempt {} after: {last}", cx.attempt()))
}

/// Succeeds with the third attempt, as it knows by what it keeps.
#[agent(retries = 5)]
pub async fn counts((): (), cx: Context) -> Result<u32, &'static str> {
    let attempts = cx.kept::<u32>().unwrap_or_default() + 1;
    cx.keep(attempts);
    if attempts < 3 { Err("not yet") } else { Ok(attempts) }
}

/// The tests say which number it has.
#[agent]
pub async fn tick(text: String) -> Tick {
    Tick { text, number: 0 }
}

#[agent(retries = 1)]
pub async fn hasty(_: String) -> Result<String, BoxError> {
    Err(Verdict::After(Duration::from_secs(3)).on("busy"))
}

#[agent(timeout = "100ms", retries = 1)]
pub async fn slow(text: String) -> String {
    tokio::time::sleep(STEP).await;
    text
}

#[agent]
pub async fn lasting(text: String) -> String {
    tokio::time::sleep(STEP * 20).await;
    text
}

#[agent(output = Parts, retries = 1)]
pub async fn model(text: String, cx: Context) -> Reply {
    let usage = Usage::new(10, 5);
    let reply = if cx.attempt() == 1 {
        r#"{"pieces": []}"#.to_owned()
    } else {
        format!(r#"{{"parts": [{text:?}]}}"#)
    };
    Reply::new(reply).usage(usage).model("small")
}

#[agent]
pub async fn count(text: String) -> Counts {
    let mut counts = Counts { by_word: HashMap::new(), seen: HashSet::new() };
    for word in text.split(' ') {
        *counts.by_word.entry(word.to_owned()).or_default() += 1;
        counts.seen.insert(word.to_owned());
    }
    counts
}

#[agent]
pub async fn most(counts: Counts) -> usize {
    counts.by_word.len() + counts.seen.len()
}

#[agent(blocking)]
pub fn counted(text: String) -> usize {
    text.len()
}

#[agent]
pub async fn look_up(word: String) -> String {
    format!("<{word}>")
}

#[agent(tools(look_up), timeout = "60s")]
pub async fn asks(text: String, cx: Context) -> Result<String, ToolError> {
    let found = cx.call_tool("look_up", format!("{text:?}")).await?;
    Ok(format!("found {found}"))
}

#[agent]
pub async fn starts(text: String, cx: Context) -> Result<String, PipelineError> {
    Ok(cx.run(chain, text).await?.payload.text)
}

#[agent]
pub async fn panics(text: String) -> String {
    panic!("at {text}")
}

pipeline! { pub chain(String) -> Note { first => second => third } }
pipeline! { pub nested(String) -> Note { first => chain => refine } }
pipeline! { pub all(String) -> String { split => fan_out(parts, max = 8) work => barrier(all) => merge } }
pipeline! { pub settled(String) -> String { split => fan_out(parts, max = 8) work => barrier(settled) => total } }
pipeline! { pub at_least(String) -> String { split => fan_out(parts, max = 8) work => barrier(at_least = 50%) => total } }
pipeline! { pub first_two(String) -> String { split => fan_out(parts, max = 8) work => barrier(first = 2) => total } }
pipeline! { pub in_time(String) -> String { split => fan_out(parts, max = 8) work => barrier(settled, deadline = "700ms") => total } }
pipeline! { pub two_at_once(String) -> String { split => fan_out(parts, max = 8, concurrency = 2) work => barrier(settled) => total } }
pipeline! { pub labelled(String) -> String { split => fan_out(parts, max = 8, label = |part| part.to_uppercase()) work => barrier(all) => merge } }
pipeline! {
    pub recovered(String) -> String {
        split => fan_out(parts, max = 8, recover = |part, failure| format!("{part} for {}", failure.message)) work
            => barrier(all) => merge
    }
}
pipeline! { pub both(String) -> (String, usize) { join(second, counted) } }
pipeline! { pub both_or_none(String) -> (String, String) { join(second, panics) } }
pipeline! { pub either(String) -> String { race(second, panics, lasting) } }
pipeline! { pub none(String) -> String { race(panics, slow) } }
pipeline! { pub instead(String) -> String { slow or panics or second } }
pipeline! { pub retried(u32) -> String { flaky } }
pipeline! { pub counting(()) -> u32 { counts } }
pipeline! { pub ticking(String) -> Tick { tick => map(|tick| tick.text) => tick => map(|tick| tick.text) => tick } }
pipeline! { pub late(String) -> String { slow } }
pipeline! { pub busy(String) -> String { hasty } }
pipeline! { pub broken_once(String) -> Parts { model } }
pipeline! { pub unordered(String) -> usize { count => most } }
pipeline! { pub tools(String) -> String { asks } }
pipeline! { pub runs(String) -> String { starts } }
pipeline! { pub rounds(String) -> Note { third => repeat(max = 3, until = |draft| draft.text.ends_with("++")) { refine } } }
pipeline! { pub too_few_rounds(String) -> Note { third => repeat(max = 2, until = |_| false) { refine } } }
pipeline! { pub last_round(String) -> Note { third => repeat(max = 2, until = |_| false, else = last) { refine } } }
pipeline! { pub mapped(String) -> String { first => map(|text| format!("({text})")) => second } }
pipeline! { pub gated(String) -> Note { third => gate(confidence >= 0.5) => refine } }
pipeline! { pub refused(String) -> Note { third => gate(confidence >= 0.9) => refine } }
pipeline! { pub review(String) -> (String, String) { join(second, all) } }
pipeline! { pub deep(Vec<String>) -> Vec<String> { fan_out(|texts| texts, max = 8) { settled } => barrier(all) } }
pipeline! { pub with_items(String) -> Vec<(String, String)> { split => fan_out(parts, max = 8, keep) work => barrier(all) } }
