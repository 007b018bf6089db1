//! Spans of runs for OpenTelemetry: all that a program has to write.

use handoff::telemetry::{Propagator, opening};
use handoff::{BoxError, TraceParent};
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanId, TraceId, TracerProvider as _};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SdkTracerProvider};
use std::collections::HashMap;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;

/// Sends spans by OTLP over HTTP to where `OTEL_EXPORTER_OTLP_ENDPOINT` says, until the provider is shut down.
///
/// # Errors
///
/// Why it cannot: an address that is none, another subscriber that is there already.
pub fn install() -> Result<SdkTracerProvider, BoxError> {
    let provider = SdkTracerProvider::builder().with_id_generator(Ids::default());
    let provider = provider.with_batch_exporter(SpanExporter::builder().with_http().build()?).build();
    tracing::subscriber::set_global_default(subscriber(&provider))?;
    Ok(provider)
}

/// Makes spans of `tracing` those of the provider, without what is of no use to whoever looks at a run.
#[must_use]
pub fn subscriber(provider: &SdkTracerProvider) -> impl Subscriber + Send + Sync + use<> {
    let spans = tracing_opentelemetry::layer().with_tracer(provider.tracer("handoff")).with_location(false);
    registry().with(spans.with_target(false).with_threads(false).with_tracked_inactivity(false))
}

/// Agrees with handoff on the ids of spans.
#[derive(Debug, Default)]
pub struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        opening().map_or_else(|| self.0.new_trace_id(), |(trace, _)| TraceId::from_bytes(trace.to_bytes()))
    }

    fn new_span_id(&self) -> SpanId {
        opening().map_or_else(|| self.0.new_span_id(), |(_, span)| SpanId::from_bytes(span.to_bytes()))
    }
}

impl Propagator for Ids {
    fn current(&self) -> Option<TraceParent> {
        let mut headers = HashMap::new();
        TraceContextPropagator::new().inject(&mut headers);
        headers.get("traceparent")?.parse().ok()
    }

    fn within(&self, parent: Option<TraceParent>, open: &mut dyn FnMut()) {
        let headers = HashMap::<_, _>::from_iter(parent.map(|it| ("traceparent".to_owned(), it.to_string())));
        let _within = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers).attach();
        open();
    }
}
