//! Reading what stands between commas.

use proc_macro2::TokenStream;
use syn::parse::{Parse, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Token};

/// Reads a list; there may be a comma after the last item.
pub fn list<T: Parse>(tokens: TokenStream) -> syn::Result<Vec<T>> {
    Punctuated::<T, Token![,]>::parse_terminated.parse2(tokens).map(Vec::from_iter)
}

/// Reads the list in the parentheses of an attribute.
pub fn arguments<T: Parse>(attribute: &Attribute) -> syn::Result<Vec<T>> {
    attribute.parse_args_with(Punctuated::<T, Token![,]>::parse_terminated).map(Vec::from_iter)
}
