//! A schema as the kinds of values that it allows, with the rules for each kind.
//!
//! Schemas say one thing in many ways: a `$ref`, a choice, a list of types. Here each becomes the same: literals, and
//! forms of one kind each.

use std::cell::Cell;

use serde_json::{Map, Value};

use crate::contract::diff::bounds::{Amount, Range};
use crate::contract::diff::keywords::base;
use crate::contract::diff::names::{Named, Names, find};

/// Schemas that all hold of a value; none allows everything.
pub(crate) type Part<'a> = Vec<&'a Value>;

/// What a schema allows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape<'a> {
    /// Values that are spelt out; no `null`, which is a form.
    pub(crate) literals: Vec<&'a Value>,
    pub(crate) forms: Vec<Form<'a>>,
    /// Whether that is everything.
    pub(crate) any: bool,
}

/// Values of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Form<'a> {
    pub(crate) rules: Rules<'a>,
    /// Keywords that are compared as they stand.
    pub(crate) others: Vec<(&'a str, &'a Value)>,
}

#[derive(Clone, Debug)]
pub(crate) enum Rules<'a> {
    Null,
    Bool,
    Number(Numbers<'a>),
    Text(Texts<'a>),
    List(Lists<'a>),
    Object(Objects<'a>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

pub(crate) const BEYOND_NULL: [Kind; 5] = [Kind::Bool, Kind::Number, Kind::Text, Kind::List, Kind::Object];

/// A set of kinds, with a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub(crate) const NULL: Self = Self(1 << Kind::Null as u8);

    #[inline]
    fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u8;
    }

    #[inline]
    pub(crate) fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    #[inline]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers<'a> {
    pub(crate) integer: bool,
    pub(crate) format: Option<&'a str>,
    pub(crate) range: Range,
    pub(crate) steps: Vec<Amount>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Texts<'a> {
    pub(crate) len: Range,
    pub(crate) patterns: Names<'a>,
    pub(crate) formats: Names<'a>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lists<'a> {
    pub(crate) prefix: Vec<Part<'a>>,
    /// What follows the prefix.
    pub(crate) items: Part<'a>,
    pub(crate) len: Range,
    pub(crate) unique: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Objects<'a> {
    pub(crate) fields: Named<'a, Part<'a>>,
    pub(crate) required: Names<'a>,
    pub(crate) rest: Rest<'a>,
    pub(crate) len: Range,
}

/// What fields an object may have beyond those that are declared.
#[derive(Clone, Debug, Default)]
pub(crate) enum Rest<'a> {
    #[default]
    Open,
    Closed,
    /// A map.
    Entries(Part<'a>),
    /// A map with keys of a pattern.
    Keyed(&'a str, Part<'a>),
}

impl Form<'_> {
    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        match self.rules {
            Rules::Null => Kind::Null,
            Rules::Bool => Kind::Bool,
            Rules::Number(_) => Kind::Number,
            Rules::Text(_) => Kind::Text,
            Rules::List(_) => Kind::List,
            Rules::Object(_) => Kind::Object,
        }
    }

    /// Whether it allows a value; `None` where that takes a validator.
    #[inline]
    pub(crate) fn holds(&self, value: &Value) -> Option<bool> {
        if kind_of(value) != self.kind() {
            return Some(false);
        }
        if !self.others.is_empty() {
            return None;
        }
        match (&self.rules, value) {
            (Rules::Null | Rules::Bool, _) => Some(true),
            (Rules::Number(rules), Value::Number(number)) => {
                let number = Amount::of(number);
                if rules.integer && !matches!(number, Amount::Integer(_)) || !rules.range.holds(number) {
                    return Some(false);
                }
                rules.steps.iter().try_fold(true, |holds, step| Some(holds && number.is_multiple_of(*step)?))
            }
            (Rules::Text(rules), Value::String(text)) => {
                let len = Amount::Integer(i128::try_from(text.chars().count()).unwrap_or(i128::MAX));
                match rules.len.holds(len) {
                    true if !rules.patterns.is_empty() || !rules.formats.is_empty() => None,
                    holds => Some(holds),
                }
            }
            _ => None,
        }
    }
}

#[inline]
pub(crate) fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Bool,
        Value::Number(_) => Kind::Number,
        Value::String(_) => Kind::Text,
        Value::Array(_) => Kind::List,
        Value::Object(_) => Kind::Object,
    }
}

impl<'a> Lists<'a> {
    #[inline]
    pub(crate) fn at(&self, index: usize) -> &Part<'a> {
        self.prefix.get(index).unwrap_or(&self.items)
    }

    /// Whether a list may have an item at the index.
    #[inline]
    pub(crate) fn reaches(&self, index: usize) -> bool {
        self.len.max.is_none_or(|max| match max.at {
            Amount::Integer(max) => i128::try_from(index).is_ok_and(|index| index < max),
            Amount::Float(_) => true,
        })
    }
}

/// References that lead to references are followed this far.
const DEEPEST: usize = 64;

