//! What came of a case, as text.

use handoff::prelude::*;
use serde_json::Value;
use std::fmt::Write as _;

/// What came of a run, without what differs from run to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// For people, in a line.
    pub line: String,
    /// All of it, as JSON: the envelope, or the error with everything that it had kept.
    pub whole: String,
    /// What was said to whoever answered what it asked, where that was not taken.
    pub against: Vec<String>,
}

impl Told {
    /// Tells what came out.
    ///
    /// # Panics
    ///
    /// If what comes out of a run cannot be written.
    pub fn of<T: Contract>(outcome: &Result<Envelope<T>, PipelineError>) -> Self {
        match outcome {
            Ok(envelope) => Self::of_envelope(&envelope.to_json().expect("what comes out can be handed on")),
            Err(error) => Self::of_error(error),
        }
    }

    /// Tells of an envelope that is JSON.
    ///
    /// # Panics
    ///
    /// If it is not.
    pub fn of_envelope(json: &str) -> Self {
        let whole = timeless(json);
        // What agents are to do with a note is no news.
        let mut line = shown(&without("acts", whole["payload"].clone()));
        if whole["confidence"] != 1.0 {
            let _ = write!(line, ", confidence {}", whole["confidence"]);
        }
        for warning in whole["warnings"].as_array().into_iter().flatten() {
            let _ = write!(line, "; {}", warning["message"].as_str().unwrap_or_default());
        }
        Self { line, whole: whole.to_string(), against: Vec::new() }
    }

    /// Tells of an error.
    pub fn of_error(error: &PipelineError) -> Self {
        let mut line = format!("**{}** {error}", error.kind().as_str());
        let kept: Vec<_> = error.kept().map(|kept| kept.to_string()).collect();
        if !kept.is_empty() {
            let _ = write!(line, "; kept: {}", kept.join(", "));
        }
        for warning in error.warnings() {
            let _ = write!(line, "; {warning}");
        }
        Self { line, whole: timeless(&error.to_json()).to_string(), against: Vec::new() }
    }

    /// The same, where this was said against answers to what it asked.
    #[must_use]
    pub fn against(self, against: Vec<String>) -> Self {
        Self { against, ..self }
    }

    /// Whether the other has come to the same. A run that is gone on with does not hear again what it has heard before.
    #[must_use]
    pub fn ends_as(&self, other: &Self) -> bool {
        let Self { line, whole, against } = self;
        (line, whole) == (&other.line, &other.whole)
            && against.iter().all(|against| other.against.contains(against))
    }
}

/// A payload: of a `Partial`, who has failed.
fn shown(payload: &Value) -> String {
    let (Some(results), Some(failures)) = (payload["results"].as_array(), payload["failures"].as_array())
    else {
        return payload.to_string();
    };
    let mut shown = format!("`Partial` {}/{}", results.len(), payload["total"]);
    for (what, failures) in [("", Some(failures)), ("recovered ", payload["recovered"].as_array())] {
        for failure in failures.into_iter().flatten() {
            let _ = write!(shown, ", {what}task {} {}", failure["task"], failure["kind"]);
        }
    }
    shown
}

/// Without ids, which are of one run alone.
fn timeless(json: &str) -> Value {
    without("trace_id", serde_json::from_str(json).expect("it is JSON"))
}

/// Without the members of this name, wherever they are.
fn without(name: &str, mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.remove(name);
            for member in members.values_mut() {
                *member = without(name, member.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = without(name, item.take());
            }
        }
        _ => {}
    }
    value
}
