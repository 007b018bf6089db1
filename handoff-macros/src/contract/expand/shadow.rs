//! Stand-ins: copies of the item under another name, on which serde's derive does better than on the item itself. It
//! knows them as `remote` derives.
//!
//! An untagged enum is read through a copy that is tagged, after the walk has chosen the variant. serde's own choice is
//! more lenient than the schema: it would take `[1]` for a struct with one field.
//!
//! An item with fields that are held (see `held`) is read through a copy whose fields have types of `handoff`'s, and is
//! then made of them.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DeriveInput, Fields as SynFields, LitStr, Meta, MetaNameValue, Type, Visibility};

use crate::contract::expand::opaque;
use crate::contract::expand::{derive, serde};
use crate::contract::model::{Body, Contract, Derive, Field, Fields, Style, Tagging};
use crate::read;

/// Whether the item is read through a stand-in.
pub fn is_read(contract: &Contract) -> bool {
    contract.derives.contains(&Derive::Deserialize) && (is_untagged(contract) || holds(contract))
}

fn is_untagged(contract: &Contract) -> bool {
    matches!(&contract.body, Body::Enum(of) if matches!(of.tagging, Tagging::Untagged))
}

fn holds(contract: &Contract) -> bool {
    opaque::any(&contract.body)
}

/// The copy that is read, and the `Deserialize` that reads through it.
pub fn deserialize(contract: &Contract, annotated: &DeriveInput) -> TokenStream {
    let Contract { krate, item, body, .. } = contract;
    let name = &item.ident;
    let serde = quote!(#krate::__private::serde);
    let mut read = copy(contract, annotated, Ident::new("__Read", Span::call_site()), &["cfg", "serde"]);
    read.attrs.iter_mut().for_each(|attribute| {
        edit(attribute, &mut |meta| (!meta.path().is_ident("untagged")).then(|| meta.clone()));
    });
    let (defaults, made) = if holds(contract) {
        let defaults = wrap(contract, &mut read);
        let arms = opaque::arms(body, &quote!(__Read), &|variant, fields| {
            opaque::built(&quote!(#name), variant, fields, &|field, binding| {
                if field.held { quote!(#binding.value) } else { quote!(#binding) }
            })
        });
        (Some(defaults), quote!(|__read: __Read| match __read { #arms }))
    } else {
        read.attrs.push(remote(contract));
        (None, quote!(|__read| __read))
    };
    read.attrs.insert(0, derive(quote!(#serde::Deserialize)));
    // Not by the trait: a remote derive has a function instead.
    let value = if is_untagged(contract) {
        quote! {
            __contract::untagged::<#name, _, _>(__deserializer, |__deserializer| {
                __Read::deserialize(__deserializer)
            })
        }
    } else {
        quote!(__Read::deserialize(__deserializer))
    };
    let value = match &defaults {
        Some(_) => quote!(::core::result::Result::map(#value, #made)),
        None => value,
    };
    quote! {
        #read
        #defaults

        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                use #serde::Deserialize as _;
                #value
            }
        }
    }
}

/// Gives the fields that are held their types, and the copy the name and the defaults of the item. The answer is the
/// functions that make the defaults.
fn wrap(contract: &Contract, read: &mut DeriveInput) -> TokenStream {
    let Contract { item, body, .. } = contract;
    let name = &item.ident;
    let text = name.unraw().to_string();
    let mut functions = TokenStream::new();
    opaque::each(contract, read, &mut |field, model| {
        let Field { number, cfgs, ty, .. } = model;
        let nth = model.nth();
        let wrapped = quote!(__contract::Read<#name, __contract::#nth, #ty>);
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
    if let (Some(default), Body::Struct(fields)) =
        (default_of(&mut read.attrs, &format_ident!("__default"), &of_item), body)
    {
        let made = opaque::built(&quote!(__Read), None, fields, &|field, _| {
            let member = &field.member;
            let cloned = opaque::cloned(field, &quote!(&__whole.#member));
            if field.held { quote!(__contract::Read::new(#cloned)) } else { cloned }
        });
        functions.extend(quote! {
            fn __default() -> __Read {
                let __whole: #name = #default();
                #made
            }
        });
    }
    // As serde would say it of the item.
    let expecting = match body {
        Body::Struct(Fields { style: Style::Named | Style::Unit, .. }) => format!("struct {text}"),
        Body::Struct(_) => format!("tuple struct {text}"),
        Body::Enum(of) => match of.tagging {
            Tagging::External | Tagging::Untagged => format!("enum {text}"),
            Tagging::Internal { .. } => format!("internally tagged enum {text}"),
            Tagging::Adjacent { .. } => format!("adjacently tagged enum {text}"),
        },
    };
    let says = |what: &str| {
        read.attrs.iter().any(|attribute| metas(attribute).iter().any(|meta| meta.path().is_ident(what)))
    };
    let (renamed, expects) = (says("rename"), says("expecting"));
    if !renamed {
        read.attrs.push(serde(quote!(rename = #text)));
    }
    if !expects {
        read.attrs.push(serde(quote!(expecting = #expecting)));
    }
    functions
}

/// Has serde make the default of the item by a function, which asks the compiler once for it, at the item's name. The
/// bare attribute is a bound on the item, and makes an error of whatever needs the item to be read.
pub fn default_of_item(contract: &Contract, item: &mut DeriveInput) {
    let name = &contract.item.ident;
    let function = quote!(<#name as ::core::default::Default>::default).to_string();
    // Found by the hygiene of the derive, which a name that came through a user's `macro_rules!` does not share.
    name_default(&mut item.attrs, &function, Span::call_site().located_at(name.span()));
}

/// Has the attribute for the default of a type name a function instead.
fn name_default(attributes: &mut [Attribute], function: &str, at: Span) {
    for attribute in attributes {
        if !metas(attribute).iter().any(is_bare_default) {
            continue;
        }
        edit(attribute, &mut |meta| {
            if !is_bare_default(meta) {
                return Some(meta.clone());
            }
            let function = LitStr::new(function, at);
            Some(Meta::NameValue(MetaNameValue {
                path: Ident::new("default", at).into(),
                eq_token: <syn::Token![=]>::default(),
                value: syn::Expr::Verbatim(quote!(#function)),
            }))
        });
    }
}

fn is_bare_default(meta: &Meta) -> bool {
    matches!(meta, Meta::Path(path) if path.is_ident("default"))
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
                Meta::NameValue(given) => match &given.value {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => {
                        read::text::<syn::ExprPath>(path)
                            .map_or_else(|_| of_type.clone(), |path| quote!(#path))
                    }
                    _ => of_type.clone(),
                },
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

fn metas(attribute: &Attribute) -> Vec<Meta> {
    if !attribute.path().is_ident("serde") {
        return Vec::new();
    }
    read::arguments(attribute).unwrap_or_default()
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
            field.vis = Visibility::Inherited;
            field.ty = model.ty.clone();
        }
    };
    let mut copy = annotated.clone();
    copy.vis = Visibility::Inherited;
    copy.ident = name;
    keep(&mut copy.attrs);
    match (&mut copy.data, &contract.body) {
        (Data::Struct(data), Body::Struct(fields)) => adapt(&mut data.fields, fields),
        (Data::Enum(data), Body::Enum(of)) => {
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

/// Changes the entries of an attribute of serde's, or leaves them out.
fn edit(attribute: &mut Attribute, change: &mut dyn FnMut(&Meta) -> Option<Meta>) {
    let entries = metas(attribute);
    if !entries.is_empty() {
        let entries = entries.iter().filter_map(change);
        *attribute = serde(quote!(#(#entries),*));
    }
}

/// In a type of the item's, `Self` means the item; outside of the item it must be named.
pub fn without_self(ty: &Type, name: &Ident) -> Type {
    let tokens = replace_self(ty.to_token_stream(), name);
    read::all(tokens).unwrap_or_else(|_| ty.clone())
}

/// The same for anything.
pub fn replace_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut replaced = TokenStream::new();
    for mut token in tokens {
        let span = token.span();
        match &token {
            TokenTree::Ident(ident) if ident == "Self" => token = name.clone().into(),
            TokenTree::Group(group) => {
                token = Group::new(group.delimiter(), replace_self(group.stream(), name)).into();
            }
            _ => {}
        }
        token.set_span(span);
        replaced.extend([token]);
    }
    replaced
}
