//! Shadows: copies of the item under another name, which are read in its place.
//!
//! What serde would buffer (an enum with a tag, a struct that flattens another) is read from a tree of JSON, which the
//! library presents in the form of the shadow: an enum without a tag, and a struct whose flattened structs are fields.
//! serde's buffer is not the text: it takes `[1]` for a struct with one field, and no map by numbers.
//!
//! An item with opaque fields is read through a copy whose fields have types of `handoff`'s, and is then made of them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Fields as SynFields, Meta, MetaNameValue, Type, Visibility};

use crate::contract::attributes::serde::literal;
use crate::contract::attrs::{derive, edit, entries, serde};
use crate::contract::expand::opaque;
use crate::contract::model::{Contract, Derive, Field, Fields, Layout, Role, Style, Tagging};

/// Whether the item is read through a shadow.
pub fn is_read(contract: &Contract) -> bool {
    contract.derives.contains(&Derive::Deserialize) && (is_buffered(contract) || contract.layout.has_opaque())
}

/// Whether serde would buffer it.
fn is_buffered(contract: &Contract) -> bool {
    match &contract.layout {
        Layout::Enum(of) => !matches!(of.tagging, Tagging::External),
        Layout::Struct(fields) => fields.list.iter().any(|field| matches!(field.role, Role::Flattened)),
    }
}

/// The name of a flattened struct as a field of the shadow. No field of the user's is called so.
pub fn flattened_name(field: &Field) -> String {
    format!("\0flattened {}", field.number)
}

