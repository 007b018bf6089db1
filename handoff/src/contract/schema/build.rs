//! The JSON Schema of a contract, made from its tables.
//!
//! It is what the derive of schemars would make of the same type with the same attributes, which the tests hold it
//! against; but a table is less work for the user's compiler than code. Beside it stand the keywords of the checks.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::contract::checks::{Bounds, Check, Included, Scoring, add_range};
use crate::contract::derived::Declaration;
use crate::contract::fields::field::{FieldAt, Visitor};
use crate::contract::fields::kind::FieldKind;
use crate::contract::fields::opaque::Opaque;
use crate::contract::layout::{Enum, Field, FieldRef, Layout, Member, Shape, Struct, Tagging, Variant};

/// What a schema says beside the form of what it describes.
#[derive(Clone, Copy, Debug)]
pub enum Annotation {
    /// A doc comment.
    Doc(&'static str),
    /// `#[deprecated]`.
    Deprecated,
    /// `title`, in place of a heading of the doc comment.
    Title(fn() -> String),
    /// `description`, in place of the doc comment.
    Description(fn() -> String),
    /// One of the `examples`; none that serde cannot write.
    Example(fn() -> Option<Value>),
    /// A keyword of the user's.
    Extend(&'static str, fn() -> Value),
    /// A change of the user's.
    Transform(fn(&mut Schema)),
}

/// How a type is described.
#[derive(Clone, Copy, Debug)]
pub struct SchemaSource {
    inline: fn() -> bool,
    name: fn() -> Cow<'static, str>,
    id: fn() -> Cow<'static, str>,
    whole: fn(&mut SchemaGenerator) -> Schema,
    reference: fn(&mut SchemaGenerator) -> Schema,
    /// Whether its schema refuses unknown fields.
    pub(crate) closed: bool,
}

impl SchemaSource {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        Self {
            inline: T::inline_schema,
            name: T::schema_name,
            id: T::schema_id,
            whole: T::json_schema,
            reference: SchemaGenerator::subschema_for::<T>,
            closed: false,
        }
    }

    /// By a function, whose schema has no name.
    fn by(whole: fn(&mut SchemaGenerator) -> Schema) -> Self {
        Self { whole, reference: whole, inline: || true, ..Self::of::<()>() }
    }

    /// See [`JsonSchema::inline_schema`].
    #[must_use]
    pub fn inline(&self) -> bool {
        (self.inline)()
    }

    /// See [`JsonSchema::schema_name`].
    #[must_use]
    pub fn name(&self) -> Cow<'static, str> {
        (self.name)()
    }

    /// See [`JsonSchema::schema_id`].
    #[must_use]
    pub fn id(&self) -> Cow<'static, str> {
        (self.id)()
    }

    /// See [`JsonSchema::json_schema`].
    #[must_use]
    pub fn whole(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.whole)(generator)
    }

    /// The schema of what stands in one object with the tag of its variant. What refuses unknown fields must see the tag,
    /// so it may neither be referred to nor be a part of something else; what does not may be.
    fn beside_tag(&self, generator: &mut SchemaGenerator) -> Schema {
        let whole = self.whole(generator);
        let mut seen = whole.clone();
        let map = seen.ensure_object();
        while let Some(definition) = referred(map, generator) {
            map.remove("$ref");
            for (keyword, value) in definition.clone() {
                map.entry(keyword).or_insert(value);
            }
        }
        let opened = open_parts(map, generator, &mut Vec::new());
        let refuses = CLOSING.iter().any(|keyword| map.get(*keyword) == Some(&Value::Bool(false)));
        let is_null = map.get("type").is_some_and(|kind| kind == "null");
        if opened || refuses || is_null {
            seen
        } else if self.inline() || generator.settings().inline_subschemas {
            whole
        } else {
            (self.reference)(generator)
        }
    }
}

/// The keywords that refuse unknown fields.
const CLOSING: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// What a schema refers to.
fn referred<'g>(
    schema: &Map<String, Value>,
    generator: &'g SchemaGenerator,
) -> Option<&'g Map<String, Value>> {
    let (_, name) = schema.get("$ref")?.as_str()?.rsplit_once('/')?;
    generator.definitions().get(name)?.as_object()
}

