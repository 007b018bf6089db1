//! Validation by the tables of a contract: structs, enums, and what variants hold.

use crate::contract::json::tree::{Entry, Json, Object};
use crate::contract::layout::{Enum, Field, FieldRef, Member, Shape, Struct, Tagging, Variant};
use crate::contract::reading::validator::{Item, Validator};

/// The most variants that a message names.
const MOST_NAMED: usize = 12;

impl Validator {
    /// A value of a struct, or what a variant holds.
    pub(crate) fn shape(&mut self, json: &Json<'_>, shape: &Shape) -> bool {
        match shape {
            Shape::Unit => self.null(json),
            Shape::Newtype { place, .. } => (place.validate)(json, self),
            Shape::Tuple(places) => self.places(json, places),
            Shape::Struct(table) => self.fields(json, table),
        }
    }

    /// A value of an enum.
    pub(crate) fn variants(&mut self, json: &Json<'_>, table: &'static Enum) -> bool {
        match table.tagging {
            Tagging::External => self.external(json, table),
            Tagging::Internal { tag } => self.internal(json, table, tag),
            Tagging::Adjacent { tag, content } => self.adjacent(json, table, tag, content),
            Tagging::Untagged => self.untagged(json, table),
        }
    }

    /// An object with the fields of a struct.
    fn fields(&mut self, json: &Json<'_>, table: &Struct) -> bool {
        let Json::Object(object) = json else { return self.wrong_kind("an object", json) };
        let mut fields = Vec::with_capacity(table.fields.len());
        gather(table, &mut fields);
        for entry in object.iter() {
            let key = &*entry.key;
            let Some((field, present)) = fields.iter_mut().find(|(field, _)| field.is_called(key)) else {
                self.unknown(entry, table.open);
                continue;
            };
            self.at(key, |validator| {
                validator.report_repeated(entry);
                if *present && !entry.repeated {
                    validator
                        .violations
                        .report("duplicate", format!("another name of `{}`, which is there", field.name));
                }
                (field.place.validate)(&entry.value, validator)
            });
            *present = true;
        }
        for (field, present) in fields {
            if !present && !field.default && !(field.place.optional)() {
                self.missing(field.name);
            }
        }
        true
    }

