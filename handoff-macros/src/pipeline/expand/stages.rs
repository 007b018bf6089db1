//! Loops, joins and adapters.

use super::chain::Chain;
use super::edge::{Kind, Next, Reader, Taker, Upstream};
use crate::krate;
use crate::pipeline::check::{Join, Map, Node, Repeat};
use crate::spans::{Place, local, respan};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

impl Chain<'_> {
    pub fn repeat(&mut self, repeat: &Repeat, rest: &[Node]) {
        let Repeat { max, until, chain, number } = repeat;
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine) = (local("value", span), local("engine", span));
        // Numbered: a loop that stands right in another has locals of its own.
        let (round, rounds) =
            (local(&format!("round{number}"), span), local(&format!("rounds{number}"), span));
        let on = self.next(rest).target;
        let begins = self.next(&chain.nodes);
        let again = begins.target.clone();
        let mut comes_in = self.upstream.clone();
        let first = if let Reader::Agent(taker) = &begins.reader {
            let first = self.handed(taker, &quote!(#value));
            if self.upstream.kind != Kind::Checked {
                self.capacity(taker);
            }
            comes_in.value.clone_from(&begins.wanted);
            comes_in.kind = Kind::Checked;
            first
        } else {
            quote!(#value)
        };
        let exit = Next {
            target: self.itself_as_target(),
            reader: Reader::Round,
            takers: begins.takers,
            wanted: comes_in.value.clone(),
        };
        let limit = self.rounds(*number, max);
        let wanted = exit.wanted.clone();
        let mut body = self.branch(exit, comes_in);
        body.stages(chain);
        let end = body.leave();
        let Self { items, statements, upstream, confidence, .. } = body;
        let ident = &self.header.ident;
        let by = self.of_stage(&quote!(#ident), "ID", span);
        self.items.extend(items);
        self.statements.extend(quote_spanned! {span=>
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
        });
        // A loop whose last stage has been refused says no more about its type.
        self.upstream = Upstream { value: wanted.or(upstream.value), ..upstream };
        if self.upstream.kind == Kind::Checked {
            self.upstream.kind = Kind::Agreed;
        }
        self.confidence = confidence;
    }

    /// The most rounds of a loop, as a constant.
    fn rounds(&mut self, number: usize, max: &syn::Expr) -> TokenStream {
        let krate = self.krate.clone();
        let place = Place::of(max);
        let at = place.first;
        let limit = format_ident!("__ROUNDS{number}", span = at);
        let itself = self.itself(place);
        self.items.extend(quote_spanned! {at=>
            const #limit: u32 = #max;
            const _: () = <#itself as #krate::RoundsBound<
                {#krate::capacity::is_budget(#limit)}
            >>::CHECKED;
        });
        quote!(#limit)
    }

    pub fn join(&mut self, join: &Join, rest: &[Node]) {
        let Join { agents, place, number } = join;
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine, remaining) = (local("value", span), local("engine", span), local("rest", span));
        let (mut branches, mut inputs, mut outputs) = (Vec::new(), Vec::new(), Vec::new());
        let (mut known, mut numbers) = (Vec::new(), Vec::new());
        let last = agents.len() - 1;
        for (index, agent) in agents.iter().enumerate() {
            let taker = Taker::of(agent);
            if self.upstream.kind != Kind::Checked {
                self.capacity(&taker);
            }
            let input = format_ident!("input{index}", span = value.span());
            let statement = if index == last {
                let handed = self.handed(&taker, &quote!(#value));
                quote_spanned!(span=> let (#input, #remaining) = #handed.split();)
            } else {
                let copy = quote_spanned!(span=> #krate::Clone::clone(&#value));
                let handed = self.handed(&taker, &copy);
                quote_spanned!(span=> let (#input, _) = #handed.split();)
            };
            self.statements.extend(statement);
            branches.push(respan(taker.alias.clone(), span));
            inputs.push(quote!(#input));
            outputs.push(self.of_stage(&taker.alias, "Output", place.first));
            known.push(self.of_stage(&taker.alias, "CONFIDENT", span));
            numbers.push(agent.number);
        }
        let target = self.next(rest).target;
        let (branches, handed) = (list(&branches, span), list(&inputs, span));
        let ident = &self.header.ident;
        let by = self.of_stage(&quote!(#ident), "ID", span);
        let marker = format_ident!("__Join{number}", span = span);
        let address = format!("{}.join{number}", ident.unraw());
        self.items.extend(quote_spanned! {span=>
            struct #marker;

            #[automatically_derived]
            impl #krate::Join for #marker {
                const ADDRESS: &'static str = #address;
                const PIPELINE: &'static #krate::AgentId = #by;
            }
        });
        self.statements.extend(quote_spanned! {span=>
            let #value = #krate::join::<__Engine, #marker, #branches, _>(
                #engine,
                #remaining,
                #handed,
                |#handed| (#(#inputs,)*),
                #target,
            ).await?;
        });
        let at = place.first;
        let outputs = quote_spanned!(at=> (#(#outputs,)*));
        // Whatever came in: the confidence is now the mean of theirs.
        self.confidence.counted = false;
        self.confidence.known = known;
        self.confidence.ways.clear();
        self.upstream = Upstream {
            agent: quote!(#ident),
            value: Some(outputs),
            kind: Kind::Joined(numbers),
            max: None,
            place: *place,
            whole: *place,
        };
    }

    pub fn map(&mut self, map: &Map, rest: &[Node]) {
        let Map { closure, place } = map;
        let span = self.span;
        let (value, engine) = (local("value", span), local("engine", span));
        let next = self.next(rest);
        let target = &next.target;
        let ident = &self.header.ident;
        let by = self.of_stage(&quote!(#ident), "ID", span);
        // Where nobody says what is wanted, what is wrong with the value is said of this stage.
        let (at, made) = if let Some(wanted) = &next.wanted {
            (span, respan(wanted.clone(), span))
        } else {
            (place.first, quote_spanned!(place.first=> _))
        };
        let krate = krate::name(at);
        self.statements.extend(quote_spanned! {at=>
            let #value = #krate::map::<__Engine, _, #made, _>(#engine, #value, #by, #target, #closure)?;
        });
        let is_checked = next.wanted.is_some()
            && match &next.reader {
                Reader::Agent(_) | Reader::Caller | Reader::Round | Reader::Any(Some(_)) => true,
                Reader::Any(None) => false,
            };
        if let Some(taker) = next.takers.first() {
            self.confidence.known.push(self.of_stage(&taker.alias, "INPUT_CONFIDENT", span));
        }
        self.upstream = Upstream {
            agent: quote!(#ident),
            value: next.wanted,
            kind: if is_checked { Kind::Checked } else { Kind::Made },
            max: None,
            place: *place,
            whole: *place,
        };
    }
}

/// Parts of a join as the library goes through them: `(legal, (security, (style,)))`.
fn list(parts: &[TokenStream], span: Span) -> TokenStream {
    let rest = parts
        .iter()
        .rev()
        .fold(None, |rest: Option<TokenStream>, part| Some(quote_spanned!(span=> (#part, #rest))));
    rest.unwrap_or_default()
}
