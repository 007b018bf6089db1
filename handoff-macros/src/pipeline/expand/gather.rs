//! A fan-out and its barrier.

use super::writer::Writer;
use crate::duration;
use crate::krate;
use crate::pipeline::check;
use crate::pipeline::syntax::{FanOutOptions, Items};
use crate::pipeline::wire::{Gather, Value};
use crate::spans::{Place, local};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Member;
use syn::ext::IdentExt as _;

impl Writer<'_> {
    pub fn gather(&mut self, gather: &Gather<'_>) -> TokenStream {
        let check::Gather { items: chosen, policy, barrier, number, .. } = gather.checked;
        if let Some(tasks) = &gather.tasks {
            self.tasks(tasks);
        }
        if gather.checked.options.keep {
            let (krate, span) = (&self.krate, self.span);
            let [keeping, worker] =
                [gather.worker, gather.checked.worker.actor()].map(|actor| self.actor(actor, span));
            self.items.extend(quote_spanned!(span=> type #keeping = #krate::Keeping<#worker>;));
        }
        self.width(gather.checked, &gather.from);
        self.items_fit(gather);
        let (krate, span, at) = (self.krate.clone(), self.span, place_of(chosen).first);
        let (value, rest, items, engine) =
            (self.local("value"), self.local("rest"), self.local("items"), self.local("engine"));
        let of = match chosen {
            Items::Field(field) => name_of(field),
            Items::Chosen(_) => chosen.shown(),
        };
        let taken = self.taken(gather);
        let itself = self.itself(*barrier);
        let (_, last) = gather.ends;
        self.items.extend(policy.items(*number, *barrier, &itself, &self.actor(last, barrier.first)));
        let (policy, width) = (policy.value(*number, span), format_ident!("__WIDTH{number}", span = span));
        let (closures, declared) = self.options(gather);
        let (worker, hands_on) = (self.actor(gather.worker, span), self.ty(&gather.hands_on, span));
        let (payload, target) = (local("payload", at), self.target(gather.target));
        quote_spanned! {span=>
            let (#payload, #rest) = #value.split();
            #taken
            #closures
            let #value = #krate::fan_out::<__Engine, #worker, #hands_on>(
                #engine,
                #rest,
                #items,
                #krate::FanOut::new(#of, #width, #policy)#declared,
                #target,
            ).await?;
        }
    }

    /// The items, which a field holds or a closure makes.
    fn taken(&self, gather: &Gather<'_>) -> TokenStream {
        let at = place_of(&gather.checked.items).first;
        let (krate, items, payload) = (krate::name(at), self.local("items"), local("payload", at));
        let (first, _) = gather.ends;
        let item = self.of(gather.worker, "Input", at);
        let taken = match &gather.checked.items {
            Items::Field(field) => {
                let (from, first) = (self.actor(gather.from.by, at), self.actor(first, at));
                quote_spanned!(at=> <_ as #krate::FansOut<#from, #first, #item>>::fan_out(#payload.#field))
            }
            Items::Chosen(closure) => {
                let value = gather.from.ty.as_ref().map(|ty| self.ty(ty, at));
                let value = value.unwrap_or_else(|| quote_spanned!(at=> _));
                let (this, rest) = (self.id(at), self.local("rest"));
                quote_spanned!(at=> #krate::choose::<#value, #item, _>(#this, &#rest, #payload, #closure)?)
            }
        };
        quote_spanned!(at=> let #items = #taken;)
    }

    /// The most tasks there may be: what the fan-out says, or what the contract of its field does.
    fn width(&mut self, gather: &check::Gather, from: &Value) {
        let at = place_of(&gather.items).first;
        let (krate, number) = (krate::name(at), gather.number);
        let width = format_ident!("__WIDTH{number}", span = at);
        let max = match &gather.options.max {
            None => quote_spanned!(at=> #krate::None),
            Some(max) => {
                let number = format_ident!("__MAX{number}", span = at);
                let place = Place::of(max);
                let itself = self.itself(place);
                let first = place.first;
                let krate = krate::name(first);
                self.items.extend(quote_spanned! {first=>
                    const #number: usize = #max;
                    const _: () = <#itself as #krate::WidthBound<
                        {#krate::capacity::is_width(#number)}
                    >>::CHECKED;
                });
                quote_spanned!(at=> #krate::Some(#number as u64))
            }
        };
        let Items::Field(field) = &gather.items else {
            self.items.extend(quote_spanned!(at=> const #width: #krate::Option<u64> = #max;));
            return;
        };
        let bound = format_ident!("__max_len_{}", name_of(field), span = at);
        // A value without a name of its own keeps its contract, which is looked at when it comes.
        let declared = if let Some(ty) = &from.ty {
            let ty = self.ty(ty, at);
            quote_spanned!(at=> <#ty>::#bound)
        } else {
            quote_spanned!(at=> #krate::None)
        };
        // An inherent constant of the payload's type, if it has one, comes before the trait's.
        self.items.extend(quote_spanned! {at=>
            const #width: #krate::Option<u64> = {
                trait __Unbounded {
                    const #bound: #krate::Option<u32> = #krate::None;
                }
                impl<__T: ?#krate::Sized> __Unbounded for __T {}
                #krate::capacity::width(#max, #declared)
            };
        });
    }

    /// What the items' own contract lets them have fits into the budget of the agent that takes them.
    fn items_fit(&mut self, gather: &Gather<'_>) {
        let place = gather.checked.fans_out;
        let at = place.first;
        let (first, _) = gather.ends;
        let (krate, item) = (krate::name(at), self.of(gather.worker, "Input", at));
        let first = self.actor(first, at);
        let arithmetic = quote_spanned!(at=> #krate::capacity);
        let budget = self.of(gather.worker, "INPUT_BUDGET", at);
        let budget = quote_spanned!(at=> #arithmetic::declared(#budget));
        let max = quote_spanned! {at=> {
            #[allow(unused_imports)]
            use #arithmetic::Undeclared as _;
            #arithmetic::declared(#arithmetic::Declares::<#item>::MAX_TOKENS)
        }};
        let itself = self.itself(place);
        self.items.extend(quote_spanned! {at=>
            const _: () = <#itself as #krate::ItemWithinBudget<
                #item, #first, #max, {#budget}, {#arithmetic::fits(#max, #budget)}
            >>::CHECKED;
        });
    }

    /// What is declared besides: the closures, and calls on the declaration.
    fn options(&mut self, gather: &Gather<'_>) -> (TokenStream, TokenStream) {
        let check::Gather { options, deadline, number, .. } = gather.checked;
        let FanOutOptions { max: _, concurrency, allow_empty, keep, label, recover } = options;
        let (krate, span, worker) = (self.krate.clone(), self.span, gather.worker);
        let (mut closures, mut with) = (TokenStream::new(), TokenStream::new());
        if let Some(deadline) = deadline {
            let deadline = duration::tokens(&krate, span, *deadline);
            with.extend(quote_spanned!(span=> .deadline(#deadline)));
        }
        if *allow_empty {
            with.extend(quote_spanned!(span=> .allow_empty()));
        }
        if let Some(concurrency) = concurrency {
            let place = Place::of(concurrency);
            let (at, itself) = (place.first, self.itself(place));
            let krate = krate::name(at);
            let number = format_ident!("__CONCURRENCY{number}", span = at);
            self.items.extend(quote_spanned! {at=>
                const #number: usize = #concurrency;
                const _: () = <#itself as #krate::TaskBound<
                    {#krate::capacity::is_width(#number)}
                >>::CHECKED;
            });
            with.extend(quote_spanned!(span=> .concurrency(#number)));
        }
        if let Some(label) = label {
            let Place { first: at, last } = Place::of(label);
            let show = Ident::new("show", last);
            let (krate, item, this) = (krate::name(at), self.of(worker, "Input", at), self.id(at));
            let (rest, items, labels) = (self.local("rest"), self.local("items"), self.local("labels"));
            closures.extend(quote_spanned! {at=>
                let #labels = #krate::label::<#item, _, _>(
                    #this, &#rest, &#items, #label, <_ as #krate::Label>::#show,
                )?;
            });
            with.extend(quote_spanned!(span=> .labels(#labels)));
        }
        if let Some(recover) = recover {
            let at = Place::of(recover).first;
            let krate = krate::name(at);
            let (item, output) = (self.of(worker, "Input", at), self.of(worker, "Output", at));
            let value = self.local("recover");
            closures.extend(if *keep {
                let (made, [given, failure]) = (
                    self.of(gather.checked.worker.actor(), "Output", at),
                    [local("item", at), local("failure", at)],
                );
                quote_spanned! {at=>
                    let #value: fn(&#item, &#krate::TaskFailure) -> #output = |#given, #failure| {
                        let #value: fn(&#item, &#krate::TaskFailure) -> #made = #recover;
                        (#krate::Clone::clone(#given), #value(#given, #failure))
                    };
                }
            } else {
                quote_spanned! {at=>
                    let #value: fn(&#item, &#krate::TaskFailure) -> #output = #recover;
                }
            });
            with.extend(quote_spanned!(span=> .recover(#value)));
        }
        (closures, with)
    }
}

/// Where the items are named or chosen.
fn place_of(items: &Items) -> Place {
    match items {
        Items::Field(field) => Place::of(field),
        Items::Chosen(closure) => Place::of(closure),
    }
}

/// A field's name without `r#`, or its number.
fn name_of(field: &Member) -> String {
    match field {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
