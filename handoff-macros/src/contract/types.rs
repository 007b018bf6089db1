//! Answers what can be said of a type by its syntax alone. A type may be an alias or the user's own under a name of
//! std's: whatever depends on that, only the compiler can say.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, Path, PathArguments, Type, TypePath};

/// The most fields of a tuple that is a contract.
const MAX_TUPLE: usize = 12;

/// A type of the standard library that contracts know by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Std {
    Integer,
    Float,
    Bool,
    Char,
    String,
    Container(Container),
}

/// A type of the standard library that holds others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Option,
    Box,
    List,
    Set,
    Map,
}

impl Std {
    /// Knows a type by the last segment of its path.
    pub fn of(name: &Ident) -> Option<Self> {
        Some(match name.to_string().as_str() {
            "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => Self::Integer,
            "f32" | "f64" => Self::Float,
            "bool" => Self::Bool,
            "char" => Self::Char,
            "String" => Self::String,
            "Option" => Self::Container(Container::Option),
            // `Shared` is of `handoff`, and looks through as a box does.
            "Box" | "Shared" => Self::Container(Container::Box),
            "Vec" | "VecDeque" => Self::Container(Container::List),
            "BTreeSet" | "HashSet" => Self::Container(Container::Set),
            "BTreeMap" | "HashMap" => Self::Container(Container::Map),
            _ => return None,
        })
    }

    /// Whether it is a number, a text or a boolean.
    pub fn is_plain(self) -> bool {
        !matches!(self, Self::Container(_))
    }
}

/// A container with what it holds.
pub struct Held<'t> {
    pub container: Container,
    pub key: Option<&'t Type>,
    pub item: &'t Type,
    /// Whether a type beside these says how it hashes.
    pub hasher: bool,
}

impl<'t> Held<'t> {
    /// The types that it holds, in the order in which they are written.
    pub fn types(&self) -> impl Iterator<Item = &'t Type> + use<'t> {
        self.key.into_iter().chain([self.item])
    }
}

/// Takes a container of the standard library apart.
pub fn held(ty: &Type) -> Option<Held<'_>> {
    let last = path(ty)?.segments.last()?;
    let (Some(Std::Container(container)), PathArguments::AngleBracketed(arguments)) =
        (Std::of(&last.ident), &last.arguments)
    else {
        return None;
    };
    let mut types = Vec::new();
    for argument in &arguments.args {
        let GenericArgument::Type(ty) = argument else { return None };
        types.push(ty);
    }
    let is_hashed = last.ident == "HashSet" || last.ident == "HashMap";
    let (key, item, hasher) = match (container, types.as_slice()) {
        (Container::Map, [key, item]) => (Some(*key), *item, false),
        (Container::Map, [key, item, _]) if is_hashed => (Some(*key), *item, true),
        (Container::Set, [item, _]) if is_hashed => (None, *item, true),
        (Container::Option | Container::Box | Container::List | Container::Set, [item]) => {
            (None, *item, false)
        }
        _ => return None,
    };
    Some(Held { container, key, item, hasher })
}

/// Takes a container apart whose hasher is std's, so that it holds wherever what is in it does.
fn collection(ty: &Type) -> Option<Held<'_>> {
    held(ty).filter(|held| !held.hasher)
}

/// Takes off the parentheses round a type. The groups of a user's `macro_rules!` went when it was read.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// The path that a type is.
fn path(ty: &Type) -> Option<&Path> {
    match bare(ty) {
        Type::Path(TypePath { qself: None, path, .. }) => Some(path),
        _ => None,
    }
}

/// The name of a type as it is written, without its path.
pub fn name(ty: &Type) -> Option<&Ident> {
    path(ty)?.segments.last().map(|last| &last.ident)
}

/// What a type of the standard library is, whatever path it is written with.
pub fn std(ty: &Type) -> Option<Std> {
    name(ty).and_then(Std::of)
}

/// What a type of the standard library is that is written as in the prelude, without a path.
pub fn plain(ty: &Type) -> Option<Std> {
    path(ty)?.get_ident().and_then(Std::of).filter(|std| std.is_plain())
}

