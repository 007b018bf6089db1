//! What there is to see of the values of a contract, by its schema.

use super::draws::Draws;
use super::step::Step;
use schemars::Schema;
use serde_json::{Map, Value};
use std::fmt;

/// What is seen of a field: a number for each payload that has the field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Measure {
    /// The code points of a string.
    Chars,
    /// Its words: what white space separates.
    Words,
    /// The items of a list, the entries of a map.
    Items,
    /// A number.
    Number,
    /// Whether the field is left out, or `null`.
    Missing,
    /// Whether a `bool` is true.
    True,
    /// Whether it is this variant of an enum.
    Is(String),
}

impl Measure {
    /// Whether it is a question with two answers, 0 and 1.
    #[inline]
    pub(super) fn is_question(&self) -> bool {
        matches!(self, Self::Missing | Self::True | Self::Is(_))
    }

    /// That of this name, as [`Display`](fmt::Display) writes it.
    #[inline]
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "chars" => Self::Chars,
            "words" => Self::Words,
            "items" => Self::Items,
            "number" => Self::Number,
            "missing" => Self::Missing,
            "true" => Self::True,
            other => Self::Is(other.strip_prefix("is ")?.to_owned()),
        })
    }
}

impl fmt::Display for Measure {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chars => "chars",
            Self::Words => "words",
            Self::Items => "items",
            Self::Number => "number",
            Self::Missing => "missing",
            Self::True => "true",
            Self::Is(variant) => return write!(f, "is {variant}"),
        })
    }
}

/// A habit that a contract can have: a field, and what is seen of it.
///
/// The field is a JSON pointer with `*` for an item of a list and for an entry of a map, whose keys are payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Habit {
    pub(super) field: String,
    pub(super) measure: Measure,
}

/// The most habits of a contract that are looked at; the rest is not.
const MOST_HABITS: usize = 1_000;

/// All that there is to see of the values of a contract.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) habits: Vec<Habit>,
    root: Place,
}

/// Where a value may be.
#[derive(Debug)]
struct Place {
    /// Whether it is missing, where it may be.
    missing: Option<usize>,
    node: Node,
}

/// What a value is. The numbers are those of habits.
#[derive(Debug)]
enum Node {
    /// Nothing is to be seen of it.
    Opaque,
    Text {
        chars: usize,
        words: usize,
    },
    Number(usize),
    Flag(usize),
    List {
        items: usize,
        item: Box<Place>,
    },
    Tuple(Vec<Place>),
    Object(Object),
    OneOf(Vec<Variant>),
    /// Several descriptions of one value.
    All(Vec<Self>),
}

#[derive(Debug)]
struct Object {
    fields: Vec<(String, Place)>,
    /// The number of entries beside them, and one of those.
    entries: Option<(usize, Box<Place>)>,
}

#[derive(Debug)]
struct Variant {
    /// Whether it is this one.
    is: usize,
    by: By,
    node: Node,
}

/// What tells a variant from the others.
#[derive(Debug)]
enum By {
    /// It is a string: the name.
    Name(String),
    /// It is an object with this tag.
    Tag { tag: String, name: String },
    /// It is an object with this one field.
    Key(String),
    /// It is of this type, and an object has these fields.
    Form { kind: Option<String>, fields: Vec<String> },
}

impl Shape {
    #[inline]
    pub(super) fn of(schema: &Schema) -> Self {
        let mut builder = Builder { root: schema.as_value(), habits: Vec::new(), within: vec!["#"] };
        let root = builder.place(schema.as_value(), "", false);
        Self { habits: builder.habits, root }
    }

    /// Shows what is to be seen of a value: of a list one item, of a map one entry, whichever is drawn, so that every
    /// payload counts once for every habit, however many items it has.
    #[inline]
    pub(super) fn look(&self, value: &Value, draws: &mut Draws, see: &mut dyn FnMut(usize, Step)) {
        self.root.look(Some(value), draws, see);
    }
}

impl Place {
    #[inline]
    fn look(&self, value: Option<&Value>, draws: &mut Draws, see: &mut dyn FnMut(usize, Step)) {
        let value = value.filter(|value| !value.is_null());
        if let Some(missing) = self.missing {
            see(missing, yes_or_no(value.is_none()));
        }
        if let Some(value) = value {
            self.node.look(value, draws, see);
        }
    }
}

