//! `#[contract]`, first phase: from tokens to a raw model of what was written, with its spans.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, Ident, Member, Path, Token, Type, parenthesized};

use crate::errors::{Errors, spanned};

/// What was written.
pub(super) struct Raw {
    pub(super) args: Vec<RawArg>,
    /// The item without the attributes that are this macro's own.
    pub(super) item: DeriveInput,
    /// The last segments of the traits that the item derives.
    pub(super) derives: Vec<Ident>,
    pub(super) serde: Vec<RawMeta>,
    pub(super) schemars: Vec<RawMeta>,
    pub(super) body: RawBody,
    /// Attributes of this macro where they have no meaning.
    pub(super) misplaced: Vec<Attribute>,
}

pub(super) enum RawBody {
    Struct(RawFields),
    Enum(Vec<RawVariant>),
    Union,
}

pub(super) struct RawVariant {
    pub(super) ident: Ident,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) serde: Vec<RawMeta>,
    pub(super) schemars: Vec<RawMeta>,
    pub(super) fields: RawFields,
}

pub(super) struct RawFields {
    pub(super) kind: RawKind,
    pub(super) list: Vec<RawField>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RawKind {
    Named,
    Unnamed,
    Unit,
}

pub(super) struct RawField {
    pub(super) member: Member,
    pub(super) ty: Type,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) checks: Vec<RawCheck>,
    /// `#[confidence]`, as often as it stands there.
    pub(super) confidence: Vec<Attribute>,
    pub(super) serde: Vec<RawMeta>,
    pub(super) schemars: Vec<RawMeta>,
}

/// An argument of `#[contract(…)]`: `name` or `name = value`.
pub(super) struct RawArg {
    pub(super) name: Ident,
    pub(super) value: Option<Expr>,
}

/// A check of `#[check(…)]`: `name` or `name(…)`.
pub(super) struct RawCheck {
    pub(super) name: Ident,
    pub(super) args: Option<TokenStream>,
}

/// An entry of `#[serde(…)]` or `#[schemars(…)]`: `path`, `path = value` or `path(…)`.
pub(super) struct RawMeta {
    pub(super) path: Path,
    pub(super) value: Option<Expr>,
    pub(super) nested: Option<TokenStream>,
}

impl RawMeta {
    pub(super) fn is(&self, name: &str) -> bool {
        self.path.is_ident(name)
    }
}

/// Parses the macro's input. An error in the arguments or in an attribute is collected; an item that is no struct,
/// enum or union is returned as an error, because nothing can be made of it.
pub(super) fn parse(args: TokenStream, item: TokenStream, errors: &mut Errors) -> syn::Result<Raw> {
    let Ok(mut item) = syn::parse2::<DeriveInput>(item.clone()) else {
        return Err(not_an_item(item));
    };
    let args = Punctuated::<RawArg, Token![,]>::parse_terminated.parse2(args);
    let args = errors.take(args).into_iter().flatten().collect();
    let derives = derives(&item.attrs);
    let mut misplaced = Vec::new();
    take_misplaced(&mut item.attrs, &mut misplaced);
    let body = match &mut item.data {
        Data::Struct(data) => RawBody::Struct(fields(&mut data.fields, errors)),
        Data::Enum(data) => RawBody::Enum(
            data.variants
                .iter_mut()
                .map(|variant| {
                    take_misplaced(&mut variant.attrs, &mut misplaced);
                    RawVariant {
                        ident: variant.ident.clone(),
                        cfgs: cfgs(&variant.attrs),
                        serde: metas(&variant.attrs, "serde"),
                        schemars: metas(&variant.attrs, "schemars"),
                        fields: fields(&mut variant.fields, errors),
                    }
                })
                .collect(),
        ),
        Data::Union(_) => RawBody::Union,
    };
    let serde = metas(&item.attrs, "serde");
    let schemars = metas(&item.attrs, "schemars");
    Ok(Raw { args, item, derives, serde, schemars, body, misplaced })
}

