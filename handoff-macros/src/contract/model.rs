//! The valid model of a contract: whatever is in it can be expanded.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};
use syn::{Attribute, DeriveInput, Expr, ExprPath, Ident, LitStr, Member, Path, Type};

use crate::contract::attributes::range::Range;

pub struct Contract {
    pub krate: Path,
    /// The item as it will stand, but for what the expansion adds to its attributes.
    pub item: DeriveInput,
    /// The derives that are missing.
    pub derives: Vec<Derive>,
    /// Whether the user says where serde, or schemars, is.
    pub own_crate: OwnCrate,
    /// Whether the derives are to be told that no field is unknown.
    pub deny_unknown_fields: bool,
    /// Whether the schema must be closed by hand, because serde cannot both flatten and deny.
    pub close_schema: bool,
    pub max_tokens: Option<Expr>,
    pub schema: Schema,
    pub body: Body,
}

/// What is known of a contract's schema beside its form.
pub struct Schema {
    pub name: String,
    /// Whether it stands wherever it is meant, and is never referred to.
    pub inline: bool,
    /// Whether its one field stands for it, by `#[serde(transparent)]`.
    pub transparent: bool,
    /// What stands for the fields that are missing, and where that is said.
    pub default: Option<(Path, Given)>,
    pub notes: Vec<Note>,
}

/// What is emitted for a contract that is wrong: enough to keep everything else quiet.
pub struct Fallback {
    pub krate: Path,
    pub item: DeriveInput,
    /// What is derived where the macro is not shown it.
    pub above: Vec<Derive>,
    /// What stands for the fields that are missing, and where that is said.
    pub default: Option<(Path, Given)>,
    /// Its fields, unless it is a union.
    pub body: Option<Body>,
    /// The numbers of the fields whose types cannot cross a handoff.
    pub stays: Vec<usize>,
    pub has_confidence: bool,
}

/// A trait that every contract derives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Derive {
    Debug,
    Clone,
    Serialize,
    Deserialize,
    JsonSchema,
}

impl Derive {
    pub const ALL: [Self; 5] =
        [Self::Debug, Self::Clone, Self::Serialize, Self::Deserialize, Self::JsonSchema];

    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "Debug",
            Self::Clone => "Clone",
            Self::Serialize => "Serialize",
            Self::Deserialize => "Deserialize",
            Self::JsonSchema => "JsonSchema",
        }
    }
}

#[derive(Clone, Copy)]
pub struct OwnCrate {
    pub serde: bool,
    pub schemars: bool,
}

pub enum Body {
    Struct(Fields),
    Enum(Enum),
}

pub struct Enum {
    pub tagging: Tagging,
    pub variants: Vec<Variant>,
}

#[derive(Clone)]
pub enum Tagging {
    External,
    Internal { tag: LitStr },
    Adjacent { tag: LitStr, content: LitStr },
    Untagged,
}

pub struct Variant {
    pub ident: Ident,
    pub cfgs: Vec<Attribute>,
    pub name: String,
    pub aliases: Vec<LitStr>,
    /// Whether serde leaves it out.
    pub skipped: bool,
    pub notes: Vec<Note>,
    pub fields: Fields,
}

pub struct Fields {
    pub style: Style,
    /// Whether unknown fields are ignored.
    pub open: bool,
    pub list: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Named,
    Tuple,
    /// One field that stands for the whole, `#[serde(transparent)]` included.
    Newtype,
    Unit,
}

pub struct Field {
    /// Counted through the whole item.
    pub number: usize,
    pub member: Member,
    pub ty: Type,
    pub cfgs: Vec<Attribute>,
    pub name: String,
    pub aliases: Vec<LitStr>,
    /// Whether serde has a value for it where it is missing.
    pub default: bool,
    pub role: Role,
    pub schema: FieldSchema,
    /// Whether only the compiler can say that its type holds in a contract; see `held`.
    pub held: bool,
    pub rules: Vec<Rule>,
    pub confidence: bool,
}

pub enum Role {
    /// A value, read as its type is read, or by the function.
    Value { read_with: Option<ExprPath> },
    /// A struct whose fields stand in its place.
    Flattened,
    /// Not in the JSON at all.
    Skipped,
}

/// What is known of a field's schema beside its type.
pub struct FieldSchema {
    pub described: Described,
    /// What stands for it where it is missing, if that is not of the container's default.
    pub given: Option<Given>,
    /// Asks of a value whether it is left out.
    pub skip_if: Option<ExprPath>,
    /// Whether the user says, in part or in whole, how it is written, read or described.
    pub own: bool,
    /// The function that writes it.
    pub write_with: Option<ExprPath>,
    pub notes: Vec<Note>,
}

/// A value for what is missing.
pub enum Given {
    /// The default of the type.
    OfType,
    /// What a function makes.
    By(ExprPath),
}

/// What the schema of a field is.
pub enum Described {
    /// That of its type.
    AsIs,
    /// That of another type.
    As(Box<Type>),
    /// What a function makes.
    By(ExprPath),
}

/// What a schema says beside the form of what it describes.
pub enum Note {
    /// The doc comment: the text, or what makes it.
    Doc(TokenStream),
    Deprecated,
    Title(Expr),
    Description(Expr),
    Example(Expr),
    /// A keyword and its value, as `json!` reads it.
    Extend(LitStr, TokenStream),
    Transform(Expr),
}

/// A check of a field.
pub enum Rule {
    Len(Range),
    Range(Range),
    Pattern(LitStr),
    MultipleOf(Expr),
    Unique,
    /// On every item.
    Each(Vec<Rule>),
    /// A function of the user's.
    With(Path),
}

impl Field {
    /// Its number as a type, in `__contract`.
    pub fn nth(&self) -> Nth {
        Nth(self.number)
    }

    /// Whether anything is checked on it.
    pub fn has_rules(&self) -> bool {
        self.confidence || !self.rules.is_empty()
    }
}

/// The type by which the generated code knows a field: a name, as long as there are some, and then a number, which rustc
/// has to check like a function.
pub struct Nth(usize);

impl ToTokens for Nth {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        const NAMED: usize = 32;
        let number = self.0;
        if number < NAMED {
            tokens.append(format_ident!("N{number}"));
        } else {
            tokens.extend(quote!(Nth<#number>));
        }
    }
}

impl Rule {
    /// A function of the user's that it calls.
    pub fn function(&self) -> Option<&Path> {
        match self {
            Self::With(path) => Some(path),
            Self::Each(rules) => rules.iter().find_map(Self::function),
            Self::Len(_) | Self::Range(_) | Self::Pattern(_) | Self::MultipleOf(_) | Self::Unique => None,
        }
    }
}