impl Node {
    #[inline]
    fn look(&self, value: &Value, draws: &mut Draws, see: &mut dyn FnMut(usize, Step)) {
        match (self, value) {
            (Self::Text { chars, words }, Value::String(text)) => {
                see(*chars, Step::of_count(text.chars().count()));
                see(*words, Step::of_count(text.split_whitespace().count()));
            }
            (Self::Number(number), Value::Number(value)) => {
                if let Some(value) = value.as_f64() {
                    see(*number, Step::of(value));
                }
            }
            (Self::Flag(flag), Value::Bool(value)) => see(*flag, yes_or_no(*value)),
            (Self::List { items, item }, Value::Array(values)) => {
                see(*items, Step::of_count(values.len()));
                if let Some(value) = values.get(draws.index(values.len())) {
                    item.look(Some(value), draws, see);
                }
            }
            (Self::Tuple(places), Value::Array(values)) => {
                for (place, value) in places.iter().zip(values) {
                    place.look(Some(value), draws, see);
                }
            }
            (Self::Object(object), Value::Object(values)) => object.look(values, draws, see),
            (Self::OneOf(variants), value) => {
                let found = variants.iter().position(|variant| variant.by.is(value));
                for (index, variant) in variants.iter().enumerate() {
                    see(variant.is, yes_or_no(Some(index) == found));
                }
                if let Some(variant) = found.and_then(|found| variants.get(found)) {
                    variant.node.look(value, draws, see);
                }
            }
            (Self::All(nodes), value) => nodes.iter().for_each(|node| node.look(value, draws, see)),
            // The value of a union that schemas say little of.
            _ => {}
        }
    }
}

impl Object {
    #[inline]
    fn look(&self, values: &Map<String, Value>, draws: &mut Draws, see: &mut dyn FnMut(usize, Step)) {
        for (name, place) in &self.fields {
            place.look(values.get(name), draws, see);
        }
        if let Some((count, entry)) = &self.entries {
            let is_entry = |key: &String| !self.fields.iter().any(|(name, _)| name == key);
            let mut entries: Vec<_> = values.iter().filter(|(key, _)| is_entry(key)).collect();
            // In one order, whatever the features of `serde_json` are.
            entries.sort_unstable_by_key(|(key, _)| *key);
            see(*count, Step::of_count(entries.len()));
            if let Some((_, value)) = entries.get(draws.index(entries.len())) {
                entry.look(Some(value), draws, see);
            }
        }
    }
}

impl By {
    #[inline]
    fn is(&self, value: &Value) -> bool {
        match self {
            Self::Name(name) => value == name.as_str(),
            Self::Tag { tag, name } => value.get(tag).is_some_and(|value| value == name.as_str()),
            Self::Key(key) => value.get(key).is_some(),
            Self::Form { kind, fields } => {
                let is_of_kind = match kind.as_deref() {
                    Some("object") => value.is_object(),
                    Some("array") => value.is_array(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    Some("integer") => value.is_i64() || value.is_u64(),
                    Some("number") => value.is_number(),
                    _ => true,
                };
                is_of_kind && fields.iter().all(|field| value.get(field).is_some())
            }
        }
    }
}

#[inline]
fn yes_or_no(is: bool) -> Step {
    if is { Step::ONE } else { Step::ZERO }
}

/// Goes through a schema.
struct Builder<'s> {
    root: &'s Value,
    habits: Vec<Habit>,
    /// What has been referred to on the way here.
    within: Vec<&'s str>,
}

impl<'s> Builder<'s> {
    /// The number of a habit. Variants may have fields of one name: to the reader of a payload these are one.
    #[inline]
    fn habit(&mut self, field: &str, measure: Measure) -> usize {
        let habit = Habit { field: field.to_owned(), measure };
        self.habits.iter().position(|known| *known == habit).unwrap_or_else(|| {
            self.habits.push(habit);
            self.habits.len() - 1
        })
    }

    #[inline]
    fn place(&mut self, schema: &'s Value, at: &str, is_optional: bool) -> Place {
        let (schema, is_nullable) = match without_null(schema) {
            Some(inner) => (inner, true),
            None => (schema, has_type(schema, "null")),
        };
        let missing = (is_optional || is_nullable).then(|| self.habit(at, Measure::Missing));
        Place { missing, node: self.node(schema, at) }
    }

