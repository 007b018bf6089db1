//! The layout of a contract, as static tables: what the validator and the schema go by.
//!
//! The macro writes the tables; nested types come in as function pointers, so that what is done with them exists once
//! and not once per contract. What the pointers point to is bound elsewhere (fields/visitors.rs).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::contract::reading::validator::Validate;
use crate::contract::written::Unordered;

/// The layout of a derived contract.
#[derive(Debug)]
pub enum Layout {
    /// That of a struct.
    Struct(Shape),
    /// That of an enum.
    Enum(Enum),
}

/// The named fields of a struct or of a variant.
#[derive(Clone, Copy, Debug)]
pub struct Struct {
    /// Whether unknown fields are ignored.
    pub open: bool,
    /// Its fields, in the order of the Rust type.
    pub fields: &'static [Member],
}

impl Struct {
    /// Whether it has a field of the name, or a flattened struct has.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.has_own(name)
            || self.fields.iter().any(|member| match member {
                Member::Field(_) => false,
                Member::Flattened { of, .. } => of.fields.has(name),
            })
    }

    /// Whether it has a field of the name, those of flattened structs aside.
    pub(crate) fn has_own(&self, name: &str) -> bool {
        self.fields.iter().any(|member| match member {
            Member::Field(field) => field.is_called(name),
            Member::Flattened { .. } => false,
        })
    }
}

/// A member of a struct.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// A field under its own name.
    Field(Field),
    /// A flattened struct, whose fields stand beside the others.
    Flattened {
        /// The name that it has as a field of the shadow, which no JSON has.
        key: &'static str,
        /// The struct.
        of: Flattened,
    },
}

/// A value that the macro knows as a field of a contract.
#[derive(Clone, Copy, Debug)]
pub struct FieldRef {
    /// Validates the value.
    pub validate: Validate,
    /// Whether the type has a value for one that is missing.
    pub optional: fn() -> bool,
    /// What its schema is made of.
    pub(crate) field_schema: fn(Option<&mut Schema>) -> SchemaSource,
    /// What its schema says beside its form.
    pub(crate) annotations: &'static [Annotation],
}

impl FieldRef {
    /// Adds what the schema says beside the form.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        Self { annotations, ..self }
    }
}

/// A field of a struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// serde's name.
    pub name: &'static str,
    /// Other names that are accepted.
    pub aliases: &'static [&'static str],
    /// Whether it has a default.
    pub default: bool,
    /// That default as JSON; not where it is the container's.
    pub(crate) default_json: Option<fn() -> Option<Value>>,
    /// Whether it may be left out when it is written.
    pub(crate) skippable: bool,
    /// Its value.
    pub place: FieldRef,
}

impl Field {
    /// Whether the name is its own, or an alias.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

impl Member {
    /// Takes other names as well.
    #[must_use]
    pub const fn or(self, aliases: &'static [&'static str]) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { aliases, ..field }),
            Self::Flattened { .. } => self,
        }
    }

    /// Gives it the container's default.
    #[must_use]
    pub const fn or_default(self) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { default: true, ..field }),
            Self::Flattened { .. } => self,
        }
    }

    /// Gives it a default of its own, as JSON.
    #[must_use]
    pub const fn or_default_json(self, default_json: fn() -> Option<Value>) -> Self {
        match self {
            Self::Field(field) => {
                Self::Field(Field { default: true, default_json: Some(default_json), ..field })
            }
            Self::Flattened { .. } => self,
        }
    }

    /// Notes a `skip_serializing_if`.
    #[must_use]
    pub const fn skippable(self) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { skippable: true, ..field }),
            Self::Flattened { .. } => self,
        }
    }

    /// Adds what the schema says beside the form.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { place: field.place.annotated(annotations), ..field }),
            Self::Flattened { .. } => self,
        }
    }
}

/// An enum.
#[derive(Clone, Copy, Debug)]
pub struct Enum {
    /// Its name in Rust.
    pub name: &'static str,
    /// Whether unknown fields are ignored.
    pub open: bool,
    /// How its variants are told apart.
    pub tagging: Tagging,
    /// Its variants, in order.
    pub variants: &'static [Variant],
}

