//! Where the expansion finds `handoff`.

use syn::{Expr, Path};

/// `::handoff`, unless `crate = path` says otherwise.
pub(crate) fn default_path() -> Path {
    syn::parse_quote!(::handoff)
}

/// The path of `crate = path`.
pub(crate) fn path_of(value: &Expr) -> syn::Result<Path> {
    match value {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        other => Err(syn::Error::new_spanned(
            other,
            "`crate` takes the path to `handoff`\nhelp: write `crate = my_handoff` for a dependency of that name",
        )),
    }
}
