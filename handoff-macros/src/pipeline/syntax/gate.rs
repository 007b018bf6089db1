//! `gate(…)`

use super::chain::inside;
use super::model::Gate;
use crate::errors::{shown, spanned};
use crate::fragments;
use crate::spans::Place;
use crate::suggest::nearest;
use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{BinOp, Token};

pub fn parse(keyword: Ident, parentheses: &Group) -> syn::Result<Gate> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let shape = |at: TokenStream| {
        let at = if at.is_empty() { parentheses.to_token_stream() } else { at };
        spanned(&at, "a gate tests the confidence\nhelp: write `gate(confidence >= 0.6)`")
    };
    let threshold = inside(parentheses, |input| {
        if !input.peek(Ident::peek_any) {
            return Err(shape(input.parse()?));
        }
        let what = input.call(Ident::parse_any)?;
        if what != "confidence" {
            let help = match nearest(&what.to_string(), &["confidence"]) {
                Some(_) => "did you mean `confidence`?",
                None => "write `gate(confidence >= 0.6)`",
            };
            let message = format!("a gate tests the confidence, not `{what}`\nhelp: {help}");
            return Err(spanned(&what, message));
        }
        if let Some(comparison) = other_comparison(input) {
            let message = format!(
                "a gate is passed from a confidence on: expected `>=`, found `{}`\nhelp: write `gate(confidence >= 0.6)`",
                shown(&comparison)
            );
            return Err(spanned(&comparison, message));
        }
        if !input.peek(Token![>=]) {
            return Err(shape(input.parse()?));
        }
        input.parse::<Token![>=]>()?;
        let begins = input.fork();
        let written: TokenStream = begins.parse()?;
        if written.is_empty() {
            return Err(shape(TokenStream::new()));
        }
        if written.clone().into_iter().last().is_some_and(|last| last.to_string() == "%") {
            let message =
                "a threshold is in 0..=1, not in per cent\nhelp: write `gate(confidence >= 0.6)` for 60 %";
            return Err(spanned(&written, message));
        }
        let threshold = fragments::expression(input)?;
        if input.is_empty() { Ok(threshold) } else { Err(shape(input.parse()?)) }
    })?;
    Ok(Gate { keyword, place, threshold })
}

/// A comparison that is another than `>=`.
fn other_comparison(input: ParseStream<'_>) -> Option<BinOp> {
    let comparison = input.fork().parse::<BinOp>().ok()?;
    matches!(comparison, BinOp::Gt(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Eq(_) | BinOp::Ne(_))
        .then_some(comparison)
}
