//! Collecting errors, so that one compilation shows all of them.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    /// Adds an error that underlines all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.found.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error with a second line that says what to write.
    pub(crate) fn at_with_help(&mut self, tokens: impl ToTokens, message: impl Display, help: impl Display) {
        self.at(tokens, format_args!("{message}\nhelp: {help}"));
    }

    /// Adds an error that somebody else made.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The errors as calls of `compile_error!`, in the order in which they were found.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }
}
