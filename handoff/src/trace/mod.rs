//! Which run it is, and of which trace it is a part.

mod ids;
mod traceparent;

pub use ids::{SpanId, TraceId};
pub use traceparent::{InvalidTraceParent, TraceParent};
