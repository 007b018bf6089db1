//! `#[contract]`, second phase: from what was written to a model that is valid by construction.

mod arguments;
mod field;
mod names;
mod nothing;
mod untagged;

pub use nothing::error_of_two_nothings;

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::{DeriveInput, GenericParam, LitStr, Member, Path, PathSegment};

use crate::contract::above::{self, Above};
use crate::contract::attributes::naming::Convention;
use crate::contract::attributes::schemars::{self, Annotations, Of};
use crate::contract::attributes::serde::{self as serde, Container, Item};
use crate::contract::attrs::take_debug_and_clone;
use crate::contract::crossing;
use crate::contract::json_types::{refuse_keys, refuse_tagged};
use crate::contract::model::{
    Contract, Derive, Enum, Fallback, Field, Fields, Layout, LeftAlone, Name, OwnCrate, Role, Schema, Style,
    Tagging, Variant, member_name,
};
use crate::contract::syntax::{Raw, RawFields, RawKind, RawLayout, RawMeta, RawVariant};
use crate::contract::types;
use crate::errors::Errors;

/// A contract, or what is left of it.
pub enum Checked {
    Valid(Box<Contract>),
    Fallback(Box<Fallback>),
}

impl Checked {
    /// What stands for a contract of which only the name is known.
    pub fn into_fallback(self) -> Self {
        match self {
            Self::Valid(contract) => {
                let Contract { krate, item, .. } = *contract;
                Self::Fallback(Box::new(Fallback {
                    krate,
                    item,
                    above: Vec::new(),
                    default: None,
                    layout: None,
                    stays: Vec::new(),
                    has_confidence: false,
                }))
            }
            fallback @ Self::Fallback(_) => fallback,
        }
    }
}

/// Checks what was written. Whatever is wrong goes to `errors`; if anything is, the answer is a fallback.
pub fn check(raw: Raw, errors: &mut Errors) -> Checked {
    let Raw { args, mut item, derives, mut serde, schemars, annotations, mut layout, misplaced } = raw;
    if !item.generics.params.is_empty() {
        // What they are for is refused, and they with it.
        layout.each_serde(&mut serde, &mut |metas| {
            metas.retain(|meta| !meta.is("bound") && !meta.is("borrow"));
        });
    }
    let mut derives = missing(&derives);
    let Above { derives: seen, helpers } = above::look();
    let above = derived_again(&derives, &seen, &item.ident, errors);
    let own_crate = OwnCrate { serde: names_crate(&serde), schemars: names_crate(&schemars) };
    let args = arguments::arguments(args, errors);
    for attribute in misplaced {
        let name = attribute.path().to_token_stream().to_string();
        errors.at(
            &attribute,
            format!("`#[{name}]` goes on a field\nhelp: move it onto the field that it is about"),
        );
    }
    match item.generics.params.first() {
        Some(GenericParam::Lifetime(lifetime)) => errors.at(
            lifetime,
            "a contract cannot be generic, nor borrow: what crosses a handoff outlives who made it\nhelp: own what it holds, as in `String` for `&str`, and leave the lifetime out",
        ),
        Some(parameter) => errors.at(
            parameter,
            "a contract cannot be generic: it has one schema and one fingerprint\nhelp: write a contract for each type that crosses a handoff",
        ),
        None => {}
    }
    once(&args.krate, &mut item, errors);
    let container = serde::container(&serde, &schemars, Item::of(&layout), errors);
    let describes = derives.contains(&Derive::JsonSchema);
    let Annotations { list: annotations, inline, .. } =
        schemars::annotations(&annotations, &schemars, Of::Container, describes, errors);
    if let (Some(open), true) = (&args.open, container.deny_unknown_fields) {
        errors.at(open, "`open` ignores unknown fields, and `deny_unknown_fields` refuses them\nhelp: leave one of them out");
    }
    let mut checker = Checker {
        container: &container,
        open: args.open.is_some(),
        describes,
        name: &item.ident,
        borrows: item.generics.lifetimes().next().is_some(),
        fields: 0,
        found: Found::default(),
        errors,
    };
    let layout = match layout {
        RawLayout::Struct(fields) => Some(Layout::Struct(checker.struct_fields(fields))),
        RawLayout::Enum(variants) => Some(Layout::Enum(checker.variants(variants, &item.ident))),
        RawLayout::Union => None,
    };
    let Found { confidence: has_confidence, stays } = checker.found;
    if layout.is_none() {
        errors.at(
            &item.ident,
            "`#[contract]` goes on a struct or an enum, not on a union\nhelp: write an enum, which says what it holds",
        );
    }
    match layout {
        // Of attributes that stand above, the compiler has said that it does not know them.
        Some(layout) if errors.is_empty() && !helpers && !is_reported(&layout) => {
            let flattens = matches!(&layout, Layout::Struct(fields) if fields.list.iter().any(|field| matches!(field.role, Role::Flattened)));
            let named = match &layout {
                Layout::Struct(fields) => fields.style == Style::Named,
                Layout::Enum(_) => true,
            };
            let closed = args.open.is_none() && named;
            // std's derives would report the type of such a field once more each.
            if layout.has_foreign() {
                derives.extend(take_debug_and_clone(&mut item));
            }
            let name = string(container.name, || item.ident.unraw().to_string());
            Checked::Valid(Box::new(Contract {
                krate: args.krate,
                item,
                derives,
                own_crate,
                deny_unknown_fields: closed && !flattens && !container.deny_unknown_fields,
                close_schema: closed && flattens,
                max_tokens: args.max_tokens,
                schema: Schema {
                    name,
                    inline,
                    transparent: container.transparent.is_some(),
                    default: container.default,
                    annotations,
                },
                layout,
            }))
        }
        layout => Checked::Fallback(Box::new(Fallback {
            krate: args.krate,
            item,
            above,
            default: container.default,
            layout,
            stays,
            has_confidence,
        })),
    }
}

