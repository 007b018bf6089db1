//! `pipeline!`: tokens to a raw model ([`syntax`]), to a valid one ([`check`]), to one whose handoffs are known
//! ([`wire`]), to code ([`expand`]).

mod check;
mod expand;
mod policy;
mod syntax;
mod wire;

use crate::editor::{self, Outline};
use crate::errors::Errors;
use crate::spans::Place;
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
    if !errors.is_empty() {
        return expand::refused(&header, &probe, errors);
    }
    expand::expand(&header, &wire::wire(&chain, Place::of(&header.input)), &probe)
}
