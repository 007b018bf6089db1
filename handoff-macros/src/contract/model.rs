//! The valid model of a contract: whatever is in it can be expanded.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};
use syn::{Attribute, DeriveInput, Expr, ExprPath, Ident, LitStr, Member, Path, Type};

use super::range::Range;

pub(super) struct Contract {
    pub(super) krate: Path,
    /// The item as it will stand, but for what the expansion adds to its attributes.
    pub(super) item: DeriveInput,
    /// The derives that are missing.
    pub(super) derives: Vec<Derive>,
    /// Whether the user says where serde, or schemars, is.
    pub(super) own_crate: OwnCrate,
    /// Whether the derives are to be told that no field is unknown.
    pub(super) deny_unknown_fields: bool,
    /// Whether the schema must be closed by hand, because serde cannot both flatten and deny.
    pub(super) close_schema: bool,
    pub(super) max_tokens: Option<Expr>,
    pub(super) schema: Schema,
    pub(super) body: Body,
}

/// What is known of a contract's schema beside its form.
pub(super) struct Schema {
    pub(super) name: String,
    /// Whether it stands wherever it is meant, and is never referred to.
    pub(super) inline: bool,
    /// Whether its one field stands for it, by `#[serde(transparent)]`.
    pub(super) transparent: bool,
    /// What stands for the fields that are missing.
    pub(super) default: Option<Given>,
    pub(super) notes: Vec<Note>,
}

/// What is emitted for a contract that is wrong: enough to keep everything else quiet.
pub(super) struct Fallback {
    pub(super) krate: Path,
    pub(super) item: DeriveInput,
    /// The derives that are missing.
    pub(super) derives: Vec<Derive>,
    /// Whether an implementation makes sense at all: not for what is generic, nor for a union.
    pub(super) implementable: bool,
    pub(super) has_confidence: bool,
}

/// A trait that every contract derives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Derive {
    Debug,
    Clone,
    Serialize,
    Deserialize,
    JsonSchema,
}

impl Derive {
    pub(super) const ALL: [Self; 5] =
        [Self::Debug, Self::Clone, Self::Serialize, Self::Deserialize, Self::JsonSchema];

    pub(super) fn name(self) -> &'static str {
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
pub(super) struct OwnCrate {
    pub(super) serde: bool,
    pub(super) schemars: bool,
}

pub(super) enum Body {
    Struct(Fields),
    Enum(Enum),
}

pub(super) struct Enum {
    pub(super) tagging: Tagging,
    pub(super) variants: Vec<Variant>,
}

#[derive(Clone)]
pub(super) enum Tagging {
    External,
    Internal { tag: LitStr },
    Adjacent { tag: LitStr, content: LitStr },
    Untagged,
}

pub(super) struct Variant {
    pub(super) ident: Ident,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) name: String,
    pub(super) aliases: Vec<LitStr>,
    /// Whether serde leaves it out.
    pub(super) skipped: bool,
    pub(super) notes: Vec<Note>,
    pub(super) fields: Fields,
}

pub(super) struct Fields {
    pub(super) style: Style,
    /// Whether unknown fields are ignored.
    pub(super) open: bool,
    pub(super) list: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Named,
    Tuple,
    /// One field that stands for the whole, `#[serde(transparent)]` included.
    Newtype,
    Unit,
}

pub(super) struct Field {
    /// Counted through the whole item.
    pub(super) number: usize,
    pub(super) member: Member,
    pub(super) ty: Type,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) name: String,
    pub(super) aliases: Vec<LitStr>,
    /// Whether serde has a value for it where it is missing.
    pub(super) default: bool,
    pub(super) role: Role,
    pub(super) schema: FieldSchema,
    /// Whether only the compiler can say that its type holds in a contract; see `held`.
    pub(super) held: bool,
    pub(super) rules: Vec<Rule>,
    pub(super) confidence: bool,
}

pub(super) enum Role {
    /// A value, read as its type is read, or by the function.
    Value { read_with: Option<Path> },
    /// A struct whose fields stand in its place.
    Flattened,
    /// Not in the JSON at all.
    Skipped,
}

/// What is known of a field's schema beside its type.
pub(super) struct FieldSchema {
    pub(super) described: Described,
    /// What stands for it where it is missing, if that is not of the container's default.
    pub(super) given: Option<Given>,
    /// Asks of a value whether it is left out.
    pub(super) skip_if: Option<ExprPath>,
    /// Whether the user says, in part or in whole, how it is written, read or described.
    pub(super) own: bool,
    /// The function that writes it.
    pub(super) write_with: Option<ExprPath>,
    pub(super) notes: Vec<Note>,
}

/// A value for what is missing.
pub(super) enum Given {
    /// The default of the type.
    OfType,
    /// What a function makes.
    By(ExprPath),
}

/// What the schema of a field is.
pub(super) enum Described {
    /// That of its type.
    AsIs,
    /// That of another type.
    As(Box<Type>),
    /// What a function makes.
    By(ExprPath),
}

/// What a schema says beside the form of what it describes.
pub(super) enum Note {
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
pub(super) enum Rule {
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
    pub(super) fn nth(&self) -> Nth {
        Nth(self.number)
    }

    /// Whether anything is checked on it.
    pub(super) fn has_rules(&self) -> bool {
        self.confidence || !self.rules.is_empty()
    }
}

/// The type by which the generated code knows a field: a name, as long as there are some, and then a number, which rustc
/// has to check like a function.
pub(super) struct Nth(usize);

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
    pub(super) fn function(&self) -> Option<&Path> {
        match self {
            Self::With(path) => Some(path),
            Self::Each(rules) => rules.iter().find_map(Self::function),
            Self::Len(_) | Self::Range(_) | Self::Pattern(_) | Self::MultipleOf(_) | Self::Unique => None,
        }
    }
}
