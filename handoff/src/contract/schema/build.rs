//! The JSON Schema of a contract, made from its tables.
//!
//! It is what the derive of schemars would make of the same type with the same attributes, which the tests hold it
//! against; but a table is less work for the user's compiler than code. Beside it stand the keywords of the checks.

use std::borrow::Cow;

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::contract::derived::Declaration;
use crate::contract::layout::{
    Annotation, Enum, Field, FieldRef, Layout, Member, Shape, Struct, Tagging, Variant,
};
use crate::contract::schema::annotations::add_annotations;
use crate::contract::schema::closing::{beside_tag, close, open};
use crate::contract::schema::object::{Object, constant, insert, of_type, one_of};

/// Makes the schema of a derived contract.
#[must_use]
pub fn schema(declaration: Option<&Declaration>, generator: &mut SchemaGenerator) -> Schema {
    let Some(Declaration { layout: Some(layout), annotations, default, .. }) = declaration else {
        return Schema::default();
    };
    let mut schema = match layout {
        Layout::Struct(Shape::Struct(fields)) => {
            let default = default.and_then(|default| default());
            of_fields(fields, default.as_ref(), generator)
        }
        Layout::Struct(shape) => of_shape(shape, generator),
        Layout::Enum(table) => of_enum(table, generator),
    };
    add_annotations(&mut schema, annotations, None);
    schema
}

fn of_shape(shape: &Shape, generator: &mut SchemaGenerator) -> Schema {
    match shape {
        Shape::Unit => generator.subschema_for::<()>(),
        Shape::Newtype { place, .. } => of_place(place, false, None, generator),
        Shape::Tuple(places) => of_tuple(places, generator),
        Shape::Struct(fields) => of_fields(fields, None, generator),
    }
}

fn of_place(
    place: &FieldRef,
    in_tagged: bool,
    default: Option<Value>,
    generator: &mut SchemaGenerator,
) -> Schema {
    let source = (place.field_schema)(None);
    let mut schema = if in_tagged { beside_tag(&source, generator) } else { (source.reference)(generator) };
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

/// Describes the fields of a struct or of a variant; `default` is that of the whole, in which each of them finds its own.
fn of_fields(table: &Struct, default: Option<&Value>, generator: &mut SchemaGenerator) -> Schema {
    let writes = generator.contract().is_serialize();
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let mut map = of_type("object");
    for member in table.fields {
        match member {
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
            Member::Flattened { of: flattened, .. } => {
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
        let content = of_shape(&variant.body, generator);
        Object::new().with(variant.name, content).finish(false)
    };
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

fn internal_variant(variant: &Variant, tag: &str, open: bool, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = match &variant.body {
        Shape::Newtype { place, .. } => of_place(place, true, None, generator),
        shape => of_shape(shape, generator),
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
        close(&mut schema, &(place.field_schema)(None));
    }
    schema
}

fn adjacent_variant(
    variant: &Variant,
    [tag, content]: [&str; 2],
    open: bool,
    generator: &mut SchemaGenerator,
) -> Schema {
    let object = Object::new().with(tag, constant(variant.name).into());
    let held = |generator: &mut SchemaGenerator| of_shape(&variant.body, generator);
    let object = match variant.body {
        Shape::Unit => object,
        // As it is read; it is always written.
        Shape::Newtype { place, .. } if (place.optional)() && generator.contract().is_deserialize() => {
            object.or_without(content, held(generator))
        }
        _ => object.with(content, held(generator)),
    };
    let mut schema = object.finish(open);
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

fn untagged_variant(variant: &Variant, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = of_shape(&variant.body, generator);
    let titled = variant.annotations.iter().any(|annotation| matches!(annotation, Annotation::Title(_)));
    if generator.settings().untagged_enum_variant_titles && !titled {
        schema.insert("title".to_owned(), variant.name.into());
    }
    add_annotations(&mut schema, variant.annotations, None);
    schema
}

/// Tells a contract from every other type. Not by its module: two functions may each have a type of the name.
#[must_use]
pub fn id<T>() -> Cow<'static, str> {
    Cow::Borrowed(std::any::type_name::<T>())
}
