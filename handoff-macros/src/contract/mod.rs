//! `#[contract]`: syntax (tokens to a raw model) → check (a model that is valid by construction) → expand.

mod above;
mod attributes;
mod check;
mod crossing;
mod expand;
mod model;
mod syntax;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::editor;
use crate::errors::Errors;

/// Expands `#[contract(args)] item`.
pub fn contract(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let probe = editor::contract(args.clone(), item.clone());
    let raw = match syntax::parse(args.clone(), item.clone(), &mut errors) {
        Ok(raw) => raw,
        Err(error) => {
            // Not even an item that could carry a contract: it stays as it is.
            let error = error.into_compile_error();
            let item = half_written(args.clone(), item, &probe).unwrap_or_else(|| {
                let probe = editor::alone(&editor::krate(args), &probe);
                quote!(#probe #item)
            });
            return quote!(#item #error);
        }
    };
    let checked = check::check(raw, &mut errors);
    expanded(&checked, &errors, &probe)
}

/// What an editor is shown of the attributes comes first: the derives of the item depend on them.
fn expanded(checked: &check::Checked, errors: &Errors, probe: &TokenStream) -> TokenStream {
    match checked {
        check::Checked::Valid(contract) => expand::contract(contract, &editor::alone(&contract.krate, probe)),
        check::Checked::Fallback(fallback) => {
            expand::fallback::fallback(fallback, errors, &editor::alone(&fallback.krate, probe))
        }
    }
}

/// An item whose fields are being written, with everything that it would have if they could be read. Only editors
/// expand what does not parse: the compiler has refused it before.
fn half_written(args: TokenStream, item: &TokenStream, probe: &TokenStream) -> Option<TokenStream> {
    let mut ignored = Errors::default();
    if let Ok(raw) = syntax::parse(args.clone(), with_types(item.clone()), &mut ignored) {
        let checked = check::check(raw, &mut ignored);
        return Some(expanded(&checked, &Errors::default(), probe));
    }
    let mut reduced: Vec<TokenTree> = item.clone().into_iter().collect();
    let is = |tree: &TokenTree, name: &str| matches!(tree, TokenTree::Ident(ident) if ident == name);
    let is_enum = reduced.iter().any(|tree| is(tree, "enum"));
    let body = reduced.iter_mut().rev().find_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    })?;
    let written = editor::without_checks(body.stream());
    // An enum needs a variant.
    let placeholder = if is_enum { quote!(__HalfWritten) } else { TokenStream::new() };
    *body = Group::new(Delimiter::Brace, placeholder);
    let raw = syntax::parse(args, reduced.into_iter().collect(), &mut ignored).ok()?;
    let checked = check::check(raw, &mut ignored);
    let mut expanded: Vec<TokenTree> = expanded(&checked, &Errors::default(), probe).into_iter().collect();
    let begins = expanded.iter().position(|tree| is(tree, "struct") || is(tree, "enum"))?;
    let body = expanded[begins..].iter_mut().find_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    })?;
    *body = Group::new(Delimiter::Brace, written);
    Some(expanded.into_iter().collect())
}

/// Gives a type to each field that has none yet.
fn with_types(tokens: TokenStream) -> TokenStream {
    let is = |tree: Option<&TokenTree>, character| matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == character);
    let mut filled = TokenStream::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let colon = is(Some(&tree), ':');
        filled.extend([match tree {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), with_types(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            tree => tree,
        }]);
        if colon && (trees.peek().is_none() || is(trees.peek(), ',')) {
            filled.extend(quote!(__HalfWritten));
        }
    }
    filled
}
