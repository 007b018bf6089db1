//! Untagged variants that are never read: an earlier one takes whatever they are written as.
//!
//! Only what the syntax leaves no doubt of is reported. Checks make no difference: the variant is chosen by its structure.

use quote::ToTokens as _;
use syn::{Expr, Lit, LitStr, Type};

use crate::contract::model::{Field, Fields, Role, Style, Variant};
use crate::contract::types::{self, Container, Held, Std};
use crate::errors::Errors;

/// Reports variants that come after one that takes all their values.
pub fn variants(variants: &[Variant], errors: &mut Errors) {
    let mut earlier: Vec<(&Variant, Form<'_>)> = Vec::new();
    for variant in variants.iter().filter(|variant| !variant.skipped) {
        let form = Form::of_variant(variant);
        let taker = earlier.iter().find(|(taker, all)| taker.cfgs.is_empty() && all.takes(&form));
        if let Some((taker, all)) = taker {
            let (taker, later) = (&taker.ident, &variant.ident);
            // Where an option takes what is nothing, the option's own nothing would be taken.
            let help = if form.takes(all) || matches!(form, Form::Null) {
                let attribute = if form.is_object() && all.is_object() {
                    "tag = \"type\""
                } else {
                    "tag = \"type\", content = \"value\""
                };
                format!("write `#[serde({attribute})]` in place of `untagged`, and the tag tells them apart")
            } else {
                format!("put `{later}` before `{taker}`, which takes more")
            };
            errors.at_with_help(
                later,
                format_args!("`{later}` is never read: whatever it is written as, `{taker}` takes before it"),
                help,
            );
        }
        earlier.push((variant, form));
    }
}

/// What JSON a value is written as, as far as its type says.
enum Form<'t> {
    Null,
    Bool,
    /// From the least to the greatest: those that are sure to be read, and those that may be written.
    Integer {
        reads: (i128, i128),
        writes: (i128, i128),
    },
    Float {
        wide: bool,
    },
    Char,
    Text,
    List(Box<Form<'t>>),
    Set(Box<Form<'t>>),
    Tuple(Vec<Form<'t>>),
    Map {
        key: &'t Type,
        value: Box<Form<'t>>,
    },
    Object {
        open: bool,
        fields: Vec<Entry<'t>>,
    },
    Option(Box<Form<'t>>),
    /// A type that only the compiler knows.
    Other(&'t Type),
    /// What a function of the user's reads or writes, and what may not be there at all.
    Unknown,
}

/// A field of an object.
struct Entry<'t> {
    name: &'t str,
    aliases: Vec<String>,
    form: Form<'t>,
    /// Whether it is read where it is missing.
    optional: bool,
    /// Whether it may be left out when it is written.
    skippable: bool,
}

impl<'t> Form<'t> {
    fn of_variant(variant: &'t Variant) -> Self {
        let Variant { cfgs, fields: Fields { style, open, list }, .. } = variant;
        // A field has the cfgs of its variant, too.
        if list.iter().any(|field| field.cfgs.len() > cfgs.len()) {
            return Self::Unknown;
        }
        match (style, list.as_slice()) {
            (Style::Unit, _) => Self::Null,
            (Style::Newtype, [field]) if field.default => Self::Unknown,
            (Style::Newtype, [field]) => Self::of_field(field),
            (Style::Newtype | Style::Tuple, fields) => {
                Self::Tuple(fields.iter().map(Self::of_field).collect())
            }
            (Style::Named, fields) => {
                let fields = fields.iter().filter(|field| field.is_in_json()).map(Entry::of).collect();
                Self::Object { open: *open, fields }
            }
        }
    }

    fn of_field(field: &'t Field) -> Self {
        match field.role {
            Role::Value { read_with: None } if !field.schema.own => Self::of(&field.ty),
            _ => Self::Unknown,
        }
    }

    fn of(ty: &'t Type) -> Self {
        let boxed = |ty| Box::new(Self::of(ty));
        match types::bare(ty) {
            bare if types::is_unit(bare) => Self::Null,
            Type::Tuple(tuple) => Self::Tuple(tuple.elems.iter().map(Self::of).collect()),
            Type::Slice(slice) => Self::List(boxed(&slice.elem)),
            Type::Array(array) => match length(&array.len) {
                Some(length) => Self::Tuple((0..length).map(|_| Self::of(&array.elem)).collect()),
                None => Self::Other(ty),
            },
            bare => match (types::held(bare), types::plain(bare)) {
                (Some(Held { container, key, item, .. }), _) => match (container, key) {
                    (Container::Option, _) => Self::Option(boxed(item)),
                    (Container::Box, _) => Self::of(item),
                    (Container::List, _) => Self::List(boxed(item)),
                    (Container::Set, _) => Self::Set(boxed(item)),
                    (Container::Map, Some(key)) => Self::Map { key, value: boxed(item) },
                    (Container::Map, None) => Self::Unknown,
                },
                (None, Some(std)) => Self::of_plain(std, bare),
                (None, None) if types::is_unsized(bare) => Self::Text,
                (None, None) => Self::Other(bare),
            },
        }
    }

    fn of_plain(std: Std, ty: &Type) -> Self {
        let name = types::name(ty).map(ToString::to_string).unwrap_or_default();
        match std {
            Std::Bool => Self::Bool,
            Std::Char => Self::Char,
            Std::String => Self::Text,
            Std::Float => Self::Float { wide: name == "f64" },
            Std::Integer => {
                let range = |size| {
                    let bits: u32 = name[1..].parse().unwrap_or(size);
                    if name.starts_with('u') {
                        (0, (1 << bits) - 1)
                    } else {
                        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
                    }
                };
                // A `usize` has 32 bits or 64.
                Self::Integer { reads: range(32), writes: range(64) }
            }
            Std::Container(_) => Self::Unknown,
        }
    }

    /// Whether it is an object, or nothing, beside which a tag has its place.
    fn is_object(&self) -> bool {
        matches!(self, Self::Object { .. } | Self::Null)
    }

    /// Whether whatever the other is written as is read as this.
    fn takes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => false,
            (_, Self::Option(item)) => self.takes(&Self::Null) && self.takes(item),
            (Self::Option(_) | Self::Null, Self::Null)
            | (Self::Bool, Self::Bool)
            | (Self::Char, Self::Char)
            | (Self::Text, Self::Text | Self::Char)
            | (Self::Float { .. }, Self::Integer { .. }) => true,
            (Self::Option(item), other) => item.takes(other),
            (Self::Integer { reads, .. }, Self::Integer { writes, .. }) => {
                reads.0 <= writes.0 && writes.1 <= reads.1
            }
            (Self::Float { wide }, Self::Float { wide: other }) => *wide || !other,
            (Self::List(item), Self::List(other) | Self::Set(other))
            | (Self::Set(item), Self::Set(other)) => item.takes(other),
            (Self::List(item), Self::Tuple(others)) => others.iter().all(|other| item.takes(other)),
            (Self::Tuple(items), Self::Tuple(others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(item, other)| item.takes(other))
            }
            (Self::Map { key, value }, Self::Map { key: other_key, value: other }) => {
                (is_text(key) || same(key, other_key)) && value.takes(other)
            }
            (Self::Map { key, value }, Self::Object { fields, .. }) => {
                is_text(key) && fields.iter().all(|field| value.takes(&field.form))
            }
            (Self::Object { open: true, fields }, Self::Map { .. }) => fields.is_empty(),
            (Self::Object { open, fields }, Self::Object { fields: others, .. }) => {
                let known = |other: &&Entry<'_>| fields.iter().any(|field| field.is_called(other.name));
                fields.iter().all(|field| field.takes(others))
                    && (*open || others.iter().all(|other| known(&other)))
            }
            (Self::Other(ty), Self::Other(other)) => same(ty, other),
            _ => false,
        }
    }
}

impl<'t> Entry<'t> {
    fn of(field: &'t Field) -> Self {
        let form = Form::of_field(field);
        Self {
            name: &field.name.text,
            aliases: field.aliases.iter().map(LitStr::value).collect(),
            optional: field.default || matches!(form, Form::Option(_)),
            skippable: field.schema.skip_if.is_some(),
            form,
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether it is read from what an object with these fields is written as.
    fn takes(&self, others: &[Entry<'_>]) -> bool {
        let mut meant = others.iter().filter(|other| self.is_called(other.name));
        match (meant.next(), meant.next()) {
            (None, _) => self.optional,
            (Some(other), None) => self.form.takes(&other.form) && (self.optional || !other.skippable),
            (Some(_), Some(_)) => false,
        }
    }
}

/// The length of an array, if it is a literal.
fn length(length: &Expr) -> Option<usize> {
    // Longer ones serde does not know.
    const MAX: usize = 32;
    match length {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) => integer.base10_parse().ok().filter(|length| *length <= MAX),
            _ => None,
        },
        _ => None,
    }
}

fn is_text(ty: &Type) -> bool {
    types::plain(ty) == Some(Std::String)
}

fn same(ty: &Type, other: &Type) -> bool {
    ty.to_token_stream().to_string() == other.to_token_stream().to_string()
}
