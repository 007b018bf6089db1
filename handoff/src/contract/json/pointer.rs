//! Where in a JSON document something stands.

use std::fmt::{self, Write as _};

/// One step into a JSON document: into an object by key, or into a list by index.
///
/// [`Debug`](fmt::Debug) does not show the key of an [`Entry`](Self::Entry).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an object, by the name of a field or variant as it stands in the JSON (serde's name, not Rust's).
    Key(String),
    /// Into a map, by a key that is payload, as its values are.
    Entry(String),
    /// Into a list, counted from 0.
    Index(usize),
}

impl Step {
    /// The bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        let key = match self {
            Self::Key(key) | Self::Entry(key) => key.len(),
            Self::Index(_) => 0,
        };
        size_of::<Self>() + key
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(name) => f.debug_tuple("Key").field(name).finish(),
            Self::Entry(_) => f.debug_tuple("Entry").finish_non_exhaustive(),
            Self::Index(index) => f.debug_tuple("Index").field(index).finish(),
        }
    }
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The key of a map as a step.
pub(crate) struct EntryKey<'a>(pub(crate) &'a str);

impl From<EntryKey<'_>> for Step {
    fn from(EntryKey(key): EntryKey<'_>) -> Self {
        Self::Entry(key.to_owned())
    }
}

/// A JSON pointer, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901): `/subtasks/0/id`.
///
/// [`Display`](fmt::Display) writes the pointer exactly, with `~` and `/` in keys escaped as `~0` and `~1`.
/// The pointer to the whole document is the empty string. Keys of maps are payload: write the
/// [`masked`](Self::masked) pointer to logs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    steps: Vec<Step>,
}

impl Pointer {
    /// Returns the pointer to the whole document.
    #[must_use]
    pub const fn root() -> Self {
        Self { steps: Vec::new() }
    }

    /// Returns the steps from the whole document inwards.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns `true` if it points to the whole document.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns the pointer with `*` in place of each key of a map, which is payload: `/quotas/*/used`.
    #[must_use]
    pub fn masked(&self) -> impl fmt::Display + use<'_> {
        self.masked_from(self.steps.len())
    }

    /// The same, with `*` also in place of the names of all steps but so many.
    pub(crate) fn masked_from(&self, known: usize) -> impl fmt::Display + use<'_> {
        fmt::from_fn(move |f| {
            self.steps.iter().enumerate().try_for_each(|(index, step)| match step {
                Step::Entry(_) => f.write_str("/*"),
                Step::Key(_) if index >= known => f.write_str("/*"),
                step => write_step(step, f),
            })
        })
    }

    /// Takes those keys for names of which this is true. Who reads a text knows no names.
    pub(crate) fn declare(&mut self, is_name: &dyn Fn(&str) -> bool) {
        for step in &mut self.steps {
            if let Step::Entry(key) = step
                && is_name(key)
            {
                *step = Step::Key(std::mem::take(key));
            }
        }
    }

    /// Puts a step in front: pointers are made from the inside out, so that a check that succeeds pays nothing for
    /// the way to it.
    pub(crate) fn prepend(&mut self, step: Step) {
        // A hostile text has ten thousand of them: one that is long has no room for more steps than it has.
        if self.steps.len() >= 4 {
            self.steps.reserve_exact(1);
        }
        self.steps.insert(0, step);
    }

    /// The bytes that it takes beside itself.
    pub(crate) fn bytes(&self) -> usize {
        self.steps.iter().map(Step::bytes).sum()
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.steps.pop();
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| write_step(step, f))
    }
}

fn write_step(step: &Step, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match step {
        Step::Index(index) => write!(f, "/{index}"),
        Step::Key(key) | Step::Entry(key) => {
            f.write_char('/')?;
            key.chars().try_for_each(|character| match character {
                '~' => f.write_str("~0"),
                '/' => f.write_str("~1"),
                other => f.write_char(other),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_as_in_rfc_6901() {
        let steps = [Step::from("a/b"), Step::from("m~n"), Step::from(""), Step::from(3)];
        let pointer = Pointer { steps: steps.to_vec() };
        assert_eq!(pointer.to_string(), "/a~1b/m~0n//3");
        assert_eq!(Pointer::root().to_string(), "");
    }

    #[test]
    fn keys_of_maps_show_on_request_only() {
        let steps = [Step::from("map"), Step::Entry("sk/1".into()), Step::from(2), Step::Entry("id".into())];
        let mut pointer = Pointer { steps: steps.to_vec() };
        assert_eq!(pointer.to_string(), "/map/sk~11/2/id");
        assert_eq!(pointer.masked().to_string(), "/map/*/2/*");
        assert_eq!(
            format!("{pointer:?}"),
            r#"Pointer { steps: [Key("map"), Entry(..), Index(2), Entry(..)] }"#
        );
        pointer.declare(&|key| key == "id");
        assert_eq!(pointer.masked().to_string(), "/map/*/2/id");
    }
}
