//! `pipeline!`: tokens to a raw model ([`syntax`]), to a valid one ([`check`]), to code
//! ([`expand`]).

mod check;
mod expand;
mod syntax;

use crate::editor::{self, Outline};
use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The pipeline, as a type and as a function of its name.
pub fn pipeline(tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let outline = Outline::of(tokens.clone());
    let probe = editor::pipeline(&outline);
    let Some(raw) = syntax::parse(tokens, &mut errors) else {
        return expand::unreadable(outline, &probe, errors);
    };
    let (header, chain) = check::check(raw, &mut errors);
    expand::expand(&header, &chain, &probe, errors)
}
