//! The static tables that the structural walk goes by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::model::{Body, Enum, Field, Fields, Role, Style, Tagging, Variant};

/// What the walk goes by.
pub(super) fn form(name: &Ident, body: &Body) -> TokenStream {
    match body {
        Body::Struct(fields) => {
            let body = body_of(name, fields);
            quote!(__contract::Form::Struct(#body))
        }
        Body::Enum(of) => {
            let table = enum_table(name, of);
            quote!(__contract::Form::Enum(#table))
        }
    }
}

fn fields_table(name: &Ident, fields: &Fields) -> TokenStream {
    let open = fields.open;
    let slots = fields.list.iter().filter_map(|field| {
        let Field { cfgs, ty, name: text, aliases, default, .. } = field;
        let nth = field.nth();
        match &field.role {
            Role::Skipped => None,
            Role::Flattened => Some(quote! {
                #(#cfgs)*
                __contract::Slot::Flattened(<#ty as __contract::Flatten>::fields)
            }),
            Role::Value { .. } => {
                let aliases = (!aliases.is_empty()).then(|| quote!(.or(&[#(#aliases),*])));
                let default = default.then(|| quote!(.or_default()));
                Some(quote! {
                #(#cfgs)*
                __contract::Slot::of::<#name, __contract::#nth, _>(#text) #aliases #default
                })
            }
        }
    });
    quote!(__contract::Struct { open: #open, fields: &[#(#slots),*] })
}

fn enum_table(name: &Ident, of: &Enum) -> TokenStream {
    let text = syn::ext::IdentExt::unraw(name).to_string();
    let tagging = match &of.tagging {
        Tagging::External => quote!(External),
        Tagging::Internal { tag } => quote!(Internal { tag: #tag }),
        Tagging::Adjacent { tag, content } => quote!(Adjacent { tag: #tag, content: #content }),
        Tagging::Untagged => quote!(Untagged),
    };
    let open = of.variants.iter().any(|variant| variant.fields.open);
    let variants = of.variants.iter().filter(|variant| !variant.skipped).map(|variant| {
        let Variant { cfgs, name: text, aliases, fields, .. } = variant;
        let body = body_of(name, fields);
        quote! {
            #(#cfgs)*
            __contract::Variant {
                name: #text,
                aliases: &[#(#aliases),*],
                body: #body,
            }
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
    let held = fields.list.iter().find(|field| !matches!(field.role, Role::Skipped));
    match (fields.style, held) {
        (Style::Newtype, Some(field)) => {
            let (nth, default) = (field.nth(), field.default);
            quote!(__contract::Body::newtype::<#name, __contract::#nth, _>(#default))
        }
        (Style::Unit, _) | (Style::Newtype, None) => quote!(__contract::Body::Unit),
        (Style::Tuple, _) => {
            let walks = fields.list.iter().map(|field| {
                let (cfgs, nth) = (&field.cfgs, field.nth());
                quote!(#(#cfgs)* __contract::walk::<#name, __contract::#nth, _>)
            });
            quote!(__contract::Body::Tuple(&[#(#walks),*]))
        }
        (Style::Named, _) => {
            let table = fields_table(name, fields);
            quote!(__contract::Body::Struct(#table))
        }
    }
}