impl Enum {
    /// The variant of the name, which may be an alias.
    pub(crate) fn variant(&self, name: &str) -> Option<&'static Variant> {
        self.variants.iter().find(|variant| variant.name == name || variant.aliases.contains(&name))
    }
}

/// How serde tells the variants of an enum apart.
#[derive(Clone, Copy, Debug)]
pub enum Tagging {
    /// `"Unit"` or `{"Variant": …}`.
    External,
    /// `{"tag": "Variant", …}`.
    Internal {
        /// The key of the variant's name.
        tag: &'static str,
    },
    /// `{"tag": "Variant", "content": …}`.
    Adjacent {
        /// The key of the variant's name.
        tag: &'static str,
        /// The key of what the variant holds.
        content: &'static str,
    },
    /// By their form alone.
    Untagged,
}

/// A variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// serde's name.
    pub name: &'static str,
    /// Other names that are accepted.
    pub aliases: &'static [&'static str],
    /// What it holds.
    pub body: Shape,
    /// What its schema says beside its form.
    pub annotations: &'static [Annotation],
}

impl Variant {
    /// Makes the variant of this name, and of these others.
    #[must_use]
    pub const fn new(name: &'static str, aliases: &'static [&'static str], body: Shape) -> Self {
        Self { name, aliases, body, annotations: &[] }
    }

    /// Adds what the schema says beside the form.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        Self { annotations, ..self }
    }
}

/// What a variant holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Nothing.
    Unit,
    /// One value.
    Newtype {
        /// The value.
        place: FieldRef,
        /// Whether it has a default.
        default: bool,
    },
    /// Values by position.
    Tuple(&'static [FieldRef]),
    /// Values by name.
    Struct(Struct),
}

/// What stands among the fields of another struct.
#[derive(Clone, Copy, Debug)]
pub struct Flattened {
    /// Its fields.
    pub fields: &'static Struct,
    /// Its schema.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

/// What a schema says beside the form of what it describes: in JSON Schema's words, annotations.
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

/// Where the schema of a field comes from.
#[derive(Clone, Copy, Debug)]
pub struct SchemaSource {
    inline: fn() -> bool,
    name: fn() -> Cow<'static, str>,
    id: fn() -> Cow<'static, str>,
    whole: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) reference: fn(&mut SchemaGenerator) -> Schema,
    /// Whether it refuses unknown fields.
    pub(crate) closed: bool,
    /// Looks at the type of the field.
    pub(crate) survey: SurveyType,
}

/// Looks at a type, along its schema.
pub type SurveyType = for<'s> fn(&'s Value, &mut Survey<'s>);

/// A look at a contract and all that it is made of; see schema/survey.rs.
#[derive(Debug, Default)]
pub struct Survey<'s> {
    /// The schema of the whole.
    pub(crate) root: &'s Value,
    /// What has been looked at, and along which schema.
    pub(crate) seen: HashSet<(*const Layout, *const Value)>,
    /// The order of the properties of each object.
    pub(crate) orders: Orders,
    /// Whether there is a set, or a map of which two keys may read alike: such a thing drops an item in silence, so that
    /// those must be looked for in the text.
    pub(crate) drops_items: bool,
    /// What has no order of its own.
    pub(crate) unordered: Unordered<'s>,
}

/// The order of the properties of objects, each by the address of its `properties`.
pub(crate) type Orders = HashMap<*const Map<String, Value>, Vec<&'static str>>;

impl SchemaSource {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        Self {
            inline: T::inline_schema,
            name: T::schema_name,
            id: T::schema_id,
            whole: T::json_schema,
            reference: SchemaGenerator::subschema_for::<T>,
            closed: false,
            survey: |_, _| {},
        }
    }

    /// Takes the schema of a function, which has no name.
    pub(crate) fn by(whole: fn(&mut SchemaGenerator) -> Schema) -> Self {
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
}
