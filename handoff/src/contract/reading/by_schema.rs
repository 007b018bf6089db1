//! Validation by a schema: what `parse` says of a text, where there is no Rust type but the schema of one, as of the
//! contracts of a lock file.
//!
//! The words are those of the validator and of the checks. What a schema has in common with another one reads alike:
//! the names of fields and variants stand in its order, an array is a list of an exact length.

mod checks;
mod objects;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::contract::json::tree::{Identity, Json};
use crate::contract::reading::choice::{self, Choice};
use crate::contract::reading::parse;
use crate::contract::reading::validator::Validator;
use crate::contract::schema::cache::declares;
use crate::contract::violation::{ContractViolation, Violations};

type Keywords = Map<String, Value>;

/// Reports everything in a text that a schema refuses, with the words of [`Contract::parse`](crate::Contract::parse).
///
/// # Errors
///
/// Everything that is wrong.
#[inline]
pub(crate) fn check(json: &str, name: &str, schema: &Value) -> Result<(), ContractViolation> {
    let by_schema = BySchema { root: schema, name, chosen: RefCell::default(), depth: Cell::new(0) };
    let whole = Place { schema, name };
    let violations = parse::validate(json, &|key| declares(schema, key), |json, validator| {
        by_schema.value(json, whole, validator);
    });
    if violations.is_empty() {
        return Ok(());
    }
    Err(ContractViolation::named(name.to_owned().into(), violations))
}

/// How far schemas of one value are followed into one another: that of a hand-made file may refer to itself, twice.
const DEEPEST: usize = 16;

/// A schema, and the name under which it stands.
#[derive(Clone, Copy, Debug)]
struct Place<'s> {
    schema: &'s Value,
    name: &'s str,
}

struct BySchema<'s> {
    root: &'s Value,
    name: &'s str,
    /// What was chosen for the lists and objects of the tree, by the schemas that let choose.
    chosen: RefCell<HashMap<(Identity, usize), Choice<Place<'s>>>>,
    /// How many schemas of the value that is looked at lie around this one.
    depth: Cell<usize>,
}

impl<'s> BySchema<'s> {
    /// Holds a value against a schema. The answer is whether it has the right form itself.
    #[inline]
    fn value(&self, json: &Json<'_>, place: Place<'s>, validator: &mut Validator) -> bool {
        let Place { schema, name } = self.past_references(place);
        let depth = self.depth.get();
        match schema {
            Value::Object(keywords) if depth < DEEPEST => {
                self.depth.set(depth + 1);
                let form = |validator: &mut Validator| self.form(json, keywords, name, validator);
                let checks = |violations: &mut Violations, _| checks::check(json, keywords, violations);
                let fits = validator.checked(json, form, checks);
                self.depth.set(depth);
                fits
            }
            Value::Bool(false) => validator.wrong_kind("nothing", json),
            _ => !validator.report_within(json),
        }
    }

    /// Holds a part of a value against a schema.
    #[inline]
    fn part(&self, json: &Json<'_>, place: Place<'s>, validator: &mut Validator) -> bool {
        let depth = self.depth.replace(0);
        let fits = self.value(json, place, validator);
        self.depth.set(depth);
        fits
    }

