//! Why an envelope from elsewhere cannot be read.

use crate::agent::AgentId;
use crate::contract::{Change, ContractViolation, Fingerprint};
use crate::error::ErrorKind;
use crate::text::{OneLine, quoted};
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use thiserror::Error;

/// The reason why an envelope from another process or an earlier build cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The contract of the payload is not that of the receiver.
    SchemaDrift(Box<SchemaDrift>),
    /// The envelope or its payload is malformed. Pointers of the violations begin at the envelope.
    Contract(ContractViolation),
}

impl From<EnvelopeError> for ErrorKind {
    /// Converts the error for an engine that reads envelopes of other processes.
    #[inline]
    fn from(error: EnvelopeError) -> Self {
        match error {
            EnvelopeError::SchemaDrift(drift) => Self::SchemaDrift(drift),
            EnvelopeError::Contract(violation) => Self::Contract(violation),
        }
    }
}

/// The error of a payload from another build whose contract is not that of the receiver.
///
/// Such a payload is not read, even if it would fit. `Display` is one line that names both sides, both
/// fingerprints, and what is known of the change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaDrift {
    /// The agent that made the payload, if the envelope says so.
    pub source: Option<AgentId>,
    /// The agent that the payload is for, if the envelope says so.
    pub target: Option<AgentId>,
    /// The name of the sender's contract, if the envelope says so.
    pub sent_contract: Option<String>,
    /// The fingerprint of the sender's contract.
    pub sent: Fingerprint,
    /// The name of the receiver's contract.
    pub contract: Cow<'static, str>,
    /// The fingerprint of the receiver's contract.
    pub expected: Fingerprint,
    /// The changes from the sender's schema to the receiver's, if the envelope has the sender's.
    ///
    /// See [`Envelope::to_json_with_schema`](crate::Envelope::to_json_with_schema). The sender's schema is
    /// the old one here, although its build may be newer.
    pub changes: Vec<Change>,
}

/// Characters of a name that are shown: it is the sender's text.
const LONGEST_NAME: usize = 500;

/// Changes that the one line spells out.
const SHOWN_CHANGES: usize = 5;

impl fmt::Display for SchemaDrift {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, target, sent_contract, sent, contract, expected, changes } = self;
        let f = &mut OneLine(f);
        f.write_str("schema drift: ")?;
        match source {
            Some(source) => write!(f, "agent `{}`", quoted(source, LONGEST_NAME))?,
            None => f.write_str("the sender")?,
        }
        let sent_contract = sent_contract
            .as_ref()
            .map_or("payload".to_owned(), |name| format!("`{}`", quoted(name, LONGEST_NAME)));
        write!(f, " sent a {sent_contract} of fingerprint {sent}, but ")?;
        match target {
            Some(target) => write!(f, "agent `{}`", quoted(target, LONGEST_NAME))?,
            None => f.write_str("the receiver")?,
        }
        write!(f, " takes the `{contract}` of fingerprint {expected}")?;
        for (index, change) in changes.iter().take(SHOWN_CHANGES).enumerate() {
            write!(f, "{}{change}", if index == 0 { ": " } else { "; " })?;
        }
        match changes.len().saturating_sub(SHOWN_CHANGES) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

// By hand: to the derive, a field called `source` is the cause.
impl std::error::Error for SchemaDrift {}
