//! What constrained decoding takes of JSON Schema: the table that each dialect fills in.

use crate::json::Json;

/// What a dialect can say. What it cannot goes into descriptions.
#[allow(clippy::struct_excessive_bools, reason = "a table of what can be said and what cannot")]
pub(super) struct Rules {
    /// The constraints that it takes as keywords.
    pub(super) constraints: &'static [&'static str],
    /// The formats of strings that it knows.
    pub(super) formats: &'static [&'static str],
    /// Every property is required, so an optional one is `null` where it is missing.
    pub(super) requires_all: bool,
    /// Optional properties are left out and never `null`: a union costs more than an option.
    pub(super) splits_options: bool,
    /// Objects with keys of the model's choice; without them, a map is a list of pairs.
    pub(super) maps: bool,
    /// Lists with a schema for each item; without them, a tuple is an object.
    pub(super) tuples: bool,
    /// `const`, and an `enum` of anything; without it, an `enum` of strings or numbers.
    pub(super) constants: bool,
    /// The whole is any value; without it, an object.
    pub(super) any_root: bool,
    /// Schemas that refer to themselves.
    pub(super) recursion: bool,
    /// The most that `minItems` may ask for.
    pub(super) most_required_items: u64,
    /// Objects say in which order their properties are written.
    pub(super) says_order: bool,
    /// Whether a schema that keeps to all of this is small enough.
    pub(super) fits: fn(&Json) -> bool,
    /// The same of all schemas of a request, one beside the other.
    pub(super) most_together: fn(&Json) -> bool,
}

/// How large a schema is, by what providers count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) properties: usize,
    pub(super) optional: usize,
    pub(super) unions: usize,
    pub(super) enum_values: usize,
    /// The characters of all names of properties and definitions, of all values of enums and constants.
    pub(super) words: usize,
    /// The characters of the longest enum that is large.
    pub(super) words_of_large_enum: usize,
    /// Objects and lists in one another.
    pub(super) levels: usize,
}

/// An enum of more values is large.
const LARGE_ENUM: usize = 250;

impl Size {
    pub(super) fn of(schema: &Json) -> Self {
        let mut size = Self::default();
        size.count(schema, 0);
        size
    }

    fn count(&mut self, schema: &Json, levels: usize) {
        let nested =
            ["properties", "items", "additionalProperties"].iter().any(|key| schema.get(key).is_some());
        let levels = levels + usize::from(nested);
        self.levels = self.levels.max(levels);
        let required = schema.get("required").map_or(&[][..], Json::items);
        for (keyword, value) in schema.entries() {
            match (keyword.as_str(), value) {
                ("properties", properties) => {
                    for (name, property) in properties.entries() {
                        self.properties += 1;
                        self.words += name.chars().count();
                        let is_required = required.iter().any(|required| required.text() == Some(name));
                        self.optional += usize::from(!is_required);
                        self.count(property, levels);
                    }
                }
                ("$defs", definitions) => {
                    for (name, definition) in definitions.entries() {
                        self.words += name.chars().count();
                        self.count(definition, 0);
                    }
                }
                ("anyOf", ways) => {
                    self.unions += 1;
                    ways.items().iter().for_each(|way| self.count(way, levels));
                }
                ("type", Json::List(_)) => self.unions += 1,
                ("enum", values) => {
                    let words = values.items().iter().map(characters).sum();
                    self.enum_values += values.items().len();
                    self.words += words;
                    if values.items().len() > LARGE_ENUM {
                        self.words_of_large_enum = self.words_of_large_enum.max(words);
                    }
                }
                ("const", value) => self.words += characters(value),
                ("prefixItems", parts) => parts.items().iter().for_each(|part| self.count(part, levels)),
                ("items" | "additionalProperties", part) => self.count(part, levels),
                _ => {}
            }
        }
    }
}

/// How long a value is, without the quotes of a text.
fn characters(value: &Json) -> usize {
    value.text().map_or_else(|| value.to_string().chars().count(), |text| text.chars().count())
}
