//! From text to a contract: the fast way first, and on any doubt the walk that finds everything.

use serde::de::{self, DeserializeOwned};
use serde_json::de::StrRead;

use crate::contract::Contract;
use crate::contract::derived::Derived;
use crate::contract::json::strict::Notes;
pub(crate) use crate::contract::json::strict::Strict;
use crate::contract::json::tree::{Entry, Json, with_large_numbers};
use crate::contract::layout::{Layout, Shape};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::{ContractViolation, Violations};

/// The deserializer that reads the text of one value.
pub(crate) type TextDeserializer<'d, 'n, 'a> = Strict<'n, &'d mut serde_json::Deserializer<StrRead<'a>>>;

/// Reads a text as one `T` and nothing else.
pub(crate) fn typed<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    typed_with(text, |deserializer| T::deserialize(deserializer))
}

pub(crate) fn typed_with<T>(
    text: &str,
    read: impl FnOnce(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    noted(text, &Notes::default(), read)
}

fn noted<T>(
    text: &str,
    notes: &Notes,
    read: impl FnOnce(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = read(Strict::new(&mut deserializer, notes))?;
    deserializer.end()?;
    Ok(value)
}

pub(crate) fn parse<T: Contract>(text: &str) -> Result<T, ContractViolation> {
    let notes = Notes::default();
    let read = noted(text, &notes, |deserializer| T::deserialize(deserializer));
    let mut checked = Violations::new();
    match read {
        Ok(value) => {
            value.check(&mut checked);
            if checked.is_empty() && !notes.doubt() && !T::emitted().has_sets {
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
    let mut violations = validate::<T>(text);
    if violations.is_empty() {
        // The walk reads the same text with the same tables, so this happens only where a hand-written
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

fn validate<T: Contract>(text: &str) -> Violations {
    let spelt_out;
    let mut read = Json::read(text);
    if read.as_ref().is_err_and(|(_, error)| error.to_string().starts_with("number out of range"))
        && let Some(spelling) = with_large_numbers(text)
    {
        spelt_out = spelling;
        read = Json::read(&spelt_out);
    }
    match read {
        Ok(json) => {
            let mut validator = Validator::new();
            T::validate(&json, &mut validator);
            validator.into_violations()
        }
        Err((pointer, error)) => {
            let mut violations = Violations::new();
            violations.report("syntax", format!("not valid JSON: {}", plain_message(&error)));
            violations.set_pointer_of_last(pointer);
            violations
        }
    }
}

/// Reads a value of an untagged enum: the walk chooses the variant, and `read` reads it under its name. serde's own
/// choice would take a list for a struct.
///
/// # Errors
///
/// Where no variant has the form of the value, or the value does not fit after all.
pub fn untagged<'de, C: Derived, T, D: serde::Deserializer<'de>>(
    deserializer: D,
    read: impl FnOnce(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error>,
) -> Result<T, D::Error> {
    let Some(Layout::Enum(table)) = C::LAYOUT else {
        return Err(de::Error::custom("not an enum"));
    };
    let json = Json::read_from(deserializer)?;
    let Some(variant) = Validator::variant_of(&json, table) else {
        return Err(de::Error::custom(format_args!("matches no variant of `{}`", table.name)));
    };
    let tagged = match variant.body {
        Shape::Unit => Json::Text(variant.name.into()),
        _ => Json::Object(vec![Entry { key: variant.name.into(), value: json, repeated: false }]),
    };
    typed_with(&tagged.to_string(), read).map_err(|error| de::Error::custom(plain_message(&error)))
}

/// What `serde_json` says, without its " at line 1 column 3": the pointer says where.
pub(crate) fn plain_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) if error.line() > 0 => message[..end].to_owned(),
        _ => message,
    }
}
