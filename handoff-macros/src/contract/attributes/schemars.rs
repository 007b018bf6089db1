//! What a schema says beside the form of what it describes: doc comments, `#[deprecated]` and the attributes of schemars.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprPath, LitStr, Token, Type};

use crate::contract::attributes::serde::{is_refused_of_schemars, literal};
use crate::contract::model::{Described, Note};
use crate::contract::syntax::{RawMeta, Said};
use crate::errors::Errors;
use crate::{read, suggest};

/// What is said of one thing.
pub struct Notes {
    pub list: Vec<Note>,
    pub described: Described,
    pub inline: bool,
}

/// What of schemars stands on a variant; on a container also `inline`, on a field also `with` and `schema_with`.
const ANYWHERE: [&str; 5] = ["title", "description", "example", "extend", "transform"];

/// What something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Container,
    Variant,
    Field,
}

impl Of {
    fn known(self) -> Vec<&'static str> {
        let mut known = ANYWHERE.to_vec();
        match self {
            Self::Container => known.push("inline"),
            Self::Variant => {}
            Self::Field => known.extend(["with", "schema_with"]),
        }
        known
    }
}

/// Reads what is said. What the derive of schemars is told is its own business, where that is the user's.
pub fn notes(said: &Said, schemars: &[RawMeta], of: Of, describes: bool, errors: &mut Errors) -> Notes {
    let mut notes = Notes { list: Vec::new(), described: Described::AsIs, inline: false };
    if !said.docs.is_empty() {
        notes.list.push(Note::Doc(doc(&said.docs)));
    }
    if said.deprecated {
        notes.list.push(Note::Deprecated);
    }
    for meta in schemars {
        if describes {
            note(meta, of, &mut notes, errors);
        } else {
            let _ = described(meta, &mut notes);
        }
    }
    notes
}

fn note(meta: &RawMeta, of: Of, notes: &mut Notes, errors: &mut Errors) {
    let name = meta.path.to_token_stream().to_string().replace(' ', "");
    if is_refused_of_schemars(&name) || name == "crate" {
        return;
    }
    let known = of.known();
    if !known.contains(&name.as_str()) {
        // On a variant or a container these are refused with the reason.
        if name != "with" && name != "schema_with" {
            let meant = suggest::did_you_mean(&name, &known);
            let all = known.join("`, `");
            errors.at_with_help(
                &meta.path,
                format_args!("unknown schemars attribute `{name}`{meant}"),
                format_args!("what goes here is `{all}`"),
            );
        }
        return;
    }
    if !written(meta, &name, notes) {
        let example = match name.as_str() {
            "title" => r#"title = "…""#,
            "description" => r#"description = "…""#,
            "example" => "example = 1",
            "transform" => "transform = function",
            "with" => r#"with = "String""#,
            "schema_with" => r#"schema_with = "function""#,
            "extend" => r#"extend("x-keyword" = 1)"#,
            _ => "inline",
        };
        errors.at_with_help(
            &meta.path,
            format_args!("`{name}` is not written like this"),
            format_args!("write `#[schemars({example})]`"),
        );
    }
}

/// Keeps what is written, if it is written as it must be.
fn written(meta: &RawMeta, name: &str, notes: &mut Notes) -> bool {
    let note = match (name, meta.value.clone()) {
        ("title", Some(value)) => Note::Title(value),
        ("description", Some(value)) => Note::Description(value),
        ("example", Some(value)) => Note::Example(value),
        ("transform", Some(value)) => Note::Transform(value),
        ("inline", None) => {
            notes.inline = meta.nested.is_none();
            return notes.inline;
        }
        ("extend", None) => {
            let keywords = read::list::<Keyword>(meta.nested.clone().unwrap_or_default()).unwrap_or_default();
            let some = !keywords.is_empty();
            for Keyword(name, value) in keywords {
                notes.list.push(Note::Extend(name, value));
            }
            return some;
        }
        _ => return described(meta, notes),
    };
    notes.list.push(note);
    true
}

/// Whether an entry says what a field is described by.
fn described(meta: &RawMeta, notes: &mut Notes) -> bool {
    let Some(text) = meta.value.as_ref().and_then(literal) else { return false };
    let described = if meta.is("with") {
        read::text::<Type>(text).ok().map(|ty| Described::As(Box::new(ty)))
    } else if meta.is("schema_with") {
        read::text::<ExprPath>(text).ok().map(Described::By)
    } else {
        None
    };
    let Some(described) = described else { return false };
    notes.described = described;
    true
}

/// `"keyword" = value`, as in `json!`.
struct Keyword(LitStr, TokenStream);

impl Parse for Keyword {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let mut value = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            value.extend([input.parse::<TokenTree>()?]);
        }
        if value.is_empty() { Err(input.error("expected a value")) } else { Ok(Self(name, value)) }
    }
}

/// The text of a doc comment, line by line as rustdoc reads it, or what makes it where a macro writes some of it.
fn doc(lines: &[Expr]) -> TokenStream {
    let mut parts = Vec::new();
    let mut text = Some(String::new());
    for (number, line) in lines.iter().enumerate() {
        let literal = literal(line).map(LitStr::value);
        let literal = literal.map(|line| line.strip_prefix(' ').map_or(line.clone(), str::to_owned));
        text = text
            .zip(literal.as_ref())
            .map(|(text, line)| if number == 0 { line.clone() } else { format!("{text}\n{line}") });
        if number > 0 {
            parts.push(quote!("\n"));
        }
        parts.push(literal.map_or_else(|| quote!(#line), |line| quote!(#line)));
    }
    text.map_or_else(|| quote!(::core::concat!(#(#parts),*)), |text| quote!(#text))
}
