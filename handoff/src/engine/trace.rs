//! Runs as the crate `tracing` shows them, with the feature of that name: see [`telemetry`](crate::telemetry).

#[cfg(feature = "tracing")]
mod ends;
#[cfg(feature = "tracing")]
mod exported;
#[cfg(feature = "tracing")]
mod instants;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(feature = "tracing")]
mod starts;
#[cfg(feature = "tracing")]
mod values;
#[cfg(not(feature = "tracing"))]
mod without;

#[cfg(feature = "tracing")]
pub(crate) use exported::Exported;
#[cfg(feature = "tracing")]
pub(super) use spans::Spans as Traced;
#[cfg(not(feature = "tracing"))]
pub(crate) use without::Exported;
#[cfg(not(feature = "tracing"))]
pub(super) use without::Traced;

/// Whether there is a subscriber to tell.
pub(super) fn is_on() -> bool {
    #[cfg(feature = "tracing")]
    return tracing::level_filters::LevelFilter::current() != tracing::level_filters::LevelFilter::OFF;
    #[cfg(not(feature = "tracing"))]
    return false;
}

/// A span that a future runs in; nothing at all without the feature.
pub(super) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Span {
    pub(super) fn none() -> Self {
        Self { span: tracing::Span::none() }
    }

    /// The one that is entered now: a spawned task does not inherit it by itself.
    pub(super) fn current() -> Self {
        Self { span: tracing::Span::current() }
    }

    /// Runs a future in the span, and drops it there.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Calls `f` in the span.
    pub(super) fn inside<T>(&self, f: impl FnOnce() -> T) -> T {
        self.span.in_scope(f)
    }
}
