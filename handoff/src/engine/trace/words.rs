//! Errors in words for a span: without what is payload in them, and without the names that unknown fields have.

use crate::error::{ErrorKind, PipelineError};
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
        // Of a run that the agent has started.
        ErrorKind::Agent(error) => match error.downcast_ref::<PipelineError>() {
            Some(error) => write!(f, "{}", of_error(error)),
            None => write!(f, "{kind}"),
        },
        _ => write!(f, "{kind}"),
    })
}

/// With the way to whoever is at fault.
pub(super) fn of_error(error: &PipelineError) -> impl Display + use<'_> {
    fmt::from_fn(move |f| error.write(f, &words(error.kind())))
}
