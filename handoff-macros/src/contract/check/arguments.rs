//! The arguments of `#[contract]`.

use proc_macro2::Ident;
use syn::{Expr, Path};

use crate::contract::syntax::RawArg;
use crate::errors::Errors;
use crate::{agent, krate, suggest};

/// The names of the arguments of `#[contract]`.
const ARGUMENTS: [&str; 3] = ["open", "max_tokens", "crate"];

/// What `#[contract(…)]` says.
pub struct Arguments {
    pub open: Option<Ident>,
    pub max_tokens: Option<Expr>,
    pub krate: Path,
}

const OPEN: &str = "`open` takes no value\nhelp: write `#[contract(open)]`";

/// Checks the arguments. What is wrong with one is reported, and it is left out.
pub fn arguments(raw: Vec<RawArg>, errors: &mut Errors) -> Arguments {
    let mut result = Arguments { open: None, max_tokens: None, krate: krate::default_path() };
    let mut seen: Vec<Ident> = Vec::new();
    for RawArg { name, equals, value } in raw {
        if seen.contains(&name) {
            errors.twice(&name);
            continue;
        }
        seen.push(name.clone());
        match (name.to_string().as_str(), value) {
            ("open", value) => match (&equals, &value) {
                (None, _) => result.open = Some(name),
                (_, Some(value)) => errors.at(value, OPEN),
                (Some(equals), None) => errors.at(equals, OPEN),
            },
            ("max_tokens", Some(Expr::Lit(literal))) if is_zero(&literal) => {
                errors.at(&literal, "no value has 0 tokens\nhelp: leave `max_tokens` out for no bound");
            }
            ("max_tokens", Some(value)) => result.max_tokens = Some(value),
            ("max_tokens", None) => {
                errors.at(&name, "`max_tokens` needs a number\nhelp: write `max_tokens = 2_000`");
            }
            ("crate", Some(value)) => {
                if let Some(path) = errors.take(krate::path_of(&value)) {
                    result.krate = path;
                }
            }
            ("crate", None) => {
                errors.at(&name, "`crate` takes the path to `handoff`\nhelp: write `crate = my_handoff` for a dependency of that name");
            }
            (other, _) => {
                let meant = suggest::did_you_mean(other, &ARGUMENTS);
                let help = if meant.is_empty() && agent::ARGUMENTS.contains(&other) {
                    format!("`{other}` goes on an agent: `#[agent({other} = …)]`")
                } else {
                    "the arguments are `open`, `max_tokens = N` and `crate = path`".to_owned()
                };
                errors.at_with_help(&name, format_args!("unknown argument `{other}`{meant}"), help);
            }
        }
    }
    result
}

fn is_zero(literal: &syn::ExprLit) -> bool {
    matches!(&literal.lit, syn::Lit::Int(integer) if integer.base10_digits() == "0")
}
