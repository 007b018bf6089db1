//! `barrier(…)`

use super::chain::inside;
use super::model::{Barrier, Stage};
use super::next_token;
use super::options::comma;
use crate::errors::{Errors, spanned};
use crate::pipeline::policy::{self, BARRIERS, Policy};
use crate::spans::Place;
use crate::suggest;
use proc_macro2::{Group, Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{LitStr, Token};

pub fn parse(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Stage> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let (policy, deadline) = inside(parentheses, |input| {
        let (mut policy, mut deadline) = (None, None);
        if input.is_empty() {
            return Err(no_policy(parentheses));
        }
        while !input.is_empty() {
            if !input.peek(Ident::peek_any) {
                return Err(no_policy(&input.parse::<TokenStream>()?));
            }
            let rest: TokenStream = input.fork().parse()?;
            let name = input.call(Ident::parse_any)?;
            if name == "deadline" {
                let text = self::deadline(&name, input)?;
                if deadline.is_some() {
                    errors.twice(&name);
                }
                deadline = Some(text);
            } else if policy.is_some() && !policy::NAMES.contains(&name.to_string().as_str()) {
                return Err(unknown(&name, "option"));
            } else if policy.is_some() {
                input.parse::<TokenStream>()?;
                errors.at_with_help(&rest, "a barrier has one rule", BARRIERS);
            } else {
                policy = Some(self::policy(&name, input)?);
            }
            comma(input, "write `barrier(all, deadline = \"30s\")`")?;
        }
        Ok((policy.ok_or_else(|| no_policy(parentheses))?, deadline))
    })?;
    Ok(Stage::Barrier(Barrier { keyword, place, policy, deadline }))
}

fn no_policy(at: &dyn ToTokens) -> syn::Error {
    spanned(at, format_args!("a barrier says when it is passed\nhelp: {BARRIERS}"))
}

fn unknown(name: &Ident, what: &str) -> syn::Error {
    let written = name.to_string();
    let (of, otherwise) = match what {
        "option" => (" of `barrier`", "behind its rule a barrier may have a deadline: `deadline = \"30s\"`"),
        _ => ("", BARRIERS),
    };
    let help = suggest::help(&written, &[&policy::NAMES[..], &["deadline"]].concat(), otherwise);
    spanned(name, format_args!("unknown {what} `{written}`{of}\nhelp: {help}"))
}

fn policy(name: &Ident, input: ParseStream<'_>) -> syn::Result<Policy> {
    Policy::parse(name, input)?.ok_or_else(|| unknown(name, "barrier"))
}

/// `= "30s"`
fn deadline(name: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let help = "write `deadline = \"30s\"`";
    if input.parse::<Option<Token![=]>>()?.is_none() || input.is_empty() || input.peek(Token![,]) {
        return Err(spanned(name, format_args!("`deadline` needs a value\nhelp: {help}")));
    }
    if input.peek(LitStr) {
        return input.parse();
    }
    let found = next_token(input);
    Err(spanned(&found, format_args!("`{found}` is no duration in quotes\nhelp: {help}")))
}
