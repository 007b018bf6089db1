//! Agents that say what to ask, and leave the asking to whatever the runtime's state provides.

use super::context::Context;
use crate::contract::Contract;
use crate::error::BoxError;

/// A question that an agent may return in place of its output, such as a prompt for a model.
///
/// Such an agent is a function from its input to a question, and can be tested without a model. `#[agent]`
/// recognises it by the name of its return type: the last segment of the path is `Prompt`, and its first
/// argument is the output, alone or in a `Result`. The [resource](Self::Of) that is asked is taken from the
/// runtime's state; a state that does not provide it is a compile error. Asking is part of the attempt: the
/// timeout applies, an error is retried as the agent's `retries` say, and a [`Verdict`](crate::Verdict) in
/// the error's chain counts.
///
/// The crate `handoff-models` has a `Prompt` for language models. For another kind of question, implement
/// this trait:
///
/// ```
/// use handoff::prelude::*;
/// use handoff::Asks;
/// use std::marker::PhantomData;
///
/// /// Answers with the first line that has a word in it.
/// #[derive(Clone)]
/// pub struct Grep(String);
///
/// pub struct Prompt<T> {
///     word: String,
///     output: PhantomData<fn() -> T>,
/// }
///
/// impl<T: Send + 'static> Asks for Prompt<T> {
///     type Output = T;
///     type Of = Grep;
///     type Error = BoxError;
///
///     async fn ask(self, Grep(text): Grep, _: Context) -> Result<T, BoxError>
///     where
///         T: Contract,
///     {
///         let line = text.lines().find(|line| line.contains(&self.word)).ok_or("no such line")?;
///         Ok(T::parse(line)?)
///     }
///
///     fn from_doc<I: Contract>(doc: &'static str, _: &I) -> Self {
///         Self { word: doc.to_owned(), output: PhantomData }
///     }
/// }
///
/// #[contract]
/// pub struct Entry { pub id: u32, pub name: String }
///
/// #[agent]
/// async fn find(name: String) -> Prompt<Entry> {
///     Prompt { word: format!("{name:?}"), output: PhantomData }
/// }
///
/// pipeline! { pub look_up(String) -> Entry { find } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let table = Grep("{\"id\":1,\"name\":\"ann\"}\n{\"id\":2,\"name\":\"bob\"}".to_owned());
/// let runtime = Runtime::builder().state(table).build();
/// assert_eq!(runtime.run(look_up, "bob".to_owned()).await?.payload.id, 2);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "an agent returns `{Self}`, which asks nobody for its output",
    label = "`{Self}` does not implement `Asks`",
    note = "a return type that is called `Prompt` is asked for the output: use the one of `handoff-models`, implement `handoff::Asks`, or give the type another name"
)]
pub trait Asks: Sized + Send + 'static {
    /// The answer, which is the agent's output.
    type Output: Send + 'static;

    /// The resource that is asked, which is taken from the runtime's state as [`State`](crate::State) is.
    type Of: Send + 'static;

    /// The error if there is no answer.
    type Error: Into<BoxError>;

    /// Asks the question. It is called once in each attempt of the agent.
    ///
    /// # Errors
    ///
    /// Returns any error that an agent may return. A [`Verdict`](crate::Verdict) in its chain says whether to
    /// try again.
    ///
    /// # Cancellation
    ///
    /// The future is dropped when the attempt is stopped, like that of an agent.
    fn ask(self, of: Self::Of, cx: Context) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send
    where
        Self::Output: Contract;

    /// Creates the question of an agent without a body from its documentation, which is never empty, and its
    /// input.
    fn from_doc<I: Contract>(doc: &'static str, input: &I) -> Self;
}
