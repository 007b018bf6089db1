//! Where the expansion finds `handoff`.

use crate::errors::spanned;
use crate::spans::Place;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, Path, Token};

/// `::handoff`, unless `crate = path` says otherwise. Made without the parser: each macro call needs it.
pub fn default_path() -> Path {
    let mut path = Path::from(Ident::new("handoff", Span::call_site()));
    path.leading_colon = Some(Token![::](Span::call_site()));
    path
}

/// The path of `crate = path`.
pub fn path_of(value: &Expr) -> syn::Result<Path> {
    match value {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        other => Err(spanned(
            other,
            "`crate` takes the path to `handoff`\nhelp: write `crate = my_handoff` for a dependency of that name",
        )),
    }
}

/// Makes `handoff` known in a block of generated items: by [`whole`], and what they refer to under [`name`]. Mentioned
/// once, a wrong path is one error, at the path.
pub fn import(path: &Path) -> TokenStream {
    let Place { first, last } = Place::of(path);
    let (whole, name) = (whole(last), name(last));
    let end = quote_spanned!(last=> ;);
    quote_spanned!(first=> use #path as #whole #end use #whole::#name #end)
}

/// What generated items call `handoff`.
pub fn whole(span: Span) -> Ident {
    Ident::new("__handoff", span)
}

/// Where generated items find what they refer to: a short path is fewer tokens, of which there are many.
pub fn name(span: Span) -> Ident {
    Ident::new("__private", span)
}
