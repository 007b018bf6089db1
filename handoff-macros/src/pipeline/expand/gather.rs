//! A fan-out and its barrier.

use super::chain::Chain;
use super::edge::{Kind, Taker, Upstream};
use crate::duration;
use crate::krate;
use crate::pipeline::check::{Gather, Node, Worker};
use crate::pipeline::syntax::{FanOutOptions, Items, Rule};
use crate::spans::{Place, local, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::time::Duration;
use syn::Member;
use syn::ext::IdentExt as _;

impl Chain<'_> {
    pub fn gather(&mut self, gather: &Gather, rest: &[Node]) {
        let krate = self.krate.clone();
        let Gather { items: chosen, options, rule, deadline, fans_out, barrier, number, .. } = gather;
        let number = *number;
        let (worker, _) = self.worker(&gather.worker);
        // The agents that take the items and that make what is gathered, for messages.
        let (first, last) = match &gather.worker {
            Worker::Agent(agent) => (Taker::of(agent), self.output_of(agent)),
            Worker::Chain { chain, number } => self.task(chain, *number),
        };
        self.width(number, gather);
        self.items_fit(gather, &first);
        let (span, at) = (self.span, place_of(chosen).first);
        let (value, rest_of_it, items) = (local("value", span), local("rest", span), local("items", span));
        let payload = local("payload", at);
        let up = respan(self.upstream.agent.clone(), at);
        let item = self.of_stage(&first.alias, "Input", at);
        let worker_at = respan(first.alias.clone(), at);
        let (engine, target) = (local("engine", span), self.next(rest).target);
        let of = match chosen {
            Items::Field(field) => name_of(field),
            Items::Chosen(_) => chosen.shown(),
        };
        let width = format_ident!("__WIDTH{number}", span = span);
        let rule_value = self.rule(number, rule, *barrier, &last.agent);
        let output = self.of_stage(&worker, "Output", fans_out.first);
        let all = matches!(rule, Rule::All);
        let gathered = if all {
            quote_spanned!(fans_out.first=> #krate::Vec<#output>)
        } else {
            quote_spanned!(fans_out.first=> #krate::Partial<#output>)
        };
        let here = respan(worker.clone(), span);
        let gathered_here = respan(gathered.clone(), span);
        self.statements.extend(quote_spanned! {span=>
            let (#payload, #rest_of_it) = #value.split();
        });
        let taken = match chosen {
            Items::Field(field) => quote_spanned! {at=>
                <_ as #krate::FansOut<#up, #worker_at, #item>>::fan_out(#payload.#field)
            },
            Items::Chosen(closure) => {
                let value = self.upstream.value.clone().map(|value| respan(value, at));
                let value = value.unwrap_or_else(|| quote_spanned!(at=> _));
                let this = self.this(at);
                quote_spanned! {at=>
                    #krate::choose::<#value, #item, _>(#this, &#rest_of_it, #payload, #closure)?
                }
            }
        };
        self.statements.extend(quote_spanned!(at=> let #items = #taken;));
        let declared = self.options(number, options, *deadline, &worker);
        self.statements.extend(quote_spanned! {span=>
            let #value = #krate::fan_out::<__Engine, #here, #gathered_here>(
                #engine,
                #rest_of_it,
                #items,
                #krate::FanOut::new(#of, #width, #rule_value)#declared,
                #target,
            ).await?;
        });
        self.confidence.counted = true;
        self.upstream = Upstream {
            agent: last.agent,
            value: Some(gathered),
            kind: Kind::Barrier { all: all.then_some(number) },
            max: last.max,
            place: *barrier,
            whole: fans_out.to(*barrier),
        };
    }

    /// The most tasks there may be: what the fan-out says, or what the contract of its field does.
    fn width(&mut self, number: usize, gather: &Gather) {
        let krate = self.krate.clone();
        let at = place_of(&gather.items).first;
        let width = format_ident!("__WIDTH{number}", span = at);
        let max = match &gather.options.max {
            None => quote_spanned!(at=> #krate::None),
            Some(max) => {
                let number = format_ident!("__MAX{number}", span = at);
                let place = Place::of(max);
                let itself = self.itself(place);
                let first = place.first;
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
        let declared = if let Some(value) = self.upstream.value.clone() {
            let value = respan(value, at);
            quote_spanned!(at=> <#value>::#bound)
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
    fn items_fit(&mut self, gather: &Gather, first: &Taker) {
        let krate = self.krate.clone();
        let place = gather.fans_out;
        let at = place.first;
        let (worker, _) = self.worker(&gather.worker);
        let item = self.of_stage(&first.alias, "Input", at);
        let first = respan(first.alias.clone(), at);
        let arithmetic = quote_spanned!(at=> #krate::capacity);
        let budget = self.of_stage(&worker, "INPUT_BUDGET", at);
        let budget = quote_spanned!(at=> #arithmetic::declared(#budget));
        let max = quote_spanned!(at=> #arithmetic::declared(<#item as #krate::Contract>::MAX_TOKENS));
        let itself = self.itself(place);
        self.items.extend(quote_spanned! {at=>
            const _: () = <#itself as #krate::ItemWithinBudget<
                #item, #first, {#max}, {#budget}, {#arithmetic::fits(#max, #budget)}
            >>::CHECKED;
        });
    }

    /// What is declared besides, as calls on the declaration.
    fn options(
        &mut self,
        number: usize,
        options: &FanOutOptions,
        deadline: Option<Duration>,
        worker: &TokenStream,
    ) -> TokenStream {
        let FanOutOptions { max: _, concurrency, allow_empty, label, recover } = options;
        let (krate, span) = (self.krate.clone(), self.span);
        let mut with = TokenStream::new();
        if let Some(deadline) = deadline {
            let deadline = duration::tokens(&krate, span, deadline);
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
            let (krate, item, this) = (krate::name(at), self.of_stage(worker, "Input", at), self.this(at));
            let (rest, items) = (local("rest", span), local("items", span));
            let labels = local("labels", span);
            self.statements.extend(quote_spanned! {at=>
                let #labels = #krate::label::<#item, _, _>(
                    #this, &#rest, &#items, #label, <_ as #krate::Label>::#show,
                )?;
            });
            with.extend(quote_spanned!(span=> .labels(#labels)));
        }
        if let Some(recover) = recover {
            let at = Place::of(recover).first;
            let krate = krate::name(at);
            let (item, output) = (self.of_stage(worker, "Input", at), self.of_stage(worker, "Output", at));
            let value = local("recover", span);
            self.statements.extend(quote_spanned! {at=>
                let #value: fn(&#item, &#krate::TaskFailure) -> #output = #recover;
            });
            with.extend(quote_spanned!(span=> .recover(#value)));
        }
        with
    }

    /// The name of the pipeline, whose closures these are.
    fn this(&self, at: Span) -> TokenStream {
        let ident = &self.header.ident;
        self.of_stage(&quote!(#ident), "ID", at)
    }

    fn rule(&mut self, number: usize, rule: &Rule, place: Place, worker: &TokenStream) -> TokenStream {
        let krate = self.krate.clone();
        let (span, at) = (self.span, place.first);
        let quorum = format_ident!("__QUORUM{number}", span = span);
        let itself = self.itself(place);
        match rule {
            Rule::All => quote_spanned!(span=> #krate::Rule::All),
            Rule::Settled => quote_spanned!(span=> #krate::Rule::Settled),
            Rule::AtLeast(count) | Rule::First(count) => {
                let worker = respan(worker.clone(), at);
                let width = format_ident!("__WIDTH{number}", span = at);
                let arithmetic = quote_spanned!(at=> #krate::capacity);
                let quorum_at = respan(quote!(#quorum), at);
                self.items.extend(quote_spanned! {at=>
                    const #quorum_at: usize = #count;
                    const _: () = <#itself as #krate::Quorum<{#arithmetic::is_width(#quorum_at)}>>::CHECKED;
                    const _: () = <#itself as #krate::WithinWidth<
                        #worker,
                        {#quorum_at as u64},
                        {#arithmetic::widest(#width)},
                        {#arithmetic::can_succeed(#quorum_at as u64, #arithmetic::widest(#width))}
                    >>::CHECKED;
                });
                let kind = if matches!(rule, Rule::First(_)) { "First" } else { "AtLeast" };
                let kind = Ident::new(kind, span);
                quote_spanned!(span=> #krate::Rule::#kind(#quorum))
            }
            Rule::AtLeastPercent(percent) => {
                let quorum_at = respan(quote!(#quorum), at);
                self.items.extend(quote_spanned! {at=>
                    const #quorum_at: u8 = #percent;
                    const _: () = <#itself as #krate::Quorum<
                        {#krate::capacity::is_share(#quorum_at)}
                    >>::CHECKED;
                });
                quote_spanned!(span=> #krate::Rule::AtLeastPercent(#quorum))
            }
        }
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
