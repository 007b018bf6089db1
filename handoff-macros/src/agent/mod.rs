//! `#[agent]`: tokens to a raw model ([`syntax`]), to a valid one ([`check`]), to code
//! ([`expand`]).

mod check;
mod expand;
mod page;
mod syntax;

pub(crate) use check::{CALLER, RESERVED};

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The function as it was written, and the agent beside it.
///
/// Whatever is wrong with the attribute, the function stays, so that nothing else that uses it
/// breaks.
pub(crate) fn agent(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(raw) = syntax::parse(arguments, item.clone(), &mut errors) else {
        let errors = errors.into_tokens();
        return quote::quote!(#item #errors);
    };
    let checked = check::check(raw, &mut errors);
    expand::expand(item, checked, errors)
}