/// Whether a type holds in every contract, as far as its name says.
pub fn is_known(ty: &Type, contract: &Ident) -> bool {
    match bare(ty) {
        Type::Tuple(tuple) => {
            tuple.elems.len() <= MAX_TUPLE && tuple.elems.iter().all(|ty| is_known(ty, contract))
        }
        Type::Slice(slice) => is_known(&slice.elem, contract),
        ty => match (path(ty).and_then(Path::get_ident), collection(ty)) {
            // A contract that holds itself is one.
            (Some(name), _) => name == contract || name == "str" || plain(ty).is_some(),
            (None, Some(held)) => held.types().all(|ty| is_known(ty, contract)),
            (None, None) => false,
        },
    }
}

/// Whether a type is a contract of the standard library's for certain: plain ones, and what may be missing or repeated of
/// them.
pub fn is_standard(ty: &Type) -> bool {
    plain(ty).is_some()
        || held(ty).is_some_and(|held| {
            path(ty).is_some_and(|path| path.segments.len() == 1)
                && name(ty).is_some_and(|name| name == "Option" || name == "Vec")
                && is_standard(held.item)
        })
}

/// Finds the types that a user would look at: what is in collections, at any depth.
pub fn parts<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    match bare(ty) {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| parts(ty, found)),
        Type::Array(array) => parts(&array.elem, found),
        Type::Slice(slice) => parts(&slice.elem, found),
        bare => match collection(bare) {
            Some(held) => held.types().for_each(|ty| parts(ty, found)),
            None => found.push(bare),
        },
    }
}

/// Whether a collection may lack what all its parts have: the keys of a map and the items of a set are compared, and
/// serde knows arrays and tuples up to a length.
pub fn asks_more(ty: &Type) -> bool {
    match bare(ty) {
        Type::Tuple(tuple) => tuple.elems.len() > MAX_TUPLE || tuple.elems.iter().any(asks_more),
        Type::Array(_) => true,
        ty => collection(ty).is_some_and(|held| {
            matches!(held.container, Container::Set | Container::Map) || held.types().any(asks_more)
        }),
    }
}

/// The types of a tuple that is a contract.
pub fn tuple(ty: &Type) -> Option<Vec<&Type>> {
    match bare(ty) {
        Type::Tuple(tuple) if (1..=MAX_TUPLE).contains(&tuple.elems.len()) => {
            Some(tuple.elems.iter().collect())
        }
        _ => None,
    }
}

/// What is in a list, as far as it can be seen in the syntax, through what may be missing and through a `Box`.
pub fn listed(ty: &Type) -> Option<&Type> {
    if let Type::Array(array) = bare(ty) {
        return Some(&array.elem);
    }
    let held = held(ty)?;
    match (held.container, bare(held.item)) {
        (Container::Option | Container::Box, Type::Slice(slice)) => Some(&slice.elem),
        (Container::Option | Container::Box, _) => listed(held.item),
        (Container::List | Container::Set | Container::Map, _) => Some(held.item),
    }
}

/// What a check on a number or a text is about: what is in lists, at any depth, and in what may be missing.
pub fn innermost(ty: &Type) -> &Type {
    match (bare(ty), held(ty)) {
        (Type::Array(array), _) => innermost(&array.elem),
        (Type::Slice(slice), _) => innermost(&slice.elem),
        (_, Some(held)) if held.container != Container::Map => innermost(held.item),
        (ty, _) => ty,
    }
}

/// What may be missing.
pub fn inside_option(ty: &Type) -> Option<&Type> {
    held(ty).filter(|held| held.container == Container::Option).map(|held| held.item)
}

/// Whether a missing field of the type is read: serde has a value for what is an option, in a `Box` or not.
pub fn may_be_missing(ty: &Type) -> bool {
    held(ty).is_some_and(|held| match held.container {
        Container::Option => true,
        Container::Box => may_be_missing(held.item),
        Container::List | Container::Set | Container::Map => false,
    })
}

/// Whether a type is an option of an option and nothing else of the kind: a field tells the two kinds of nothing apart by
/// whether it is there.
pub fn is_option_of_option(ty: &Type) -> bool {
    inside_option(ty).is_some_and(|item| inside_option(item).is_some() && two_nothings(item).is_none())
}

/// Whether `null` is a value of a type.
pub enum Null<'t> {
    Never,
    Always,
    /// This type decides, of which only the compiler knows.
    Perhaps(&'t Type),
}

