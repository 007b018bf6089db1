//! Why a call came to no answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use handoff::{BoxError, Verdict};

/// The error of a call of a [`Provider`](crate::Provider) that got no answer.
///
/// Errors of [`Http`](crate::http::Http) do not contain its key, even if the provider repeats it. A provider
/// of your own has to take care of that itself: its messages are shown as they are.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider answered with an error: an HTTP status, or the same in a body whose status is 200.
    #[non_exhaustive]
    Status {
        /// The HTTP status.
        status: u16,
        /// The pause that the provider asks for, if it does. It is heeded for 408, 409, 429 and 5xx.
        retry_after: Option<Duration>,
        /// The provider's message: one line of at most 300 characters.
        message: String,
        /// The provider's own id of the call, for its support.
        request_id: Option<String>,
    },
    /// There was no connection, or it broke.
    Connection(BoxError),
    /// The response is not an answer: it has another form, or ends without a finish reason.
    Unreadable(String),
    /// A provider that plays answers in a test has none for this call.
    NoAnswer(String),
}

impl ProviderError {
    /// Creates the error of a provider that answered with this status.
    #[must_use]
    pub fn status(status: u16, message: impl AsRef<str>) -> Self {
        let message = short(message.as_ref());
        Self::Status { status, retry_after: None, message, request_id: None }
    }

    /// Sets the pause that the provider asks for, of a status.
    #[must_use]
    pub fn retry_after(mut self, after: Option<Duration>) -> Self {
        if let Self::Status { retry_after, .. } = &mut self {
            *retry_after = after;
        }
        self
    }

    /// Sets the provider's id of the call, of a status.
    #[must_use]
    pub fn request_id(mut self, id: Option<&str>) -> Self {
        if let Self::Status { request_id, .. } = &mut self {
            *request_id = id.map(short);
        }
        self
    }

    /// Creates the error of a connection that failed or broke.
    #[must_use]
    pub fn connection(error: impl Into<BoxError>) -> Self {
        Self::Connection(error.into())
    }

    /// Creates the error of a response that is not an answer.
    #[must_use]
    pub fn unreadable(why: impl AsRef<str>) -> Self {
        Self::Unreadable(short(why.as_ref()))
    }

    /// What this says of another attempt: nothing where one is as good as ever.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Status { status: 408 | 409 | 429 | 500.., retry_after, .. } => {
                retry_after.map(Verdict::After)
            }
            Self::Connection(_) | Self::Unreadable(_) => None,
            Self::Status { .. } | Self::NoAnswer(_) => Some(Verdict::Final),
        }
    }

    /// The status, and when to come back, where that is said and of use.
    pub(crate) fn passes_after(&self) -> Option<(u16, Duration)> {
        match (self, self.verdict()) {
            (Self::Status { status, .. }, Some(Verdict::After(after))) => Some((*status, after)),
            _ => None,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status, retry_after, message, request_id } => {
                write!(f, "the provider answered {status}")?;
                if !message.is_empty() {
                    write!(f, ": {message}")?;
                }
                if let Some(after) = retry_after {
                    write!(f, " (try again after {after:?})")?;
                }
                request_id.as_ref().map_or(Ok(()), |id| write!(f, " (request `{id}`)"))
            }
            Self::Connection(_) => f.write_str("the connection to the provider failed"),
            Self::Unreadable(why) => write!(f, "the provider's answer cannot be read: {why}"),
            Self::NoAnswer(why) => f.write_str(why),
        }
    }
}

impl Error for ProviderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(error) => Some(&**error),
            Self::Status { .. } | Self::Unreadable(_) | Self::NoAnswer(_) => None,
        }
    }
}

/// A provider's words, on one line of at most 300 characters.
fn short(text: &str) -> String {
    let one_line = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    one_line.take(300).collect()
}
