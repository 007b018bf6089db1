//! `#[contract]`, first phase: from tokens to a raw model of what was written, with its spans.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, Ident, Lit, Member, Meta, Path, Token, Type, parenthesized,
};

use crate::contract::attributes::check::CHECKS;
use crate::errors::{Errors, shown, spanned};
use crate::{fragments, read};

/// What was written.
pub struct Raw {
    pub args: Vec<RawArg>,
    /// The item without the attributes that are this macro's own.
    pub item: DeriveInput,
    /// The last segments of the traits that the item derives.
    pub derives: Vec<Ident>,
    pub serde: Vec<RawMeta>,
    pub schemars: Vec<RawMeta>,
    pub annotations: RawAnnotations,
    pub layout: RawLayout,
    /// Attributes of this macro where they have no meaning.
    pub misplaced: Vec<Attribute>,
}

pub enum RawLayout {
    Struct(RawFields),
    Enum(Vec<RawVariant>),
    Union,
}

impl RawLayout {
    /// Calls a function with what serde is told of the item, of its variants and of its fields.
    pub fn each_serde(&mut self, item: &mut Vec<RawMeta>, of: &mut dyn FnMut(&mut Vec<RawMeta>)) {
        of(item);
        match self {
            Self::Struct(fields) => fields.list.iter_mut().for_each(|field| of(&mut field.serde)),
            Self::Enum(variants) => {
                for variant in variants {
                    of(&mut variant.serde);
                    variant.fields.list.iter_mut().for_each(|field| of(&mut field.serde));
                }
            }
            Self::Union => {}
        }
    }
}

pub struct RawVariant {
    pub ident: Ident,
    pub cfgs: Vec<Attribute>,
    pub serde: Vec<RawMeta>,
    pub schemars: Vec<RawMeta>,
    pub annotations: RawAnnotations,
    pub fields: RawFields,
}

