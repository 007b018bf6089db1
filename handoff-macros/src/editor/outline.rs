//! What can be told of a pipeline by its tokens.

use super::tokens::{Trees, group, ident, is_ident, is_pair, is_punct, stream, trees};
use crate::fragments;
use proc_macro2::{Delimiter, Ident, TokenStream};

/// What can be told of a pipeline by its tokens: `crate = path; #[attributes] pub name(Input) -> Output { stages }`,
/// as far as it goes.
#[derive(Default)]
pub struct Outline {
    pub krate: Option<TokenStream>,
    pub attributes: TokenStream,
    pub visibility: TokenStream,
    pub name: Option<Ident>,
    pub argument: Option<Ident>,
    pub input: TokenStream,
    pub output: TokenStream,
    pub stages: Trees,
}

impl Outline {
    pub fn of(tokens: TokenStream) -> Self {
        let all = trees(fragments::open(tokens));
        let mut rest = all.as_slice();
        let mut outline = Self::default();
        if is_ident(rest.first(), "crate") && is_punct(rest.get(1), '=') {
            let end = rest.iter().position(|tree| is_punct(Some(tree), ';')).unwrap_or(rest.len());
            outline.krate = Some(stream(&rest[2..end]));
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        while is_punct(rest.first(), '#') && group(rest.get(1), Delimiter::Bracket).is_some() {
            outline.attributes.extend(stream(&rest[..2]));
            rest = &rest[2..];
        }
        if is_ident(rest.first(), "pub") {
            let scoped = group(rest.get(1), Delimiter::Parenthesis).is_some();
            let (visibility, after) = rest.split_at(if scoped { 2 } else { 1 });
            outline.visibility = stream(visibility);
            rest = after;
        }
        if let Some(name) = ident(rest.first())
            && syn::parse2::<Ident>(stream(&rest[..1])).is_ok()
        {
            outline.name = Some(name.clone());
            rest = &rest[1..];
        }
        if let Some(input) = group(rest.first(), Delimiter::Parenthesis) {
            outline.input = input.stream();
            rest = &rest[1..];
        }
        if is_pair(rest, '-', '>') {
            rest = &rest[2..];
        }
        let braces = rest.iter().position(|tree| group(Some(tree), Delimiter::Brace).is_some());
        outline.output = stream(&rest[..braces.unwrap_or(rest.len())]);
        if let Some(braces) = braces.and_then(|at| group(rest.get(at), Delimiter::Brace)) {
            outline.stages = trees(fragments::open(braces.stream()));
        }
        outline
    }
}
