//! A contract's identity: the SHA-256 of what its schema means.

use std::fmt;
use std::str::FromStr;

use hmac_sha256::Hash;
use schemars::Schema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::contract::schema::canonical;
use crate::hex;

/// The SHA-256 of a contract's canonical schema.
///
/// Contracts with the same fingerprint have schemas that mean the same. Titles, descriptions, defaults,
/// examples, the order of fields and the names of nested types do not count; the names of fields, types and
/// checks do, except for `#[check(with(…))]`, which no schema shows. Two checks that allow the same values
/// but are written differently count as different. Canonical JSON is that of [RFC
/// 8785](https://www.rfc-editor.org/rfc/rfc8785).
///
/// It is displayed and serialised as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    #[inline]
    pub(crate) const fn new(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// That of a schema that comes from elsewhere.
    #[inline]
    pub(crate) fn of_schema(schema: &Schema) -> Self {
        canonical::fingerprint(schema)
    }

    /// That of a text, whatever its ends of lines are.
    #[inline]
    pub(crate) fn of_text(text: &str) -> Self {
        Self(Hash::hash(text.replace("\r\n", "\n").as_bytes()))
    }

    /// Returns the 32 bytes of the digest.
    #[must_use]
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0)
    }
}

impl fmt::Debug for Fingerprint {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// An error of a text that is not a fingerprint, which is 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a fingerprint is 64 hexadecimal digits")]
pub struct NotAFingerprint;

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    #[inline]
    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let bytes = hex::read(text).or_else(|| hex::read(&text.to_ascii_lowercase()));
        bytes.map(Self).ok_or(NotAFingerprint)
    }
}

impl Serialize for Fingerprint {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |text: &str| text.parse().ok();
        hex::deserialize(deserializer, read, "a fingerprint is 64 hexadecimal digits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_64_digits() {
        let fingerprint = Fingerprint([0xab; 32]);
        assert_eq!(fingerprint.to_string(), "ab".repeat(32));
        assert_eq!("AB".repeat(32).parse(), Ok(fingerprint));
        for wrong in ["", "ab", &"xy".repeat(32), &"é".repeat(32)] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(NotAFingerprint));
        }
        let json = serde_json::to_string(&fingerprint).unwrap();
        assert_eq!(serde_json::from_str::<Fingerprint>(&json).unwrap(), fingerprint);
    }
}
