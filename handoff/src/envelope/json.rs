//! Envelopes as text: what one process hands to another, or keeps for later.

use super::drift::{EnvelopeError, SchemaDrift};
use super::{Envelope, Warning};
use crate::agent::AgentId;
use crate::budget::TokenCount;
use crate::contract::{
    self, Confidence, Contract, ContractViolation, Fingerprint, MOST_LEVELS, Violations, diff, items, leaf,
    members, typed, validate,
};
use crate::json::{self, Unwritten};
use schemars::Schema;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// The form in which envelopes are written, and the only one that is read.
const VERSION: u32 = 1;

/// Bytes of a schema in an envelope that are looked at for what has changed: some hundred times a large one.
const LARGEST_DEFINITION: usize = 256 * 1024;

#[derive(Serialize)]
struct Written<'a, T: ?Sized> {
    version: u32,
    source: &'a AgentId,
    target: &'a AgentId,
    trace_id: String,
    confidence: Confidence,
    warnings: &'a [Warning],
    tokens: &'a TokenCount,
    contract: Cow<'static, str>,
    schema: Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<Schema>,
    payload: &'a T,
}

/// The form that [`Envelope::to_json`] documents, without a look at the payload's checks, and in the order in which the
/// payload's maps and sets come.
impl<T: Contract> Serialize for Envelope<T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written(None, &self.payload).serialize(serializer)
    }
}

impl<T: Contract> Envelope<T> {
    /// Writes the envelope as JSON, for [`from_json`](Self::from_json) in another process or at a later time.
    ///
    /// ```json
    /// {
    ///   "version": 1,
    ///   "source": { "name": "plan", "role": "planner" },
    ///   "target": { "name": "work", "role": "worker" },
    ///   "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    ///   "confidence": 0.9,
    ///   "warnings": [{ "kind": "noted", "agent": { "name": "plan", "role": "planner" }, "count": 1, "message": "…" }],
    ///   "tokens": { "count": 12, "encoding": "o200k_base" },
    ///   "contract": "SubTask",
    ///   "schema": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    ///   "payload": { "id": "t1", "description": "…" }
    /// }
    /// ```
    ///
    /// `version` is 1. A warning may also have `task`, `label` and `others`. `contract` is the name of the
    /// payload's contract, for people; `schema` is its fingerprint.
    /// [`to_json_with_schema`](Self::to_json_with_schema) adds `definition`. Equal payloads give the same
    /// text, even if they hold [maps and sets](macro@crate::contract#maps-and-sets) without an order of their
    /// own.
    ///
    /// # Errors
    ///
    /// Returns an error if the payload breaks its contract, since it could not be read back. The payload of a
    /// run's result does not. Nesting deeper than 127 levels is one of the violations.
    #[inline]
    pub fn to_json(&self) -> Result<String, ContractViolation> {
        self.to_text(None)
    }

    /// Writes the envelope as JSON with the schema of its payload, as `definition`.
    ///
    /// A receiver of another build can then report what has changed, and not only that the contract is
    /// another. A schema is about as long as a payload.
    ///
    /// # Errors
    ///
    /// Returns an error if the payload breaks its contract, as [`to_json`](Self::to_json) does.
    #[inline]
    pub fn to_json_with_schema(&self) -> Result<String, ContractViolation> {
        self.to_text(Some(T::emitted().meaning()))
    }

    #[inline]
    fn to_text(&self, definition: Option<Schema>) -> Result<String, ContractViolation> {
        let mut violations = Violations::new();
        self.payload.check(&mut violations);
        if violations.is_empty() {
            match self.in_order(definition) {
                Ok(json) => return Ok(json),
                Err(Unwritten::TooDeep) => violations.report_depth(),
                Err(_) => violations.report("type", "cannot be written as JSON"),
            }
        }
        Err(ContractViolation::of::<T>(violations))
    }

    #[inline]
    fn in_order(&self, definition: Option<Schema>) -> Result<String, Unwritten> {
        // The envelope is a level, too.
        let levels = MOST_LEVELS + 1;
        if T::emitted().order.is_as_written() {
            return json::text(&self.written(definition, &self.payload), levels);
        }
        let payload = RawValue::from_string(contract::text(&self.payload)?).map_err(Unwritten::NotJson)?;
        json::text(&self.written(definition, &*payload), levels)
    }

