//! Where in a JSON document something stands.

use std::fmt::{self, Write as _};

/// One step into a JSON document: into an object by key, or into a list by index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an object, by the key as it stands in the JSON (serde's name, not Rust's).
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
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

/// A JSON pointer, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901): `/subtasks/0/id`.
///
/// [`Display`](fmt::Display) writes the pointer exactly, with `~` and `/` in keys escaped as `~0` and `~1`. The
/// pointer to the whole document is the empty string.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    steps: Vec<Step>,
}

impl Pointer {
    /// The pointer to the whole document.
    #[must_use]
    pub const fn root() -> Self {
        Self { steps: Vec::new() }
    }

    /// The steps from the whole document inwards.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether it points to the whole document.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// Puts a step in front: pointers are made from the inside out, so that a check that succeeds pays nothing for
    /// the way to it.
    pub(crate) fn prepend(&mut self, step: Step) {
        self.steps.insert(0, step);
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
        for step in &self.steps {
            match step {
                Step::Index(index) => write!(f, "/{index}")?,
                Step::Key(key) => {
                    f.write_char('/')?;
                    for character in key.chars() {
                        match character {
                            '~' => f.write_str("~0")?,
                            '/' => f.write_str("~1")?,
                            other => f.write_char(other)?,
                        }
                    }
                }
            }
        }
        Ok(())
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
}
