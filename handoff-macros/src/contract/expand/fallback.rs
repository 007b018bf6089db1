//! What stands for a contract that is wrong.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

use crate::contract::attrs::{derive, without_helpers};
use crate::contract::model::{Derive, Fallback};

/// Writes the item, and implementations that keep whoever uses it quiet. serde and schemars are not asked to derive for it:
/// what is wrong with their attributes was said.
pub fn fallback(fallback: &Fallback, before: &TokenStream) -> TokenStream {
    let Fallback { krate, item, derives, implementable, has_confidence } = fallback;
    let mut item = item.clone();
    let missing = |derive: Derive| derives.contains(&derive);
    let own = derives.iter().filter_map(|derive| match derive {
        Derive::Debug => Some(quote!(::core::fmt::Debug)),
        Derive::Clone => Some(quote!(::core::clone::Clone)),
        Derive::Serialize | Derive::Deserialize | Derive::JsonSchema => None,
    });
    if missing(Derive::Serialize) && missing(Derive::Deserialize) && missing(Derive::JsonSchema) {
        without_helpers(&mut item, false, false);
    }
    if !implementable {
        return quote!(#before #item);
    }
    item.attrs.insert(0, derive(quote!(#(#own),*)));
    let name = &item.ident;
    let text = name.unraw().to_string();
    let serialize = missing(Derive::Serialize).then(|| {
        quote! {
            #[automatically_derived]
            impl #krate::__private::serde::Serialize for #name {
                fn serialize<__S: #krate::__private::serde::Serializer>(
                    &self,
                    __serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #krate::__private::serde::Serializer::serialize_unit(__serializer)
                }
            }
        }
    });
    let deserialize = missing(Derive::Deserialize).then(|| {
        quote! {
            #[automatically_derived]
            impl<'de> #krate::__private::serde::Deserialize<'de> for #name {
                fn deserialize<__D: #krate::__private::serde::Deserializer<'de>>(
                    _: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    ::core::result::Result::Err(#krate::__private::serde::de::Error::custom(""))
                }
            }
        }
    });
    let json_schema = missing(Derive::JsonSchema).then(|| {
        quote! {
            #[automatically_derived]
            impl #krate::__private::schemars::JsonSchema for #name {
                fn schema_name() -> #krate::__private::Cow<'static, str> {
                    #krate::__private::Cow::Borrowed(#text)
                }

                fn json_schema(
                    _: &mut #krate::__private::schemars::SchemaGenerator,
                ) -> #krate::__private::schemars::Schema {
                    ::core::default::Default::default()
                }
            }
        }
    });
    quote! {
        #before

        #item

        #[allow(clippy::all, clippy::pedantic)]
        const _: () = {
            #serialize
            #deserialize
            #json_schema

            #[automatically_derived]
            impl #krate::Contract for #name {
                const HAS_CONFIDENCE: bool = #has_confidence;

                fn name() -> #krate::__private::Cow<'static, str> {
                    #krate::__private::Cow::Borrowed(#text)
                }

                fn check(&self, _: &mut #krate::Violations) {}
            }
        };
    }
}
