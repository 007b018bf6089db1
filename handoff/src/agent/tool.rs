//! What an agent may call, and why a call came to nothing.

use super::{AgentId, AgentSpec, Config};
use crate::contract::{Contract, ContractViolation};
use crate::describe::Stage;
use crate::describe::parts::{self, Draft};
use crate::error::PipelineError;
use crate::text::one_line;
use std::borrow::Cow;
use std::error::Error;
use std::fmt::{self, Write as _};

/// An agent or a pipeline that another agent may [call](crate::Context::call_tool): one of its
/// [`tools(…)`](macro@crate::agent#tools).
#[derive(Clone, Copy)]
pub struct Tool {
    config: fn() -> &'static Config,
    input: fn() -> Cow<'static, str>,
    schema: fn() -> &'static str,
    pub(crate) describe: fn(&mut Draft) -> Stage,
}

impl Tool {
    #[doc(hidden)]
    #[must_use]
    pub const fn of<A: AgentSpec>() -> Self {
        Self {
            config: Config::of::<A>,
            input: <A::Input as Contract>::name,
            schema: <A::Input as Contract>::schema_json,
            describe: parts::stage::<A>,
        }
    }

    /// Returns the name that a model calls the tool by.
    ///
    /// It is the agent's name in the form that all providers accept: at most 64 ASCII letters, digits, `-`
    /// and `_`. Any other character is replaced by `_`.
    #[must_use]
    pub fn name(&self) -> Cow<'static, str> {
        let name = self.config().id.name_of_constant();
        if name.len() <= MOST_CHARACTERS && name.bytes().all(is_plain) {
            return Cow::Borrowed(name);
        }
        let plain = |c: char| if u8::try_from(c).is_ok_and(is_plain) { c } else { '_' };
        Cow::Owned(name.chars().take(MOST_CHARACTERS).map(plain).collect())
    }

    /// Returns a description of the tool for a model: the agent's documentation, or its name if it has none.
    #[must_use]
    pub fn description(&self) -> &'static str {
        let config = self.config();
        config.documentation().unwrap_or_else(|| config.id.name_of_constant())
    }

    /// Returns the name of the contract of the tool's input.
    #[must_use]
    pub fn input(&self) -> Cow<'static, str> {
        (self.input)()
    }

    /// Returns the JSON Schema of the tool's input, as [`Contract::schema_json`] writes it.
    #[must_use]
    pub fn input_schema(&self) -> &'static str {
        (self.schema)()
    }

    pub(crate) fn config(&self) -> &'static Config {
        (self.config)()
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool")
            .field("name", &self.name())
            .field("input", &self.input())
            .finish_non_exhaustive()
    }
}

/// The most characters of a tool's name.
const MOST_CHARACTERS: usize = 64;

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether a model can tell these tools apart.
#[doc(hidden)]
#[must_use]
pub const fn can_be_told_apart(tools: &[&AgentId]) -> bool {
    let mut one = 0;
    while one < tools.len() {
        let mut other = 0;
        while other < one {
            if is_called_the_same(
                tools[one].name_of_constant().as_bytes(),
                tools[other].name_of_constant().as_bytes(),
            ) {
                return false;
            }
            other += 1;
        }
        one += 1;
    }
    true
}

/// Whether two names are the same as [`Tool::name`] has them.
const fn is_called_the_same(one: &[u8], other: &[u8]) -> bool {
    let (mut at, mut other_at, mut characters) = (0, 0, 0);
    while characters < MOST_CHARACTERS && at < one.len() && other_at < other.len() {
        let (byte, other_byte) = (one[at], other[other_at]);
        let byte = if is_plain(byte) { byte } else { b'_' };
        let other_byte = if is_plain(other_byte) { other_byte } else { b'_' };
        if byte != other_byte {
            return false;
        }
        (at, other_at) = (next(one, at), next(other, other_at));
        characters += 1;
    }
    characters == MOST_CHARACTERS || (at == one.len() && other_at == other.len())
}

/// Where the character after this one begins.
const fn next(text: &[u8], mut at: usize) -> usize {
    at += 1;
    while at < text.len() && text[at] & 0xc0 == 0x80 {
        at += 1;
    }
    at
}

/// The reason why a [call of a tool](crate::Context::call_tool) failed.
///
/// Whatever ends the run (its deadline, its limits, a cancellation) is not reported here: it ends the calling
/// agent.
#[derive(Debug)]
#[non_exhaustive]
pub enum ToolError {
    /// The agent has no tool of this name.
    #[non_exhaustive]
    Unknown {
        /// The name that was called.
        name: String,
        /// The names of the agent's tools.
        tools: Vec<Cow<'static, str>>,
    },
    /// The arguments break the contract of the tool's input.
    Arguments(ContractViolation),
    /// The tool failed, after its retries, or its input or its output was refused at a handoff.
    Failed(Box<PipelineError>),
    /// The attempt that the tools belong to has ended.
    Over,
}

impl ToolError {
    /// Returns the error in words for a model, to be given to it as the result of its call.
    ///
    /// For an error of the tool itself, this is the one line of its [kind](PipelineError::kind), which shows
    /// no values of payloads but those that an agent's own error mentions.
    #[must_use]
    pub fn for_model(&self) -> String {
        match self {
            Self::Unknown { name, tools } => {
                let mut text = format!("There is no tool `{}`. ", one_line(name));
                text.push_str(if tools.len() == 1 { "The only tool is " } else { "The tools are " });
                for (index, tool) in tools.iter().enumerate() {
                    let _ = write!(text, "{}`{tool}`", if index == 0 { "" } else { ", " });
                }
                text.push('.');
                text
            }
            Self::Arguments(violation) => violation.for_caller().to_string(),
            Self::Failed(error) => format!("The call failed: {}.", one_line(error.kind())),
            Self::Over => "The call was not made: nobody waits for it any more.".to_owned(),
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The name is a model's.
            Self::Unknown { .. } => f.write_str("there is no tool of the name that was called"),
            Self::Arguments(violation) => write!(f, "the arguments of the call are wrong: {violation}"),
            Self::Failed(error) => write!(f, "the tool failed: {error}"),
            Self::Over => f.write_str("the attempt of the agent that called the tool has ended"),
        }
    }
}

impl Error for ToolError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            Self::Unknown { .. } | Self::Arguments(_) | Self::Over => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;

    #[test]
    fn names_are_the_same_as_a_model_sees_them() {
        let same = |one: &str, other: &str| is_called_the_same(one.as_bytes(), other.as_bytes());
        assert!(!same("look", "look_up") && !same("look-up", "look_up"));
        assert!(same("look up", "look_up"));
        assert!(same("größe", "gr_|e"), "a character is one, however many bytes it has");
        let long = "x".repeat(64);
        assert!(same(&format!("{long}a"), &format!("{long}b")));
        assert!(!same(&long[1..], &long));
    }

    #[test]
    fn each_is_compared_with_each() {
        const ONE: &AgentId = &AgentId::new("one", Role::Worker);
        const TWO: &AgentId = &AgentId::new("two", Role::Worker);
        assert!(can_be_told_apart(&[ONE, TWO]));
        assert!(!can_be_told_apart(&[ONE, TWO, ONE]));
    }
}
