//! Envelopes as text: what one process hands to another, or keeps for later.

use super::drift::{EnvelopeError, SchemaDrift};
use super::{Envelope, TraceId, Warning, parts};
use crate::agent::AgentId;
use crate::budget::TokenCount;
use crate::contract::{
    Confidence, Contract, ContractViolation, Fingerprint, Json, Violations, diff, plain_json,
};
use schemars::Schema;
use serde::{Serialize, Serializer};

/// The form in which envelopes are written, and the only one that is read.
const VERSION: u32 = 1;

/// Bytes of a schema in an envelope that are looked at for what has changed: some hundred times a large one.
const LARGEST_DEFINITION: usize = 256 * 1024;

#[derive(Serialize)]
struct Written<'a, T> {
    version: u32,
    source: &'a AgentId,
    target: &'a AgentId,
    trace_id: String,
    confidence: Confidence,
    warnings: &'a [Warning],
    tokens: &'a TokenCount,
    contract: &'a str,
    schema: Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<Schema>,
    payload: &'a T,
}

/// The form that [`Envelope::to_json`] documents, without a look at the payload's checks.
impl<T: Contract> Serialize for Envelope<T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(None, serializer)
    }
}

impl<T: Contract> Envelope<T> {
    /// The envelope as JSON, for [`from_json`](Self::from_json) in another process or at another time.
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
    /// `version` is 1. A warning may have `task`, `label` and `others` besides. `contract` is the payload's
    /// contract by name, for people; `schema` is its fingerprint. [`to_json_with_schema`](Self::to_json_with_schema)
    /// adds `definition`.
    ///
    /// # Errors
    ///
    /// If the payload breaks its contract, which that of a run does not: nobody could read it back.
    #[inline]
    pub fn to_json(&self) -> Result<String, ContractViolation> {
        self.to_text(None)
    }

    /// The same with the payload's schema in it, as `definition`: a receiver of another build can then say what has
    /// changed, and not only that it is another. A schema is about as long as a payload.
    ///
    /// # Errors
    ///
    /// As [`to_json`](Self::to_json).
    #[inline]
    pub fn to_json_with_schema(&self) -> Result<String, ContractViolation> {
        self.to_text(Some(T::emitted().meaning()))
    }

    #[inline]
    fn to_text(&self, definition: Option<Schema>) -> Result<String, ContractViolation> {
        let mut violations = Violations::new();
        self.payload.check(&mut violations);
        if violations.is_empty() {
            let mut json = Vec::new();
            match self.write(definition, &mut serde_json::Serializer::new(&mut json)) {
                // What `serde_json` writes is UTF-8.
                Ok(()) => return Ok(String::from_utf8_lossy(&json).into_owned()),
                Err(_) => violations.report("type", "cannot be written as JSON"),
            }
        }
        Err(ContractViolation::of::<T>(violations))
    }

    #[inline]
    fn write<S: Serializer>(&self, definition: Option<Schema>, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { source, target, trace_id, confidence, warnings, tokens, schema: _, payload } = self;
        let written = Written {
            version: VERSION,
            source,
            target,
            trace_id: trace_id.to_string(),
            confidence: *confidence,
            warnings,
            tokens,
            contract: &T::name(),
            // Of what is written, whatever the field was set to.
            schema: T::fingerprint(),
            definition,
            payload,
        };
        written.serialize(serializer)
    }

    /// Reads what [`to_json`](Self::to_json) has written, as the receiver of a `T`, strictly.
    ///
    /// First the fingerprint is held against that of `T` here: where it is another, the payload is not looked at. Then
    /// every field has to be as documented and none may be unknown, missing or repeated, and the payload is read as by
    /// [`Contract::parse`], of whose 127 levels the envelope is one. Pointers begin at the envelope:
    /// `/payload/steps/0`.
    ///
    /// What the envelope claims is taken as claimed: who sent it, its confidence, its count of tokens. In a run they
    /// are worked out; from somebody who may lie they mean nothing.
    ///
    /// # Errors
    ///
    /// [`EnvelopeError::SchemaDrift`] if the sender's contract is not the receiver's, with what has changed where the
    /// sender's schema is in the envelope; else [`EnvelopeError::Contract`] with everything that is wrong. An
    /// envelope of another version is that one violation, at `/version`.
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
            EnvelopeError::Contract(ContractViolation::named(name, violations))
        };
        let mut violations = Violations::new();
        let json = match Json::read(json) {
            Ok(json) => json,
            Err((pointer, error)) => {
                violations.report_at(pointer, "syntax", format!("not valid JSON: {}", plain_json(&error)));
                return Err(broken(violations));
            }
        };
        let Json::Object(object) = &json else {
            violations.report_found("type", format!("expected an envelope, found {}", json.kind()), &json);
            return Err(broken(violations));
        };
        let find = |key: &str| object.get(key);
        if let Some(version) = find("version")
            && parts::integer(version) != Some(VERSION)
        {
            let message = format!("an envelope of another version; this version of handoff reads {VERSION}");
            violations.at("version", |violations| violations.report_found("const", message, version));
            return Err(broken(violations));
        }
        let sent = find("schema").and_then(parts::fingerprint);
        if let Some(sent) = sent.filter(|sent| *sent != T::fingerprint()) {
            let definition =
                find("definition").map(ToString::to_string).filter(|json| json.len() <= LARGEST_DEFINITION);
            let definition = definition.and_then(|json| serde_json::from_str::<Schema>(&json).ok());
            return Err(EnvelopeError::SchemaDrift(Box::new(SchemaDrift {
                source: find("source").and_then(parts::agent),
                target: find("target").and_then(parts::agent),
                sent_contract: find("contract").and_then(parts::text).map(str::to_owned),
                sent,
                contract: T::name(),
                expected: T::fingerprint(),
                changes: definition.map_or_else(Vec::new, |definition| diff(&definition, T::schema())),
            })));
        }

        let mut found = Found::default();
        for entry in object.iter() {
            violations.at(&*entry.key, |violations| {
                if entry.repeated {
                    violations.report("duplicate", "the key is repeated");
                } else {
                    found.take(&entry.key, &entry.value, violations);
                }
            });
        }
        for (name, is_there) in REQUIRED.iter().zip(REQUIRED.map(|name| find(name).is_some())) {
            if !is_there {
                violations.at(*name, |violations| violations.report("required", "missing"));
            }
        }
        if !violations.is_empty() {
            return Err(broken(violations));
        }
        match found.finish() {
            Some(envelope) => Ok(envelope),
            // Unreachable: what is not there was reported.
            None => Err(broken(violations)),
        }
    }
}

