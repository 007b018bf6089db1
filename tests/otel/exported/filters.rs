//! What there is to see where a subscriber wants none of a span.

use super::support::{Exporting, runtime};
use handoff::prelude::*;
use opentelemetry_sdk::trace::SpanData;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context as Around, Layer, SubscriberExt as _};

#[agent(retries = 1)]
async fn look(word: String, cx: Context) -> Result<String, String> {
    cx.warn("the index: it is old");
    if cx.attempt() == 1 { Err("no connection".to_owned()) } else { Ok(word) }
}

pipeline! { pub looking(String) -> String { look } }

/// The events that say why.
fn said(span: &SpanData) -> Vec<String> {
    let reason = |event: &opentelemetry::trace::Event| {
        let reason = event.attributes.iter().find(|field| field.key.as_str() == "reason")?;
        Some(format!("{}: {}", event.name, reason.value))
    };
    span.events.iter().filter_map(reason).collect()
}

const SAID: [&str; 4] = [
    "warning: the index: it is old",
    "attempt failed: no connection",
    "warning: attempt 1 failed",
    "warning: the index: it is old",
];

#[tokio::test(start_paused = true)]
async fn of_attempts_that_nobody_wants_the_span_around_them_tells() {
    let exporting = Exporting::without("invoke_agent");
    runtime().run(looking, "tides".to_owned()).await.unwrap();
    let run = exporting.span("invoke_workflow looking");
    assert_eq!(said(&run), SAID);
    let output = run.attributes.iter().find(|field| field.key.as_str().starts_with("handoff.output."));
    assert!(output.is_none(), "that is the attempt's: {output:?}");
}

/// Writes down what events say.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Around<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}")),
            "reason" => _ = write!(self.0, ": {value:?}"),
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

#[tokio::test(start_paused = true)]
async fn warnings_are_there_without_any_span() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::registry().with(LevelFilter::WARN).with(lines.clone());
    let _subscriber = tracing::subscriber::set_default(subscriber);
    runtime().run(looking, "tides".to_owned()).await.unwrap();
    assert_eq!(*lines.0.lock().unwrap(), SAID);
}
