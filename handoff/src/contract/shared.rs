//! A contract that many hold at once.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value behind an [`Arc`], so that a fan-out can give it to every item without a copy.
///
/// It behaves like a `T`: JSON, schema, fingerprint, checks and confidence are those of `T`, and so are
/// comparison, order, hash, `Debug` and `Display`. Reading JSON creates a new value: what was shared before
/// it was written is not shared afterwards.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Book {
///     pub text: String,
///     #[check(len(..=2_000))]
///     pub questions: Vec<String>,
/// }
///
/// #[contract]
/// pub struct Task {
///     pub question: String,
///     pub book: Shared<Book>,
/// }
///
/// #[agent]
/// async fn answer(task: Task) -> bool {
///     task.book.text.contains(&task.question)
/// }
///
/// pipeline! {
///     pub ask(Shared<Book>) -> Vec<bool> {
///         fan_out(|book| {
///             let questions = book.questions.iter().cloned();
///             questions.map(|question| Task { question, book: book.clone() }).collect::<Vec<_>>()
///         }, max = 2_000) answer => barrier(all)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let book = Book { text: "a whale".into(), questions: vec!["whale".into(), "ship".into()] };
/// let answers = Runtime::default().run(ask, Shared::new(book)).await?;
/// assert_eq!(answers.payload, [true, false]);
/// assert_eq!(Shared::<Book>::fingerprint(), Book::fingerprint());
/// # Ok(())
/// # }
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Moves a value behind a pointer that can be shared.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value: without a copy if nobody shares it, and otherwise as a clone.
    #[must_use]
    pub fn into_inner(this: Self) -> T
    where
        T: Clone,
    {
        Arc::unwrap_or_clone(this.0)
    }

    /// Returns `true` if both point to the same value in memory.
    #[must_use]
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        Arc::ptr_eq(&this.0, &other.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> AsRef<T> for Shared<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T> Borrow<T> for Shared<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T> From<Arc<T>> for Shared<T> {
    fn from(value: Arc<T>) -> Self {
        Self(value)
    }
}

impl<T> From<Shared<T>> for Arc<T> {
    fn from(shared: Shared<T>) -> Self {
        shared.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

impl<T: JsonSchema> JsonSchema for Shared<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
