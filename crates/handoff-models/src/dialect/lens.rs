//! Between a value as its contract has it and the same as a dialect writes it.

use std::collections::BTreeMap;

use handoff::Contract as _;

use super::shape;
use crate::json::Json;

/// What is done to a value, on its way there and on its way back. A value of another form than the lens expects stays as
/// it is, so that its reader tells what is wrong with it.
#[derive(Clone, Debug)]
pub(super) enum Lens {
    /// Nothing.
    Same,
    /// What the definition of this reference does.
    Named(String),
    /// Any JSON is written as a string that holds it.
    Embedded,
    /// A map is written as a list of pairs.
    Pairs(Box<Lens>),
    /// The values of a map.
    Values(Box<Lens>),
    /// A tuple is written as an object.
    Parts(Vec<Lens>),
    /// The items of a tuple.
    Tuple(Vec<Lens>),
    /// The items of a list.
    Items(Box<Lens>),
    /// The fields of an object.
    Fields(Vec<Field>),
    /// One of several, each with the schemas by which it is told apart.
    Ways(Vec<Way>),
    /// It is written as the one field of an object.
    Wrapped(&'static str, Box<Lens>),
}

/// A field of an object.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) missing: Missing,
    pub(super) lens: Lens,
}

/// How a field that is missing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is left out.
    LeftOut,
    /// It is left out, and so is one that is `null`, which means the same.
    NeverNull,
    /// It is `null`.
    Null,
    /// It is `null`, and so is one that is not missing: who reads it takes both alike.
    NullEitherWay,
}

/// A variant.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// As the contract has it.
    pub(super) here: Json,
    /// As it is sent.
    pub(super) there: Json,
    pub(super) lens: Lens,
}

/// What is in a pair. A whole that is no object is a value in one, too.
pub(super) const KEY: &str = "key";
pub(super) const VALUE: &str = "value";
/// What the pairs of a map are called, where they might be taken for another list.
pub(super) const ENTRIES: &str = "entries";

/// What the item of a tuple is called.
pub(super) fn item(place: usize) -> String {
    format!("item_{place}")
}

/// The lens of a contract.
#[derive(Clone, Debug)]
pub(super) struct Optics {
    pub(super) root: Lens,
    /// The lenses of references.
    pub(super) named: BTreeMap<String, Lens>,
    /// The schema of the contract.
    pub(super) here: Json,
    /// The schema that is sent.
    pub(super) there: Json,
}

impl Optics {
    /// Whether a value is the same here and there, whatever it is.
    pub(super) fn changes_nothing(&self) -> bool {
        !changes(&self.root, &self.named, &mut Vec::new())
    }

    /// Writes a value of the contract as the dialect has it.
    pub(super) fn write(&self, value: Json) -> Json {
        self.along(&self.root, value, true)
    }

    /// Reads what was written in the dialect.
    pub(super) fn read(&self, value: Json) -> Json {
        self.along(&self.root, value, false)
    }

    fn along(&self, lens: &Lens, value: Json, out: bool) -> Json {
        let through = |lens: &Lens, value: Json| self.along(lens, value, out);
        match (lens, value) {
            (Lens::Named(target), value) => match self.named.get(target) {
                Some(lens) => through(lens, value),
                None => value,
            },
            (Lens::Embedded, value) if out => Json::Text(value.to_string()),
            (Lens::Embedded, Json::Text(text)) => Json::parse(&text).unwrap_or(Json::Text(text)),
            (Lens::Pairs(lens), Json::Object(entries)) if out => {
                let pair =
                    |(key, value)| Json::object([(KEY, Json::Text(key)), (VALUE, through(lens, value))]);
                Json::List(entries.into_iter().map(pair).collect())
            }
            (Lens::Pairs(lens), list @ Json::List(_)) if !out => match pairs(&list) {
                // A key that is there twice stays so: it is the reader's to refuse.
                Some(pairs) => {
                    let entry = |(key, value): (&str, &Json)| (key.to_owned(), through(lens, value.clone()));
                    Json::Object(pairs.into_iter().map(entry).collect())
                }
                None => list,
            },
            (Lens::Values(lens), Json::Object(entries)) => {
                Json::Object(entries.into_iter().map(|(key, value)| (key, through(lens, value))).collect())
            }
            (Lens::Parts(lenses), Json::List(items)) if out && items.len() == lenses.len() => {
                let parts = lenses.iter().zip(items).enumerate();
                Json::Object(parts.map(|(place, (lens, part))| (item(place), through(lens, part))).collect())
            }
            (Lens::Parts(lenses), object @ Json::Object(_)) if !out => match parts(&object, lenses.len()) {
                Some(parts) => {
                    let parts = lenses.iter().zip(parts);
                    Json::List(parts.map(|(lens, part)| through(lens, part.clone())).collect())
                }
                None => object,
            },
            (Lens::Tuple(lenses), Json::List(items)) if items.len() == lenses.len() => {
                Json::List(lenses.iter().zip(items).map(|(lens, part)| through(lens, part)).collect())
            }
            (Lens::Items(lens), Json::List(items)) => {
                Json::List(items.into_iter().map(|item| through(lens, item)).collect())
            }
            (Lens::Fields(fields), object @ Json::Object(_)) => self.fields(fields, object, out),
            (Lens::Ways(ways), value) => match self.way(ways, &value, out) {
                Some(way) => through(&way.lens, value),
                None => value,
            },
            (Lens::Wrapped(name, lens), value) if out => Json::object([(name, through(lens, value))]),
            (Lens::Wrapped(name, lens), mut object @ Json::Object(_)) => match object.entries() {
                [(key, _)] if key == name => object.take(name).map_or(object, |value| through(lens, value)),
                _ => object,
            },
            (_, value) => value,
        }
    }

