//! The attributes of a contract's fields, as calls of functions that document them.

use super::tokens::{Trees, commas, group, ident, is_punct, trees};
use super::{arguments, handoff, probe};
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
    take(item, &mut found);
    probe(&quote! {
        #arguments
        use #handoff::__private::editor::{attributes::*, checks::*};
        #found
    })
}

/// The item without the attributes that are `#[contract]`'s own.
pub fn without_checks(item: TokenStream) -> TokenStream {
    take(item, &mut TokenStream::new())
}

/// The same, token by token; the attributes become statements.
fn take(item: TokenStream, found: &mut TokenStream) -> TokenStream {
    let item = trees(item);
    let mut kept = TokenStream::new();
    let mut index = 0;
    while let Some(tree) = item.get(index) {
        if is_punct(Some(tree), '#')
            && let Some(attribute) = group(item.get(index + 1), Delimiter::Bracket)
            && let Some(statement) = own(&attribute.stream())
        {
            found.extend(statement);
            index += 2;
            continue;
        }
        kept.extend([match tree {
            TokenTree::Group(inner) if inner.delimiter() != Delimiter::Bracket => {
                with_span_of(inner, take(inner.stream(), found)).into()
            }
            tree => tree.clone(),
        }]);
        index += 1;
    }
    kept
}

fn with_span_of(group: &Group, stream: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    new
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
            let inner = if name == "each" { calls_of(arguments) } else { arguments.clone() };
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
