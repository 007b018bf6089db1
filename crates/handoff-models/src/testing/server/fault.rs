use std::borrow::Cow;
use std::time::Duration;

/// A way in which a [`FaultServer`](super::FaultServer) misbehaves at a call.
///
/// All of them have been seen at real providers, or at their proxies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Answers 429, and says when to try again if it is told to.
    RateLimited {
        /// The pause that is asked for, in the header `retry-after-ms`.
        retry_after: Option<Duration>,
    },
    /// Answers 401, with the key of the request in its message.
    Unauthorized,
    /// Answers 500.
    ServerError,
    /// Answers 502 with a page of HTML, as a proxy does.
    HtmlPage,
    /// Answers 302.
    Redirect,
    /// Answers 200 with an error in place of a completion.
    ErrorWithStatus200,
    /// Answers 200 with a body that is no JSON.
    NoJson,
    /// Sends nothing, and keeps the connection open until the other side closes it.
    Stall,
    /// Sends three quarters of the answer, and stalls.
    StallHalfway,
    /// Closes the connection without an answer.
    Close,
    /// Sends three quarters of the answer, and closes the connection.
    CloseHalfway,
    /// Breaks the answer off in the middle, with the finish reason for too many tokens.
    CutOff,
    /// Says that the answer was cut off, though all of it is there.
    CutOffWhole,
    /// Puts the answer into a code fence, behind a sentence.
    Fenced,
    /// Gives the answer twice.
    Twice,
    /// Says something else: JSON that breaks the contract, or prose.
    Text(Cow<'static, str>),
    /// Refuses to answer, in the provider's own field for that.
    Refusal,
    /// Says that the content filter has stopped the answer.
    ContentFilter,
    /// Answers with no text.
    Empty,
    /// Answers with no content at all.
    NullContent,
    /// Answers with an empty list of choices.
    NoChoices,
    /// Leaves out why the answer ends.
    NoFinishReason,
    /// Sends these bytes, the head of the response included.
    Raw(Cow<'static, str>),
}

impl Fault {
    /// Returns all of them except [`Text`](Self::Text) and [`Raw`](Self::Raw), to test a program with every one; a rate limit with
    /// a pause and without.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        [
            Self::RateLimited { retry_after: Some(Duration::from_millis(20)) },
            Self::RateLimited { retry_after: None },
            Self::Unauthorized,
            Self::ServerError,
            Self::HtmlPage,
            Self::Redirect,
            Self::ErrorWithStatus200,
            Self::NoJson,
            Self::Stall,
            Self::StallHalfway,
            Self::Close,
            Self::CloseHalfway,
            Self::CutOff,
            Self::CutOffWhole,
            Self::Fenced,
            Self::Twice,
            Self::Refusal,
            Self::ContentFilter,
            Self::Empty,
            Self::NullContent,
            Self::NoChoices,
            Self::NoFinishReason,
        ]
        .into_iter()
    }

    /// Whether a completion is sent as a whole, with what it took.
    pub(super) fn completes(&self) -> bool {
        matches!(
            self,
            Self::CutOff
                | Self::CutOffWhole
                | Self::Fenced
                | Self::Twice
                | Self::Text(_)
                | Self::Refusal
                | Self::ContentFilter
                | Self::Empty
                | Self::NullContent
        )
    }
}
