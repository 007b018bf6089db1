//! The documentation of an item, as text: what an agent without a body asks, and what descriptions say of agents and
//! pipelines.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta};

/// What it says, as one text.
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