const REQUIRED: [&str; 10] = [
    "version",
    "source",
    "target",
    "trace_id",
    "confidence",
    "warnings",
    "tokens",
    "contract",
    "schema",
    "payload",
];

/// The fields of an envelope, as they are found.
struct Found<T> {
    source: Option<AgentId>,
    target: Option<AgentId>,
    trace_id: Option<TraceId>,
    confidence: Option<Confidence>,
    warnings: Option<Vec<Warning>>,
    tokens: Option<TokenCount>,
    payload: Option<T>,
}

impl<T> Default for Found<T> {
    #[inline]
    fn default() -> Self {
        Self {
            source: None,
            target: None,
            trace_id: None,
            confidence: None,
            warnings: None,
            tokens: None,
            payload: None,
        }
    }
}

impl<T: Contract> Found<T> {
    #[inline]
    fn take(&mut self, key: &str, json: &Json<'_>, violations: &mut Violations) {
        const AGENT: &str = "an agent: an object with a `name` and a `role`";
        const TRACE_ID: &str = "a trace id: 32 lower-case hex digits, not all zero";
        const TOKENS: &str = "a count of tokens: an object with a `count` and an `encoding`";
        const FINGERPRINT: &str = "a fingerprint: 64 hex digits";
        match key {
            "source" => self.source = expect(parts::agent(json), AGENT, json, violations),
            "target" => self.target = expect(parts::agent(json), AGENT, json, violations),
            "trace_id" => self.trace_id = expect(parts::trace_id(json), TRACE_ID, json, violations),
            "confidence" => {
                self.confidence = expect(parts::confidence(json), "a number in 0..=1", json, violations);
            }
            "warnings" => self.warnings = warnings(json, violations),
            "tokens" => self.tokens = expect(parts::tokens(json), TOKENS, json, violations),
            "contract" => drop(expect(parts::text(json), "a string", json, violations)),
            "schema" => drop(expect(parts::fingerprint(json), FINGERPRINT, json, violations)),
            // Looked at before, and only needed where the fingerprint is another.
            "version" | "definition" => {}
            "payload" => match T::parse(&json.to_string()) {
                Ok(payload) => self.payload = Some(payload),
                Err(error) => violations.append(&error),
            },
            _ => violations.report_found("additionalProperties", "unknown field", json),
        }
    }

    #[inline]
    fn finish(self) -> Option<Envelope<T>> {
        Some(Envelope {
            source: self.source?,
            target: self.target?,
            trace_id: self.trace_id?,
            confidence: self.confidence?,
            warnings: self.warnings?,
            tokens: self.tokens?,
            schema: T::fingerprint(),
            payload: self.payload?,
        })
    }
}

#[inline]
fn warnings(json: &Json<'_>, violations: &mut Violations) -> Option<Vec<Warning>> {
    const WARNING: &str = "a warning: an object with a `kind`, an `agent`, a `count` and a `message`";
    let Json::List(items) = json else {
        violations.report_found("type", format!("expected a list, found {}", json.kind()), json);
        return None;
    };
    let mut read = Vec::new();
    // All of them, so that everything wrong is reported.
    for (index, item) in items.iter().enumerate() {
        violations
            .at(index, |violations| read.extend(expect(parts::warning(item), WARNING, item, violations)));
    }
    (read.len() == items.len()).then_some(read)
}

#[inline]
fn expect<T>(read: Option<T>, what: &str, json: &Json<'_>, violations: &mut Violations) -> Option<T> {
    if read.is_none() {
        violations.report_found("type", format!("expected {what}"), json);
    }
    read
}