    /// What a schema that is nothing but a reference refers to.
    #[inline]
    fn past_references(&self, mut place: Place<'s>) -> Place<'s> {
        for _ in 0..DEEPEST {
            let Some(keywords) = place.schema.as_object().filter(|keywords| keywords.len() == 1) else {
                break;
            };
            let Some(target) = self.referred(keywords) else { break };
            place = target;
        }
        place
    }

    #[inline]
    fn referred(&self, keywords: &'s Keywords) -> Option<Place<'s>> {
        let reference = keywords.get("$ref")?.as_str()?;
        let schema = self.root.pointer(reference.strip_prefix('#')?)?;
        let name = reference.rsplit_once('/').map_or(self.name, |(_, name)| name);
        Some(Place { schema, name })
    }

    #[inline]
    fn form(
        &self,
        json: &Json<'_>,
        keywords: &'s Keywords,
        name: &'s str,
        validator: &mut Validator,
    ) -> bool {
        if objects::is_object(keywords) {
            let nullable = matches!(json, Json::Null) && kinds(keywords).contains(&"null");
            return nullable || self.object(json, keywords, name, validator);
        }
        let mut fits = true;
        if let Some(target) = self.referred(keywords) {
            fits &= self.value(json, target, validator);
        }
        for schema in schemas(keywords, "allOf") {
            fits &= self.value(json, Place { schema, name }, validator);
        }
        for keyword in ["oneOf", "anyOf"] {
            if keywords.contains_key(keyword) {
                fits &= self.choice(json, keywords, keyword, name, validator);
            }
        }
        let composed =
            ["$ref", "allOf", "oneOf", "anyOf"].iter().any(|keyword| keywords.contains_key(*keyword));
        match literals(keywords) {
            // Whatever it is made of has looked into it.
            None if composed && kinds(keywords).is_empty() => fits,
            Some(literals) => fits & self.literal(json, &literals, validator),
            None => fits & self.of_kind(json, keywords, name, validator),
        }
    }

    /// A value of one of the types that a schema names.
    #[inline]
    fn of_kind(
        &self,
        json: &Json<'_>,
        keywords: &'s Keywords,
        name: &'s str,
        validator: &mut Validator,
    ) -> bool {
        let kinds = kinds(keywords);
        let is = |kind: &str| kinds.contains(&kind);
        let allowed = match json {
            Json::Null => is("null"),
            Json::Bool(_) => is("boolean"),
            Json::Number(_) => is("number") || is("integer"),
            Json::Text(_) => is("string"),
            Json::List(_) => is("array"),
            Json::Object(_) => is("object"),
        };
        if !allowed && !kinds.is_empty() {
            let tuple = checks::places(keywords).filter(|_| is("array"));
            let expected = tuple.map_or_else(|| in_words(&kinds), |places| format!("a list of {places}"));
            return validator.wrong_kind(&expected, json);
        }
        match json {
            Json::Number(_) => checks::number(json, keywords, is("integer") && !is("number"), validator),
            Json::List(_) => self.list(json, keywords, name, validator),
            _ if kinds.is_empty() => !validator.report_within(json),
            _ => true,
        }
    }

    #[inline]
    fn list(
        &self,
        json: &Json<'_>,
        keywords: &'s Keywords,
        name: &'s str,
        validator: &mut Validator,
    ) -> bool {
        let prefix: Vec<_> = schemas(keywords, "prefixItems").collect();
        let rest = keywords.get("items").unwrap_or(&Value::Bool(true));
        let item = |index: usize| Place { schema: prefix.get(index).copied().unwrap_or(rest), name };
        if let Some(places) = checks::places(keywords)
            && let Json::List(items) = json
        {
            let next = Cell::new(0);
            let one = |json: &Json<'_>, validator: &mut Validator| {
                self.part(json, item(next.replace(next.get() + 1)), validator)
            };
            // More of them than there are items would never be asked; a schema may want any number.
            let items = vec![&one as &dyn Fn(&Json<'_>, &mut Validator) -> bool; places.min(items.len() + 1)];
            return validator.tuple(json, &items);
        }
        let mut next = 0..;
        validator
            .list(json, |json, validator| self.part(json, item(next.next().unwrap_or_default()), validator))
    }

    /// One of the values that a schema spells out: names of variants, nearly always.
    #[inline]
    fn literal(&self, json: &Json<'_>, literals: &[&'s Value], validator: &mut Validator) -> bool {
        if matches!(json, Json::Null) && literals.iter().any(|literal| literal.is_null()) {
            return true;
        }
        let names: Option<Vec<_>> =
            literals.iter().filter(|literal| !literal.is_null()).map(|literal| literal.as_str()).collect();
        if let Some(names) = names {
            return self.external(json, &names, &[], validator);
        }
        let text = json.to_string();
        let is =
            |literal: &&&Value| serde_json::from_str::<Value>(&text).is_ok_and(|json| json == ***literal);
        if literals.iter().any(|literal| is(&literal)) {
            return true;
        }
        let values: Vec<_> = literals.iter().map(ToString::to_string).collect();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        validator.none_of(&values, json);
        false
    }

    /// A value of one of several schemas.
    #[inline]
    fn choice(
        &self,
        json: &Json<'_>,
        keywords: &'s Keywords,
        keyword: &str,
        name: &'s str,
        validator: &mut Validator,
    ) -> bool {
        let all = schemas(keywords, keyword).map(|schema| self.past_references(Place { schema, name }));
        let (nulls, choices): (Vec<_>, Vec<_>) = all.partition(|choice| {
            choice.schema.as_object().is_some_and(|keywords| kinds(keywords) == ["null"])
        });
        if matches!(json, Json::Null) && !nulls.is_empty() {
            return true;
        }
        if let [only] = choices.as_slice() {
            return self.value(json, *only, validator);
        }
        if keyword == "oneOf" {
            if let Some(tag) = objects::tag(&choices) {
                let Json::Object(object) = json else { return validator.wrong_kind("an object", json) };
                return match objects::tagged(object, tag, &choices, validator) {
                    Some((keywords, name)) => self.object(json, keywords, name, validator),
                    None => false,
                };
            }
            if let Some((bare, keyed)) = objects::named(&choices) {
                return self.external(json, &bare, &keyed, validator);
            }
        }
        let choice = self.untagged(json, std::ptr::from_ref(keywords).addr(), &choices, validator);
        let fields = || choices.iter().filter_map(|choice| objects::names_of_fields(choice.schema));
        validator.chosen(
            json,
            choice,
            |choice, validator| self.value(json, choice, validator),
            || format!("matches no variant of `{name}`, found {}", choice::found(json, fields())),
        )
    }

    /// What of several schemas without a name or a tag is meant.
    #[inline]
    fn untagged(
        &self,
        json: &Json<'_>,
        address: usize,
        choices: &[Place<'s>],
        validator: &mut Validator,
    ) -> Choice<Place<'s>> {
        let key = json.identity().map(|identity| (identity, address));
        if let Some(known) = key.as_ref().and_then(|key| self.chosen.borrow().get(key).copied()) {
            return known;
        }
        let tried = |choice: &Place<'s>| {
            (validator.try_out(|validator| self.value(json, *choice, validator)), *choice)
        };
        let choice = Choice::of(json, choices.iter().map(tried));
        if let Some(key) = key {
            self.chosen.borrow_mut().insert(key, choice);
        }
        choice
    }

    /// A variant without a tag: its bare name, or an object with its name as the only key.
    #[inline]
    fn external(
        &self,
        json: &Json<'_>,
        bare: &[&'s str],
        keyed: &[(&'s str, Place<'s>)],
        validator: &mut Validator,
    ) -> bool {
        let named = |name: &str| keyed.iter().find(|(variant, _)| *variant == name);
        let unknown = |validator: &mut Validator| {
            let keyed = keyed.iter().map(|(name, _)| *name);
            validator.none_of(&bare.iter().copied().chain(keyed).collect::<Vec<_>>(), json);
            false
        };
        match json {
            Json::Text(name) if bare.contains(&&**name) => true,
            Json::Text(name) => match named(name) {
                Some((name, _)) => validator.not_bare(name),
                None => unknown(validator),
            },
            Json::Object(object) => {
                let Some(entry) = validator.only_entry(object) else { return false };
                validator.at(&*entry.key, |validator| match named(&entry.key) {
                    Some((_, place)) => self.part(&entry.value, *place, validator),
                    None if bare.contains(&&*entry.key) => validator.bare(&entry.key),
                    None => unknown(validator),
                })
            }
            _ => validator.no_variant(!bare.is_empty(), keyed.is_empty(), json),
        }
    }
}

/// The types that a schema names.
#[inline]
fn kinds(keywords: &Keywords) -> Vec<&str> {
    match keywords.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The types that were expected; `null` is what an option may be, and no part of what was wanted.
#[inline]
fn in_words(kinds: &[&str]) -> String {
    let word = |kind: &&str| match *kind {
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "an object",
        _ => "null",
    };
    let others: Vec<_> = kinds.iter().filter(|kind| **kind != "null").map(word).collect();
    if others.is_empty() { "null".to_owned() } else { others.join(" or ") }
}

/// The schemas in a list of them.
#[inline]
fn schemas<'s>(keywords: &'s Keywords, keyword: &str) -> impl Iterator<Item = &'s Value> {
    keywords.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

/// The values that a schema spells out.
#[inline]
fn literals(keywords: &Keywords) -> Option<Vec<&Value>> {
    match (keywords.get("enum"), keywords.get("const")) {
        (Some(Value::Array(values)), _) => Some(values.iter().collect()),
        (_, Some(value)) => Some(vec![value]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As a file may have it that was written by hand.
    #[test]
    fn a_schema_without_an_end_comes_to_one() {
        let itself = json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }] });
        assert_eq!(check("1", "Loop", &itself), Ok(()));
        let circle = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } });
        assert_eq!(check("[1]", "Circle", &circle), Ok(()));
        let list = json!({ "type": "array", "items": { "$ref": "#" } });
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(check(&deep, "Lists", &list).unwrap_err().total(), 1);
    }
}
