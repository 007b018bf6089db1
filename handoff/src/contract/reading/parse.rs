//! From text to a contract: the fast way first, and on any doubt the validator, which finds everything.

use serde::de::DeserializeOwned;

use crate::contract::Contract;
use crate::contract::json::strict::Notes;
use crate::contract::json::text::{noted, plain_message, typed};
use crate::contract::json::tree::Json;
use crate::contract::reading::validator::Validator;
use crate::contract::violation::{ContractViolation, Violations};

pub(crate) fn parse<T: Contract>(text: &str) -> Result<T, ContractViolation> {
    let notes = Notes::default();
    let read = noted(text, &notes, |deserializer| T::deserialize(deserializer));
    let mut checked = Violations::new();
    match read {
        Ok(value) => {
            value.check(&mut checked);
            if checked.is_empty() && !notes.doubt() && !T::emitted().drops_items {
                return Ok(value);
            }
            slow(text, Ok(value), checked)
        }
        Err(error) => slow(text, Err(error), checked),
    }
}

/// Finds out everything that is wrong; where nothing is, the doubt was for nothing.
#[cold]
fn slow<T: Contract>(
    text: &str,
    read: Result<T, serde_json::Error>,
    checked: Violations,
) -> Result<T, ContractViolation> {
    let mut violations = validate(text, &|key| T::emitted().declares(key), |json, validator| {
        T::validate(json, validator);
    });
    if violations.is_empty() {
        // The validator reads the same text with the same tables, so this happens only where a hand-written
        // `Deserialize` or `check` knows more than the tables do.
        violations = checked;
    }
    match read {
        Ok(value) if violations.is_empty() => Ok(value),
        Err(error) if violations.is_empty() => {
            violations.report_found("type", format!("not a valid `{}`", T::name()), &plain_message(&error));
            Err(ContractViolation::of::<T>(violations))
        }
        _ => Err(ContractViolation::of::<T>(violations)),
    }
}

/// Reads a text as a type that is no contract and holds no map, as strictly as a contract, or reports everything that is
/// wrong. `expected` says what it is meant to be.
#[inline]
pub(crate) fn leaf<T: DeserializeOwned>(
    text: &str,
    expected: &str,
    violations: &mut Violations,
) -> Option<T> {
    let notes = Notes::default();
    let mut value = noted(text, &notes, |deserializer| T::deserialize(deserializer)).ok();
    if value.is_none() || notes.doubt() {
        let mut found = validate(text, &|_| true, |json, validator| {
            validator.leaf_read(json, expected, |text| typed(text).map(|read| value = Some(read)));
        });
        if !found.is_empty() {
            found.declare(&|_| true);
            violations.append(&found);
            return None;
        }
    }
    value
}

/// Reports what `inspect` finds in the tree of a text; where the text is no JSON, that alone, and the keys on
/// the way to it are names where `declares` says so.
pub(crate) fn validate(
    text: &str,
    declares: &dyn Fn(&str) -> bool,
    inspect: impl FnOnce(&Json<'_>, &mut Validator),
) -> Violations {
    match Json::read(text) {
        Ok(json) => {
            let mut validator = Validator::new();
            inspect(&json, &mut validator);
            validator.into_violations()
        }
        Err((mut pointer, error)) => {
            pointer.declare(declares);
            let mut violations = Violations::new();
            violations.report("syntax", format!("not valid JSON: {}", plain_message(&error)));
            violations.set_pointer_of_last(pointer);
            violations
        }
    }
}
