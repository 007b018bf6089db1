//! The attributes of a contract's fields, as calls of functions that document them.

use super::arguments::finished;
use super::tokens::{Trees, commas, group, ident, is_punct, trees, with_span_of};
use super::{MARKER, arguments, handoff, probe};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// The arguments of `#[contract]`, and what stands in the attributes of the fields, in an item of its own.
pub fn contract(arguments: TokenStream, item: TokenStream) -> TokenStream {
    if !super::watches() {
        return TokenStream::new();
    }
    let handoff = handoff();
    let arguments = arguments::contract(arguments);
    let mut found = TokenStream::new();
    take(item, false, &mut found);
    probe(&quote! {
        #arguments
        {
            use #handoff::__private::editor::{attributes::*, checks::*};
            #found
        }
    })
}

/// The item without the attributes that are `#[contract]`'s own.
pub fn without_checks(item: TokenStream) -> TokenStream {
    take(item, true, &mut TokenStream::new())
}

/// The same, token by token; the attributes become statements.
fn take(item: TokenStream, is_inside: bool, found: &mut TokenStream) -> TokenStream {
    let item = trees(item);
    let mut kept = TokenStream::new();
    let mut index = 0;
    while let Some(tree) = item.get(index) {
        if is_punct(Some(tree), '#')
            && let Some(attribute) = group(item.get(index + 1), Delimiter::Bracket)
        {
            if let Some(statement) = own(&attribute.stream()) {
                found.extend(statement);
                index += 2;
                continue;
            }
            found.extend(begun(&attribute.stream()).filter(|_| is_inside));
        }
        kept.extend([match tree {
            TokenTree::Group(inner) if inner.delimiter() != Delimiter::Bracket => {
                with_span_of(inner, take(inner.stream(), true, found)).into()
            }
            tree => tree.clone(),
        }]);
        index += 1;
    }
    kept
}

/// The beginning of `check` or `confidence`, of which an editor offers the rest. It is no attribute yet, and not compiled.
fn begun(attribute: &TokenStream) -> Option<TokenStream> {
    let name = attribute.to_string();
    let name = name.strip_suffix(MARKER).unwrap_or(&name);
    let is_begun = ["check", "confidence"].iter().any(|own| own.starts_with(name));
    let value = finished(attribute);
    is_begun.then(|| quote!(#[cfg(any())] let _ = #value;))
}

/// `check(…)` or `confidence`, as a statement.
fn own(attribute: &TokenStream) -> Option<TokenStream> {
    let attribute = trees(attribute.clone());
    let name = ident(attribute.first())?;
    if name == "confidence" {
        return Some(quote!(let _ = #name;));
    }
    if name != "check" {
        return None;
    }
    let checks = group(attribute.get(1), Delimiter::Parenthesis).map_or_else(|| quote!(()), calls);
    Some(quote!(let _ = #name(#checks);))
}

/// Each check is a call with one argument, however many are written: a tuple of them.
fn calls(checks: &Group) -> TokenStream {
    let inside = trees(checks.stream());
    let mut calls = Trees::new();
    for check in commas(&inside, false) {
        let mut check = check.to_vec();
        if let (Some(name), Some(arguments)) =
            (ident(check.first()).cloned(), group(check.get(1), Delimiter::Parenthesis))
        {
            let inner = if name == "each" {
                calls_of(arguments)
            } else {
                with_span_of(arguments, finished(&arguments.stream()))
            };
            check[1] = with_span_of(arguments, TokenTree::from(inner).into()).into();
        }
        calls.extend(check);
        calls.extend(quote!(,));
    }
    TokenTree::from(with_span_of(checks, calls.into_iter().collect())).into()
}

fn calls_of(checks: &Group) -> Group {
    match calls(checks).into_iter().next() {
        Some(TokenTree::Group(group)) => group,
        _ => checks.clone(),
    }
}
