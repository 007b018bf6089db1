//! Options between commas: `max = 8`.

use super::next_token;
use crate::errors::{Errors, spanned};
use crate::{fragments, suggest};
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, Token};

/// The name of an option, and its value, if it has one. `help` says what to write.
pub fn option(input: ParseStream<'_>, help: &str) -> syn::Result<(Ident, Option<Expr>)> {
    if !input.peek(Ident::peek_any) {
        let found = next_token(input);
        return Err(spanned(&found, format_args!("expected an option, found `{found}`\nhelp: {help}")));
    }
    let name = input.call(Ident::parse_any)?;
    let has_value =
        input.parse::<Option<Token![=]>>()?.is_some() && !input.is_empty() && !input.peek(Token![,]);
    let value = if has_value { Some(fragments::expression(input)?) } else { None };
    Ok((name, value))
}

/// The comma that follows, unless this is the end. `help` says what to write.
pub fn comma(input: ParseStream<'_>, help: &str) -> syn::Result<()> {
    if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
        return Ok(());
    }
    let found = next_token(input);
    Err(spanned(&found, format_args!("expected `,` before `{found}`\nhelp: {help}")))
}

pub fn unknown(name: &Ident, of: &str, known: &[&str], otherwise: &str, errors: &mut Errors) {
    let help = suggest::help(&name.to_string(), known, otherwise);
    errors.at_with_help(name, format_args!("unknown option `{name}` of `{of}`"), help);
}

pub fn without_value(name: &Ident, example: &str, errors: &mut Errors) {
    errors.at_with_help(name, format_args!("`{name}` needs a value"), format_args!("write `{example}`"));
}
