//! Why a call came to no answer.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use handoff::{BoxError, Verdict};

/// Why a call of a [`Provider`](crate::Provider) came to no answer.
///
/// Those of [`Http`](crate::http::Http) do not have its key in them, whatever the provider says back. A provider of your own
/// takes care of that itself: what it is told is shown.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProviderError {
    /// The provider answered that it won't or can't: a status of HTTP, or the same in a body whose status is 200.
    #[non_exhaustive]
    Status {
        /// The status, of HTTP's.
        status: u16,
        /// When it is worth trying again, if the provider says so. It is heeded of 408, 409, 429 and 5xx.
        retry_after: Option<Duration>,
        /// What the provider says: one line of at most 300 characters.
        message: String,
        /// The provider's own id of the call, for its support.
        request_id: Option<String>,
    },
    /// There was no connection, or it broke.
    Connection(BoxError),
    /// What came is no answer: it is not what the provider sends, or it ends without saying why.
    Unreadable(String),
    /// What plays answers in a test has none for this call.
    NoAnswer(String),
}

impl ProviderError {
    /// The provider answered with this status.
    #[must_use]
    pub fn status(status: u16, message: impl AsRef<str>) -> Self {
        let message = short(message.as_ref());
        Self::Status { status, retry_after: None, message, request_id: None }
    }

    /// Says when it is worth trying again, of a status.
    #[must_use]
    pub fn retry_after(mut self, after: Option<Duration>) -> Self {
        if let Self::Status { retry_after, .. } = &mut self {
            *retry_after = after;
        }
        self
    }

    /// Says what the provider calls the call, of a status.
    #[must_use]
    pub fn request_id(mut self, id: Option<&str>) -> Self {
        if let Self::Status { request_id, .. } = &mut self {
            *request_id = id.map(short);
        }
        self
    }

    /// There was no connection, or it broke.
    #[must_use]
    pub fn connection(error: impl Into<BoxError>) -> Self {
        Self::Connection(error.into())
    }

    /// What came is no answer.
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
