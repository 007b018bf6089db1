//! The code of a pipeline: a type and a function of its name, and how it is driven.

use super::check::{Gather, Node};
use super::syntax::{Header, Rule};
use crate::errors::Errors;
use crate::spans::{Place, local, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Path;
use syn::ext::IdentExt as _;

pub(super) fn expand(header: &Header, nodes: &[Node], errors: Errors) -> TokenStream {
    let Header { attributes, visibility, ident, .. } = header;
    let span = ident.span();
    let name = ident.unraw().to_string();
    let (docs, other): (Vec<_>, Vec<_>) =
        attributes.iter().partition(|attribute| attribute.path().is_ident("doc"));
    let summary = format!("The pipeline `{name}`.");
    let docs = if docs.is_empty() { quote!(#[doc = #summary]) } else { quote!(#(#docs)*) };
    let constructor = format!("The pipeline [`{name}`](struct@{name}), for `runtime.run({name}, input)`.");
    let body = if errors.is_empty() { Chain::new(header).expand(nodes) } else { fallback(header, errors) };
    quote_spanned! {span=>
        #docs
        #(#other)*
        #[allow(non_camel_case_types, dead_code, unreachable_pub, missing_debug_implementations)]
        #visibility struct #ident { _pipeline: () }

        #[doc = #constructor]
        #(#other)*
        #[allow(dead_code, unreachable_pub)]
        #[must_use]
        #visibility const fn #ident() -> #ident {
            #ident { _pipeline: () }
        }

        #(#other)*
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            non_upper_case_globals,
            dead_code,
            unreachable_pub,
            missing_debug_implementations
        )]
        const _: () = {
            #body
        };
    }
}

/// What is known of a pipeline whose stages do not parse: enough that whatever uses it stays
/// quiet. The errors stand in the place of its body.
fn fallback(header: &Header, errors: Errors) -> TokenStream {
    let Header { krate, ident, .. } = header;
    let span = ident.span();
    let errors = errors.into_tokens();
    let specification = specification(header, &TokenStream::new());
    quote_spanned! {span=>
        #specification

        #[automatically_derived]
        impl<__E: #krate::__private::Engine> #krate::__private::Drive<__E> for #ident {
            fn drive<'a>(
                _: &'a __E,
                _: #krate::Envelope<<Self as #krate::AgentSpec>::Input>,
                _: #krate::__private::Target,
            ) -> #krate::__private::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                #errors
            }
        }
    }
}

fn specification(header: &Header, constants: &TokenStream) -> TokenStream {
    let Header { krate, ident, input, output, .. } = header;
    let span = ident.span();
    let name = ident.unraw().to_string();
    let declared = Place::of(output);
    let declares = format_ident!("output_of_{ident}", span = declared.last);
    let end = quote_spanned!(declared.last=> ;);
    let declares_item = quote_spanned!(declared.first=> pub struct #declares #end);
    quote_spanned! {span=>
        #declares_item

        #[automatically_derived]
        impl #krate::AgentSpec for #ident {
            type Input = #input;
            type Output = #output;
            type Declared = #declares;
            const ID: &'static #krate::AgentId = &#krate::AgentId::new(
                #name,
                #krate::Role::Other(#krate::__private::Cow::Borrowed("pipeline")),
            );
            #constants
        }
    }
}

/// The value as it stands between two stages: who handed it on, and as what.
struct Upstream {
    /// The type that stands for who handed it on, in messages.
    agent: TokenStream,
    /// The type of the value.
    value: TokenStream,
    kind: Kind,
    /// Where it stands: an agent, or a barrier.
    place: Place,
    /// Where all that it depends on stands: a fan-out with its barrier.
    whole: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The pipeline's own input.
    Input,
    /// The output of an agent.
    Agent,
    /// What a barrier hands on; with the number of the gather, where it hands on all results.
    Barrier { all: Option<usize> },
}

/// Writes the stages one after the other.
struct Chain<'a> {
    header: &'a Header,
    krate: &'a Path,
    span: Span,
    /// The items that the stages need: aliases, constants, checks.
    items: TokenStream,
    /// The body of `drive`.
    statements: TokenStream,
    aliases: Vec<Ident>,
    upstream: Upstream,
    /// Whether a barrier has counted successes, which is a confidence.
    counted: bool,
    gates: usize,
}

