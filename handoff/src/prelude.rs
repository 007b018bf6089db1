//! The names that most programs with agents need: `use handoff::prelude::*;`.

pub use crate::agent::{AgentId, FinishReason, FromRef, Reply, Role, State, Usage};
pub use crate::barrier::{Partial, TaskFailure};
pub use crate::budget::TokenCounter;
pub use crate::contract::{Confidence, Contract, ContractViolation, Shared, Violation};
pub use crate::describe::{Describe, Description};
pub use crate::engine::{Backoff, CancelHandle, Context, Event, Limits, Observer, Outcome, Runtime};
pub use crate::envelope::{Envelope, EnvelopeError, Warning, WarningKind};
pub use crate::error::{
    BoxError, BudgetLimit, CancelledBy, DeadlineOf, ErrorKind, Limit, PipelineError, Verdict,
};
pub use crate::macros::{FromRef, agent, contract, pipeline};
pub use crate::trace::{TraceId, TraceParent};
