//! What is refused of a function's head. The function stays, and rustc would judge its body by types that are wrong: of
//! each mistake that would be a second error, which advises something else.

use super::syntax::function;
use crate::contract::crossing;
use crate::editor;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::{FnArg, ReturnType, Signature, Type};

/// The errors about the types of a head, by their places.
#[derive(Default)]
pub struct Refused {
    inputs: Vec<(usize, TokenStream)>,
    output: Option<TokenStream>,
    not_async: bool,
}

impl Refused {
    pub fn input(&mut self, index: usize, error: &syn::Error) {
        self.inputs.push((index, error.to_compile_error()));
    }

    pub fn output(&mut self, error: &TokenStream) {
        self.output = Some(error.clone());
    }

    pub fn is_not_async(&mut self) {
        self.not_async = true;
    }

    /// The function with the error in the place of each type that is refused: rustc says nothing of what has such a type.
    /// `None` where there is nothing to change, and where an editor may complete by what is written.
    pub fn taken_from(self, item: &TokenStream) -> Option<TokenStream> {
        let Self { inputs, mut output, not_async } = self;
        if inputs.is_empty() && output.is_none() && !not_async || editor::watches() {
            return None;
        }
        let (attributes, visibility, mut signature, body) = function.parse2(item.clone()).ok()?;
        if not_async && awaits(body.clone()) {
            signature.asyncness.get_or_insert_default();
        }
        // What is returned may live as long as what is taken.
        if elides(signature.output.to_token_stream()) {
            output = output.or_else(|| inputs.first().map(|(_, error)| error.clone()));
        }
        for (index, error) in inputs {
            if let Some(FnArg::Typed(input)) = signature.inputs.get_mut(index) {
                *input.ty = unknown(&error);
            }
        }
        if let (Some(error), ReturnType::Type(_, returned)) = (output, &mut signature.output) {
            **returned = unknown(&error);
        }
        Some(quote!(#(#attributes)* #visibility #signature #body))
    }
}

/// A type that is as unknown to rustc as it is to us. In a type's place the error alone would leave a `()`.
pub fn unknown(error: &TokenStream) -> Type {
    Type::Verbatim(quote!([(); {#error}]))
}

/// Whether something is awaited in a body.
pub fn awaits(body: TokenStream) -> bool {
    body.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => awaits(group.stream()),
        TokenTree::Ident(word) => word == "await",
        _ => false,
    })
}

/// Whether what is returned has a reference whose lifetime nothing says.
pub fn is_lent(signature: &Signature) -> bool {
    let refers = |input: &FnArg| crossing::refers(input.to_token_stream());
    elides(signature.output.to_token_stream()) && !signature.inputs.iter().any(refers)
}

/// Whether a reference says nothing of its lifetime.
pub fn elides(ty: TokenStream) -> bool {
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