/// Forms that are made of one schema, at most: schemas may come from elsewhere, and choices of choices multiply.
const MOST_FORMS: usize = 200_000;

/// Makes shapes of a schema, in which the keys of all objects are in order, and of what is in it.
pub(crate) struct Schemas<'a> {
    root: &'a Value,
    made: Cell<usize>,
    depth: Cell<usize>,
}

impl<'a> Schemas<'a> {
    #[inline]
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, made: Cell::new(0), depth: Cell::new(0) }
    }

    #[inline]
    pub(crate) fn root(&self) -> Part<'a> {
        vec![self.root]
    }

    /// Whether so much was asked that the answers are no longer whole.
    #[inline]
    pub(crate) fn is_worn_out(&self) -> bool {
        self.made.get() > MOST_FORMS
    }

    /// What the part is, past its references: the same for everything that refers to one schema.
    #[inline]
    pub(crate) fn identity(&self, part: &[&'a Value]) -> Vec<usize> {
        part.iter().map(|schema| std::ptr::from_ref(self.past_references(schema)).addr()).collect()
    }

    #[inline]
    fn past_references(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..DEEPEST {
            match schema.as_object() {
                Some(keywords) if keywords.len() == 1 => {
                    match keywords.get("$ref").and_then(|to| self.find(to)) {
                        Some(target) => schema = target,
                        None => break,
                    }
                }
                _ => break,
            }
        }
        schema
    }

    #[inline]
    fn find(&self, reference: &Value) -> Option<&'a Value> {
        self.root.pointer(reference.as_str()?.strip_prefix('#')?)
    }

    #[inline]
    pub(crate) fn shape(&self, part: &[&'a Value]) -> Shape<'a> {
        let mut shape = Shape::anything();
        for schema in part {
            shape = self.both(shape, self.one(schema));
        }
        shape
    }

    #[inline]
    fn one(&self, schema: &'a Value) -> Shape<'a> {
        let Value::Object(keywords) = self.past_references(schema) else {
            return if *schema == Value::Bool(false) { Shape::default() } else { Shape::anything() };
        };
        if self.depth.get() > DEEPEST || self.is_worn_out() {
            self.made.set(MOST_FORMS + 1);
            return Shape::anything();
        }
        self.depth.set(self.depth.get() + 1);
        let shape = self.all(keywords);
        self.depth.set(self.depth.get() - 1);
        self.made.set(self.made.get() + 1 + shape.forms.len() + shape.literals.len());
        shape
    }

    /// What all keywords of a schema say together.
    #[inline]
    fn all(&self, keywords: &'a Map<String, Value>) -> Shape<'a> {
        let mut shape = base(keywords);
        if let Some(reference) = keywords.get("$ref") {
            match self.find(reference) {
                Some(target) => shape = self.both(shape, self.one(target)),
                None => shape.note("$ref", reference),
            }
        }
        if let Some(Value::Array(schemas)) = keywords.get("allOf") {
            for schema in schemas {
                shape = self.both(shape, self.one(schema));
            }
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(Value::Array(schemas)) = keywords.get(choice) {
                let mut choices = Shape::default();
                for schema in schemas {
                    choices.add(self.one(schema));
                }
                shape = self.both(shape, choices);
            }
        }
        // It sees through references and choices, so it closes last.
        if keywords.get("unevaluatedProperties") == Some(&Value::Bool(false)) {
            for form in &mut shape.forms {
                if let Rules::Object(rules) = &mut form.rules
                    && matches!(rules.rest, Rest::Open)
                {
                    rules.rest = Rest::Closed;
                }
            }
            shape.any = false;
        }
        shape
    }

    /// What both allow.
    #[inline]
    fn both(&self, one: Shape<'a>, other: Shape<'a>) -> Shape<'a> {
        if one.any {
            return other;
        }
        if other.any {
            return one;
        }
        let mut shape = Shape::default();
        let allows = |shape: &Shape<'a>, value: &Value| {
            shape.literals.contains(&value) || shape.forms.iter().any(|form| form.holds(value) != Some(false))
        };
        let in_other = one.literals.iter().filter(|literal| allows(&other, literal));
        let in_one =
            other.literals.iter().filter(|literal| !one.literals.contains(literal) && allows(&one, literal));
        shape.literals.extend(in_other.chain(in_one));
        self.made.set(self.made.get() + one.forms.len() * other.forms.len());
        if !self.is_worn_out() {
            for one in &one.forms {
                shape.forms.extend(other.forms.iter().filter_map(|other| both_forms(one, other)));
            }
        }
        shape
    }
}

impl<'a> Shape<'a> {
    #[inline]
    pub(crate) fn literals_of(&self, kind: Kind) -> Vec<&'a Value> {
        self.literals.iter().copied().filter(|literal| kind_of(literal) == kind).collect()
    }

    #[inline]
    pub(crate) fn forms_of(&self, kind: Kind) -> Vec<&Form<'a>> {
        self.forms.iter().filter(|form| form.kind() == kind).collect()
    }

    /// The kinds of which it allows any value.
    #[inline]
    pub(crate) fn kinds(&self) -> Kinds {
        let mut kinds = Kinds::default();
        for literal in &self.literals {
            kinds.insert(kind_of(literal));
        }
        for form in &self.forms {
            kinds.insert(form.kind());
        }
        kinds
    }

    #[inline]
    pub(crate) fn anything() -> Self {
        let form = |rules| Form { rules, others: Vec::new() };
        let forms = vec![
            form(Rules::Null),
            form(Rules::Bool),
            form(Rules::Number(Numbers::default())),
            form(Rules::Text(Texts::default())),
            form(Rules::List(Lists::default())),
            form(Rules::Object(Objects::default())),
        ];
        Self { literals: Vec::new(), forms, any: true }
    }

    #[inline]
    fn add(&mut self, other: Self) {
        self.any |= other.any;
        self.forms.extend(other.forms);
        for literal in other.literals {
            if !self.literals.contains(&literal) {
                self.literals.push(literal);
            }
        }
    }

    #[inline]
    pub(crate) fn note(&mut self, keyword: &'a str, value: &'a Value) {
        self.any = false;
        self.forms.iter_mut().for_each(|form| form.others.push((keyword, value)));
    }
}

