//! What types are in JSON, as far as their syntax shows, and what can never work because of it: a tag beside what is no
//! object, and keys that are no texts. What a name stands for, only the compiler knows: `expand::json_types` has it asked.

use proc_macro2::Ident;
use syn::{GenericArgument, Path, PathArguments, Type};

use crate::contract::expand::field::bare;
use crate::errors::{Errors, shown};

/// As in `handoff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Null,
    Several,
    Unknown,
}

/// What is seen of a type.
pub enum Seen<'t> {
    Is(JsonType),
    /// It is what a type of this name is.
    Named(&'t Type),
}

/// What a type is in JSON.
pub fn seen(ty: &Type) -> Seen<'_> {
    let ty = bare(ty);
    Seen::Is(match ty {
        Type::Tuple(tuple) if tuple.elems.is_empty() => JsonType::Null,
        Type::Tuple(_) | Type::Array(_) | Type::Slice(_) => JsonType::Array,
        Type::Path(path) if path.qself.is_none() => match (path.path.get_ident(), of_std(&path.path)) {
            (Some(name), _) => match name.to_string().as_str() {
                "String" | "str" | "char" => JsonType::String,
                "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
                    JsonType::Integer
                }
                "f32" | "f64" => JsonType::Number,
                "bool" => JsonType::Boolean,
                _ => return Seen::Named(ty),
            },
            (None, Some(("Box", inner))) => return seen(inner[0]),
            (None, Some(("Option", _))) => JsonType::Several,
            (None, Some(("BTreeMap" | "HashMap", _))) => JsonType::Object,
            (None, Some(_)) => JsonType::Array,
            (None, None) => return Seen::Named(ty),
        },
        _ => return Seen::Named(ty),
    })
}

/// A generic type of std's by its name, and what is in it.
fn of_std(path: &Path) -> Option<(&'static str, Vec<&Type>)> {
    const GENERIC: [(&str, usize); 8] = [
        ("Vec", 1),
        ("VecDeque", 1),
        ("Option", 1),
        ("Box", 1),
        ("BTreeSet", 1),
        ("HashSet", 1),
        ("BTreeMap", 2),
        ("HashMap", 2),
    ];
    let last = path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = Vec::new();
    for argument in &arguments.args {
        if let GenericArgument::Type(ty) = argument {
            types.push(ty);
        }
    }
    let (name, parts) = GENERIC.into_iter().find(|(name, _)| last.ident == name)?;
    // What follows is how a map or a set is hashed.
    (types.len() >= parts).then(|| types.truncate(parts))?;
    Some((name, types))
}

/// An entry of a map.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    pub key: &'t Type,
    value: &'t Type,
}

/// The entries of the maps in a type, at any depth.
pub fn entries<'t>(ty: &'t Type, found: &mut Vec<Entry<'t>>) {
    match bare(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| entries(ty, found)),
        Type::Array(array) => entries(&array.elem, found),
        Type::Slice(slice) => entries(&slice.elem, found),
        Type::Path(path) if path.qself.is_none() => match of_std(&path.path) {
            // What is in a key is no better than the key.
            Some((_, parts)) if let [key, value] = parts[..] => {
                found.push(Entry { key, value });
                entries(value, found);
            }
            Some((_, parts)) => parts.into_iter().for_each(|ty| entries(ty, found)),
            None => {}
        },
        _ => {}
    }
}

/// Reports the keys of maps that are seen to be no texts. A contract that holds a map by itself is one: what is written
/// as a text holds none.
pub fn refuse_keys(ty: &Type, contract: Option<&Ident>, errors: &mut Errors) {
    let mut found = Vec::new();
    entries(ty, &mut found);
    for Entry { key, value } in found {
        let refused = match seen(key) {
            Seen::Is(ty) => {
                matches!(ty, JsonType::Object | JsonType::Array | JsonType::Null | JsonType::Several)
            }
            Seen::Named(key) => contract.is_some_and(|contract| is_named(key, contract)),
        };
        if refused {
            let (shown_key, value) = (shown(key), shown(value));
            errors.at_with_help(
                key,
                format_args!(
                    "`{shown_key}` cannot be the key of a map: the keys of an object in JSON are texts"
                ),
                format_args!(
                    "hold the entries as a list of pairs, `Vec<({shown_key}, {value})>`, or key by a text, a number, or an enum without data"
                ),
            );
        }
    }
}

fn is_named(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// Reports that a variant of an internally tagged enum is seen to hold what has no room for the tag.
pub fn refuse_tagged(contract: &Ident, variant: &Ident, ty: &Type, errors: &mut Errors) {
    let refused = match seen(ty) {
        Seen::Is(ty) => !matches!(ty, JsonType::Object | JsonType::Null),
        // It has that tag already.
        Seen::Named(ty) => is_named(ty, contract),
    };
    if refused {
        let shown = shown(ty);
        errors.at_with_help(
            ty,
            format_args!(
                "variant `{variant}` of contract `{contract}` holds `{shown}`, which has no room for the tag"
            ),
            format_args!(
                "name the field, as in `{variant} {{ value: {shown} }}`, or add `content = \"…\"` beside `tag`"
            ),
        );
    }
}
