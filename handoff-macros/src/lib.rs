//! The procedural macros of `handoff`. They are documented where they are re-exported, in that
//! crate.

mod agent;
mod errors;
mod from_ref;
mod pipeline;
mod spans;
mod suggest;

use proc_macro::TokenStream;

/// See `handoff::agent`.
#[proc_macro_attribute]
pub fn agent(arguments: TokenStream, item: TokenStream) -> TokenStream {
    agent::agent(arguments.into(), item.into()).into()
}

/// See `handoff::pipeline`.
#[proc_macro]
pub fn pipeline(tokens: TokenStream) -> TokenStream {
    pipeline::pipeline(tokens.into()).into()
}

/// See `handoff::FromRef`.
#[proc_macro_derive(FromRef, attributes(from_ref))]
pub fn from_ref(item: TokenStream) -> TokenStream {
    from_ref::from_ref(item.into()).into()
}