/// Reports what is derived above `#[contract]`, and would be again by it.
fn derived_again(missing: &[Derive], derived: &[String], name: &Ident, errors: &mut Errors) -> Vec<Derive> {
    let mut again = missing.to_vec();
    again.retain(|derive| derived.iter().any(|name| name == derive.name()));
    if let Some((last, others)) = again.split_last() {
        let others = others.iter().map(|derive| derive.name()).collect::<Vec<_>>().join("`, `");
        let (what, are) = if others.is_empty() {
            (format!("`{}`", last.name()), "is")
        } else {
            (format!("`{others}` and `{}`", last.name()), "are")
        };
        errors.push(syn::Error::new(
            // Where the macro stands, but no place in its expansion.
            Span::call_site().resolved_at(name.span()),
            format!(
                "{what} {are} derived above `#[contract]`, which derives what is not derived below it\nhelp: put `#[contract]` above the derives"
            ),
        ));
    }
    again
}

/// Reports a second `#[contract]`, and takes it off.
fn once(krate: &Path, item: &mut DeriveInput, errors: &mut Errors) {
    item.attrs.retain(|attribute| {
        let path = attribute.path();
        let is_own = |first: &PathSegment| {
            path.segments.len() == 2 && krate.segments.last().is_some_and(|own| own.ident == first.ident)
        };
        let is_contract = path.segments.last().is_some_and(|last| last.ident == "contract")
            && (path.get_ident().is_some() || path.segments.first().is_some_and(is_own));
        if is_contract {
            errors.at_with_help(attribute, "`#[contract]` is given twice", "leave one of them out");
        }
        !is_contract
    });
}

/// Whether the compiler says of an item what is wrong with it, and would say more of whatever is made of it: two fields or
/// variants of one name.
fn is_reported(layout: &Layout) -> bool {
    let twice =
        |names: Vec<&Ident>| names.iter().enumerate().any(|(index, name)| names[..index].contains(name));
    let fields_twice = |fields: &Fields| {
        let named = fields.list.iter().filter(|field| field.cfgs.is_empty());
        twice(
            named
                .filter_map(|field| match &field.member {
                    Member::Named(name) => Some(name),
                    Member::Unnamed(_) => None,
                })
                .collect(),
        )
    };
    match layout {
        Layout::Struct(fields) => fields_twice(fields),
        Layout::Enum(of) => {
            let there = of.variants.iter().filter(|variant| variant.cfgs.is_empty());
            twice(there.map(|variant| &variant.ident).collect())
                || of.variants.iter().any(|variant| fields_twice(&variant.fields))
        }
    }
}

