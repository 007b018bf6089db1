//! What crosses a handoff outlives who made it, and so owns what it holds.

use crate::contract::crossing;
use crate::errors::{shown, spanned};
use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, Type, TypePath, parse_quote};

/// Refuses a payload of which it can be seen that it cannot cross a handoff. `does` says whose it is: "agent `plan`
/// takes".
pub fn check(ty: &Type, does: &str) -> syn::Result<()> {
    let refused = |help: &str| {
        let message = format!("{does} `{}`, which cannot cross a handoff\nhelp: write {help}", shown(ty));
        Err(spanned(ty, message))
    };
    let named = "a type with a name";
    match ty {
        Type::ImplTrait(_) | Type::TraitObject(_) => return refused(named),
        Type::Reference(reference) if matches!(*reference.elem, Type::TraitObject(_)) => {
            return refused(named);
        }
        Type::Slice(_) => return refused(&format!("`{}`", shown(&owned(ty)))),
        ty if is_str(ty) => return refused("`String`"),
        _ => {}
    }
    if let Some(error) = crossing::errors(ty).into_iter().reduce(combined) {
        return Err(error);
    }
    if crossing::refers(ty.to_token_stream()) {
        return refused(&format!("`{}`", shown(&owned(ty))));
    }
    Ok(())
}

fn combined(mut error: syn::Error, other: syn::Error) -> syn::Error {
    error.combine(other);
    error
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}

/// The type that owns what this one borrows.
pub fn owned(ty: &Type) -> Type {
    match ty {
        Type::Reference(reference) => owned(&reference.elem),
        Type::Slice(slice) => {
            let item = owned(&slice.elem);
            parse_quote!(Vec<#item>)
        }
        Type::Tuple(tuple) => {
            let mut tuple = tuple.clone();
            tuple.elems.iter_mut().for_each(own);
            Type::Tuple(tuple)
        }
        Type::Array(array) => {
            let mut array = array.clone();
            own(&mut array.elem);
            Type::Array(array)
        }
        Type::Path(_) if is_str(ty) => parse_quote!(String),
        Type::Path(path) => owned_path(path.clone()),
        ty => ty.clone(),
    }
}

fn own(ty: &mut Type) {
    *ty = owned(ty);
}

fn owned_path(mut path: TypePath) -> Type {
    let Some(last) = path.path.segments.last_mut() else { return Type::Path(path) };
    let is_cow = last.ident == "Cow";
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return Type::Path(path) };
    for argument in &mut arguments.args {
        match argument {
            GenericArgument::Type(ty) if is_cow => return owned(ty),
            GenericArgument::Type(ty) => own(ty),
            _ => {}
        }
    }
    Type::Path(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_borrowed_is_owned_wherever_it_is() {
        for (borrowed, owned) in [
            ("&str", "String"),
            ("&[u8]", "Vec<u8>"),
            ("&'a Question", "Question"),
            ("Vec<&'static str>", "Vec<String>"),
            ("HashMap<&str, (u8, &[&str])>", "HashMap<String, (u8, Vec<String>)>"),
            ("Option<std::borrow::Cow<'_, str>>", "Option<String>"),
        ] {
            let error = check(&syn::parse_str(borrowed).unwrap(), "agent `plan` takes").unwrap_err();
            assert!(error.to_string().ends_with(&format!("help: write `{owned}`")), "{error}");
        }
    }

    #[test]
    fn what_owns_itself_may_cross() {
        for text in ["Question", "Vec<String>", "(u8, Option<Plan>)", "Cow<'static, str>", "Box<str>"] {
            assert!(check(&syn::parse_str(text).unwrap(), "").is_ok(), "{text}");
        }
    }
}
