//! What types are in JSON, as far as their syntax shows, and what can never work because of it: a tag beside what is no
//! object, and keys that are no texts. What a name stands for, only the compiler knows: `expand::json_types` has it asked.

use proc_macro2::Ident;
use syn::Type;

use crate::contract::types::{Container, Std, bare, held, is_unsized, plain};
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
        _ if is_unsized(ty) => JsonType::String,
        _ => match (plain(ty), held(ty).map(|held| (held.container, held.item))) {
            (Some(Std::Integer), _) => JsonType::Integer,
            (Some(Std::Float), _) => JsonType::Number,
            (Some(Std::Bool), _) => JsonType::Boolean,
            (Some(Std::Char | Std::String), _) => JsonType::String,
            (_, Some((Container::Box, item))) => return seen(item),
            (_, Some((Container::Option, _))) => JsonType::Several,
            (_, Some((Container::Map, _))) => JsonType::Object,
            (_, Some((Container::List | Container::Set, _))) => JsonType::Array,
            (_, None) => return Seen::Named(ty),
        },
    })
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
        ty => {
            let Some(held) = held(ty) else { return };
            // What is in a key is no better than the key.
            if let Some(key) = held.key {
                found.push(Entry { key, value: held.item });
            }
            entries(held.item, found);
        }
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
