//! The input of a tool, as a dialect writes it: always an object, for no provider takes anything else.

use std::collections::BTreeMap;

use handoff::Contract as _;

use super::lens::{Lens, Optics, VALUE};
use super::parts::{closed_object, refers_to_root};
use super::rules::Rules;
use super::write::{self, WHOLE, WHOLE_NAME};
use super::{Dialect, NOTE_ON_PATHS, anthropic, gemini, openai, words};
use crate::json::Json;
use crate::request::Schema;

/// The input of a tool, and the way back from arguments.
#[derive(Clone, Debug)]
pub(crate) struct WrittenInput {
    pub(crate) schema: Schema,
    /// Whether the schema is one that constrained decoding takes.
    pub(crate) strict: bool,
    reading: Reading,
}

#[derive(Clone, Debug)]
enum Reading {
    AsItIs,
    /// There is nothing to say, so there are no arguments.
    Nothing,
    Through(Box<Optics>),
}

impl Dialect {
    /// Writes the inputs of tools that are offered together: their contracts' names, and their schemas as text.
    ///
    /// What the dialect cannot hold is written as it is, and not [strict](WrittenInput::strict).
    pub(crate) fn write_inputs<'a>(
        self,
        inputs: impl Iterator<Item = (String, &'a str)>,
    ) -> Vec<WrittenInput> {
        let rules = match self {
            Self::OpenAi => Some(openai::RULES),
            Self::Gemini => Some(gemini::RULES),
            Self::Anthropic => Some(anthropic::RULES),
            Self::Plain | Self::Words => None,
        };
        let rules = rules.map(|rules| Rules { any_root: false, ..rules });
        // Those that are strict so far: Anthropic counts what is in all of them.
        let mut together = Vec::new();
        let mut written = Vec::new();
        for (name, text) in inputs {
            let json = Json::parse(text).unwrap_or(Json::Object(Vec::new()));
            let strict = rules.as_ref().and_then(|rules| strict(&json, rules, &mut together));
            written.push(match strict {
                _ if json.get("type").and_then(Json::text) == Some("null") => {
                    let schema = Schema::new(&name, closed_object([]));
                    WrittenInput { schema, strict: rules.is_some(), reading: Reading::Nothing }
                }
                Some(optics) => WrittenInput::through(&name, optics, true),
                None if json.get("type").and_then(Json::text) == Some("object") => {
                    WrittenInput { schema: Schema::new(&name, json), strict: false, reading: Reading::AsItIs }
                }
                None => WrittenInput::through(&name, wrapped(json), false),
            });
        }
        written
    }
}

/// The schema by the rules of a dialect, if it can hold that beside those of the other tools.
fn strict(json: &Json, rules: &Rules, together: &mut Vec<(String, Json)>) -> Option<Optics> {
    if !rules.recursion && words::is_recursive(json) {
        return None;
    }
    let optics = write::write(json.clone(), rules);
    together.push((together.len().to_string(), optics.there.clone()));
    let all = closed_object(together.clone());
    if (rules.fits)(&optics.there) && (rules.most_together)(&all) {
        return Some(optics);
    }
    together.pop();
    None
}

/// A schema of anything but an object in an object, and otherwise as it is.
fn wrapped(here: Json) -> Optics {
    let mut whole = here.clone();
    let definitions = whole.take("$defs");
    let mut definitions = definitions.map_or(Vec::new(), |definitions| definitions.entries().to_vec());
    if refers_to_root(&here) {
        // What refers to the whole means what is in the object.
        definitions.push((WHOLE_NAME.to_owned(), whole));
        for (_, definition) in &mut definitions {
            refer_to_the_inside(definition);
        }
        whole = Json::object([("$ref", WHOLE.into())]);
    }
    let mut there = closed_object([(VALUE.to_owned(), whole)]);
    if !definitions.is_empty() {
        there.set("$defs", Json::Object(definitions));
    }
    Optics { root: Lens::Wrapped(VALUE, Box::new(Lens::Same)), named: BTreeMap::new(), here, there }
}

