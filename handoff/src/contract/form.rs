//! The form of a contract, as static tables: what the walk and the schema go by.
//!
//! The macro writes the tables; nested types come in as function pointers, so that what is done with them exists once
//! and not once per contract.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::declared::{Declaration, Fields};
use super::field::{self, FieldAt};
use super::schema::{self, Described, Note};
use super::walk::Walk;

/// The form of a declared contract.
#[derive(Debug)]
pub enum Form {
    /// That of a struct.
    Struct(Body),
    /// That of an enum.
    Enum(Enum),
}

/// The named fields of a struct or of a variant.
#[derive(Clone, Copy, Debug)]
pub struct Struct {
    /// Whether unknown fields are ignored.
    pub open: bool,
    /// Its fields, in the order of the Rust type.
    pub fields: &'static [Slot],
}

/// A place in a struct.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// A field under its own name.
    Field(Field),
    /// A flattened struct, whose fields stand beside the others.
    Flattened(fn() -> Flattened),
}

/// A value that the macro knows as a field of a contract.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Walks the value.
    pub walk: Walk,
    /// Whether the type has a value for one that is missing.
    pub optional: fn() -> bool,
    /// What its schema is made of.
    pub(super) facts: fn(Option<&mut Schema>) -> Described,
    /// What its schema says beside its form.
    pub(super) notes: &'static [Note],
}

impl Place {
    /// The field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>() -> Self {
        Self {
            walk: field::walk::<C, N, T>,
            optional: field::optional::<C, N, T>,
            facts: schema::facts::<C, N, T>,
            notes: &[],
        }
    }

    /// The same with notes.
    #[must_use]
    pub const fn noted(self, notes: &'static [Note]) -> Self {
        Self { notes, ..self }
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
    pub(super) given: Option<fn() -> Option<Value>>,
    /// Whether it may be left out when it is written.
    pub(super) skippable: bool,
    /// Its value.
    pub place: Place,
}

impl Slot {
    /// The field number `N` of the contract `C`.
    #[must_use]
    pub const fn of<C: FieldAt<N, T>, N, T>(name: &'static str) -> Self {
        Self::Field(Field {
            name,
            aliases: &[],
            default: false,
            given: None,
            skippable: false,
            place: Place::of::<C, N, T>(),
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
    pub const fn or_given(self, given: fn() -> Option<Value>) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { default: true, given: Some(given), ..field }),
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
    pub const fn noted(self, notes: &'static [Note]) -> Self {
        match self {
            Self::Field(field) => Self::Field(Field { place: field.place.noted(notes), ..field }),
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
    pub body: Body,
    /// What its schema says beside its form.
    pub notes: &'static [Note],
}

impl Variant {
    /// The variant of this name, and of these others.
    #[must_use]
    pub const fn new(name: &'static str, aliases: &'static [&'static str], body: Body) -> Self {
        Self { name, aliases, body, notes: &[] }
    }

    /// The same with notes.
    #[must_use]
    pub const fn noted(self, notes: &'static [Note]) -> Self {
        Self { notes, ..self }
    }
}

/// What a variant holds.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// Nothing.
    Unit,
    /// One value.
    Newtype {
        /// The value.
        place: Place,
        /// Whether it has a default.
        default: bool,
    },
    /// Values by position.
    Tuple(&'static [Place]),
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
    fn flattened() -> Flattened;
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
    fn flattened() -> Flattened {
        let fields = match T::declaration() {
            Some(Declaration { form: Form::Struct(Body::Struct(fields)), .. }) => fields,
            _ => &Struct { open: false, fields: &[] },
        };
        Flattened { fields, schema: <T as JsonSchema>::json_schema }
    }
}