    #[inline]
    fn written<'a, P: ?Sized>(&'a self, definition: Option<Schema>, payload: &'a P) -> Written<'a, P> {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema: _, payload: _ } = self;
        Written {
            version: VERSION,
            source,
            target,
            trace_id: trace_id.to_string(),
            confidence: *confidence,
            warnings,
            tokens,
            contract: T::name(),
            // Of what is written, whatever the field was set to.
            schema: T::fingerprint(),
            definition,
            payload,
        }
    }

    /// Reads an envelope that [`to_json`](Self::to_json) wrote, strictly.
    ///
    /// First the fingerprint is compared with that of `T`; if it differs, the payload is not read. Then every
    /// field has to be as documented and none may be unknown, missing or repeated, and the payload is read as
    /// by [`Contract::parse`]; the envelope does not count towards its 127 levels. Pointers begin at the
    /// envelope: `/payload/steps/0`.
    ///
    /// The metadata is taken as it is: the source, the confidence, the number of tokens. A run computes them;
    /// in an envelope from an untrusted sender they mean nothing.
    ///
    /// # Errors
    ///
    /// Returns [`EnvelopeError::SchemaDrift`] if the sender's contract is not the receiver's, with the
    /// changes if the envelope has the sender's schema, and [`EnvelopeError::Contract`] with all violations
    /// otherwise. An envelope of another version is a single violation, at `/version`.
    ///
    /// ```
    /// # use handoff::prelude::*;
    /// # #[agent] async fn greet(name: String) -> String { name }
    /// # pipeline! { pub hello(String) -> String { greet } }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let runtime = Runtime::default();
    /// let sent: Envelope<String> = runtime.run(hello, "Ada".to_owned()).await?;
    /// let text = sent.to_json()?;
    ///
    /// let received = Envelope::<String>::from_json(&text)?;
    /// assert_eq!(received.payload, "Ada");
    ///
    /// let drift = Envelope::<Vec<String>>::from_json(&text).unwrap_err();
    /// assert!(matches!(drift, handoff::EnvelopeError::SchemaDrift(_)));
    /// # Ok::<_, Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn from_json(json: &str) -> Result<Self, EnvelopeError> {
        let broken = |violations| {
            let name = format!("Envelope<{}>", T::name());
            EnvelopeError::Contract(ContractViolation::named(name.into(), violations))
        };
        let Some(members) = members(json) else {
            let declares = |key: &str| MEMBERS.contains(&key) || T::emitted().declares(key);
            return Err(broken(validate(json, &declares, |json, validator| {
                validator.wrong_kind("an envelope", json);
            })));
        };
        let mut reading = Reading { members, violations: Violations::new() };
        if let Some(version) = reading.first("version")
            && typed::<u32>(version).ok() != Some(VERSION)
        {
            let message = format!("an envelope of another version; this version of handoff reads {VERSION}");
            let mut violations = Violations::new();
            violations.at("version", |violations| violations.report_found("const", message, &version));
            return Err(broken(violations));
        }
        if let Some(drift) = reading.drift::<T>() {
            return Err(EnvelopeError::SchemaDrift(Box::new(drift)));
        }

        reading.required("version", |_, _| Some(()));
        let source = reading.required("source", |json, violations| leaf(json, AGENT, violations));
        let target = reading.required("target", |json, violations| leaf(json, AGENT, violations));
        let trace_id = reading.required("trace_id", |json, violations| leaf(json, TRACE_ID, violations));
        let confidence =
            reading.required("confidence", |json, violations| leaf(json, CONFIDENCE, violations));
        let warnings = reading.required("warnings", warnings);
        let tokens = reading.required("tokens", |json, violations| leaf(json, TOKENS, violations));
        reading.required("contract", |json, violations| leaf::<String>(json, "string", violations));
        reading.required("schema", |json, violations| leaf::<Fingerprint>(json, FINGERPRINT, violations));
        reading.optional("definition", |json, violations| leaf::<Schema>(json, SCHEMA, violations));
        let payload = reading.required("payload", |json, violations| {
            T::parse(json).map_err(|broken| violations.append(broken.found())).ok()
        });
        reading.finish().map_err(broken)?;
        let read = || {
            Some(Self {
                source: source?,
                target: target?,
                trace_id: trace_id?,
                confidence: confidence?,
                warnings: warnings?.into(),
                tokens: tokens?,
                schema: T::fingerprint(),
                payload: payload?,
            })
        };
        // Always there: what is not was reported.
        read().ok_or_else(|| broken(Violations::new()))
    }
}

