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
}

impl Told {
    /// Tells what came out.
    ///
    /// # Panics
    ///
    /// If what comes out of a run cannot be written, or an error is not the same when it is read back.
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
        let mut line = without("acts", whole["payload"].clone()).to_string();
        if whole["confidence"] != 1.0 {
            let _ = write!(line, ", confidence {}", whole["confidence"]);
        }
        for warning in whole["warnings"].as_array().into_iter().flatten() {
            let _ = write!(line, "; {}", warning["message"].as_str().unwrap_or_default());
        }
        Self { line, whole: whole.to_string() }
    }

    /// Tells of an error.
    ///
    /// # Panics
    ///
    /// If it is not the same when it is read back.
    pub fn of_error(error: &PipelineError) -> Self {
        let json = error.to_json();
        let read = PipelineError::from_json(&json).expect("it is an error of a run");
        assert_eq!((format!("{read:?}"), read.to_string()), (format!("{error:?}"), error.to_string()));
        let mut line = format!("**{}** {error}", error.kind().as_str());
        let kept: Vec<_> = error.kept().map(|kept| kept.to_string()).collect();
        if !kept.is_empty() {
            let _ = write!(line, "; kept: {}", kept.join(", "));
        }
        for warning in error.warnings() {
            let _ = write!(line, "; {warning}");
        }
        Self { line, whole: timeless(&json).to_string() }
    }
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
