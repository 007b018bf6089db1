//! Arguments, as fields of a struct that documents them.

use super::tokens::{Trees, at_next, commas, group, ident, is_ident, is_punct, stream, trees};
use super::{handoff, names, probe};
use crate::krate;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser as _;
use syn::{Expr, Path};

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
    /// What stands after the last one, with no comma between.
    beside: Trees,
}

impl Entries {
    pub fn has(&self, key: &str) -> bool {
        self.given.iter().any(|entry| entry.key == key)
    }

    pub fn beside(&self) -> &[TokenTree] {
        &self.beside
    }
}

/// The arguments that can be told from each other. `types` are those whose value is a type.
pub fn entries(arguments: &[TokenTree], types: &[&str]) -> Entries {
    let mut entries = Entries { given: Vec::new(), empty: 0, beside: Trees::new() };
    let mut rest = arguments;
    loop {
        let is_type = types.iter().any(|key| is_ident(rest.first(), key));
        let argument = *commas(rest, is_type).first().unwrap_or(&rest);
        // Where a keyword stands no field can.
        if let Some(key) = ident(argument.first())
            && *key != "crate"
            && *key != "else"
        {
            entries.beside = argument[1..].to_vec();
            let given = if is_punct(argument.get(1), '=') {
                let (value, beside) =
                    if is_type { (&argument[2..], &[][..]) } else { at_next(&argument[2..]) };
                entries.beside = beside.to_vec();
                Given::Value(value.to_vec())
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
            Given::List(list) if key == "tools" => names::list(list),
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
    let (handoff, value) = (handoff(), finished(value));
    quote!(#handoff::__private::editor::value(#value))
}

/// An expression that may not be there yet, or lack its end, with something in the place of what is missing: what is no
/// expression is no argument either, and their number would be wrong.
pub fn finished(expression: &TokenStream) -> TokenStream {
    let missing = quote!(loop {});
    if expression.is_empty() {
        return missing;
    }
    let filled = quote!(#expression #missing);
    let is_whole = |tokens: &TokenStream| syn::parse2::<Expr>(tokens.clone()).is_ok();
    if !is_whole(expression) && is_whole(&filled) { filled } else { expression.clone() }
}
