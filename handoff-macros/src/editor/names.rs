//! The names of stages, as those of functions: whoever completes one writes no parentheses.

use super::handoff;
use super::tokens::{commas, ident, is_ident, is_pair, is_path, is_punct, stream};
use crate::spans::aside;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

/// Agents that are named, with `or` between them.
#[derive(Default)]
pub struct Agents {
    pub statements: TokenStream,
    /// A copy of the first one's path, if it is one.
    pub first: Option<TokenStream>,
}

/// The agents of `plan or plan_simple`, which need not be agents.
pub fn agents(tokens: &[TokenTree]) -> Agents {
    let mut agents = Agents::default();
    for (index, alternative) in tokens.split(|tree| is_ident(Some(tree), "or")).enumerate() {
        for path in paths(alternative) {
            agents.statements.extend(head(path));
            agents.statements.extend(itself(path));
            if index == 0 {
                agents.first = is_path(path).then(|| aside(stream(path)));
            }
        }
    }
    agents
}

/// The names of agents, with commas between them.
pub fn list(agents: &[TokenTree]) -> TokenStream {
    let names = places(agents).into_iter().flat_map(|agent| paths(agent)).map(|path| {
        let (called, itself) = (called(path), itself(path));
        quote!(#called #itself)
    });
    quote!({ #(#names)* })
}

/// What stands between commas, and the place where the next one would be.
pub fn places(list: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut places = commas(list, false);
    if list.is_empty() || is_punct(list.last(), ',') {
        places.push(&[]);
    }
    places
}

/// A stage's name, and those of the stages that are no agents.
pub fn head(name: &[TokenTree]) -> TokenStream {
    let (handoff, called) = (handoff(), called(name));
    quote!({ use #handoff::__private::editor::stages::*; #called })
}

/// A name as that of a function which is called. It is not compiled, because an agent may take more than its input, and a
/// pipeline takes nothing.
fn called(name: &[TokenTree]) -> TokenStream {
    let name = stream(name);
    quote!(#[cfg(any())] let _ = #name(loop {});)
}

fn itself(path: &[TokenTree]) -> Option<TokenStream> {
    is_path(path).then(|| {
        let path = stream(path);
        quote!(let _ = #path;)
    })
}

/// The paths among some tokens, and an empty one if there are none: what else there is would end the statement early.
fn paths(mut tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut paths = Vec::new();
    while let Some(first) = tokens.first() {
        let length = match ident(Some(first)) {
            Some(name) if !is_name(name) => 0,
            _ => path_length(tokens),
        };
        if length > 0 {
            paths.push(&tokens[..length]);
        }
        tokens = &tokens[length.max(1)..];
    }
    if paths.is_empty() {
        paths.push(&[]);
    }
    paths
}

/// How many tokens a path has that begins here; it may end in `::`.
fn path_length(tokens: &[TokenTree]) -> usize {
    let mut length = 0;
    if is_pair(tokens, ':', ':') {
        length = 2;
    }
    while ident(tokens.get(length)).is_some() {
        length += 1;
        if !is_pair(&tokens[length..], ':', ':') {
            break;
        }
        length += 2;
    }
    length
}

/// Whether a path can begin with it.
fn is_name(ident: &Ident) -> bool {
    ["crate", "self", "super"].iter().any(|keyword| ident == keyword)
        || syn::parse2::<Ident>(ident.to_token_stream()).is_ok()
}
