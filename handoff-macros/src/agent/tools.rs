//! Agents that call agents: what is checked of their tools, and the code for them.

use super::check::Agent;
use super::parameters::Parameter;
use super::syntax::{Argument, Tools};
use crate::errors::{Errors, shown};
use crate::krate;
use crate::spans::{Place, projection, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Expr, Path};

/// What the function is, as far as its tools go.
pub struct Of<'a> {
    pub function: &'a Ident,
    pub asks: bool,
    pub parameters: &'a [Parameter],
}

/// The tools of an agent, each once. None where something is wrong with them.
pub fn check(
    tools: Option<Tools>,
    max_turns: Option<&Argument<Expr>>,
    of: &Of<'_>,
    errors: &mut Errors,
) -> Vec<Path> {
    let function = of.function;
    let Some(Tools { key, paths }) = tools else {
        if let Some(max_turns) = max_turns {
            errors.at_with_help(
                &max_turns.value,
                format_args!("agent `{function}` has `max_turns`, and no tools"),
                "write `tools(…)` beside it, or leave `max_turns` out: a model that has no tools is asked once",
            );
        }
        return Vec::new();
    };
    let mut wrong = paths.is_empty();
    if paths.is_empty() {
        errors.at_with_help(
            &key,
            format_args!("`tools` of agent `{function}` is empty"),
            "name agents or pipelines: `tools(look_up, search)`, or leave `tools` out",
        );
    }
    let has_context = of.parameters.iter().any(|parameter| matches!(parameter, Parameter::Context(_)));
    if !of.asks && !has_context {
        wrong = true;
        errors.at_with_help(
            &key,
            format_args!("agent `{function}` asks nobody, so nobody calls its tools"),
            "return a `Prompt<…>`, or take a `Context`, with which a model is asked",
        );
    }
    for (index, path) in paths.iter().enumerate() {
        let text = shown(path);
        if path.get_ident().is_some_and(|tool| tool.unraw() == function.unraw()) {
            wrong = true;
            errors.at_with_help(
                path,
                format_args!("agent `{function}` is its own tool, so it would never end"),
                "name another agent or pipeline, and if that is called the same, rename this one",
            );
        } else if paths[..index].iter().any(|other| shown(other) == text) {
            wrong = true;
            errors.at_with_help(
                path,
                format_args!("`{text}` is a tool of agent `{function}` already"),
                "leave one of the two out",
            );
        }
    }
    if wrong { Vec::new() } else { paths }
}

fn alias(number: usize, span: Span) -> Ident {
    format_ident!("__Tool{number}", span = span)
}

/// A name for each tool: its path stands once, so that one that is no agent is one error. And the check that a model can
/// tell them apart.
pub fn items(agent: &Agent) -> TokenStream {
    let Agent { ident, tools, .. } = agent;
    let mut items = TokenStream::new();
    let (Some(first), Some(last)) = (tools.first(), tools.last()) else { return items };
    let mut names = Vec::new();
    for (number, tool) in tools.iter().enumerate() {
        let at = Place::of(tool).first;
        let alias = alias(number, at);
        items.extend(quote_spanned!(at=> type #alias = #tool;));
        let krate = krate::name(at);
        names.push(quote_spanned!(at=> <#alias as #krate::AgentSpec>::ID));
    }
    if tools.len() > 1 {
        let place = Place::of(first).to(Place::of(last));
        let at = place.first;
        let krate = krate::name(at);
        let ident_at = respan(ident.to_token_stream(), at);
        let itself = projection(place, &ident_at, &quote!(#krate::Itself), "Itself");
        items.extend(quote_spanned! {at=>
            const _: () = <#itself as #krate::ToldApart<
                #ident_at,
                {#krate::agent::can_be_told_apart(&[#(#names),*])}
            >>::CHECKED;
        });
    }
    items
}

/// `.tools(…)` of the agent's `Config`.
pub fn config(tools: &[Path], span: Span) -> Option<TokenStream> {
    let krate = krate::name(span);
    let tools: Vec<_> = (0..tools.len()).map(|number| alias(number, span)).collect();
    (!tools.is_empty()).then(|| quote_spanned!(span=> .tools(&[#(#krate::Tool::of::<#tools>()),*])))
}

/// What an engine has to be that drives the agent, beside one that calls it, and the call.
pub fn driven(tools: &[Path], engine: &Ident, span: Span) -> (TokenStream, TokenStream) {
    let krate = krate::name(span);
    if tools.is_empty() {
        return (
            TokenStream::new(),
            quote_spanned!(span=> #krate::call::<Self, #engine>(__engine, __input, __to)),
        );
    }
    let tools: Vec<_> = (0..tools.len()).map(|number| alias(number, span)).collect();
    let bounds = quote_spanned!(span=> #(+ #krate::CallsTool<#tools>)*);
    let call = quote_spanned! {span=>
        #krate::engine::call_with_tools::<Self, #engine, _>(
            __engine,
            __input,
            __to,
            [#(<#engine as #krate::CallsTool<#tools>>::call_tool),*],
        )
    };
    (bounds, call)
}
