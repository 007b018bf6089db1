//! A baseline as a file.

use super::shape::Measure;
use super::step::Step;
use super::tally::Tally;
use super::{Baseline, Output};
use crate::contract::{Fingerprint, plain_json};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fs, io};
use thiserror::Error;

/// The form that is written and read.
const VERSION: u32 = 1;

/// An error that occurred while a baseline was read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The file cannot be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// The text is not a baseline: it was edited, badly merged, or written by another version of handoff.
    #[error("the baseline cannot be read: {reason}")]
    Malformed {
        /// What is wrong with the text.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    outputs: Vec<OutputForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutputForm {
    agent: String,
    contract: String,
    fingerprint: Fingerprint,
    payloads: u64,
    fields: BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>,
}

impl Baseline {
    /// Reads a baseline from the file at `path`.
    ///
    /// # Errors
    ///
    /// Returns [`BaselineError::Io`] if the file cannot be read, and [`BaselineError::Malformed`] if it is
    /// not a baseline.
    #[inline]
    pub fn read(path: impl AsRef<Path>) -> Result<Self, BaselineError> {
        let path = path.as_ref();
        let text =
            fs::read_to_string(path).map_err(|error| BaselineError::Io { path: path.to_owned(), error })?;
        text.parse()
    }

    /// Writes the baseline to the file at `path`, in the form of its [`Display`](fmt::Display).
    ///
    /// # Errors
    ///
    /// Returns [`BaselineError::Io`] if the file cannot be written.
    #[inline]
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), BaselineError> {
        let path = path.as_ref();
        fs::write(path, self.to_string()).map_err(|error| BaselineError::Io { path: path.to_owned(), error })
    }
}

impl fmt::Display for Baseline {
    /// Writes JSON with a line for each habit, sorted: the same statistics give the same text.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\n  \"version\": {VERSION},\n  \"outputs\": [")?;
        for (index, ((agent, contract), output)) in self.outputs.iter().enumerate() {
            let Output { fingerprint, payloads, fields, .. } = output;
            write!(f, "{}\n    {{\n", if index > 0 { "," } else { "" })?;
            writeln!(f, "      \"agent\": {},", quoted(agent))?;
            writeln!(f, "      \"contract\": {},", quoted(contract))?;
            writeln!(f, "      \"fingerprint\": \"{fingerprint}\",")?;
            writeln!(f, "      \"payloads\": {payloads},")?;
            write!(f, "      \"fields\": {{")?;
            for (index, (field, habits)) in fields.iter().enumerate() {
                write!(f, "{}\n        {}: {{", if index > 0 { "," } else { "" }, quoted(field))?;
                for (index, (measure, tally)) in habits.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(f, "{comma}\n          {}: {{", quoted(&measure.to_string()))?;
                    for (index, (step, count)) in tally.steps().enumerate() {
                        let (comma, key) = (if index > 0 { ", " } else { "" }, key(measure, step));
                        write!(f, "{comma}\"{key}\": {count}")?;
                    }
                    f.write_str("}")?;
                }
                f.write_str("\n        }")?;
            }
            write!(f, "\n      }}\n    }}")?;
        }
        f.write_str("\n  ]\n}\n")
    }
}

impl FromStr for Baseline {
    type Err = BaselineError;

    /// Parses the text that [`Display`](fmt::Display) writes.
    #[inline]
    fn from_str(text: &str) -> Result<Self, BaselineError> {
        let malformed = |reason| BaselineError::Malformed { reason };
        let form: Form = serde_json::from_str(text).map_err(|error| {
            malformed(format!("{} at line {} column {}", plain_json(&error), error.line(), error.column()))
        })?;
        if form.version != VERSION {
            let found = form.version;
            return Err(malformed(format!(
                "expected version {VERSION}, which this version of handoff reads, found {found}"
            )));
        }
        let mut outputs = BTreeMap::new();
        for OutputForm { agent, contract, fingerprint, payloads, fields } in form.outputs {
            let mut output = Output::new(fingerprint);
            output.payloads = payloads;
            for (field, habits) in fields {
                for (name, steps) in habits {
                    let unclear = |what| {
                        malformed(format!(
                            "{what} `{name}` of field `{field}` of agent `{agent}` means nothing"
                        ))
                    };
                    let measure = Measure::named(&name).ok_or_else(|| unclear("the measure"))?;
                    let mut tally = Tally::default();
                    for (key, count) in steps {
                        let step = step(&measure, &key).filter(|_| count > 0);
                        tally.add_many(step.ok_or_else(|| unclear("a count of"))?, count);
                    }
                    if tally.total() > 0 {
                        output.fields.entry(field.clone()).or_default().insert(measure, tally);
                    }
                }
            }
            if outputs.insert((agent.clone(), contract.clone()), output).is_some() {
                return Err(malformed(format!("`{contract}` of agent `{agent}` stands in it twice")));
            }
        }
        Ok(Self { outputs })
    }
}

#[inline]
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[inline]
fn key(measure: &Measure, step: Step) -> String {
    match step {
        Step::ZERO if measure.is_question() => "no".to_owned(),
        Step::ONE if measure.is_question() => "yes".to_owned(),
        step => step.to_string(),
    }
}

#[inline]
fn step(measure: &Measure, key: &str) -> Option<Step> {
    match key {
        "no" if measure.is_question() => Some(Step::ZERO),
        "yes" if measure.is_question() => Some(Step::ONE),
        _ if measure.is_question() => None,
        number => number.parse().ok().filter(|number: &f64| number.is_finite()).map(Step::of),
    }
}
