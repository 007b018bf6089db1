//! The code of an agent: the function as it was, and beside it a marker of the same name in the
//! type namespace, which pipelines refer to.

use super::asking::{self, Asking};
use super::check::{Agent, Output, RoleName};
use super::page;
use super::parameters::Parameter;
use super::refused;
use super::tools;
use crate::contract::expand::json_types::key_checks;
use crate::duration;
use crate::editor;
use crate::errors::Errors;
use crate::krate;
use crate::spans::{Place, declaration, local, projection, respan};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, Lit, Path};

/// The function comes first and untouched: errors come after it.
pub fn expand(
    item: &TokenStream,
    agent: Result<&Agent, Path>,
    probe: &TokenStream,
    errors: Errors,
) -> TokenStream {
    let beside = match agent {
        Ok(agent) => marker(agent, probe),
        // Between methods nothing else can stand.
        Err(_) if takes_self(item) => TokenStream::new(),
        // Not even the types can be told.
        Err(krate) => editor::alone(&krate, probe),
    };
    let errors = errors.into_tokens();
    // An agent is async whether it awaits or not, and owns its input whether it consumes it or not.
    quote!(#[allow(clippy::unused_async, clippy::needless_pass_by_value)] #item #beside #errors)
}

/// The output of an agent, as it is known beside it.
pub fn output(agent: &Agent) -> TokenStream {
    let Agent { krate, ident, .. } = agent;
    quote!(<#ident as #krate::AgentSpec>::Output)
}

fn takes_self(item: &TokenStream) -> bool {
    item.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(parameters) if parameters.delimiter() == Delimiter::Parenthesis => {
            parameters.stream().into_iter().take(3).any(|tree| tree.to_string() == "self")
        }
        _ => false,
    })
}

