//! Functions that return what they borrow from nobody.

use super::check::{Agent, Output};
use super::syntax::function;
use crate::contract::crossing;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::{FnArg, ReturnType, Signature, Type};

/// The function with the agent's error in the place of its return type, where rustc would add one of its own, which
/// advises a lifetime.
pub fn unlent(item: &TokenStream, agent: &Agent) -> Option<TokenStream> {
    let Output::Unknown(error) = &agent.output else { return None };
    let (attributes, visibility, mut signature, body) = function.parse2(item.clone()).ok()?;
    if !is_lent(&signature) {
        return None;
    }
    let ReturnType::Type(_, returned) = &mut signature.output else { return None };
    **returned = Type::Verbatim(quote!([(); {#error}]));
    Some(quote!(#(#attributes)* #visibility #signature #body))
}

/// Whether what is returned has a reference whose lifetime nothing says.
pub fn is_lent(signature: &Signature) -> bool {
    let refers = |input: &FnArg| crossing::refers(input.to_token_stream());
    elides(signature.output.to_token_stream()) && !signature.inputs.iter().any(refers)
}

/// Whether a reference says nothing of its lifetime.
fn elides(ty: TokenStream) -> bool {
    let mut tokens = ty.into_iter().peekable();
    while let Some(tree) = tokens.next() {
        let elided = match tree {
            TokenTree::Group(group) => elides(group.stream()),
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'')
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "_")
            }
            _ => false,
        };
        if elided {
            return true;
        }
    }
    false
}
