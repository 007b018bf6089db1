//! Types that never cross a handoff, as far as their syntax says it. The compiler would say it of the contract instead:
//! once for each trait that a contract needs, and again wherever the contract is used.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Error, GenericArgument, Path, PathArguments, Type};

use crate::contract::types::bare;
use crate::errors::{shown, spanned};

/// What is wrong with the type of a field that has no reference in it.
pub fn errors(ty: &Type) -> Vec<Error> {
    let mut found = Vec::new();
    look(ty, Held::ByValue, &mut found);
    found
}

/// What is wrong with one that has.
pub fn reference(ty: &Type) -> Error {
    spanned(
        ty,
        "a reference cannot cross a handoff: what crosses it outlives who made it\nhelp: own it, as in `String` for `&str` and `Vec<T>` for `&[T]`",
    )
}

/// Whether a type has a reference in it, or a lifetime that is left out.
pub fn refers(ty: TokenStream) -> bool {
    let mut quoted = false;
    ty.into_iter().any(|tree| {
        let was_quoted = std::mem::take(&mut quoted);
        match tree {
            TokenTree::Group(group) => refers(group.stream()),
            TokenTree::Punct(punct) => {
                quoted = punct.as_char() == '\'';
                punct.as_char() == '&'
            }
            TokenTree::Ident(ident) => was_quoted && ident == "_",
            TokenTree::Literal(_) => false,
        }
    })
}

/// How a type is held: without a size of its own only behind a pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    ByValue,
    ByPointer,
}

fn look(ty: &Type, held: Held, found: &mut Vec<Error>) {
    let ty = bare(ty);
    let mut error = |message: String| found.push(spanned(ty, message));
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| look(ty, Held::ByValue, found)),
        Type::Array(array) => look(&array.elem, Held::ByValue, found),
        Type::Slice(slice) => {
            if held == Held::ByValue {
                let item = shown(&slice.elem);
                error(format!("`[{item}]` has no size of its own\nhelp: write `Vec<{item}>`"));
            }
            look(&slice.elem, Held::ByValue, found);
        }
        Type::TraitObject(_) => error(format!(
            "`{}` cannot cross a handoff: JSON does not say which type it was\nhelp: write an enum of the types that it may be",
            shown(ty)
        )),
        Type::ImplTrait(_) => error(format!(
            "`{}` names no type that could be read\nhelp: name the type, or write an enum of those that it may be",
            shown(ty)
        )),
        Type::FnPtr(_) => error(
            "a function cannot cross a handoff\nhelp: hold what says which function is meant, and call it in an agent"
                .to_owned(),
        ),
        Type::Ptr(pointer) => error(format!(
            "a pointer cannot cross a handoff\nhelp: hold what it points to, a `{}`",
            shown(&pointer.elem)
        )),
        Type::Infer(_) => error("a field needs a type\nhelp: write it out in place of `_`".to_owned()),
        Type::Path(path) if path.qself.is_none() => look_at_path(ty, &path.path, held, found),
        _ => {}
    }
}

fn look_at_path(ty: &Type, path: &Path, held: Held, found: &mut Vec<Error>) {
    let Some(last) = path.segments.last() else { return };
    let name = last.ident.to_string();
    let types = arguments(&last.arguments);
    let message = match name.as_str() {
        "u128" | "i128" => {
            let half = if name == "u128" { "u64" } else { "i64" };
            format!(
                "`{name}` is wider than the numbers of JSON\nhelp: use `{half}`, or a `String` of digits"
            )
        }
        "str" if held == Held::ByValue && path.get_ident().is_some() => {
            "`str` has no size of its own\nhelp: write `String`".to_owned()
        }
        "Rc" | "Cell" | "RefCell" if !types.is_empty() => format!(
            "`{name}` cannot cross a handoff: agents run on many threads, and it stays on one\nhelp: hold what is in the `{name}`, or a `Box` of it"
        ),
        "Weak" if !types.is_empty() => {
            "`Weak` cannot cross a handoff: what it points to stays where it is\nhelp: hold the value, or what it can be found by"
                .to_owned()
        }
        "Mutex" | "RwLock" if !types.is_empty() => format!(
            "`{name}` cannot cross a handoff: whoever receives it has a copy of its own, and nobody to lock out\nhelp: hold what is in the `{name}`, and keep what agents share in their state"
        ),
        "Vec" | "VecDeque" | "Option" | "Shared" => return each(&types, Held::ByValue, found),
        "Box" | "Arc" => return each(&types, Held::ByPointer, found),
        "HashSet" | "BTreeSet" | "HashMap" | "BTreeMap" => {
            let Some(compared) = types.first() else { return };
            match float(compared) {
                Some(float) => {
                    found.push(spanned(*compared, uncompared(&name, &float, compared)));
                    return each(&types[1..], Held::ByValue, found);
                }
                None => return each(&types, Held::ByValue, found),
            }
        }
        _ => return,
    };
    found.push(spanned(ty, message));
}

fn each(types: &[&Type], held: Held, found: &mut Vec<Error>) {
    for ty in types {
        look(ty, held, found);
    }
}

/// What is said of floats as the items of a set or the keys of a map.
fn uncompared(collection: &str, float: &str, compared: &Type) -> String {
    let lacks = if collection.starts_with("Hash") { "neither `Eq` nor `Hash`" } else { "no `Ord`" };
    let (what, instead) = if collection.ends_with("Set") {
        ("items", format!("hold a `Vec<{}>`", shown(compared)))
    } else {
        ("keys", "make the key a `String` or an integer, or hold a list of pairs".to_owned())
    };
    format!("the {what} of a `{collection}` are compared, and `{float}` has {lacks}\nhelp: {instead}")
}

/// A float that a type is, or that is compared wherever the type is.
fn float(ty: &Type) -> Option<String> {
    match bare(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().find_map(float),
        Type::Array(array) => float(&array.elem),
        Type::Slice(slice) => float(&slice.elem),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            match last.ident.to_string().as_str() {
                name @ ("f32" | "f64") => Some(name.to_owned()),
                "Vec" | "VecDeque" | "LinkedList" | "Option" | "Box" | "Shared" | "BTreeMap" => {
                    arguments(&last.arguments).into_iter().find_map(float)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn arguments(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let mut types = Vec::new();
    for argument in &arguments.args {
        if let GenericArgument::Type(ty) = argument {
            types.push(ty);
        }
    }
    types
}

#[cfg(test)]
mod tests {
    use quote::ToTokens as _;

    use super::*;

    fn ty(text: &str) -> Type {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn references_are_seen_wherever_they_are() {
        for text in ["&str", "Vec<(u8, &'static str)>", "Cow<'_, str>"] {
            assert!(refers(ty(text).to_token_stream()), "{text}");
        }
        for text in ["String", "Cow<'static, str>", "Box<dyn Send>"] {
            assert!(!refers(ty(text).to_token_stream()), "{text}");
        }
    }

    #[test]
    fn what_never_crosses_is_said_once_each() {
        for text in
            ["std::rc::Rc<u8>", "Shared<str>", "[u8]", "Vec<(u128)>", "BTreeSet<Shared<f64>>", "Option<_>"]
        {
            assert_eq!(errors(&ty(text)).len(), 1, "{text}");
        }
        for text in ["Rc", "Box<str>", "Arc<[u8]>", "Shared<Vec<f64>>", "BTreeMap<String, f64>"] {
            assert!(errors(&ty(text)).is_empty(), "{text}");
        }
    }
}