pub struct RawFields {
    pub kind: RawKind,
    pub list: Vec<RawField>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RawKind {
    Named,
    Unnamed,
    Unit,
}

pub struct RawField {
    pub member: Member,
    pub ty: Type,
    pub cfgs: Vec<Attribute>,
    pub checks: Vec<RawCheck>,
    /// `#[confidence]`, as often as it stands there.
    pub confidence: Vec<Attribute>,
    pub serde: Vec<RawMeta>,
    pub schemars: Vec<RawMeta>,
    pub annotations: RawAnnotations,
}

/// What Rust's own attributes say of something.
pub struct RawAnnotations {
    /// The lines of its doc comment.
    pub docs: Vec<Expr>,
    pub deprecated: bool,
}

/// An argument of `#[contract(…)]`: `name` or `name = value`, of which the value may not be written yet.
pub struct RawArg {
    pub name: Ident,
    pub equals: Option<Token![=]>,
    pub value: Option<Expr>,
}

/// A check of `#[check(…)]`: `name` or `name(…)`.
pub struct RawCheck {
    pub name: Ident,
    pub args: Option<TokenStream>,
}

/// An entry of `#[serde(…)]` or `#[schemars(…)]`: `path`, `path = value` or `path(…)`.
pub struct RawMeta {
    pub path: Path,
    pub value: Option<Expr>,
    pub nested: Option<TokenStream>,
}

impl RawMeta {
    pub fn is(&self, name: &str) -> bool {
        self.path.is_ident(name)
    }
}

/// Parses the macro's input. An error in the arguments or in an attribute is collected; an item that is no struct,
/// enum or union is returned as an error, because nothing can be made of it.
pub fn parse(args: TokenStream, item: TokenStream, errors: &mut Errors) -> syn::Result<Raw> {
    let Ok(mut item) = syn::parse2::<DeriveInput>(item.clone()) else {
        return Err(not_an_item(item));
    };
    let args = errors.take(read::list(args)).unwrap_or_default();
    let derives = derives(&item.attrs);
    // What is wrong with an attribute, the derive says that it belongs to.
    let describes = derives.iter().all(|derive| derive != "JsonSchema");
    let schemars = |attributes: &[Attribute], errors: &mut Errors| {
        if describes { reported_metas(attributes, "schemars", errors) } else { metas(attributes, "schemars") }
    };
    let mut misplaced = take_own(&mut item.attrs);
    let layout = match &mut item.data {
        Data::Struct(data) => RawLayout::Struct(fields(&mut data.fields, &schemars, errors)),
        Data::Enum(data) => {
            let mut variants = Vec::new();
            for variant in &mut data.variants {
                misplaced.append(&mut take_own(&mut variant.attrs));
                undecided(&mut variant.attrs, errors);
                variants.push(RawVariant {
                    ident: variant.ident.clone(),
                    cfgs: cfgs(&variant.attrs),
                    serde: reported_metas(&variant.attrs, "serde", errors),
                    schemars: schemars(&variant.attrs, errors),
                    annotations: rust_annotations(&variant.attrs),
                    fields: fields(&mut variant.fields, &schemars, errors),
                });
            }
            RawLayout::Enum(variants)
        }
        Data::Union(_) => RawLayout::Union,
    };
    let serde = reported_metas(&item.attrs, "serde", errors);
    let schemars = schemars(&item.attrs, errors);
    let annotations = rust_annotations(&item.attrs);
    Ok(Raw { args, item, derives, serde, schemars, annotations, layout, misplaced })
}

/// Whether an item is a struct, an enum or a union, as far as its keyword says.
pub fn is_type(item: &TokenStream) -> bool {
    item.clone().into_iter().any(
        |token| matches!(&token, TokenTree::Ident(ident) if ident == "struct" || ident == "enum" || ident == "union"),
    )
}

fn not_an_item(item: TokenStream) -> syn::Error {
    // Where the item is a broken struct or enum, syn's own error says what is wrong with it.
    let types = is_type(&item);
    let broken = syn::parse2::<DeriveInput>(item.clone()).err();
    match broken {
        Some(error) if types => error,
        _ => {
            let last = item.into_iter().next().map_or_else(TokenStream::new, TokenStream::from);
            spanned(&last, "`#[contract]` goes on a struct or an enum")
        }
    }
}

/// What reads the attributes of schemars.
type Schemars<'s> = dyn Fn(&[Attribute], &mut Errors) -> Vec<RawMeta> + 's;

fn fields(fields: &mut Fields, schemars: &Schemars<'_>, errors: &mut Errors) -> RawFields {
    let kind = match fields {
        Fields::Named(_) => RawKind::Named,
        Fields::Unnamed(_) => RawKind::Unnamed,
        Fields::Unit => RawKind::Unit,
    };
    let mut list = Vec::new();
    for (index, field) in fields.iter_mut().enumerate() {
        let (mut checks, mut confidence) = (Vec::new(), Vec::new());
        undecided(&mut field.attrs, errors);
        for attribute in take_own(&mut field.attrs) {
            if attribute.path().is_ident("check") {
                checks.append(&mut parse_checks(&attribute, errors));
            } else {
                confidence.push(attribute);
            }
        }
        let mut ty = field.ty.clone();
        fragments::open_type(&mut ty);
        list.push(RawField {
            member: match &field.ident {
                Some(name) => Member::Named(name.clone()),
                None => Member::from(index),
            },
            ty,
            cfgs: cfgs(&field.attrs),
            checks,
            confidence,
            serde: reported_metas(&field.attrs, "serde", errors),
            schemars: schemars(&field.attrs, errors),
            annotations: rust_annotations(&field.attrs),
        });
    }
    RawFields { kind, list }
}

/// Takes out the attributes that are this macro's own.
fn take_own(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let mut own = Vec::new();
    for attribute in std::mem::take(attributes) {
        let path = attribute.path();
        let is_own = path.is_ident("check") || path.is_ident("confidence");
        let kept = if is_own { &mut own } else { &mut *attributes };
        kept.push(attribute);
    }
    own
}

/// Reports attributes of which nobody knows yet whether they are there, and takes them out: those of the item itself are
/// decided before.
fn undecided(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    attributes.retain(|attribute| {
        let Meta::List(list) = &attribute.meta else { return true };
        if !attribute.path().is_ident("cfg_attr") {
            return true;
        }
        let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        let of_interest =
            list.tokens.clone().into_iter().skip_while(|token| !is_comma(token)).find(|token| {
                let TokenTree::Ident(ident) = token else { return false };
                ["serde", "schemars", "check", "confidence"].iter().any(|name| ident == name)
            });
        let Some(found) = of_interest else { return true };
        errors.at_with_help(
            &found,
            format_args!(
                "`{found}` under a condition: the contract is made before it is known whether it holds"
            ),
            "write the field or the variant twice, once with `#[cfg(…)]` and once with `#[cfg(not(…))]`",
        );
        false
    });
}

fn cfgs(attributes: &[Attribute]) -> Vec<Attribute> {
    let mut cfgs = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("cfg") {
            cfgs.push(attribute.clone());
        }
    }
    cfgs
}