fn marker(agent: &Agent, probe: &TokenStream) -> TokenStream {
    let Agent { docs, attributes, visibility, ident, .. } = agent;
    let summary = format!("The agent [`{ident}`](fn@{ident}), as a stage of a pipeline.");
    let docs = if docs.is_empty() { quote!(#[doc = #summary]) } else { quote!(#(#docs)*) };
    let page = page::text(agent);
    let krate = krate::import(&agent.krate);
    let call = call(agent);
    let specification = specification(agent);
    let runs = runs(agent);
    let drives = drives(agent);
    let keys = keys(agent);
    let declared = declared(agent);
    let compiler = quote!(#krate #call #specification #runs #drives #keys);
    let expansion = editor::choose(&agent.krate, &quote!(#probe #declared), &compiler);
    let marker = declaration(visibility, &quote!(struct), ident, &quote!({ _private: () }));
    quote! {
        #(#attributes)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            dead_code,
            deprecated,
            unexpected_cfgs,
            unreachable_pub,
            unused_qualifications,
            missing_copy_implementations,
            missing_debug_implementations,
            clippy::unused_unit
        )]
        const _: () = #expansion;

        #docs
        #[doc = #page]
        #(#attributes)*
        #[allow(
            non_camel_case_types,
            dead_code,
            unreachable_pub,
            missing_copy_implementations,
            missing_debug_implementations
        )]
        #marker
    }
}

/// What an editor is told of the agent: that it can run anywhere.
fn declared(agent: &Agent) -> TokenStream {
    let Agent { ident, input, takes, output, .. } = agent;
    let input = input.as_ref().map_or(takes, |input| &input.value);
    let output = match output {
        Output::Type(ty) => quote!(#ty),
        Output::Unknown(_) => quote!(()),
    };
    editor::declared(ident, &quote!(#input), &output)
}

/// Asks whether the maps that the agent is handed, or hands on, have keys that JSON can have.
fn keys(agent: &Agent) -> Option<TokenStream> {
    let Agent { ident, input, takes, output, .. } = agent;
    let krate = krate::name(ident.span());
    let place = quote!(#krate::contract);
    let mut checks = key_checks(input.as_ref().map_or(takes, |input| &input.value), &place);
    if let Output::Type(output) = output {
        checks.extend(key_checks(output, &place));
    }
    (!checks.is_empty()).then(|| quote!(use #place::Untyped as _; #(#checks)*))
}

/// A type that stands for the place of something that is declared, for rustc to point at.
fn place_of(declares: &Ident, place: Place) -> TokenStream {
    let end = quote_spanned!(place.last=> ;);
    quote_spanned!(place.first=> pub struct #declares #end)
}

fn output_of(agent: &Agent) -> Ident {
    format_ident!("output_of_{}", agent.ident.unraw(), span = agent.declared.last)
}

/// The one place where the function is called, and where the types of the signature stand outside
/// everything generic: a future that is not `Send`, or a misspelt type, is one error.
fn call(agent: &Agent) -> TokenStream {
    let Agent { ident, input, takes, parameters, returns, callable, blocking, .. } = agent;
    let span = ident.span();
    let (mut resources, mut types) = (tools::items(agent), vec![quote!(#takes)]);
    for (number, parameter) in parameters.iter().enumerate() {
        types.push(match parameter {
            // Another type or trait of that name is then wrong in one place, the user's.
            Parameter::Context(_) => {
                let krate = krate::name(span);
                quote_spanned!(span=> #krate::engine::Context)
            }
            Parameter::State { whole: ty, .. } | Parameter::Unnamed(ty) => quote!(#ty),
        });
        if let Parameter::State { resource, .. } = parameter {
            let alias = resource_alias(number, span);
            resources.extend(quote_spanned!(span=> type #alias = #resource;));
        }
    }
    if let Some(asking) = &agent.asks {
        let at = agent.returned.first;
        resources.extend(asking::alias(asking, &krate::name(at), at));
    }
    if !*callable {
        return resources;
    }
    let values = values(agent, span);
    let returns = returns.as_ref().map_or_else(|| quote_spanned!(span=> ()), |ty| quote!(#ty));
    let krate = krate::name(span);
    let outcome = if *blocking {
        returns
    } else {
        quote_spanned! {span=>
            impl #krate::Future<Output = #returns> + #krate::Send
        }
    };
    // Only for the check that the attribute says the same.
    let taken = input.as_ref().map(|_| quote_spanned!(span=> type __Taken = #takes;));
    quote_spanned! {span=>
        #taken
        #resources
        fn __call(#(#values: #types),*) -> #outcome {
            #ident(#(#values),*)
        }
    }
}

/// Names for all that the function is called with.
fn values(agent: &Agent, span: Span) -> Vec<Ident> {
    let mut values = Vec::new();
    for number in 0..=agent.parameters.len() {
        values.push(local(&format!("value{number}"), span));
    }
    values
}

fn resource_alias(number: usize, span: Span) -> Ident {
    format_ident!("__Resource{number}", span = span)
}

fn specification(agent: &Agent) -> TokenStream {
    let Agent { ident, input, takes, output, declared, .. } = agent;
    let Agent { input_budget, max_output_tokens, retries, concurrency, max_turns, .. } = agent;
    let span = ident.span();
    let krate = krate::name(span);
    let declares = output_of(agent);
    let declares_item = place_of(&declares, *declared);
    let declares_input = input.as_ref().map(|input| place_of(&input_of(ident, input.place), input.place));
    let config = config(agent);
    let input = input.as_ref().map_or(takes, |input| &input.value);
    let output = match output {
        Output::Type(ty) => quote!(#ty),
        Output::Unknown(error) => refused::unknown(error).to_token_stream(),
    };
    let computed = |number: &Option<Expr>| number.clone().filter(|number| !is_written_out(number));
    let (input_budget, input_is_positive) = bound(ident, "INPUT_BUDGET", "Budgeted", computed(input_budget));
    let (max_output, output_is_positive) =
        bound(ident, "MAX_OUTPUT_TOKENS", "Budgeted", computed(max_output_tokens));
    let (concurrency, concurrency_is_positive) =
        bound(ident, "CONCURRENCY", "CalledAtOnce", computed(concurrency));
    let (max_turns, turns_are_positive) = bound(ident, "MAX_TURNS", "TakesTurns", computed(max_turns));
    let retries = computed(retries).map(|retries| quote_spanned!(span=> const RETRIES: u32 = #retries;));
    quote_spanned! {span=>
        #declares_item
        #declares_input
        #input_is_positive
        #output_is_positive
        #concurrency_is_positive
        #turns_are_positive

        #[automatically_derived]
        impl #krate::AgentSpec for #ident {
            type Input = #input;
            type Output = #output;
            type Declared = #declares;
            const CONFIG: &'static #krate::Config = #config;
            #input_budget
            #max_output
            #concurrency
            #max_turns
            #retries
        }
    }
}

/// What can be read off the attribute. Each constant of its own would be one more for rustc to check: only
/// what has to be computed gets one, which is also where rustc says what is wrong with it.
fn config(agent: &Agent) -> TokenStream {
    let Agent { ident, name, role, timeout, idle_timeout, backoff, blocking, signal, .. } = agent;
    let Agent { input_budget, max_output_tokens, retries, concurrency, max_turns, .. } = agent;
    let span = ident.span();
    let krate = krate::name(span);
    let role = match role {
        RoleName::Known(variant) => {
            let variant = Ident::new(variant, span);
            quote_spanned!(span=> #krate::Role::#variant)
        }
        RoleName::Other(words) => {
            quote_spanned!(span=> #krate::Role::Other(#krate::Cow::Borrowed(#words)))
        }
    };
    let mut config = quote_spanned!(span=> &#krate::Config::new(#name, #role, &#krate::module_path!()));
    for (method, number) in [
        ("input_budget", input_budget),
        ("max_output_tokens", max_output_tokens),
        ("retries", retries),
        ("concurrency", concurrency),
        ("max_turns", max_turns),
    ] {
        if let Some(number) = number.as_ref().filter(|number| is_written_out(number)) {
            let method = Ident::new(method, span);
            config.extend(quote_spanned!(span=> .#method(#number)));
        }
    }
    if let Some(timeout) = timeout {
        let (seconds, nanoseconds) = (timeout.as_secs(), timeout.subsec_nanos());
        config.extend(quote_spanned!(span=> .timeout(#seconds, #nanoseconds)));
    }
    if let Some(idle_timeout) = idle_timeout {
        let (seconds, nanoseconds) = (idle_timeout.as_secs(), idle_timeout.subsec_nanos());
        config.extend(quote_spanned!(span=> .idle_timeout(#seconds, #nanoseconds)));
    }
    if let Some((first, longest)) = backoff {
        let [first, longest] = [first, longest].map(|pause| duration::tokens(&krate, span, *pause));
        config.extend(quote_spanned!(span=> .backoff(#first, #longest)));
    }
    if *blocking {
        config.extend(quote_spanned!(span=> .blocking()));
    }
    if *signal {
        config.extend(quote_spanned!(span=> .signal(#krate::engine::check_answer::<Self>)));
    }
    config.extend(tools::config(&agent.tools, span));
    if agent.asks.is_some() {
        let of = Ident::new("__Of", agent.returned.first);
        config.extend(quote_spanned!(span=> .asks(#krate::type_name::<#of>)));
    }
    if let Some(text) = &agent.text {
        let method = Ident::new(if agent.asks_its_text { "prompt" } else { "doc" }, span);
        config.extend(quote_spanned!(span=> .#method(#text)));
    }
    config
}

/// A literal that is certainly a `u32`. That a budget is not 0 was checked.
fn is_written_out(number: &Expr) -> bool {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), attrs }) => {
            attrs.is_empty()
                && matches!(literal.suffix(), "" | "u32")
                && literal.base10_parse::<u32>().is_ok()
        }
        _ => false,
    }
}

/// The constant of a bound, and the check that it is not 0, which is a trait.
fn bound(ident: &Ident, constant: &str, check: &str, bound: Option<Expr>) -> (TokenStream, TokenStream) {
    let Some(bound) = bound else {
        return Default::default();
    };
    let (span, place) = (ident.span(), Place::of(&bound));
    let check = Ident::new(check, place.first);
    let (krate, krate_at) = (krate::name(span), krate::name(place.first));
    let number = format_ident!("__{constant}", span = place.first);
    let number_here = respan(quote!(#number), span);
    let constant = Ident::new(constant, span);
    let ident_at = respan(quote!(#ident), place.first);
    let itself = projection(place, &ident_at, &quote!(#krate::Itself), "Itself");
    let constant = quote_spanned! {span=>
        const #constant: #krate::Option<u32> =
            #krate::Some(#number_here);
    };
    let first = place.first;
    let check = quote_spanned! {first=>
        const #number: u32 = #bound;
        const _: () = <#itself as #krate_at::#check<
            #ident_at,
            {#krate_at::capacity::is_budget(#number)}
        >>::CHECKED;
    };
    (constant, check)
}

fn input_of(ident: &Ident, place: Place) -> Ident {
    format_ident!("input_of_{}", ident.unraw(), span = place.last)
}

/// How the function is called. All tokens of the header have the function's span: rustc shows it
/// where a resource is missing.
fn runs(agent: &Agent) -> TokenStream {
    let Agent { ident, parameters, callable, signal, .. } = agent;
    // Where nobody can be asked, that is said at what the function returns, by whatever mentions it.
    let span = if agent.asks.is_some() { agent.returned.first } else { ident.span() };
    let ident = &respan(quote!(#ident), span);
    let krate = krate::name(span);
    let state_type = Ident::new("S", span);
    let (value, cx, state) = (local("input", span), local("cx", span), local("state", span));
    let mut resources = TokenStream::new();
    if agent.asks.is_some() {
        resources.extend(quote_spanned!(span=> #state_type: #krate::Asked<__Of, #ident>,));
    }
    for (number, parameter) in parameters.iter().enumerate() {
        if let Parameter::State { .. } = parameter {
            let resource = resource_alias(number, span);
            resources.extend(quote_spanned!(span=> #state_type: #krate::Provides<#resource, #ident>,));
        }
    }
    let body = if *signal {
        quote_spanned!(span=> #krate::engine::attempt_signal::<Self>(#value, #cx))
    } else if *callable {
        settle(agent, &value, &cx, &state)
    } else {
        quote_spanned!(span=> #krate::Box::pin(#krate::pending()))
    };
    // A path in the place of a closure is a bound of the user's type more, and another error where it does not hold.
    let closures = agent.asks.as_ref().map(|_| quote!(#[allow(clippy::redundant_closure)]));
    quote_spanned! {span=>
        #[automatically_derived]
        #[allow(unused_variables)]
        #closures
        impl<#state_type> #krate::Agent<#state_type> for #ident
        where
            #state_type: #krate::Send + #krate::Sync,
            #resources
        {
            fn run<'a>(
                #value: <Self as #krate::AgentSpec>::Input,
                #cx: &'a #krate::engine::Attempt<'_>,
                #state: &'a #state_type,
            ) -> #krate::Running<'a, <Self as #krate::AgentSpec>::Output> {
                #body
            }
        }
    }
}

/// The input as the function takes it, where the attribute says what it is: they may disagree.
fn take(agent: &Agent, value: &Ident) -> TokenStream {
    let Agent { ident, input, takes, .. } = agent;
    let Some(input) = input else {
        return quote!(#value);
    };
    let taken = Place::of(takes);
    let at = taken.first;
    let krate = krate::name(at);
    let ident_at = respan(quote!(#ident), at);
    let declares = input_of(ident, input.place);
    let declares = respan(quote!(#declares), at);
    let place = projection(taken, &declares, &quote!(#krate::Itself), "Itself");
    quote_spanned! {at=>
        <#place as #krate::Takes<#ident_at, <Self as #krate::AgentSpec>::Input, __Taken>>::take(#value)
    }
}

/// The call, and what the wrapper makes of what the function returned.
fn settle(agent: &Agent, value: &Ident, cx: &Ident, state: &Ident) -> TokenStream {
    let Agent { ident, parameters, blocking, returned: place, .. } = agent;
    let at = place.first;
    let krate = krate::name(at);
    let ident_at = respan(quote!(#ident), at);
    let take = take(agent, value);
    let mut arguments = Vec::new();
    for (number, parameter) in parameters.iter().enumerate() {
        arguments.push(match parameter {
            Parameter::Context(_) => quote_spanned!(at=> #cx.context()),
            Parameter::State { .. } => {
                let resource = resource_alias(number, at);
                quote_spanned!(at=> #krate::State(<S as #krate::Provides<#resource, #ident_at>>::provide(#state)))
            }
            // Of a type that is wrong: rustc says so.
            Parameter::Unnamed(_) => quote_spanned!(at=> #krate::State(())),
        });
    }
    let call = quote_spanned!(at=> __call(#take, #(#arguments),*));
    let place = projection(*place, &ident_at, &quote!(#krate::AgentSpec), "Declared");
    let fail = Ident::new("fail", agent.returned.last);
    let fails =
        |returned: &TokenStream| quote_spanned!(at=> <_ as #krate::Fails<#ident_at>>::#fail(#returned));
    let receive = |returned: &TokenStream| match &agent.asks {
        Some(Asking { fallible: true, .. }) => fails(returned),
        Some(_) => quote_spanned!(at=> #krate::Ok(#returned)),
        None => fails(&quote_spanned! {at=>
            <#place as #krate::Returns<
                #ident_at, _, <Self as #krate::AgentSpec>::Output, _
            >>::receive(#returned)
        }),
    };
    let (attempt, attempt_blocking, of) = match agent.asks {
        Some(_) => (
            quote_spanned!(at=> attempt_asking::<Self, _, _>),
            quote_spanned!(at=> attempt_blocking_asking::<Self, _, _>),
            quote_spanned!(at=> , move || <S as #krate::Asked<__Of, #ident_at>>::asked(#state)),
        ),
        None => (
            quote_spanned!(at=> attempt::<Self, _>),
            quote_spanned!(at=> attempt_blocking::<Self, _>),
            TokenStream::new(),
        ),
    };
    if *blocking {
        // What it is called with is taken here; the function alone goes to another thread.
        let values = values(agent, at);
        let receive = receive(&quote_spanned!(at=> __call(#(#values),*)));
        return quote_spanned! {at=>
            #krate::engine::#attempt_blocking(#cx, move || {
                let (#(#values,)*) = (#take, #(#arguments,)*);
                move || #receive
            } #of)
        };
    }
    let returned = local("returned", at);
    let receive = receive(&quote!(#returned));
    quote_spanned!(at=> #krate::engine::#attempt(#cx, move || #call, |#returned| #receive #of))
}

/// An agent runs wherever it can be called.
fn drives(agent: &Agent) -> TokenStream {
    let Agent { ident, tools, .. } = agent;
    let span = ident.span();
    let krate = krate::name(span);
    let engine = Ident::new("E", span);
    let (bounds, call) = tools::driven(tools, &engine, span);
    quote_spanned! {span=>
        #[automatically_derived]
        impl<#engine: #krate::Calls<#ident> #bounds> #krate::Drive<#engine> for #ident {
            fn drive<'a>(
                __engine: &'a #engine,
                __input: #krate::Handed<<Self as #krate::AgentSpec>::Input>,
                __to: #krate::Target,
            ) -> #krate::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                #call
            }
        }
    }
}
