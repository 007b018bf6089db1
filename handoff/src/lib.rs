#![doc = include_str!("../../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod agent;
pub mod barrier;
pub mod budget;
pub mod contract;
pub mod describe;
pub mod engine;
mod envelope;
mod error;
mod lines;
pub mod lock;
mod macros;
mod order;
pub mod pipeline;
pub mod prelude;
mod random;
mod traceparent;

pub use agent::{AgentId, AgentSpec, Context, FinishReason, FromRef, Reply, Role, State, Usage};
pub use barrier::{Partial, TaskFailure};
pub use contract::{Confidence, Contract, ContractViolation, Fingerprint, Pointer, Violation, Violations};
pub use describe::Description;
pub use engine::{Backoff, Builder, CancelHandle, Event, Limits, Observer, Outcome, Run, Runtime, Shutdown};
pub use envelope::{Envelope, EnvelopeError, SchemaDrift, TraceId, Warning, WarningKind};
pub use error::{BoxError, BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Limit, PipelineError};
pub use macros::{FromRef, agent, contract, pipeline};
pub use traceparent::{InvalidTraceParent, SpanId, TraceParent};

/// The crates that contracts are built on, for a leaf type of your own that implements their traits by hand. The derive
/// of schemars is not in it: depend on `schemars` for that.
#[doc(no_inline)]
pub use {schemars, serde};