/// Says whether `null` is a value of a type.
pub fn null(ty: &Type) -> Null<'_> {
    match (bare(ty), held(ty)) {
        (_, Some(Held { container: Container::Option, .. })) => Null::Always,
        (_, Some(Held { container: Container::Box, item, .. })) => null(item),
        (Type::Tuple(_), _) if is_unit(ty) => Null::Always,
        (Type::Path(_), None) if plain(ty).is_none() && !is_unsized(ty) => Null::Perhaps(ty),
        _ => Null::Never,
    }
}

/// Finds what is in options, at any depth.
pub fn in_options<'t>(ty: &'t Type, found: &mut Vec<&'t Type>) {
    match (bare(ty), held(ty)) {
        (_, Some(held)) => {
            if held.container == Container::Option {
                found.push(held.item);
            }
            held.types().for_each(|ty| in_options(ty, found));
        }
        (Type::Tuple(tuple), _) => tuple.elems.iter().for_each(|ty| in_options(ty, found)),
        (Type::Array(array), _) => in_options(&array.elem, found),
        (Type::Slice(slice), _) => in_options(&slice.elem, found),
        _ => {}
    }
}

/// Finds an option of what is `null` itself, at any depth.
pub fn two_nothings(ty: &Type) -> Option<&Type> {
    match (bare(ty), held(ty)) {
        (_, Some(Held { container: Container::Option, item, .. })) if matches!(null(item), Null::Always) => {
            Some(ty)
        }
        (_, Some(held)) => held.types().find_map(two_nothings),
        (Type::Tuple(tuple), _) => tuple.elems.iter().find_map(two_nothings),
        (Type::Array(array), _) => two_nothings(&array.elem),
        (Type::Slice(slice), _) => two_nothings(&slice.elem),
        _ => None,
    }
}

/// Whether a type is `name` in nothing that JSON would show.
pub fn is_wrapped(ty: &Type, name: &Ident) -> bool {
    match held(ty) {
        Some(Held { container: Container::Option | Container::Box, item, .. }) => is_wrapped(item, name),
        Some(_) => false,
        None => path(ty).is_some_and(|path| path.is_ident(name)),
    }
}

/// Whether a value of a type has one of `name` in itself, and not behind a pointer.
pub fn is_inside(ty: &Type, name: &Ident) -> bool {
    match (bare(ty), held(ty)) {
        (Type::Tuple(tuple), _) => tuple.elems.iter().any(|ty| is_inside(ty, name)),
        (Type::Array(array), _) => is_inside(&array.elem, name),
        (_, Some(held)) => held.container == Container::Option && is_inside(held.item, name),
        (_, None) => path(ty).is_some_and(|path| path.is_ident(name)),
    }
}

/// Whether a type is `()`.
pub fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether a type is a text or a slice of unknown length, which only a pointer can hold.
pub fn is_unsized(ty: &Type) -> bool {
    matches!(bare(ty), Type::Slice(_)) || path(ty).is_some_and(|path| path.is_ident("str"))
}