/// Lets an object have unknown fields, whatever of what its schema is made of refuses them. Whether anything did.
/// `through` has the definitions that it was come through: a type may hold itself.
fn open<'g>(
    schema: &mut Map<String, Value>,
    generator: &'g SchemaGenerator,
    through: &mut Vec<&'g Map<String, Value>>,
) -> bool {
    let mut opened = open_parts(schema, generator, through);
    for keyword in CLOSING {
        if schema.get(keyword) == Some(&Value::Bool(false)) {
            schema.remove(keyword);
            opened = true;
        }
    }
    if let Some(definition) = referred(schema, generator)
        && !through.iter().any(|known| std::ptr::eq(*known, definition))
    {
        through.push(definition);
        let mut inner = definition.clone();
        if open(&mut inner, generator, through) {
            schema.remove("$ref");
            for (keyword, value) in inner {
                schema.entry(keyword).or_insert(value);
            }
            opened = true;
        }
        through.pop();
    }
    opened
}

/// The same for what the schema is made of alone.
fn open_parts<'g>(
    schema: &mut Map<String, Value>,
    generator: &'g SchemaGenerator,
    through: &mut Vec<&'g Map<String, Value>>,
) -> bool {
    let mut opened = false;
    for keyword in ["allOf", "anyOf", "oneOf", "if", "then", "else"] {
        let parts = match schema.get_mut(keyword) {
            Some(Value::Array(parts)) => parts.as_mut_slice(),
            Some(part) => std::slice::from_mut(part),
            None => continue,
        };
        for part in parts {
            if let Value::Object(part) = part {
                opened |= open(part, generator, through);
            }
        }
    }
    opened
}

/// The schema of a declared contract.
#[must_use]
pub fn schema(declaration: Option<&Declaration>, generator: &mut SchemaGenerator) -> Schema {
    let Some(Declaration { form: Some(form), annotations, default, .. }) = declaration else {
        return Schema::default();
    };
    let mut schema = match form {
        Layout::Struct(Shape::Struct(fields)) => {
            let default = default.and_then(|default| default());
            of_fields(fields, default.as_ref(), generator)
        }
        Layout::Struct(body) => of_body(body, generator),
        Layout::Enum(table) => of_enum(table, generator),
    };
    add_annotations(&mut schema, annotations, None);
    schema
}

fn of_body(body: &Shape, generator: &mut SchemaGenerator) -> Schema {
    match body {
        Shape::Unit => generator.subschema_for::<()>(),
        Shape::Newtype { place, .. } => of_place(place, false, None, generator),
        Shape::Tuple(places) => of_tuple(places, generator),
        Shape::Struct(fields) => of_fields(fields, None, generator),
    }
}

fn of_place(
    place: &FieldRef,
    beside_tag: bool,
    default: Option<Value>,
    generator: &mut SchemaGenerator,
) -> Schema {
    let described = (place.field_schema)(None);
    let mut schema =
        if beside_tag { described.beside_tag(generator) } else { (described.reference)(generator) };
    add_annotations(&mut schema, place.annotations, default);
    (place.field_schema)(Some(&mut schema));
    schema
}

fn of_tuple(places: &[FieldRef], generator: &mut SchemaGenerator) -> Schema {
    let mut items = Vec::with_capacity(places.len());
    for place in places {
        items.push(of_place(place, false, None, generator).into());
    }
    let mut map = of_type("array");
    let length = Value::from(items.len());
    if !items.is_empty() {
        insert(&mut map, "prefixItems", Value::Array(items));
        insert(&mut map, "minItems", length.clone());
    }
    insert(&mut map, "maxItems", length);
    map.into()
}

