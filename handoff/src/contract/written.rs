//! Payloads as JSON, equal ones as the same text: wherever a payload is counted, shown, kept or sent.
//!
//! Fields stand in the order in which they are declared. What comes out of a `HashMap` or a `HashSet` comes in another
//! order in each process, and for each value in one, so it is put in order here: what the layout of a contract says has
//! none. A contract without such a thing is written as it comes.

use serde::Serialize;
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::json::MOST_LEVELS;
use crate::contract::json::tree::Json;
use crate::contract::layout::Survey;
use crate::contract::reading::validator::{Validate, Validator};
use crate::json::{Objects, Unwritten, Writer, sort_lists};

/// What is put in order in the values of a contract.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    objects: Objects,
    sets: Sets,
}

/// Which lists are sets without an order of their own.
#[derive(Clone, Copy, Debug)]
enum Sets {
    None,
    /// All lists that there are: nothing has to be read again to tell.
    All,
    /// Those that this finds.
    Some(Validate),
}

/// What a contract holds that has no order of its own.
#[derive(Debug, Default)]
pub(crate) struct Unordered<'s> {
    pub(crate) maps: bool,
    /// The schemas of its sets.
    pub(crate) sets: Vec<&'s Value>,
    /// A type that is no contract, and may hold maps of any kind.
    leaves: bool,
}

impl Order {
    pub(crate) fn of<T: Contract>(survey: &Survey<'_>) -> Self {
        let Unordered { maps, ref sets, leaves } = survey.unordered;
        let is_set = |schema: &Value| sets.iter().any(|set| std::ptr::eq(*set, schema));
        let sets = match (sets.is_empty(), leaves) {
            (true, _) => Sets::None,
            (false, false) if each_list(survey.root, &is_set) => Sets::All,
            (false, _) => Sets::Some(T::validate),
        };
        let objects = match (leaves, maps) {
            (true, _) => Objects::All,
            (false, true) => Objects::Counted,
            (false, false) => Objects::None,
        };
        Self { objects, sets }
    }

    /// Whether nothing is.
    pub(crate) fn is_as_written(self) -> bool {
        self.objects == Objects::None && matches!(self.sets, Sets::None)
    }

    /// Writes a value of the contract whose order this is.
    ///
    /// # Errors
    ///
    /// [`Unwritten`].
    pub(crate) fn write<T: Serialize>(self, value: &T, json: &mut Writer) -> Result<(), Unwritten> {
        json.write_in_order(value, self.objects)?;
        match self.sets {
            Sets::None => {}
            Sets::All => sort_lists(json.text_mut(), |_| true),
            Sets::Some(validate) => sort_sets(json.text_mut(), validate),
        }
        Ok(())
    }
}

/// Writes a payload as a text of its own.
///
/// # Errors
///
/// [`Unwritten`].
pub(crate) fn text<T: Contract>(payload: &T) -> Result<String, Unwritten> {
    let mut json = Writer::new(String::new(), usize::MAX, MOST_LEVELS);
    T::emitted().order.write(payload, &mut json)?;
    Ok(json.into_text())
}

/// Puts the items of sets in order, which look like any list in the text: reading it again finds them.
#[cold]
fn sort_sets(text: &mut String, validate: Validate) {
    // What cannot be read is a part of it that stands there verbatim.
    let Ok(json) = Json::read(text) else { return };
    let sets = Validator::find_sets(&json, validate);
    let mut are_sets = Vec::new();
    json.each_list(&mut |list| are_sets.push(list.identity().is_some_and(|list| sets.contains(&list))));
    drop(json);
    sort_lists(text, |list| are_sets.get(list).copied().unwrap_or_default());
}

/// Whether this is so of all schemas of lists in a schema. Whatever in it is called a list is one.
fn each_list(schema: &Value, is_so: &impl Fn(&Value) -> bool) -> bool {
    let each = |schema: &Value| each_list(schema, is_so);
    match schema {
        Value::Array(schemas) => schemas.iter().all(each),
        Value::Object(keywords) => {
            let is_list = keywords.get("type").is_some_and(|kind| match kind {
                Value::Array(kinds) => kinds.iter().any(|kind| kind == "array"),
                kind => kind == "array",
            });
            (!is_list || is_so(schema)) && keywords.values().all(each)
        }
        _ => true,
    }
}

impl<'s> Survey<'s> {
    /// Looks at a type of which nothing is known but its schema.
    pub(crate) fn leaf(&mut self, schema: &'s Value) {
        self.unordered.leaves |= !self.is_scalar(schema, MOST_LEVELS);
    }

    /// Whether no value of a schema holds others, as far as that can be seen in so many levels.
    fn is_scalar(&self, schema: &'s Value, levels: usize) -> bool {
        let of_all = |schemas: &'s Value, is_scalar: &dyn Fn(&'s Value) -> bool| match schemas {
            Value::Array(schemas) => schemas.iter().all(is_scalar),
            schema => is_scalar(schema),
        };
        let keyword = |keyword| self.keyword(schema, keyword);
        if let Some(alternatives) = keyword("anyOf").or_else(|| keyword("oneOf")) {
            return levels > 0 && of_all(alternatives, &|schema| self.is_scalar(schema, levels - 1));
        }
        if let Some(types) = keyword("type") {
            return of_all(types, &|name| name != "object" && name != "array");
        }
        match keyword("enum").or_else(|| keyword("const")) {
            Some(values) => of_all(values, &|value| !(value.is_object() || value.is_array())),
            // It allows anything, but where there is none.
            None => schema.is_null(),
        }
    }
}
