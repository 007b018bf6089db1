//! `#[contract]`, third phase: from the valid model to tokens. Nothing can fail here.

pub mod checks;
pub mod fallback;
pub mod field;
pub mod functions;
pub mod opaque;
pub mod shadow;
pub mod tables;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Fields as SynFields, Ident};

use crate::contract::model::{
    Body, Contract, Derive, Described, Enum, Field, Fields, Role, Rule, Schema, Style, Tagging, Variant,
};

/// The item with its derives, what stands before it, and the implementation of `Contract`.
pub fn contract(contract: &Contract, before: &TokenStream) -> TokenStream {
    let Contract { krate, deny_unknown_fields, close_schema, max_tokens, body, .. } = contract;
    let annotated = for_derives(contract);
    let item = item(contract, &annotated);
    let name = &item.ident;
    let definitions = opaque::fields(body).into_iter().filter_map(|field| field::definition(name, field));
    let widths = widths(name, body);
    let closed = *deny_unknown_fields || *close_schema;
    let declaration = tables::declaration(contract, closed);
    let implementation = implementation(name, max_tokens.as_ref(), &declaration, body);
    let deserialize = shadow::is_read(contract).then(|| shadow::deserialize(contract, &annotated));
    let held = opaque::definitions(contract);
    let functions = functions::definitions(name, contract.schema.default.as_ref(), opaque::fields(body));
    let describes = contract.derives.contains(&Derive::JsonSchema);
    let json_schema = describes.then(|| json_schema(contract));
    quote! {
        #before

        #item

        #[allow(
            clippy::all,
            clippy::pedantic,
            dead_code,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            unused_imports,
            unused_qualifications,
            unused_variables
        )]
        const _: () = {
            use #krate as __handoff;
            use __handoff::__private::contract as __contract;
            use __contract::traits::*;
            use ::core::option::Option::{None, Some};
            #deserialize
            #json_schema
            #held
            #functions
            #(#definitions)*
            #implementation
            #widths
        };
    }
}

