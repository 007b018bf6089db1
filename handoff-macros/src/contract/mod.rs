//! `#[contract]`: syntax (tokens to a raw model) → check (a model that is valid by construction) → expand.

mod above;
mod attributes;
mod attrs;
mod check;
pub mod crossing;
pub mod expand;
pub mod json_types;
mod model;
mod syntax;
mod types;

pub use check::error_of_two_nothings;

use proc_macro2::TokenStream;
use quote::quote;

use crate::editor::{self, Fields};
use crate::errors::Errors;

/// Expands `#[contract(args)] item`.
pub fn contract(args: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let probe = editor::contract(args.clone(), item.clone());
    let raw = match syntax::parse(args.clone(), item.clone(), &mut errors) {
        Ok(raw) => raw,
        Err(error) => {
            // Not even an item that could carry a contract: it stays as it is. Of a struct or an enum rustc has said what is
            // wrong, which has parsed it before, and an editor does.
            let is_told = syntax::is_type(item);
            let error = (!is_told).then(|| error.into_compile_error());
            let mut expand = |item, fields| {
                let mut ignored = Errors::default();
                let raw = syntax::parse(args.clone(), item, &mut ignored).ok()?;
                let mut checked = check::check(raw, &mut ignored);
                if !editor::watches() || fields == Fields::LeftOut {
                    checked = checked.into_fallback();
                }
                Some(expanded(&checked, &Errors::default(), &probe))
            };
            let item = editor::half_written(item, &mut expand).unwrap_or_else(|| {
                let probe = editor::alone(&editor::krate(args), &probe);
                quote!(#probe #item)
            });
            return quote!(#item #error);
        }
    };
    let checked = check::check(raw, &mut errors);
    expanded(&checked, &errors, &probe)
}

/// What an editor is shown of the attributes comes first: the derives of the item depend on them.
fn expanded(checked: &check::Checked, errors: &Errors, probe: &TokenStream) -> TokenStream {
    match checked {
        check::Checked::Valid(contract) => expand::contract(contract, &editor::alone(&contract.krate, probe)),
        check::Checked::Fallback(fallback) => {
            expand::fallback(fallback, errors, &editor::alone(&fallback.krate, probe))
        }
    }
}