    fn fields(&self, fields: &[Field], mut object: Json, out: bool) -> Json {
        let mut done = Vec::new();
        // In the order of the schema where it is written, and in that of the model where it is read.
        if out {
            for Field { name, missing, lens } in fields {
                match (object.take(name), missing) {
                    (Some(Json::Null), Missing::NeverNull)
                    | (None, Missing::LeftOut | Missing::NeverNull) => {}
                    (None, Missing::Null | Missing::NullEitherWay) => done.push((name.clone(), Json::Null)),
                    (Some(value), _) => done.push((name.clone(), self.along(lens, value, out))),
                }
            }
        }
        let Json::Object(entries) = object else { return object };
        for (name, value) in entries {
            match fields.iter().find(|field| field.name == name) {
                Some(Field { missing: Missing::Null, .. }) if !out && value == Json::Null => {}
                Some(field) => done.push((name, self.along(&field.lens, value, out))),
                None => done.push((name, value)),
            }
        }
        Json::Object(done)
    }

    /// The variant that a value is of, or was meant to be of.
    fn way<'a>(&self, ways: &'a [Way], value: &Json, out: bool) -> Option<&'a Way> {
        let root = if out { &self.here } else { &self.there };
        let schema = |way: &'a Way| if out { &way.here } else { &way.there };
        let fits = ways.iter().find(|way| shape::fits(value, schema(way), root));
        fits.or_else(|| ways.iter().find(|way| shape::claims(value, schema(way), root)))
    }
}

/// The pairs of a list of them.
fn pairs(list: &Json) -> Option<Vec<(&str, &Json)>> {
    let pair = |pair: &'_ Json| pair.entries().len() == 2;
    let read = |pair| Some((Json::get(pair, KEY)?.text()?, pair.get(VALUE)?));
    list.items().iter().map(|item| if pair(item) { read(item) } else { None }).collect()
}

/// The parts of a tuple that is written as an object.
fn parts(object: &Json, count: usize) -> Option<Vec<&Json>> {
    if object.entries().len() != count {
        return None;
    }
    (0..count).map(|place| object.get(&item(place))).collect()
}

fn changes<'a>(lens: &'a Lens, named: &'a BTreeMap<String, Lens>, seen: &mut Vec<&'a str>) -> bool {
    match lens {
        Lens::Same => false,
        Lens::Named(target) => {
            if seen.contains(&target.as_str()) {
                return false;
            }
            seen.push(target);
            named.get(target).is_some_and(|lens| changes(lens, named, seen))
        }
        Lens::Embedded | Lens::Pairs(_) | Lens::Parts(_) | Lens::Wrapped(..) => true,
        Lens::Values(lens) | Lens::Items(lens) => changes(lens, named, seen),
        Lens::Tuple(lenses) => lenses.iter().any(|lens| changes(lens, named, seen)),
        Lens::Fields(fields) => {
            fields.iter().any(|field| field.missing != Missing::LeftOut || changes(&field.lens, named, seen))
        }
        Lens::Ways(ways) => ways.iter().any(|way| changes(&way.lens, named, seen)),
    }
}
