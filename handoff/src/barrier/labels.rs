//! What the tasks of a fan-out are called.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// The names of a fan-out's tasks, if it has any. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    names: Option<Arc<[Box<str>]>>,
}

impl Labels {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: Some(names.into_iter().map(String::into_boxed_str).collect()) }
    }

    /// Returns the name of a task, by its index in the fan-out.
    #[must_use]
    pub fn get(&self, task: usize) -> Option<&str> {
        self.names.as_ref()?.get(task).map(|name| &**name)
    }

    /// Returns whether tasks have no names.
    pub(super) fn are_none(&self) -> bool {
        self.names.is_none()
    }
}

/// As a list.
impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names.as_deref().unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(Vec::deserialize(deserializer)?))
    }
}
