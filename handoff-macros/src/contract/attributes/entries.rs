//! The entries of `#[serde(…)]`: each written as serde reads it, and none of them twice.
//!
//! serde's derives say it as well, but derive nothing then, and whoever needs what they would have derived reports that
//! it is not there.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Expr, ExprPath, Lit};

use crate::contract::attributes::serde::literal;
use crate::contract::syntax::RawMeta;
use crate::errors::{Errors, shown};
use crate::read;

/// How an entry is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `skip`.
    Flag,
    /// `tag = "kind"`.
    Text,
    /// `rename = "name"`, or with a name for each direction, which is another mistake.
    Name,
    /// `with = "path"`.
    Path,
    /// `default`, or `default = "path"`.
    FlagOrPath,
}

/// The entries that a contract honours, how each is written, and an example of its value.
const FORMS: [(&str, Form, &str); 18] = [
    ("rename", Form::Name, "name"),
    ("rename_all", Form::Name, "camelCase"),
    ("rename_all_fields", Form::Name, "camelCase"),
    ("alias", Form::Text, "name"),
    ("tag", Form::Text, "kind"),
    ("content", Form::Text, "value"),
    ("expecting", Form::Text, "a plan"),
    ("crate", Form::Path, "path::to::serde"),
    ("with", Form::Path, "path::to::module"),
    ("serialize_with", Form::Path, "path::to::function"),
    ("deserialize_with", Form::Path, "path::to::function"),
    ("skip_serializing_if", Form::Path, "Option::is_none"),
    ("default", Form::FlagOrPath, "path::to::function"),
    ("skip", Form::Flag, ""),
    ("flatten", Form::Flag, ""),
    ("untagged", Form::Flag, ""),
    ("transparent", Form::Flag, ""),
    ("deny_unknown_fields", Form::Flag, ""),
];

/// Entries that are halves of one mistake: the first that is given is refused, for both.
const HALVES: [&[&str]; 2] = [&["from", "try_from", "into"], &["skip_serializing", "skip_deserializing"]];

/// The entries that are in order. What is wrong with the others goes to `errors`.
pub fn in_order<'m>(metas: &'m [RawMeta], errors: &mut Errors) -> Vec<&'m RawMeta> {
    let mut seen: Vec<&RawMeta> = Vec::new();
    for meta in metas {
        if is_written(meta, errors) && is_new(meta, &seen, errors) && !is_other_half(meta, &seen) {
            seen.push(meta);
        }
    }
    seen
}

fn is_other_half(meta: &RawMeta, seen: &[&RawMeta]) -> bool {
    let is_in = |meta: &RawMeta, halves: &[&str]| halves.iter().any(|name| meta.is(name));
    HALVES.iter().any(|halves| is_in(meta, halves) && seen.iter().any(|seen| is_in(seen, halves)))
}

