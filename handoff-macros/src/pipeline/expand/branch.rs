//! Ways that come together again: the arms of a `match`, and the agents between which `or` stands.

use super::chain::{Chain, Confidence, Way};
use super::edge::{Kind, Next, Reader, Taker, Upstream};
use crate::pipeline::check::{Agent, Arm, Match, Node};
use crate::spans::{local, respan};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

impl<'a> Chain<'a> {
    pub fn routes(&mut self, routes: &Match, rest: &[Node]) {
        let span = self.span;
        let (value, remaining) = (local("value", span), local("rest", span));
        let payload = scrutinee(routes.keyword.span);
        let next = self.next(rest);
        let mut ways = Ways::new();
        let mut arms = TokenStream::new();
        for arm in &routes.arms {
            let (way, tokens) = self.arm(arm, ways.exit(&next), routes.keyword.span);
            arms.extend(tokens);
            ways.add(way, &mut self.items);
        }
        let keyword = &routes.keyword;
        self.statements.extend(quote_spanned! {span=>
            let (#payload, #remaining) = #value.split();
            let #value = #keyword #payload { #arms };
        });
        ways.meet(self, &next);
    }

    /// One arm, and what comes out of it.
    fn arm(&self, arm: &Arm, exit: Next, keyword: Span) -> (Chain<'a>, TokenStream) {
        let Arm { pattern, binding, guard, place, chain } = arm;
        let (krate, span) = (&self.krate, self.span);
        let (value, engine, remaining) = (local("value", span), local("engine", span), local("rest", span));
        let payload = scrutinee(keyword);
        let mut way = self.branch(exit, self.upstream.clone());
        let next = way.next(&chain.nodes);
        let target = &next.target;
        let part = if let Some(binding) = binding {
            let name = &binding.name;
            // Only what is nearly the whole is as large as the whole may be.
            if !(binding.is_variant && matches!(way.upstream.kind, Kind::Agent)) {
                way.upstream.max = None;
            }
            (way.upstream.value, way.upstream.kind) = (None, Kind::Made);
            quote!(#name)
        } else {
            quote!(#payload)
        };
        let mut comes_in = TokenStream::new();
        let mut handed = part.clone();
        if let (None, Some(taker)) = (&way.upstream.value, next.takers.first()) {
            let Taker { alias: stage, place } = taker;
            let at = place.first;
            let krate = crate::krate::name(at);
            let (stage, input) = (respan(stage.clone(), at), self.of_stage(stage, "Input", at));
            let item = local("payload", at);
            comes_in = quote_spanned! {at=>
                let #item = #part;
                let #item = <_ as #krate::Fits<#stage, #input>>::fit(#item);
            };
            handed = quote!(#item);
            (way.upstream.value, way.upstream.kind) = (Some(input), Kind::Made);
            if let Reader::Agent(_) = next.reader {
                for taker in &next.takers {
                    way.capacity(taker);
                }
                way.upstream.kind = Kind::Checked;
            }
            way.confidence.known.push(self.of_stage(&taker.alias, "INPUT_CONFIDENT", span));
        }
        way.stages(chain);
        let end = way.leave();
        let statements = &way.statements;
        let ident = &self.header.ident;
        let by = self.of_stage(&quote!(#ident), "ID", span);
        let guard =
            guard.as_ref().map(|guard| quote_spanned!(span=> if #krate::guard(&#remaining, #by, || #guard)?));
        let body = quote_spanned! {span=>{
            #comes_in
            let #value = #krate::hand_on(#engine, #remaining, #handed, #target)?;
            #statements
            #end
        }};
        // A call from the first to the last token of the stages: where rustc suggests another arm, it is after them.
        let mut call = Group::new(Delimiter::Parenthesis, body);
        call.set_span(place.last);
        let krate = crate::krate::name(place.first);
        let way_is = quote_spanned!(place.first=> #krate::as_is #call);
        (way, quote_spanned!(span=> #pattern #guard => #way_is,))
    }

    pub fn or(&mut self, agents: &[Agent], rest: &[Node]) {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine) = (local("value", span), local("engine", span));
        let (spare, warnings) = (local("spare", span), local("warnings", span));
        let next = self.next(rest);
        let target = &next.target;
        let mut ways = Ways::new();
        let mut attempts = Vec::new();
        for agent in agents {
            let taker = Taker::of(agent);
            let handed = self.handed(&taker, &quote!(#value));
            if self.upstream.kind != Kind::Checked {
                self.capacity(&taker);
            }
            let mut way = self.branch(ways.exit(&next), self.output_of(agent));
            way.confidence.known.push(self.of_stage(&taker.alias, "CONFIDENT", span));
            let end = way.leave();
            attempts.push((respan(taker.alias, span), handed, end));
            let Chain { items, upstream, confidence, .. } = way;
            self.items.extend(items);
            ways.note(upstream, &confidence);
        }
        let mut tokens = TokenStream::new();
        let mut otherwise: Option<TokenStream> = None;
        for (stage, handed, end) in attempts.into_iter().rev() {
            tokens = match &otherwise {
                None => quote_spanned! {span=>
                    let #value = #krate::hand_to::<__Engine, #stage>(#engine, #handed, #target).await?;
                    #end
                },
                Some(second) => quote_spanned! {span=>
                    let #spare = #krate::spare(&#value);
                    match #krate::attempt::<__Engine, #stage, #second>(#engine, #handed, #target).await? {
                        #krate::Attempt::Succeeded(#value) => #end,
                        #krate::Attempt::Failed(#warnings) => {
                            let #value = #krate::fall_back(#spare, #warnings);
                            #tokens
                        }
                    }
                },
            };
            otherwise = Some(stage);
        }
        self.statements.extend(quote_spanned!(span=> let #value = { #tokens };));
        ways.meet(self, &next);
    }
}

/// What is matched: rustc says of it what is not covered. All of it is at the user's place, or rustc would
/// speak of the macro.
fn scrutinee(keyword: Span) -> Ident {
    Ident::new("__matched", keyword)
}

/// The ways so far, of several that lead to the same stage.
struct Ways {
    /// What the first way hands on whose type is known.
    first: Option<Upstream>,
    /// What the ways may hand on at most; `None` where one does not say.
    max: Option<Vec<TokenStream>>,
    /// Whether something has set a confidence on each way.
    confident: Vec<Way>,
    /// Whether a barrier has counted successes on each way.
    counted: bool,
}

impl Ways {
    fn new() -> Self {
        Self { first: None, max: Some(Vec::new()), confident: Vec::new(), counted: true }
    }

    /// What follows the next way: it has to hand on what the first does, if nobody else says what.
    fn exit(&self, next: &Next) -> Next {
        let mut exit = next.clone();
        if let (Reader::Any(None), Some(first)) = (&exit.reader, &self.first) {
            exit.wanted = first.value.clone();
            exit.reader = Reader::Any(Some(first.clone()));
        }
        exit
    }

    fn add(&mut self, way: Chain<'_>, items: &mut TokenStream) {
        let Chain { items: of_way, upstream, confidence, .. } = way;
        items.extend(of_way);
        self.note(upstream, &confidence);
    }

    fn note(&mut self, upstream: Upstream, confidence: &Confidence) {
        let is_one = matches!(upstream.kind, Kind::Agent | Kind::Agreed | Kind::Checked);
        let max = upstream.max.clone().filter(|_| is_one);
        self.max = self.max.take().zip(max).map(|(mut all, max)| {
            all.push(max);
            all
        });
        self.counted &= confidence.counted;
        let agent = upstream.agent.clone();
        self.confident.push(Way { agent, confident: confidence.expression(Span::call_site()) });
        if self.first.is_none() && upstream.value.is_some() {
            self.first = Some(upstream);
        }
    }

    /// Goes on where the ways meet.
    fn meet(self, chain: &mut Chain<'_>, next: &Next) {
        let Self { first, max, confident, counted } = self;
        let (krate, span) = (&chain.krate, chain.span);
        chain.confidence = Confidence { counted, known: Vec::new(), ways: confident };
        let Some(mut upstream) = first else {
            // Whatever comes, rustc infers its type.
            (chain.upstream.value, chain.upstream.kind, chain.upstream.max) = (None, Kind::Made, None);
            return;
        };
        upstream.max = max.map(|max| {
            let max = max.into_iter().map(|max| respan(max, span));
            quote_spanned!(span=> #krate::capacity::largest(&[#(#max),*]))
        });
        let is_checked = match &next.reader {
            Reader::Agent(_) | Reader::Caller => true,
            Reader::Round => next.wanted.is_some(),
            Reader::Any(other) => other.as_ref().is_some_and(|other| other.value.is_some()),
        };
        if is_checked {
            if let Some(taker) = next.takers.first() {
                chain.confidence.known.push(chain.of_stage(&taker.alias, "INPUT_CONFIDENT", span));
            }
            upstream.value.clone_from(&next.wanted);
            upstream.kind = Kind::Checked;
        } else {
            upstream.kind = match upstream.kind {
                Kind::Joined(_) | Kind::Made | Kind::Input => Kind::Made,
                Kind::Barrier { .. } => Kind::Barrier { all: None },
                Kind::Agent | Kind::Agreed | Kind::Checked => Kind::Agreed,
            };
        }
        chain.upstream = upstream;
    }
}