/// The members of an envelope.
const MEMBERS: [&str; 11] = [
    "version",
    "source",
    "target",
    "trace_id",
    "confidence",
    "warnings",
    "tokens",
    "contract",
    "schema",
    "definition",
    "payload",
];

const AGENT: &str = "agent (an object with a `name` and a `role`)";
const TRACE_ID: &str = "trace id (32 lower-case hex digits, not all zero)";
const CONFIDENCE: &str = "confidence (a number in 0..=1)";
const WARNING: &str = "warning (an object with a `kind`, an `agent`, a `count` and a `message`)";
const TOKENS: &str = "count of tokens (an object with a `count` and an `encoding`)";
const FINGERPRINT: &str = "fingerprint (64 hex digits)";
const SCHEMA: &str = "schema (an object or a boolean)";

/// An envelope that is being read, member by member.
struct Reading<'t> {
    /// All of them, in the order of the text.
    members: Vec<(String, &'t str)>,
    violations: Violations,
}

impl<'t> Reading<'t> {
    #[inline]
    fn first(&self, key: &str) -> Option<&'t str> {
        self.members.iter().find(|(name, _)| name == key).map(|(_, json)| *json)
    }

    /// Why the payload is not looked at, if its contract is not `T`.
    #[inline]
    fn drift<T: Contract>(&self) -> Option<SchemaDrift> {
        let sent = typed::<Fingerprint>(self.first("schema")?).ok()?;
        if sent == T::fingerprint() {
            return None;
        }
        let definition = self.first("definition").filter(|json| json.len() <= LARGEST_DEFINITION);
        let definition = definition.and_then(|json| typed::<Schema>(json).ok());
        Some(SchemaDrift {
            source: self.first("source").and_then(|json| typed(json).ok()),
            target: self.first("target").and_then(|json| typed(json).ok()),
            sent_contract: self.first("contract").and_then(|json| typed(json).ok()),
            sent,
            contract: T::name(),
            expected: T::fingerprint(),
            changes: definition.map_or_else(Vec::new, |definition| diff(&definition, T::schema())),
        })
    }

    /// Reads the member of this key, and reports it where it is repeated.
    #[inline]
    fn optional<V>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str, &mut Violations) -> Option<V>,
    ) -> Option<V> {
        let mut named = self.members.iter().filter(|(name, _)| name == key);
        let mut value = None;
        if let Some((_, json)) = named.next() {
            self.violations.at(key, |violations| value = read(json, violations));
        }
        for _ in named {
            self.violations.at(key, |violations| violations.report("duplicate", "the key is repeated"));
        }
        value
    }

    /// As [`optional`](Self::optional), and reports it where it is missing.
    #[inline]
    fn required<V>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str, &mut Violations) -> Option<V>,
    ) -> Option<V> {
        if self.first(key).is_none() {
            self.violations.at(key, |violations| violations.report("required", "missing"));
        }
        self.optional(key, read)
    }

    /// Reports the members that an envelope does not have.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, in the order of the text.
    #[inline]
    fn finish(mut self) -> Result<(), Violations> {
        for (key, json) in &self.members {
            if !MEMBERS.contains(&&**key) {
                self.violations.at(&**key, |violations| {
                    violations.report_found("additionalProperties", "unknown field", json);
                });
            }
        }
        if self.violations.is_empty() {
            return Ok(());
        }
        let mut ranks = HashMap::new();
        for (rank, (key, _)) in self.members.iter().enumerate() {
            ranks.entry(&**key).or_insert(rank);
        }
        self.violations.sort_since(0, &|key| ranks.get(key).copied().unwrap_or(usize::MAX));
        Err(self.violations)
    }
}

#[inline]
fn warnings(json: &str, violations: &mut Violations) -> Option<Vec<Warning>> {
    let Some(items) = items(json) else {
        violations.append(&validate(json, &|_| true, |json, validator| {
            validator.wrong_kind("a list", json);
        }));
        return None;
    };
    let mut read = Vec::new();
    // All of them, so that everything wrong is reported.
    for (index, item) in items.iter().enumerate() {
        violations.at(index, |violations| read.extend(leaf::<Warning>(item, WARNING, violations)));
    }
    (read.len() == items.len()).then_some(read)
}
