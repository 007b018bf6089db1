//! Reading tokens with syn, whose drivers are generic over all that is read with them: each is instantiated here, once.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, LitStr, Token};

/// What reads from a stream of tokens, and keeps what it reads.
pub type Reader<'r> = dyn FnMut(ParseStream<'_>) -> syn::Result<()> + 'r;

/// Reads all of the tokens.
pub fn stream(tokens: TokenStream, reader: &mut Reader<'_>) -> syn::Result<()> {
    reader.parse2(tokens)
}

/// What all of the tokens are, read by `parse`.
pub fn all_by<T>(tokens: TokenStream, parse: fn(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<T> {
    let mut value = None;
    stream(tokens, &mut |input| {
        value = Some(parse(input)?);
        Ok(())
    })?;
    Ok(value.expect("what was read without an error has a value"))
}

/// What all of the tokens are.
pub fn all<T: Parse>(tokens: TokenStream) -> syn::Result<T> {
    all_by(tokens, T::parse)
}

/// What stands between commas in all of the tokens; there may be a comma after the last.
pub fn list<T: Parse>(tokens: TokenStream) -> syn::Result<Vec<T>> {
    let mut list = Vec::new();
    stream(tokens, &mut |input| items(input, &mut list))?;
    Ok(list)
}

/// The same, for the parentheses of an attribute.
pub fn arguments<T: Parse>(attribute: &Attribute) -> syn::Result<Vec<T>> {
    let mut list = Vec::new();
    let reader: &mut Reader<'_> = &mut |input| items(input, &mut list);
    attribute.parse_args_with(reader)?;
    Ok(list)
}

/// What the text of a literal is.
pub fn text<T: Parse>(text: &LitStr) -> syn::Result<T> {
    let mut value = None;
    let reader: &mut Reader<'_> = &mut |input| {
        value = Some(input.parse()?);
        Ok(())
    };
    text.parse_with(reader)?;
    Ok(value.expect("what was read without an error has a value"))
}

fn items<T: Parse>(input: ParseStream<'_>, list: &mut Vec<T>) -> syn::Result<()> {
    while !input.is_empty() {
        list.push(input.parse()?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}
