//! The procedural macros of `handoff`. They are documented where they are re-exported: use them through that crate. What
//! stands here in short is what an editor shows of them, and the end of that documentation.

// Nothing leaks from a crate of macros: `pub` is all the visibility that its rooms need.
#![allow(unreachable_pub)]

mod agent;
mod contract;
mod documentation;
mod duration;
mod editor;
mod errors;
mod fragments;
mod from_ref;
mod krate;
mod owned;
mod pipeline;
mod read;
#[cfg(test)]
mod snapshots;
mod source;
mod spans;
mod suggest;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/contract.md")]
#[proc_macro_attribute]
pub fn contract(args: TokenStream, item: TokenStream) -> TokenStream {
    contract::contract(&args.into(), &item.into()).into()
}

#[doc = include_str!("../docs/agent.md")]
#[proc_macro_attribute]
pub fn agent(args: TokenStream, item: TokenStream) -> TokenStream {
    agent::agent(&args.into(), &item.into()).into()
}

#[doc = include_str!("../docs/pipeline.md")]
#[proc_macro]
pub fn pipeline(tokens: TokenStream) -> TokenStream {
    pipeline::pipeline(tokens.into()).into()
}

#[doc = include_str!("../docs/from_ref.md")]
#[proc_macro_derive(FromRef, attributes(from_ref))]
pub fn from_ref(item: TokenStream) -> TokenStream {
    from_ref::from_ref(item.into()).into()
}
