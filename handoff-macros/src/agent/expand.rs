//! The code of an agent: the function as it was, and beside it a marker of the same name in the
//! type namespace, which pipelines refer to.

use super::check::{Agent, Output, Parameter, RoleName};
use crate::errors::Errors;
use crate::spans::{Place, local};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::time::Duration;
use syn::Path;

/// The function comes first and untouched: errors come after it.
pub(super) fn expand(item: &TokenStream, agent: Option<Agent>, errors: Errors) -> TokenStream {
    let agent = agent.map(|agent| marker(&agent));
    let errors = errors.into_tokens();
    quote!(#item #agent #errors)
}

fn marker(agent: &Agent) -> TokenStream {
    let Agent { krate, docs, visibility, ident, declared, output, .. } = agent;
    let span = ident.span();
    let summary = format!("The agent [`{ident}`](fn@{ident}), as a stage of a pipeline.");
    let docs = if docs.is_empty() { quote!(#[doc = #summary]) } else { quote!(#(#docs)*) };
    let declares = format_ident!("output_of_{ident}", span = declared.last);
    let end = quote_spanned!(declared.last=> ;);
    let declares_item = quote_spanned!(declared.first=> pub struct #declares #end);
    let output = match output {
        Output::Type(ty) => quote!(#ty),
        // In a type's place the error would leave a `()`, and that many more errors; this type is
        // as unknown to rustc as it is to us.
        Output::Unknown(error) => quote!([(); {#error}]),
    };
    let specification = specification(agent, &declares, &output);
    let runs = runs(agent, &output);
    let engine = Ident::new("__E", span);
    // All tokens of the headers have the function's span: rustc shows them where a resource is
    // missing.
    let drives = quote_spanned! {span=>
        #[automatically_derived]
        impl<#engine: #krate::__private::Calls<#ident>> #krate::__private::Drive<#engine> for #ident {
            fn drive<'a>(
                engine: &'a #engine,
                input: #krate::Envelope<<Self as #krate::AgentSpec>::Input>,
                to: #krate::__private::Target,
            ) -> #krate::__private::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                #krate::__private::Box::pin(#krate::__private::Calls::<#ident>::call(engine, input, to))
            }
        }
    };
    quote_spanned! {span=>
        #docs
        #[allow(non_camel_case_types, dead_code, unreachable_pub)]
        #visibility struct #ident { _agent: () }

        #[doc(hidden)]
        #[allow(non_camel_case_types, unreachable_pub, missing_debug_implementations)]
        const _: () = {
            #declares_item
            #specification
            #runs
            #drives
        };
    }
}

fn specification(agent: &Agent, declares: &Ident, output: &TokenStream) -> TokenStream {
    let Agent { krate, ident, input, name, role, input_budget, max_output_tokens, timeout, retries, .. } =
        agent;
    let span = ident.span();
    let role = match role {
        RoleName::Known(variant) => {
            let variant = Ident::new(variant, span);
            quote_spanned!(span=> #krate::Role::#variant)
        }
        RoleName::Other(words) => {
            quote_spanned!(span=> #krate::Role::Other(#krate::__private::Cow::Borrowed(#words)))
        }
    };
    let bound = |constant: &str, bound: &Option<syn::Expr>| {
        let constant = Ident::new(constant, span);
        bound.as_ref().map(|bound| {
            quote_spanned! {span=>
                const #constant: #krate::__private::Option<u32> = {
                    const __BOUND: u32 = #bound;
                    #krate::__private::Option::Some(__BOUND)
                };
            }
        })
    };
    let input_budget = bound("INPUT_BUDGET", input_budget);
    let max_output_tokens = bound("MAX_OUTPUT_TOKENS", max_output_tokens);
    let timeout = timeout.as_ref().map(|timeout| duration(krate, span, *timeout));
    let retries = retries.as_ref().map(|retries| quote_spanned!(span=> const RETRIES: u32 = #retries;));
    quote_spanned! {span=>
        #[automatically_derived]
        impl #krate::AgentSpec for #ident {
            type Input = #input;
            type Output = #output;
            type Declared = #declares;
            const ID: &'static #krate::AgentId = &#krate::AgentId::new(#name, #role);
            #input_budget
            #max_output_tokens
            #timeout
            #retries
        }
    }
}

fn duration(krate: &Path, span: Span, timeout: Duration) -> TokenStream {
    let (seconds, nanoseconds) = (timeout.as_secs(), timeout.subsec_nanos());
    quote_spanned! {span=>
        const TIMEOUT: #krate::__private::Option<#krate::__private::Duration> =
            #krate::__private::Option::Some(#krate::__private::Duration::new(#seconds, #nanoseconds));
    }
}

/// How the function is called.
fn runs(agent: &Agent, output: &TokenStream) -> TokenStream {
    let Agent { krate, ident, input, takes, parameters, returned, callable, .. } = agent;
    let span = ident.span();
    let state_type = Ident::new("__S", span);
    let (value, cx, state) = (local("input", span), local("cx", span), local("state", span));
    let arguments = parameters.iter().map(|parameter| match parameter {
        Parameter::Context(ty) => {
            let place = Place::of(ty);
            quote_spanned!(place.first=> #cx.context())
        }
        Parameter::State { resource, whole } => {
            let place = Place::of(whole);
            quote_spanned! {place.first=>
                #krate::State(<#state_type as #krate::agent::Provides<#resource, #ident>>::provide(#state))
            }
        }
    });
    let resources = parameters.iter().filter_map(|parameter| match parameter {
        Parameter::Context(_) => None,
        Parameter::State { resource, .. } => {
            Some(quote_spanned!(span=> #state_type: #krate::agent::Provides<#resource, #ident>,))
        }
    });
    let body = if *callable {
        let taken = Place::of(takes);
        let (opens, closes) = (quote_spanned!(taken.first=> <), quote_spanned!(taken.last=> Declared));
        let place = quote_spanned!(taken.first=> #opens #ident as #krate::AgentSpec>::#closes);
        let take = quote_spanned! {taken.first=>
            <#place as #krate::agent::Takes<#ident, #input, #takes>>::take(#value)
        };
        let at = returned.first;
        let function = ident_at(ident, at);
        let awaited = quote_spanned!(returned.last=> await);
        let call = quote_spanned!(at=> #function(#take, #(#arguments),*).#awaited);
        quote_spanned! {at=>
            #krate::agent::Returns::<#ident, <Self as #krate::AgentSpec>::Output, _>::settle(#call)
        }
    } else {
        quote_spanned!(span=> #krate::__private::pending().await)
    };
    let _ = output;
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(unused_variables)]
        impl<#state_type> #krate::agent::Agent<#state_type> for #ident
        where
            #state_type: #krate::__private::Send + #krate::__private::Sync,
            #(#resources)*
        {
            async fn run(
                #value: <Self as #krate::AgentSpec>::Input,
                #cx: &#krate::agent::Attempt<'_>,
                #state: &#state_type,
            ) -> #krate::__private::Result<<Self as #krate::AgentSpec>::Output, #krate::agent::Failure> {
                #body
            }
        }
    }
}

/// The same name, elsewhere.
fn ident_at(ident: &Ident, at: Span) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().located_at(at));
    ident
}
