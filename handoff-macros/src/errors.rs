//! Errors are collected, so that all of them are reported at once.

use std::fmt::Display;

use crate::{editor, fragments};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;

/// The errors of one macro call.
#[derive(Default)]
pub struct Errors {
    combined: Option<syn::Error>,
}

impl Errors {
    pub fn push(&mut self, error: syn::Error) {
        match &mut self.combined {
            Some(combined) => combined.combine(error),
            None => self.combined = Some(error),
        }
    }

    /// Keeps an error that is made by [`spanned`].
    pub fn at(&mut self, tokens: &dyn ToTokens, message: impl Display) {
        self.push(spanned(tokens, message));
    }

    /// The same, with the second line.
    pub fn at_with_help(&mut self, tokens: &dyn ToTokens, message: impl Display, help: impl Display) {
        self.at(tokens, format_args!("{message}\nhelp: {help}"));
    }

    /// A name is given a second time.
    pub fn twice(&mut self, name: &Ident) {
        self.at_with_help(name, format_args!("`{name}` is given twice"), "leave one of them out");
    }

    /// The value of a result; an error is kept.
    pub fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.combined.is_none()
    }

    /// The same, where they are to be told twice.
    pub fn shown(&self) -> TokenStream {
        let Some(combined) = &self.combined else { return TokenStream::new() };
        if !editor::shows() {
            return combined.to_compile_error();
        }
        // While it is being typed, the first says what is missing, and the rest what comes of it.
        combined.clone().into_iter().next().map(syn::Error::into_compile_error).unwrap_or_default()
    }

    /// The errors as calls of `compile_error!`, in the order in which they were found.
    pub fn into_tokens(self) -> TokenStream {
        self.shown()
    }
}

/// Says `said` of the tokens where the error is that they end too early, which has no place of its own.
pub fn at_end(error: syn::Error, tokens: &dyn ToTokens, said: &str) -> syn::Error {
    if is_at_end(&error) { spanned(tokens, said) } else { error }
}

/// Whether the error is that the tokens end too early.
pub fn is_at_end(error: &syn::Error) -> bool {
    error.to_string().starts_with("unexpected end of input")
}

/// An error that underlines `tokens`. A second line of the message that starts with `help: ` says what to write.
pub fn spanned(tokens: &dyn ToTokens, message: impl Display) -> syn::Error {
    // One instance of syn's for all kinds of tokens and messages.
    let message: &dyn Display = &message;
    syn::Error::new_spanned(fragments::open(tokens.to_token_stream()), message)
}

/// Tokens as the user would write them, for a message.
pub fn shown(tokens: &dyn ToTokens) -> String {
    const SPACES: [(&str, &str); 9] = [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" : ", ": "),
    ];
    let mut text = tokens.to_token_stream().to_string();
    for (printed, written) in &SPACES {
        text = text.replace(printed, written);
    }
    text
}
