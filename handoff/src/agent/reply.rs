//! A model's own words, which the wrapper of an agent holds to the declared contract.

use crate::text::OneLine;
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The reason why a model stopped writing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FinishReason {
    /// The model had said all it wanted to say.
    #[default]
    Stop,
    /// The model ran into its cap on output tokens: the reply is a fragment, even if it parses.
    Length,
    /// The provider's filter cut the reply off: it is a fragment as well.
    ContentFilter,
    /// Another reason, in the provider's words.
    Other(Cow<'static, str>),
}

impl FinishReason {
    /// The one that is shown so.
    #[inline]
    pub(crate) fn read(word: String) -> Self {
        match word.as_str() {
            "stop" => Self::Stop,
            "length" => Self::Length,
            "content_filter" => Self::ContentFilter,
            _ => Self::Other(word.into()),
        }
    }

    /// Returns `true` if the reply is a fragment of what the model would have said.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        matches!(self, Self::Length | Self::ContentFilter)
    }
}

impl fmt::Display for FinishReason {
    /// Writes the reason on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(f).write_str(match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
            Self::Other(reason) => reason,
        })
    }
}

/// The tokens that a call of a model took, as its provider counted them.
///
/// A runtime adds up the usage of all replies of a run: see
/// [`Limits::model_tokens`](crate::Limits::model_tokens). An agent that calls a model several times for one
/// reply gives the sum, or reports each call with [`Context::spend`](crate::Context::spend).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The tokens of the prompt.
    pub input_tokens: u64,
    /// The tokens of the reply.
    pub output_tokens: u64,
}

impl Usage {
    /// Creates a usage from the tokens of the prompt and the tokens of the reply.
    #[must_use]
    pub const fn new(input_tokens: u64, output_tokens: u64) -> Self {
        Self { input_tokens, output_tokens }
    }

    /// The sum of two.
    #[must_use]
    pub(crate) const fn plus(self, other: Self) -> Self {
        let input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        Self { input_tokens, output_tokens: self.output_tokens.saturating_add(other.output_tokens) }
    }

    /// What is left without the other.
    #[must_use]
    pub(crate) const fn less(self, other: Self) -> Self {
        let input_tokens = self.input_tokens.saturating_sub(other.input_tokens);
        Self { input_tokens, output_tokens: self.output_tokens.saturating_sub(other.output_tokens) }
    }

    /// Returns the sum of the two. It saturates.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// A model's reply as it came: text, finish reason and usage.
///
/// An agent may return it in place of its output; the generated wrapper then parses the text strictly into
/// the declared contract. A reply that was cut off is [`Truncated`], even if its JSON parses, and everything
/// the contract does not allow is a violation: text around the object (unless the reply is
/// [`lenient`](Self::lenient)), a second object, unknown fields.
///
/// An agent that writes prose declares `output = String`: its output is the text as it is, even if that is
/// empty or in quotes, and it still has a finish reason and a usage. This goes for `String` alone. A text
/// inside another contract, such as a `Vec<String>` or a struct with a `String`, is read from JSON.
///
/// [`Truncated`]: crate::ErrorKind::Truncated
///
/// ```
/// use handoff::prelude::*;
///
/// # #[contract] pub struct Question { pub text: String }
/// # #[contract] pub struct Plan { pub steps: Vec<String> }
/// # async fn ask_a_model(_: &str) -> std::io::Result<(String, bool)> { Ok((String::new(), false)) }
/// #[agent(output = Plan, role = planner)]
/// async fn plan(question: Question) -> Result<Reply, std::io::Error> {
///     let (text, cut) = ask_a_model(&question.text).await?;
///     let finish = if cut { FinishReason::Length } else { FinishReason::Stop };
///     Ok(Reply::new(text).finish(finish))
/// }
///
/// #[agent(output = String)]
/// async fn explain(plan: Plan) -> Result<Reply, std::io::Error> {
///     let (text, _) = ask_a_model(&plan.steps.join(" ")).await?;
///     Ok(Reply::new(text).usage(Usage::new(200, 50)))
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    pub(crate) text: String,
    pub(crate) finish: FinishReason,
    pub(crate) usage: Option<Usage>,
    pub(crate) model: Option<Cow<'static, str>>,
    pub(crate) lenient: bool,
}