fn parse_checks(attribute: &Attribute, errors: &mut Errors) -> Vec<RawCheck> {
    let Some(checks) = errors.take(read::arguments(attribute)) else { return Vec::new() };
    if checks.is_empty() {
        errors.at(
            attribute,
            "`#[check]` without a check\nhelp: write `#[check(len(1..=8))]` or `#[check(range(1..=5))]`",
        );
    }
    checks
}

/// What an attribute of a name lists, as far as it can be read.
fn metas<T: Parse>(attributes: &[Attribute], name: &str) -> Vec<T> {
    let mut metas = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident(name) {
            metas.extend(read::arguments(attribute).unwrap_or_default());
        }
    }
    metas
}

/// The entries of all attributes of serde, or of schemars. What does not parse is reported: no derive does.
fn reported_metas(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<RawMeta> {
    let mut metas = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident(name) {
            metas.extend(errors.take(read::arguments(attribute)).unwrap_or_default());
        }
    }
    metas
}

fn rust_annotations(attributes: &[Attribute]) -> RawAnnotations {
    let mut annotations = RawAnnotations { docs: Vec::new(), deprecated: false };
    for attribute in attributes {
        annotations.deprecated |= attribute.path().is_ident("deprecated");
        if let (true, Meta::NameValue(doc)) = (attribute.path().is_ident("doc"), &attribute.meta) {
            annotations.docs.push(doc.value.clone());
        }
    }
    annotations
}

fn derives(attributes: &[Attribute]) -> Vec<Ident> {
    let mut names = Vec::new();
    for path in metas::<Path>(attributes, "derive") {
        if let Some(last) = path.segments.last() {
            names.push(last.ident.clone());
        }
    }
    names
}

impl Parse for RawArg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword.
        let name = Ident::parse_any(input)?;
        let equals = input.parse::<Option<Token![=]>>()?;
        let is_there = equals.is_some() && !input.is_empty() && !input.peek(Token![,]);
        let value = if is_there { Some(fragments::expression(input)?) } else { None };
        Ok(Self { name, equals, value })
    }
}

impl Parse for RawCheck {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        const WRITTEN: &str = "help: a check is written as in `#[check(len(1..=8))]`";
        if !input.peek(Ident::peek_any) {
            let found: TokenTree = input.parse()?;
            return Err(spanned(&found, format_args!("expected a check, found `{found}`\n{WRITTEN}")));
        }
        let name = Ident::parse_any(input)?;
        let args = if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            Some(content.parse()?)
        } else if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            if CHECKS.contains(&name.to_string().as_str()) {
                return Err(spanned(
                    &equals,
                    format_args!("`{name}` takes its argument in parentheses\n{WRITTEN}"),
                ));
            }
            // That there is no such check says more.
            let _: Expr = input.parse()?;
            None
        } else {
            None
        };
        Ok(Self { name, args })
    }
}

impl Parse for RawMeta {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            let found: Lit = input.parse()?;
            return Err(spanned(
                &found,
                "expected the name of an attribute\nhelp: write it as in `rename = \"name\"`",
            ));
        }
        let path = Path::parse_mod_style(input).or_else(|_| Ident::parse_any(input).map(Path::from))?;
        let mut meta = Self { path, value: None, nested: None };
        if input.peek(Token![:]) || input.peek(Token![==]) {
            let (name, found) = (shown(&meta.path), input.parse::<TokenTree>()?);
            return Err(spanned(
                &found,
                format_args!("`{name}` takes its value behind `=`\nhelp: write `{name} = …`"),
            ));
        }
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
