//! What a test expects of an envelope.

use std::error::Error;
use std::fmt;

use handoff::{Contract, Envelope, Warning, WarningKind};
use serde::Serialize;

use super::difference::{differences, shown};
use crate::json::Json;

/// Differences that are told; of more, how many there are.
const TOLD: usize = 12;

/// Two confidences that differ by less are the same: means are not exact.
const TOLERANCE: f64 = 1e-9;

/// A test's expectations of an [`Envelope`]. Parts without an expectation are not compared.
///
/// A payload is compared as JSON. The message lists all differences, each with its pointer into [the
/// envelope's JSON](Envelope::to_json), and then all warnings:
///
/// ```text
/// the envelope from `plan` is not what was expected:
///   /payload/steps/1: expected `look it up`, found `ask around`
///   /payload/steps/2: expected nothing, found `"go home"`
///   /confidence: expected 0.9, found 0.5
///   /warnings: expected [], found [RepairedByAsking]
/// with the warnings
///   agent `plan`: its reply was repaired by asking again: attempt 2
/// ```
///
/// # Examples
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::testing::Expect;
///
/// #[contract]
/// pub struct Plan {
///     pub steps: Vec<String>,
///     #[confidence]
///     pub sure: f64,
/// }
///
/// #[agent]
/// async fn plan(question: String) -> Plan {
///     Plan { steps: vec![question], sure: 0.9 }
/// }
///
/// pipeline! { pub planning(String) -> Plan { plan } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let done = Runtime::default().run(planning, "why?".to_owned()).await?;
/// Expect::payload(&Plan { steps: vec!["why?".into()], sure: 0.9 }).confidence(0.9).warnings([]).assert(&done);
/// // Of a payload that a model has written, parts are enough.
/// Expect::new().at("/steps/0", "why?").source("plan").assert(&done);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is compared before `assert` or `check`"]
pub struct Expect {
    /// Values, under pointers into the payload.
    parts: Vec<(String, Result<Json, String>)>,
    confidence: Option<f64>,
    source: Option<String>,
    warnings: Option<Vec<WarningKind>>,
}

impl Expect {
    /// Creates an expectation without any requirement.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects this payload. The order of the keys of its maps does not matter.
    pub fn payload<T: Serialize + ?Sized>(payload: &T) -> Self {
        Self::new().at("", payload)
    }

    /// Expects this value at a JSON pointer into the payload: `/steps/0`.
    pub fn at<T: Serialize + ?Sized>(mut self, pointer: &str, value: &T) -> Self {
        self.parts.push((pointer.to_owned(), json(value)));
        self
    }

    /// Expects this confidence, give or take a billionth.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// Expects that the agent of this name made the payload.
    pub fn source(mut self, agent: &str) -> Self {
        self.source = Some(agent.to_owned());
        self
    }

    /// Expects warnings of exactly these kinds, in any order. A warning with a count is one.
    pub fn warnings(mut self, kinds: impl IntoIterator<Item = WarningKind>) -> Self {
        self.warnings = Some(kinds.into_iter().collect());
        self
    }

    /// Compares an envelope with the expectations.
    ///
    /// # Errors
    ///
    /// Returns all differences.
    pub fn check<T: Contract>(&self, envelope: &Envelope<T>) -> Result<(), Mismatch> {
        let mut found = Vec::new();
        let payload = json(&envelope.payload);
        for (pointer, expected) in &self.parts {
            let at = format!("/payload{pointer}");
            match (expected, &payload) {
                (Ok(expected), Ok(payload)) => match payload.resolve(&format!("#{pointer}")) {
                    Some(part) => {
                        let differences = differences(&at, expected, part);
                        found.extend(differences.iter().map(|it| it.say("expected", "found")));
                    }
                    None => found.push(format!("{at}: expected `{}`, found nothing", shown(expected))),
                },
                (Err(why), _) | (_, Err(why)) => {
                    found.push(format!("{at}: cannot be written as JSON: {why}"));
                }
            }
        }
        if let Some(expected) = self.confidence {
            let actual = envelope.confidence.get();
            if (expected - actual).abs() > TOLERANCE {
                found.push(format!("/confidence: expected {expected}, found {actual}"));
            }
        }
        if let Some(expected) = &self.source
            && envelope.source.name != *expected
        {
            found.push(format!("/source: expected `{expected}`, found `{}`", envelope.source.name));
        }
        if let Some(expected) = &self.warnings {
            let [expected, actual] =
                [expected.clone(), envelope.warnings.iter().map(|warning| warning.kind).collect()].map(named);
            if expected != actual {
                let [expected, actual] = [expected, actual].map(|names| names.join(", "));
                found.push(format!("/warnings: expected [{expected}], found [{actual}]"));
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let (source, warnings) = (envelope.source.to_string(), envelope.warnings.to_vec());
        Err(Mismatch { source, differences: found, warnings })
    }

    /// Asserts that an envelope meets the expectations.
    ///
    /// # Panics
    ///
    /// Panics with all differences if it does not.
    #[track_caller]
    pub fn assert<T: Contract>(&self, envelope: &Envelope<T>) {
        if let Err(mismatch) = self.check(envelope) {
            panic!("{mismatch}");
        }
    }
}

/// A value as JSON whose order is that of declaration.
fn json<T: Serialize + ?Sized>(value: &T) -> Result<Json, String> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// The names of kinds, in order.
fn named(kinds: Vec<WarningKind>) -> Vec<String> {
    let mut names = kinds.into_iter().map(|kind| format!("{kind:?}")).collect::<Vec<_>>();
    names.sort_unstable();
    names
}

/// The differences of an envelope from what was [expected](Expect::check). It shows payloads, as a test has
/// to.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    source: String,
    differences: Vec<String>,
    warnings: Vec<Warning>,
}

impl Mismatch {
    /// Returns the differences, each on one line: `/confidence: expected 0.9, found 0.5`.
    #[must_use]
    pub fn differences(&self) -> &[String] {
        &self.differences
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, differences, warnings } = self;
        write!(f, "the envelope from `{source}` is not what was expected:")?;
        for difference in differences.iter().take(TOLD) {
            write!(f, "\n  {difference}")?;
        }
        if let Some(more @ 1..) = differences.len().checked_sub(TOLD) {
            write!(f, "\n  and {more} more")?;
        }
        if !warnings.is_empty() {
            f.write_str("\nwith the warnings")?;
        }
        warnings.iter().try_for_each(|warning| write!(f, "\n  {warning}"))
    }
}

/// As [`Display`](fmt::Display), which is what `unwrap` of a test should show.
impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Mismatch {}
