//! The ids of runs and of the operations in them, as W3C trace-context defines them.

use crate::{hex, random};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The id of a run: the 16 bytes of a W3C [trace-id](https://www.w3.org/TR/trace-context/#trace-id), not all
/// zero.
///
/// `Display` writes 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceId(u128);

impl TraceId {
    /// Creates an id from bytes, or returns `None` if they are all zero, which the standard forbids.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        match u128::from_be_bytes(bytes) {
            0 => None,
            id => Some(Self(id)),
        }
    }

    /// Returns the bytes of the id.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The id of these 32 lower-case hex digits.
    pub(crate) fn read(digits: &str) -> Option<Self> {
        Self::from_bytes(hex::read(digits)?)
    }

    pub(crate) fn random() -> Self {
        let (high, low) = (u128::from(random::bits()), u128::from(random::bits()));
        Self((high << 64 | low).max(1))
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.to_bytes())
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

/// As its 32 digits.
impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TraceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex::deserialize(deserializer, Self::read, "a trace id is 32 lower-case hex digits, not all zero")
    }
}

/// The id of an operation in a trace: the 8 bytes of a
/// [parent-id](https://www.w3.org/TR/trace-context/#parent-id), not all zero.
///
/// `Display` writes 16 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpanId(u64);

impl SpanId {
    pub(crate) fn random() -> Self {
        Self(random::bits().max(1))
    }

    /// That of a run whose trace begins with it.
    pub(crate) fn of_trace(trace: TraceId) -> Self {
        let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
        Self(half(trace.0 >> 64)).nth(half(trace.0))
    }

    /// That of a part of it: no two of its parts have the same.
    pub(crate) const fn nth(self, number: u64) -> Self {
        // The steps and the finalizer of SplitMix64, which mixes without loss.
        let bits = self.0.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self::of_bits(bits ^ bits >> 31)
    }

    /// The id as a number, which is not 0.
    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    pub(crate) const fn of_bits(bits: u64) -> Self {
        Self(if bits == 0 { 1 } else { bits })
    }

    /// The id of these 16 lower-case hex digits.
    #[inline]
    pub(crate) fn read(digits: &str) -> Option<Self> {
        Self::from_bytes(hex::read(digits)?)
    }

    /// Creates an id from bytes, or returns `None` if they are all zero, which the standard forbids.
    #[must_use]
    #[inline]
    pub const fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        match u64::from_be_bytes(bytes) {
            0 => None,
            id => Some(Self(id)),
        }
    }

    /// Returns the bytes of the id.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.to_bytes())
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpanId({self})")
    }
}

/// As its 16 digits.
impl Serialize for SpanId {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SpanId {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex::deserialize(deserializer, Self::read, "a span id is 16 lower-case hex digits, not all zero")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_ids_are_read_as_they_are_written() {
        let id = SpanId::from_bytes([0, 1, 2, 3, 0xab, 5, 6, 7]).unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, r#""00010203ab050607""#);
        assert_eq!(serde_json::from_str::<SpanId>(&json).unwrap(), id);
        assert_eq!(SpanId::from_bytes([0; 8]), None);
        for bad in [
            "",
            "0000000000000000",
            "00010203AB050607",
            "010203ab050607",
            "+0010203ab050607",
            "00010203ab0506070",
        ] {
            serde_json::from_str::<SpanId>(&format!("{bad:?}")).expect_err(bad);
        }
    }
}
