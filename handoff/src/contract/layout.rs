//! The form of a contract, as static tables: what the walk and the schema go by.
//!
//! The macro writes the tables; nested types come in as function pointers, so that what is done with them exists once
//! and not once per contract.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::contract::derived::{Derived, Fields};
use crate::contract::fields::field::{self, FieldAt};
use crate::contract::reading::validator::Validate;
use crate::contract::schema::build::{self, Annotation, SchemaSource};

/// The form of a declared contract.
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

/// A place in a struct.
#[derive(Clone, Copy, Debug)]
pub enum Member {
    /// A field under its own name.
    Field(Field),
    /// A flattened struct, whose fields stand beside the others.
    Flattened(Flattened),
}

/// A value that the macro knows as a field of a contract.
#[derive(Clone, Copy, Debug)]
pub struct FieldRef {
    /// Walks the value.
    pub validate: Validate,
    /// Whether the type has a value for one that is missing.
    pub optional: fn() -> bool,
    /// What its schema is made of.
    pub(crate) field_schema: fn(Option<&mut Schema>) -> SchemaSource,
    /// What its schema says beside its form.
    pub(crate) annotations: &'static [Annotation],
}

impl FieldRef {
    /// The field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>() -> Self {
        Self {
            validate: field::validate::<C, N, T>,
            optional: field::optional::<C, N, T>,
            field_schema: build::field_schema::<C, N, T>,
            annotations: &[],
        }
    }

    /// The same with notes.
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

impl Member {
    /// The field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>(name: &'static str) -> Self {
        Self::Field(Field {
            name,
            aliases: &[],
            default: false,
            default_json: None,
            skippable: false,
            place: FieldRef::of::<C, N, T>(),
        })
    }

    /// The same under other names, too.
    #[must_use]
    pub const fn or(self, aliases: &'static [&'static str]) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { aliases, ..field }),
            Self::Flattened(_) => self,
        }
    }

    /// The same with the container's default.
    #[must_use]
    pub const fn or_default(self) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { default: true, ..field }),
            Self::Flattened(_) => self,
        }
    }

    /// The same with a default of its own, as JSON.
    #[must_use]
    pub const fn or_default_json(self, default_json: fn() -> Option<Value>) -> Self {
        match self {
            Self::Field(field) => {
                Self::Field(Field { default: true, default_json: Some(default_json), ..field })
            }
            Self::Flattened(_) => self,
        }
    }

    /// The same with `skip_serializing_if`.
    #[must_use]
    pub const fn skippable(self) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { skippable: true, ..field }),
            Self::Flattened(_) => self,
        }
    }

    /// The same with notes.
    #[must_use]
    pub const fn annotated(self, annotations: &'static [Annotation]) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { place: field.place.annotated(annotations), ..field }),
            Self::Flattened(_) => self,
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
    /// The variant of this name, and of these others.
    #[must_use]
    pub const fn new(name: &'static str, aliases: &'static [&'static str], body: Shape) -> Self {
        Self { name, aliases, body, annotations: &[] }
    }

    /// The same with notes.
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

/// A struct whose fields can stand among those of another, through `#[serde(flatten)]`: a contract with named fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened into a contract",
    label = "not a contract with named fields",
    note = "`#[serde(flatten)]` takes a struct with named fields that has `#[contract]` on it"
)]
pub trait Flatten {
    /// Its fields and its schema.
    #[doc(hidden)]
    const FLATTENED: Flattened;
}

/// What stands among the fields of another struct.
#[derive(Clone, Copy, Debug)]
pub struct Flattened {
    /// Its fields.
    pub fields: &'static Struct,
    /// Its schema.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

#[diagnostic::do_not_recommend]
impl<T: Fields> Flatten for T {
    const FLATTENED: Flattened = Flattened {
        fields: match <T as Derived>::LAYOUT {
            Some(Layout::Struct(Shape::Struct(fields))) => fields,
            _ => &Struct { open: false, fields: &[] },
        },
        schema: <T as JsonSchema>::json_schema,
    };
}
