//! An exporter that keeps what it is given, and what it was given as text.

use handoff::Runtime;
use handoff_examples::telemetry::{Ids, subscriber};
use opentelemetry::trace::{SpanId, Status};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use std::collections::HashSet;
use std::fmt::Write as _;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;

/// What is exported on this thread, as long as it is there.
pub struct Exporting {
    spans: InMemorySpanExporter,
    provider: SdkTracerProvider,
    _subscriber: DefaultGuard,
}

impl Exporting {
    pub fn new() -> Self {
        Self::without("")
    }

    /// Without spans of this name.
    pub fn without(unwanted: &'static str) -> Self {
        let spans = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_id_generator(Ids::default())
            .with_simple_exporter(spans.clone())
            .build();
        let wanted = filter_fn(move |metadata| metadata.name() != unwanted);
        let subscriber = tracing::subscriber::set_default(subscriber(&provider).with(wanted));
        Self { spans, provider, _subscriber: subscriber }
    }

    /// All spans that have ended.
    pub fn spans(&self) -> Vec<SpanData> {
        self.provider.force_flush().expect("they are exported at once");
        self.spans.get_finished_spans().expect("the exporter is there")
    }

    /// All spans as they stand in one another, in the order in which they began: status, attributes, and events.
    pub fn tree(&self) -> String {
        let mut spans = self.spans();
        spans.sort_by_key(|span| span.start_time);
        let ids: HashSet<_> = spans.iter().map(|span| span.span_context.span_id()).collect();
        assert_eq!(ids.len(), spans.len(), "spans with the same id");
        let mut tree = String::new();
        show(&spans, SpanId::INVALID, "", &mut tree);
        let shown = tree.lines().filter(|line| !line.trim_start().starts_with(['|', '*'])).count();
        assert_eq!(shown, spans.len(), "spans whose parents are not there:\n{tree}");
        tree
    }

    /// The one of this name.
    pub fn span(&self, name: &str) -> SpanData {
        let mut spans = self.spans().into_iter().filter(|span| span.name == name);
        let span = spans.next().unwrap_or_else(|| panic!("no span `{name}`"));
        assert!(spans.next().is_none(), "more than one span `{name}`");
        span
    }
}

pub fn runtime() -> Runtime {
    Runtime::builder().propagator(Ids::default()).build()
}

pub fn is_root(span: &SpanData) -> bool {
    span.parent_span_id == SpanId::INVALID
}

/// What is another in each run, or with each change of a schema.
const VOLATILE: [&str; 8] = [
    "elapsed_ms",
    "encoding",
    "handoff.output.schema",
    "handoff.parent_id",
    "handoff.span_id",
    "handoff.trace_id",
    "schema",
    "trace_id",
];

fn show(spans: &[SpanData], parent: SpanId, indent: &str, tree: &mut String) {
    for span in spans.iter().filter(|span| span.parent_span_id == parent) {
        let status = match &span.status {
            Status::Unset => String::new(),
            Status::Ok => " OK".to_owned(),
            Status::Error { description } => format!(" ERROR {description}"),
        };
        let _ = writeln!(tree, "{indent}{}{status}", span.name);
        for line in fields(&span.attributes) {
            let _ = writeln!(tree, "{indent}  | {line}");
        }
        for event in &*span.events {
            let _ = writeln!(tree, "{indent}  * {}: {}", event.name, fields(&event.attributes).join(", "));
        }
        show(spans, span.span_context.span_id(), &format!("{indent}    "), tree);
    }
}

/// Texts in quotes, so that numbers are seen to be numbers.
fn fields(attributes: &[KeyValue]) -> Vec<String> {
    let shown = attributes.iter().filter(|field| !VOLATILE.contains(&field.key.as_str()));
    let mut fields: Vec<_> = shown
        .map(|KeyValue { key, value, .. }| match value {
            // With a random part.
            _ if key.as_str().ends_with("retry_in_ms") => key.to_string(),
            Value::String(text) => format!("{key}={:?}", text.as_str()),
            value => format!("{key}={value}"),
        })
        .collect();
    fields.sort();
    fields
}