    #[inline]
    fn node(&mut self, schema: &'s Value, at: &str) -> Node {
        if self.habits.len() >= MOST_HABITS {
            return Node::Opaque;
        }
        let mut nodes = Vec::new();
        if let Some(Value::String(reference)) = schema.get("$ref") {
            nodes.push(self.referred(reference, at));
        }
        if let Some(Value::Array(names)) = schema.get("enum") {
            let names = names.iter().filter_map(Value::as_str);
            let variants: Vec<Variant> = names.map(|name| self.named(name, at)).collect();
            if !variants.is_empty() {
                nodes.push(Node::OneOf(variants));
            }
        } else if let Some(Value::Array(schemas)) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
            nodes.push(self.one_of(schemas, at));
        }
        if !schema.get("enum").is_some_and(Value::is_array) {
            nodes.extend(self.typed(schema, at));
        }
        match nodes.len() {
            0 => Node::Opaque,
            1 => nodes.remove(0),
            _ => Node::All(nodes),
        }
    }

    /// A contract in itself is not gone into: its depth would be a part of the field's name.
    #[inline]
    fn referred(&mut self, reference: &'s str, at: &str) -> Node {
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let Some(target) = target.filter(|_| !self.within.contains(&reference)) else { return Node::Opaque };
        self.within.push(reference);
        let node = self.node(target, at);
        self.within.pop();
        node
    }

    /// What the keyword `type` and those that go with it say.
    #[inline]
    fn typed(&mut self, schema: &'s Value, at: &str) -> Option<Node> {
        if has_type(schema, "string") {
            let (chars, words) = (self.habit(at, Measure::Chars), self.habit(at, Measure::Words));
            Some(Node::Text { chars, words })
        } else if has_type(schema, "integer") || has_type(schema, "number") {
            Some(Node::Number(self.habit(at, Measure::Number)))
        } else if has_type(schema, "boolean") {
            Some(Node::Flag(self.habit(at, Measure::True)))
        } else if let Some(Value::Array(places)) = schema.get("prefixItems") {
            let places = (0..).zip(places);
            Some(Node::Tuple(
                places.map(|(n, place)| self.place(place, &format!("{at}/{n}"), false)).collect(),
            ))
        } else if has_type(schema, "array") {
            let items = self.habit(at, Measure::Items);
            let item = schema.get("items").unwrap_or(&Value::Null);
            Some(Node::List { items, item: Box::new(self.place(item, &format!("{at}/*"), false)) })
        } else if schema.get("properties").is_some() || has_type(schema, "object") {
            Some(Node::Object(self.object(schema, at, None)))
        } else {
            None
        }
    }

    /// An object, of which the tag is looked at elsewhere.
    #[inline]
    fn object(&mut self, schema: &'s Value, at: &str, tag: Option<&str>) -> Object {
        let mut fields = Vec::new();
        for (name, property) in properties(schema) {
            if tag == Some(name) {
                fields.push((name.clone(), Place { missing: None, node: Node::Opaque }));
            } else {
                let is_optional = !required(schema).any(|required| required == name);
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                fields.push((name.clone(), self.place(property, &at, is_optional)));
            }
        }
        let of_any_key = schema.get("additionalProperties").filter(|values| values.is_object());
        let of_some_keys =
            schema.get("patternProperties").and_then(|patterns| patterns.as_object()?.values().next());
        let entries = of_any_key.or(of_some_keys).map(|values| {
            let count = self.habit(at, Measure::Items);
            (count, Box::new(self.place(values, &format!("{at}/*"), false)))
        });
        Object { fields, entries }
    }

    #[inline]
    fn named(&mut self, name: &str, at: &str) -> Variant {
        let is = self.habit(at, Measure::Is(name.to_owned()));
        Variant { is, by: By::Name(name.to_owned()), node: Node::Opaque }
    }

    #[inline]
    fn one_of(&mut self, schemas: &'s [Value], at: &str) -> Node {
        let mut variants = Vec::new();
        for (number, schema) in (1..).zip(schemas) {
            let name = |schema: &'s Value| match schema.get("enum")?.as_array()?.as_slice() {
                [Value::String(name)] => Some(name),
                _ => None,
            };
            if let Some(Value::Array(names)) = schema.get("enum") {
                variants.extend(names.iter().filter_map(Value::as_str).map(|name| self.named(name, at)));
                continue;
            }
            let mut tags = properties(schema).filter_map(|(tag, schema)| Some((tag, name(schema)?)));
            let is_required = |tag: &str| required(schema).any(|required| required == tag);
            let (by, called) = if let Some((tag, name)) = tags.find(|(tag, _)| is_required(tag)) {
                (By::Tag { tag: tag.clone(), name: name.clone() }, name.clone())
            } else if let [key] = properties(schema).map(|(key, _)| key).collect::<Vec<_>>().as_slice()
                && is_required(key)
            {
                (By::Key((*key).clone()), (*key).clone())
            } else {
                let kind = schema.get("type").and_then(Value::as_str).map(str::to_owned);
                let fields = required(schema).map(str::to_owned).collect();
                (By::Form { kind, fields }, format!("form {number}"))
            };
            let is = self.habit(at, Measure::Is(called));
            let node = match &by {
                By::Tag { tag, .. } => Node::Object(self.object(schema, at, Some(tag))),
                _ => self.node(schema, at),
            };
            variants.push(Variant { is, by, node });
        }
        Node::OneOf(variants)
    }
}

/// The schema beside which there is only `null`.
#[inline]
fn without_null(schema: &Value) -> Option<&Value> {
    let Some(Value::Array(schemas)) = schema.get("anyOf") else { return None };
    let [one, other] = schemas.as_slice() else { return None };
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    match (is_null(one), is_null(other)) {
        (true, false) => Some(other),
        (false, true) => Some(one),
        _ => None,
    }
}

#[inline]
fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    }
}

#[inline]
fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

#[inline]
fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
