//! What is worked out once per contract: its schema, its fingerprint, and what the reader must know of it.

use std::any::TypeId;
use std::sync::{OnceLock, PoisonError, RwLock};

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;

use crate::contract::Contract;
use crate::contract::layout::Survey;
use crate::contract::schema::canonical;
use crate::contract::schema::fingerprint::Fingerprint;
use crate::contract::schema::text;
use crate::contract::written::Order;

/// The schema of a type and what follows from it.
#[derive(Debug)]
pub struct Emitted {
    pub(crate) schema: Schema,
    fingerprint: OnceLock<Fingerprint>,
    text: OnceLock<String>,
    /// Whether an item may be dropped in silence when a value is read; see [`Survey::drops_items`].
    pub(crate) drops_items: bool,
    /// What is put in order where a value is written.
    pub(crate) order: Order,
}

impl Emitted {
    /// Emits the schema of `T`.
    #[must_use]
    pub fn of<T: Contract>() -> Self {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let survey = Survey::of::<T>(schema.as_value());
        let (drops_items, order) = (survey.drops_items, Order::of::<T>(&survey));
        Self { schema, fingerprint: OnceLock::new(), text: OnceLock::new(), drops_items, order }
    }

    /// Writes the schema, which is that of `T`.
    #[inline]
    pub(crate) fn text<T: Contract>(&self) -> &str {
        self.text.get_or_init(|| {
            let schema = self.schema.as_value();
            text::written(schema, &Survey::of::<T>(schema).orders)
        })
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        *self.fingerprint.get_or_init(|| canonical::fingerprint(&self.schema))
    }

    /// Tells whether a field or a variant has this name, anywhere in the schema.
    pub(crate) fn declares(&self, name: &str) -> bool {
        declares(self.schema.as_value(), name)
    }

    /// Returns the schema without what the fingerprint leaves out.
    pub(crate) fn meaning(&self) -> Schema {
        canonical::meaning(&self.schema)
    }
}

/// Tells whether a field or a variant has this name, anywhere in the schema.
pub(crate) fn declares(schema: &Value, name: &str) -> bool {
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

/// Returns the one `Emitted` of `T`, for types that have no static of their own: `Vec<SubTask>` and other
/// generic types. It is kept for the life of the process; there is one for each type.
pub(crate) fn shared<T: Contract>() -> &'static Emitted {
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