fn not_an_item(item: TokenStream) -> syn::Error {
    // Where the item is a broken struct or enum, syn's own error says what is wrong with it.
    let types = item.clone().into_iter().any(
        |token| matches!(&token, TokenTree::Ident(ident) if ident == "struct" || ident == "enum" || ident == "union"),
    );
    let broken = syn::parse2::<DeriveInput>(item.clone()).err();
    match broken {
        Some(error) if types => error,
        _ => {
            let last = item.into_iter().next().map_or_else(TokenStream::new, TokenStream::from);
            spanned(&last, "`#[contract]` goes on a struct or an enum")
        }
    }
}

fn fields(fields: &mut Fields, errors: &mut Errors) -> RawFields {
    let kind = match fields {
        Fields::Named(_) => RawKind::Named,
        Fields::Unnamed(_) => RawKind::Unnamed,
        Fields::Unit => RawKind::Unit,
    };
    let list = fields
        .iter_mut()
        .enumerate()
        .map(|(index, field)| {
            let (own, kept): (Vec<Attribute>, Vec<Attribute>) = field.attrs.drain(..).partition(is_own);
            field.attrs = kept;
            let (checks, confidence): (Vec<Attribute>, Vec<Attribute>) =
                own.into_iter().partition(|attribute| attribute.path().is_ident("check"));
            RawField {
                member: field.ident.clone().map_or_else(|| Member::from(index), Member::from),
                ty: field.ty.clone(),
                cfgs: cfgs(&field.attrs),
                checks: checks.iter().flat_map(|attribute| parse_checks(attribute, errors)).collect(),
                confidence,
                serde: metas(&field.attrs, "serde"),
                schemars: metas(&field.attrs, "schemars"),
            }
        })
        .collect();
    RawFields { kind, list }
}

fn is_own(attribute: &Attribute) -> bool {
    attribute.path().is_ident("check") || attribute.path().is_ident("confidence")
}

fn take_misplaced(attributes: &mut Vec<Attribute>, misplaced: &mut Vec<Attribute>) {
    misplaced.extend(attributes.extract_if(.., |attribute| is_own(attribute)));
}

fn cfgs(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

fn parse_checks(attribute: &Attribute, errors: &mut Errors) -> Vec<RawCheck> {
    let checks = attribute.parse_args_with(Punctuated::<RawCheck, Token![,]>::parse_terminated);
    let checks: Vec<RawCheck> = match checks {
        Ok(checks) => checks.into_iter().collect(),
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    if checks.is_empty() {
        errors.at(
            attribute,
            "`#[check]` without a check\nhelp: write `#[check(len(1..=8))]` or `#[check(range(1..=5))]`",
        );
    }
    checks
}

/// The entries of all attributes of a name. What does not parse is left to the derive that it belongs to.
fn metas(attributes: &[Attribute], name: &str) -> Vec<RawMeta> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
        .filter_map(|attribute| {
            attribute.parse_args_with(Punctuated::<RawMeta, Token![,]>::parse_terminated).ok()
        })
        .flatten()
        .collect()
}

fn derives(attributes: &[Attribute]) -> Vec<Ident> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .filter_map(|attribute| {
            attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()
        })
        .flatten()
        .filter_map(|path| path.segments.last().map(|segment| segment.ident.clone()))
        .collect()
}

impl Parse for RawArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword.
        let name = Ident::parse_any(input)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { name, value })
    }
}

impl Parse for RawCheck {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let args = if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            Some(content.parse()?)
        } else {
            None
        };
        Ok(Self { name, args })
    }
}

impl Parse for RawMeta {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = Path::parse_mod_style(input).or_else(|_| Ident::parse_any(input).map(Path::from))?;
        let mut meta = Self { path, value: None, nested: None };
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            meta.value = Some(input.parse()?);
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            meta.nested = Some(content.parse()?);
        }
        Ok(meta)
    }
}
