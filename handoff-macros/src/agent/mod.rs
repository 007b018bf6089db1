//! `#[agent]`: tokens to a raw model ([`syntax`]), to a valid one ([`check`]), to code
//! ([`expand`]).

mod asking;
mod check;
mod conditions;
mod expand;
mod page;
mod parameters;
mod refused;
mod signal;
mod syntax;
mod timing;
mod tools;

pub use check::{CALLER, RESERVED};
pub use syntax::KNOWN as ARGUMENTS;

use crate::editor;
use crate::errors::Errors;
use asking::Bodiless;
use proc_macro2::TokenStream;
use quote::quote;
use refused::Refused;
use syntax::Raw;

/// The function as it was written, and the agent beside it.
///
/// Whatever is wrong with the attribute, the function stays, so that nothing else that uses it
/// breaks.
pub fn agent(arguments: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let probe = editor::agent(arguments.clone());
    let raw = syntax::parse(arguments.clone(), item.clone(), &mut errors);
    if let Some(again) = raw.as_ref().and_then(Raw::another) {
        errors.at_with_help(again, "`#[agent]` is given twice", "leave one of them out");
        let errors = errors.into_tokens();
        return quote!(#item #errors);
    }
    if let Some(decided) = raw.as_ref().and_then(|raw| conditions::decided(arguments, raw)) {
        return decided;
    }
    let bodiless = raw.as_ref().and_then(Bodiless::of);
    let mut refused = Refused::default();
    let checked = raw.and_then(|raw| check::check(raw, &mut refused, &mut errors));
    let with_body = bodiless.map(|function| function.with_body(arguments, &mut errors));
    let item = with_body.as_ref().unwrap_or(item);
    let without_refused = refused.taken_from(item, checked.as_ref().map(expand::output));
    expand::expand(
        without_refused.as_ref().unwrap_or(item),
        checked.as_ref().ok_or_else(|| editor::krate(arguments)),
        &probe,
        errors,
    )
}
