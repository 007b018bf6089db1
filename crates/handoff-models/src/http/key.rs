//! Keys that are not shown.

use reqwest::header::{HeaderValue, InvalidHeaderValue};

/// The key to a provider.
#[derive(Clone)]
pub(super) struct Key {
    plain: String,
    header: HeaderValue,
}

impl Key {
    /// The key as the value of a header, behind a prefix such as `Bearer `.
    pub(super) fn new(plain: &str, prefix: &str) -> Result<Self, InvalidHeaderValue> {
        let plain = plain.trim().to_owned();
        let mut header = HeaderValue::from_str(&format!("{prefix}{plain}"))?;
        header.set_sensitive(true);
        Ok(Self { plain, header })
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// A text without the key, should it be in it.
    pub(super) fn removed_from(&self, text: &str) -> String {
        if self.plain.is_empty() { text.to_owned() } else { text.replace(&self.plain, "[key]") }
    }
}