    /// A list with the fields of a tuple struct or of a tuple variant.
    fn places(&mut self, json: &Json<'_>, places: &[FieldRef]) -> bool {
        let items: Vec<Item<'_>> = places.iter().map(|place| &place.validate as Item<'_>).collect();
        self.tuple(json, &items)
    }

    pub(super) fn unknown(&mut self, entry: &Entry<'_>, open: bool) {
        self.at(&*entry.key, |validator| {
            validator.report_repeated(entry);
            if open {
                validator.report_within(&entry.value);
            } else if !entry.repeated {
                validator.violations.report_found("additionalProperties", "unknown field", &entry.value);
            }
        });
    }

    pub(super) fn missing(&mut self, name: &str) {
        self.at(name, |validator| validator.violations.report("required", "missing"));
    }

    /// The variant of a name that stands in JSON.
    fn named(&mut self, table: &Enum, name: &str, json: &Json<'_>) -> Option<&'static Variant> {
        let found = table.variant(name);
        if found.is_none() {
            let variants: Vec<_> = table.variants.iter().map(|variant| variant.name).collect();
            self.none_of(&variants, json);
        }
        found
    }

    /// Reports a name that no variant has.
    pub(super) fn none_of(&mut self, variants: &[&str], json: &Json<'_>) {
        self.violations.report_found("enum", format!("expected {}", names(variants)), json);
    }

    fn external(&mut self, json: &Json<'_>, table: &Enum) -> bool {
        match json {
            Json::Text(name) => match self.named(table, name, json) {
                None => false,
                Some(Variant { body: Shape::Unit, .. }) => true,
                Some(variant) => self.not_bare(variant.name),
            },
            Json::Object(object) => {
                let Some(entry) = self.only_entry(object) else { return false };
                self.at(&*entry.key, |validator| match validator.named(table, &entry.key, json) {
                    None => false,
                    Some(Variant { name, body: Shape::Unit, .. }) => validator.bare(name),
                    Some(variant) => validator.shape(&entry.value, &variant.body),
                })
            }
            _ => {
                let unit = |variant: &Variant| matches!(variant.body, Shape::Unit);
                let (any, all) = (table.variants.iter().any(unit), table.variants.iter().all(unit));
                self.no_variant(any, all, json)
            }
        }
    }

    /// The entry of an object that is to have no other.
    pub(super) fn only_entry<'o, 'j>(&mut self, object: &'o Object<'j>) -> Option<&'o Entry<'j>> {
        let mut entries = object.iter();
        let (Some(entry), None) = (entries.next(), entries.next()) else {
            let found = format!("expected an object with one key, found {} keys", object.len());
            self.violations.report("oneOf", found);
            return None;
        };
        Some(entry)
    }

    /// Reports the bare name of a variant that holds something.
    pub(super) fn not_bare(&mut self, name: &str) -> bool {
        self.violations.report("type", format!("expected an object with the key `{name}`, found a string"));
        false
    }

    /// Reports an object in place of the name of a variant that holds nothing.
    pub(super) fn bare(&mut self, name: &str) -> bool {
        self.violations.report("type", format!("expected the string `{name}` in place of the object"));
        false
    }

    /// Reports what is neither the name of a variant nor an object with one, where `any` or `all` variants hold nothing.
    pub(super) fn no_variant(&mut self, any: bool, all: bool, json: &Json<'_>) -> bool {
        let expected = match (any, all) {
            (_, true) => "a string",
            (false, _) => "an object",
            (true, false) => "a string or an object",
        };
        self.wrong_kind(expected, json)
    }

    /// The variant that the tag of an object names, as `named` finds it.
    pub(super) fn tag<V>(
        &mut self,
        object: &Object<'_>,
        tag: &str,
        named: impl FnOnce(&mut Self, &str, &Json<'_>) -> Option<V>,
    ) -> Option<V> {
        let mut tags = object.iter().filter(|entry| entry.key == tag);
        self.at(tag, |validator| match (tags.next(), tags.next()) {
            (None, _) => {
                validator.violations.report("required", "missing");
                None
            }
            (Some(entry), None) => match &entry.value {
                Json::Text(name) => named(validator, name, &entry.value),
                other => {
                    validator.wrong_kind("a string", other);
                    None
                }
            },
            _ => {
                validator.violations.report("duplicate", "the key is repeated");
                None
            }
        })
    }

    fn internal(&mut self, json: &Json<'_>, table: &Enum, tag: &'static str) -> bool {
        let Json::Object(object) = json else { return self.wrong_kind("an object", json) };
        let named = |validator: &mut Self, name: &str, json: &Json<'_>| validator.named(table, name, json);
        let Some(variant) = self.tag(object, tag, named) else { return false };
        let rest = Json::Object(object.without(tag));
        match &variant.body {
            Shape::Unit => self.fields(&rest, &Struct { open: table.open, fields: &[] }),
            Shape::Newtype { place, .. } => {
                // What holds nothing is `null` elsewhere and an object with the tag alone here.
                let nothing = matches!(&rest, Json::Object(object) if object.len() == 0);
                (nothing && self.try_out(|validator| validator.shape(&Json::Null, &variant.body)).fits())
                    || (place.validate)(&rest, self)
            }
            shape => self.shape(&rest, shape),
        }
    }

    fn adjacent(&mut self, json: &Json<'_>, table: &Enum, tag: &'static str, content: &'static str) -> bool {
        let Json::Object(object) = json else { return self.wrong_kind("an object", json) };
        let named = |validator: &mut Self, name: &str, json: &Json<'_>| validator.named(table, name, json);
        let Some(variant) = self.tag(object, tag, named) else { return false };
        let holds = !matches!(variant.body, Shape::Unit);
        let mut present = false;
        for entry in object.iter().filter(|entry| entry.key != tag) {
            if entry.key == content && holds {
                present = true;
                self.at(content, |validator| {
                    validator.report_repeated(entry);
                    validator.shape(&entry.value, &variant.body)
                });
            } else {
                self.unknown(entry, table.open);
            }
        }
        let optional = match variant.body {
            Shape::Newtype { default, place } => default || (place.optional)(),
            _ => false,
        };
        if holds && !present && !optional {
            self.missing(content);
        }
        true
    }
}

/// Gathers all fields of a table, those of flattened structs in their place; `false` for: not seen yet.
fn gather(table: &Struct, fields: &mut Vec<(&'static Field, bool)>) {
    for member in table.fields {
        match member {
            Member::Field(field) => fields.push((field, false)),
            Member::Flattened { of, .. } => gather(of.fields, fields),
        }
    }
}

/// The names of variants for a message: "`a`", "`a` or `b`", "one of `a`, `b`, `c`".
fn names(variants: &[&str]) -> String {
    match variants {
        [] => "no value at all".to_owned(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` or `{two}`"),
        _ => {
            let named: Vec<_> = variants.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
            match variants.len().saturating_sub(MOST_NAMED) {
                0 => format!("one of {}", named.join(", ")),
                more => format!("one of {} and {more} more", named.join(", ")),
            }
        }
    }
}
