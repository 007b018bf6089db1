//! What is kept of an envelope where the rest of it is known.

use super::{EnvelopeError, Head, SchemaDrift, Warning};
use crate::agent::AgentId;
use crate::contract::{Confidence, Contract, Fingerprint};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A payload as text, with what is to be known of it by an agent in another process, or by the run that goes on with it.
///
/// It is an envelope without what both sides know: a journal is paid for by the byte.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brief<'t> {
    #[serde(default = "full", skip_serializing_if = "is_full")]
    pub(crate) confidence: Confidence,
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) warnings: Cow<'t, [Warning]>,
    pub(crate) tokens: u32,
    /// The payload's contract by name, unless whoever reads the answer knows it,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    contract: Option<Cow<'t, str>>,
    /// and by its fingerprint.
    schema: Fingerprint,
    payload: &'t RawValue,
}

impl<'t> Brief<'t> {
    /// The text of a payload that has been written before, of this contract and this fingerprint.
    #[inline]
    pub(crate) fn text(
        head: &Head,
        payload: &str,
        contract: Option<Cow<'_, str>>,
        schema: Fingerprint,
    ) -> Option<String> {
        let (confidence, warnings, tokens) = (head.confidence, Cow::from(&head.warnings[..]), head.tokens);
        let brief = Brief { confidence, warnings, tokens, contract, schema, payload: RawValue::NULL };
        ending_in(&brief, payload)
    }

    /// Reads what [`text`](Self::text) has written, but for the payload.
    ///
    /// # Errors
    ///
    /// It is something else.
    #[inline]
    pub(crate) fn read(text: &'t str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Reads the payload, which `source` has made for `target`, as [`Envelope::from_json`](super::Envelope::from_json)
    /// does: the fingerprint first.
    ///
    /// # Errors
    ///
    /// The contract is another one, or is broken.
    #[inline]
    pub(crate) fn payload<T: Contract>(
        &self,
        source: &AgentId,
        target: &AgentId,
    ) -> Result<T, EnvelopeError> {
        if self.schema == T::fingerprint() {
            return T::parse(self.payload.get()).map_err(EnvelopeError::Contract);
        }
        Err(EnvelopeError::SchemaDrift(Box::new(SchemaDrift {
            source: Some(source.clone()),
            target: Some(target.clone()),
            sent_contract: self.contract.as_deref().map(str::to_owned),
            sent: self.schema,
            contract: T::name(),
            expected: T::fingerprint(),
            changes: Vec::new(),
        })))
    }
}

/// An object as text, whose last field is written as `null`, with JSON in the place of that. Nothing looks through the JSON
/// once more, as it would for a [`RawValue`].
#[inline]
pub(crate) fn ending_in(object: &impl Serialize, last: &str) -> Option<String> {
    let mut text = serde_json::to_string(object).ok()?;
    text.truncate(text.strip_suffix("null}")?.len());
    text.reserve_exact(last.len() + 1);
    text.push_str(last);
    text.push('}');
    Some(text)
}

fn full() -> Confidence {
    Confidence::FULL
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's
fn is_full(confidence: &Confidence) -> bool {
    *confidence == Confidence::FULL
}

fn is_none(warnings: &[Warning]) -> bool {
    warnings.is_empty()
}
