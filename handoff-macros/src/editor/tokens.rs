//! Cutting up tokens that need not mean anything yet.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

pub type Trees = Vec<TokenTree>;

pub fn trees(tokens: TokenStream) -> Trees {
    tokens.into_iter().collect()
}

pub fn is_punct(tree: Option<&TokenTree>, character: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

pub fn ident(tree: Option<&TokenTree>) -> Option<&Ident> {
    match tree {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

pub fn is_ident(tree: Option<&TokenTree>, name: &str) -> bool {
    ident(tree).is_some_and(|ident| ident == name)
}

pub fn group(tree: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match tree {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// Whether `=>` begins here.
fn is_arrow(trees: &[TokenTree]) -> bool {
    is_pair(trees, '=', '>')
}

pub fn is_pair(trees: &[TokenTree], first: char, second: char) -> bool {
    let joint = matches!(
        trees.first(),
        Some(TokenTree::Punct(punct)) if punct.as_char() == first && punct.spacing() == Spacing::Joint
    );
    joint && is_punct(trees.get(1), second)
}

/// What stands before the first arrow, and what stands after it, if there is one.
pub fn at_arrow(trees: &[TokenTree]) -> (&[TokenTree], Option<&[TokenTree]>) {
    match (0..trees.len()).find(|index| is_arrow(&trees[*index..])) {
        Some(index) => (&trees[..index], Some(&trees[index + 2..])),
        None => (trees, None),
    }
}

/// What stands between arrows: at least one part, which may be empty.
pub fn arrows(mut trees: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    loop {
        let (part, rest) = at_arrow(trees);
        parts.push(part);
        let Some(rest) = rest else { return parts };
        trees = rest;
    }
}

/// What stands between commas, those between the parameters of a closure not counted, nor those inside of `<…>` if it is
/// `types`; nothing after the last comma is no part.
pub fn commas(trees: &[TokenTree], types: bool) -> Vec<&[TokenTree]> {
    let mut parts = Vec::new();
    let (mut begin, mut depth, mut parameters) = (0, 0_usize, 0);
    for (index, tree) in trees.iter().enumerate() {
        let TokenTree::Punct(punct) = tree else { continue };
        match punct.as_char() {
            _ if index < parameters => {}
            '|' if begins_closure(&trees[begin..index]) => {
                let end = trees[index + 1..].iter().position(|tree| is_punct(Some(tree), '|'));
                parameters = end.map_or(index, |end| index + end + 2);
            }
            '<' if types => depth += 1,
            '>' if types && !(index > 0 && is_pair(&trees[index - 1..], '-', '>')) => {
                depth = depth.saturating_sub(1);
            }
            ',' if depth == 0 => {
                parts.push(&trees[begin..index]);
                begin = index + 1;
            }
            _ => {}
        }
    }
    if begin < trees.len() {
        parts.push(&trees[begin..]);
    }
    parts
}

/// Whether a `|` after these tokens begins the parameters of a closure.
fn begins_closure(before: &[TokenTree]) -> bool {
    before.last().is_none_or(|last| is_punct(Some(last), '=') || is_ident(Some(last), "move"))
}

/// Whether it is a path without type arguments.
pub fn is_path(trees: &[TokenTree]) -> bool {
    let mut rest = trees;
    if is_pair(rest, ':', ':') {
        rest = &rest[2..];
    }
    loop {
        match rest {
            [TokenTree::Ident(_)] => return true,
            [TokenTree::Ident(_), after @ ..] if is_pair(after, ':', ':') => rest = &after[2..],
            _ => return false,
        }
    }
}

/// What stands before the next expression, and the rest: where a comma or a parenthesis is missing, there is nothing between
/// them.
pub fn at_next(trees: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let begins = |index: &usize| match (&trees[index - 1], &trees[*index]) {
        _ if is_arrow(&trees[*index..]) => true,
        (before, TokenTree::Literal(_)) => is_operand(before),
        (before, TokenTree::Ident(word)) => is_operand(before) && word != "as" && word != "else",
        (TokenTree::Literal(_), TokenTree::Group(_)) => true,
        // A call is followed by no block, but in the head of a statement; a literal of a struct has no arrows, as stages do.
        (before @ (TokenTree::Ident(_) | TokenTree::Group(_)), TokenTree::Group(group))
            if group.delimiter() == Delimiter::Brace =>
        {
            let is_head =
                |tree| ["match", "if", "else", "while", "for"].iter().any(|word| is_ident(Some(tree), word));
            let returns = *index > 2 && is_pair(&trees[index - 3..], '-', '>');
            let is_call = matches!(before, TokenTree::Group(_)) && !returns;
            !trees[..*index].iter().any(is_head)
                && (is_call || at_arrow(&self::trees(group.stream())).1.is_some())
        }
        _ => false,
    };
    let end = (1..trees.len()).find(begins).unwrap_or(trees.len());
    if is_arrow(trees) { (&[], trees) } else { trees.split_at(end) }
}

/// Whether an expression can end here.
fn is_operand(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
        TokenTree::Ident(ident) => {
            // No keyword, but for those that are values.
            ["self", "true", "false", "await"].iter().any(|value| ident == value)
                || syn::parse2::<Ident>(TokenTree::from(ident.clone()).into()).is_ok()
        }
        TokenTree::Punct(_) => false,
    }
}

/// A group in the place of another.
pub fn with_span_of(group: &Group, stream: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    new
}

pub fn stream(trees: &[TokenTree]) -> TokenStream {
    trees.iter().cloned().collect()
}
