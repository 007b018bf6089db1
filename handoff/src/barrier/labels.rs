//! What the tasks of a fan-out are called.

use std::sync::Arc;

/// The names of a fan-out's tasks, if it has any. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    names: Option<Arc<[Box<str>]>>,
}

impl Labels {
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: Some(names.into_iter().map(String::into_boxed_str).collect()) }
    }

    /// The name of a task, by its index in the fan-out.
    #[must_use]
    pub fn get(&self, task: usize) -> Option<&str> {
        self.names.as_ref()?.get(task).map(|name| &**name)
    }
}
