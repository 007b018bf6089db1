//! The stages, one after the other: the value flows through the checks of its types.

use super::writer::Writer;
use crate::krate;
use crate::pipeline::wire::{Branch, Call, Chain, Gate, Map, Origin, Stage, Type, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// Stages as code.
pub struct Written {
    /// What is done with the value, which is called `value` before and after.
    pub statements: TokenStream,
    /// The value, ready for what follows.
    pub end: TokenStream,
}

impl Writer<'_> {
    pub fn chain(&mut self, chain: &Chain<'_>) -> Written {
        let mut statements = TokenStream::new();
        for stage in &chain.stages {
            statements.extend(match stage {
                Stage::Agent(call) => self.call(call),
                Stage::Or(or) => self.or(or),
                Stage::Gate(gate) => self.gate(gate),
                Stage::Gather(gather) => self.gather(gather),
                Stage::Match(routes) => self.routes(routes),
                Stage::Repeat(repeat) => self.repeat(repeat),
                Stage::Join(join) => self.join(join),
                Stage::Race(race) => self.race(race),
                Stage::Map(map) => self.map(map),
                Stage::Bind(name) => self.bind(name),
            });
        }
        self.capacity(&chain.leaves);
        let value = self.local("value");
        Written { statements, end: self.convert(&chain.leaves, &quote!(#value)) }
    }

    fn call(&mut self, call: &Call<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine) = (self.local("value"), self.local("engine"));
        let handed = self.convert(&call.enters, &quote!(#value));
        self.capacity(&call.enters);
        let (agent, target) = (self.actor(call.agent.actor(), span), self.target(call.target));
        quote_spanned! {span=>
            let #value = #handed;
            let #value = <#agent as #krate::Drive<__Engine>>::drive(#engine, #value, #target).await?;
        }
    }

    fn gate(&mut self, gate: &Gate<'_>) -> TokenStream {
        let at = gate.checked.place.first;
        let krate = krate::name(at);
        let number = format_ident!("__GATE{}", gate.checked.number, span = at);
        let threshold = float(&gate.checked.threshold);
        let itself = self.itself(gate.checked.place);
        self.items.extend(quote_spanned! {at=>
            const #number: f64 = #threshold;
            const _: () = <#itself as #krate::Threshold<
                {#krate::capacity::is_confidence(#number)}
            >>::CHECKED;
        });
        if let Some((value, ty)) = &gate.tested {
            self.confidence(value, ty, &itself, at);
        }
        let (krate, span, value, engine) =
            (&self.krate, self.span, self.local("value"), self.local("engine"));
        quote_spanned!(span=> let #value = #krate::gate(#engine, #value, #number)?;)
    }

    /// Refuses a gate that has no confidence to test, or has none on one of the branches to it, which is then named.
    fn confidence(&mut self, value: &Value, ty: &Type, itself: &TokenStream, at: Span) {
        let (krate, out, confidence) = (krate::name(at), self.ty(ty, at), &value.confidence);
        let check = if let Origin::Joined(_) = value.origin {
            let known = self.confident(confidence, at);
            quote_spanned!(at=> #krate::ConfidentJoin<#out, {#known}>)
        } else {
            let by = self.actor(value.by, at);
            let known = self.confident_somewhere(confidence, at);
            quote_spanned!(at=> #krate::Confident<#by, #out, {#known}>)
        };
        self.items.extend(quote_spanned!(at=> const _: () = <#itself as #check>::CHECKED;));
        for Branch { last, confidence: of_branch } in &confidence.branches {
            let (known, somewhere) =
                (self.payloads(confidence, at), self.confident_somewhere(confidence, at));
            let (last, confident) = (self.actor(*last, at), self.confident(of_branch, at));
            self.items.extend(quote_spanned! {at=>
                const _: () = <#itself as #krate::ConfidentWay<
                    #last, #out, {#(#known ||)* (#confident) || !(#somewhere)}
                >>::CHECKED;
            });
        }
    }

    fn map(&mut self, map: &Map<'_>) -> TokenStream {
        let (value, engine, target) = (self.local("value"), self.local("engine"), self.target(map.target));
        let (by, closure) = (self.id(self.span), &map.checked.closure);
        // Where nobody says what is wanted, what is wrong with the value is said of this stage.
        let (at, made) = match &map.wanted {
            Some(wanted) => (self.span, self.ty(wanted, self.span)),
            None => (map.checked.place.first, quote_spanned!(map.checked.place.first=> _)),
        };
        let krate = krate::name(at);
        quote_spanned! {at=>
            let #value = #krate::map::<__Engine, _, #made, _>(#engine, #value, #by, #target, #closure)?;
        }
    }

    /// `as name`: a clone of the payload, which the user's closures see.
    pub fn bind(&self, name: &Ident) -> TokenStream {
        let (krate, value) = (&self.krate, self.local("value"));
        quote_spanned!(self.span=> let #name = #krate::Clone::clone(#value.payload());)
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
