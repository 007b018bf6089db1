//! The words of an expansion: how what the edges mention is written, all of it at the place that it is wanted at.

use crate::krate;
use crate::pipeline::syntax::Header;
use crate::pipeline::wire::{Actor, Branch, Budget, Confidence, Max, Payload, Target, Type};
use crate::spans::{Place, local, projection};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

/// Writes the stages of a pipeline.
pub struct Writer<'a> {
    pub header: &'a Header,
    pub krate: Ident,
    /// Where everything stands that no message points at.
    pub span: Span,
    /// The items that the stages need: aliases, constants, checks.
    pub items: TokenStream,
}

impl<'a> Writer<'a> {
    pub fn new(header: &'a Header) -> Self {
        let span = header.ident.span();
        Self { header, krate: krate::name(span), span, items: TokenStream::new() }
    }

    /// A local variable that the user's code cannot see.
    pub fn local(&self, name: &str) -> Ident {
        local(name, self.span)
    }

    /// The name of an actor among the items.
    pub fn actor(&self, actor: Actor, at: Span) -> Ident {
        match actor {
            Actor::Pipeline => {
                let mut ident = self.header.ident.clone();
                ident.set_span(at);
                ident
            }
            Actor::Agent(number) => format_ident!("__Stage{number}", span = at),
            Actor::Tasks(number) => format_ident!("__Chain{number}", span = at),
            Actor::Optional(number) => format_ident!("__Optional{number}", span = at),
        }
    }

    /// `<Actor as AgentSpec>::name`
    pub fn of(&self, actor: Actor, name: &str, at: Span) -> TokenStream {
        let (krate, actor, name) = (krate::name(at), self.actor(actor, at), Ident::new(name, at));
        quote_spanned!(at=> <#actor as #krate::AgentSpec>::#name)
    }

    /// The identity of the pipeline, whose closures these are.
    pub fn id(&self, at: Span) -> TokenStream {
        self.of(Actor::Pipeline, "ID", at)
    }

    pub fn ty(&self, ty: &Type, at: Span) -> TokenStream {
        let krate = krate::name(at);
        match ty {
            // The header's types are mentioned once.
            Type::Input(Actor::Pipeline) => Ident::new("__Input", at).into_token_stream(),
            Type::Output(Actor::Pipeline) => Ident::new("__Output", at).into_token_stream(),
            Type::Input(actor) => self.of(*actor, "Input", at),
            Type::Output(actor) => self.of(*actor, "Output", at),
            Type::Gathered { worker, all } => {
                let output = self.of(*worker, "Output", at);
                let gathered = Ident::new(if *all { "Vec" } else { "Partial" }, at);
                quote_spanned!(at=> #krate::#gathered<#output>)
            }
            Type::Matched(number) => format_ident!("__Matched{number}", span = at).into_token_stream(),
            Type::Tuple(agents) => {
                let outputs = agents.iter().map(|agent| self.of(*agent, "Output", at));
                quote_spanned!(at=> (#(#outputs,)*))
            }
        }
    }

    pub fn max(&self, max: &Max, at: Span) -> TokenStream {
        match max {
            Max::Of(actor) => self.of(*actor, "MAX_OUTPUT_TOKENS", at),
            Max::Largest(all) => {
                let (krate, all) = (krate::name(at), all.iter().map(|max| self.max(max, at)));
                quote_spanned!(at=> #krate::capacity::largest(&[#(#all),*]))
            }
        }
    }

    pub fn budget(&self, budget: &Budget, at: Span) -> TokenStream {
        let (how, actors) = match budget {
            Budget::Of(actor) => return self.of(*actor, "INPUT_BUDGET", at),
            Budget::Smallest(actors) => ("smallest", actors),
            Budget::Largest(actors) => ("largest", actors),
        };
        let (krate, how) = (krate::name(at), Ident::new(how, at));
        let budgets = actors.iter().map(|actor| self.of(*actor, "INPUT_BUDGET", at));
        quote_spanned!(at=> #krate::capacity::#how(&[#(#budgets),*]))
    }

    pub fn target(&self, target: Target) -> TokenStream {
        let (how, actor) = match target {
            Target::Outside => return self.local("to").into_token_stream(),
            Target::Of(actor) => ("of", actor),
            Target::Through(actor) => ("through", actor),
            Target::Itself => ("itself", Actor::Pipeline),
        };
        let (krate, span) = (&self.krate, self.span);
        let (how, actor) = (Ident::new(how, span), self.actor(actor, span));
        quote_spanned!(span=> #krate::Target::#how::<#actor>())
    }

    /// Whether something has set a confidence, as a constant expression.
    pub fn confident(&self, confidence: &Confidence, at: Span) -> TokenStream {
        if confidence.counted {
            return quote_spanned!(at=> true);
        }
        self.either(confidence, at, |branches| quote_spanned!(at=> (#((#branches))&&*)))
    }

    /// The same, if it is enough that something has on one of the branches.
    pub fn confident_somewhere(&self, confidence: &Confidence, at: Span) -> TokenStream {
        self.either(confidence, at, |branches| quote_spanned!(at=> #((#branches))||*))
    }

    /// Whether a payload has set one, or some of the branches has.
    fn either(
        &self,
        confidence: &Confidence,
        at: Span,
        some: impl FnOnce(&[TokenStream]) -> TokenStream,
    ) -> TokenStream {
        let mut known = self.payloads(confidence, at);
        let branch = |branch: &Branch| self.confident(&branch.confidence, at);
        let branches: Vec<_> = confidence.branches.iter().map(branch).collect();
        if !branches.is_empty() {
            known.push(some(&branches));
        }
        quote_spanned!(at=> #(#known)||*)
    }

    /// The payloads before the branches that may have set it, each as a constant.
    pub fn payloads(&self, confidence: &Confidence, at: Span) -> Vec<TokenStream> {
        let payload = |payload: &Payload| match *payload {
            Payload::Input(actor) => self.of(actor, "INPUT_CONFIDENT", at),
            Payload::Output(actor) => self.of(actor, "CONFIDENT", at),
        };
        confidence.payloads.iter().map(payload).collect()
    }

    /// A type whose first and last tokens stand where the place begins and ends, so that rustc underlines all of it:
    /// the pipeline itself, in messages.
    pub fn itself(&self, place: Place) -> TokenStream {
        let (krate, ident) = (&self.krate, &self.header.ident);
        projection(place, &quote!(#ident), &quote!(#krate::Itself), "Itself")
    }

    /// The place where an actor declares its output, for rustc to point at.
    pub fn declared(&self, actor: Actor, place: Place) -> TokenStream {
        let (krate, actor) = (&self.krate, self.actor(actor, place.first));
        projection(place, &quote!(#actor), &quote!(#krate::AgentSpec), "Declared")
    }
}
