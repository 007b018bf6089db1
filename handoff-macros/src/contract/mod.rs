//! `#[contract]`: syntax (tokens to a raw model) → check (a model that is valid by construction) → expand.

mod check;
mod checks;
mod expand;
mod fields;
mod held;
mod model;
mod names;
mod range;
mod rules;
mod serde_attributes;
mod stand_in;
mod syntax;
mod tables;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// Expands `#[contract(args)] item`.
pub(crate) fn contract(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let raw = match syntax::parse(args, item.clone(), &mut errors) {
        Ok(raw) => raw,
        Err(error) => {
            // Not even an item that could carry a contract: it stays as it is.
            let error = error.into_compile_error();
            return quote!(#item #error);
        }
    };
    let checked = check::check(raw, &mut errors);
    let expanded = match &checked {
        check::Checked::Valid(contract) => expand::contract(contract),
        check::Checked::Fallback(fallback) => expand::fallback(fallback),
    };
    match errors.into_error() {
        None => expanded,
        Some(error) => {
            let error = error.into_compile_error();
            quote!(#expanded #error)
        }
    }
}