/// What both forms allow; none if they are of different kinds, or leave nothing.
#[inline]
fn both_forms<'a>(one: &Form<'a>, other: &Form<'a>) -> Option<Form<'a>> {
    let rules = match (&one.rules, &other.rules) {
        (Rules::Null, Rules::Null) => Rules::Null,
        (Rules::Bool, Rules::Bool) => Rules::Bool,
        (Rules::Number(one), Rules::Number(other)) => Rules::Number(Numbers {
            integer: one.integer || other.integer,
            format: one.format.or(other.format),
            range: one.range.and(other.range),
            steps: [&one.steps[..], &other.steps].concat(),
        }),
        (Rules::Text(one), Rules::Text(other)) => Rules::Text(Texts {
            len: one.len.and(other.len),
            patterns: one.patterns.with(&other.patterns),
            formats: one.formats.with(&other.formats),
        }),
        (Rules::List(one), Rules::List(other)) => {
            let longest = one.prefix.len().max(other.prefix.len());
            let together = |one: &Part<'a>, other: &Part<'a>| -> Part<'a> { [&one[..], &other[..]].concat() };
            Rules::List(Lists {
                prefix: (0..longest).map(|index| together(one.at(index), other.at(index))).collect(),
                items: together(&one.items, &other.items),
                len: one.len.and(other.len),
                unique: one.unique || other.unique,
            })
        }
        (Rules::Object(one), Rules::Object(other)) => Rules::Object(both_objects(one, other)?),
        _ => return None,
    };
    let mut others = one.others.clone();
    others.extend(other.others.iter().filter(|noted| !one.others.contains(noted)));
    Some(Form { rules, others })
}

#[inline]
fn both_objects<'a>(one: &Objects<'a>, other: &Objects<'a>) -> Option<Objects<'a>> {
    let mut fields = Named::new();
    let required = one.required.with(&other.required);
    for name in declared_names(one, other).iter() {
        match (one.field(name), other.field(name)) {
            (Some(first), Some(second)) => fields.push((*name, [first, second].concat())),
            _ if required.contains(name) => return None,
            _ => {}
        }
    }
    let rest = match (&one.rest, &other.rest) {
        (Rest::Closed, _) | (_, Rest::Closed) => Rest::Closed,
        (Rest::Open, rest) | (rest, Rest::Open) => rest.clone(),
        (Rest::Keyed(pattern, first), Rest::Entries(second) | Rest::Keyed(_, second))
        | (Rest::Entries(second), Rest::Keyed(pattern, first)) => {
            Rest::Keyed(pattern, [&first[..], &second[..]].concat())
        }
        (Rest::Entries(first), Rest::Entries(second)) => Rest::Entries([&first[..], &second[..]].concat()),
    };
    Some(Objects { fields, required, rest, len: one.len.and(other.len) })
}

/// The fields that one of them declares.
#[inline]
pub(crate) fn declared_names<'a>(one: &Objects<'a>, other: &Objects<'a>) -> Names<'a> {
    Names::of(one.fields.iter().chain(&other.fields).map(|(name, _)| *name).collect())
}

impl<'a> Objects<'a> {
    #[inline]
    pub(crate) fn declared(&self, name: &str) -> Option<&Part<'a>> {
        find(&self.fields, name)
    }

    /// What may stand under a name; none if nothing may.
    #[inline]
    fn field(&self, name: &str) -> Option<&[&'a Value]> {
        if let Some(part) = self.declared(name) {
            return Some(part);
        }
        match &self.rest {
            Rest::Open => Some(&[]),
            Rest::Closed => None,
            Rest::Entries(part) | Rest::Keyed(_, part) => Some(part),
        }
    }
}
