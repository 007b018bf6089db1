//! Objects by their schemas: fields and maps, and the variants of enums that are told apart in objects.

use serde_json::Value;

use super::{BySchema, Keywords, Place, kinds, literals, schemas};
use crate::contract::json::pointer::EntryKey;
use crate::contract::json::tree::{Json, Object};
use crate::contract::reading::validator::Validator;

/// Whether a schema is one of objects.
#[inline]
pub(super) fn is_object(keywords: &Keywords) -> bool {
    let kinds = kinds(keywords);
    if !kinds.is_empty() {
        return kinds.iter().all(|kind| matches!(*kind, "object" | "null")) && kinds.contains(&"object");
    }
    ["properties", "additionalProperties", "patternProperties", "unevaluatedProperties"]
        .iter()
        .any(|keyword| keywords.contains_key(*keyword))
}

/// What an object may hold: its own schema, with those that are part of it.
#[derive(Default)]
struct Fields<'s> {
    named: Vec<Field<'s>>,
    required: Vec<&'s str>,
    closed: bool,
    /// The values of a map, by the pattern of its keys.
    entries: Vec<(Option<&'s str>, Place<'s>)>,
    /// Choices that have no tag.
    choices: Vec<(&'s Keywords, &'static str, &'s str)>,
}

struct Field<'s> {
    name: &'s str,
    place: Place<'s>,
    present: bool,
}

impl<'s> BySchema<'s> {
    /// An object with fields, or a map.
    #[inline]
    pub(super) fn object(
        &self,
        json: &Json<'_>,
        keywords: &'s Keywords,
        name: &'s str,
        validator: &mut Validator,
    ) -> bool {
        let Json::Object(object) = json else { return validator.wrong_kind("an object", json) };
        let mut fields = Fields::default();
        if !self.gather(object, keywords, name, &mut fields, validator) {
            return false;
        }
        for entry in object.iter() {
            let key = &*entry.key;
            if let Some(field) = fields.named.iter_mut().find(|field| field.name == key) {
                field.present = true;
                let place = field.place;
                validator.at(key, |validator| {
                    validator.report_repeated(entry);
                    self.part(&entry.value, place, validator)
                });
            } else if fields.entries.is_empty() {
                validator.unknown(entry, !fields.closed);
            } else {
                let taken = fields.entries.iter().find(|(pattern, _)| fits_key(*pattern, key));
                validator.at(EntryKey(key), |validator| {
                    validator.report_repeated(entry);
                    if taken.is_none() {
                        validator.violations().report("propertyNames", "not a valid key");
                    }
                    let (_, place) = taken.unwrap_or(&fields.entries[0]);
                    self.part(&entry.value, *place, validator)
                });
            }
        }
        for field in fields.named.iter().filter(|field| !field.present) {
            if fields.required.contains(&field.name) {
                validator.missing(field.name);
            }
        }
        let mut fits = true;
        for (keywords, keyword, name) in fields.choices {
            fits &= self.choice(json, keywords, keyword, name, validator);
        }
        fits
    }

    /// Gathers what an object may hold; the answer is `false` where no variant of an enum is meant.
    #[inline]
    fn gather(
        &self,
        object: &Object<'_>,
        keywords: &'s Keywords,
        name: &'s str,
        fields: &mut Fields<'s>,
        validator: &mut Validator,
    ) -> bool {
        let depth = self.depth.get();
        if depth >= super::DEEPEST {
            return true;
        }
        self.depth.set(depth + 1);
        let is_false = |keyword: &str| keywords.get(keyword) == Some(&Value::Bool(false));
        fields.closed |= is_false("additionalProperties") || is_false("unevaluatedProperties");
        for (field, schema) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !fields.named.iter().any(|known| known.name == field) {
                fields.named.push(Field { name: field, place: Place { schema, name }, present: false });
            }
        }
        fields.required.extend(schemas(keywords, "required").filter_map(Value::as_str));
        for (pattern, schema) in
            keywords.get("patternProperties").and_then(Value::as_object).into_iter().flatten()
        {
            fields.entries.push((Some(pattern), Place { schema, name }));
        }
        if let Some(schema @ Value::Object(_)) = keywords.get("additionalProperties") {
            fields.entries.push((None, Place { schema, name }));
        }
        let mut gathered = true;
        let parts = schemas(keywords, "allOf").map(|schema| Place { schema, name });
        for part in self.referred(keywords).into_iter().chain(parts) {
            let part = self.past_references(part);
            if let Some(keywords) = part.schema.as_object() {
                gathered = gathered && self.gather(object, keywords, part.name, fields, validator);
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            if !gathered || !keywords.contains_key(keyword) {
                continue;
            }
            let choices: Vec<_> = schemas(keywords, keyword)
                .map(|schema| self.past_references(Place { schema, name }))
                .collect();
            if let Some(tag) = tag(&choices) {
                gathered = match tagged(object, tag, &choices, validator) {
                    Some((keywords, name)) => self.gather(object, keywords, name, fields, validator),
                    None => false,
                };
            } else {
                fields.closed = false;
                fields.choices.push((keywords, keyword, name));
            }
        }
        self.depth.set(depth);
        gathered
    }
}

