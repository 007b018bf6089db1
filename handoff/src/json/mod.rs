//! JSON as it is written: compact, and byte for byte as `serde_json` writes it. All that is counted at handoffs, and what
//! stands in envelopes, comes from here.
//!
//! Not from `serde_json` itself, which looks at strings byte by byte, and hands on bytes of which nobody knows
//! any more that they are text: a run of the overhead bench took 141,500 instructions so, and takes 110,200
//! with sixteen bytes looked at together.
//!
//! In the order of `Serialize`, unless maps are to be [in one order](Writer::write_in_order), so that equal values are
//! equal texts. Sets look like any list here: [`sort_lists`] is for whoever knows where they are.

mod order;
mod serializer;
#[cfg(test)]
mod tests;

pub(crate) use order::{Objects, sort_lists};

use serde::Serialize;
use serde::ser::Error as _;

type Outcome = Result<(), serde_json::Error>;

/// Writes a value, in so much memory and so many levels.
#[derive(Debug)]
pub(crate) struct Writer {
    text: String,
    /// The bytes that there may be.
    room: usize,
    /// The objects and lists that there may still be in one another.
    levels: usize,
    place: Place,
    /// What is put in order.
    sorted: Objects,
    /// Why it has stopped, if it has: a `Serialize` may hide an error.
    stopped: Option<Unwritten>,
}

/// A value as text, in so many levels.
///
/// # Errors
///
/// [`Unwritten`].
pub(crate) fn text<T: Serialize + ?Sized>(value: &T, levels: usize) -> Result<String, Unwritten> {
    let mut writer = Writer::new(String::new(), usize::MAX, levels);
    writer.write(value)?;
    Ok(writer.into_text())
}

/// Where the next value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Value,
    /// Where it has to be a string, or something that is written as one.
    Key,
    /// Where a string is JSON already.
    Verbatim,
}

/// Why a value has not been written to its end.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// There are more bytes than there is room for.
    NoRoom,
    /// It is nested too deep.
    TooDeep,
    /// It is none that JSON can say.
    NotJson(serde_json::Error),
}

impl Writer {
    /// A writer into the memory of this text, which is overwritten.
    pub(crate) fn new(mut text: String, room: usize, levels: usize) -> Self {
        text.clear();
        Self { text, room, levels, place: Place::Value, sorted: Objects::None, stopped: None }
    }

    /// Writes the value.
    ///
    /// # Errors
    ///
    /// [`Unwritten`].
    pub(crate) fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritten> {
        self.write_with(|serializer| value.serialize(serializer))
    }

    /// Writes what the function does.
    ///
    /// # Errors
    ///
    /// [`Unwritten`].
    pub(crate) fn write_with(&mut self, write: impl FnOnce(&mut Self) -> Outcome) -> Result<(), Unwritten> {
        let outcome = write(&mut *self);
        match self.stopped.take() {
            Some(stopped) => Err(stopped),
            None => outcome.map_err(Unwritten::NotJson),
        }
    }

    /// Writes the value, and these objects in the order of their keys.
    ///
    /// # Errors
    ///
    /// [`Unwritten`].
    pub(crate) fn write_in_order<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        sorted: Objects,
    ) -> Result<(), Unwritten> {
        let before = std::mem::replace(&mut self.sorted, sorted);
        let written = self.write(value);
        self.sorted = before;
        written
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What has been written, to put more of it in order.
    pub(crate) fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    #[inline]
    fn push(&mut self, part: &str) -> Outcome {
        self.push_between("", part, "")
    }

    #[inline]
    fn push_between(&mut self, before: &str, part: &str, after: &str) -> Outcome {
        let length = before.len() + part.len() + after.len();
        if length > self.room - self.text.len() {
            return Err(self.stop(Unwritten::NoRoom));
        }
        self.text.reserve(length);
        self.text.push_str(before);
        self.text.push_str(part);
        self.text.push_str(after);
        Ok(())
    }

    #[cold]
    fn stop(&mut self, why: Unwritten) -> serde_json::Error {
        // What the error says is heard by nobody but the `Serialize`.
        let error = serde_json::Error::custom("no more can be written");
        self.stopped.get_or_insert(why);
        error
    }

    #[inline]
    fn enter(&mut self, bracket: &str) -> Outcome {
        match self.levels.checked_sub(1) {
            Some(left) => self.levels = left,
            None => return Err(self.stop(Unwritten::TooDeep)),
        }
        self.push(bracket)
    }

    /// Closes as many levels as there are brackets.
    #[inline]
    fn leave(&mut self, brackets: &str) -> Outcome {
        self.levels += brackets.len();
        self.push(brackets)
    }

    #[inline]
    fn quoted(&mut self, text: &str) -> Outcome {
        if plain(text.as_bytes()) == text.len() {
            return self.push_between("\"", text, "\"");
        }
        self.push("\"")?;
        self.escaped(text)?;
        self.push("\"")
    }

    /// The name of a field, up to its value.
    #[inline]
    fn name(&mut self, is_first: bool, name: &str) -> Outcome {
        match (is_first, plain(name.as_bytes()) == name.len()) {
            (true, true) => self.push_between("\"", name, "\":"),
            (false, true) => self.push_between(",\"", name, "\":"),
            (_, false) => {
                self.push(if is_first { "" } else { "," })?;
                self.quoted(name)?;
                self.push(":")
            }
        }
    }

    /// What stands in quotes.
    fn escaped(&mut self, text: &str) -> Outcome {
        let mut rest = text;
        loop {
            let (plain, special) = rest.split_at(plain(rest.as_bytes()));
            self.push(plain)?;
            let Some(&byte) = special.as_bytes().first() else {
                return Ok(());
            };
            match byte {
                b'"' => self.push("\\\"")?,
                b'\\' => self.push("\\\\")?,
                b'\n' => self.push("\\n")?,
                b'\r' => self.push("\\r")?,
                b'\t' => self.push("\\t")?,
                0x08 => self.push("\\b")?,
                0x0C => self.push("\\f")?,
                control => self.push(&format!("\\u{control:04x}"))?,
            }
            rest = &special[1..];
        }
    }
}

/// How many bytes from the first on are written as they are.
fn plain(bytes: &[u8]) -> usize {
    let chunks = match bytes.len() {
        16.. => plain_chunks::<16>(bytes),
        8.. => plain_chunks::<8>(bytes),
        _ => plain_chunks::<4>(bytes),
    };
    let rest = &bytes[chunks..];
    chunks + rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len())
}

/// The same in whole chunks, the last of which may begin in the one before.
#[inline]
fn plain_chunks<const N: usize>(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<N>();
    match (chunks.iter().position(has_special), bytes.last_chunk::<N>()) {
        (Some(plain), _) => N * plain,
        (None, Some(last)) if !has_special(last) => bytes.len(),
        (None, _) => N * chunks.len(),
    }
}

/// Looks at a chunk to its end, so that the compiler compares all of its bytes at once.
#[allow(clippy::inline_always)] // a call for each chunk takes as long as the chunk
#[inline(always)]
fn has_special<const N: usize>(chunk: &[u8; N]) -> bool {
    chunk.iter().fold(false, |any, &byte| any | is_special(byte))
}

#[inline]
#[allow(clippy::needless_bitwise_bool)] // lazy ones are branches, and bytes are compared one by one
fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}
