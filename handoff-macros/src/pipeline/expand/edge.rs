//! The handoffs between stages: what each is checked by, and where it goes.

use super::chain::Chain;
use crate::krate;
use crate::pipeline::check::{self, Agent, Node, Worker};
use crate::spans::{Place, projection, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// The value as it stands between two stages: who handed it on, and as what.
#[derive(Clone)]
pub struct Upstream {
    /// The type that stands for who handed it on, in messages.
    pub agent: TokenStream,
    /// The type of the value, where it has a name: a part of another value has none.
    pub value: Option<TokenStream>,
    pub kind: Kind,
    /// The most tokens it may have, as an optional constant.
    pub max: Option<TokenStream>,
    /// Where it stands: an agent, or a barrier.
    pub place: Place,
    /// Where all that it depends on stands: a fan-out with its barrier.
    pub whole: Place,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// The pipeline's own input.
    Input,
    /// The output of an agent.
    Agent,
    /// What a barrier hands on; with the number of the gather, where it hands on all results.
    Barrier { all: Option<usize> },
    /// The outputs of these agents together.
    Joined(Vec<usize>),
    /// A part of a value, or what a closure made: nothing that an agent declares.
    Made,
    /// The output of one of several agents, all of the same type.
    Agreed,
    /// Already what the next stage takes, and checked to be.
    Checked,
}

/// What follows a stage.
#[derive(Clone)]
pub struct Next {
    /// Where what is handed on goes.
    pub target: TokenStream,
    pub reader: Reader,
    /// The agents that take it as it is: their budgets are for it.
    pub takers: Vec<Taker>,
    /// Its type, where the next stage says so.
    pub wanted: Option<TokenStream>,
}

/// Who reads a value, and so what it is checked against.
#[derive(Clone)]
pub enum Reader {
    Agent(Taker),
    /// Whoever started the pipeline.
    Caller,
    /// The next round of a loop.
    Round,
    /// A stage that takes any type; with the one that another way to it hands on.
    Any(Option<Upstream>),
}

/// An agent that reads a value.
#[derive(Clone)]
pub struct Taker {
    pub alias: TokenStream,
    pub place: Place,
}

/// The name of an agent among the items.
pub fn alias(agent: &Agent) -> TokenStream {
    let alias = format_ident!("__Stage{}", agent.number, span = agent.place.first);
    quote!(#alias)
}

impl Taker {
    pub fn of(agent: &Agent) -> Self {
        Self { alias: alias(agent), place: agent.place }
    }

    fn all(agents: &[Agent]) -> Vec<Self> {
        let mut takers = Vec::new();
        for agent in agents {
            takers.push(Self::of(agent));
        }
        takers
    }
}

impl Chain<'_> {
    /// What comes after a stage before `rest`.
    pub fn next(&self, rest: &[Node]) -> Next {
        let Some((node, rest)) = rest.split_first() else {
            return self.exit.clone();
        };
        let itself = |takers: Vec<Taker>| {
            let wanted = takers.first().map(|taker| self.of_stage(&taker.alias, "Input", taker.place.first));
            Next { target: self.itself_as_target(), reader: Reader::Any(None), takers, wanted }
        };
        match node {
            Node::Gate { .. } | Node::Keep(_) => self.next(rest),
            Node::Agent(agent) => {
                let taker = Taker::of(agent);
                Next {
                    target: self.target("of", &taker.alias),
                    wanted: Some(self.of_stage(&taker.alias, "Input", taker.place.first)),
                    reader: Reader::Agent(taker.clone()),
                    takers: vec![taker],
                }
            }
            Node::Gather(gather) => {
                let (worker, _) = self.worker(&gather.worker);
                let target = self.target("through", &worker);
                Next { target, reader: Reader::Any(None), takers: Vec::new(), wanted: None }
            }
            Node::Or(agents) => itself(Taker::all(agents)),
            Node::Join(join) => itself(Taker::all(&join.agents)),
            Node::Repeat(repeat) => self.next(&repeat.chain.nodes),
            Node::Match(_) | Node::Map(_) => itself(Vec::new()),
        }
    }

    /// The type that works on the items of a fan-out, and where it stands.
    pub fn worker(&self, worker: &Worker) -> (TokenStream, Option<usize>) {
        match worker {
            Worker::Agent(agent) => (alias(agent), None),
            Worker::Chain { number, .. } => {
                let name = format_ident!("__Chain{number}", span = self.span);
                (quote!(#name), Some(*number))
            }
        }
    }

    fn target(&self, how: &str, stage: &TokenStream) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let how = Ident::new(how, span);
        let stage = respan(stage.clone(), span);
        quote_spanned!(span=> #krate::Target::#how::<#stage>())
    }

    /// The pipeline, as what reads a value that it goes on with itself.
    pub fn itself_as_target(&self) -> TokenStream {
        let ident = &self.header.ident;
        self.target("itself", &quote!(#ident))
    }

    /// `<Stage as AgentSpec>::name`
    pub fn of_stage(&self, stage: &TokenStream, name: &str, span: Span) -> TokenStream {
        let (krate, name) = (&self.krate, Ident::new(name, span));
        let krate = respan(quote!(#krate), span);
        let stage = respan(stage.clone(), span);
        quote_spanned!(span=> <#stage as #krate::AgentSpec>::#name)
    }

    /// A type whose first and last tokens stand where the place begins and ends, so that rustc
    /// underlines all of it: the pipeline itself, in messages.
    pub fn itself(&self, place: Place) -> TokenStream {
        let (krate, ident) = (&self.krate, &self.header.ident);
        projection(place, &quote!(#ident), &quote!(#krate::Itself), "Itself")
    }

    /// The place where `agent` declares its output, for rustc to point at.
    fn declared(&self, agent: &TokenStream, place: Place) -> TokenStream {
        let krate = &self.krate;
        projection(place, agent, &quote!(#krate::AgentSpec), "Declared")
    }

    /// The handoff to an agent: the value, once it is what the agent takes.
    pub fn handed(&self, taker: &Taker, value: &TokenStream) -> TokenStream {
        let Taker { alias: stage, place } = taker;
        let Upstream { agent: up, value: out, kind, place: from, .. } = &self.upstream;
        // All tokens of a check have one span, but the outermost: else rustc would underline the
        // whole macro call.
        let edge = if *kind == Kind::Input { *place } else { from.to(*place) };
        let at = edge.first;
        let krate = krate::name(at);
        let input = respan(self.of_stage(stage, "Input", place.first), at);
        let Some(out) = out else {
            // Its type is that of the value: nothing else is known to name it by.
            let at = place.first;
            let (krate, stage, input) = (krate::name(at), respan(stage.clone(), at), respan(input, at));
            let value = respan_local(value, at);
            return quote_spanned!(at=> <_ as #krate::Fits<#stage, #input>>::fit(#value));
        };
        let (up_at, stage, out) =
            (respan(up.clone(), at), respan(stage.clone(), at), respan(out.clone(), at));
        match kind {
            Kind::Checked => value.clone(),
            Kind::Input => {
                let itself = self.itself(*place);
                quote_spanned! {at=>
                    <#itself as #krate::Begins<#up_at, #stage, #out, #input>>::begin(#value)
                }
            }
            Kind::Agent | Kind::Agreed => {
                let declared = self.declared(up, edge);
                quote_spanned! {at=>
                    <#declared as #krate::HandsOff<#up_at, #stage, #out, #input>>::hand_off(#value)
                }
            }
            Kind::Barrier { .. } => {
                let declared = self.declared(up, edge);
                quote_spanned! {at=>
                    <#declared as #krate::PassesBarrier<#up_at, #stage, #out, #input>>::pass(#value)
                }
            }
            Kind::Joined(_) | Kind::Made => {
                let itself = self.itself(edge);
                quote_spanned! {at=>
                    <#itself as #krate::ComesTo<#stage, #out, #input>>::come(#value)
                }
            }
        }
    }

    /// The handoff out of the chain: the value, once it is what follows the chain takes.
    pub fn ended(&self, value: &TokenStream) -> TokenStream {
        let Upstream { agent: up, value: out, kind, whole: place, .. } = &self.upstream;
        let ident = &self.header.ident;
        let at = place.first;
        let krate = krate::name(at);
        if *kind == Kind::Checked {
            return value.clone();
        }
        match &self.exit.reader {
            Reader::Agent(taker) => self.handed(taker, value),
            Reader::Any(None) => value.clone(),
            Reader::Caller => {
                let Some(out) = out else {
                    let wanted = self.exit.wanted.clone().map(|wanted| respan(wanted, at));
                    return quote_spanned!(at=> #krate::as_is::<#wanted>(#value));
                };
                let output = Ident::new("__Output", at);
                let (pipeline, up_at, out) =
                    (respan(quote!(#ident), at), respan(up.clone(), at), respan(out.clone(), at));
                if matches!(kind, Kind::Joined(_) | Kind::Made) {
                    let itself = self.itself(*place);
                    return quote_spanned! {at=>
                        <#itself as #krate::Leaves<#pipeline, #out, #output>>::leave(#value)
                    };
                }
                let ends = match kind {
                    Kind::Barrier { .. } => "EndsWithBarrier",
                    _ => "Ends",
                };
                let ends = Ident::new(ends, at);
                let last = self.declared(up, *place);
                quote_spanned! {at=>
                    <#last as #krate::#ends<#pipeline, #up_at, #out, #output>>::end(#value)
                }
            }
            Reader::Round => {
                let Some(wanted) = &self.exit.wanted else { return value.clone() };
                let wanted = respan(wanted.clone(), at);
                let Some(out) = out else {
                    return quote_spanned!(at=> #krate::as_is::<#wanted>(#value));
                };
                let (up_at, out) = (respan(up.clone(), at), respan(out.clone(), at));
                let declared = self.declared(up, *place);
                quote_spanned! {at=>
                    <#declared as #krate::GoesRound<#up_at, #out, #wanted>>::go_round(#value)
                }
            }
            Reader::Any(Some(other)) => {
                let Some(wanted) = &other.value else { return value.clone() };
                let wanted = respan(wanted.clone(), at);
                let Some(out) = out else {
                    return quote_spanned!(at=> #krate::as_is::<#wanted>(#value));
                };
                let (up_at, out) = (respan(up.clone(), at), respan(out.clone(), at));
                let first = respan(other.agent.clone(), at);
                let declared = self.declared(up, *place);
                quote_spanned! {at=>
                    <#declared as #krate::Agrees<#up_at, #first, #out, #wanted>>::agree(#value)
                }
            }
        }
    }

    /// Refuses what is declared not to fit.
    pub fn capacity(&mut self, taker: &Taker) {
        let krate = self.krate.clone();
        let Taker { alias: stage, place } = taker;
        let Upstream { agent: up, kind, whole: from, max, .. } = self.upstream.clone();
        let edge = from.to(*place);
        let at = edge.first;
        let (up_at, down) = (respan(up.clone(), at), respan(stage.clone(), at));
        let arithmetic = quote_spanned!(at=> #krate::capacity);
        let budget = self.of_stage(stage, "INPUT_BUDGET", at);
        let budget = quote_spanned!(at=> #arithmetic::declared(#budget));
        let most = max.map(|max| {
            let max = respan(max, at);
            quote_spanned!(at=> #arithmetic::declared(#max))
        });
        let check = match (kind, most) {
            (Kind::Agent | Kind::Made, Some(max)) => quote_spanned! {at=>
                #krate::WithinBudget<#up_at, #down, {#max}, {#budget}, {#arithmetic::fits(#max, #budget)}>
            },
            (Kind::Barrier { all: Some(gather) }, Some(max)) => {
                let width = Ident::new(&format!("__WIDTH{gather}"), at);
                let width = quote_spanned!(at=> #arithmetic::widest(#width));
                let need = quote_spanned!(at=> #arithmetic::together(#width, #max));
                quote_spanned! {at=>
                    #krate::AllWithinBudget<
                        #up_at, #down, {#width}, {#max}, {#need}, {#budget}, {#arithmetic::fits(#need, #budget)}
                    >
                }
            }
            (Kind::Joined(agents), _) => {
                let each = agents.iter().map(|number| {
                    let alias = format_ident!("__Stage{number}", span = at);
                    self.of_stage(&quote!(#alias), "MAX_OUTPUT_TOKENS", at)
                });
                let need = quote_spanned!(at=> #arithmetic::joined(&[#(#each),*]));
                let itself = self.itself(edge);
                let check = quote_spanned! {at=>
                    #krate::JoinWithinBudget<#down, {#need}, {#budget}, {#arithmetic::fits(#need, #budget)}>
                };
                self.items.extend(quote_spanned!(at=> const _: () = <#itself as #check>::CHECKED;));
                return;
            }
            _ => return,
        };
        let declared = self.declared(&up, edge);
        self.items.extend(quote_spanned!(at=> const _: () = <#declared as #check>::CHECKED;));
    }

    /// The most tokens that stages may be handed, where the first of them says so.
    pub fn budget(&self, nodes: &[Node]) -> Option<TokenStream> {
        let (krate, span) = (&self.krate, self.span);
        let (node, rest) = nodes.split_first()?;
        let of = |agents: &[Agent], how: &str| {
            let how = Ident::new(how, span);
            let budgets = agents.iter().map(|agent| self.of_stage(&alias(agent), "INPUT_BUDGET", span));
            quote_spanned!(span=> #krate::capacity::#how(&[#(#budgets),*]))
        };
        match node {
            Node::Gate { .. } | Node::Keep(_) => self.budget(rest),
            Node::Agent(agent) => Some(self.of_stage(&alias(agent), "INPUT_BUDGET", span)),
            Node::Repeat(repeat) => self.budget(&repeat.chain.nodes),
            // Each takes it.
            Node::Join(join) => Some(of(&join.agents, "smallest")),
            // One of them takes it.
            Node::Or(agents) => Some(of(agents, "largest")),
            // A part has the budget, not the whole.
            Node::Gather(_) | Node::Match(_) | Node::Map(_) => None,
        }
    }

    /// The agent that reads what stages are handed, if it is not the pipeline itself.
    pub fn entry(&self, nodes: &[Node]) -> Option<TokenStream> {
        let (node, rest) = nodes.split_first()?;
        match node {
            Node::Gate { .. } | Node::Keep(_) => self.entry(rest),
            Node::Agent(agent) => Some(self.of_stage(&alias(agent), "ENTRY", self.span)),
            Node::Gather(gather) => {
                let (worker, _) = self.worker(&gather.worker);
                Some(self.of_stage(&worker, "ENTRY", self.span))
            }
            Node::Repeat(repeat) => self.entry(&repeat.chain.nodes),
            Node::Or(_) | Node::Join(_) | Node::Match(_) | Node::Map(_) => None,
        }
    }

    /// The agent that says what the items of a fan-out are, for messages.
    pub fn head(&self, chain: &check::Chain) -> Option<Taker> {
        self.next(&chain.nodes).takers.into_iter().next()
    }
}

/// A local at another place: what is wrong with it is pointed at there.
fn respan_local(value: &TokenStream, span: Span) -> TokenStream {
    match syn::parse2::<Ident>(value.clone()) {
        Ok(mut ident) => {
            ident.set_span(Span::mixed_site().located_at(span));
            quote!(#ident)
        }
        Err(_) => value.clone(),
    }
}
