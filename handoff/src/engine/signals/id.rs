//! What a signal is called by whoever answers it.

use crate::trace::{SpanId, TraceId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The id of a signal: the run's trace id and the span id of the attempt that waits.
///
/// As text it is `4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7`. It fits into a URL or a button, and is
/// parsed with [`str::parse`]. It is not a secret: the program has to check who may answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SignalId {
    trace: TraceId,
    span: SpanId,
}

impl SignalId {
    #[inline]
    pub(crate) const fn new(trace: TraceId, span: SpanId) -> Self {
        Self { trace, span }
    }

    /// Returns the trace id of the run that waits.
    #[must_use]
    #[inline]
    pub const fn trace_id(self) -> TraceId {
        self.trace
    }

    /// Returns the span id of the attempt that waits: its [place](crate::Place) in the events of the run.
    #[must_use]
    #[inline]
    pub const fn span_id(self) -> SpanId {
        self.span
    }
}

impl fmt::Display for SignalId {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.trace, self.span)
    }
}

/// The error of a text that is not the id of a signal.
///
/// It does not repeat the text, which comes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the id of a signal is 32 and 16 lower-case hex digits, with a dash between")]
pub struct InvalidSignalId;

impl FromStr for SignalId {
    type Err = InvalidSignalId;

    #[inline]
    fn from_str(text: &str) -> Result<Self, InvalidSignalId> {
        let (trace, span) = text.split_once('-').ok_or(InvalidSignalId)?;
        let ids = TraceId::read(trace).zip(SpanId::read(span));
        ids.map(|(trace, span)| Self { trace, span }).ok_or(InvalidSignalId)
    }
}

/// As its text.
impl Serialize for SignalId {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignalId {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id: SignalId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(id.trace_id().to_string(), TEXT[..32]);
        assert_eq!(id.span_id().to_string(), TEXT[33..]);
        assert_eq!(serde_json::from_str::<SignalId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn nothing_else_is_an_id() {
        let upper = TEXT.to_uppercase();
        let nothing = "0".repeat(32) + "-" + &"0".repeat(16);
        for wrong in
            ["", "-", &TEXT[1..], &TEXT[..48], &upper, &nothing, &format!(" {TEXT}"), &TEXT.replace('-', "_")]
        {
            assert_eq!(wrong.parse::<SignalId>(), Err(InvalidSignalId), "{wrong}");
        }
    }
}
