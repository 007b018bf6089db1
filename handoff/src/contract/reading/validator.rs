//! The structural validate: holds a tree of JSON against static tables and reports everything that does not fit.
//!
//! It runs after something went wrong, and where serde alone cannot be trusted (see `strict`).

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::contract::fields::visitors::JsonChecks;
use crate::contract::json::pointer::Step;
use crate::contract::json::tree::{Entry, Json, Number};
use crate::contract::layout::{Enum, Field, FieldRef, Member, Shape, Struct, Tagging, Variant};
use crate::contract::reading::parse;
use crate::contract::violation::Violations;

/// Walks a node as a value of some type. The answer is whether the node itself, apart from what is in it, has the
/// right form, so that checks on it make sense.
pub type Validate = fn(&Json<'_>, &mut Validator) -> bool;

/// How one item of a tuple is walked.
type Item<'a> = &'a dyn Fn(&Json<'_>, &mut Validator) -> bool;

/// Walks a tree and keeps what it finds.
#[derive(Debug)]
pub struct Validator {
    violations: Violations,
    /// Whether checks are run as well as the structure looked at.
    checks: bool,
}

impl Validator {
    pub(crate) fn new() -> Self {
        Self { violations: Violations::new(), checks: true }
    }

    pub(crate) fn into_violations(self) -> Violations {
        self.violations
    }

    pub(crate) fn violations(&mut self) -> &mut Violations {
        &mut self.violations
    }

    /// Reports that a node is of the wrong kind.
    pub(crate) fn wrong_kind(&mut self, expected: &str, json: &Json<'_>) -> bool {
        self.violations.report_found("type", format!("expected {expected}, found {}", json.kind()), json);
        false
    }

    /// Reports a number that no type holds. It is none of its neighbours' business: they are judged as ever.
    pub(crate) fn beyond(&mut self, json: &Json<'_>) -> bool {
        let (keyword, end) = match json {
            Json::Number(Number::Float(float)) if *float < 0.0 => ("minimum", f64::MIN),
            _ => ("maximum", f64::MAX),
        };
        let side = if keyword == "minimum" { "less" } else { "greater" };
        self.violations.report(keyword, format!("the number is out of range, {side} than {end:e}"));
        false
    }

    /// An integer of a type that ends with these.
    pub(crate) fn integer(&mut self, json: &Json<'_>, least: i128, greatest: i128) -> bool {
        let Json::Number(number) = json else { return self.wrong_kind("an integer", json) };
        if json.is_beyond() {
            return self.beyond(json);
        }
        let fits = matches!(number, Number::Integer(integer) if (least..=greatest).contains(integer));
        if !fits {
            self.violations.report_found(
                "type",
                format!("expected an integer in {least}..={greatest}, found another number"),
                json,
            );
        }
        fits
    }

    fn at<R>(&mut self, step: impl Into<Step>, inspect: impl FnOnce(&mut Self) -> R) -> R {
        let mark = self.violations.mark();
        let result = inspect(self);
        if self.violations.mark() > mark {
            self.violations.prepend_since(mark, &step.into());
        }
        result
    }

    /// A part of a contract, and the checks on it.
    pub(crate) fn checked(
        &mut self,
        json: &Json<'_>,
        validate: impl FnOnce(&mut Self) -> bool,
        checks: impl FnOnce(JsonChecks<'_, '_>),
    ) -> bool {
        let (mark, before) = (self.violations.mark(), self.violations.len());
        let fits = validate(self);
        // Where the form is wrong, a check on it would say the same again.
        if fits && self.checks {
            let inner = self.violations.mark();
            checks(JsonChecks::new(json, &mut self.violations, before));
            // What is wrong with a list comes before what is wrong with its items.
            if self.violations.mark() > inner && self.violations.mark() > mark + 1 {
                self.sort_since(mark, json);
            }
        }
        fits
    }

    /// Puts what was found in a node since the mark into the order of its entries.
    #[cold]
    fn sort_since(&mut self, mark: usize, json: &Json<'_>) {
        let mut ranks = HashMap::new();
        if let Json::Object(entries) = json {
            for (rank, entry) in entries.iter().enumerate() {
                ranks.insert(Cow::Borrowed(&*entry.key), rank);
            }
        }
        self.violations.sort_since(mark, &|key| ranks.get(key).copied().unwrap_or(usize::MAX));
    }

    /// A list whose items are all alike.
    pub fn list(&mut self, json: &Json<'_>, mut item: impl FnMut(&Json<'_>, &mut Self) -> bool) -> bool {
        let Json::List(items) = json else { return self.wrong_kind("a list", json) };
        for (index, json) in items.iter().enumerate() {
            self.at(index, |validator| item(json, validator));
        }
        true
    }

    /// A list in which no item stands twice.
    pub fn set(&mut self, json: &Json<'_>, item: impl FnMut(&Json<'_>, &mut Self) -> bool) -> bool {
        let mark = self.violations.mark();
        let fits = self.list(json, item);
        if let Json::List(items) = json {
            crate::contract::checks::report_repeated_items(items, &mut self.violations);
            self.violations.sort_since(mark, &|_| usize::MAX);
        }
        fits
    }

    /// A list of a fixed length.
    pub fn tuple(&mut self, json: &Json<'_>, items: &[Item<'_>]) -> bool {
        let Json::List(jsons) = json else {
            return self.wrong_kind(&format!("a list of {}", items.len()), json);
        };
        for (index, (json, item)) in jsons.iter().zip(items).enumerate() {
            self.at(index, |validator| item(json, validator));
        }
        if jsons.len() == items.len() {
            return true;
        }
        let keyword = if jsons.len() < items.len() { "minItems" } else { "maxItems" };
        self.violations
            .report(keyword, format!("expected a list of {}, found one of {}", items.len(), jsons.len()));
        false
    }

    /// An object whose keys are data.
    pub fn map(
        &mut self,
        json: &Json<'_>,
        key: impl Fn(&str) -> bool,
        mut value: impl FnMut(&Json<'_>, &mut Self) -> bool,
    ) -> bool {
        let Json::Object(entries) = json else { return self.wrong_kind("an object", json) };
        for entry in entries {
            self.at(&*entry.key, |validator| {
                validator.report_repeated(entry);
                if !key(&entry.key) {
                    validator.violations.report("propertyNames", "not a valid key");
                }
                value(&entry.value, validator)
            });
        }
        true
    }

    /// `null`.
    pub(crate) fn null(&mut self, json: &Json<'_>) -> bool {
        matches!(json, Json::Null) || self.wrong_kind("null", json)
    }

    /// A value of a type that is no contract: serde alone decides, as strictly as it can be made.
    pub fn leaf<T: DeserializeOwned + JsonSchema>(&mut self, json: &Json<'_>) -> bool {
        self.leaf_read(json, &T::schema_name(), |text| parse::typed::<T>(text).map(drop))
    }

    pub(crate) fn leaf_read(
        &mut self,
        json: &Json<'_>,
        expected: &str,
        read: impl FnOnce(&str) -> Result<(), serde_json::Error>,
    ) -> bool {
        if self.report_within(json) {
            return false;
        }
        let text = json.to_string();
        let Err(error) = read(&text) else { return true };
        let found =
            format!("{}: {}", crate::contract::violation::shorten(&text), parse::plain_message(&error));
        self.violations.report_found(
            "type",
            format!("not a valid {expected}, found {}", json.kind()),
            &found,
        );
        false
    }

    fn report_repeated(&mut self, entry: &Entry<'_>) {
        if entry.repeated {
            self.violations.report("duplicate", "the key is repeated");
        }
    }

    /// Reports what is wrong with a value that nobody walks, whatever it is meant for: repeated keys, and numbers that
    /// no type holds. The answer is whether there are such numbers.
    fn report_within(&mut self, json: &Json<'_>) -> bool {
        let mut beyond = false;
        match json {
            Json::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    beyond |= self.at(index, |validator| validator.report_within(item));
                }
            }
            Json::Object(entries) => {
                for entry in entries {
                    beyond |= self.at(&*entry.key, |validator| {
                        validator.report_repeated(entry);
                        validator.report_within(&entry.value)
                    });
                }
            }
            _ if json.is_beyond() => {
                beyond = true;
                self.beyond(json);
            }
            _ => {}
        }
        beyond
    }

    fn unknown(&mut self, entry: &Entry<'_>, open: bool) {
        self.at(&*entry.key, |validator| {
            validator.report_repeated(entry);
            if open {
                validator.report_within(&entry.value);
            } else if !entry.repeated {
                validator.violations.report_found("additionalProperties", "unknown field", &entry.value);
            }
        });
    }

    /// An object with the fields of a struct.
    fn fields(&mut self, json: &Json<'_>, table: &Struct) -> bool {
        let Json::Object(entries) = json else { return self.wrong_kind("an object", json) };
        let mut fields = Vec::with_capacity(table.fields.len());
        gather(table, &mut fields);
        for entry in entries {
            let key = &*entry.key;
            let Some((field, given)) =
                fields.iter_mut().find(|(field, _)| field.name == key || field.aliases.contains(&key))
            else {
                self.unknown(entry, table.open);
                continue;
            };
            self.at(key, |validator| {
                validator.report_repeated(entry);
                if *given && !entry.repeated {
                    validator
                        .violations
                        .report("duplicate", format!("another name of `{}`, which is there", field.name));
                }
                (field.place.validate)(&entry.value, validator)
            });
            *given = true;
        }
        for (field, given) in fields {
            if !given && !field.default && !(field.place.optional)() {
                self.at(field.name, |validator| validator.violations.report("required", "missing"));
            }
        }
        true
    }

    /// A value of an enum.
    pub(crate) fn variants(&mut self, json: &Json<'_>, table: &Enum) -> bool {
        match table.tagging {
            Tagging::External => self.external(json, table),
            Tagging::Internal { tag } => self.internal(json, table, tag),
            Tagging::Adjacent { tag, content } => self.adjacent(json, table, tag, content),
            Tagging::Untagged => self.untagged(json, table),
        }
    }

    /// A list with the fields of a tuple struct or of a tuple variant.
    fn places(&mut self, json: &Json<'_>, places: &[FieldRef]) -> bool {
        let mut items: Vec<Item<'_>> = Vec::with_capacity(places.len());
        for place in places {
            items.push(&place.validate);
        }
        self.tuple(json, &items)
    }

    /// What is not an enum.
    pub(crate) fn body(&mut self, json: &Json<'_>, body: &Shape) -> bool {
        match body {
            Shape::Unit => self.null(json),
            Shape::Newtype { place, .. } => (place.validate)(json, self),
            Shape::Tuple(places) => self.places(json, places),
            Shape::Struct(table) => self.fields(json, table),
        }
    }

    fn variant<'t>(&mut self, table: &'t Enum, name: &str, json: &Json<'_>) -> Option<&'t Variant> {
        let found =
            table.variants.iter().find(|variant| variant.name == name || variant.aliases.contains(&name));
        if found.is_none() {
            self.violations.report_found("enum", format!("expected {}", names(table.variants)), json);
        }
        found
    }

    fn external(&mut self, json: &Json<'_>, table: &Enum) -> bool {
        match json {
            Json::Text(name) => match self.variant(table, name, json) {
                None => false,
                Some(Variant { body: Shape::Unit, .. }) => true,
                Some(variant) => {
                    let expected =
                        format!("expected an object with the key `{}`, found a string", variant.name);
                    self.violations.report("type", expected);
                    false
                }
            },
            Json::Object(entries) => {
                let [entry] = entries.as_slice() else {
                    let found = format!("expected an object with one key, found {} keys", entries.len());
                    self.violations.report("oneOf", found);
                    return false;
                };
                self.at(&*entry.key, |validator| match validator.variant(table, &entry.key, json) {
                    None => false,
                    Some(Variant { name, body: Shape::Unit, .. }) => {
                        validator
                            .violations
                            .report("type", format!("expected the string `{name}` in place of the object"));
                        false
                    }
                    Some(variant) => validator.body(&entry.value, &variant.body),
                })
            }
            _ => {
                let unit = |variant: &Variant| matches!(variant.body, Shape::Unit);
                let expected = match (table.variants.iter().any(unit), table.variants.iter().all(unit)) {
                    (_, true) => "a string",
                    (false, _) => "an object",
                    (true, false) => "a string or an object",
                };
                self.wrong_kind(expected, json)
            }
        }
    }

    /// The variant that the tag of an object names.
    fn tag<'t>(&mut self, entries: &[Entry<'_>], table: &'t Enum, tag: &'static str) -> Option<&'t Variant> {
        let mut tags = entries.iter().filter(|entry| entry.key == tag);
        self.at(tag, |validator| match (tags.next(), tags.next()) {
            (None, _) => {
                validator.violations.report("required", "missing");
                None
            }
            (Some(entry), None) => match &entry.value {
                Json::Text(name) => validator.variant(table, name, &entry.value),
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
        let Json::Object(entries) = json else { return self.wrong_kind("an object", json) };
        let Some(variant) = self.tag(entries, table, tag) else { return false };
        let mut rest = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.key != tag {
                rest.push(entry.clone());
            }
        }
        let rest = Json::Object(rest);
        match &variant.body {
            Shape::Unit => self.fields(&rest, &Struct { open: table.open, fields: &[] }),
            Shape::Newtype { place, .. } => {
                // What holds nothing is `null` elsewhere and an object with the tag alone here.
                let nothing = matches!(&rest, Json::Object(entries) if entries.is_empty());
                (nothing && Self::try_out(&Json::Null, &variant.body).is_ok())
                    || (place.validate)(&rest, self)
            }
            body => self.body(&rest, body),
        }
    }

    fn adjacent(&mut self, json: &Json<'_>, table: &Enum, tag: &'static str, content: &'static str) -> bool {
        let Json::Object(entries) = json else { return self.wrong_kind("an object", json) };
        let Some(variant) = self.tag(entries, table, tag) else { return false };
        let holds = !matches!(variant.body, Shape::Unit);
        let mut given = false;
        for entry in entries.iter().filter(|entry| entry.key != tag) {
            if entry.key == content && holds {
                given = true;
                self.at(content, |validator| {
                    validator.report_repeated(entry);
                    validator.body(&entry.value, &variant.body)
                });
            } else {
                self.unknown(entry, table.open);
            }
        }
        let optional = match variant.body {
            Shape::Newtype { default, place } => default || (place.optional)(),
            _ => false,
        };
        if holds && !given && !optional {
            self.at(content, |validator| validator.violations.report("required", "missing"));
        }
        true
    }

    /// What is wrong with the structure of a node, checks aside, and whether the node itself has the right form.
    fn try_out(json: &Json<'_>, body: &Shape) -> Result<(), bool> {
        let mut trial = Self { violations: Violations::new(), checks: false };
        let fits = trial.body(json, body);
        if trial.violations.is_empty() { Ok(()) } else { Err(fits) }
    }

    /// The variant of an untagged enum that a node is meant to be: the first whose structure fits.
    pub(crate) fn variant_of<'t>(json: &Json<'_>, table: &'t Enum) -> Option<&'t Variant> {
        table.variants.iter().find(|variant| Self::try_out(json, &variant.body).is_ok())
    }

    /// The first variant whose structure fits is the one that is meant; its checks are then run.
    fn untagged(&mut self, json: &Json<'_>, table: &Enum) -> bool {
        let mut near = Vec::new();
        for variant in table.variants {
            match Self::try_out(json, &variant.body) {
                Ok(()) => return !self.checks || self.body(json, &variant.body),
                Err(true) => near.push(variant),
                Err(false) => {}
            }
        }
        // Only one variant has this form at all: say what is wrong with it.
        if let ([variant], true) = (near.as_slice(), self.checks) {
            return self.body(json, &variant.body);
        }
        let message = format!("matches no variant of `{}`, found {}", table.name, json.kind());
        self.violations.report_found("anyOf", message, json);
        false
    }
}

/// All fields of a table, those of flattened structs in their place; `false` for: not seen yet.
fn gather(table: &Struct, fields: &mut Vec<(&'static Field, bool)>) {
    for slot in table.fields {
        match slot {
            Member::Field(field) => fields.push((field, false)),
            Member::Flattened(inner) => gather(inner.fields, fields),
        }
    }
}

/// The names of variants for a message: "`a`", "`a` or `b`", "one of `a`, `b`, `c`".
fn names(variants: &[Variant]) -> String {
    const MOST: usize = 12;
    match variants {
        [] => "no value at all".to_owned(),
        [one] => format!("`{}`", one.name),
        [one, two] => format!("`{}` or `{}`", one.name, two.name),
        [first, rest @ ..] => {
            let mut names = format!("one of `{}`", first.name);
            for variant in rest.iter().take(MOST - 1) {
                let name = format!(", `{}`", variant.name);
                names.push_str(&name);
            }
            match variants.len().saturating_sub(MOST) {
                0 => names,
                more => format!("{names} and {more} more"),
            }
        }
    }
}