/// The shadow, and the `Deserialize` that reads through it.
pub fn deserialize(contract: &Contract, annotated: &DeriveInput) -> TokenStream {
    let Contract { krate, item, layout, .. } = contract;
    let name = &item.ident;
    let serde = quote!(#krate::__private::serde);
    let mut shadow = copy(contract, annotated, Ident::new("__Shadow", Span::call_site()), &["cfg", "serde"]);
    untag(&mut shadow.attrs);
    let has_opaque = layout.has_opaque();
    let (defaults, made) = if has_opaque {
        let defaults = wrap(contract, &mut shadow);
        let arms = opaque::arms(layout, &quote!(__Shadow), &|variant, fields| {
            opaque::built(&quote!(#name), variant, fields, &|field, binding| {
                if field.opaque { quote!(#binding.value) } else { quote!(#binding) }
            })
        });
        (Some(defaults), quote!(|__shadow: __Shadow| match __shadow { #arms }))
    } else {
        shadow.attrs.push(remote(contract));
        (None, TokenStream::new())
    };
    shadow.attrs.insert(0, derive(quote!(#serde::Deserialize)));
    // Not by the trait: a remote derive has a function instead.
    let value = quote!(__Shadow::deserialize(__deserializer));
    let value = if has_opaque { quote!(::core::result::Result::map(#value, #made)) } else { value };
    let read = quote! {
        use #serde::Deserialize as _;
        #value
    };
    let (value, shadowed) = if is_buffered(contract) {
        let shadowed = quote! {
            #[automatically_derived]
            impl __contract::Shadowed for #name {
                fn read_shadow<'de, __D: #serde::Deserializer<'de>>(
                    __deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #read
                }
            }
        };
        (quote!(__contract::deserialize::<Self, __D>(__deserializer)), Some(shadowed))
    } else {
        (read, None)
    };
    quote! {
        #shadow
        #defaults
        #shadowed

        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #value
            }
        }
    }
}

/// Takes off what tells the variants of an enum apart.
fn untag(attributes: &mut [Attribute]) {
    for attribute in attributes {
        edit(attribute, &mut |meta| {
            let tags = ["tag", "content", "untagged"].iter().any(|name| meta.path().is_ident(name));
            (!tags).then(|| meta.clone())
        });
    }
}

/// Gives the opaque fields their types, and the copy the name and the defaults of the item. The answer is the
/// functions that make the defaults.
fn wrap(contract: &Contract, shadow: &mut DeriveInput) -> TokenStream {
    let Contract { item, layout, .. } = contract;
    let name = &item.ident;
    let text = name.unraw().to_string();
    let mut functions = TokenStream::new();
    opaque::each(contract, shadow, &mut |field, model| {
        let Field { number, cfgs, ty, .. } = model;
        let nth = model.nth();
        let wrapped = quote!(__contract::Read<#name, #nth, #ty>);
        let function = format_ident!("__default_{}", number);
        let default =
            default_of(&mut field.attrs, &function, &quote!(<#ty as ::core::default::Default>::default));
        if let Some(default) = default {
            functions.extend(quote! {
                #(#cfgs)*
                fn #function() -> #wrapped {
                    __contract::Read::new(#default())
                }
            });
        }
        field.ty = Type::Verbatim(wrapped);
    });
    let of_item = quote!(<#name as ::core::default::Default>::default);
    if let (Some(default), Layout::Struct(fields)) =
        (default_of(&mut shadow.attrs, &format_ident!("__default"), &of_item), layout)
    {
        let made = opaque::built(&quote!(__Shadow), None, fields, &|field, _| {
            let member = &field.member;
            let cloned = opaque::cloned(field, &quote!(&__whole.#member));
            if field.opaque { quote!(__contract::Read::new(#cloned)) } else { cloned }
        });
        functions.extend(quote! {
            fn __default() -> __Shadow {
                let __whole: #name = #default();
                #made
            }
        });
    }
    // As serde would say it of the item.
    let expecting = match layout {
        Layout::Struct(Fields { style: Style::Named | Style::Unit, .. }) => format!("struct {text}"),
        Layout::Struct(_) => format!("tuple struct {text}"),
        Layout::Enum(of) => match of.tagging {
            Tagging::External | Tagging::Untagged => format!("enum {text}"),
            Tagging::Internal { .. } => format!("internally tagged enum {text}"),
            Tagging::Adjacent { .. } => format!("adjacently tagged enum {text}"),
        },
    };
    let says = |what: &str| {
        shadow.attrs.iter().any(|attribute| entries(attribute).iter().any(|meta| meta.path().is_ident(what)))
    };
    let (renamed, expects) = (says("rename"), says("expecting"));
    if !renamed {
        shadow.attrs.push(serde(quote!(rename = #text)));
    }
    if !expects {
        shadow.attrs.push(serde(quote!(expecting = #expecting)));
    }
    functions
}

/// The function that an attribute names as the default, which is then made to name another; `of_type` for the default of
/// the type.
fn default_of(attributes: &mut [Attribute], renamed: &Ident, of_type: &TokenStream) -> Option<TokenStream> {
    let text = renamed.to_string();
    let mut found = None;
    for attribute in attributes {
        edit(attribute, &mut |meta| {
            if !meta.path().is_ident("default") {
                return Some(meta.clone());
            }
            found = Some(match meta {
                Meta::NameValue(given) => literal(&given.value)
                    .and_then(|path| path.parse::<syn::ExprPath>().ok())
                    .map_or_else(|| of_type.clone(), |path| quote!(#path)),
                _ => of_type.clone(),
            });
            Some(Meta::NameValue(MetaNameValue {
                path: Ident::new("default", Span::call_site()).into(),
                eq_token: <syn::Token![=]>::default(),
                value: syn::Expr::Verbatim(quote!(#text)),
            }))
        });
    }
    found
}

/// Makes a field of its own of a flattened struct.
fn unflatten(attributes: &mut Vec<Attribute>, name: &str) {
    for attribute in attributes.iter_mut() {
        edit(attribute, &mut |meta| {
            let named = ["flatten", "rename", "alias"].iter().any(|name| meta.path().is_ident(name));
            (!named).then(|| meta.clone())
        });
    }
    attributes.push(serde(quote!(rename = #name)));
}

/// Tells serde of what type the copy is a copy.
fn remote(contract: &Contract) -> Attribute {
    let original = contract.item.ident.to_string();
    serde(quote!(remote = #original))
}

/// The item under another name, with those of its attributes that are wanted.
fn copy(contract: &Contract, annotated: &DeriveInput, name: Ident, wanted: &[&str]) -> DeriveInput {
    let keep = |attributes: &mut Vec<Attribute>| {
        attributes.retain(|attribute| wanted.iter().any(|name| attribute.path().is_ident(name)));
    };
    let adapt = |fields: &mut SynFields, model: &Fields| {
        for (field, model) in fields.iter_mut().zip(&model.list) {
            keep(&mut field.attrs);
            if let Role::Flattened = model.role {
                unflatten(&mut field.attrs, &flattened_name(model));
            }
            field.vis = Visibility::Inherited;
            field.ty = model.ty.clone();
        }
    };
    let mut copy = annotated.clone();
    copy.vis = Visibility::Inherited;
    copy.ident = name;
    keep(&mut copy.attrs);
    match (&mut copy.data, &contract.layout) {
        (Data::Struct(data), Layout::Struct(fields)) => adapt(&mut data.fields, fields),
        (Data::Enum(data), Layout::Enum(of)) => {
            for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
                keep(&mut variant.attrs);
                variant.discriminant = None;
                adapt(&mut variant.fields, &model.fields);
            }
        }
        _ => {}
    }
    copy
}
