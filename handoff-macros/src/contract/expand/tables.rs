//! What is declared of a contract: the static tables that the validator and the schema go by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::contract::expand::shadow;
use crate::contract::model::{
    Annotation, Contract, DefaultValue, Enum, Field, Fields, Layout, Role, Style, Tagging, Variant,
};
use crate::contract::types::replace_self;

/// Declares the contract.
pub fn declaration(contract: &Contract, closed: bool) -> TokenStream {
    let Contract { item, schema, .. } = contract;
    let name = &item.ident;
    let text = name.unraw().to_string();
    let annotations = annotated(name, &schema.annotations);
    let default = schema.default.as_ref().map(|(_, default)| {
        let value = default_value(default, &quote!(#name), &quote!(#name, ()));
        quote!(.with_default(|| __contract::json::<#name>(#value)))
    });
    quote!(__contract::Declaration::new(#text, #closed, <#name as __contract::Derived>::LAYOUT) #annotations #default)
}

/// Writes what the validator and the schema go by.
pub fn table(name: &Ident, layout: &Layout) -> TokenStream {
    match layout {
        Layout::Struct(fields) => {
            let shape = shape(name, fields);
            quote!(__contract::Layout::Struct(#shape))
        }
        Layout::Enum(of) => {
            let table = enum_table(name, of);
            quote!(__contract::Layout::Enum(#table))
        }
    }
}

fn members(name: &Ident, fields: &Fields) -> TokenStream {
    let open = fields.open;
    let members = fields.list.iter().filter_map(|field| {
        let Field { cfgs, ty, name: text, aliases, schema, .. } = field;
        let nth = field.nth();
        match &field.role {
            Role::Skipped => None,
            Role::Flattened => {
                let key = shadow::flattened_name(field);
                Some(quote! {
                    #(#cfgs)*
                    __contract::Member::Flattened { key: #key, of: <#ty as __contract::Flatten>::FLATTENED }
                })
            }
            Role::Value { .. } => {
                let aliases = (!aliases.is_empty()).then(|| quote!(.or(&[#(#aliases),*])));
                let default = default_of(name, field);
                let skippable = schema.skip_if.as_ref().map(|_| quote!(.skippable()));
                let annotations = annotated(name, &schema.annotations);
                Some(quote! {
                    #(#cfgs)*
                    __contract::Member::of::<#name, #nth, _>(#text) #aliases #default #skippable #annotations
                })
            }
        }
    });
    quote!(__contract::Struct { open: #open, fields: &[#(#members),*] })
}

/// Writes what stands for a field that is missing.
fn default_of(name: &Ident, field: &Field) -> Option<TokenStream> {
    let Field { ty, schema, .. } = field;
    let Some(default) = &schema.default else { return field.default.then(|| quote!(.or_default())) };
    let nth = field.nth();
    let value = default_value(default, &quote!(#ty), &quote!(#name, #nth));
    let json = match (schema.own, &schema.write_with) {
        (_, Some(_)) => quote!(__contract::json_by(&__default, |__value, __serializer| {
            __contract::write_at::<#name, #nth, _, _>(__value, __serializer)
        })),
        (true, None) => quote!(__contract::json(&__default)),
        (false, None) => quote!(__contract::default_json::<#name, #nth, _>(&__default)),
    };
    let json = match &schema.skip_if {
        Some(_) => quote! {
            if __contract::skips::<#name, #nth, _>(&__default) { __contract::None } else { #json }
        },
        None => json,
    };
    let row = quote! {
        .or_default_json(|| {
            let __default: #ty = #value;
            #json
        })
    };
    Some(replace_self(row, name))
}

/// Writes a default, and which of the contract it is. A type that may have none is asked so that there is always one: what
/// reads the value says already that there is none.
fn default_value(default: &DefaultValue, ty: &TokenStream, of: &TokenStream) -> TokenStream {
    match default {
        DefaultValue::OfType => quote!((&&__contract::Probe::<#ty>::NEW).defaulted()),
        DefaultValue::By(_) => quote!(__contract::default_at::<#of, #ty>()),
    }
}

/// Writes what the schema says beside the layout.
fn annotated(name: &Ident, annotations: &[Annotation]) -> Option<TokenStream> {
    let annotation = |annotation: &Annotation| match annotation {
        Annotation::Doc(text) => quote!(Doc(#text)),
        Annotation::Deprecated => quote!(Deprecated),
        Annotation::Title(text) => quote!(Title(|| ::core::convert::Into::into(#text))),
        Annotation::Description(text) => quote!(Description(|| ::core::convert::Into::into(#text))),
        Annotation::Example(value) => quote!(Example(|| __contract::json(#value))),
        Annotation::Extend(keyword, value) => quote! {
            Extend(#keyword, || {
                use ::core::convert::Into as _;
                __handoff::__private::serde_json::json!(#value)
            })
        },
        Annotation::Transform(transform) => quote! {
            Transform(|__schema| __contract::Transform::transform(&mut #transform, __schema))
        },
    };
    if annotations.is_empty() {
        return None;
    }
    // In a static `Self` is not to be had.
    let annotations = annotations.iter().map(|of| replace_self(annotation(of), name));
    Some(quote!(.annotated(&[#(__contract::Annotation::#annotations),*])))
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
        let Variant { cfgs, name: text, aliases, annotations, fields, .. } = variant;
        let (shape, annotations) = (shape(name, fields), annotated(name, annotations));
        quote! {
            #(#cfgs)*
            __contract::Variant::new(#text, &[#(#aliases),*], #shape) #annotations
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

fn shape(name: &Ident, fields: &Fields) -> TokenStream {
    let reference = |field: &Field| {
        let (nth, annotations) = (field.nth(), annotated(name, &field.schema.annotations));
        quote!(__contract::FieldRef::of::<#name, #nth, _>() #annotations)
    };
    match (fields.style, fields.first_in_json()) {
        (Style::Newtype, Some(field)) => {
            let (reference, default) = (reference(field), field.default);
            quote!(__contract::Shape::Newtype { place: #reference, default: #default })
        }
        (Style::Unit, _) | (Style::Newtype, None) => quote!(__contract::Shape::Unit),
        (Style::Tuple, _) => {
            let references = fields.list.iter().map(|field| {
                let (cfgs, reference) = (&field.cfgs, reference(field));
                quote!(#(#cfgs)* #reference)
            });
            quote!(__contract::Shape::Tuple(&[#(#references),*]))
        }
        (Style::Named, _) => {
            let table = members(name, fields);
            quote!(__contract::Shape::Struct(#table))
        }
    }
}
