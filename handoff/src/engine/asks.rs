//! Agents that say what to ask, and leave the asking to whatever the runtime's state provides.

use super::context::Context;
use crate::contract::Contract;
use crate::error::BoxError;

/// What an agent may return in place of its output: something that is asked for it, such as the prompt for a model.
///
/// Such an agent is a function from its input to a question, which can be tested without anybody to ask. `#[agent]`
/// knows it by the name of its return type: the last segment of the path is `Prompt`, and its first argument is the
/// output, alone or in a `Result`. What is [asked](Self::Of) is taken from the runtime's state, and asking is part of the
/// attempt: the timeout runs, an error is tried again as the agent's `retries` say, and where the error's chain has a
/// [`Verdict`](crate::Verdict) it counts. A state that does not provide what is asked is a compile error.
///
/// The crate `handoff-models` has a `Prompt` for language models. One of your own takes an implementation of this trait:
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
    /// What comes of it: the agent's output.
    type Output: Send + 'static;

    /// Who is asked: a resource of the runtime's state, taken out of it as [`State`](crate::State) is.
    type Of: Send + 'static;

    /// Why nothing came of it.
    type Error: Into<BoxError>;

    /// Asks, once in each attempt of the agent.
    ///
    /// # Errors
    ///
    /// Any that may be an agent's own. One that says of itself what it is has a [`Verdict`](crate::Verdict) in its chain.
    ///
    /// # Cancellation
    ///
    /// The future is dropped where the attempt is stopped, as an agent's is.
    fn ask(self, of: Self::Of, cx: Context) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send
    where
        Self::Output: Contract;

    /// What an agent without a body asks: its documentation, which is never empty, of what it is handed.
    fn from_doc<I: Contract>(doc: &'static str, input: &I) -> Self;
}