/// Reports an entry that is written in another way; whether it is not.
fn is_written(meta: &RawMeta, errors: &mut Errors) -> bool {
    let Some((name, form, example)) = FORMS.iter().find(|(name, ..)| meta.is(name)) else { return true };
    let text = meta.value.as_ref().and_then(literal);
    let is_bare = meta.value.is_none() && meta.nested.is_none();
    let is_path = || text.is_some_and(|text| text.parse::<ExprPath>().is_ok());
    let is_right = match form {
        Form::Flag => is_bare,
        Form::Text => text.is_some(),
        Form::Name => text.is_some() || meta.nested.as_ref().is_some_and(is_by_direction),
        Form::Path => is_path(),
        Form::FlagOrPath => is_bare || is_path(),
    };
    if is_right {
        return true;
    }
    let place = written(meta);
    match form {
        Form::Flag => errors.at_with_help(
            &place,
            format_args!("`{name}` takes no value"),
            format_args!("write `#[serde({name})]`"),
        ),
        Form::Text | Form::Name => {
            let meant = meant(meta).unwrap_or_else(|| (*example).to_owned());
            let each = if *name == "alias" { ", and one of them for each name" } else { "" };
            errors.at_with_help(
                &place,
                format_args!("`{name}` takes a text in quotes"),
                format_args!("write `{name} = {meant:?}`{each}"),
            );
        }
        Form::Path | Form::FlagOrPath => {
            let (what, function) = match *name {
                "with" => ("a module", "write a module with the functions `serialize` and `deserialize`"),
                "crate" => ("a crate", "name it"),
                "default" => ("a function", "write a function that makes the value"),
                "skip_serializing_if" => {
                    ("a function", "write a function that says of the value whether it is left out")
                }
                _ => ("a function", "write a function"),
            };
            let meant = meant(meta).map(|text| text.trim_end_matches("()").to_owned());
            let meant = meant.filter(|text| syn::parse_str::<ExprPath>(text).is_ok());
            let help = match meant {
                Some(path) => format!("write `{name} = \"{path}\"`"),
                None => format!("{function}, as in `{name} = \"{example}\"`"),
            };
            errors.at_with_help(&place, format_args!("`{name}` takes the path to {what}, in quotes"), help);
        }
    }
    false
}

/// Whether a name is given for a direction.
fn is_by_direction(nested: &TokenStream) -> bool {
    nested.clone().into_iter().any(
        |token| matches!(token, TokenTree::Ident(ident) if ident == "serialize" || ident == "deserialize"),
    )
}

/// Where the mistake in an entry is: at its value, if it has one.
fn written(meta: &RawMeta) -> TokenStream {
    let value = meta.value.as_ref().map(ToTokens::to_token_stream);
    let value = value.or_else(|| meta.nested.clone()).filter(|tokens| !tokens.is_empty());
    value.unwrap_or_else(|| meta.path.to_token_stream())
}

/// The text that was meant: what is in the quotes of another literal, or stands there without any.
fn meant(meta: &RawMeta) -> Option<String> {
    let value = match &meta.nested {
        Some(nested) => read::list::<Expr>(nested.clone()).ok()?.into_iter().next()?,
        None => meta.value.clone()?,
    };
    text_of(&value)
}

fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Group(group) => text_of(&group.expr),
        Expr::Array(array) => text_of(array.elems.first()?),
        Expr::Call(call) if call.args.is_empty() => text_of(&call.func),
        Expr::Path(path) => Some(shown(path)),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Char(character) => Some(character.value().to_string()),
            Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok(),
            Lit::Int(number) => Some(number.to_string()),
            Lit::Bool(truth) => Some(truth.value().to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Reports an entry that is given a second time; whether it is not.
fn is_new(meta: &RawMeta, seen: &[&RawMeta], errors: &mut Errors) -> bool {
    let Some(name) = meta.path.get_ident() else { return true };
    if name == "alias" {
        let text = |meta: &RawMeta| meta.value.as_ref().and_then(literal).map(syn::LitStr::value);
        let is_twice = seen.iter().any(|other| other.is("alias") && text(other) == text(meta));
        if let (true, Some(text)) = (is_twice, &meta.value) {
            let alias = quote!(#text);
            errors.at_with_help(
                &alias,
                format_args!("the alias `{alias}` is given twice"),
                "leave one of them out",
            );
        }
        return !is_twice;
    }
    if seen.iter().any(|other| other.path.is_ident(name)) {
        errors.twice(name);
        return false;
    }
    let both = |one: &str, other: &str| {
        let half = |name: &str| name == "serialize_with" || name == "deserialize_with";
        one == "with" && half(other)
    };
    let text = name.to_string();
    let other = seen.iter().filter_map(|other| other.path.get_ident()).find(|other| {
        let other = other.to_string();
        both(&text, &other) || both(&other, &text)
    });
    if let Some(other) = other {
        errors.at_with_help(
            name,
            format_args!("`{name}` beside `{other}`: `with` names the functions for both directions"),
            "leave one of them out",
        );
    }
    other.is_none()
}
