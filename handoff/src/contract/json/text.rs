//! Reading a text as one value of a type, as strictly as serde can be made.

use serde::de::DeserializeOwned;
use serde_json::de::StrRead;

use crate::contract::json::strict::{Notes, Strict};

/// The deserializer that reads the text of one value.
pub(crate) type TextDeserializer<'d, 'n, 'a> = Strict<'n, &'d mut serde_json::Deserializer<StrRead<'a>>>;

/// Reads a text as one `T` and nothing else.
pub(crate) fn typed<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    typed_with(text, |deserializer| T::deserialize(deserializer))
}

/// Reads a text by a function and nothing else.
pub(crate) fn typed_with<T>(
    text: &str,
    read: impl FnOnce(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    noted(text, &Notes::default(), read)
}

/// Reads a text by a function, and notes on the way what cannot be judged.
pub(crate) fn noted<T>(
    text: &str,
    notes: &Notes,
    read: impl FnOnce(TextDeserializer<'_, '_, '_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = read(Strict::new(&mut deserializer, notes))?;
    deserializer.end()?;
    Ok(value)
}

/// What `serde_json` says, without its " at line 1 column 3": the pointer says where.
pub(crate) fn plain_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) if error.line() > 0 => message[..end].to_owned(),
        _ => message,
    }
}