impl<'a> Chain<'a> {
    fn new(header: &'a Header) -> Self {
        let Header { krate, ident, input, .. } = header;
        Self {
            header,
            krate,
            span: ident.span(),
            items: TokenStream::new(),
            statements: TokenStream::new(),
            aliases: Vec::new(),
            upstream: Upstream {
                agent: quote!(#ident),
                value: quote!(#input),
                kind: Kind::Input,
                place: Place::of(input),
                whole: Place::of(input),
            },
            counted: false,
            gates: 0,
        }
    }

    fn expand(mut self, nodes: &[Node]) -> TokenStream {
        // Each agent's path stands once in the code: a function that is no agent is then one
        // error.
        for node in nodes {
            let path = match node {
                Node::Agent { path, .. } => path,
                Node::Gather(gather) => &gather.agent,
                Node::Gate { .. } => continue,
            };
            let alias = Ident::new(&format!("__Stage{}", self.aliases.len() + 1), Place::of(path).first);
            self.items.extend(quote_spanned!(Place::of(path).first=> type #alias = #path;));
            self.aliases.push(alias);
        }
        let mut agent = 0;
        for (index, node) in nodes.iter().enumerate() {
            let rest = &nodes[index + 1..];
            match node {
                Node::Agent { place, .. } => {
                    self.agent(agent, *place, rest);
                    agent += 1;
                }
                Node::Gate { threshold, place } => self.gate(agent, threshold, *place),
                Node::Gather(gather) => {
                    self.gather(agent, gather, rest);
                    agent += 1;
                }
            }
        }
        self.finish(nodes)
    }

    /// A type whose first and last tokens stand where the place begins and ends, so that rustc
    /// underlines all of it: the pipeline itself, in messages.
    fn itself(&self, place: Place) -> TokenStream {
        let (krate, ident) = (self.krate, &self.header.ident);
        self.projection(place, &quote!(#ident), &quote!(#krate::__private::Itself), "Itself")
    }

    /// The place where `agent` declares its output, for rustc to point at.
    fn declared(&self, agent: &TokenStream, place: Place) -> TokenStream {
        let krate = self.krate;
        self.projection(place, agent, &quote!(#krate::AgentSpec), "Declared")
    }

    fn projection(&self, place: Place, ty: &TokenStream, of: &TokenStream, name: &str) -> TokenStream {
        let (ty, of) = (respan(ty.clone(), place.first), respan(of.clone(), place.first));
        let name = Ident::new(name, place.last);
        quote_spanned!(place.first=> <#ty as #of>::#name)
    }

    /// `<Stage as AgentSpec>::name`
    fn of_stage(&self, stage: &TokenStream, name: &str, span: Span) -> TokenStream {
        let (krate, name) = (self.krate, Ident::new(name, span));
        let stage = respan(stage.clone(), span);
        quote_spanned!(span=> <#stage as #krate::AgentSpec>::#name)
    }

    /// Where what is handed on now goes: to the next agent, or out of the pipeline.
    fn target(&self, next: usize, rest: &[Node]) -> TokenStream {
        let krate = self.krate;
        let to = local("to", self.span);
        let read = rest.iter().find_map(|node| match node {
            Node::Agent { .. } => Some("of"),
            Node::Gather(_) => Some("through"),
            Node::Gate { .. } => None,
        });
        match (read, self.aliases.get(next)) {
            (Some(how), Some(stage)) => {
                let how = Ident::new(how, self.span);
                let stage = respan(quote!(#stage), self.span);
                quote_spanned!(self.span=> #krate::__private::Target::#how::<#stage>())
            }
            _ => quote_spanned!(self.span=> #to),
        }
    }

    fn agent(&mut self, number: usize, place: Place, rest: &[Node]) {
        let krate = self.krate;
        let stage = &self.aliases[number];
        let stage = quote!(#stage);
        let value = local("value", self.span);
        let input = self.of_stage(&stage, "Input", place.first);
        let Upstream { agent: up, value: out, kind, place: from, .. } = &self.upstream;
        // All tokens of a check have one span, but the outermost: else rustc would underline the
        // whole macro call.
        let edge = from.to(place);
        let at = edge.first;
        let up_at = respan(up.clone(), at);
        let out_at = respan(out.clone(), at);
        let stage_at = respan(stage.clone(), at);
        let input_at = respan(input, at);
        let handed = match kind {
            Kind::Input => {
                let itself = self.itself(place);
                let at = place.first;
                let (pipeline, out) = (respan(up.clone(), at), respan(out.clone(), at));
                let (first, input) = (respan(stage.clone(), at), respan(input_at, at));
                quote_spanned! {at=>
                    <#itself as #krate::pipeline::Begins<#pipeline, #first, #out, #input>>::begin(#value)
                }
            }
            Kind::Agent => {
                let declared = self.declared(up, edge);
                quote_spanned! {at=>
                    <#declared as #krate::pipeline::HandsOff<#up_at, #stage_at, #out_at, #input_at>>::hand_off(#value)
                }
            }
            Kind::Barrier { .. } => {
                let declared = self.declared(up, edge);
                quote_spanned! {at=>
                    <#declared as #krate::pipeline::PassesBarrier<#up_at, #stage_at, #out_at, #input_at>>::pass(#value)
                }
            }
        };
        self.capacity(&stage, place);
        let (span, engine, target) = (self.span, local("engine", self.span), self.target(number + 1, rest));
        let here = respan(stage.clone(), span);
        self.statements.extend(quote_spanned! {span=>
            let #value = #handed;
            let #value = <#here as #krate::__private::Drive<__E>>::drive(#engine, #value, #target).await?;
        });
        let out = self.of_stage(&stage, "Output", place.first);
        self.upstream = Upstream { agent: stage, value: out, kind: Kind::Agent, place, whole: place };
    }

    /// Refuses what is declared not to fit.
    fn capacity(&mut self, stage: &TokenStream, place: Place) {
        let krate = self.krate;
        let Upstream { agent: up, kind, whole: from, .. } = &self.upstream;
        let edge = from.to(place);
        let at = edge.first;
        let (up, down) = (respan(up.clone(), at), respan(stage.clone(), at));
        let arithmetic = quote_spanned!(at=> #krate::__private::capacity);
        let max = self.of_stage(&up, "MAX_OUTPUT_TOKENS", at);
        let max = quote_spanned!(at=> #arithmetic::declared(#max));
        let budget = self.of_stage(&down, "INPUT_BUDGET", at);
        let budget = quote_spanned!(at=> #arithmetic::declared(#budget));
        let declared = self.declared(&up, edge);
        let check = match kind {
            Kind::Agent => quote_spanned! {at=>
                #krate::pipeline::WithinBudget<#up, #down, {#max}, {#budget}, {#arithmetic::fits(#max, #budget)}>
            },
            Kind::Barrier { all: Some(gather) } => {
                let width = Ident::new(&format!("__WIDTH{gather}"), at);
                let width = quote_spanned!(at=> #arithmetic::widest(#width));
                let need = quote_spanned!(at=> #arithmetic::together(#width, #max));
                quote_spanned! {at=>
                    #krate::pipeline::AllWithinBudget<
                        #up, #down, {#width}, {#max}, {#need}, {#budget}, {#arithmetic::fits(#need, #budget)}
                    >
                }
            }
            Kind::Input | Kind::Barrier { all: None } => return,
        };
        self.items.extend(quote_spanned!(at=> const _: () = <#declared as #check>::CHECKED;));
    }

    fn gate(&mut self, agents: usize, threshold: &syn::Expr, place: Place) {
        let krate = self.krate;
        let at = place.first;
        self.gates += 1;
        let number = Ident::new(&format!("__GATE{}", self.gates), at);
        let threshold = float(threshold);
        let itself = self.itself(place);
        self.items.extend(quote_spanned! {at=>
            const #number: f64 = #threshold;
            const _: () = <#itself as #krate::pipeline::Threshold<
                {#krate::__private::capacity::is_confidence(#number)}
            >>::CHECKED;
        });
        if !self.counted {
            let known = self.confident(agents, at);
            let up = respan(self.upstream.agent.clone(), at);
            let out = respan(self.upstream.value.clone(), at);
            self.items.extend(quote_spanned! {at=>
                const _: () = <#itself as #krate::pipeline::Confident<#up, #out, {#known}>>::CHECKED;
            });
        }
        let (span, value, engine) = (self.span, local("value", self.span), local("engine", self.span));
        self.statements.extend(quote_spanned! {span=>
            let #value = #krate::__private::gate(#engine, #value, #number)?;
        });
    }

    /// Whether something before has set a confidence, as a constant expression.
    fn confident(&self, agents: usize, at: Span) -> TokenStream {
        let (krate, input) = (self.krate, respan(self.header.input.to_token_stream(), at));
        let stages =
            self.aliases[..agents].iter().map(|stage| self.of_stage(&quote!(#stage), "CONFIDENT", at));
        quote_spanned!(at=> <#input as #krate::Contract>::HAS_CONFIDENCE #(|| #stages)*)
    }

    fn gather(&mut self, number: usize, gather: &Gather, rest: &[Node]) {
        let krate = self.krate;
        let Gather { field, max, rule, fans_out, barrier, .. } = gather;
        let worker = self.aliases[number].to_token_stream();
        self.width(number, gather);
        let (span, at) = (self.span, field.span());
        let (value, rest_of_it, items) = (local("value", span), local("rest", span), local("items", span));
        let payload = local("payload", at);
        let up = respan(self.upstream.agent.clone(), at);
        let item = self.of_stage(&worker, "Input", at);
        let worker_at = respan(worker.clone(), at);
        let (engine, target) = (local("engine", span), self.target(number + 1, rest));
        let of = format!("`{}`", field.unraw());
        let width = format_ident!("__WIDTH{number}", span = span);
        let rule_value = self.rule(number, rule, *barrier);
        let output = self.of_stage(&worker, "Output", fans_out.first);
        let all = matches!(rule, Rule::All);
        let gathered = if all {
            quote_spanned!(fans_out.first=> #krate::__private::Vec<#output>)
        } else {
            quote_spanned!(fans_out.first=> #krate::Partial<#output>)
        };
        let _ = max;
        let here = respan(worker.clone(), span);
        let gathered_here = respan(gathered.clone(), span);
        self.statements.extend(quote_spanned! {span=>
            let (#payload, #rest_of_it) = #value.split();
        });
        self.statements.extend(quote_spanned! {at=>
            let #items = <_ as #krate::pipeline::FansOut<#up, #worker_at, #item>>::fan_out(#payload.#field);
        });
        self.statements.extend(quote_spanned! {span=>
            let #value = #krate::__private::fan_out::<__E, #here, #gathered_here>(
                #engine,
                #rest_of_it,
                #items,
                #krate::__private::Width { of: #of, max: #width },
                #rule_value,
                #target,
            ).await?;
        });
        self.counted = true;
        self.upstream = Upstream {
            agent: worker,
            value: gathered,
            kind: Kind::Barrier { all: all.then_some(number) },
            place: *barrier,
            whole: fans_out.to(*barrier),
        };
    }

    /// The most tasks there may be: what the fan-out says, or what the contract of its field does.
    fn width(&mut self, number: usize, gather: &Gather) {
        let krate = self.krate;
        let at = gather.field.span();
        let width = format_ident!("__WIDTH{number}", span = at);
        let bound = format_ident!("__max_len_{}", gather.field.unraw(), span = at);
        let value = respan(self.upstream.value.clone(), at);
        let max = match &gather.max {
            None => quote_spanned!(at=> #krate::__private::Option::None),
            Some(max) => {
                let number = format_ident!("__MAX{number}", span = at);
                let place = Place::of(max);
                let itself = self.itself(place);
                let first = place.first;
                self.items.extend(quote_spanned! {first=>
                    const #number: usize = #max;
                    const _: () = <#itself as #krate::pipeline::WidthBound<
                        {#krate::__private::capacity::is_width(#number)}
                    >>::CHECKED;
                });
                quote_spanned!(at=> #krate::__private::Option::Some(#number as u64))
            }
        };
        // An inherent constant of the payload's type, if it has one, comes before the trait's.
        self.items.extend(quote_spanned! {at=>
            const #width: #krate::__private::Option<u64> = {
                trait __Unbounded {
                    const #bound: #krate::__private::Option<u32> = #krate::__private::Option::None;
                }
                impl<__T: ?#krate::__private::Sized> __Unbounded for __T {}
                #krate::__private::capacity::width(#max, <#value>::#bound)
            };
        });
    }

    fn rule(&mut self, number: usize, rule: &Rule, place: Place) -> TokenStream {
        let krate = self.krate;
        let (span, at) = (self.span, place.first);
        let quorum = format_ident!("__QUORUM{number}", span = span);
        let itself = self.itself(place);
        match rule {
            Rule::All => quote_spanned!(span=> #krate::__private::Rule::All),
            Rule::Settled => quote_spanned!(span=> #krate::__private::Rule::Settled),
            Rule::AtLeast(count) => {
                let worker = respan(self.aliases[number].to_token_stream(), at);
                let width = format_ident!("__WIDTH{number}", span = at);
                let arithmetic = quote_spanned!(at=> #krate::__private::capacity);
                let quorum_at = respan(quote!(#quorum), at);
                self.items.extend(quote_spanned! {at=>
                    const #quorum_at: usize = #count;
                    const _: () = <#itself as #krate::pipeline::Quorum<{#arithmetic::is_width(#quorum_at)}>>::CHECKED;
                    const _: () = <#itself as #krate::pipeline::WithinWidth<
                        #worker,
                        {#quorum_at as u64},
                        {#arithmetic::widest(#width)},
                        {#arithmetic::can_succeed(#quorum_at as u64, #arithmetic::widest(#width))}
                    >>::CHECKED;
                });
                quote_spanned!(span=> #krate::__private::Rule::AtLeast(#quorum))
            }
            Rule::AtLeastPercent(percent) => {
                let quorum_at = respan(quote!(#quorum), at);
                self.items.extend(quote_spanned! {at=>
                    const #quorum_at: u8 = #percent;
                    const _: () = <#itself as #krate::pipeline::Quorum<
                        {#krate::__private::capacity::is_share(#quorum_at)}
                    >>::CHECKED;
                });
                quote_spanned!(span=> #krate::__private::Rule::AtLeastPercent(#quorum))
            }
        }
    }

    fn finish(self, nodes: &[Node]) -> TokenStream {
        let (krate, span) = (self.krate, self.span);
        let Header { ident, input, output, .. } = self.header;
        let (value, engine, to) = (local("value", span), local("engine", span), local("to", span));
        let tail = self.tail(&value);
        let constants = self.constants(nodes);
        let specification = specification(self.header, &constants);
        let Self { items, statements, aliases, .. } = &self;
        let name = ident.unraw().to_string();
        let aliases = aliases.iter().map(|alias| respan(quote!(#alias), span));
        quote_spanned! {span=>
            #items
            #specification

            #[automatically_derived]
            impl<__E: #krate::__private::Engine> #krate::__private::Drive<__E> for #ident
            where
                #(#aliases: #krate::__private::Drive<__E>,)*
            {
                fn drive<'a>(
                    #engine: &'a __E,
                    #value: #krate::Envelope<#input>,
                    #to: #krate::__private::Target,
                ) -> #krate::__private::Driven<'a, #output> {
                    #krate::__private::Box::pin(#krate::__private::in_pipeline(#name, async move {
                        #statements
                        #krate::__private::Result::Ok(#tail)
                    }))
                }
            }
        }
    }

    /// The last handoff: out of the pipeline.
    fn tail(&self, value: &Ident) -> TokenStream {
        let krate = self.krate;
        let Header { ident, output, .. } = self.header;
        let Upstream { agent: up, value: out, whole: place, .. } = &self.upstream;
        let at = place.first;
        let declared = self.declared(up, *place);
        let (pipeline, up, out) =
            (respan(quote!(#ident), at), respan(up.clone(), at), respan(out.clone(), at));
        let output = respan(quote!(#output), at);
        quote_spanned! {at=>
            <#declared as #krate::pipeline::Ends<#pipeline, #up, #out, #output>>::end(#value)
        }
    }

    /// What is declared of the pipeline, taken from its first and last agents.
    fn constants(&self, nodes: &[Node]) -> TokenStream {
        let (krate, span) = (self.krate, self.span);
        let first = self.aliases.first().map(|stage| {
            let stage = quote!(#stage);
            let entry = self.of_stage(&stage, "ENTRY", span);
            quote_spanned!(span=> const ENTRY: &'static #krate::AgentId = #entry;)
        });
        let mut stages = nodes.iter().filter(|node| !matches!(node, Node::Gate { .. }));
        // The items of a fan-out have the budget, not the whole.
        let budget = matches!(stages.next(), Some(Node::Agent { .. })).then(|| {
            let stage = &self.aliases[0];
            let budget = self.of_stage(&quote!(#stage), "INPUT_BUDGET", span);
            quote_spanned!(span=> const INPUT_BUDGET: #krate::__private::Option<u32> = #budget;)
        });
        let max = (self.upstream.kind == Kind::Agent).then(|| {
            let max = self.of_stage(&self.upstream.agent, "MAX_OUTPUT_TOKENS", span);
            quote_spanned!(span=> const MAX_OUTPUT_TOKENS: #krate::__private::Option<u32> = #max;)
        });
        let confident =
            if self.counted { quote_spanned!(span=> true) } else { self.confident(self.aliases.len(), span) };
        quote_spanned! {span=>
            #first
            #budget
            #max
            const CONFIDENT: bool = #confident;
        }
    }
}

/// A threshold may be written as a whole number.
fn float(threshold: &syn::Expr) -> TokenStream {
    if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) = threshold
        && number.suffix().is_empty()
    {
        let float = syn::LitFloat::new(&format!("{}.0", number.base10_digits()), number.span());
        return quote!(#float);
    }
    quote!(#threshold)
}
