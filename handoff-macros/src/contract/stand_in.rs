//! How an untagged enum is read: through a stand-in, a copy of the enum that is tagged, after the walk has chosen the
//! variant. serde's own choice is more lenient than the schema: it would take `[1]` for a struct with one field.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Meta, Token, Type, Visibility, parse_quote};

use super::expand::{for_derives, without_helpers};
use super::model::{Body, Contract, Derive, Enum, Tagging};

/// The enum, if it is read through a stand-in.
pub(super) fn untagged(contract: &Contract) -> Option<&Enum> {
    match &contract.body {
        Body::Enum(of) if matches!(of.tagging, Tagging::Untagged) => {
            contract.derives.contains(&Derive::Deserialize).then_some(of)
        }
        _ => None,
    }
}

/// The stand-in, and the `Deserialize` that reads through it.
pub(super) fn deserialize(contract: &Contract, of: &Enum) -> TokenStream {
    let Contract { krate, item, .. } = contract;
    let name = &item.ident;
    let stand_in = stand_in(contract, of);
    let serde = quote!(#krate::__private::serde);
    quote! {
        #stand_in

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #krate::__private::contract::untagged(__deserializer, &__TABLE, |__deserializer| {
                    __StandIn::deserialize(__deserializer)
                })
            }
        }
    }
}

/// The enum under another name, with what serde's derive needs and nothing else. serde knows it as a `remote` derive,
/// which reads the original.
fn stand_in(contract: &Contract, of: &Enum) -> DeriveInput {
    let Contract { krate, item, .. } = contract;
    let original = item.ident.to_string();
    let mut stand_in = for_derives(contract);
    without_helpers(&mut stand_in, true, false);
    stand_in.vis = Visibility::Inherited;
    stand_in.ident = Ident::new("__StandIn", item.ident.span());
    keep_helpers(&mut stand_in.attrs);
    stand_in.attrs.iter_mut().for_each(without_untagged);
    stand_in.attrs.insert(0, parse_quote!(#[derive(#krate::__private::serde::Deserialize)]));
    stand_in.attrs.push(parse_quote!(#[serde(remote = #original)]));
    if let Data::Enum(data) = &mut stand_in.data {
        for (variant, model) in data.variants.iter_mut().zip(&of.variants) {
            keep_helpers(&mut variant.attrs);
            variant.discriminant = None;
            for (field, model) in variant.fields.iter_mut().zip(&model.fields.list) {
                keep_helpers(&mut field.attrs);
                field.ty = model.ty.clone();
            }
        }
    }
    stand_in
}

fn keep_helpers(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("serde"));
}

fn without_untagged(attribute: &mut Attribute) {
    let metas = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    if let (Ok(metas), true) = (metas, attribute.path().is_ident("serde")) {
        let metas = metas.iter().filter(|meta| !meta.path().is_ident("untagged"));
        *attribute = parse_quote!(#[serde(#(#metas),*)]);
    }
}

/// In a type of the item's, `Self` means the item; outside of the item it must be named.
pub(super) fn without_self(ty: &Type, name: &Ident) -> Type {
    let tokens = replace_self(ty.to_token_stream(), name);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

fn replace_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let mut name = name.clone();
                name.set_span(ident.span());
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                let mut replaced = Group::new(group.delimiter(), replace_self(group.stream(), name));
                replaced.set_span(group.span());
                TokenTree::Group(replaced)
            }
            other => other,
        })
        .collect()
}
