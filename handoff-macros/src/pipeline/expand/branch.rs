//! Branches that come together again: the arms of a `match`, and the agents between which `or` stands.

use super::chain::Written;
use super::writer::Writer;
use crate::krate;
use crate::pipeline::check;
use crate::pipeline::wire::{Arm, Match, Or};
use crate::spans::local;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

impl Writer<'_> {
    pub fn routes(&mut self, routes: &Match<'_>) -> TokenStream {
        let (value, rest) = (self.local("value"), self.local("rest"));
        let keyword = &routes.checked.keyword;
        let payload = scrutinee(keyword.span);
        let mut arms = TokenStream::new();
        for arm in &routes.arms {
            arms.extend(self.arm(arm, &payload));
        }
        quote_spanned! {self.span=>
            let (#payload, #rest) = #value.split();
            let #value = #keyword #payload { #arms };
        }
    }

    fn arm(&mut self, arm: &Arm<'_>, payload: &Ident) -> TokenStream {
        let check::Arm { pattern, binding, guard, place, chain: _ } = arm.checked;
        let span = self.span;
        let mut handed = binding.as_ref().map_or(payload, |binding| &binding.name);
        let mut enters = TokenStream::new();
        let item;
        if let Some(edge) = &arm.enters {
            let at = edge.place().first;
            item = local("payload", at);
            let fit = self.convert(edge, &quote!(#item));
            enters = quote_spanned! {at=>
                let #item = #handed;
                let #item = #fit;
            };
            handed = &item;
            self.capacity(edge);
        }
        let target = self.target(arm.chain.intake.target);
        let Written { statements, end } = self.chain(&arm.chain);
        let (value, engine, rest) = (self.local("value"), self.local("engine"), self.local("rest"));
        let (krate, by) = (&self.krate, self.id(span));
        let guard =
            guard.as_ref().map(|guard| quote_spanned!(span=> if #krate::guard(&#rest, #by, || #guard)?));
        let body = quote_spanned! {span=>{
            #enters
            let #value = #krate::hand_off_again(#engine, #rest, #handed, #target)?;
            #statements
            #end
        }};
        // A call from the first to the last token of the stages: where rustc suggests another arm, it is after them.
        let mut call = Group::new(Delimiter::Parenthesis, body);
        call.set_span(place.last);
        let krate = krate::name(place.first);
        let branch = quote_spanned!(place.first=> #krate::as_is #call);
        quote_spanned!(span=> #pattern #guard => #branch,)
    }

    pub fn or(&mut self, or: &Or<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine) = (self.local("value"), self.local("engine"));
        let (spare, warnings) = (self.local("spare"), self.local("warnings"));
        let target = self.target(or.target);
        let mut attempts = Vec::new();
        for attempt in &or.attempts {
            self.capacity(&attempt.enters);
            self.capacity(&attempt.leaves);
            let [handed, end] =
                [&attempt.enters, &attempt.leaves].map(|edge| self.convert(edge, &quote!(#value)));
            attempts.push((self.actor(attempt.agent.actor(), span), handed, end));
        }
        let mut tokens = TokenStream::new();
        let mut otherwise: Option<Ident> = None;
        for (agent, handed, end) in attempts.into_iter().rev() {
            tokens = match &otherwise {
                None => quote_spanned! {span=>
                    let #value = #krate::hand_off_to::<__Engine, #agent>(#engine, #handed, #target).await?;
                    #end
                },
                Some(second) => quote_spanned! {span=>
                    let #spare = #krate::spare(&#value);
                    match #krate::or::<__Engine, #agent, #second>(#engine, #handed, #target).await? {
                        #krate::OrOutcome::Succeeded(#value) => #end,
                        #krate::OrOutcome::Failed(#warnings) => {
                            let #value = #krate::fall_back(#spare, #warnings);
                            #tokens
                        }
                    }
                },
            };
            otherwise = Some(agent);
        }
        quote_spanned!(span=> let #value = { #tokens };)
    }
}

/// What is matched: rustc says of it what is not covered. All of it is at the user's place, or rustc would
/// speak of the macro.
fn scrutinee(keyword: Span) -> Ident {
    Ident::new("__matched", keyword)
}
