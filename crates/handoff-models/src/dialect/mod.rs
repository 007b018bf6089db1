//! How a contract is written for a provider, and how what comes back is read.

mod anthropic;
mod gemini;
mod lens;
mod notes;
mod openai;
mod parts;
mod rules;
mod shape;
mod tools;
mod words;
mod write;

use std::any::TypeId;

use handoff::{Contract, ContractViolation, LeftOut};

use self::lens::Optics;
pub(crate) use self::tools::WrittenInput;
use crate::json::Json;
use crate::request::Schema;

/// The subset of JSON Schema that a server's constrained decoding accepts.
///
/// A dialect works in both directions: the contract's schema is written so that the server accepts it, and
/// the answer is read back into the contract's own form. Nothing of the contract is lost: what a dialect
/// cannot express in keywords goes into descriptions, for the model to read, and is checked when the answer
/// is read.
///
/// | | [`Plain`](Self::Plain) | [`OpenAi`](Self::OpenAi) | [`Gemini`](Self::Gemini) | [`Anthropic`](Self::Anthropic) |
/// |---|---|---|---|---|
/// | map | as it is | list of `{key, value}` | as it is | list of `{key, value}` |
/// | tuple | as it is | `{item_0, item_1}` | as it is | `{item_0, item_1}` |
/// | optional field | left out or `null` | `null` | left out or `null` | left out |
/// | root that is no object | as it is | `{"value": …}` | as it is | `{"value": …}` |
/// | any JSON | as it is | string that holds it | string that holds it | string that holds it |
/// | recursion | as it is | as it is | in the prompt | in the prompt |
/// | lengths of strings | keywords | words | words | words |
/// | ranges of numbers | keywords | keywords | keywords, exclusive ones in words | words |
/// | numbers of items | keywords | keywords | keywords | words, over one |
/// | patterns | keywords | keywords | words | words |
///
/// The dialect belongs to the server and not to its wire format: llama.cpp, vLLM and Ollama speak OpenAI's
/// protocol and accept the schema as it is. They enforce lengths while they decode, which OpenAI's dialect
/// would prevent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The schema as it is: llama.cpp, vLLM, Ollama.
    Plain,
    /// OpenAI's strict mode.
    OpenAi,
    /// Gemini's `responseJsonSchema`.
    Gemini,
    /// Anthropic's structured outputs.
    Anthropic,
    /// No schema: the server accepts none, so it goes into the prompt.
    Words,
}

impl Dialect {
    /// Writes a contract in this dialect.
    ///
    /// A contract that the dialect cannot express, because it is recursive or too large, is written in
    /// [`Words`](Self::Words). For `String` itself, which is prose, nothing is written.
    #[must_use]
    pub fn write<T: Contract>(self) -> Written {
        if is_prose::<T>() {
            return Written { schema: None, instructions: String::new(), optics: None };
        }
        self.write_schema(&T::name(), T::schema_json())
    }

    fn write_schema(self, name: &str, text: &str) -> Written {
        let in_words = || Written { schema: None, instructions: words::instructions(text), optics: None };
        let rules = match self {
            Self::Words => return in_words(),
            Self::Plain => None,
            Self::OpenAi => Some(openai::RULES),
            Self::Gemini => Some(gemini::RULES),
            Self::Anthropic => Some(anthropic::RULES),
        };
        // The schema of a contract is JSON.
        let Ok(json) = Json::parse(text) else { return in_words() };
        let Some(rules) = rules else {
            return Written {
                schema: Some(Schema::new(name, json)),
                instructions: String::new(),
                optics: None,
            };
        };
        if !rules.recursion && words::is_recursive(&json) {
            return in_words();
        }
        let optics = write::write(json, &rules);
        if !(rules.fits)(&optics.there) {
            return in_words();
        }
        let schema = Some(Schema::new(name, optics.there.clone()));
        let optics = Some(optics).filter(|optics| !optics.changes_nothing());
        Written { schema, instructions: String::new(), optics }
    }
}

/// What a model is told of pointers to what it has written otherwise.
const NOTE_ON_PATHS: &str = "\nIn these paths an entry of a list of pairs stands under its key, an item of a tuple under its \
     number, and a value that is wrapped in an object alone.";

/// Whether the output is a text as it is, and no JSON.
fn is_prose<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<String>()
}

/// A contract as a [`Dialect`] writes it, and the way back from an answer to the contract.
#[derive(Clone, Debug)]
pub struct Written {
    schema: Option<Schema>,
    instructions: String,
    /// Where values differ from those of the contract.
    optics: Option<Optics>,
}

impl Written {
    /// Returns the schema for the server's constrained decoding, if there is one.
    #[must_use]
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// Returns the text for the end of the prompt. It is empty if the schema says everything.
    #[must_use]
    pub fn instructions(&self) -> &str {
        &self.instructions
    }

    /// Writes a value as a model would in this dialect, for examples in prompts.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be serialized.
    pub fn value<T: Contract>(&self, value: &T) -> serde_json::Result<String> {
        let text = serde_json::to_string(value)?;
        Ok(match (&self.optics, Json::parse(&text)) {
            (Some(optics), Ok(json)) => optics.write(json).to_string(),
            _ => text,
        })
    }

    /// What a model is told of the pointers to what is wrong with its answer: those of the contract.
    pub(crate) fn note_on_paths(&self) -> &'static str {
        match self.optics {
            None => "",
            Some(_) => NOTE_ON_PATHS,
        }
    }

    /// Reads an answer, strictly or leniently.
    ///
    /// It reads as [`Contract::parse`] or [`Contract::parse_lenient`] does; leniently, it also returns what
    /// was left out.
    ///
    /// # Errors
    ///
    /// Returns all violations. Their pointers are those of the contract.
    pub fn read<T: Contract>(
        &self,
        text: String,
        lenient: bool,
    ) -> Result<(T, Option<LeftOut>), ContractViolation> {
        let as_it_is = |text| T::from_reply(text, lenient).map(|read| (read.value, read.left_out));
        let Some(optics) = &self.optics else { return as_it_is(text) };
        let read = if lenient {
            Json::parse_lenient(&text).map(|read| (read.value, read.left_out))
        } else {
            Json::parse(&text).map(|value| (value, None))
        };
        match read {
            Ok((json, left_out)) => T::parse(&optics.read(json).to_string()).map(|value| (value, left_out)),
            // It is no JSON, or has a key twice: the contract's own reader says so.
            Err(_) => as_it_is(text),
        }
    }
}
