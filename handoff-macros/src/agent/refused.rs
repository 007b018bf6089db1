//! What is refused of a function's head. The function stays, and rustc would judge its body by types that are wrong: of
//! each mistake that would be a second error, which advises something else.

use super::check::Output;
use super::syntax::function;
use crate::contract::crossing;
use crate::editor;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::{FnArg, ReturnType, Signature, Type, parse_quote};

/// The types of a head that are refused, by their places.
#[derive(Default)]
pub struct Refused {
    inputs: Vec<usize>,
    output: Option<TokenStream>,
    not_async: bool,
}

impl Refused {
    /// An input, whose error is told beside the function.
    pub fn input(&mut self, index: usize) {
        self.inputs.push(index);
    }

    /// The output, whose error it has itself.
    pub fn output(&mut self, output: &Output) {
        if let Output::Unknown(error) = output {
            self.output = Some(error.clone());
        }
    }

    pub fn is_not_async(&mut self) {
        self.not_async = true;
    }

    /// The function with a type that nobody knows in the place of each that is refused: rustc says nothing of what has such
    /// a type. `None` where there is nothing to change, and where an editor may complete by what is written.
    ///
    /// The error of an output is told of the agent whose output has this type, or else here.
    pub fn taken_from(self, item: &TokenStream, output: Option<TokenStream>) -> Option<TokenStream> {
        let Self { inputs, output: refused, not_async } = self;
        if inputs.is_empty() && refused.is_none() && !not_async || editor::watches() {
            return None;
        }
        let (attributes, visibility, mut signature, body) = function.parse2(item.clone()).ok()?;
        if not_async && awaits(body.clone()) {
            signature.asyncness.get_or_insert_default();
        }
        let output = match refused {
            Some(error) => Some(output.map_or_else(|| unknown(&error), Type::Verbatim)),
            // What is returned may live as long as what is taken.
            None if !inputs.is_empty() && elides(signature.output.to_token_stream()) => Some(unnamed()),
            None => None,
        };
        for index in inputs {
            if let Some(FnArg::Typed(input)) = signature.inputs.get_mut(index) {
                *input.ty = unnamed();
            }
        }
        if let (Some(output), ReturnType::Type(_, returned)) = (output, &mut signature.output) {
            **returned = output;
        }
        Some(quote!(#(#attributes)* #visibility #signature #body))
    }
}

/// A type that there is not. Where an item is an error, rustc does not say of a name that it cannot be found: the item
/// might have had it.
fn unnamed() -> Type {
    parse_quote!(__Refused)
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

#[cfg(test)]
mod tests {
    use crate::agent::agent;
    use crate::editor;
    use proc_macro2::TokenStream;
    use quote::quote;

    fn told(item: &TokenStream) -> usize {
        let expanded = editor::compiled(|| agent(&TokenStream::new(), item)).to_string();
        expanded.split("compile_error").count() - 1
    }

    /// rustc shows one where there are two of the same, and counts both.
    #[test]
    fn each_error_is_told_once() {
        for (item, errors) in [
            (
                quote!(
                    async fn work(task: &Task) -> Finding {
                        task.find()
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: Task) -> &Finding {
                        task.find()
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: Task) -> Result<&str, Error> {
                        Ok(task.find())
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: Task) -> Result<Reply, Error> {
                        Ok(task.ask())
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: Task, times: u32) -> Finding {
                        task.find(times)
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: Task, State(model): State<&Model>) -> Finding {
                        model.find(task)
                    }
                ),
                1,
            ),
            (
                quote!(
                    async fn work(task: &Task) -> &Finding {
                        task.find()
                    }
                ),
                2,
            ),
            (
                quote!(
                    async fn work(task: &Task, times: u32, again: bool) -> Finding {
                        task.find()
                    }
                ),
                3,
            ),
        ] {
            assert_eq!(told(&item), errors, "{item}");
        }
    }
}
