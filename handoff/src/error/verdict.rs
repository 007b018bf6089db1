//! What an agent's error says to the engine, beside what it says to people.

use super::{BoxError, ErrorKind, PipelineError};
use crate::agent::FinishReason;
use crate::contract::ContractViolation;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// An error's statement whether its agent should be tried again.
///
/// After an error the agent is tried again as long as it has [`retries`](macro@crate::agent). An error that
/// knows better has a verdict in its chain of [sources](Error::source), of which the first counts:
///
/// ```
/// use handoff::prelude::*;
/// use std::time::Duration;
///
/// # pub struct Answer { status: u16, retry_after: Option<Duration>, text: String }
/// # async fn post(_: &str) -> Answer { Answer { status: 401, retry_after: None, text: String::new() } }
/// #[agent(retries = 3)]
/// async fn ask(question: String) -> Result<String, BoxError> {
///     let answer = post(&question).await;
///     match answer {
///         Answer { status: 200, text, .. } => Ok(text),
///         Answer { status: 429 | 503, retry_after: Some(pause), .. } => {
///             Err(Verdict::After(pause).on("the provider is busy"))
///         }
///         Answer { status: 400..500, .. } => Err(Verdict::Final.on("the provider refuses")),
///         Answer { status, .. } => Err(format!("the provider answered {status}").into()),
///     }
/// }
/// # pipeline! { pub one(String) -> String { ask } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let error = Runtime::default().run(one, "why?".to_owned()).await.unwrap_err();
/// #     assert_eq!(error.to_string(), "pipeline `one`, agent `ask`: the provider refuses");
/// #     assert!(error.warnings().is_empty());
/// # }
/// ```
///
/// An error type of your own has a verdict as its source, or as the source of its source. Verdicts are left
/// out when the chain is displayed.
///
/// A [`ContractViolation`] in the chain acts as [`Verdict::Contract`], so that `Plan::parse(&text)?` in an
/// agent is a broken contract like that of a [`Reply`](crate::Reply). The error of a
/// [run](crate::Runtime#runs-in-agents) that an agent has started has the verdict of its cause, if that is
/// [`After`](Self::After) or [`Final`](Self::Final).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// A contract is broken. The error becomes [`ErrorKind::Contract`].
    ///
    /// The next attempt has the [violations](crate::Context::violations).
    Contract(ContractViolation),
    /// A model's reply was cut off. The error becomes [`ErrorKind::Truncated`].
    Truncated(FinishReason),
    /// Another attempt may succeed after this pause, which providers state in `Retry-After`.
    ///
    /// The pause is the longer of this and that of the [`Backoff`](crate::Backoff), and does not count
    /// against a timeout. It is at most the time that the run has left by its
    /// [deadline](crate::Limits::deadline) or, without one, [`LONGEST_PAUSE`](Self::LONGEST_PAUSE).
    After(Duration),
    /// Another attempt cannot succeed.
    Final,
}

impl Verdict {
    /// The longest pause between two attempts in a run without a deadline: five minutes.
    pub const LONGEST_PAUSE: Duration = Duration::from_mins(5);

    /// Attaches the verdict to an error, whose message stays the same.
    #[must_use]
    pub fn on(self, error: impl Into<BoxError>) -> BoxError {
        Box::new(Judged { verdict: self, error: error.into() })
    }

    /// Returns the verdict of an error: the first one in its chain.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(verdict) = Self::said_by(error) {
                return Some(verdict);
            }
            // An error in an `io::Error` is not its source, but its source's source is.
            let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
            if let Some(verdict) = wrapped.and_then(|wrapped| Self::said_by(wrapped)) {
                return Some(verdict);
            }
            next = error.source();
        }
        None
    }

    fn said_by(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(verdict) = error.downcast_ref::<Self>() {
            return Some(verdict.clone());
        }
        if let Some(judged) = error.downcast_ref::<Judged>() {
            return Some(judged.verdict.clone());
        }
        if let Some(violation) = error.downcast_ref::<ContractViolation>() {
            return Some(Self::Contract(violation.clone()));
        }
        match error.downcast_ref::<PipelineError>()?.kind() {
            // What was wrong with its answer is not the answer of whoever started the run.
            ErrorKind::Agent(error) => match Self::of(&**error)? {
                verdict @ (Self::After(_) | Self::Final) => Some(verdict),
                Self::Contract(_) | Self::Truncated(_) => None,
            },
            ErrorKind::ShuttingDown | ErrorKind::NoRuntime { .. } => Some(Self::Final),
            _ => None,
        }
    }

    /// Whether it is said to the engine alone.
    pub(super) fn is(error: &(dyn Error + 'static)) -> bool {
        error.is::<Self>()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract(violation) => violation.fmt(f),
            Self::Truncated(finish) => write!(f, "cut off (finish reason `{finish}`)"),
            Self::After(pause) => write!(f, "worth trying again after {pause:?}"),
            Self::Final => f.write_str("not worth trying again"),
        }
    }
}

impl Error for Verdict {}

/// An error, and what is said of it.
#[derive(Debug)]
struct Judged {
    verdict: Verdict,
    error: BoxError,
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for Judged {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
