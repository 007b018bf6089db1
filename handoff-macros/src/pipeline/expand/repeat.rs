//! Loops.

use super::chain::Written;
use super::writer::Writer;
use crate::krate;
use crate::pipeline::check;
use crate::pipeline::wire::{Repeat, Type};
use crate::spans::{Place, local};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::Expr;

impl Writer<'_> {
    pub fn repeat(&mut self, repeat: &Repeat<'_>) -> TokenStream {
        let check::Repeat { max, until, or_last, chain: _, number } = repeat.checked;
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine) = (self.local("value"), self.local("engine"));
        // Numbered: a loop that stands right in another has locals of its own.
        let (round, rounds) = (self.local(&format!("round{number}")), self.local(&format!("rounds{number}")));
        let (on, again) = (self.target(repeat.target), self.target(repeat.chain.intake.target));
        let first = if let Some(edge) = &repeat.enters {
            self.capacity(edge);
            self.convert(edge, &quote!(#value))
        } else {
            quote!(#value)
        };
        let limit = self.rounds(*number, max);
        let Written { statements, end } = self.chain(&repeat.chain);
        let by = self.id(span);
        let or_last = or_last.then(|| quote_spanned!(span=> .or_last()));
        let (after, until) = self.condition(until, repeat.chain.leaves.to.wanted().as_ref());
        quote_spanned! {span=>
            let mut #rounds = #krate::Rounds::new(#engine, #limit, #by)#or_last;
            let mut #round = #first;
            let #value = loop {
                let #value = #round;
                #statements
                match #rounds.#after(#engine, #end, #again, #on, #until)? {
                    #krate::ControlFlow::Break(#value) => break #value,
                    #krate::ControlFlow::Continue(#value) => #round = #value,
                }
                #krate::Engine::yield_now(#engine).await;
            };
        }
    }

    /// The most rounds of a loop, as a constant.
    fn rounds(&mut self, number: usize, max: &Expr) -> Ident {
        let place = Place::of(max);
        let (at, itself) = (place.first, self.itself(place));
        let krate = krate::name(at);
        let limit = format_ident!("__ROUNDS{number}", span = at);
        self.items.extend(quote_spanned! {at=>
            const #limit: u32 = #max;
            const _: () = <#itself as #krate::RoundsBound<
                {#krate::capacity::is_budget(#limit)}
            >>::CHECKED;
        });
        limit
    }

    /// The method that asks a condition, and what it is asked of: a closure whose parameters rustc infers from the method,
    /// or a call of a function by its name, which has types of its own.
    fn condition(&self, until: &Expr, of: Option<&Type>) -> (Ident, TokenStream) {
        if let Expr::Closure(closure) = until {
            let after = if closure.inputs.len() == 1 { "after" } else { "after_round" };
            return (Ident::new(after, self.span), until.to_token_stream());
        }
        let at = Place::of(until).first;
        let (krate, output, round) = (krate::name(at), local("output", at), local("round", at));
        let of = of.map_or_else(|| quote_spanned!(at=> _), |of| self.ty(of, at));
        let ask = quote_spanned! {at=>
            |#output, #round| <_ as #krate::Until<#of, _>>::ask(#until, #output, #round)
        };
        (Ident::new("after_round", self.span), ask)
    }
}
