//! Loops.

use super::chain::Written;
use super::writer::Writer;
use crate::krate;
use crate::pipeline::check;
use crate::pipeline::wire::Repeat;
use crate::spans::Place;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

impl Writer<'_> {
    pub fn repeat(&mut self, repeat: &Repeat<'_>) -> TokenStream {
        let check::Repeat { max, until, chain: _, number } = repeat.checked;
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
        quote_spanned! {span=>
            let mut #rounds = #krate::Rounds::new(#limit, #by);
            let mut #round = #first;
            let #value = loop {
                let #value = #round;
                #statements
                match #rounds.after(#engine, #end, #again, #on, #until)? {
                    #krate::ControlFlow::Break(#value) => break #value,
                    #krate::ControlFlow::Continue(#value) => #round = #value,
                }
                #krate::Engine::yield_now(#engine).await;
            };
        }
    }

    /// The most rounds of a loop, as a constant.
    fn rounds(&mut self, number: usize, max: &syn::Expr) -> Ident {
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
}