fn refer_to_the_inside(schema: &mut Json) {
    match schema {
        Json::Object(keywords) => {
            for (keyword, value) in keywords {
                if keyword == "$ref" && value.text() == Some("#") {
                    *value = WHOLE.into();
                } else {
                    refer_to_the_inside(value);
                }
            }
        }
        Json::List(parts) => parts.iter_mut().for_each(refer_to_the_inside),
        _ => {}
    }
}

impl WrittenInput {
    fn through(name: &str, optics: Optics, strict: bool) -> Self {
        let schema = Schema::new(name, optics.there.clone());
        let reading =
            if optics.changes_nothing() { Reading::AsItIs } else { Reading::Through(Box::new(optics)) };
        Self { schema, strict, reading }
    }

    /// Arguments as the contract has them. What is no JSON stays as it is, so that its reader tells what is wrong.
    pub(crate) fn read(&self, arguments: &str) -> String {
        // So some servers write a call without arguments.
        let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
        match (&self.reading, Json::parse(arguments)) {
            (Reading::Nothing, Ok(Json::Object(entries))) if entries.is_empty() => "null".to_owned(),
            (Reading::Through(optics), Ok(json)) => optics.read(json).to_string(),
            _ => arguments.to_owned(),
        }
    }

    /// What a model is told of the pointers to what is wrong: those of the contract.
    pub(crate) fn note_on_paths(&self) -> &'static str {
        if matches!(self.reading, Reading::Through(_)) { NOTE_ON_PATHS } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use handoff::Contract;

    use super::*;

    fn written<T: Contract>(dialect: Dialect) -> WrittenInput {
        dialect.write_inputs([(T::name().into_owned(), T::schema_json())].into_iter()).remove(0)
    }

    const DIALECTS: [Dialect; 5] =
        [Dialect::Plain, Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic, Dialect::Words];

    #[test]
    fn every_input_is_an_object() {
        for dialect in DIALECTS {
            for input in [written::<String>(dialect), written::<Vec<u8>>(dialect), written::<()>(dialect)] {
                assert_eq!(input.schema.json.get("type").and_then(Json::text), Some("object"), "{dialect:?}");
            }
            assert_eq!(written::<String>(dialect).read(r#"{"value":"a"}"#), r#""a""#, "{dialect:?}");
            assert_eq!(written::<()>(dialect).read(""), "null", "{dialect:?}");
            // What is wrong is for its reader.
            assert_eq!(written::<String>(dialect).read(r#"{"word":"a"}"#), r#"{"word":"a"}"#);
            assert_eq!(written::<String>(dialect).read(r#"{"value":"a"#), r#"{"value":"a"#);
        }
    }

    #[test]
    fn what_refers_to_the_whole_refers_to_what_is_in_the_object() {
        let optics = wrapped(Json::parse(r##"{"type":"array","items":{"$ref":"#"}}"##).expect("JSON"));
        assert_eq!(
            optics.there.to_string(),
            r##"{"type":"object","properties":{"value":{"$ref":"#/$defs/root"}},"required":["value"],"additionalProperties":false,"$defs":{"root":{"type":"array","items":{"$ref":"#/$defs/root"}}}}"##
        );
    }

    #[test]
    fn anthropic_counts_the_options_of_all_tools() {
        let schema = |options: usize| {
            let properties: Vec<_> =
                (0..options).map(|n| format!(r#""field_{n}":{{"type":"string"}}"#)).collect();
            format!(
                r#"{{"type":"object","properties":{{{}}},"additionalProperties":false}}"#,
                properties.join(",")
            )
        };
        let (large, small) = (schema(20), schema(4));
        let inputs = [("A".to_owned(), large.as_str()), ("B".to_owned(), &large), ("C".to_owned(), &small)];
        let strict = |dialect: Dialect| -> Vec<_> {
            dialect.write_inputs(inputs.clone().into_iter()).iter().map(|input| input.strict).collect()
        };
        assert_eq!(strict(Dialect::Anthropic), [true, false, true]);
        assert_eq!(strict(Dialect::OpenAi), [true, true, true]);
        assert_eq!(strict(Dialect::Plain), [false, false, false]);
    }
}
