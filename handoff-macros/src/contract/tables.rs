//! The static tables that the structural walk goes by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use super::fields::{part_name, rules_name};
use super::model::{Body, Enum, Field, Fields, Role, Style, Tagging, Variant};

/// The function `__walk`, and the table behind it.
pub(super) fn table(krate: &Path, name: &Ident, body: &Body) -> TokenStream {
    let (statics, walk) = match body {
        Body::Struct(fields) => match fields.style {
            Style::Named => {
                let table = fields_table(krate, fields);
                let statics = quote! {
                    static __TABLE: #krate::__private::contract::Struct = #table;

                    #[automatically_derived]
                    impl #krate::__private::contract::Fields for #name {
                        const FIELDS: &'static #krate::__private::contract::Struct = &__TABLE;
                    }
                };
                (statics, quote!(__walker.fields(__node, &__TABLE)))
            }
            Style::Newtype => match fields.list.iter().find(|field| !matches!(field.role, Role::Skipped)) {
                Some(field) => {
                    let walk = walk(field);
                    (
                        quote!(static __WALK: #krate::__private::contract::Walk = #walk;),
                        quote!(__WALK(__node, __walker)),
                    )
                }
                None => (quote!(), quote!(__walker.null(__node))),
            },
            Style::Tuple => {
                let walks = walks(fields);
                (
                    quote!(static __TABLE: &[#krate::__private::contract::Walk] = &[#walks];),
                    quote!(__walker.walks(__node, __TABLE)),
                )
            }
            Style::Unit => (quote!(), quote!(__walker.null(__node))),
        },
        Body::Enum(of) => {
            let table = enum_table(krate, name, of);
            (
                quote!(static __TABLE: #krate::__private::contract::Enum = #table;),
                quote!(__walker.variants(__node, &__TABLE)),
            )
        }
    };
    quote! {
        #statics

        fn __walk(
            __node: &#krate::__private::contract::Node<'_>,
            __walker: &mut #krate::__private::contract::Walker,
        ) -> bool {
            #walk
        }
    }
}

fn fields_table(krate: &Path, fields: &Fields) -> TokenStream {
    let open = fields.open;
    let slots = fields.list.iter().filter_map(|field| {
        let Field { cfgs, ty, name, aliases, .. } = field;
        match &field.role {
            Role::Skipped => None,
            Role::Flattened => Some(quote! {
                #(#cfgs)*
                #krate::__private::contract::Slot::Flattened(<#ty as #krate::contract::Flatten>::FIELDS)
            }),
            Role::Value { .. } => {
                let walk = walk(field);
                let optional = optional(krate, field);
                Some(quote! {
                    #(#cfgs)*
                    #krate::__private::contract::Slot::Field(#krate::__private::contract::Field {
                        name: #name,
                        aliases: &[#(#aliases),*],
                        optional: #optional,
                        walk: #walk,
                    })
                })
            }
        }
    });
    quote!(#krate::__private::contract::Struct { open: #open, fields: &[#(#slots),*] })
}

fn enum_table(krate: &Path, name: &Ident, of: &Enum) -> TokenStream {
    let name = syn::ext::IdentExt::unraw(name).to_string();
    let tagging = match &of.tagging {
        Tagging::External => quote!(External),
        Tagging::Internal { tag } => quote!(Internal { tag: #tag }),
        Tagging::Adjacent { tag, content } => quote!(Adjacent { tag: #tag, content: #content }),
        Tagging::Untagged => quote!(Untagged),
    };
    let open = of.variants.iter().any(|variant| variant.fields.open);
    let variants = of.variants.iter().filter(|variant| !variant.skipped).map(|variant| {
        let Variant { cfgs, name, aliases, fields, .. } = variant;
        let body = body(krate, fields);
        quote! {
            #(#cfgs)*
            #krate::__private::contract::Variant {
                name: #name,
                aliases: &[#(#aliases),*],
                body: #krate::__private::contract::Body::#body,
            }
        }
    });
    quote! {
        #krate::__private::contract::Enum {
            name: #name,
            open: #open,
            tagging: #krate::__private::contract::Tagging::#tagging,
            variants: &[#(#variants),*],
        }
    }
}

fn body(krate: &Path, fields: &Fields) -> TokenStream {
    match (fields.style, fields.list.first()) {
        (Style::Newtype, Some(field)) => {
            let walk = walk(field);
            let optional = optional(krate, field);
            quote!(Newtype { walk: #walk, optional: #optional })
        }
        (Style::Unit, _) | (Style::Newtype, None) => quote!(Unit),
        (Style::Tuple, _) => {
            let walks = walks(fields);
            quote!(Tuple(&[#walks]))
        }
        (Style::Named, _) => {
            let table = fields_table(krate, fields);
            quote!(Struct(&#table))
        }
    }
}

fn walks(fields: &Fields) -> TokenStream {
    let walks = fields.list.iter().map(|field| {
        let cfgs = &field.cfgs;
        let walk = walk(field);
        quote!(#(#cfgs)* #walk)
    });
    quote!(#(#walks),*)
}

/// A closure that walks a field and runs its checks.
fn walk(field: &Field) -> TokenStream {
    let rules = if field.has_rules() {
        let rules = rules_name(field);
        quote!(|__rules| #rules(__rules))
    } else {
        quote!(|_| {})
    };
    if let Role::Value { read_with: Some(path) } = &field.role {
        return quote!(|__node, __walker| __walker.part_with(__node, |__deserializer| #path(__deserializer), #rules));
    }
    let part = part_name(field);
    quote!(|__node, __walker| __walker.part(__node, #part(), #rules))
}

/// A function that says whether a field may be missing.
fn optional(krate: &Path, field: &Field) -> TokenStream {
    match &field.role {
        _ if field.default => quote!(|| true),
        Role::Value { read_with: Some(_) } => quote!(|| false),
        _ => {
            let part = part_name(field);
            quote!(|| #krate::__private::contract::Part::optional(&#part()))
        }
    }
}
