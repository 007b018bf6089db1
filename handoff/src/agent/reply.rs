//! A model's own words, which the wrapper of an agent holds to the declared contract.

use crate::text::OneLine;
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// Why a model stopped writing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FinishReason {
    /// It had said all it wanted to say.
    #[default]
    Stop,
    /// It ran into its cap on output tokens: what it wrote is a fragment, even where it parses.
    Length,
    /// The provider's filter cut it off: a fragment as well.
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

    /// Whether the reply is a fragment of what the model would have said.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        matches!(self, Self::Length | Self::ContentFilter)
    }
}

impl fmt::Display for FinishReason {
    /// On one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(f).write_str(match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
            Self::Other(reason) => reason,
        })
    }
}

/// The tokens a model call took, as its provider counted them. A runtime adds them up over the
/// replies of a run: see [`Limits::model_tokens`](crate::Limits::model_tokens). An agent that asks
/// more than once for one reply gives the sum, or says of each call what it [spends](crate::Context::spend).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the reply.
    pub output_tokens: u64,
}

impl Usage {
    /// Tokens in, tokens out.
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

    /// Both together.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// A model's reply as it came: text, finish reason and usage.
///
/// An agent may return it in place of its output; the generated wrapper then parses it strictly
/// into the declared contract. A reply that was cut off is [`Truncated`], even where its JSON
/// parses, and everything the contract does not allow is a violation: text around the object (unless it
/// is [`lenient`](Self::lenient)), a second object, unknown fields.
///
/// An agent that writes prose declares `output = String`: its output is the text as it is, which is no JSON, be it empty
/// or in quotes; so a prose agent has its finish reason and its usage, too. That is so of `String` itself. A text in
/// another contract, such as a `Vec<String>` or a struct around a `String`, is read from JSON as ever.
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
    /// A whole reply ([`FinishReason::Stop`]) of unknown usage and model.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), finish: FinishReason::Stop, usage: None, model: None, lenient: false }
    }

    /// Says why the model stopped.
    #[must_use]
    pub fn finish(mut self, reason: FinishReason) -> Self {
        self.finish = reason;
        self
    }

    /// Says what the call took.
    #[must_use]
    pub fn usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Says which model has written it, for whoever [watches](crate::Event::AttemptEnded) the run.
    #[must_use]
    pub fn model(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.model = Some(name.into());
        self
    }

    /// Allows other text around the JSON: white space, a byte order mark, thoughts, a code fence, a few words
    /// before or after.
    ///
    /// A reply that is JSON as it came is read strictly, as ever. From another, **the one JSON object
    /// in it** is read, byte for byte and strictly, and the text around it is left out, with a warning
    /// in the envelope of the output ([`WarningKind::Repaired`](crate::WarningKind::Repaired)). Where a
    /// list is what the contract takes, it is one object or list. Nothing is closed, completed, guessed
    /// or chosen, so these are violations, which say where in the text:
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
    /// What a reasoning model thinks aloud is left out before anything is looked for, wherever it stands and
    /// whatever JSON is in it. It is what stands between markers that models are known for:
    ///
    /// - the tags `<think>`, `<thinking>`, `<thought>`, `<thoughts>`, `<reason>`, `<reasoning>`, `<reflection>`
    ///   and `<scratchpad>`, in any case, with attributes or a namespace (`<seed:think>`);
    /// - `[THINK]…[/THINK]`, `◁think▷…◁/think▷`, `<|begin_of_thought|>…<|end_of_thought|>`,
    ///   `<|START_THINKING|>…<|END_THINKING|>`, `<|inner_prefix|>…<|inner_suffix|>`, `<|think|>…<|end|>`,
    ///   `<|channel>thought…<channel|>`;
    /// - the `analysis` channel of gpt-oss, up to its `final` one.
    ///
    /// Where there is an end that nothing has begun (`…</think>`), since the beginning was in the prompt, all that
    /// is before it is thought. Thoughts that do not end are a violation: the answer in them is none. A marker in
    /// a string of the JSON is text, and so is one in single backquotes.
    ///
    /// Of a reply that is [prose](Self), thoughts are left out, each with the white space after it, with the same
    /// warning; nothing else is.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// What the model wrote.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why it stopped.
    #[must_use]
    pub fn finish_reason(&self) -> &FinishReason {
        &self.finish
    }

    /// What the call took, where the agent said so.
    #[must_use]
    pub fn tokens_used(&self) -> Option<Usage> {
        self.usage
    }

    /// Which model has written it, where the agent said so.
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
