//! Makes, reads and changes attributes.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Meta, Path};

use crate::contract::model::Derive;
use crate::read;

/// `#[…]`.
fn outer(meta: Meta) -> Attribute {
    Attribute {
        pound_token: <syn::Token![#]>::default(),
        style: syn::AttrStyle::Outer,
        bracket_token: syn::token::Bracket::default(),
        meta,
    }
}

/// `#[path(tokens)]`, without the detour over a parser: a contract has many of them.
fn attribute(name: &str, tokens: TokenStream) -> Attribute {
    outer(Meta::List(syn::MetaList {
        path: Ident::new(name, Span::call_site()).into(),
        delimiter: syn::MacroDelimiter::Paren(syn::token::Paren::default()),
        tokens,
    }))
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

/// Calls a function with the attributes of the item, of its variants and of its fields.
fn each(item: &mut DeriveInput, of: &dyn Fn(&mut Vec<Attribute>)) {
    let in_fields = |fields: &mut Fields| fields.iter_mut().for_each(|field| of(&mut field.attrs));
    of(&mut item.attrs);
    match &mut item.data {
        Data::Struct(data) => in_fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                of(&mut variant.attrs);
                in_fields(&mut variant.fields);
            }
        }
        Data::Union(data) => data.fields.named.iter_mut().for_each(|field| of(&mut field.attrs)),
    }
}

/// Takes off the attributes that only derives understand, but for those of serde or schemars that are to be kept.
pub fn without_helpers(item: &mut DeriveInput, serde: bool, schemars: bool) {
    each(item, &|attributes| {
        attributes.retain(|attribute| {
            (serde || !attribute.path().is_ident("serde"))
                && (schemars || !attribute.path().is_ident("schemars"))
        });
    });
}

/// Takes `Debug` and `Clone` of std out of what the user derives. The answer is those that were there.
pub fn take_debug_and_clone(item: &mut DeriveInput) -> Vec<Derive> {
    const STD: [Derive; 2] = [Derive::Debug, Derive::Clone];
    let mut taken = Vec::new();
    if has_helpers(item) {
        return taken;
    }
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let Ok(mut left) = read::arguments::<Path>(attribute) else { continue };
        left.retain(|path| match STD.iter().find(|known| path.is_ident(known.name())) {
            Some(known) => {
                taken.push(*known);
                false
            }
            None => true,
        });
        *attribute = derive(quote!(#(#left),*));
    }
    taken
}

/// Whether another crate's `Debug` or `Clone` is told something on an attribute of its own.
fn has_helpers(item: &DeriveInput) -> bool {
    let helper =
        |attribute: &Attribute| ["debug", "clone"].iter().any(|name| attribute.path().is_ident(name));
    let in_fields = |fields: &Fields| fields.iter().any(|field| field.attrs.iter().any(helper));
    item.attrs.iter().any(helper)
        || match &item.data {
            Data::Struct(data) => in_fields(&data.fields),
            Data::Enum(data) => data.variants.iter().any(|variant| in_fields(&variant.fields)),
            Data::Union(_) => false,
        }
}

/// The entries of an attribute of serde's; none of any other.
pub fn entries(attribute: &Attribute) -> Vec<Meta> {
    if !attribute.path().is_ident("serde") {
        return Vec::new();
    }
    read::arguments(attribute).unwrap_or_default()
}

/// Changes the entries of an attribute of serde's, or leaves them out.
pub fn edit(attribute: &mut Attribute, change: &mut dyn FnMut(&Meta) -> Option<Meta>) {
    let entries = entries(attribute);
    if !entries.is_empty() {
        let entries = entries.iter().filter_map(change);
        *attribute = serde(quote!(#(#entries),*));
    }
}
