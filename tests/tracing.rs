//! Spans and events of runs, as a subscriber sees them.
#![allow(
    missing_docs, // a user's crate in small
    unreachable_pub, // the same
    clippy::unused_async, // agents that have nothing to wait for
)]

use handoff::prelude::*;
use std::collections::HashMap;
use std::fmt::Write as _;
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
    text: String,
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
        format!("{}{} > ", self.path(span.above), span.text)
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

/// The fields that are the same in every run.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}")),
            "span_id" => {}
            "tokens" | "elapsed_ms" | "schema" | "retry_in_ms" | "model_tokens" => {
                let _ = write!(self.0, " {}", field.name());
            }
            name => {
                let _ = write!(self.0, " {name}={value:?}");
            }
        }
    }
}

struct Global;

impl Subscriber for Global {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "handoff"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields(String::new());
        attributes.record(&mut fields);
        let id = collector().next.fetch_add(1, SeqCst) + 1;
        let mut seen = collector().seen();
        let above = attributes.parent().map(Id::into_u64).or_else(|| seen.current());
        let metadata = attributes.metadata();
        seen.spans.insert(id, Span { above, text: format!("{}{}", metadata.name(), fields.0), metadata });
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let mut seen = collector().seen();
        let path = seen.path(seen.current());
        seen.lines.push(format!("{} {path}{}", event.metadata().level(), fields.0));
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

fn trace(lines: impl IntoIterator<Item = String>, id: handoff::TraceId) -> Vec<String> {
    let id = id.to_string();
    let mine = lines.into_iter().filter(|line| line.contains(&id));
    mine.map(|line| line.replace(&format!(" trace_id={id}"), "")).collect()
}

/// One test, because the subscriber is the process's.
#[test]
fn spans_follow_tasks_and_events_show_no_payload() {
    tracing::subscriber::set_global_default(Global).expect("the only one");
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(3).build();
    let tokio = tokio.expect("a tokio runtime");
    let runtime = Runtime::builder()
        .backoff(handoff::Backoff::new(std::time::Duration::ZERO, std::time::Duration::ZERO))
        .build();

    let run = runtime.run(counting, "a secret word".to_owned());
    let id = run.trace_id();
    let outer = tracing::info_span!(target: "handoff", "request");
    let result = tokio.block_on(tracing::Instrument::instrument(run, outer));
    assert_eq!(result.expect("all is well").payload, 11);
    let lines = std::mem::take(&mut collector().seen().lines);
    assert!(lines.iter().all(|line| !line.contains("secret")), "{lines:#?}");
    let mut lines = trace(lines, id);
    let run = "request > run pipeline=\"counting\" > ";
    let agent = |agent: &str, role: &str, attempt: u32, task: &str| {
        format!("{run}agent agent={agent:?} role={role:?} attempt={attempt}{task} > ")
    };
    assert_eq!(lines.first(), Some(&format!("INFO {run}run started pipeline=\"counting\"")));
    assert_eq!(
        lines.last(),
        Some(&format!(
            "INFO {run}run ended pipeline=\"counting\" outcome=\"succeeded\" elapsed_ms model_tokens"
        ))
    );
    lines.sort();
    let made = |around: &str, source: &str, receiver: &str, task: &str| {
        format!(
            "DEBUG {around}handoff source={source:?} receiver={receiver:?}{task} tokens encoding=\"o200k_base\" confidence=1.0 schema"
        )
    };
    let mut expected = vec![
        made(run, "caller", "split", ""),
        made(&agent("split", "planner", 1, ""), "split", "count", ""),
        made(run, "count", "add", ""),
        made(&agent("add", "adder", 1, ""), "add", "caller", ""),
        format!("INFO {run}run started pipeline=\"counting\""),
        format!("INFO {run}run ended pipeline=\"counting\" outcome=\"succeeded\" elapsed_ms model_tokens"),
        format!(
            "WARN {}attempt failed agent=\"count\" task=1 attempt=1 error=asked to look away retry_in_ms",
            agent("count", "worker", 1, " task=1")
        ),
        format!("INFO {}the agent's own event", agent("count", "worker", 1, " task=1")),
    ];
    for (task, attempt) in [(0, 1), (1, 2), (2, 1)] {
        let at = format!(" task={task}");
        let inside = agent("count", "worker", attempt, &at);
        expected.push(made(run, "split", "count", &at));
        expected.push(made(&inside, "count", "add", &at));
        expected.push(format!("INFO {inside}the agent's own event"));
    }
    expected.sort();
    assert_eq!(lines, expected);

    let run = runtime.run(counting, "two  spaces".to_owned());
    let id = run.trace_id();
    tokio.block_on(run).expect_err("an empty word");
    let lines = trace(std::mem::take(&mut collector().seen().lines), id);
    let ended = lines.last().expect("the end of the run");
    assert!(ended.starts_with("ERROR run pipeline=\"counting\" > run ended"), "{ended}");
    assert!(ended.contains("agent `add`: nothing to add"), "{ended}");
    assert!(collector().seen().open.is_empty(), "every span that was entered was left");
}
