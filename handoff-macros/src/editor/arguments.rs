//! Arguments, as fields of a struct that documents them.

use super::tokens::{Trees, commas, group, ident, is_ident, is_punct, stream, trees};
use super::{handoff, probe, stages};
use crate::krate;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
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

/// An argument: its name, and what stands after `=` or in parentheses.
struct Entry {
    key: Ident,
    given: Given,
}

enum Given {
    Nothing,
    Value(Trees),
    List(Trees),
}

/// What stands between commas.
pub struct Entries {
    given: Vec<Entry>,
    /// The places where nothing stands yet.
    empty: usize,
}

impl Entries {
    pub fn has(&self, key: &str) -> bool {
        self.given.iter().any(|entry| entry.key == key)
    }
}

/// The arguments that can be told from each other. `types` are those whose value is a type.
pub fn entries(arguments: &[TokenTree], types: &[&str]) -> Entries {
    let mut entries = Entries { given: Vec::new(), empty: 0 };
    let mut rest = arguments;
    loop {
        let is_type = types.iter().any(|key| is_ident(rest.first(), key));
        let argument = *commas(rest, is_type).first().unwrap_or(&rest);
        // Where a keyword stands no field can.
        if let Some(key) = ident(argument.first())
            && *key != "crate"
            && *key != "else"
        {
            let given = if is_punct(argument.get(1), '=') {
                Given::Value(argument[2..].to_vec())
            } else if let Some(list) = group(argument.get(1), Delimiter::Parenthesis) {
                Given::List(trees(list.stream()))
            } else {
                Given::Nothing
            };
            entries.given.push(Entry { key: key.clone(), given });
        } else if argument.is_empty() {
            entries.empty += 1;
        }
        // After a comma there is a place in any case.
        let Some(after) = rest.get(argument.len() + 1..) else { return entries };
        rest = after;
    }
}

/// The arguments as a literal of the struct that documents them.
///
/// rust-analyzer looks for the literal with the identifier at the cursor where it is without: the one must not be longer
/// than the other by more than the identifier. So what an identifier makes a field is as long before.
pub fn literal(
    of: &str,
    entries: &Entries,
    value: &dyn Fn(&Ident, TokenStream) -> TokenStream,
) -> TokenStream {
    let (handoff, name) = (handoff(), Ident::new(of, Span::call_site()));
    let fields = entries.given.iter().map(|Entry { key, given }| {
        let value = match given {
            Given::Value(given) => value(key, stream(given)),
            Given::List(list) if key == "tools" => stages::list(list),
            Given::Nothing | Given::List(_) => quote!(loop {}),
        };
        quote!(#key: #value,)
    });
    let mut rest = quote!(loop {});
    for _ in 0..entries.empty {
        rest = quote!(loop { loop { #rest } });
    }
    quote! {
        let _ = #handoff::__private::editor::#name { #(#fields)* ..#rest };
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
