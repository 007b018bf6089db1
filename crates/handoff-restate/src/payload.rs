//! What is in Restate's journal: text, as it is.

use bytes::Bytes;
use restate_sdk::serde::{Deserialize, PayloadMetadata, Serialize};
use std::convert::Infallible;
use std::str::Utf8Error;

/// A payload that nobody reads on the way. Nothing shows it.
#[derive(Clone, Default)]
pub(crate) struct Payload(Bytes);

impl Payload {
    pub(crate) fn text(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.0)
    }
}

impl From<String> for Payload {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Serialize for Payload {
    type Error = Infallible;

    fn serialize(&self) -> Result<Bytes, Infallible> {
        Ok(self.0.clone())
    }
}

impl Deserialize for Payload {
    type Error = Infallible;

    fn deserialize(bytes: &mut Bytes) -> Result<Self, Infallible> {
        Ok(Self(std::mem::take(bytes)))
    }
}

impl PayloadMetadata for Payload {}