/// The fields of a struct or of a variant; `default` is that of the whole, in which each of them finds its own.
fn of_fields(table: &Struct, default: Option<&Value>, generator: &mut SchemaGenerator) -> Schema {
    let writes = generator.contract().is_serialize();
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let mut map = of_type("object");
    for slot in table.fields {
        match slot {
            Member::Field(field) => {
                let Field { name, default: has_default, default_json, skippable, place, .. } = field;
                let default = match default_json {
                    Some(default_json) => default_json(),
                    None => default.and_then(|whole| whole.get(name)).cloned(),
                };
                insert(&mut properties, name, of_place(place, false, default, generator).into());
                let optional = if writes { *skippable } else { *has_default || (place.optional)() };
                if !optional {
                    required.push(Value::from(*name));
                }
            }
            Member::Flattened(flattened) => {
                let mut schema = (flattened.schema)(generator);
                // Whether unknown fields are refused, the struct says in which it stands.
                let inner = schema.ensure_object();
                open(inner, generator, &mut Vec::new());
                for (keyword, value) in std::mem::take(inner) {
                    match (keyword.as_str(), value) {
                        ("properties", Value::Object(inner)) => properties.extend(inner),
                        ("required", Value::Array(inner)) => required.extend(inner),
                        (_, value) => {
                            map.entry(keyword).or_insert(value);
                        }
                    }
                }
            }
        }
    }
    if !properties.is_empty() {
        insert(&mut map, "properties", Value::Object(properties));
    }
    if !required.is_empty() {
        insert(&mut map, "required", Value::Array(required));
    }
    if !table.open {
        insert(&mut map, "additionalProperties", Value::Bool(false));
    }
    map.into()
}

fn of_enum(table: &Enum, generator: &mut SchemaGenerator) -> Schema {
    let mut schemas = Vec::with_capacity(table.variants.len());
    let is_bare = |variant: &Variant| matches!(variant.body, Shape::Unit) && variant.annotations.is_empty();
    let external = matches!(table.tagging, Tagging::External);
    if external && table.variants.iter().any(is_bare) {
        // Those of which nothing is said but their names, together and in front.
        let mut names = Vec::new();
        for variant in table.variants {
            if is_bare(variant) {
                names.push(variant.name.into());
            }
        }
        let together = names.len() == table.variants.len();
        let mut map = of_type("string");
        insert(&mut map, "enum", Value::Array(names));
        if together {
            return map.into();
        }
        schemas.push(Value::Object(map));
    }
    for variant in table.variants {
        if external && is_bare(variant) {
            continue;
        }
        let schema = match table.tagging {
            Tagging::External => external_variant(variant, generator),
            Tagging::Internal { tag } => internal_variant(variant, tag, table.open, generator),
            Tagging::Adjacent { tag, content } => {
                adjacent_variant(variant, [tag, content], table.open, generator)
            }
            Tagging::Untagged => untagged_variant(variant, generator),
        };
        schemas.push(schema.into());
    }
    // Variants without a tag may well have values in common.
    if !matches!(table.tagging, Tagging::Untagged) {
        return one_of(schemas);
    }
    let mut map = Map::new();
    insert(&mut map, "anyOf", Value::Array(schemas));
    map.into()
}

