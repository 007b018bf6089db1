//! What is worked out once per contract: its schema, its fingerprint, and what the reader must know of it.

use std::any::TypeId;
use std::sync::{OnceLock, PoisonError, RwLock};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::contract::checks::COMPARED;
use crate::contract::schema::canonical;
use crate::contract::schema::fingerprint::Fingerprint;

/// The schema of a type and what follows from it.
#[derive(Debug)]
pub struct Emitted {
    pub(crate) schema: Schema,
    pub(crate) fingerprint: OnceLock<Fingerprint>,
    /// Whether a list in it must hold no item twice: a set drops the second in silence, so that it must be looked for
    /// in the text.
    pub(crate) has_sets: bool,
}

impl Emitted {
    /// Emits the schema of `T`.
    #[must_use]
    pub fn of<T: JsonSchema>() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let mut schema = schema.to_value();
        let has_sets = has_sets(&mut schema);
        let schema = Schema::try_from(schema).unwrap_or_default();
        Self { schema, fingerprint: OnceLock::new(), has_sets }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        *self.fingerprint.get_or_init(|| canonical::fingerprint(&self.schema))
    }

    /// Whether a field or a variant has this name, anywhere in the schema.
    pub(crate) fn declares(&self, name: &str) -> bool {
        declares(self.schema.as_value(), name)
    }

    /// The schema without what the fingerprint leaves out.
    pub(crate) fn meaning(&self) -> Schema {
        canonical::meaning(&self.schema)
    }
}

fn declares(schema: &Value, name: &str) -> bool {
    match schema {
        Value::Object(map) => {
            let properties = map.get("properties").and_then(Value::as_object);
            properties.is_some_and(|properties| properties.contains_key(name))
                || map.values().any(|inner| declares(inner, name))
        }
        Value::Array(items) => items.iter().any(|inner| declares(inner, name)),
        _ => false,
    }
}

/// Whether a list in a schema is a set, and not one that `#[check(unique)]` compares: takes off what tells them apart.
fn has_sets(schema: &mut Value) -> bool {
    match schema {
        Value::Object(map) => {
            let (comment, compared) = COMPARED;
            let is_compared = map.get(comment).is_some_and(|comment| comment == compared);
            if is_compared {
                map.remove(comment);
            }
            let is_set = map.get("uniqueItems") == Some(&Value::Bool(true)) && !is_compared;
            // Everything is looked at, whatever was found before.
            let mut found = is_set;
            for inner in map.values_mut() {
                found |= has_sets(inner);
            }
            found
        }
        Value::Array(items) => {
            let mut found = false;
            for inner in items {
                found |= has_sets(inner);
            }
            found
        }
        _ => false,
    }
}

/// The one `Emitted` of `T`, for types that have no static of their own: `Vec<SubTask>` and other generic types. It is
/// kept for the life of the process; there is one for each type.
pub(crate) fn shared<T: JsonSchema + 'static>() -> &'static Emitted {
    let id = TypeId::of::<T>();
    // Emitted before the lock is taken: a schema runs the user's code.
    found(id).unwrap_or_else(|| keep(id, Emitted::of::<T>()))
}

/// In the order of the types.
static ALL: RwLock<Vec<(TypeId, &'static Emitted)>> = RwLock::new(Vec::new());

fn found(id: TypeId) -> Option<&'static Emitted> {
    // The list is whole whenever the lock is free, so a panic elsewhere is no reason to stop.
    let all = ALL.read().unwrap_or_else(PoisonError::into_inner);
    place_of(id, &all).ok().map(|place| all[place].1)
}

/// Keeps what was emitted, unless somebody else was first.
fn keep(id: TypeId, emitted: Emitted) -> &'static Emitted {
    let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
    let place = place_of(id, &all).unwrap_or_else(|place| {
        all.insert(place, (id, Box::leak(Box::new(emitted))));
        place
    });
    all[place].1
}

/// Where a type is, or where it has to go.
fn place_of(id: TypeId, all: &[(TypeId, &'static Emitted)]) -> Result<usize, usize> {
    all.binary_search_by_key(&id, |(id, _)| *id)
}
