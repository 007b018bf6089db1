//! The procedural macros of `handoff`. They are documented where they are re-exported: use them through that crate.

mod contract;
mod errors;
mod krate;
mod suggest;

use proc_macro::TokenStream;

/// See `handoff::contract`.
#[proc_macro_attribute]
pub fn contract(args: TokenStream, item: TokenStream) -> TokenStream {
    contract::contract(args.into(), &item.into()).into()
}