fn missing(derives: &[Ident]) -> Vec<Derive> {
    let mut missing = Vec::new();
    for needed in &Derive::ALL {
        if derives.iter().all(|derive| derive != needed.name()) {
            missing.push(*needed);
        }
    }
    missing
}

fn names_crate(metas: &[RawMeta]) -> bool {
    metas.iter().any(|meta| meta.is("crate"))
}

struct Checker<'a> {
    name: &'a Ident,
    container: &'a Container,
    open: bool,
    /// Whether the item borrows, which was said of it.
    borrows: bool,
    /// Whether the schema is made here.
    describes: bool,
    /// How many fields were seen.
    fields: usize,
    found: Found,
    errors: &'a mut Errors,
}

/// What is so of the whole because of a field.
#[derive(Default)]
struct Found {
    confidence: bool,
    /// The numbers of the fields whose types cannot cross a handoff.
    stays: Vec<usize>,
}

impl Checker<'_> {
    fn struct_fields(&mut self, raw: RawFields) -> Fields {
        let fields = self.fields(raw, self.container.fields, self.container.default.is_some());
        self.keys(&fields);
        let stands_alone = fields.style == Style::Newtype || self.container.transparent.is_some();
        if stands_alone {
            self.endless(&fields);
        }
        let Some(transparent) = &self.container.transparent else {
            names::fields(&fields, None, self.errors);
            return fields;
        };
        if fields.list.iter().filter(|field| !matches!(field.role, Role::Skipped)).count() != 1 {
            self.errors.at(
                transparent,
                "`transparent` needs exactly one field that is not skipped\nhelp: leave `transparent` out, and the struct is an object",
            );
        }
        Fields { style: Style::Newtype, ..fields }
    }

    /// Reports what holds itself where nothing shows it.
    fn endless(&mut self, fields: &Fields) {
        let is_wrapped = |field: &&Field| {
            types::is_wrapped(&field.ty, self.name) && !types::is_inside(&field.ty, self.name)
        };
        if let Some(field) = fields.list.iter().find(is_wrapped) {
            self.errors.at_with_help(
                &field.ty,
                format_args!(
                    "in JSON `{}` is what it holds, and it holds itself: reading it would never end",
                    self.name
                ),
                "name the field, and it is an object in an object",
            );
        }
    }

    fn variants(&mut self, raw: Vec<RawVariant>, name: &Ident) -> Enum {
        let is_left_out = |variant: &RawVariant| variant.serde.iter().any(|meta| meta.is("skip"));
        if raw.iter().all(is_left_out) {
            self.errors.at(
                name,
                "an enum without variants has no value that could cross a handoff\nhelp: give it a variant that is not skipped",
            );
        }
        let mut variants = Vec::new();
        for RawVariant { ident, cfgs, serde, schemars, annotations, fields } in raw {
            let attributes = serde::variant(&serde, &schemars, self.errors);
            let annotations =
                schemars::annotations(&annotations, &schemars, Of::Variant, self.describes, self.errors);
            let convention = attributes.fields.unwrap_or(self.container.variant_fields);
            if fields.kind == RawKind::Unnamed
                && fields.list.len() != 1
                && matches!(self.container.tagging, Tagging::Internal { .. })
            {
                self.errors.at(
                    &ident,
                    "a tuple has no room for the tag\nhelp: name the fields, or add `content = \"…\"` beside `tag`",
                );
            }
            let mut fields = self.fields(fields, convention, false);
            if !attributes.skip {
                let tag = match &self.container.tagging {
                    Tagging::Internal { tag } => Some(tag),
                    Tagging::External | Tagging::Adjacent { .. } | Tagging::Untagged => None,
                };
                names::fields(&fields, tag, self.errors);
            }
            for field in &mut fields.list {
                // What there is of a field is not there where its variant is not.
                field.cfgs.extend(cfgs.iter().cloned());
                if let (Role::Flattened, Style::Named) = (&field.role, fields.style) {
                    self.errors.at(
                        &field.ty,
                        "`flatten` inside a variant is not supported\nhelp: make a struct of the variant's fields, and flatten there",
                    );
                }
            }
            if attributes.skip {
                for field in &mut fields.list {
                    let of_compiler = field.is_foreign();
                    field.opaque = false;
                    field.role = Role::Skipped;
                    field.left_alone = of_compiler.then_some(LeftAlone::Plain);
                }
            } else {
                self.keys(&fields);
                match (fields.style, &self.container.tagging) {
                    (Style::Newtype, Tagging::Untagged) => self.endless(&fields),
                    (Style::Newtype, Tagging::Internal { .. }) => {
                        for field in judged(&fields, &self.found.stays) {
                            refuse_tagged(name, &ident, &field.ty, self.errors);
                        }
                    }
                    _ => {}
                }
            }
            variants.push(Variant {
                name: Name::of(attributes.name, ident.span(), || {
                    self.container.variants.variant(&ident.unraw().to_string())
                }),
                ident,
                cfgs,
                aliases: attributes.aliases,
                skipped: attributes.skip,
                annotations: annotations.list,
                fields,
            });
        }
        names::variants(&variants, self.errors);
        if let Tagging::Untagged = self.container.tagging {
            untagged::variants(&variants, self.errors);
        }
        Enum { tagging: self.container.tagging.clone(), variants }
    }

    /// Reports the keys of maps that JSON cannot have.
    fn keys(&mut self, fields: &Fields) {
        for field in judged(fields, &self.found.stays) {
            refuse_keys(&field.ty, Some(self.name), self.errors);
        }
    }

    fn fields(&mut self, raw: RawFields, convention: Convention, all_default: bool) -> Fields {
        let RawFields { kind, list } = raw;
        let style = match (kind, list.len()) {
            (RawKind::Named, _) => Style::Named,
            (RawKind::Unnamed, 1) => Style::Newtype,
            (RawKind::Unnamed, _) => Style::Tuple,
            (RawKind::Unit, _) => Style::Unit,
        };
        let mut confidence: Option<String> = None;
        let mut fields = Vec::new();
        if kind == RawKind::Unnamed
            && let Some(certain) = list.iter().rposition(|field| field.cfgs.is_empty())
            && let Some(cfg) = list[..certain].iter().find_map(|field| field.cfgs.first())
        {
            self.errors.at_with_help(
                cfg,
                "where this field is not there, those behind it have other places",
                "put it last, or name the fields",
            );
        }
        for field in list {
            if let Some(first) = field.confidence.first() {
                self.found.confidence = true;
                let second = if confidence.is_some() { Some(first) } else { field.confidence.get(1) };
                let holder = confidence.unwrap_or_else(|| member_name(&field.member));
                if let Some(second) = second {
                    self.errors.at(second, format!("a contract has one `#[confidence]`, and `{holder}` has it\nhelp: leave it on the field that says how sure the agent is of the whole"));
                }
                confidence = Some(holder);
            }
            fields.push(self.field(field, style, convention, all_default));
        }
        Fields { style, open: self.open, list: fields }
    }
}

/// Finds the fields whose types say what they are in JSON. Of a type that cannot cross a handoff that was said, and is all.
fn judged<'f>(fields: &'f Fields, stays: &[usize]) -> impl Iterator<Item = &'f Field> {
    fields.list.iter().filter(|field| {
        let crosses = !stays.contains(&field.number) && !crossing::refers(field.ty.to_token_stream());
        field.is_as_its_type() && crosses
    })
}

fn string(given: Option<LitStr>, otherwise: impl FnOnce() -> String) -> String {
    given.map_or_else(otherwise, |text| text.value())
}
