//! The stages, one after the other: the value flows through the checks of its types.

use super::declaration::specification;
use super::describe;
use crate::krate;
use crate::pipeline::check::Node;
use crate::pipeline::syntax::Header;
use crate::spans::{Place, local, projection, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

/// The value as it stands between two stages: who handed it on, and as what.
pub(super) struct Upstream {
    /// The type that stands for who handed it on, in messages.
    pub(super) agent: TokenStream,
    /// The type of the value.
    pub(super) value: TokenStream,
    pub(super) kind: Kind,
    /// Where it stands: an agent, or a barrier.
    pub(super) place: Place,
    /// Where all that it depends on stands: a fan-out with its barrier.
    pub(super) whole: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The pipeline's own input.
    Input,
    /// The output of an agent.
    Agent,
    /// What a barrier hands on; with the number of the gather, where it hands on all results.
    Barrier { all: Option<usize> },
}

/// Writes the stages one after the other.
pub(super) struct Chain<'a> {
    pub(super) header: &'a Header,
    pub(super) krate: Ident,
    pub(super) span: Span,
    /// The items that the stages need: aliases, constants, checks.
    pub(super) items: TokenStream,
    /// The body of `drive`.
    pub(super) statements: TokenStream,
    pub(super) aliases: Vec<Ident>,
    pub(super) upstream: Upstream,
    /// Whether a barrier has counted successes, which is a confidence.
    pub(super) counted: bool,
    pub(super) gates: usize,
}

impl<'a> Chain<'a> {
    pub(super) fn new(header: &'a Header) -> Self {
        let Header { ident, input, .. } = header;
        let alias = Ident::new("__Input", ident.span());
        Self {
            header,
            krate: krate::name(ident.span()),
            span: ident.span(),
            items: TokenStream::new(),
            statements: TokenStream::new(),
            aliases: Vec::new(),
            upstream: Upstream {
                agent: quote!(#ident),
                value: quote!(#alias),
                kind: Kind::Input,
                place: Place::of(input),
                whole: Place::of(input),
            },
            counted: false,
            gates: 0,
        }
    }

    pub(super) fn expand(mut self, nodes: &[Node]) -> TokenStream {
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
    pub(super) fn itself(&self, place: Place) -> TokenStream {
        let (krate, ident) = (&self.krate, &self.header.ident);
        projection(place, &quote!(#ident), &quote!(#krate::__private::Itself), "Itself")
    }

    /// The place where `agent` declares its output, for rustc to point at.
    fn declared(&self, agent: &TokenStream, place: Place) -> TokenStream {
        let krate = self.krate.clone();
        projection(place, agent, &quote!(#krate::AgentSpec), "Declared")
    }

    /// `<Stage as AgentSpec>::name`
    pub(super) fn of_stage(&self, stage: &TokenStream, name: &str, span: Span) -> TokenStream {
        let (krate, name) = (&self.krate, Ident::new(name, span));
        let stage = respan(stage.clone(), span);
        quote_spanned!(span=> <#stage as #krate::AgentSpec>::#name)
    }

    /// Where what is handed on now goes: to the next agent, or out of the pipeline.
    pub(super) fn target(&self, next: usize, rest: &[Node]) -> TokenStream {
        let krate = self.krate.clone();
        let to = local("to", self.span);
        let read = rest.iter().find_map(|node| match node {
            Node::Agent { .. } => Some("of"),
            Node::Gather(_) => Some("through"),
            Node::Gate { .. } => None,
        });
        let (Some(how), Some(stage)) = (read, self.aliases.get(next)) else {
            return quote!(#to);
        };
        let how = Ident::new(how, self.span);
        let stage = respan(quote!(#stage), self.span);
        quote_spanned!(self.span=> #krate::__private::Target::#how::<#stage>())
    }

    fn agent(&mut self, number: usize, place: Place, rest: &[Node]) {
        let krate = self.krate.clone();
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
                let krate = krate::name(at);
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
            let #value = <#here as #krate::__private::Drive<E>>::drive(#engine, #value, #target).await?;
        });
        let out = self.of_stage(&stage, "Output", place.first);
        self.upstream = Upstream { agent: stage, value: out, kind: Kind::Agent, place, whole: place };
    }

    /// Refuses what is declared not to fit.
    fn capacity(&mut self, stage: &TokenStream, place: Place) {
        let krate = self.krate.clone();
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
        let krate = self.krate.clone();
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
        let ident = &self.header.ident;
        let input = self.of_stage(&quote!(#ident), "INPUT_CONFIDENT", at);
        let stages =
            self.aliases[..agents].iter().map(|stage| self.of_stage(&quote!(#stage), "CONFIDENT", at));
        quote_spanned!(at=> #input #(|| #stages)*)
    }

    fn finish(self, nodes: &[Node]) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let ident = &self.header.ident;
        let (value, engine, to) = (local("value", span), local("engine", span), local("to", span));
        let specification = specification(self.header, &self.constants(nodes));
        let end = self.end(&value);
        let Self { items, statements, aliases, .. } = &self;
        let name = ident.unraw().to_string();
        let aliases = aliases.iter().map(|alias| respan(quote!(#alias), span));
        quote_spanned! {span=>
            #items
            #specification

            #[automatically_derived]
            impl<E: #krate::__private::Engine> #krate::__private::Drive<E> for #ident
            where
                #(#aliases: #krate::__private::Drive<E>,)*
            {
                fn drive<'a>(
                    #engine: &'a E,
                    #value: #krate::Envelope<<Self as #krate::AgentSpec>::Input>,
                    #to: #krate::__private::Target,
                ) -> #krate::__private::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                    #krate::__private::Box::pin(#krate::__private::in_pipeline(#name, async move {
                        #statements
                        #krate::__private::Result::Ok(#end)
                    }))
                }
            }
        }
    }

    /// The last handoff: out of the pipeline.
    fn end(&self, value: &Ident) -> TokenStream {
        let ident = &self.header.ident;
        let Upstream { agent: up, value: out, kind, whole: place, .. } = &self.upstream;
        let ends = match kind {
            Kind::Barrier { .. } => "EndsWithBarrier",
            Kind::Input | Kind::Agent => "Ends",
        };
        let at = place.first;
        let (krate, ends) = (krate::name(at), Ident::new(ends, at));
        let last = self.declared(up, *place);
        let (pipeline, up, out) =
            (respan(quote!(#ident), at), respan(up.clone(), at), respan(out.clone(), at));
        let output = Ident::new("__Output", at);
        quote_spanned! {at=>
            <#last as #krate::pipeline::#ends<#pipeline, #up, #out, #output>>::end(#value)
        }
    }

    /// What is declared of the pipeline, taken from its first and last agents.
    fn constants(&self, nodes: &[Node]) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
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
        let stages = describe::stages(nodes, &self.aliases, span);
        quote_spanned! {span=>
            #first
            #budget
            #max
            const CONFIDENT: bool = #confident;
            #stages
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
