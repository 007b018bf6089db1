//! Stand-ins: copies of the item under another name, on which a derive does better than on the item itself. serde and
//! schemars know them as `remote` derives.
//!
//! An untagged enum is read through a copy that is tagged, after the walk has chosen the variant. serde's own choice is
//! more lenient than the schema: it would take `[1]` for a struct with one field.
//!
//! The schema is derived on a copy, in a block that imports what schemars takes for granted: without a prelude its
//! derive does not compile.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields as SynFields, Meta, Token, Type, Visibility, parse_quote};

use super::expand::{for_derives, without_helpers};
use super::model::{Body, Contract, Derive, Enum, Fields, Tagging};

/// The enum, if it is read through a stand-in.
pub(super) fn untagged(contract: &Contract) -> Option<&Enum> {
    match &contract.body {
        Body::Enum(of) if matches!(of.tagging, Tagging::Untagged) => {
            contract.derives.contains(&Derive::Deserialize).then_some(of)
        }
        _ => None,
    }
}

/// The tagged copy of an untagged enum, and the `Deserialize` that reads through it.
pub(super) fn deserialize(contract: &Contract) -> TokenStream {
    let Contract { krate, item, .. } = contract;
    let name = &item.ident;
    let serde = quote!(#krate::__private::serde);
    let mut tagged = copy(contract, "__Tagged", &["cfg", "serde"]);
    tagged.attrs.iter_mut().for_each(without_untagged);
    tagged.attrs.insert(0, parse_quote!(#[derive(#serde::Deserialize)]));
    quote! {
        #tagged

        #[automatically_derived]
        impl<'de> #serde::Deserialize<'de> for #name {
            fn deserialize<__D: #serde::Deserializer<'de>>(
                __deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                #krate::__private::contract::untagged(__deserializer, &__TABLE, |__deserializer| {
                    __Tagged::deserialize(__deserializer)
                })
            }
        }
    }
}

/// The type that `Self` means to schemars.
pub(super) fn schema_holder(contract: &Contract) -> Ident {
    if contract.derives.contains(&Derive::JsonSchema) {
        Ident::new("__Schema", Span::call_site())
    } else {
        contract.item.ident.clone()
    }
}

/// The copy that has the schema, and the `JsonSchema` that refers to it.
pub(super) fn json_schema(contract: &Contract) -> TokenStream {
    let Contract { krate, item, default, .. } = contract;
    let name = &item.ident;
    let schemars = quote!(#krate::__private::schemars);
    let cow = quote!(#krate::__private::Cow<'static, str>);
    let mut described = copy(contract, "__Schema", &["cfg", "doc", "deprecated", "serde", "schemars"]);
    described.attrs.insert(0, parse_quote!(#[derive(#schemars::JsonSchema)]));
    let default = default.then(|| {
        quote! {
            // schemars takes the default of the whole from the type that it derives for.
            impl __Schema {
                fn default() -> #name {
                    ::core::default::Default::default()
                }
            }
        }
    });
    quote! {
        use ::core::convert::{From as _, Into as _};
        use ::core::iter::{IntoIterator as _, Iterator as _};
        use ::core::option::Option::{None, Some};
        use #krate::__private::serde;

        #described
        #default

        #[automatically_derived]
        impl #schemars::JsonSchema for #name {
            fn inline_schema() -> bool {
                <__Schema as #schemars::JsonSchema>::inline_schema()
            }

            fn schema_name() -> #cow {
                <__Schema as #schemars::JsonSchema>::schema_name()
            }

            fn schema_id() -> #cow {
                <__Schema as #schemars::JsonSchema>::schema_id()
            }

            fn json_schema(__generator: &mut #schemars::SchemaGenerator) -> #schemars::Schema {
                <__Schema as #schemars::JsonSchema>::json_schema(__generator)
            }
        }
    }
}

/// The item under another name, with those of its attributes that are wanted.
fn copy(contract: &Contract, name: &str, wanted: &[&str]) -> DeriveInput {
    let original = contract.item.ident.to_string();
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
    let mut copy = for_derives(contract);
    without_helpers(&mut copy, true, wanted.contains(&"schemars"));
    copy.vis = Visibility::Inherited;
    copy.ident = Ident::new(name, Span::call_site());
    keep(&mut copy.attrs);
    copy.attrs.push(parse_quote!(#[serde(remote = #original)]));
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

/// Takes `untagged` out of an attribute of serde's.
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
