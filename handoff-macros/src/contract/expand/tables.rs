//! The static tables that the structural walk and the schema go by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::contract::expand::shadow::replace_self;
use crate::contract::model::{
    Body, Contract, Enum, Field, Fields, Given, Note, Role, Style, Tagging, Variant,
};

/// What is declared of the contract.
pub fn declaration(contract: &Contract, closed: bool) -> TokenStream {
    let Contract { item, body, schema, .. } = contract;
    let name = &item.ident;
    let text = name.unraw().to_string();
    let form = form(name, body);
    let notes = noted(name, &schema.notes);
    let default = schema.default.as_ref().map(|(_, default)| {
        let value = given(default, &quote!(#name), &quote!(#name, ()));
        quote!(.with_default(|| __contract::json::<#name>(#value)))
    });
    quote!(__contract::Declaration::new(#text, #closed, #form) #notes #default)
}

/// What the walk and the schema go by.
fn form(name: &Ident, body: &Body) -> TokenStream {
    match body {
        Body::Struct(fields) => {
            let body = body_of(name, fields);
            quote!(__contract::Layout::Struct(#body))
        }
        Body::Enum(of) => {
            let table = enum_table(name, of);
            quote!(__contract::Layout::Enum(#table))
        }
    }
}

fn fields_table(name: &Ident, fields: &Fields) -> TokenStream {
    let open = fields.open;
    let slots = fields.list.iter().filter_map(|field| {
        let Field { cfgs, ty, name: text, aliases, schema, .. } = field;
        let nth = field.nth();
        match &field.role {
            Role::Skipped => None,
            Role::Flattened => Some(quote! {
                #(#cfgs)*
                __contract::Member::Flattened(<#ty as __contract::Flatten>::flattened)
            }),
            Role::Value { .. } => {
                let aliases = (!aliases.is_empty()).then(|| quote!(.or(&[#(#aliases),*])));
                let default = default_of(name, field);
                let skippable = schema.skip_if.as_ref().map(|_| quote!(.skippable()));
                let notes = noted(name, &schema.notes);
                Some(quote! {
                    #(#cfgs)*
                    __contract::Member::of::<#name, __contract::#nth, _>(#text) #aliases #default #skippable #notes
                })
            }
        }
    });
    quote!(__contract::Struct { open: #open, fields: &[#(#slots),*] })
}

/// What stands for a field that is missing.
fn default_of(name: &Ident, field: &Field) -> Option<TokenStream> {
    let Field { ty, schema, .. } = field;
    let Some(default) = &schema.given else { return field.default.then(|| quote!(.or_default())) };
    let nth = field.nth();
    let value = given(default, &quote!(#ty), &quote!(#name, __contract::#nth));
    let json = match (schema.own, &schema.write_with) {
        (_, Some(_)) => quote!(__contract::json_by(&__default, |__value, __serializer| {
            __contract::write_at::<#name, __contract::#nth, _, _>(__value, __serializer)
        })),
        (true, None) => quote!(__contract::json(&__default)),
        (false, None) => quote!(__contract::default_json::<#name, __contract::#nth, _>(&__default)),
    };
    let json = match &schema.skip_if {
        Some(_) => quote! {
            if __contract::skips::<#name, __contract::#nth, _>(&__default) { None } else { #json }
        },
        None => json,
    };
    let given = quote! {
        .or_default_json(|| {
            let __default: #ty = #value;
            #json
        })
    };
    Some(replace_self(given, name))
}

/// A default, and which of the contract. Of a type that may have none it is asked so that there is always one: what reads
/// the value says already that there is none.
fn given(given: &Given, ty: &TokenStream, of: &TokenStream) -> TokenStream {
    match given {
        Given::OfType => quote!((&&__contract::Probe::<#ty>::NEW).defaulted()),
        Given::By(_) => quote!(__contract::default_at::<#of, #ty>()),
    }
}

/// What the schema says beside the form.
fn noted(name: &Ident, notes: &[Note]) -> Option<TokenStream> {
    let note = |note: &Note| match note {
        Note::Doc(text) => quote!(Doc(#text)),
        Note::Deprecated => quote!(Deprecated),
        Note::Title(text) => quote!(Title(|| ::core::convert::Into::into(#text))),
        Note::Description(text) => quote!(Description(|| ::core::convert::Into::into(#text))),
        Note::Example(value) => quote!(Example(|| __contract::json(#value))),
        Note::Extend(keyword, value) => quote! {
            Extend(#keyword, || {
                use ::core::convert::Into as _;
                __handoff::__private::serde_json::json!(#value)
            })
        },
        Note::Transform(transform) => quote! {
            Transform(|__schema| __contract::Transform::transform(&mut #transform, __schema))
        },
    };
    if notes.is_empty() {
        return None;
    }
    // In a static `Self` is not to be had.
    let notes = notes.iter().map(|of| replace_self(note(of), name));
    Some(quote!(.annotated(&[#(__contract::Annotation::#notes),*])))
}

fn enum_table(name: &Ident, of: &Enum) -> TokenStream {
    let text = name.unraw().to_string();
    let tagging = match &of.tagging {
        Tagging::External => quote!(External),
        Tagging::Internal { tag } => quote!(Internal { tag: #tag }),
        Tagging::Adjacent { tag, content } => quote!(Adjacent { tag: #tag, content: #content }),
        Tagging::Untagged => quote!(Untagged),
    };
    let open = of.variants.iter().any(|variant| variant.fields.open);
    let variants = of.variants.iter().filter(|variant| !variant.skipped).map(|variant| {
        let Variant { cfgs, name: text, aliases, notes, fields, .. } = variant;
        let (body, notes) = (body_of(name, fields), noted(name, notes));
        quote! {
            #(#cfgs)*
            __contract::Variant::new(#text, &[#(#aliases),*], #body) #notes
        }
    });
    quote! {
        __contract::Enum {
            name: #text,
            open: #open,
            tagging: __contract::Tagging::#tagging,
            variants: &[#(#variants),*],
        }
    }
}

fn body_of(name: &Ident, fields: &Fields) -> TokenStream {
    let place = |field: &Field| {
        let (nth, notes) = (field.nth(), noted(name, &field.schema.notes));
        quote!(__contract::FieldRef::of::<#name, __contract::#nth, _>() #notes)
    };
    let held = fields.list.iter().find(|field| !matches!(field.role, Role::Skipped));
    match (fields.style, held) {
        (Style::Newtype, Some(field)) => {
            let (place, default) = (place(field), field.default);
            quote!(__contract::Shape::Newtype { place: #place, default: #default })
        }
        (Style::Unit, _) | (Style::Newtype, None) => quote!(__contract::Shape::Unit),
        (Style::Tuple, _) => {
            let places = fields.list.iter().map(|field| {
                let (cfgs, place) = (&field.cfgs, place(field));
                quote!(#(#cfgs)* #place)
            });
            quote!(__contract::Shape::Tuple(&[#(#places),*]))
        }
        (Style::Named, _) => {
            let table = fields_table(name, fields);
            quote!(__contract::Shape::Struct(#table))
        }
    }
}
