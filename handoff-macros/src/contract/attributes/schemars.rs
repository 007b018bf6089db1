//! What a schema says beside the form of what it describes: doc comments, `#[deprecated]` and the attributes of schemars.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprPath, LitStr, Token, Type};

use crate::contract::attributes::serde::{is_refused_of_schemars, literal};
use crate::contract::model::{Annotation, SchemaSource};
use crate::contract::syntax::{RawAnnotations, RawMeta};
use crate::errors::Errors;
use crate::{read, suggest};

/// What is said of one thing.
pub struct Annotations {
    pub list: Vec<Annotation>,
    pub source: SchemaSource,
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

/// Reads what is raw. What the derive of schemars is told is its own business, where that is the user's.
pub fn annotations(
    raw: &RawAnnotations,
    schemars: &[RawMeta],
    of: Of,
    describes: bool,
    errors: &mut Errors,
) -> Annotations {
    let mut annotations = Annotations { list: Vec::new(), source: SchemaSource::AsIs, inline: false };
    if !raw.docs.is_empty() {
        annotations.list.push(Annotation::Doc(doc(&raw.docs)));
    }
    if raw.deprecated {
        annotations.list.push(Annotation::Deprecated);
    }
    for meta in schemars {
        if describes {
            annotation(meta, of, &mut annotations, errors);
        } else {
            let _ = described(meta, &mut annotations);
        }
    }
    annotations
}

fn annotation(meta: &RawMeta, of: Of, annotations: &mut Annotations, errors: &mut Errors) {
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
    if !written(meta, &name, annotations) {
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
fn written(meta: &RawMeta, name: &str, annotations: &mut Annotations) -> bool {
    let annotation = match (name, meta.value.clone()) {
        ("title", Some(value)) => Annotation::Title(value),
        ("description", Some(value)) => Annotation::Description(value),
        ("example", Some(value)) => Annotation::Example(value),
        ("transform", Some(value)) => Annotation::Transform(value),
        ("inline", None) => {
            annotations.inline = meta.nested.is_none();
            return annotations.inline;
        }
        ("extend", None) => {
            let keywords = read::list::<Keyword>(meta.nested.clone().unwrap_or_default()).unwrap_or_default();
            let some = !keywords.is_empty();
            for Keyword(name, value) in keywords {
                annotations.list.push(Annotation::Extend(name, value));
            }
            return some;
        }
        _ => return described(meta, annotations),
    };
    annotations.list.push(annotation);
    true
}

/// Whether an entry says what a field is described by.
fn described(meta: &RawMeta, annotations: &mut Annotations) -> bool {
    let Some(text) = meta.value.as_ref().and_then(literal) else { return false };
    let source = if meta.is("with") {
        text.parse::<Type>().ok().map(|ty| SchemaSource::As(Box::new(ty)))
    } else if meta.is("schema_with") {
        text.parse::<ExprPath>().ok().map(SchemaSource::By)
    } else {
        None
    };
    let Some(source) = source else { return false };
    annotations.source = source;
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
