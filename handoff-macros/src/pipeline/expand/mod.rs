//! The code of a pipeline: a type and a function of its name, and how it is driven.

mod branch;
mod chain;
mod declaration;
mod describe;
mod edge;
mod gather;
mod join;
mod page;
mod repeat;
mod whole;
mod writer;

use super::syntax::Header;
use super::wire;
use crate::editor::{self, Outline};
use crate::errors::Errors;
use crate::krate;
use crate::spans::{aside, declaration};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use writer::Writer;

pub fn expand(header: &Header, chain: &wire::Chain<'_>, probe: &TokenStream) -> TokenStream {
    let body = Writer::new(header).pipeline(chain);
    items(header, &body, Some(page::text(header, chain.checked)), probe, &TokenStream::new())
}

/// What is left of a pipeline that is wrong: its type and its name, so that whatever uses it stays quiet.
pub fn refused(header: &Header, probe: &TokenStream, errors: Errors) -> TokenStream {
    let shown = errors.shown();
    if !header.hides_the_crate() {
        return items(header, &declaration::fallback(header, errors), None, probe, &shown);
    }
    // What is called like the crate is a function alone: as a type it would be an error wherever the crate is named.
    let hidden = Header {
        ident: format_ident!("__pipeline_{}", header.ident.unraw(), span = header.ident.span()),
        ..header.clone()
    };
    let items = items(&hidden, &declaration::fallback(&hidden, errors), None, probe, &shown);
    let Header { visibility, ident, .. } = header;
    let ty = &hidden.ident;
    let function = declaration(visibility, &quote!(const fn), ident, &quote!(() -> #ty { #ty() }));
    quote!(#items #[allow(dead_code, deprecated, unreachable_pub)] #function)
}

/// The same of one whose header cannot be read, as far as it has a name.
pub fn unreadable(outline: Outline, probe: &TokenStream, errors: Errors) -> TokenStream {
    let Some(header) = Header::of(outline) else { return errors.into_tokens() };
    refused(&header, probe, errors)
}

fn items(
    header: &Header,
    body: &TokenStream,
    page: Option<String>,
    probe: &TokenStream,
    errors: &TokenStream,
) -> TokenStream {
    let page = page.map(|page| quote!(#[doc = #page]));
    let Header { krate, attributes, visibility, ident, argument: _, input, output } = header;
    let span = ident.span();
    let name = ident.unraw().to_string();
    let import = krate::import(krate);
    let named = |name: &str| {
        let mut named = Vec::new();
        for attribute in attributes {
            if attribute.path().is_ident(name) {
                named.push(attribute);
            }
        }
        named
    };
    let (docs, cfgs, allowed, deprecated) = (named("doc"), named("cfg"), named("allow"), named("deprecated"));
    let summary = format!("The pipeline `{name}`.");
    let docs = if docs.is_empty() { quote!(#[doc = #summary]) } else { quote!(#(#docs)*) };
    let constructor = format!(
        "The pipeline [`{name}`](struct@{name}), for `runtime.run({name}, input)` and `{name}.describe()`."
    );
    let declared = editor::declared(ident, &quote!(#input), &quote!(#output));
    let compiler = quote_spanned! {span=>
        #import
        // Named once, and outside everything generic: a misspelt type is then one error.
        type __Input = #input;
        type __Output = #output;
        #body
    };
    let expansion = editor::choose(krate, &quote!(#probe #declared #errors), &compiler);
    let marker = declaration(visibility, &quote!(struct), ident, &quote!({ _private: () }));
    // An editor says of each mention at the name what it is.
    let itself = if editor::watches() { aside(quote!(#ident)) } else { quote!(#ident) };
    let function = declaration(
        visibility,
        &quote!(const fn),
        ident,
        &quote!(() -> #itself { #itself { _private: () } }),
    );
    quote! {
        #(#cfgs)*
        #(#allowed)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            non_upper_case_globals,
            dead_code,
            deprecated,
            unexpected_cfgs,
            unreachable_pub,
            unused_qualifications,
            missing_copy_implementations,
            missing_debug_implementations
        )]
        const _: () = #expansion;

        #docs
        #page
        #(#cfgs)*
        #(#allowed)*
        #(#deprecated)*
        #[allow(
            non_camel_case_types,
            dead_code,
            unreachable_pub,
            missing_copy_implementations,
            missing_debug_implementations,
            // An agent that has no page has no link to it either.
            rustdoc::private_intra_doc_links
        )]
        #marker

        #[doc = #constructor]
        #(#cfgs)*
        #(#allowed)*
        #(#deprecated)*
        #[allow(dead_code, deprecated, unreachable_pub)]
        #[must_use]
        #function
    }
}
