//! What was written: a header, and stages with arrows between them.

mod barrier;
mod branches;
mod chain;
mod fan_out;
mod gate;
mod join;
mod model;
mod options;

pub use model::{
    AgentStage, Arm, Barrier, Branch, FanOut, FanOutOptions, Gate, Header, Items, Join, Map, Match, Race,
    Raw, Repeat, Stage, Worker,
};

use crate::editor::Outline;
use crate::errors::{Errors, spanned};
use crate::fragments;
use crate::spans::{path_at, unit};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Path, Token, Type};

/// How the whole is written.
const SHAPE: &str = "a pipeline is written `pub name(Input) -> Output { stages }`";

/// `None` where not even the header can be read.
pub fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Raw> {
    let whole = tokens.clone();
    let parser = |input: ParseStream<'_>| {
        let mut header = Header::parse(input)
            .map_err(|error| if input.is_empty() { unfinished(&whole) } else { error })?;
        if !input.peek(syn::token::Brace) {
            let Some(other) = input.parse::<Option<TokenTree>>()? else { return Err(unfinished(&whole)) };
            let message = "expected the stages in braces\nhelp: write `{ plan => work }`";
            return Err(spanned(&other, message));
        }
        let group = fragments::braces(input)?;
        if !input.is_empty() {
            let rest: TokenStream = input.parse()?;
            errors.at_with_help(
                &rest,
                "a `pipeline!` defines one pipeline",
                "write a `pipeline!` of its own for each",
            );
        }
        let empty = format!("pipeline `{}` has no stages\nhelp: name at least one agent", header.ident);
        header.argument = header.argument.filter(|argument| mentions(group.stream(), argument));
        let stages = chain::parse_braced(&group, empty, errors);
        Ok(Raw { header, stages })
    };
    let parsed = parser.parse2(tokens);
    errors.take(parsed)
}

/// What ends before it is a pipeline. The end of input has no place of its own: without this rustc
/// would speak of the macro.
fn unfinished(whole: &TokenStream) -> syn::Error {
    spanned(whole, format_args!("this is not yet a pipeline\nhelp: {SHAPE}"))
}

impl Header {
    /// What there is of a header that cannot be read as a whole. `None` where it has no name.
    pub fn of(outline: Outline) -> Option<Self> {
        let ident = syn::parse2::<Ident>(outline.name.to_token_stream()).ok()?;
        let ty = |tokens| syn::parse2(tokens).unwrap_or_else(|_| unit());
        let krate = outline.krate.and_then(|krate| Path::parse_mod_style.parse2(krate).ok());
        Some(Self {
            krate: krate.unwrap_or_else(|| path_at(&crate::krate::default_path(), ident.span())),
            attributes: Attribute::parse_outer.parse2(outline.attributes).unwrap_or_default(),
            visibility: syn::parse2(outline.visibility).unwrap_or(syn::Visibility::Inherited),
            ident,
            argument: None,
            input: ty(outline.input),
            output: ty(outline.output),
        })
    }

    /// Whether the pipeline is called like the crate, so that paths to that would begin with the pipeline.
    pub fn hides_the_crate(&self) -> bool {
        self.krate.segments.first().is_some_and(|first| first.ident.unraw() == self.ident.unraw())
    }

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let krate = Path::parse_mod_style(input)?;
            input.parse::<Token![;]>()?;
            Some(krate)
        } else {
            None
        };
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let shape = |error: syn::Error| syn::Error::new(error.span(), format_args!("{error}\nhelp: {SHAPE}"));
        let ident: Ident = input.parse().map_err(shape)?;
        let (argument, takes) = argument(&ident, input)
            .map_err(|error| if error.to_string().contains('\n') { error } else { shape(error) })?;
        input.parse::<Token![->]>().map_err(shape)?;
        let output = fragments::ty(input).map_err(shape)?;
        let krate = krate.unwrap_or_else(|| path_at(&crate::krate::default_path(), ident.span()));
        Ok(Self { krate, attributes, visibility, ident, argument, input: takes, output })
    }
}

/// `(Input)` or `(input: Input)`
fn argument(pipeline: &Ident, input: ParseStream<'_>) -> syn::Result<(Option<Ident>, Type)> {
    let Some(TokenTree::Group(parentheses)) = input.fork().parse::<Option<TokenTree>>()? else {
        return Err(input.error("expected the input in parentheses"));
    };
    let inside;
    syn::parenthesized!(inside in input);
    if inside.is_empty() {
        let message = format!(
            "pipeline `{pipeline}` takes no input\nhelp: write `{pipeline}(Question)`, with what its first agent takes"
        );
        return Err(spanned(&parentheses, message));
    }
    let mut argument = None;
    if inside.peek(Ident::peek_any) && inside.peek2(Token![:]) && !inside.peek2(Token![::]) {
        let name = inside.call(Ident::parse_any)?;
        inside.parse::<Token![:]>()?;
        let is_name = syn::parse2::<Ident>(name.to_token_stream()).is_ok();
        if !is_name || name.unraw().to_string().starts_with(char::is_uppercase) {
            let message = format!(
                "`{name}` is not a name that an input can have\nhelp: write `{pipeline}(question: Question)`"
            );
            return Err(spanned(&name, message));
        }
        argument = Some(name);
    }
    if inside.is_empty() {
        let message = format!("this input has no type\nhelp: write `{pipeline}(question: Question)`");
        return Err(spanned(&parentheses, message));
    }
    let ty = fragments::ty(&inside)?;
    inside.parse::<Option<Token![,]>>()?;
    if !inside.is_empty() {
        let rest: TokenStream = inside.parse()?;
        let message =
            "a pipeline has one input\nhelp: put the parts into one contract, or take a tuple of them";
        return Err(spanned(&rest, message));
    }
    Ok((argument, ty))
}

/// Whether a name stands among some tokens, or in a text that may be a format: an input that no stage looks at is not
/// copied.
fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(literal) => {
            let (text, name) = (literal.to_string(), name.unraw().to_string());
            let mut words = text.split(|character: char| !(character.is_alphanumeric() || character == '_'));
            text.contains('{') && words.any(|word| word == name)
        }
        TokenTree::Punct(_) => false,
    })
}

/// A token that cannot be what it is taken for, `=>` in one piece.
fn next_token(input: ParseStream<'_>) -> TokenStream {
    let fork = input.fork();
    if let Ok(arrow) = fork.parse::<Token![=>]>() {
        return arrow.to_token_stream();
    }
    fork.parse::<TokenTree>().map(|tree| tree.to_token_stream()).unwrap_or_default()
}
