//! Which variant of an untagged enum is meant.
//!
//! Each variant is tried, by its structure alone; in what it holds may stand other untagged enums, so what was chosen for
//! a part of the tree is remembered. Trying all of them takes time in proportion to the tree, however deep they nest.

use std::collections::HashMap;
use std::mem;

use crate::contract::json::tree::{Identity, Json};
use crate::contract::layout::{Enum, Member, Shape, Variant};
use crate::contract::reading::validator::Validator;
use crate::contract::violation::Violations;

/// The most variants, and the most fields of each, that a message names.
const MOST_NAMED: usize = 8;

/// What was chosen in a tree: for a list or an object of it, as a value of an enum.
#[derive(Debug, Default)]
pub(crate) struct Choices(HashMap<(Identity, usize), Choice<&'static Variant>>);

/// What a value is meant to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice<V> {
    /// The first variant whose structure fits.
    Fits(V),
    /// None fits, and this comes nearest.
    Near(V),
    /// None fits, and none comes nearer than the others; whether one has the form at all.
    Unclear { form: bool },
}

/// What came of holding a value against the structure of a variant.
pub(super) struct Trial {
    /// Whether the value itself has the right form.
    form: bool,
    found: Violations,
}

impl Trial {
    pub(super) fn fits(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether something in the value is known to the variant: of an object whose keys are all unknown, nothing is.
    fn knows(&self, json: &Json<'_>) -> bool {
        let Json::Object(object) = json else { return true };
        let unknown = self.found.as_slice().iter().filter(|violation| {
            violation.keyword == "additionalProperties" && violation.pointer.steps().len() == 1
        });
        object.len() == 0 || unknown.count() < object.len()
    }
}

impl<V: Copy> Choice<V> {
    /// Chooses among variants that are tried one after the other.
    pub(super) fn of(json: &Json<'_>, trials: impl Iterator<Item = (Trial, V)>) -> Self {
        let mut near = Vec::new();
        for (trial, variant) in trials {
            if trial.fits() {
                return Self::Fits(variant);
            }
            if trial.form {
                near.push((trial, variant));
            }
        }
        let form = !near.is_empty();
        if let [(_, variant)] = near.as_slice() {
            return Self::Near(*variant);
        }
        near.retain(|(trial, _)| trial.knows(json));
        let least = near.iter().map(|(trial, _)| trial.found.len()).min();
        let mut nearest = near.iter().filter(|(trial, _)| Some(trial.found.len()) == least);
        match (nearest.next(), nearest.next()) {
            (Some((_, variant)), None) => Self::Near(*variant),
            _ => Self::Unclear { form },
        }
    }
}

impl Validator {
    /// Holds a value against a structure, checks aside.
    pub(super) fn try_out(&mut self, structure: impl FnOnce(&mut Self) -> bool) -> Trial {
        let found = mem::take(&mut self.violations);
        let checks = mem::replace(&mut self.checks, false);
        let form = structure(self);
        self.checks = checks;
        Trial { form, found: mem::replace(&mut self.violations, found) }
    }

    /// The variant of an untagged enum that a value is meant to be: the first whose structure fits.
    pub(super) fn variant_of(&mut self, json: &Json<'_>, table: &'static Enum) -> Option<&'static Variant> {
        match self.choice(json, table) {
            Choice::Fits(variant) => Some(variant),
            Choice::Near(_) | Choice::Unclear { .. } => None,
        }
    }

    /// A value of an untagged enum. The checks are those of the variant that is meant.
    pub(super) fn untagged(&mut self, json: &Json<'_>, table: &'static Enum) -> bool {
        let choice = self.choice(json, table);
        self.chosen(
            json,
            choice,
            |variant, validator| validator.shape(json, &variant.body),
            || {
                format!(
                    "matches no variant of `{}`, found {}",
                    table.name,
                    found(json, names_of_fields(table))
                )
            },
        )
    }

    /// A value of which it is known what is meant, or `no_variant` says that it is not.
    pub(super) fn chosen<V>(
        &mut self,
        json: &Json<'_>,
        choice: Choice<V>,
        shape: impl FnOnce(V, &mut Self) -> bool,
        no_variant: impl FnOnce() -> String,
    ) -> bool {
        match choice {
            // While something round it is tried, its structure is all that counts.
            Choice::Fits(_) if !self.checks => true,
            Choice::Fits(variant) => shape(variant, self),
            Choice::Near(variant) if self.checks => shape(variant, self),
            choice => {
                self.violations.report_found("anyOf", no_variant(), json);
                matches!(choice, Choice::Near(_) | Choice::Unclear { form: true })
            }
        }
    }

    fn choice(&mut self, json: &Json<'_>, table: &'static Enum) -> Choice<&'static Variant> {
        let key = json.identity().map(|identity| (identity, std::ptr::from_ref(table).addr()));
        if let Some(known) = key.as_ref().and_then(|key| self.choices.0.get(key)) {
            return *known;
        }
        let tried = |variant: &'static Variant| {
            let trial = self.try_out(|validator| validator.shape(json, &variant.body));
            (trial, variant)
        };
        let choice = Choice::of(json, table.variants.iter().map(tried));
        if let Some(key) = key {
            self.choices.0.insert(key, choice);
        }
        choice
    }
}

/// The names of the fields of each variant that has some.
fn names_of_fields(table: &Enum) -> impl Iterator<Item = Vec<&'static str>> {
    table.variants.iter().filter_map(|variant| {
        let Shape::Struct(fields) = &variant.body else { return None };
        let names = fields.fields.iter().filter_map(|member| match member {
            Member::Field(field) => Some(field.name),
            Member::Flattened { .. } => None,
        });
        Some(names.collect())
    })
}

/// What was found in place of a variant; of an object, also what the variants have.
pub(super) fn found<'n>(json: &Json<'_>, fields: impl Iterator<Item = Vec<&'n str>>) -> String {
    let found = json.kind().to_owned();
    if !matches!(json, Json::Object(_)) {
        return found;
    }
    let mut expected = Vec::new();
    for names in fields.filter(|names| !names.is_empty()).take(MOST_NAMED) {
        let names: Vec<_> = names.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
        expected.push(names.join(", "));
    }
    if expected.is_empty() { found } else { format!("{found}, and not one with {}", expected.join(" or ")) }
}