/// Whether a key of a map fits a pattern.
#[inline]
fn fits_key(pattern: Option<&str>, key: &str) -> bool {
    let digits = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        None => true,
        // What schemas say of the keys of maps by a number.
        Some(r"^\d+$") => digits(key),
        Some(r"^-?\d+$") => digits(key.strip_prefix('-').unwrap_or(key)),
        Some(pattern) => super::checks::is_in(pattern, key),
    }
}

/// The names of the fields of a schema, if it has some.
#[inline]
pub(super) fn names_of_fields(schema: &Value) -> Option<Vec<&str>> {
    let fields = schema.as_object()?.get("properties")?.as_object()?;
    Some(fields.keys().map(String::as_str).collect())
}

/// The name that the field of a schema always has.
#[inline]
fn fixed<'s>(choice: Place<'s>, field: &str) -> Option<&'s str> {
    let keywords = choice.schema.as_object()?;
    let schema = keywords.get("properties")?.get(field)?.as_object()?;
    let is_required = schemas(keywords, "required").any(|required| required == field);
    match literals(schema)?.as_slice() {
        [only] if is_required => only.as_str(),
        _ => None,
    }
}

/// The tag by which the variants of an enum are told apart.
#[inline]
pub(super) fn tag<'s>(choices: &[Place<'s>]) -> Option<&'s str> {
    names_of_fields(choices.first()?.schema)?
        .into_iter()
        .find(|field| choices.iter().all(|choice| fixed(*choice, field).is_some()))
}

/// The variant that the tag of an object names.
#[inline]
pub(super) fn tagged<'s>(
    object: &Object<'_>,
    tag: &str,
    choices: &[Place<'s>],
    validator: &mut Validator,
) -> Option<(&'s Keywords, &'s str)> {
    validator.tag(object, tag, |validator, name, json| {
        let found = choices.iter().find(|choice| fixed(**choice, tag) == Some(name));
        if found.is_none() {
            let names: Vec<_> = choices.iter().filter_map(|choice| fixed(*choice, tag)).collect();
            validator.none_of(&names, json);
        }
        found.and_then(|choice| Some((choice.schema.as_object()?, choice.name)))
    })
}

/// The variants of an enum without a tag: those that are bare names, and those that hold something.
#[inline]
#[allow(clippy::type_complexity)] // names, and names with what they hold
pub(super) fn named<'s>(choices: &[Place<'s>]) -> Option<(Vec<&'s str>, Vec<(&'s str, Place<'s>)>)> {
    let (mut bare, mut keyed) = (Vec::new(), Vec::new());
    for choice in choices {
        let keywords = choice.schema.as_object()?;
        if let Some(names) = literals(keywords) {
            for name in names {
                bare.push(name.as_str()?);
            }
            continue;
        }
        let mut fields = keywords.get("properties")?.as_object()?.iter();
        let ((name, schema), None) = (fields.next()?, fields.next()) else { return None };
        if schemas(keywords, "required").any(|required| required == name) {
            keyed.push((name.as_str(), Place { schema, name: choice.name }));
        } else {
            return None;
        }
    }
    Some((bare, keyed))
}