impl Reply {
    /// Creates a complete reply ([`FinishReason::Stop`]) of unknown usage and model.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), finish: FinishReason::Stop, usage: None, model: None, lenient: false }
    }

    /// Sets the reason why the model stopped.
    #[must_use]
    pub fn finish(mut self, reason: FinishReason) -> Self {
        self.finish = reason;
        self
    }

    /// Sets the tokens that the call took.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Sets the name of the model that wrote the reply, for [observers](crate::Event::AttemptEnded) of the
    /// run.
    #[must_use]
    pub fn model(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.model = Some(name.into());
        self
    }

    /// Allows other text around the JSON, such as a code fence, thoughts or a few words.
    ///
    /// A reply that is JSON and nothing else is read strictly, as ever. From any other, **the one JSON object
    /// in it** is read, byte for byte and strictly; the text around it is left out, and a warning
    /// ([`WarningKind::Repaired`](crate::WarningKind::Repaired)) is added to the envelope of the output. If
    /// the contract takes a list, one object or list is looked for. Nothing is closed, completed, guessed or
    /// chosen, so these are violations, which say where in the text:
    ///
    /// - two objects or more, though they be the same, or one in the prose (`{}` is an object);
    /// - an object that is cut off or is no JSON (`{'a': 1}`), also beside one that is whole; the
    ///   violation has the pointer and the reason that a strict reading of that object has;
    /// - a brace or bracket that closes nothing, since the beginning of something is missing.
    ///
    /// A list without an object in it, such as the `[1]` of a note, is prose where the contract takes no
    /// list, and so are `{names}` in braces. A number, a string or another output that is neither object
    /// nor list is read only where nothing but white space, thoughts or one code fence is around it. It takes time
    /// in proportion to the length of the text.
    ///
    /// A reply that was [cut off](FinishReason::is_cut_off) is
    /// [`Truncated`](crate::ErrorKind::Truncated), lenient or not.
    ///
    /// [`Contract::parse_lenient`](crate::Contract::parse_lenient) reads a text in this way, and says what was left out.
    ///
    /// ```
    /// use handoff::prelude::*;
    ///
    /// #[contract]
    /// pub struct Plan {
    ///     pub steps: Vec<String>,
    /// }
    ///
    /// #[agent(output = Plan, role = planner)]
    /// async fn plan(goal: String) -> Reply {
    ///     let text = "Here you are:\n```json\n{\"steps\": [\"look\", \"leap\"]}\n```\nGood luck!";
    ///     Reply::new(text).lenient()
    /// }
    ///
    /// pipeline! { pub ask(String) -> Plan { plan } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), PipelineError> {
    /// let envelope = Runtime::builder().build().run(ask, "cross the river".to_owned()).await?;
    /// assert_eq!(envelope.payload.steps, ["look", "leap"]);
    /// assert_eq!(envelope.warnings[0].kind, WarningKind::Repaired);
    /// assert_eq!(
    ///     envelope.warnings[0].to_string(),
    ///     "agent `plan`: its reply was repaired: the text around the JSON was left out"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Thoughts
    ///
    /// The thoughts of a reasoning model are left out before JSON is looked for, wherever they stand and
    /// whatever JSON they contain. Thoughts are the text between the markers of known models:
    ///
    /// - the tags `<think>`, `<thinking>`, `<thought>`, `<thoughts>`, `<reason>`, `<reasoning>`, `<reflection>`
    ///   and `<scratchpad>`, in any case, with attributes or a namespace (`<seed:think>`);
    /// - `[THINK]…[/THINK]`, `◁think▷…◁/think▷`, `<|begin_of_thought|>…<|end_of_thought|>`,
    ///   `<|START_THINKING|>…<|END_THINKING|>`, `<|inner_prefix|>…<|inner_suffix|>`, `<|think|>…<|end|>`,
    ///   `<|channel>thought…<channel|>`;
    /// - the `analysis` channel of gpt-oss, up to its `final` one.
    ///
    /// If an end marker has no beginning (`…</think>`), because the beginning was part of the prompt, all
    /// text before it is thought. Thoughts that do not end are a violation, since an answer inside them is
    /// not the reply. A marker inside a string of the JSON is text, and so is one in single backquotes.
    ///
    /// From a reply that is [prose](Self) only thoughts are left out, each with the white space after it, and
    /// with the same warning.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Returns the text that the model wrote.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the reason why the model stopped.
    #[must_use]
    pub fn finish_reason(&self) -> &FinishReason {
        &self.finish
    }

    /// Returns the tokens that the call took, if the agent set them.
    #[must_use]
    pub fn tokens_used(&self) -> Option<Usage> {
        self.usage
    }

    /// Returns the name of the model that wrote the reply, if the agent set it.
    #[must_use]
    pub fn model_name(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

// The text is a payload: it does not show in logs by accident.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("bytes", &self.text.len())
            .field("finish", &self.finish)
            .field("usage", &self.usage)
            .field("model", &self.model)
            .field("lenient", &self.lenient)
            .finish_non_exhaustive()
    }
}

impl From<String> for Reply {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
