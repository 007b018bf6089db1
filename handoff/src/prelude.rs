//! What a program with agents needs: `use handoff::prelude::*;`.

pub use crate::agent::{Context, FinishReason, FromRef, Reply, Role, State, Usage};
pub use crate::barrier::{Partial, TaskFailure};
pub use crate::contract::{Confidence, Contract, ContractViolation, Violation};
pub use crate::engine::{Event, Limits, Observer, Runtime};
pub use crate::envelope::{Envelope, TraceId, Warning};
pub use crate::error::{ErrorKind, PipelineError};
pub use crate::macros::{FromRef, agent, contract, pipeline};
