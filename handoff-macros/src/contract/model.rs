//! The valid model of a contract: whatever is in it can be expanded.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt as _, format_ident, quote};
use syn::{Attribute, DeriveInput, Expr, Ident, LitStr, Member, Path, Type};

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
    pub(super) body: Body,
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
