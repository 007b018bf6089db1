//! Agents that return what is to be asked for their output; and those of them that have no body, since their
//! documentation says what that is.

use super::check::{last_is, only_argument};
use super::syntax::{Argument, Raw};
use crate::editor;
use crate::errors::{Errors, shown};
use crate::spans::{Place, respan};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Expr, ExprLit, FnArg, Lit, LitStr, Meta, Pat, PatIdent, ReturnType, Signature, Type};

/// A `Prompt<…>` that an agent's function returns, by the name of the type, as `Result` is known.
pub struct Asking {
    pub prompt: Type,
    /// The output that it is asked for.
    pub output: Type,
    /// Whether it is in a `Result`.
    pub fallible: bool,
}

impl Asking {
    /// `None` where the function returns its output.
    pub fn of(signature: &Signature, declared: Option<&Argument<Type>>) -> Option<Self> {
        let ReturnType::Type(_, returned) = &signature.output else {
            return None;
        };
        let fallible = last_is(returned, "Result");
        let prompt = if fallible { only_argument(returned)? } else { (**returned).clone() };
        // A contract may be called that, too: where it is declared as the output, or has no arguments.
        let is_contract = declared.is_some_and(|declared| shown(&declared.value) == shown(&prompt));
        if !last_is(&prompt, "Prompt") || is_contract {
            return None;
        }
        Some(Self { output: only_argument(&prompt)?, prompt, fallible })
    }
}

/// What an agent without a body asks.
pub enum Text {
    Known(String),
    /// With the text of a macro, such as `include_str!("plan.md")`, in it.
    Composed(TokenStream),
}

impl Text {
    /// What the documentation says, if it says anything.
    pub fn of(attributes: &[Attribute]) -> Option<Self> {
        let docs: Vec<&Expr> = attributes.iter().filter_map(documentation).collect();
        let mut lines: Vec<Result<String, &Expr>> = Vec::new();
        for doc in docs {
            match doc {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                    lines.extend(text.value().split('\n').map(|line| Ok(line.to_owned())));
                }
                composed => lines.push(Err(composed)),
            }
        }
        let indented = lines.iter().flatten().filter(|line| !line.trim().is_empty());
        let indent = indented.map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
        for line in lines.iter_mut().flatten() {
            *line = line.get(indent..).unwrap_or_default().trim_end().to_owned();
        }
        let is_composed = lines.iter().any(Result::is_err);
        if is_composed {
            let parts = lines.iter().map(|line| match line {
                Ok(text) => LitStr::new(text, Span::call_site()).to_token_stream(),
                Err(composed) => composed.to_token_stream(),
            });
            return Some(Self::Composed(quote!(::core::concat!(#(#parts, "\n"),*))));
        }
        let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n").trim().to_owned();
        (!text.is_empty()).then_some(Self::Known(text))
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Known(text) => text.to_tokens(tokens),
            Self::Composed(composed) => composed.to_tokens(tokens),
        }
    }
}

/// What stands behind the `=` of a `#[doc = …]`, which is also what a doc comment is.
fn documentation(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.meta {
        Meta::NameValue(doc) if doc.path.is_ident("doc") => Some(&doc.value),
        _ => None,
    }
}

/// Whether there is nothing but the `;` of a function without a body.
pub fn is_bodiless(raw: &Raw) -> bool {
    let mut body = raw.body.clone().into_iter();
    let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(end) if end.as_char() == ';');
    body.next().as_ref().is_some_and(is_end) && body.next().is_none()
}

/// The function with a body, if it has none: it returns its documentation as what is to be asked.
pub fn with_body(arguments: &TokenStream, raw: &Raw, errors: &mut Errors) -> Option<TokenStream> {
    if !is_bodiless(raw) {
        return None;
    }
    let Raw { attributes, visibility, signature, body: end, arguments: declared } = raw;
    let mut signature = signature.clone();
    let function = signature.ident.clone();
    let asking = Asking::of(&signature, declared.output.as_ref());
    let text = Text::of(attributes);
    let body = match (&asking, &text) {
        (Some(asking), Some(text)) => {
            let input = named(&mut signature);
            let krate = editor::krate(arguments);
            let Asking { prompt, fallible, .. } = asking;
            let at = returned(&signature);
            let (prompt, krate) = (respan(prompt.to_token_stream(), at), respan(krate.to_token_stream(), at));
            let asked = quote_spanned!(at=> <#prompt as #krate::Asks>::from_doc(#text, &#input));
            if *fallible { quote!(::core::result::Result::Ok(#asked)) } else { asked }
        }
        (Some(_), None) => {
            errors.at_with_help(
                &function,
                format_args!(
                    "agent `{function}` has no body, and no documentation, which is what it would ask"
                ),
                "write the prompt as its doc comment: `/// …`",
            );
            quote!(::core::unimplemented!())
        }
        (None, _) => {
            errors.at_with_help(
                end,
                format_args!("agent `{function}` has no body"),
                format_args!("{}, or write one", returning(&signature, declared.output.as_ref())),
            );
            quote!(::core::unimplemented!())
        }
    };
    let end = end.clone().into_iter().next().map_or_else(Span::call_site, |end| end.span());
    let body = quote_spanned!(end=> { #body });
    let unread = (!errors.is_empty()).then(|| quote!(#[allow(unused_variables)]));
    Some(quote!(#unread #(#attributes)* #visibility #signature #body))
}

/// Where the return type begins.
fn returned(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Type(_, returned) => Place::of(returned).first,
        ReturnType::Default => signature.ident.span(),
    }
}

/// The name of the input, which gets one where it has only a pattern: nobody else reads it.
fn named(signature: &mut Signature) -> Ident {
    let own = Ident::new("input", Span::mixed_site());
    match signature.inputs.first_mut() {
        Some(FnArg::Typed(input)) => match &*input.pat {
            Pat::Ident(name) if is_name(name) => name.ident.clone(),
            _ => {
                *input.pat = Pat::Verbatim(own.to_token_stream());
                own
            }
        },
        // There is an error for that.
        _ => own,
    }
}

fn is_name(pattern: &PatIdent) -> bool {
    let PatIdent { by_ref: None, subpat: None, ident, .. } = pattern else { return false };
    !ident.to_string().starts_with('_')
}

/// What to return in place of what is returned.
fn returning(signature: &Signature, declared: Option<&Argument<Type>>) -> String {
    let (returned, fallible) = match &signature.output {
        ReturnType::Type(_, returned) if last_is(returned, "Result") => (only_argument(returned), true),
        ReturnType::Type(_, returned) => (Some((**returned).clone()), false),
        ReturnType::Default => (None, false),
    };
    let output = declared.map(|declared| declared.value.clone()).or(returned);
    let output = output.map_or_else(|| "…".to_owned(), |output| shown(&output));
    if fallible {
        format!("return `Result<Prompt<{output}>, …>`")
    } else {
        format!("return `Prompt<{output}>`")
    }
}

/// Who is asked, as a type. All of it is at one place, as whatever mentions it: where nobody can be asked, that is one error.
pub fn alias(asking: &Asking, krate: &Ident, at: Span) -> TokenStream {
    let prompt = respan(asking.prompt.to_token_stream(), at);
    quote_spanned!(at=> type __Of = <#prompt as #krate::Asks>::Of;)
}
