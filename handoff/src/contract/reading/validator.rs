//! Validation: a tree of JSON is held against a contract, and everything that does not fit is reported.
//!
//! It runs after something went wrong, and where serde alone cannot be trusted (see `strict`). Here is what JSON is made
//! of, whatever the contract; `structure` goes by its tables.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::contract::json::pointer::{EntryKey, Step};
use crate::contract::json::text;
use crate::contract::json::tree::{Entry, Identity, Json, Number};
use crate::contract::reading::choice::Choices;
use crate::contract::violation::Violations;

/// Validates JSON as a value of some type. The answer is whether it has the right form itself, apart from what is in it,
/// so that checks on it make sense.
pub type Validate = fn(&Json<'_>, &mut Validator) -> bool;

/// Validates one item of a tuple.
pub(super) type Item<'a> = &'a dyn Fn(&Json<'_>, &mut Validator) -> bool;

/// Goes through a tree and keeps what it finds.
#[derive(Debug)]
pub struct Validator {
    pub(super) violations: Violations,
    /// Whether checks are run as well as the structure looked at.
    pub(super) checks: bool,
    pub(super) choices: Choices,
    /// The lists that are sets without an order of their own, if those are all that is looked for.
    sets: Option<HashSet<Identity>>,
}

impl Validator {
    pub(crate) fn new() -> Self {
        Self::knowing(Choices::default())
    }

    /// One that knows already what was chosen in the tree.
    pub(crate) fn knowing(choices: Choices) -> Self {
        Self { violations: Violations::new(), checks: true, choices, sets: None }
    }

    /// Finds the lists of a tree that are sets without an order of their own. Nothing else is looked at, but for what
    /// it takes to know which variants are meant.
    pub(crate) fn find_sets(json: &Json<'_>, validate: Validate) -> HashSet<Identity> {
        let mut validator = Self { sets: Some(HashSet::new()), ..Self::new() };
        validate(json, &mut validator);
        validator.sets.unwrap_or_default()
    }

    /// Whether it only looks for sets, and not just now whether something has the structure of a variant.
    fn finds_sets(&self) -> bool {
        self.sets.is_some() && self.checks
    }

    pub(crate) fn into_choices(self) -> Choices {
        self.choices
    }

    pub(crate) fn into_violations(self) -> Violations {
        self.violations
    }

    pub(crate) fn violations(&mut self) -> &mut Violations {
        &mut self.violations
    }

    /// Reports that a value is of the wrong kind.
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
        let fits = number.integer().is_some_and(|integer| (least..=greatest).contains(&integer));
        if !fits {
            self.violations.report_found(
                "type",
                format!("expected an integer in {least}..={greatest}, found another number"),
                json,
            );
        }
        fits
    }

    pub(super) fn at<R>(&mut self, step: impl Into<Step>, inspect: impl FnOnce(&mut Self) -> R) -> R {
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
        checks: impl FnOnce(&mut Violations, usize),
    ) -> bool {
        let (mark, before) = (self.violations.mark(), self.violations.len());
        let fits = validate(self);
        // Where the form is wrong, a check on it would say the same again.
        if fits && self.checks && self.sets.is_none() {
            let inner = self.violations.mark();
            checks(&mut self.violations, before);
            // What is wrong with a list comes before what is wrong with its items.
            if self.violations.mark() > inner && self.violations.mark() > mark + 1 {
                self.sort_since(mark, json);
            }
        }
        fits
    }

    /// Puts what was found in a value since the mark into the order of its entries.
    #[cold]
    fn sort_since(&mut self, mark: usize, json: &Json<'_>) {
        let mut ranks = HashMap::new();
        if let Json::Object(object) = json {
            for (rank, entry) in object.iter().enumerate() {
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

    /// A list in which no item stands twice, as `repeated` reports, and maybe in no order.
    pub(crate) fn set(
        &mut self,
        json: &Json<'_>,
        in_order: bool,
        item: impl FnMut(&Json<'_>, &mut Self) -> bool,
        repeated: impl FnOnce(&[Json<'_>], &mut Violations),
    ) -> bool {
        if self.finds_sets() {
            if let Some(sets) = self.sets.as_mut().filter(|_| !in_order) {
                sets.extend(json.identity());
            }
            return self.list(json, item);
        }
        let mark = self.violations.mark();
        let fits = self.list(json, item);
        if let Json::List(items) = json {
            repeated(items, &mut self.violations);
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

    /// An object whose keys are data, of which `key` reports what is wrong.
    pub(crate) fn map(
        &mut self,
        json: &Json<'_>,
        mut key: impl FnMut(&Entry<'_>, &mut Violations),
        mut value: impl FnMut(&Json<'_>, &mut Self) -> bool,
    ) -> bool {
        let Json::Object(object) = json else { return self.wrong_kind("an object", json) };
        for entry in object.iter() {
            self.at(EntryKey(&entry.key), |validator| {
                validator.report_repeated(entry);
                if !validator.finds_sets() {
                    key(entry, &mut validator.violations);
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
        self.leaf_read(json, &T::schema_name(), |text| text::typed::<T>(text).map(drop))
    }

    pub(crate) fn leaf_read(
        &mut self,
        json: &Json<'_>,
        expected: &str,
        read: impl FnOnce(&str) -> Result<(), serde_json::Error>,
    ) -> bool {
        if self.finds_sets() {
            return true;
        }
        if self.report_within(json) {
            return false;
        }
        let text = json.to_string();
        let Err(error) = read(&text) else { return true };
        let found =
            format!("{}: {}", crate::contract::violation::shorten(&text), text::plain_message(&error));
        self.violations.report_found(
            "type",
            format!("not a valid {expected}, found {}", json.kind()),
            &found,
        );
        false
    }

    pub(super) fn report_repeated(&mut self, entry: &Entry<'_>) {
        if entry.repeated {
            self.violations.report("duplicate", "the key is repeated");
        }
    }

    /// Reports what is wrong with a value that nobody looks into, whatever it is meant for: repeated keys, and
    /// numbers that no type holds. The answer is whether there are such numbers.
    pub(super) fn report_within(&mut self, json: &Json<'_>) -> bool {
        let mut beyond = false;
        match json {
            Json::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    beyond |= self.at(index, |validator| validator.report_within(item));
                }
            }
            Json::Object(object) => {
                for entry in object.iter() {
                    beyond |= self.at(EntryKey(&entry.key), |validator| {
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
}
