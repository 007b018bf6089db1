//! Errors in words for spans and warnings: without what is payload in them, and without the names that unknown fields have.

use crate::agent::ToolError;
use crate::contract::ContractViolation;
use crate::error::{ErrorKind, PipelineError};
use std::error::Error;
use std::fmt::{self, Display};

/// On one line. How many tasks of a barrier have failed is said, and the tasks say why.
pub(super) fn words(kind: &ErrorKind) -> impl Display + use<'_> {
    fmt::from_fn(move |f| match kind {
        ErrorKind::Contract(broken) => write!(f, "{}", broken.without_names()),
        ErrorKind::Barrier { succeeded, needed, total, failed, failures: _ } => write!(
            f,
            "{succeeded} of {total} tasks succeeded and {failed} failed, the barrier needs {needed} successes"
        ),
        ErrorKind::Race { failures } => {
            write!(f, "none of the {} branches of the race succeeded", failures.len())
        }
        ErrorKind::Agent(error) => of_agent(&**error, kind, f),
        _ => write!(f, "{kind}"),
    })
}

/// What an agent has failed with, which may be an error that it was given: by a run of its own, by a tool, or for a text.
fn of_agent(error: &(dyn Error + 'static), kind: &ErrorKind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(error) = error.downcast_ref::<PipelineError>() {
        return write!(f, "{}", of_error(error));
    }
    if let Some(broken) = error.downcast_ref::<ContractViolation>() {
        return write!(f, "{}", broken.without_names());
    }
    match error.downcast_ref::<ToolError>() {
        Some(ToolError::Arguments(broken)) => {
            write!(f, "the arguments of the call are wrong: {}", broken.without_names())
        }
        Some(ToolError::Failed(error)) => write!(f, "the tool failed: {}", of_error(error)),
        _ => write!(f, "{kind}"),
    }
}

/// With the way to whoever is at fault.
pub(super) fn of_error(error: &PipelineError) -> impl Display + use<'_> {
    fmt::from_fn(move |f| error.write(f, &words(error.kind())))
}
