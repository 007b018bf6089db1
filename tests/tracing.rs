//! Spans and events of runs, as a subscriber sees them.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
)]

use handoff::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, OnceLock, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// Writes down every span that is opened and every event, with the spans around it.
#[derive(Default)]
struct Collector {
    next: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    spans: HashMap<u64, Span>,
    open: Vec<(std::thread::ThreadId, u64)>,
    lines: Vec<String>,
}

struct Span {
    above: Option<u64>,
    name: String,
    metadata: &'static Metadata<'static>,
}

impl Seen {
    fn current(&self) -> Option<u64> {
        let thread = std::thread::current().id();
        self.open.iter().rev().find(|(entered, _)| *entered == thread).map(|(_, span)| *span)
    }

    /// The spans from the outside in.
    fn path(&self, span: Option<u64>) -> String {
        let Some(span) = span.and_then(|span| self.spans.get(&span)) else { return String::new() };
        format!("{}{} > ", self.path(span.above), span.name)
    }
}

fn collector() -> &'static Collector {
    static COLLECTOR: OnceLock<Collector> = OnceLock::new();
    COLLECTOR.get_or_init(Collector::default)
}

impl Collector {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a span or an event is called.
#[derive(Default)]
struct Name {
    name: String,
}

impl Visit for Name {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            // Not in quotes, which a text has.
            "message" | "otel.name" => self.name = format!("{value:?}").replace('"', ""),
            _ => {}
        }
    }
}

struct Global;

impl Subscriber for Global {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "handoff"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut name = Name::default();
        attributes.record(&mut name);
        let id = collector().next.fetch_add(1, SeqCst) + 1;
        let mut seen = collector().seen();
        let above = attributes.parent().map(Id::into_u64).or_else(|| seen.current());
        let metadata = attributes.metadata();
        seen.spans.insert(id, Span { above, name: name.name, metadata });
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut name = Name::default();
        event.record(&mut name);
        let mut seen = collector().seen();
        let path = seen.path(event.parent().map(Id::into_u64).or_else(|| seen.current()));
        seen.lines.push(format!("{} {path}{}", event.metadata().level(), name.name));
    }

    fn enter(&self, span: &Id) {
        collector().seen().open.push((std::thread::current().id(), span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        let entered = (std::thread::current().id(), span.into_u64());
        let mut seen = collector().seen();
        if let Some(at) = seen.open.iter().rposition(|open| *open == entered) {
            seen.open.remove(at);
        }
    }

    fn current_span(&self) -> Current {
        let seen = collector().seen();
        match seen.current().and_then(|id| Some((id, seen.spans.get(&id)?.metadata))) {
            Some((id, metadata)) => Current::new(Id::from_u64(id), metadata),
            None => Current::none(),
        }
    }
}

#[contract]
pub struct Words {
    pub words: Vec<String>,
}

#[agent(role = planner)]
async fn split(text: String) -> Words {
    Words { words: text.split(' ').map(ToOwned::to_owned).collect() }
}

#[agent(retries = 1)]
async fn count(word: String, cx: Context) -> Result<usize, String> {
    tokio::task::yield_now().await;
    tracing::info!(target: "handoff", "the agent's own event");
    if word == "secret" && cx.attempt() == 1 { Err("asked to look away".into()) } else { Ok(word.len()) }
}

#[agent(role = "adder")]
async fn add(counts: Vec<usize>) -> Result<usize, String> {
    if counts.contains(&0) { Err("nothing to add".into()) } else { Ok(counts.iter().sum()) }
}

pipeline! { pub counting(String) -> usize { split => fan_out(words) count => barrier(all) => add } }

/// One test, because the subscriber is the process's.
#[test]
fn spans_follow_what_goes_on_in_them_through_all_threads() {
    tracing::subscriber::set_global_default(Global).expect("the only one");
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(3).build();
    let tokio = tokio.expect("a tokio runtime");
    let runtime = Runtime::builder()
        .backoff(handoff::Backoff::new(std::time::Duration::ZERO, std::time::Duration::ZERO))
        .build();

    let outer = tracing::info_span!(target: "handoff", "request", otel.name = "request");
    let run = runtime.run(counting, "a secret word".to_owned());
    let result = tokio.block_on(tracing::Instrument::instrument(run, outer));
    assert_eq!(result.expect("all is well").payload, 11);
    let mut lines = std::mem::take(&mut collector().seen().lines);
    let run = "request > invoke_workflow counting > ";
    assert_eq!(lines.first(), Some(&format!("INFO {run}run started")));
    assert_eq!(lines.last(), Some(&format!("INFO {run}run ended")));
    lines.sort();
    let task = format!("{run}fan_out count > task count > ");
    let mut expected = vec![
        format!("INFO {run}run started"),
        format!("INFO {run}run ended"),
        format!("DEBUG {run}handoff"),
        format!("DEBUG {run}invoke_agent split > handoff"),
        format!("DEBUG {run}fan_out count > handoff"),
        format!("DEBUG {run}invoke_agent add > handoff"),
        format!("WARN {task}invoke_agent count > attempt failed"),
        format!("WARN {task}warning"),
        format!("INFO {task}invoke_agent count > the agent's own event"),
    ];
    for _ in ["a", "secret", "word"] {
        expected.push(format!("DEBUG {task}handoff"));
        expected.push(format!("DEBUG {task}invoke_agent count > handoff"));
        expected.push(format!("INFO {task}invoke_agent count > the agent's own event"));
    }
    expected.sort();
    assert_eq!(lines, expected);

    tokio.block_on(runtime.run(counting, "two  spaces".to_owned())).expect_err("an empty word");
    let lines = std::mem::take(&mut collector().seen().lines);
    assert_eq!(lines.last().map(String::as_str), Some("ERROR invoke_workflow counting > run ended"));
    assert!(collector().seen().open.is_empty(), "every span that was entered was left");
}
