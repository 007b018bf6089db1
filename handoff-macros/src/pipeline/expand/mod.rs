//! The code of a pipeline: a type and a function of its name, and how it is driven.

mod branch;
mod chain;
mod declaration;
mod edge;
mod gather;
mod stages;
mod whole;

use super::check;
use super::syntax::Header;
use crate::errors::Errors;
use crate::krate;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

pub(super) fn expand(header: &Header, chain: &check::Chain, errors: Errors) -> TokenStream {
    let Header { krate, attributes, visibility, ident, input, output } = header;
    let span = ident.span();
    let name = ident.unraw().to_string();
    let krate = krate::import(krate);
    let named = |name: &str| {
        let name = name.to_owned();
        attributes.iter().filter(move |attribute| attribute.path().is_ident(&name))
    };
    let docs: Vec<_> = named("doc").collect();
    let (cfgs, allowed): (Vec<_>, Vec<_>) = (named("cfg").collect(), named("allow").collect());
    let deprecated: Vec<_> = named("deprecated").collect();
    let summary = format!("The pipeline `{name}`.");
    let docs = if docs.is_empty() { quote!(#[doc = #summary]) } else { quote!(#(#docs)*) };
    let constructor = format!("The pipeline [`{name}`](struct@{name}), for `runtime.run({name}, input)`.");
    let body = if errors.is_empty() {
        chain::Chain::new(header).pipeline(chain)
    } else {
        declaration::fallback(header, errors)
    };
    quote_spanned! {span=>
        #docs
        #(#cfgs)*
        #(#allowed)*
        #(#deprecated)*
        #[allow(
            non_camel_case_types,
            dead_code,
            unreachable_pub,
            missing_copy_implementations,
            missing_debug_implementations
        )]
        #visibility struct #ident { _pipeline: () }

        #[doc = #constructor]
        #(#cfgs)*
        #(#allowed)*
        #(#deprecated)*
        #[allow(dead_code, deprecated, unreachable_pub)]
        #[must_use]
        #visibility const fn #ident() -> #ident {
            #ident { _pipeline: () }
        }

        #(#cfgs)*
        #(#allowed)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            non_upper_case_globals,
            dead_code,
            deprecated,
            unreachable_pub,
            unused_qualifications,
            missing_copy_implementations,
            missing_debug_implementations
        )]
        const _: () = {
            #krate
            // Named once, and outside everything generic: a misspelt type is then one error.
            type __Input = #input;
            type __Output = #output;
            #body
        };
    }
}