/// Whether tokens mention a name.
pub fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// The type with the item named where it says `Self`, which outside of the item means something else.
pub fn without_self(ty: &Type, name: &Ident) -> Type {
    let tokens = replace_self(ty.to_token_stream(), name);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

/// Any tokens with the item named where they say `Self`.
pub fn replace_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut replaced = TokenStream::new();
    for mut token in tokens {
        let span = token.span();
        match &token {
            TokenTree::Ident(ident) if ident == "Self" => token = name.clone().into(),
            TokenTree::Group(group) => {
                token = Group::new(group.delimiter(), replace_self(group.stream(), name)).into();
            }
            _ => {}
        }
        token.set_span(span);
        replaced.extend([token]);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(text: &str) -> Type {
        syn::parse_str(text).unwrap()
    }

    fn texts(types: &[&Type]) -> Vec<String> {
        types.iter().map(|ty| ty.to_token_stream().to_string().replace(' ', "")).collect()
    }

    #[test]
    fn containers_are_taken_apart() {
        for (text, types, hasher) in [
            ("Option<u8>", &["u8"] as &[_], false),
            ("(Box<str>)", &["str"], false),
            ("std::collections::VecDeque<u8>", &["u8"], false),
            ("HashSet<u8, Fast>", &["u8"], true),
            ("BTreeMap<String, Vec<u8>>", &["String", "Vec<u8>"], false),
            ("HashMap<String, u8, Fast>", &["String", "u8"], true),
        ] {
            let ty = ty(text);
            let held = held(&ty).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(texts(&held.types().collect::<Vec<_>>()), types, "{text}");
            assert_eq!(held.hasher, hasher, "{text}");
        }
        for text in
            ["Vec", "Option<u8, u8>", "BTreeSet<u8, Fast>", "Map<u8, u8>", "<T as Trait>::Vec<u8>", "[u8]"]
        {
            assert!(held(&ty(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn types_of_std_are_known_by_their_names() {
        let contract: Ident = syn::parse_quote!(Tree);
        for known in ["u8", "Box<str>", "Vec<(bool, char)>", "HashMap<String, Option<Tree>>", "Box<[f64]>"] {
            assert!(is_known(&ty(known), &contract), "{known}");
        }
        for opaque in ["Step", "Vec<Step>", "std::string::String", "[u8; 4]", "HashSet<u8, Fast>", "&str"] {
            assert!(!is_known(&ty(opaque), &contract), "{opaque}");
        }
        assert!(is_standard(&ty("Option<Vec<(u8)>>")));
        assert!(!is_standard(&ty("Box<u8>")) && !is_standard(&ty("std::vec::Vec<u8>")));
    }

    #[test]
    fn collections_are_looked_into() {
        let mixed = ty("HashMap<Key, [(Step, Vec<u8>); 2]>");
        let mut found = Vec::new();
        parts(&mixed, &mut found);
        assert_eq!(texts(&found), ["Key", "Step", "u8"]);
        assert!(asks_more(&mixed) && asks_more(&ty("Vec<BTreeSet<Step>>")));
        assert!(!asks_more(&ty("Vec<Option<Step>>")));
    }

    #[test]
    fn lists_are_found_behind_options_and_boxes() {
        let item = |text| listed(&ty(text)).map(|item| texts(&[item]).remove(0));
        assert_eq!(item("Option<Box<Vec<Step>>>").as_deref(), Some("Step"));
        assert_eq!(item("Box<[Step]>").as_deref(), Some("Step"));
        assert_eq!(item("BTreeMap<String, [u8; 2]>").as_deref(), Some("[u8;2]"));
        assert_eq!(item("Option<u8>"), None);
    }

    #[test]
    fn what_holds_itself_in_nothing_is_seen() {
        let name: Ident = syn::parse_quote!(Tree);
        assert!(is_wrapped(&ty("Option<Box<Tree>>"), &name));
        assert!(!is_wrapped(&ty("Vec<Tree>"), &name) && !is_wrapped(&ty("Option<Leaf>"), &name));
    }

    #[test]
    fn two_kinds_of_nothing_are_seen() {
        let found = |text| two_nothings(&ty(text)).map(|found| texts(&[found]).remove(0));
        assert_eq!(found("Vec<(u8, Option<Option<u8>>)>").as_deref(), Some("Option<Option<u8>>"));
        assert_eq!(found("Option<Box<Option<u8>>>").as_deref(), Some("Option<Box<Option<u8>>>"));
        assert_eq!(found("[Option<()>; 2]").as_deref(), Some("Option<()>"));
        assert_eq!(found("Option<Vec<Option<u8>>>"), None);
        assert!(is_option_of_option(&ty("Option<(Option<Vec<u8>>)>")));
        for other in
            ["Option<u8>", "Box<Option<Option<u8>>>", "Option<Option<Option<u8>>>", "Option<Option<()>>"]
        {
            assert!(!is_option_of_option(&ty(other)), "{other}");
        }
        let mut found = Vec::new();
        let options = ty("Vec<(Option<Step>, Box<Option<Box<[Option<u8>]>>>)>");
        in_options(&options, &mut found);
        assert_eq!(texts(&found), ["Step", "Box<[Option<u8>]>", "u8"]);
        assert!(matches!(null(found[0]), Null::Perhaps(_)) && matches!(null(found[2]), Null::Never));
        assert!(may_be_missing(&ty("Box<Option<u8>>")) && !may_be_missing(&ty("Vec<Option<u8>>")));
    }

    #[test]
    fn a_contract_is_named_in_its_own_types() {
        let name: Ident = syn::parse_quote!(Tree);
        assert_eq!(texts(&[&without_self(&ty("Vec<Box<Self>>"), &name)]), ["Vec<Box<Tree>>"]);
    }
}
