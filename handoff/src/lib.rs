#![doc = include_str!("../../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod agent;
pub mod barrier;
pub mod baseline;
pub mod budget;
pub mod contract;
pub mod describe;
mod diagnostics;
pub mod engine;
mod envelope;
mod error;
pub mod guide;
mod hex;
mod json;
pub mod lock;
mod macros;
mod panics;
pub mod pipeline;
pub mod prelude;
mod random;
mod task_path;
#[cfg(feature = "tracing")]
pub mod telemetry;
mod text;
mod trace;

#[doc(inline)]
pub use agent::{AgentId, AgentSpec, FinishReason, FromRef, Reply, Role, State, Usage};
#[doc(inline)]
pub use barrier::{Partial, TaskFailure};
#[doc(inline)]
pub use baseline::Baseline;
#[doc(inline)]
pub use contract::{
    Confidence, Contract, ContractViolation, Fingerprint, LeftOut, Lenient, Pointer, Shared, Violation,
    Violations,
};
#[doc(inline)]
pub use describe::Description;
#[doc(inline)]
pub use engine::durable::{self, Durability, Durable, Files};
#[doc(inline)]
pub use engine::{
    AgentOptions, AnswerError, Asks, AttemptOutcome, Backoff, Builder, CancelHandle, Context, Event,
    FanOutKind, IdempotencyKey, InvalidSignalId, Limits, Observer, Outcome, PartOutcome, PendingSignal,
    Place, Run, Runtime, Shutdown, SignalId,
};
pub use envelope::{Envelope, EnvelopeError, SchemaDrift, Warning, WarningKind, Warnings};
pub use error::{
    BoxError, BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Kept, Limit, NotAPipelineError, PipelineError,
    Verdict,
};
pub use macros::{FromRef, agent, contract, pipeline};
pub use task_path::TaskPath;
pub use trace::{InvalidTraceParent, SpanId, TraceId, TraceParent};

/// The crates that contracts are built on, for [leaf types](macro@contract#leaf-types) of your own.
///
/// The derive of schemars needs the feature `schemars-derive`.
#[doc(no_inline)]
pub use {schemars, serde};
