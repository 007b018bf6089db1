//! The valid model of a contract: whatever is in it can be expanded.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt as _;
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
    pub layout: Layout,
}

/// Says of a contract's schema what its layout does not.
pub struct Schema {
    pub name: String,
    /// Whether it stands wherever it is meant, and is never referred to.
    pub inline: bool,
    /// Whether its one field stands for it, by `#[serde(transparent)]`.
    pub transparent: bool,
    /// What stands for the fields that are missing, and where that is said.
    pub default: Option<(Path, DefaultValue)>,
    pub annotations: Vec<Annotation>,
}

/// Keeps what is emitted for a contract that is wrong: enough to keep everything else quiet.
pub struct Fallback {
    pub krate: Path,
    pub item: DeriveInput,
    /// What is derived where the macro is not shown it.
    pub above: Vec<Derive>,
    /// What stands for the fields that are missing, and where that is said.
    pub default: Option<(Path, DefaultValue)>,
    /// Its fields, unless it is a union.
    pub layout: Option<Layout>,
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

pub enum Layout {
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
    pub name: Name,
    pub aliases: Vec<LitStr>,
    /// Whether serde leaves it out.
    pub skipped: bool,
    pub annotations: Vec<Annotation>,
    pub fields: Fields,
}

/// A name in JSON, and where it is given: in an attribute, or by the name in Rust.
pub struct Name {
    pub text: String,
    pub span: Span,
}

impl Name {
    /// Takes the name that an attribute gives, or that of the tokens at `span`.
    pub fn of(given: Option<LitStr>, span: Span, otherwise: impl FnOnce() -> String) -> Self {
        match given {
            Some(given) => Self { text: given.value(), span: given.span() },
            None => Self { text: otherwise(), span },
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.text.to_tokens(tokens);
    }
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
    pub name: Name,
    pub aliases: Vec<LitStr>,
    /// Whether serde has a value for it where it is missing.
    pub default: bool,
    /// What the derives are to be told of a field that is left out where it is `None`, so that `null` is `Some(None)`.
    pub left_out: Option<LeftOut>,
    pub role: Role,
    pub schema: FieldSchema,
    /// Whether only the compiler can say that its type holds in a contract; see `expand::opaque`.
    pub opaque: bool,
    /// What is asked of its type where it is in no JSON and the syntax does not answer; see `expand::opaque`.
    pub left_alone: Option<LeftAlone>,
    pub checks: Vec<Check>,
    pub confidence: bool,
}

/// What a field needs that is neither written nor read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LeftAlone {
    /// To be shown and copied with the others.
    Plain,
    /// To be made, too.
    Made,
}

/// Which attributes the user has not written.
#[derive(Clone, Copy)]
pub struct LeftOut {
    pub default: bool,
    pub skip_if: bool,
}

pub enum Role {
    /// A value, read as its type is read, or by the function.
    Value { read_with: Option<ExprPath> },
    /// A struct whose fields stand in its place.
    Flattened,
    /// Not in the JSON at all.
    Skipped,
}

/// Says of a field's schema what its type does not.
pub struct FieldSchema {
    pub source: SchemaSource,
    /// What stands for it where it is missing, unless that is a part of the container's default.
    pub default: Option<DefaultValue>,
    /// Asks of a value whether it is left out.
    pub skip_if: Option<ExprPath>,
    /// Whether the user says, in part or in whole, how it is written, read or described.
    pub own: bool,
    /// The function that writes it.
    pub write_with: Option<ExprPath>,
    pub annotations: Vec<Annotation>,
}

/// Stands for what is missing.
pub enum DefaultValue {
    /// The default of the type.
    OfType,
    /// What a function makes.
    By(ExprPath),
}

/// Says where the schema of a field comes from.
pub enum SchemaSource {
    /// That of its type.
    AsIs,
    /// That of another type.
    As(Box<Type>),
    /// What a function makes.
    By(ExprPath),
}

/// Says something in a schema that constrains nothing.
pub enum Annotation {
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
pub enum Check {
    Len(Range),
    Range(Range),
    Pattern(LitStr),
    MultipleOf(Expr),
    Unique,
    /// On every item.
    Each(Vec<Check>),
    /// A function of the user's.
    With(Path),
}

impl Layout {
    /// Lists every field, in the order of their numbers.
    pub fn fields(&self) -> Vec<&Field> {
        let mut all = Vec::new();
        match self {
            Self::Struct(fields) => all.extend(&fields.list),
            Self::Enum(of) => {
                for variant in &of.variants {
                    all.extend(&variant.fields.list);
                }
            }
        }
        all
    }

    /// Whether a field is opaque.
    pub fn has_opaque(&self) -> bool {
        self.fields().iter().any(|field| field.opaque)
    }

    /// Whether only the compiler can say of a field that it can be shown and copied.
    pub fn has_foreign(&self) -> bool {
        self.fields().iter().any(|field| field.is_foreign())
    }
}

impl Fields {
    /// Finds the field that stands for the whole, where one does.
    pub fn first_in_json(&self) -> Option<&Field> {
        self.list.iter().find(|field| field.is_in_json())
    }
}

/// The name of a field in Rust, or its place in a tuple.
pub fn member_name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

impl Field {
    /// Whether only the compiler can say that it can be shown and copied.
    pub fn is_foreign(&self) -> bool {
        self.opaque || self.left_alone.is_some()
    }

    /// Names its number as a type, in `__contract`.
    pub fn nth(&self) -> TokenStream {
        self.nth_in(&quote!(__contract))
    }

    /// Names its number as a type, whose digits are in `place`: `N3` is the fourth field, `(N1, N2)` the thirteenth.
    pub fn nth_in(&self, place: &TokenStream) -> TokenStream {
        let number = self.number.to_string();
        let digits = number.chars().map(|digit| format_ident!("N{digit}"));
        if number.len() == 1 { quote!(#(#place::#digits)*) } else { quote!((#(#place::#digits),*)) }
    }

    /// Names the variable that holds it where the item is taken apart.
    pub fn binding(&self) -> Ident {
        format_ident!("__field_{}", self.number)
    }

    /// Whether it is in the JSON, alone or among the fields of the struct that it holds.
    pub fn is_in_json(&self) -> bool {
        !matches!(self.role, Role::Skipped)
    }

    /// Whether it is written and read as its type is, and not by functions of the user's.
    pub fn is_as_its_type(&self) -> bool {
        matches!(self.role, Role::Value { read_with: None }) && self.schema.write_with.is_none()
    }

    /// Whether anything is checked on it.
    pub fn has_checks(&self) -> bool {
        self.confidence || !self.checks.is_empty()
    }
}

impl Check {
    /// The function of the user's that it calls.
    pub fn function(&self) -> Option<&Path> {
        match self {
            Self::With(path) => Some(path),
            Self::Each(checks) => checks.iter().find_map(Self::function),
            Self::Len(_) | Self::Range(_) | Self::Pattern(_) | Self::MultipleOf(_) | Self::Unique => None,
        }
    }
}
