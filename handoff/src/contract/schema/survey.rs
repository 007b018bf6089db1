//! A look at a contract and all that it is made of, each type along its schema: in which order the properties of every
//! object are declared, and whether anything drops items in silence.

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::layout::{
    Enum, FieldRef, Layout, Member, Shape, Struct, Survey, SurveyType, Tagging, Variant,
};

/// What stands where a schema says nothing of a type, or something else.
static NOTHING: Value = Value::Null;

/// How many references are followed in a row.
const MOST_REFERENCES: usize = 16;

impl<'s> Survey<'s> {
    /// Surveys the contract `T` along its schema.
    pub(crate) fn of<T: Contract>(schema: &'s Value) -> Self {
        let mut survey = Self { root: schema, ..Self::default() };
        T::survey(schema, &mut survey);
        survey
    }

    /// Goes through a derived contract.
    pub(crate) fn layout(&mut self, layout: &'static Layout, schema: &'s Value) {
        // A contract may hold itself.
        if self.seen.insert((layout, schema)) {
            match layout {
                Layout::Struct(shape) => self.shape(shape, schema),
                Layout::Enum(table) => self.variants(table, schema),
            }
        }
    }

    /// Goes through the items of a list.
    pub(crate) fn items(&mut self, schema: &'s Value, item: SurveyType) {
        item(self.keyword(schema, "items").unwrap_or(&NOTHING), self);
    }

    /// Goes through the items of a tuple.
    pub(crate) fn places(&mut self, schema: &'s Value, items: &[SurveyType]) {
        let schemas = self.keyword(schema, "prefixItems").and_then(Value::as_array);
        for (index, item) in items.iter().enumerate() {
            item(schemas.and_then(|schemas| schemas.get(index)).unwrap_or(&NOTHING), self);
        }
    }

    /// Goes through the values of a map.
    pub(crate) fn values(&mut self, schema: &'s Value, value: SurveyType) {
        value(self.keyword(schema, "additionalProperties").unwrap_or(&NOTHING), self);
        // Where keys are numbers or the names of variants.
        for keyword in ["patternProperties", "properties"] {
            if let Some(Value::Object(schemas)) = self.keyword(schema, keyword) {
                for schema in schemas.values() {
                    value(schema, self);
                }
            }
        }
    }

    /// Goes through what an `Option` holds.
    pub(crate) fn inside(&mut self, schema: &'s Value, inside: SurveyType) {
        inside(schema, self);
        if let Some(Value::Array(schemas)) = self.keyword(schema, "anyOf")
            && let [schema, _null] = schemas.as_slice()
        {
            inside(schema, self);
        }
    }

    /// Goes through an object with these properties.
    pub(crate) fn object(&mut self, schema: &'s Value, properties: &[(&'static str, SurveyType)]) {
        for (name, property) in properties {
            property(self.property(schema, name), self);
        }
    }

    fn shape(&mut self, shape: &Shape, schema: &'s Value) {
        match shape {
            Shape::Unit => {}
            Shape::Newtype { place, .. } => self.place(place, schema),
            Shape::Tuple(places) => {
                let schemas = self.keyword(schema, "prefixItems").and_then(Value::as_array);
                for (index, place) in places.iter().enumerate() {
                    self.place(place, schemas.and_then(|schemas| schemas.get(index)).unwrap_or(&NOTHING));
                }
            }
            Shape::Struct(table) => self.fields(table, schema),
        }
    }

    fn place(&mut self, place: &FieldRef, schema: &'s Value) {
        ((place.field_schema)(None).survey)(schema, self);
    }

    fn fields(&mut self, table: &Struct, schema: &'s Value) {
        for member in table.fields {
            match member {
                Member::Field(field) => {
                    let schema = self.property(schema, field.name);
                    self.place(&field.place, schema);
                }
                Member::Flattened { of, .. } => self.fields(of.fields, schema),
            }
        }
    }

    fn variants(&mut self, table: &'static Enum, schema: &'s Value) {
        let schemas = self.alternatives(schema);
        for (index, variant) in table.variants.iter().enumerate() {
            match table.tagging {
                Tagging::External => {
                    let held = |schema: &&'s Value| has_property(schema, variant.name);
                    if !matches!(variant.body, Shape::Unit) {
                        let schema = schemas.iter().copied().find(held).unwrap_or(&NOTHING);
                        let content = self.property(schema, variant.name);
                        self.shape(&variant.body, content);
                    }
                }
                Tagging::Internal { tag } => {
                    let schema = self.tagged(&schemas, tag, variant);
                    self.shape(&variant.body, schema);
                }
                Tagging::Adjacent { tag, content } => {
                    let schema = self.tagged(&schemas, tag, variant);
                    let content = self.property(schema, content);
                    self.shape(&variant.body, content);
                }
                Tagging::Untagged => {
                    self.shape(&variant.body, schemas.get(index).copied().unwrap_or(&NOTHING));
                }
            }
        }
    }

    /// Finds the schema of a variant by its tag, which comes first.
    fn tagged(&mut self, schemas: &[&'s Value], tag: &'static str, variant: &Variant) -> &'s Value {
        let is_it = |schema: &&&'s Value| {
            schema
                .get("properties")
                .and_then(|properties| properties.get(tag))
                .is_some_and(|tag| tag.get("const").is_some_and(|name| name == variant.name))
        };
        let schema = schemas.iter().find(is_it).copied().unwrap_or(&NOTHING);
        self.property(schema, tag);
        schema
    }

    /// Finds the schemas of the variants of an enum.
    fn alternatives(&self, schema: &'s Value) -> Vec<&'s Value> {
        match self.keyword(schema, "oneOf").or_else(|| self.keyword(schema, "anyOf")) {
            Some(Value::Array(schemas)) => schemas.iter().collect(),
            _ => vec![schema],
        }
    }

    /// Finds the schema of a property, which comes after those that were asked for before.
    fn property(&mut self, schema: &'s Value, name: &'static str) -> &'s Value {
        let mut found = &NOTHING;
        for schema in self.referred(schema) {
            if let Some(Value::Object(properties)) = schema.get("properties")
                && let Some(property) = properties.get(name)
            {
                let order = self.orders.entry(properties).or_default();
                if !order.contains(&name) {
                    order.push(name);
                }
                found = property;
            }
        }
        found
    }

    pub(crate) fn keyword(&self, schema: &'s Value, keyword: &str) -> Option<&'s Value> {
        self.referred(schema).into_iter().find_map(|schema| schema.get(keyword))
    }

    /// Follows the references of a schema: itself, and what it refers to.
    fn referred(&self, schema: &'s Value) -> Vec<&'s Value> {
        let mut schemas = vec![schema];
        let mut last = schema;
        while let Some(Value::String(reference)) = last.get("$ref")
            && let Some(target) = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer))
            && schemas.len() < MOST_REFERENCES
        {
            schemas.push(target);
            last = target;
        }
        schemas
    }
}

fn has_property(schema: &Value, name: &str) -> bool {
    schema.get("properties").is_some_and(|properties| properties.get(name).is_some())
}
