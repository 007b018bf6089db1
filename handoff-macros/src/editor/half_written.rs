//! A contract whose fields are being written.

use super::checks::without_checks;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// Whether an item that is expanded has its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    Read,
    LeftOut,
}

/// Expands an item whose fields are being written, with everything that it would have if they could be read: `expand` says
/// what becomes of an item, if it is one. Only editors expand what does not parse: the compiler has refused it before.
///
/// The item that is expanded is the whole one but for the types of fields, or else one without fields, which no derive may
/// see: they get those that cannot be read.
pub fn half_written(
    item: &TokenStream,
    expand: &mut dyn FnMut(TokenStream, Fields) -> Option<TokenStream>,
) -> Option<TokenStream> {
    if let Some(expanded) = expand(with_types(item.clone()), Fields::Read) {
        return Some(expanded);
    }
    let mut reduced: Vec<TokenTree> = item.clone().into_iter().collect();
    let is = |tree: &TokenTree, name: &str| matches!(tree, TokenTree::Ident(ident) if ident == name);
    let is_enum = reduced.iter().any(|tree| is(tree, "enum"));
    let body = braces(reduced.iter_mut().rev())?;
    let written = without_checks(body.stream());
    // An enum needs a variant.
    let placeholder = if is_enum { quote!(__HalfWritten) } else { TokenStream::new() };
    *body = Group::new(Delimiter::Brace, placeholder);
    let mut expanded: Vec<TokenTree> =
        expand(reduced.into_iter().collect(), Fields::LeftOut)?.into_iter().collect();
    let begins = expanded.iter().position(|tree| is(tree, "struct") || is(tree, "enum"))?;
    *braces(expanded[begins..].iter_mut())? = Group::new(Delimiter::Brace, written);
    Some(expanded.into_iter().collect())
}

/// Finds the first braces.
fn braces<'t>(mut trees: impl Iterator<Item = &'t mut TokenTree>) -> Option<&'t mut Group> {
    trees.find_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    })
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
