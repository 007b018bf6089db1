//! `#[contract]`, third phase: from the valid model to tokens. Nothing can fail here.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Fields as SynFields, Ident, Path, parse_quote};

use super::fields::{self, part_name, rules_name};
use super::model::{
    Body, Contract, Derive, Enum, Fallback, Field, Fields, OwnCrate, Role, Rule, Style, Tagging, Variant,
};
use super::tables;

/// The item with its derives, and the implementation of `Contract` beside it.
pub(super) fn contract(contract: &Contract) -> TokenStream {
    let Contract { krate, item, derives, own_crate, deny_unknown_fields, close_schema, max_tokens, body } =
        contract;
    let mut item = item.clone();
    add_derives(krate, &mut item, derives, *own_crate);
    if *deny_unknown_fields {
        item.attrs.push(parse_quote!(#[serde(deny_unknown_fields)]));
    }
    if *close_schema {
        item.attrs.push(parse_quote!(#[schemars(extend("additionalProperties" = false))]));
    }
    add_keywords(krate, &mut item, body);

    let all: Vec<&Field> = all_fields(body).collect();
    let definitions = all.iter().map(|field| fields::definitions(krate, &item.ident, field));
    let widths = widths(krate, &item.ident, body);
    let table = tables::table(krate, &item.ident, body);
    let variant_keywords = variant_keywords(krate, &item.ident, body);
    let closed = *deny_unknown_fields || *close_schema;
    let implementation = implementation(krate, &item.ident, max_tokens.as_ref(), closed, body);
    quote! {
        #item

        #[allow(
            clippy::all,
            clippy::pedantic,
            dead_code,
            non_upper_case_globals,
            unused_imports,
            unused_qualifications,
            unused_variables
        )]
        const _: () = {
            #(#definitions)*
            #(#variant_keywords)*
            #table
            #implementation
            #widths
        };
    }
}

/// The item with its derives, and an implementation that keeps whoever uses it quiet.
pub(super) fn fallback(fallback: &Fallback) -> TokenStream {
    let Fallback { krate, item, derives, own_crate, implementable, has_confidence } = fallback;
    let mut item = item.clone();
    if !implementable {
        return quote!(#item);
    }
    add_derives(krate, &mut item, derives, *own_crate);
    let name = &item.ident;
    let text = unraw(name);
    quote! {
        #item

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Contract for #name {
            const HAS_CONFIDENCE: bool = #has_confidence;

            fn name() -> #krate::__private::Cow<'static, str> {
                #krate::__private::Cow::Borrowed(#text)
            }

            fn check(&self, _: &mut #krate::Violations) {}
        }
    }
}

fn unraw(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// Adds the derives in front: their helper attributes may stand only below them.
fn add_derives(krate: &Path, item: &mut DeriveInput, derives: &[Derive], own_crate: OwnCrate) {
    let traits = derives.iter().map(|derive| match derive {
        Derive::Debug => quote!(::core::fmt::Debug),
        Derive::Clone => quote!(::core::clone::Clone),
        Derive::Serialize => quote!(#krate::__private::serde::Serialize),
        Derive::Deserialize => quote!(#krate::__private::serde::Deserialize),
        Derive::JsonSchema => quote!(#krate::__private::schemars::JsonSchema),
    });
    let mut attributes: Vec<Attribute> = vec![parse_quote!(#[derive(#(#traits),*)])];
    if !own_crate.serde {
        let path = quote!(#krate::__private::serde).to_string();
        attributes.push(parse_quote!(#[serde(crate = #path)]));
    }
    if !own_crate.schemars {
        let path = quote!(#krate::__private::schemars).to_string();
        attributes.push(parse_quote!(#[schemars(crate = #path)]));
    }
    item.attrs.splice(..0, attributes);
}

fn all_fields(body: &Body) -> Box<dyn Iterator<Item = &Field> + '_> {
    match body {
        Body::Struct(fields) => Box::new(fields.list.iter()),
        Body::Enum(of) => Box::new(of.variants.iter().flat_map(|variant| &variant.fields.list)),
    }
}

/// Tells schemars of the checks: each field that has some gets a transform.
fn add_keywords(krate: &Path, item: &mut DeriveInput, body: &Body) {
    let add = |fields: &mut SynFields, model: &Fields| {
        for (field, model) in fields.iter_mut().zip(&model.list) {
            if model.has_rules() {
                let number = model.number;
                field.attrs.push(parse_quote! {
                    #[schemars(transform = <Self as #krate::__private::contract::FieldKeywords<#number>>::add)]
                });
            }
        }
    };
    match (&mut item.data, body) {
        (Data::Struct(data), Body::Struct(fields)) => add(&mut data.fields, fields),
        (Data::Enum(data), Body::Enum(of)) => {
            for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
                add(&mut variant.fields, &model.fields);
                if let Some(field) = held_beside_tag(of, model) {
                    let number = field.number;
                    variant.attrs.push(parse_quote! {
                        #[schemars(transform = <Self as #krate::__private::contract::VariantKeywords<#number>>::add)]
                    });
                }
            }
        }
        _ => {}
    }
}

/// What stands beside the tag in a variant with one value.
fn held_beside_tag<'m>(of: &'m Enum, variant: &'m Variant) -> Option<&'m Field> {
    let internal = matches!(of.tagging, Tagging::Internal { .. });
    let held = variant.fields.list.first().filter(|_| variant.fields.style == Style::Newtype)?;
    (internal && !variant.skipped && matches!(held.role, Role::Value { read_with: None })).then_some(held)
}

/// How the schemas of such variants are closed.
fn variant_keywords(krate: &Path, name: &Ident, body: &Body) -> Vec<TokenStream> {
    let Body::Enum(of) = body else { return Vec::new() };
    let held = of.variants.iter().filter_map(|variant| Some((variant, held_beside_tag(of, variant)?)));
    held.map(|(variant, field)| {
        let (cfgs, number, part) = (&variant.cfgs, field.number, part_name(field));
        quote! {
            #(#cfgs)*
            #[automatically_derived]
            impl #krate::__private::contract::VariantKeywords<#number> for #name {
                fn add(__schema: &mut #krate::__private::schemars::Schema) {
                    #krate::__private::contract::close_variant(__schema, &#part());
                }
            }
        }
    })
    .collect()
}

/// The widths of the lists, for whoever fans out over them.
fn widths(krate: &Path, name: &Ident, body: &Body) -> Option<TokenStream> {
    let Body::Struct(Fields { style: Style::Named, list, .. }) = body else { return None };
    let widths = list.iter().flat_map(|field| {
        let (cfgs, member) = (&field.cfgs, &field.member);
        field.rules.iter().filter_map(move |rule| match rule {
            Rule::Range(_) => None,
            Rule::Len(range) => {
                let lengths = fields::lengths(krate, range);
                let syn::Member::Named(member) = member else { return None };
                let constant = format_ident!("__max_len_{}", unraw(member));
                Some(quote! {
                    #(#cfgs)*
                    #[doc(hidden)]
                    pub const #constant: ::core::option::Option<u32> = #krate::__private::contract::width(#lengths);
                })
            }
        })
    });
    let widths: Vec<TokenStream> = widths.collect();
    (!widths.is_empty()).then(|| quote!(impl #name { #(#widths)* }))
}

fn implementation(
    krate: &Path,
    name: &Ident,
    max_tokens: Option<&syn::Expr>,
    closed: bool,
    body: &Body,
) -> TokenStream {
    let text = unraw(name);
    let has_confidence = match body {
        Body::Struct(fields) => fields.list.iter().any(|field| field.confidence),
        Body::Enum(of) => {
            let states = |variant: &Variant| variant.fields.list.iter().any(|field| field.confidence);
            of.variants.iter().filter(|variant| !variant.skipped).all(states)
        }
    };
    let max_tokens = max_tokens.map(|tokens| {
        quote!(const MAX_TOKENS: ::core::option::Option<u32> = ::core::option::Option::Some(#tokens);)
    });
    let check = match body {
        Body::Struct(fields) => check_fields(krate, fields, |field| {
            let member = &field.member;
            quote!(&self.#member)
        }),
        Body::Enum(of) => check_variants(krate, of),
    };
    let confidence = confidence(krate, body);
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #krate::Contract for #name {
            const HAS_CONFIDENCE: bool = #has_confidence;
            const CLOSED: bool = #closed;
            #max_tokens

            fn name() -> #krate::__private::Cow<'static, str> {
                #krate::__private::Cow::Borrowed(#text)
            }

            fn check(&self, __violations: &mut #krate::Violations) {
                #check
            }

            #confidence

            fn emitted() -> &'static #krate::__private::contract::Emitted {
                static __EMITTED: #krate::__private::OnceLock<#krate::__private::contract::Emitted> =
                    #krate::__private::OnceLock::new();
                __EMITTED.get_or_init(#krate::__private::contract::Emitted::of::<Self>)
            }

            fn walk(
                __node: &#krate::__private::contract::Node<'_>,
                __walker: &mut #krate::__private::contract::Walker,
            ) -> bool {
                __walk(__node, __walker)
            }
        }
    }
}

/// Statements that check each field.
fn check_fields(krate: &Path, fields: &Fields, place: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let statements = fields.list.iter().filter(|field| !matches!(field.role, Role::Skipped)).map(|field| {
        let (cfgs, place) = (&field.cfgs, place(field));
        let rules = field.has_rules().then(|| {
            let rules = rules_name(field);
            quote!(#rules(&mut #krate::__private::contract::ValueRules::new(#place, __violations));)
        });
        // What a function of the user's reads has no form that could be looked into.
        let part = (!matches!(field.role, Role::Value { read_with: Some(_) })).then(|| {
            let part = part_name(field);
            quote!(#krate::__private::contract::Part::check(&#part(), #place, __violations);)
        });
        let step = match (fields.style, &field.role) {
            (Style::Named, Role::Value { .. }) => {
                let name = &field.name;
                Some(quote!(#name))
            }
            (Style::Tuple, _) => {
                let member = &field.member;
                Some(quote!(#member))
            }
            _ => None,
        };
        if let Some(step) = step {
            quote!(#(#cfgs)* __violations.at(#step, |__violations| { #rules #part });)
        } else {
            quote!(#(#cfgs)* { #rules #part })
        }
    });
    quote!(#(#statements)*)
}

fn check_variants(krate: &Path, of: &Enum) -> TokenStream {
    let arms = of.variants.iter().map(|variant| {
        let (cfgs, ident) = (&variant.cfgs, &variant.ident);
        if variant.skipped || variant.fields.list.is_empty() {
            return quote!(#(#cfgs)* Self::#ident { .. } => {});
        }
        let bindings = bindings(&variant.fields, |field| !matches!(field.role, Role::Skipped));
        let checks = check_fields(krate, &variant.fields, |field| {
            let binding = binding(field);
            quote!(#binding)
        });
        let step = match &of.tagging {
            Tagging::External => Some(variant.name.clone()),
            Tagging::Adjacent { content, .. } => Some(content.value()),
            Tagging::Internal { .. } | Tagging::Untagged => None,
        };
        let checks = match step {
            Some(step) => quote!(__violations.at(#step, |__violations| { #checks });),
            None => checks,
        };
        quote!(#(#cfgs)* Self::#ident { #bindings .. } => { #checks })
    });
    quote!(match self { #(#arms)* })
}

fn binding(field: &Field) -> Ident {
    format_ident!("__field_{}", field.number)
}

/// `name: __field_0,` for the fields that are wanted; works for tuples, too.
fn bindings(fields: &Fields, wanted: impl Fn(&Field) -> bool) -> TokenStream {
    let bindings = fields.list.iter().filter(|field| wanted(field)).map(|field| {
        let (cfgs, member, binding) = (&field.cfgs, &field.member, binding(field));
        quote!(#(#cfgs)* #member: #binding,)
    });
    quote!(#(#bindings)*)
}

fn confidence(krate: &Path, body: &Body) -> Option<TokenStream> {
    let read = |field: &Field, place: TokenStream| {
        let rules = rules_name(field);
        quote! {{
            let mut __read = #krate::__private::contract::ReadConfidence::new(#place);
            #rules(&mut __read);
            __read.found()
        }}
    };
    let body = match body {
        Body::Struct(fields) => {
            let field = fields.list.iter().find(|field| field.confidence)?;
            let member = &field.member;
            read(field, quote!(&self.#member))
        }
        Body::Enum(of) => {
            let arms: Vec<TokenStream> = of
                .variants
                .iter()
                .filter_map(|variant| {
                    let field = variant.fields.list.iter().find(|field| field.confidence)?;
                    let (cfgs, ident) = (&variant.cfgs, &variant.ident);
                    let bindings = bindings(&variant.fields, |field| field.confidence);
                    let binding = binding(field);
                    let read = read(field, quote!(#binding));
                    Some(quote!(#(#cfgs)* Self::#ident { #bindings .. } => #read,))
                })
                .collect();
            if arms.is_empty() {
                return None;
            }
            quote!(match self { #(#arms)* #[allow(unreachable_patterns)] _ => ::core::option::Option::None })
        }
    };
    Some(quote! {
        fn confidence(&self) -> ::core::option::Option<#krate::Confidence> {
            #body
        }
    })
}
