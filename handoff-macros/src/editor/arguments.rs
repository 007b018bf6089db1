//! Arguments, as fields of a struct that documents them.

use super::tokens::{Trees, commas, ident, is_ident, is_punct, stream, trees};
use super::{handoff, probe};
use crate::krate;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Path;
use syn::parse::Parser as _;

/// The arguments of `#[agent]`.
pub fn agent(arguments: TokenStream) -> TokenStream {
    if !super::watches() {
        return TokenStream::new();
    }
    let handoff = handoff();
    let arguments = trees(arguments);
    let literal = literal("Agent", &entries(&arguments, &["input", "output"]), &|key, value| {
        if key == "input" || key == "output" {
            return quote!(#handoff::__private::editor::of::<#value>());
        }
        expression(&value)
    });
    probe(&quote! {
        use #handoff::__private::editor::roles::*;
        #literal
    })
}

/// The arguments of `#[contract]`.
pub fn contract(arguments: TokenStream) -> TokenStream {
    literal("Contract", &entries(&trees(arguments), &[]), &|_, value| expression(&value))
}

/// The path of `crate = path`, as far as it can be read.
pub fn krate(arguments: &TokenStream) -> Path {
    let arguments = trees(arguments.clone());
    let path = commas(&arguments, false).into_iter().find_map(|argument| {
        (is_ident(argument.first(), "crate") && is_punct(argument.get(1), '='))
            .then(|| Path::parse_mod_style.parse2(stream(&argument[2..])).ok())?
    });
    path.unwrap_or_else(krate::default_path)
}

/// An argument: its name, and what stands after `=`.
pub struct Entry {
    pub key: Ident,
    pub value: Option<Trees>,
}

/// The arguments that can be told from each other. `types` are those whose value is a type.
pub fn entries(arguments: &[TokenTree], types: &[&str]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = arguments;
    while !rest.is_empty() {
        let is_type = types.iter().any(|key| is_ident(rest.first(), key));
        let argument = *commas(rest, is_type).first().unwrap_or(&rest);
        rest = rest.get(argument.len() + 1..).unwrap_or_default();
        // Where a keyword stands no field can.
        if let Some(key) = ident(argument.first())
            && *key != "crate"
            && *key != "else"
        {
            let value = is_punct(argument.get(1), '=').then(|| argument[2..].to_vec());
            entries.push(Entry { key: key.clone(), value });
        }
    }
    entries
}

/// The arguments as a literal of the struct that documents them.
pub fn literal(
    of: &str,
    entries: &[Entry],
    value: &dyn Fn(&Ident, TokenStream) -> TokenStream,
) -> TokenStream {
    let (handoff, name) = (handoff(), Ident::new(of, Span::call_site()));
    let fields = entries.iter().map(|Entry { key, value: given }| {
        let value = given.as_ref().map_or_else(|| quote!(loop {}), |given| value(key, stream(given)));
        quote!(#key: #value,)
    });
    quote! {
        let _ = #handoff::__private::editor::#name { #(#fields)* ..loop {} };
    }
}

/// A value of whatever type it is wanted as: that it has it is for the compiler to check.
pub fn expression(value: &TokenStream) -> TokenStream {
    let handoff = handoff();
    if value.is_empty() {
        return quote!(#handoff::__private::editor::value(loop {}));
    }
    quote!(#handoff::__private::editor::value(#value))
}
