//! What to ask a model.

use std::fmt;
use std::marker::PhantomData;

use handoff::Asks;
use handoff::{Context, Contract};

use crate::error::ModelError;
use crate::model::Model;
use crate::request::sanitized;

/// A question to a model whose answer is a `T`. An agent returns it in place of its output.
///
/// Such an agent is a function from its input to a prompt, which can be tested without a model, and does not
/// pass a [`Context`] on. The [`Model`] is taken from the runtime's state and [asked](Model::ask) in the
/// agent's attempt, so the agent's timeout, retries and budgets apply to the call.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::Prompt;
///
/// # #[contract] pub struct Question { pub text: String }
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub steps: Vec<String>,
/// }
///
/// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
/// async fn plan(question: Question) -> Prompt<Plan> {
///     Prompt::new("Split the question into independent steps.").input(&question)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let prompt = plan(Question { text: "Why is the sky blue?".to_owned() }).await;
/// assert_eq!(
///     prompt.text(),
///     "Split the question into independent steps.\n\n\
///      <Question>\n{\"text\":\"Why is the sky blue?\"}\n</Question>"
/// );
/// # }
/// ```
///
/// A prompt that consists of a fixed text and the input can be the documentation of a function without a
/// body. **The doc comment is what the model is told**, so changing it changes the program:
///
/// ```
/// # use handoff::prelude::*;
/// # use handoff_models::Prompt;
/// # #[contract] pub struct Question { pub text: String }
/// # #[contract] pub struct Plan { pub steps: Vec<String> }
/// /// Split the question into independent steps.
/// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
/// async fn plan(question: Question) -> Prompt<Plan>;
/// ```
///
/// # Equal prompts
///
/// A question is identified by its text, its system prompt and its contract: when the next attempt of an
/// agent asks the same question, the model is told what was wrong with the last answer. Two questions of one
/// attempt are told apart if their texts differ.
///
/// # Several models
///
/// `Prompt<Plan, Fast>` asks the resource `Fast` of the state, which is any type that holds a model:
///
/// ```
/// use handoff_models::Model;
///
/// #[derive(Clone)]
/// pub struct Fast(Model);
///
/// impl AsRef<Model> for Fast {
///     fn as_ref(&self) -> &Model {
///         &self.0
///     }
/// }
/// ```
pub struct Prompt<T, M = Model> {
    pub(crate) parts: Parts,
    of: PhantomData<fn(M) -> T>,
}

/// A prompt, whatever it is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parts {
    pub(crate) text: String,
    pub(crate) system: Option<String>,
    pub(crate) temperature: Option<f64>,
    pub(crate) seed: Option<u64>,
    pub(crate) lenient: bool,
    /// Whether the agent's tools are offered.
    pub(crate) tools: bool,
    /// The first input that cannot be written as JSON, and why.
    pub(crate) unwritten: Option<(String, String)>,
}

impl<T, M> Prompt<T, M> {
    /// Creates a prompt with this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let parts = Parts {
            text: text.into(),
            system: None,
            temperature: None,
            seed: None,
            lenient: false,
            tools: true,
            unwritten: None,
        };
        Self { parts, of: PhantomData }
    }

    /// Adds a value as JSON, between tags of its contract's name.
    ///
    /// If the value cannot be written, because the serializer of a field fails, asking the prompt returns [an
    /// error](crate::ModelErrorKind::Unwritten).
    #[must_use]
    pub fn input<I: Contract>(mut self, input: &I) -> Self {
        let name = sanitized(&I::name());
        let json = match serde_json::to_string(input) {
            // What ends a tag can stand in the strings of JSON alone, where the escape means the same.
            Ok(json) => json.replace("</", "<\\/"),
            Err(error) => {
                self.parts.unwritten.get_or_insert_with(|| (I::name().into_owned(), error.to_string()));
                return self;
            }
        };
        let text = &mut self.parts.text;
        for part in ["\n\n<", &name, ">\n", &json, "\n</", &name, ">"] {
            text.push_str(part);
        }
        self
    }

    /// Sets the system prompt.
    #[must_use]
    pub fn system(mut self, text: impl Into<String>) -> Self {
        self.parts.system = Some(text.into());
        self
    }

    /// Sets the sampling temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f64) -> Self {
        self.parts.temperature = Some(temperature);
        self
    }

    /// Sets the seed of the sampling, for providers that take one.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.parts.seed = Some(seed);
        self
    }

    /// Allows other text around the JSON of the answer, as [`Contract::parse_lenient`] does.
    ///
    /// Text that is left out causes a warning.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.parts.lenient = true;
        self
    }

    /// Does not offer the agent's [tools](macro@handoff::agent#tools) to the model.
    ///
    /// It is for an agent that asks several questions.
    #[must_use]
    pub fn without_tools(mut self) -> Self {
        self.parts.tools = false;
        self
    }

    /// Returns the text of the prompt, with its inputs.
    ///
    /// Instructions that a [dialect](crate::Dialect::Words) adds are not part of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.parts.text
    }
}

impl<T, M> Clone for Prompt<T, M> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), of: PhantomData }
    }
}

impl<T, M> PartialEq for Prompt<T, M> {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// Prompts are payloads: the words are not shown.
impl<T, M> fmt::Debug for Prompt<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prompt").field("bytes", &self.parts.text.len()).finish_non_exhaustive()
    }
}

impl<T, M> Asks for Prompt<T, M>
where
    T: Send + 'static,
    M: AsRef<Model> + Send + Sync + 'static,
{
    type Output = T;
    type Of = M;
    type Error = ModelError;

    async fn ask(self, of: M, cx: Context) -> Result<T, ModelError>
    where
        T: Contract,
    {
        of.as_ref().ask_for(self.parts, &cx).await
    }

    fn from_doc<I: Contract>(doc: &'static str, input: &I) -> Self {
        Self::new(doc.trim()).input(input)
    }
}
