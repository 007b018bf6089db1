//! What a pattern binds: the part of the value that an arm goes on with.

use crate::errors::spanned;
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Pat, PatIdent, Path};

/// What an arm goes on with.
pub struct Binding {
    pub name: Ident,
    /// Whether the pattern is a variant of one part, or some of them, and this is the part: nearly the whole value.
    pub is_variant: bool,
}

/// The one name that the pattern binds, if it binds any.
pub fn binding(pattern: &Pat) -> syn::Result<Option<Binding>> {
    let mut found: Vec<&PatIdent> = Vec::new();
    collect(pattern, &mut found);
    let Some(first) = found.first() else { return Ok(None) };
    if let Some(second) = found.iter().find(|other| other.ident != first.ident) {
        let message = format!(
            "an arm goes on with one part of the value, and this pattern binds `{}` and `{}`\nhelp: bind one of them and write `_` for the other, or put both into a contract of their own",
            first.ident, second.ident
        );
        return Err(spanned(pattern, message));
    }
    if let Some(by_ref) = found.iter().find_map(|binding| binding.by_ref.as_ref()) {
        let message = "an arm goes on with a value, not with a reference to one\nhelp: leave `ref` out";
        return Err(spanned(by_ref, message));
    }
    Ok(Some(Binding { name: first.ident.clone(), is_variant: is_variant(pattern) }))
}

fn is_variant(pattern: &Pat) -> bool {
    match pattern {
        Pat::Or(any) => any.cases.iter().all(is_variant),
        Pat::Paren(inner) => is_variant(&inner.pat),
        Pat::TupleStruct(variant) => {
            variant.elems.len() == 1 && variant.elems.iter().all(|part| matches!(part, Pat::Ident(_)))
        }
        // The whole value, by a name.
        Pat::Ident(_) => true,
        _ => false,
    }
}

fn collect<'p>(pattern: &'p Pat, found: &mut Vec<&'p PatIdent>) {
    match pattern {
        Pat::Ident(binding) => {
            // `None`, or a constant, is no binding.
            let is_path = binding.ident.unraw().to_string().starts_with(char::is_uppercase);
            if !is_path || binding.subpat.is_some() {
                found.push(binding);
            }
            if let Some((_, inner)) = &binding.subpat {
                collect(inner, found);
            }
        }
        Pat::Or(any) => collect_all(any.cases.iter(), found),
        Pat::Paren(inner) => collect(&inner.pat, found),
        Pat::Reference(inner) => collect(&inner.pat, found),
        Pat::Slice(slice) => collect_all(slice.elems.iter(), found),
        Pat::Struct(fields) => {
            for field in &fields.fields {
                collect(&field.pat, found);
            }
        }
        Pat::Tuple(tuple) => collect_all(tuple.elems.iter(), found),
        Pat::TupleStruct(tuple) => collect_all(tuple.elems.iter(), found),
        Pat::Type(typed) => collect(&typed.pat, found),
        _ => {}
    }
}

fn collect_all<'p>(patterns: syn::punctuated::Iter<'p, Pat>, found: &mut Vec<&'p PatIdent>) {
    for pattern in patterns {
        collect(pattern, found);
    }
}

/// The path of the enum whose variant a pattern is, if the pattern has it.
pub fn enum_of(pattern: &Pat) -> Option<Path> {
    let path = match pattern {
        Pat::TupleStruct(variant) if variant.qself.is_none() => &variant.path,
        Pat::Struct(variant) if variant.qself.is_none() => &variant.path,
        Pat::Path(variant) if variant.qself.is_none() => &variant.path,
        Pat::Ident(binding) => return binding.subpat.as_ref().and_then(|(_, inner)| enum_of(inner)),
        Pat::Paren(inner) => return enum_of(&inner.pat),
        Pat::Or(any) => return any.cases.iter().find_map(enum_of),
        _ => return None,
    };
    let mut of = path.clone();
    of.segments.pop();
    of.segments.pop_punct();
    (!of.segments.is_empty()).then_some(of)
}