fn external_variant(variant: &Variant, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = if let Shape::Unit = variant.body {
        constant(variant.name).into()
    } else {
        let held = of_body(&variant.body, generator);
        Object::new().with(variant.name, held).finish(false)
    };
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

fn internal_variant(variant: &Variant, tag: &str, open: bool, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = match &variant.body {
        Shape::Newtype { place, .. } => of_place(place, true, None, generator),
        body => of_body(body, generator),
    };
    let map = schema.ensure_object();
    let is_unit = map.get("type").is_some_and(|kind| kind == "null");
    insert(map, "type", "object".into());
    // The tag goes first, as serde writes it.
    let mut properties = Map::new();
    insert(&mut properties, tag, Value::Object(constant(variant.name)));
    if let Some(Value::Object(fields)) = map.remove("properties") {
        for (key, value) in fields {
            if key != tag {
                properties.insert(key, value);
            }
        }
    }
    insert(map, "properties", Value::Object(properties));
    let mut required = vec![Value::from(tag)];
    if let Some(Value::Array(fields)) = map.remove("required") {
        required.extend(fields);
    }
    insert(map, "required", Value::Array(required));
    if is_unit && !open {
        map.entry("additionalProperties").or_insert(Value::Bool(false));
    }
    add_annotations(&mut schema, variant.annotations, None);
    if let Shape::Newtype { place, .. } = &variant.body {
        close(&mut schema, (place.field_schema)(None));
    }
    schema
}

fn adjacent_variant(
    variant: &Variant,
    [tag, content]: [&str; 2],
    open: bool,
    generator: &mut SchemaGenerator,
) -> Schema {
    let mut object = Object::new().with(tag, constant(variant.name).into());
    if !matches!(variant.body, Shape::Unit) {
        object = object.with(content, of_body(&variant.body, generator));
    }
    let mut schema = object.finish(open);
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

fn untagged_variant(variant: &Variant, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = of_body(&variant.body, generator);
    let titled = variant.annotations.iter().any(|annotation| matches!(annotation, Annotation::Title(_)));
    if generator.settings().untagged_enum_variant_titles && !titled {
        schema.insert("title".to_owned(), variant.name.into());
    }
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

/// An object that is made property by property. For types of ours, too: `json_schema!` is a lot of code.
pub(crate) struct Object {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Object {
    pub(crate) fn new() -> Self {
        Self { properties: Map::new(), required: Vec::new() }
    }

    /// With a property that has to be there.
    pub(crate) fn with(mut self, name: &str, schema: Schema) -> Self {
        self.required.push(name.into());
        self.or_without(name, schema)
    }

    /// With a property that may be missing.
    pub(crate) fn or_without(mut self, name: &str, schema: Schema) -> Self {
        insert(&mut self.properties, name, schema.into());
        self
    }

    pub(crate) fn finish(self, open: bool) -> Schema {
        let mut map = of_type("object");
        insert(&mut map, "properties", Value::Object(self.properties));
        insert(&mut map, "required", Value::Array(self.required));
        if !open {
            insert(&mut map, "additionalProperties", Value::Bool(false));
        }
        map.into()
    }
}

/// A schema of which something is said.
pub(crate) fn about(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

/// One of these.
pub(crate) fn one_of(schemas: Vec<Value>) -> Schema {
    let mut map = Map::new();
    insert(&mut map, "oneOf", Value::Array(schemas));
    map.into()
}

/// A number within the range of a confidence.
pub(crate) fn confidence() -> Schema {
    let mut map = of_type("number");
    add_range(&mut map, CONFIDENCE);
    map.into()
}

/// The range of a confidence.
const CONFIDENCE: Bounds<f64> = Bounds { min: Some(0.0), max: Some((1.0, Included::Yes)) };

fn of_type(kind: &str) -> Map<String, Value> {
    let mut map = Map::new();
    insert(&mut map, "type", kind.into());
    map
}

/// This string and no other.
fn constant(text: &str) -> Map<String, Value> {
    let mut map = of_type("string");
    insert(&mut map, "const", text.into());
    map
}

fn insert(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}

/// Adds what is said of a schema: what the user says in so many words comes last.
fn add_annotations(schema: &mut Schema, annotations: &[Annotation], default: Option<Value>) {
    let (mut title, mut description) = (String::new(), String::new());
    for annotation in annotations {
        if let Annotation::Doc(text) = annotation {
            let parts = title_and_description(text);
            (title, description) = (parts.0.to_owned(), parts.1.to_owned());
        }
    }
    let mut examples = None;
    for annotation in annotations {
        match annotation {
            Annotation::Title(text) => title = text(),
            Annotation::Description(text) => description = text(),
            Annotation::Deprecated => {
                schema.insert("deprecated".to_owned(), Value::Bool(true));
            }
            Annotation::Example(example) => examples.get_or_insert_with(Vec::new).extend(example()),
            Annotation::Doc(_) | Annotation::Extend(..) | Annotation::Transform(_) => {}
        }
    }
    if !title.is_empty() {
        schema.insert("title".to_owned(), Value::String(title));
    }
    if !description.is_empty() {
        schema.insert("description".to_owned(), Value::String(description));
    }
    if let Some(examples) = examples {
        schema.insert("examples".to_owned(), Value::Array(examples));
    }
    if let Some(default) = default {
        schema.insert("default".to_owned(), default);
    }
    for annotation in annotations {
        if let Annotation::Extend(keyword, value) = annotation {
            schema.insert((*keyword).to_owned(), value());
        }
    }
    for annotation in annotations {
        if let Annotation::Transform(transform) = annotation {
            transform(schema);
        }
    }
}

/// The heading with which a doc comment begins, and the rest of it.
fn title_and_description(doc: &str) -> (&str, &str) {
    let doc = doc.trim_ascii();
    if !doc.starts_with('#') {
        return ("", doc);
    }
    let (title, description) = doc.split_once('\n').unwrap_or((doc, ""));
    (title.trim_start_matches('#').trim_ascii(), description.trim_ascii())
}

/// The JSON of an example or of a default; what serde cannot write is left out.
#[must_use]
pub fn json<T: Serialize>(value: T) -> Option<Value> {
    serde_json::to_value(value).ok()
}

/// The same for a default with a `serialize_with` of its own.
#[must_use]
pub fn json_by<T>(
    value: &T,
    write: impl FnOnce(&T, serde_json::value::Serializer) -> serde_json::Result<Value>,
) -> Option<Value> {
    write(value, serde_json::value::Serializer).ok()
}

/// What tells a contract from every other type. Not by its module: two functions may each have a type of the name.
#[must_use]
pub fn id<T>() -> Cow<'static, str> {
    Cow::Borrowed(std::any::type_name::<T>())
}

/// How a field is described. Its checks, with the `schema` that they are to be added to.
pub(crate) fn field_schema<C: FieldAt<N, T>, N, T>(schema: Option<&mut Schema>) -> SchemaSource {
    C::visit(FieldSchema { schema })
}

/// How a field is described.
#[must_use]
pub fn described<C: FieldAt<N, T>, N, T>() -> SchemaSource {
    field_schema::<C, N, T>(None)
}

/// Adds what the checks of a field say to its schema: a path for `#[schemars(transform = …)]`, where the derive of
/// schemars is the user's own.
pub fn keywords<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    field_schema::<C, N, T>(Some(schema));
}

/// Closes the schema of an internally tagged variant that holds the field; the same kind of path.
pub fn close_variant<C: FieldAt<N, T>, N, T>(schema: &mut Schema) {
    close(schema, field_schema::<C, N, T>(None));
}

/// Closes the schema of an internally tagged variant: what is in it was opened to make room for the tag, and stays open
/// where that is an enum.
fn close(schema: &mut Schema, held: SchemaSource) {
    let keywords = schema.ensure_object();
    if held.closed && !CLOSING.iter().any(|keyword| keywords.contains_key(*keyword)) {
        insert(keywords, "unevaluatedProperties", Value::Bool(false));
    }
}

struct FieldSchema<'s> {
    schema: Option<&'s mut Schema>,
}

impl<T> Visitor<T> for FieldSchema<'_> {
    type Out = SchemaSource;

    fn check<R: Check<T>>(mut self, check: R) -> Self {
        if let Some(schema) = &mut self.schema {
            check.add_keywords(schema.ensure_object());
        }
        self
    }

    fn confidence(mut self, _: Scoring<T>) -> Self {
        if let Some(schema) = &mut self.schema {
            add_range(schema.ensure_object(), CONFIDENCE);
        }
        self
    }

    fn part<P: FieldKind<Of = T>>(self, part: P) -> SchemaSource {
        SchemaSource { closed: part.closed(), ..SchemaSource::of::<()>() }
    }

    fn known<P: FieldKind<Of = T>>(self, part: P) -> SchemaSource
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        SchemaSource { closed: part.closed(), ..SchemaSource::of::<T>() }
    }

    fn described<D: JsonSchema, P: FieldKind<Of = T>>(self, part: P) -> SchemaSource {
        SchemaSource { closed: part.closed(), ..SchemaSource::of::<D>() }
    }

    fn described_by<P: FieldKind<Of = T>>(
        self,
        part: P,
        schema: fn(&mut SchemaGenerator) -> Schema,
    ) -> SchemaSource {
        SchemaSource { closed: part.closed(), ..SchemaSource::by(schema) }
    }

    fn opaque<P: FieldKind<Of = T>, H: Opaque<T>>(self, part: P, opaque: H) -> SchemaSource {
        SchemaSource { closed: part.closed(), ..opaque.described() }
    }
}
