//! What a call of an agent is named by for services that are to do something once.

use crate::hex;
use crate::trace::{SpanId, TraceId};
use hmac_sha256::Hash;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The identity of one call of one agent in one run, for a service that is to act on it once.
///
/// See [`Context::idempotency_key`](crate::Context::idempotency_key).
///
/// `Display` gives 32 lower-case hex digits, and `{:#}` the same as a UUID with its hyphens, which some services insist
/// on: it is one of version 8, as [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.8) defines it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey([u8; 16]);

impl IdempotencyKey {
    /// That of the call at a place of a run. No two runs of a trace share their span, so none share a key.
    pub(crate) fn of(trace: TraceId, run: SpanId, place: impl AsRef<[u8]>) -> Self {
        let mut hash = Hash::new();
        hash.update(trace.to_bytes());
        hash.update(run.to_bytes());
        hash.update(place);
        let digest = hash.finalize();
        let mut bytes: [u8; 16] = std::array::from_fn(|at| digest[at]);
        // The bits by which a UUID says what it is.
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// The key of these 32 lower-case hex digits.
    #[inline]
    pub(crate) fn read(digits: &str) -> Option<Self> {
        hex::read(digits).map(Self)
    }

    /// Returns the bytes of the key, which are those of a UUID.
    #[must_use]
    #[inline]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for IdempotencyKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return hex::write(f, &self.0);
        }
        for (at, part) in [0..4, 4..6, 6..8, 8..10, 10..16].into_iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "-" })?;
            hex::write(f, &self.0[part])?;
        }
        Ok(())
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({self})")
    }
}

/// As its 32 digits.
impl Serialize for IdempotencyKey {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdempotencyKey {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "an idempotency key is 32 lower-case hex digits";
        hex::deserialize(deserializer, Self::read, expected)
    }
}

/// What a call is known by, in all of its attempts.
#[derive(Clone, Copy, Debug)]
pub(super) enum CallId {
    /// Its first attempt.
    First(SpanId),
    /// What it was named where the run is kept.
    Named(IdempotencyKey),
}

impl CallId {
    pub(super) fn key(self, trace: TraceId) -> IdempotencyKey {
        match self {
            Self::First(attempt) => IdempotencyKey::of(trace, attempt, ""),
            Self::Named(key) => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn trace(byte: u8) -> TraceId {
        TraceId::from_bytes([byte; 16]).unwrap()
    }

    #[test]
    fn a_key_is_that_of_its_trace_its_run_and_its_place() {
        let keys: HashSet<_> = [1, 2]
            .into_iter()
            .flat_map(|trace| [1, 2].map(|run| (trace, run)))
            .flat_map(|(trace, run)| ["", "1", "1.3/0", "13/0"].map(|place| (trace, run, place)))
            .map(|(of, run, place)| IdempotencyKey::of(trace(of), SpanId::of_bits(run), place))
            .collect();
        assert_eq!(keys.len(), 16);
    }

    /// A journal that was written by another build has to name the call as this one does.
    #[test]
    fn a_key_never_changes() {
        let key = IdempotencyKey::of(trace(7), SpanId::of_bits(9), "1.3/0");
        assert_eq!(key.to_string(), "b855d944dd5f89e4b892230998f11b8f");
        assert_eq!(format!("{key:#}"), "b855d944-dd5f-89e4-b892-230998f11b8f");
        assert_eq!(format!("{key:?}"), "IdempotencyKey(b855d944dd5f89e4b892230998f11b8f)");
    }

    #[test]
    fn a_key_is_a_uuid_of_version_8() {
        for run in 1..100 {
            let key = IdempotencyKey::of(trace(1), SpanId::of_bits(run), "");
            let bytes = key.to_bytes();
            assert_eq!((bytes[6] >> 4, bytes[8] >> 6), (8, 0b10));
            let text = format!("{key:#}");
            let lengths: Vec<_> = text.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12]);
            assert_eq!(text.replace('-', ""), key.to_string());
        }
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = IdempotencyKey::of(trace(3), SpanId::of_bits(4), "2");
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, format!("\"{key}\""));
        assert_eq!(serde_json::from_str::<IdempotencyKey>(&json).unwrap(), key);
        let text = key.to_string();
        for bad in
            ["", &text[1..], &format!("{text}0"), &text.replace(&text[12..13], "A"), &format!("{key:#}")]
        {
            let error = serde_json::from_str::<IdempotencyKey>(&format!("{bad:?}")).expect_err(bad);
            assert_eq!(error.to_string(), "an idempotency key is 32 lower-case hex digits");
        }
    }
}
