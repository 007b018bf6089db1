//! The handoffs between stages: the checks of types and of declared sizes.

use super::writer::Writer;
use crate::krate;
use crate::pipeline::wire::{Actor, Check, Conversion, Edge, Size, Type};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};

impl Writer<'_> {
    /// The value, once it is what its consumer takes: it flows through the check, so that nothing follows from an error.
    pub fn convert(&self, edge: &Edge<'_>, value: &TokenStream) -> TokenStream {
        let place = edge.place();
        // All tokens of a check have one span, but the outermost: else rustc would underline the whole macro call.
        let at = place.first;
        match edge.conversion() {
            Conversion::AsIs => value.clone(),
            Conversion::Becomes(consumer) => {
                let krate = krate::name(at);
                let wanted = consumer.wanted().map(|wanted| self.ty(&wanted, at));
                quote_spanned!(at=> #krate::as_is::<#wanted>(#value))
            }
            Conversion::Part(agent) => {
                let (krate, input) = (krate::name(at), self.of(agent.actor(), "Input", at));
                let (actor, value) = (self.actor(agent.actor(), at), located(value, at));
                quote_spanned!(at=> <_ as #krate::Fits<#actor, #input>>::fit(#value))
            }
            Conversion::Checked { ty, by } => self.checked(edge, ty, by, value),
        }
    }

    fn checked(&self, edge: &Edge<'_>, out: &Type, by: Check<'_>, value: &TokenStream) -> TokenStream {
        let (from, place) = (&edge.from, edge.place());
        let at = place.first;
        let krate = krate::name(at);
        let (up, out) = (self.actor(from.by, at), self.ty(out, at));
        let (itself, declared) = (self.itself(place), self.declared(from.by, place));
        match by {
            Check::Begins(agent) => {
                let (down, input) = (self.actor(agent.actor(), at), self.of(agent.actor(), "Input", at));
                quote_spanned!(at=> <#itself as #krate::Begins<#up, #down, #out, #input>>::begin(#value))
            }
            Check::HandsOff(agent) => {
                let (down, input) = (self.actor(agent.actor(), at), self.of(agent.actor(), "Input", at));
                quote_spanned!(at=> <#declared as #krate::HandsOff<#up, #down, #out, #input>>::hand_off(#value))
            }
            Check::PassesBarrier(agent) => {
                let (down, input) = (self.actor(agent.actor(), at), self.of(agent.actor(), "Input", at));
                quote_spanned!(at=> <#declared as #krate::PassesBarrier<#up, #down, #out, #input>>::pass(#value))
            }
            Check::ComesTo(agent) => {
                let (down, input) = (self.actor(agent.actor(), at), self.of(agent.actor(), "Input", at));
                quote_spanned!(at=> <#itself as #krate::ComesTo<#down, #out, #input>>::come(#value))
            }
            Check::Ends | Check::EndsWithBarrier => {
                let ends = if let Check::Ends = by { "Ends" } else { "EndsWithBarrier" };
                let (pipeline, ends) = (self.actor(Actor::Pipeline, at), Ident::new(ends, at));
                let output = self.ty(&Type::Output(Actor::Pipeline), at);
                quote_spanned!(at=> <#declared as #krate::#ends<#pipeline, #up, #out, #output>>::end(#value))
            }
            Check::Leaves => {
                let pipeline = self.actor(Actor::Pipeline, at);
                let output = self.ty(&Type::Output(Actor::Pipeline), at);
                quote_spanned!(at=> <#itself as #krate::Leaves<#pipeline, #out, #output>>::leave(#value))
            }
            Check::GoesRound(ty) => {
                let wanted = self.ty(ty, at);
                quote_spanned!(at=> <#declared as #krate::GoesRound<#up, #out, #wanted>>::go_round(#value))
            }
            Check::Agrees { first, ty } => {
                let (first, wanted) = (self.actor(first, at), self.ty(ty, at));
                quote_spanned!(at=> <#declared as #krate::Agrees<#up, #first, #out, #wanted>>::agree(#value))
            }
        }
    }

    /// Refuses what is declared not to fit.
    pub fn capacity(&mut self, edge: &Edge<'_>) {
        let Some(size) = edge.size() else { return };
        for agent in edge.to.agents() {
            let place = edge.place_of_size(agent);
            let at = place.first;
            let krate = krate::name(at);
            let (up, down) = (self.actor(edge.from.by, at), self.actor(agent.actor(), at));
            let arithmetic = quote_spanned!(at=> #krate::capacity);
            let declared = |number: TokenStream| quote_spanned!(at=> #arithmetic::declared(#number));
            let budget = declared(self.of(agent.actor(), "INPUT_BUDGET", at));
            let (on, check) = match size {
                Size::One(max) => {
                    let max = declared(self.max(max, at));
                    let check = quote_spanned! {at=>
                        #krate::WithinBudget<#up, #down, {#max}, {#budget}, {#arithmetic::fits(#max, #budget)}>
                    };
                    (self.declared(edge.from.by, place), check)
                }
                Size::All { gather, each } => {
                    let (max, width) =
                        (declared(self.max(each, at)), format_ident!("__WIDTH{gather}", span = at));
                    let width = quote_spanned!(at=> #arithmetic::widest(#width));
                    let need = quote_spanned!(at=> #arithmetic::together(#width, #max));
                    let check = quote_spanned! {at=>
                        #krate::AllWithinBudget<
                            #up, #down, {#width}, {#max}, {#need}, {#budget}, {#arithmetic::fits(#need, #budget)}
                        >
                    };
                    (self.declared(edge.from.by, place), check)
                }
                Size::Joined(agents) => {
                    let each = agents.iter().map(|agent| self.of(*agent, "MAX_OUTPUT_TOKENS", at));
                    let need = quote_spanned!(at=> #arithmetic::joined(&[#(#each),*]));
                    let check = quote_spanned! {at=>
                        #krate::JoinWithinBudget<#down, {#need}, {#budget}, {#arithmetic::fits(#need, #budget)}>
                    };
                    (self.itself(place), check)
                }
            };
            self.items.extend(quote_spanned!(at=> const _: () = <#on as #check>::CHECKED;));
        }
    }
}

/// A local at another place: what is wrong with it is pointed at there.
fn located(value: &TokenStream, at: Span) -> TokenStream {
    match syn::parse2::<Ident>(value.clone()) {
        Ok(mut local) => {
            local.set_span(local.span().located_at(at));
            local.into_token_stream()
        }
        Err(_) => value.clone(),
    }
}