/// The item with its derives, and the attributes that they understand.
fn item(contract: &Contract, annotated: &DeriveInput) -> DeriveInput {
    let Contract { krate, derives, .. } = contract;
    let mut item = annotated.clone();
    let is_read = shadow::is_read(contract);
    let by_hand = opaque::writes_debug_and_clone(contract);
    if derives.contains(&Derive::Serialize) {
        opaque::write_with(contract, &mut item);
    }
    let own = |derive: Derive| !derives.contains(&derive);
    // `Serialize` always stands on the item, and understands the attributes of serde.
    without_helpers(&mut item, true, own(Derive::JsonSchema));
    let derives = derives.iter().filter_map(|derive| match derive {
        Derive::Debug => (!by_hand).then(|| quote!(::core::fmt::Debug)),
        Derive::Clone => (!by_hand).then(|| quote!(::core::clone::Clone)),
        Derive::Serialize => Some(quote!(#krate::__private::serde::Serialize)),
        Derive::Deserialize => (!is_read).then(|| quote!(#krate::__private::serde::Deserialize)),
        Derive::JsonSchema => None,
    });
    // In front: helper attributes may stand only below the derive that understands them.
    item.attrs.insert(0, derive(quote!(#(#derives),*)));
    item
}

/// `#[path(tokens)]`, without the detour over a parser: a contract has many of them.
fn attribute(name: &str, tokens: TokenStream) -> Attribute {
    outer(syn::Meta::List(syn::MetaList {
        path: Ident::new(name, Span::call_site()).into(),
        delimiter: syn::MacroDelimiter::Paren(syn::token::Paren::default()),
        tokens,
    }))
}

/// `#[…]`.
pub fn outer(meta: syn::Meta) -> Attribute {
    Attribute {
        pound_token: <syn::Token![#]>::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: syn::token::Bracket::default(),
        meta,
    }
}

/// `#[derive(…)]`.
pub fn derive(tokens: TokenStream) -> Attribute {
    attribute("derive", tokens)
}

/// `#[serde(…)]`.
pub fn serde(tokens: TokenStream) -> Attribute {
    attribute("serde", tokens)
}

/// `#[schemars(…)]`.
pub fn schemars(tokens: TokenStream) -> Attribute {
    attribute("schemars", tokens)
}

/// The item with what the derives of serde, and that of schemars where it is the user's, are to be told.
fn for_derives(contract: &Contract) -> DeriveInput {
    let Contract { krate, item, own_crate, deny_unknown_fields, close_schema, body, .. } = contract;
    let mut item = item.clone();
    if !own_crate.serde {
        let path = quote!(#krate::__private::serde).to_string();
        item.attrs.push(serde(quote!(crate = #path)));
    }
    if *deny_unknown_fields {
        item.attrs.push(serde(quote!(deny_unknown_fields)));
    }
    if !contract.derives.contains(&Derive::JsonSchema) {
        if !own_crate.schemars {
            let path = quote!(#krate::__private::schemars).to_string();
            item.attrs.push(schemars(quote!(crate = #path)));
        }
        if *close_schema {
            item.attrs.push(schemars(quote!(extend("additionalProperties" = false))));
        }
        add_keywords(&quote!(#krate::__private::contract), &mut item, body);
    }
    functions::redirect(contract, &mut item);
    item
}

/// Takes off the attributes that only derives understand, but for those of serde or schemars that are to be kept.
pub fn without_helpers(item: &mut DeriveInput, serde: bool, schemars: bool) {
    let strip = |attributes: &mut Vec<Attribute>| {
        attributes.retain(|attribute| {
            (serde || !attribute.path().is_ident("serde"))
                && (schemars || !attribute.path().is_ident("schemars"))
        });
    };
    strip(&mut item.attrs);
    match &mut item.data {
        Data::Struct(data) => {
            for field in &mut data.fields {
                strip(&mut field.attrs);
            }
        }
        Data::Enum(data) => {
            for variant in &mut data.variants {
                strip(&mut variant.attrs);
                for field in &mut variant.fields {
                    strip(&mut field.attrs);
                }
            }
        }
        Data::Union(data) => {
            for field in &mut data.fields.named {
                strip(&mut field.attrs);
            }
        }
    }
}

fn unraw(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// Tells the derive of schemars of the checks: each field that has some gets a transform.
fn add_keywords(place: &TokenStream, item: &mut DeriveInput, body: &Body) {
    let name = item.ident.clone();
    let add = |fields: &mut SynFields, model: &Fields| {
        for (field, model) in fields.iter_mut().zip(&model.list) {
            if model.has_rules() {
                let nth = model.nth();
                let path = quote!(#place::keywords::<#name, #place::#nth, _>);
                field.attrs.push(schemars(quote!(transform = #path)));
            }
        }
    };
    match (&mut item.data, body) {
        (Data::Struct(data), Body::Struct(fields)) => add(&mut data.fields, fields),
        (Data::Enum(data), Body::Enum(of)) => {
            for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
                add(&mut variant.fields, &model.fields);
                if let Some(field) = held_beside_tag(of, model) {
                    let nth = field.nth();
                    let path = quote!(#place::close_variant::<#name, #place::#nth, _>);
                    variant.attrs.push(schemars(quote!(transform = #path)));
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

/// The widths of the lists, for whoever fans out over them.
fn widths(name: &Ident, body: &Body) -> Option<TokenStream> {
    let Body::Struct(Fields { style: Style::Named, list, .. }) = body else { return None };
    let mut widths = TokenStream::new();
    for field in list {
        let (cfgs, syn::Member::Named(member)) = (&field.cfgs, &field.member) else { continue };
        for rule in &field.rules {
            let Rule::Len(range) = rule else { continue };
            if field::is_string(&field.ty) {
                continue;
            }
            let lengths = checks::lengths(range);
            let constant = format_ident!("__max_len_{}", unraw(member));
            widths.extend(quote! {
                #(#cfgs)*
                #[doc(hidden)]
                pub const #constant: __contract::Option<u32> = __contract::width(#lengths);
            });
        }
    }
    (!widths.is_empty()).then(|| quote!(impl #name { #widths }))
}

/// The `JsonSchema`, which is in the tables. A transparent struct of which nothing is said is what it holds.
fn json_schema(contract: &Contract) -> TokenStream {
    let Contract { item, schema: Schema { name: schema_name, inline, transparent, notes, .. }, body, .. } =
        contract;
    let name = &item.ident;
    let held = match body {
        Body::Struct(fields) if *transparent && notes.is_empty() => {
            fields.list.iter().find(|field| !matches!(field.role, Role::Skipped))
        }
        _ => None,
    };
    let held = held.filter(|field| {
        let said = !field.schema.notes.is_empty() || field.has_rules();
        !said && matches!(field.schema.described, Described::AsIs)
    });
    let (whether_inline, schema_name, id, schema) = if let Some(field) = held {
        let nth = field.nth();
        let held = quote!(__contract::described::<Self, __contract::#nth, _>());
        (
            Some(quote!(#held.inline())),
            quote!(#held.name()),
            quote!(#held.id()),
            quote!(#held.whole(__generator)),
        )
    } else {
        (
            inline.then(|| quote!(true)),
            quote!(__handoff::__private::Cow::Borrowed(#schema_name)),
            quote!(__contract::id::<Self>()),
            quote!(__contract::schema(<Self as __contract::Derived>::declaration(), __generator)),
        )
    };
    let whether_inline = whether_inline.map(|inline| quote!(fn inline_schema() -> bool { #inline }));
    quote! {
        #[automatically_derived]
        impl __contract::JsonSchema for #name {
            #whether_inline

            fn schema_name() -> __handoff::__private::Cow<'static, str> {
                #schema_name
            }

            fn schema_id() -> __handoff::__private::Cow<'static, str> {
                #id
            }

            fn json_schema(__generator: &mut __contract::SchemaGenerator) -> __contract::Schema {
                #schema
            }
        }
    }
}

fn implementation(
    name: &Ident,
    max_tokens: Option<&syn::Expr>,
    declaration: &TokenStream,
    body: &Body,
) -> TokenStream {
    let has_confidence = match body {
        Body::Struct(fields) => fields.list.iter().any(|field| field.confidence),
        Body::Enum(of) => {
            let states = |variant: &Variant| variant.fields.list.iter().any(|field| field.confidence);
            of.variants.iter().filter(|variant| !variant.skipped).all(states)
        }
    };
    let has_confidence = has_confidence.then(|| {
        quote!(
            const HAS_CONFIDENCE: bool = true;
        )
    });
    // A constant of its own: rustc says of one that is no number what it expects, and nothing of `Some`.
    let max_tokens = max_tokens.map(|tokens| {
        quote!(const MAX_TOKENS: __contract::Option<u32> = {
            const __MAX: u32 = #tokens;
            Some(__MAX)
        };)
    });
    let check = match body {
        Body::Struct(fields) => check_fields(fields, &|field| {
            let member = &field.member;
            quote!(&self.#member)
        }),
        Body::Enum(of) => check_variants(of),
    };
    let confidence = confidence(body);
    let fields = matches!(body, Body::Struct(Fields { style: Style::Named, .. }))
        .then(|| quote!(impl __contract::Fields for #name {}));
    quote! {
        #[automatically_derived]
        impl __contract::Derived for #name {
            #has_confidence
            #max_tokens

            fn declaration() -> __contract::Option<&'static __contract::Declaration> {
                static __DECLARATION: __contract::Declaration = #declaration;
                Some(&__DECLARATION)
            }

            fn check(&self, __violations: &mut __contract::Violations) {
                #check
            }

            #confidence
        }

        #fields
    }
}

/// Statements that check each field.
fn check_fields(fields: &Fields, place: &dyn Fn(&Field) -> TokenStream) -> TokenStream {
    let statements = fields.list.iter().filter(|field| !matches!(field.role, Role::Skipped)).map(|field| {
        let (cfgs, nth, place) = (&field.cfgs, field.nth(), place(field));
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
            quote!(#(#cfgs)* __contract::check_at::<Self, __contract::#nth, _>(#place, #step, __violations);)
        } else {
            quote!(#(#cfgs)* __contract::check::<Self, __contract::#nth, _>(#place, __violations);)
        }
    });
    quote!(#(#statements)*)
}

fn check_variants(of: &Enum) -> TokenStream {
    let arms = of.variants.iter().map(|variant| {
        let (cfgs, ident) = (&variant.cfgs, &variant.ident);
        if variant.skipped || variant.fields.list.is_empty() {
            return quote!(#(#cfgs)* Self::#ident { .. } => {});
        }
        let bindings = bindings(&variant.fields, &|field| !matches!(field.role, Role::Skipped));
        let checks = check_fields(&variant.fields, &|field| {
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
fn bindings(fields: &Fields, wanted: &dyn Fn(&Field) -> bool) -> TokenStream {
    let bindings = fields.list.iter().filter(|field| wanted(field)).map(|field| {
        let (cfgs, member, binding) = (&field.cfgs, &field.member, binding(field));
        quote!(#(#cfgs)* #member: #binding,)
    });
    quote!(#(#bindings)*)
}

/// Nothing where no field states one.
fn confidence(body: &Body) -> Option<TokenStream> {
    let read = |field: &Field, place: TokenStream| {
        let nth = field.nth();
        quote!(__contract::confidence::<Self, __contract::#nth, _>(#place))
    };
    let body = match body {
        Body::Struct(fields) => {
            let field = fields.list.iter().find(|field| field.confidence)?;
            let member = &field.member;
            read(field, quote!(&self.#member))
        }
        Body::Enum(of) => {
            let mut arms = TokenStream::new();
            for variant in &of.variants {
                let confidence = variant.fields.list.iter().find(|field| field.confidence);
                let Some(field) = confidence else { continue };
                let (cfgs, ident) = (&variant.cfgs, &variant.ident);
                let bindings = bindings(&variant.fields, &|field| field.confidence);
                let binding = binding(field);
                let read = read(field, quote!(#binding));
                arms.extend(quote!(#(#cfgs)* Self::#ident { #bindings .. } => #read,));
            }
            if arms.is_empty() {
                return None;
            }
            quote!(match self { #arms #[allow(unreachable_patterns)] _ => None })
        }
    };
    Some(quote! {
        fn confidence(&self) -> __contract::Option<__contract::Confidence> {
            #body
        }
    })
}
