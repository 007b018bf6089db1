//! The stages, one after the other: the value flows through the checks of its types.

use super::edge::{Kind, Next, Reader, Taker, Upstream, alias};
use crate::krate;
use crate::pipeline::check::{self, Agent, Node};
use crate::pipeline::syntax::Header;
use crate::spans::{Place, local, respan};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// Writes the stages of a chain one after the other.
pub struct Chain<'a> {
    pub header: &'a Header,
    pub krate: Ident,
    pub span: Span,
    /// What follows the chain.
    pub exit: Next,
    /// The items that the stages need: aliases, constants, checks.
    pub items: TokenStream,
    /// What is done with the value, which is called `value` before and after.
    pub statements: TokenStream,
    pub upstream: Upstream,
    pub confidence: Confidence,
}

/// What is known of the confidence that comes to a stage.
#[derive(Clone)]
pub struct Confidence {
    /// Whether a barrier has counted successes, which is a confidence.
    pub counted: bool,
    /// Constants: where one is true, something has set a confidence.
    pub known: Vec<TokenStream>,
    /// The ways that met last: on all of them something may have.
    pub ways: Vec<Way>,
}

/// One of several ways to a stage.
#[derive(Clone)]
pub struct Way {
    /// The type that stands for the last agent on it.
    pub agent: TokenStream,
    /// Whether something on it has set a confidence, as a constant.
    pub confident: TokenStream,
}

impl Confidence {
    /// Whether something before has set a confidence, as a constant expression.
    pub fn expression(&self, at: Span) -> TokenStream {
        if self.counted {
            return quote_spanned!(at=> true);
        }
        let mut known = self.known_at(at);
        let ways = self.ways_at(at);
        if !ways.is_empty() {
            known.push(quote_spanned!(at=> (#((#ways))&&*)));
        }
        quote_spanned!(at=> #(#known)||*)
    }

    /// The same, if it is enough that something has on one of the ways.
    fn somewhere(&self, at: Span) -> TokenStream {
        let known = self.known_at(at);
        let ways = self.ways_at(at);
        quote_spanned!(at=> #(#known ||)* #((#ways))||*)
    }

    fn known_at(&self, at: Span) -> Vec<TokenStream> {
        self.known.iter().map(|known| respan(known.clone(), at)).collect()
    }

    fn ways_at(&self, at: Span) -> Vec<TokenStream> {
        self.ways.iter().map(|way| respan(way.confident.clone(), at)).collect()
    }
}

impl<'a> Chain<'a> {
    /// The stages of the pipeline.
    pub fn new(header: &'a Header) -> Self {
        let Header { ident, input, .. } = header;
        let (input_alias, output) =
            (Ident::new("__Input", ident.span()), Ident::new("__Output", ident.span()));
        let span = ident.span();
        let krate = krate::name(span);
        let to = local("to", span);
        Self {
            header,
            confidence: Confidence {
                counted: false,
                known: vec![quote_spanned!(span=> <#ident as #krate::AgentSpec>::INPUT_CONFIDENT)],
                ways: Vec::new(),
            },
            krate,
            span,
            exit: Next {
                target: quote!(#to),
                reader: Reader::Caller,
                takers: Vec::new(),
                wanted: Some(quote!(#output)),
            },
            items: TokenStream::new(),
            statements: TokenStream::new(),
            upstream: Upstream {
                agent: quote!(#ident),
                value: Some(quote!(#input_alias)),
                kind: Kind::Input,
                max: None,
                place: Place::of(input),
                whole: Place::of(input),
            },
        }
    }

    /// Stages in braces, or between two stages: they begin with what comes in here.
    pub fn branch(&self, exit: Next, upstream: Upstream) -> Self {
        Self {
            header: self.header,
            krate: self.krate.clone(),
            span: self.span,
            exit,
            items: TokenStream::new(),
            statements: TokenStream::new(),
            upstream,
            confidence: self.confidence.clone(),
        }
    }

    /// Each agent's path stands once in the code: a function that is no agent is then one error.
    pub fn name_agents(&mut self, agents: &[&Agent]) {
        for agent in agents {
            let (path, at, alias) = (&agent.path, agent.place.first, alias(agent));
            self.items.extend(quote_spanned!(at=> type #alias = #path;));
        }
    }

    /// Writes the stages; the handoff out of the chain comes after them.
    pub fn stages(&mut self, chain: &check::Chain) {
        for (index, node) in chain.nodes.iter().enumerate() {
            let rest = &chain.nodes[index + 1..];
            match node {
                Node::Agent(agent) => self.agent(agent, rest),
                Node::Or(agents) => self.or(agents, rest),
                Node::Gate { threshold, place, number } => self.gate(*number, threshold, *place, rest),
                Node::Gather(gather) => self.gather(gather, rest),
                Node::Match(routes) => self.routes(routes, rest),
                Node::Repeat(repeat) => self.repeat(repeat, rest),
                Node::Join(join) => self.join(join, rest),
                Node::Map(map) => self.map(map, rest),
                Node::Keep(name) => self.keep(name),
            }
        }
    }

    /// The value of the chain, ready for what follows it; its budgets are checked.
    pub fn leave(&mut self) -> TokenStream {
        if self.upstream.kind != Kind::Checked {
            for taker in self.exit.takers.clone() {
                self.capacity(&taker);
            }
        }
        let value = local("value", self.span);
        self.ended(&quote!(#value))
    }

    fn agent(&mut self, agent: &Agent, rest: &[Node]) {
        let krate = self.krate.clone();
        let taker = Taker::of(agent);
        let stage = taker.alias.clone();
        let value = local("value", self.span);
        let handed = self.handed(&taker, &quote!(#value));
        if self.upstream.kind != Kind::Checked {
            self.capacity(&taker);
        }
        let (span, engine, target) = (self.span, local("engine", self.span), self.next(rest).target);
        let here = respan(stage.clone(), span);
        self.statements.extend(quote_spanned! {span=>
            let #value = #handed;
            let #value = <#here as #krate::Drive<__Engine>>::drive(#engine, #value, #target).await?;
        });
        self.confidence.known.push(self.of_stage(&stage, "CONFIDENT", span));
        self.upstream = self.output_of(agent);
    }

    /// What comes from an agent.
    pub fn output_of(&self, agent: &Agent) -> Upstream {
        let (stage, place) = (alias(agent), agent.place);
        let out = self.of_stage(&stage, "Output", place.first);
        let max = self.of_stage(&stage, "MAX_OUTPUT_TOKENS", place.first);
        Upstream { agent: stage, value: Some(out), kind: Kind::Agent, max: Some(max), place, whole: place }
    }

    fn gate(&mut self, number: usize, threshold: &syn::Expr, place: Place, rest: &[Node]) {
        let krate = self.krate.clone();
        let at = place.first;
        let number = format_ident!("__GATE{number}", span = at);
        let threshold = float(threshold);
        let itself = self.itself(place);
        self.items.extend(quote_spanned! {at=>
            const #number: f64 = #threshold;
            const _: () = <#itself as #krate::Threshold<
                {#krate::capacity::is_confidence(#number)}
            >>::CHECKED;
        });
        // A value without a name of its own is what the next stage takes, if that says so.
        let out = self.upstream.value.clone().or_else(|| self.next(rest).wanted);
        if let Some(out) = out
            && !self.confidence.counted
        {
            self.confident(&itself, &out, at);
        }
        let (span, value, engine) = (self.span, local("value", self.span), local("engine", self.span));
        self.statements.extend(quote_spanned! {span=>
            let #value = #krate::gate(#engine, #value, #number)?;
        });
    }

    /// Refuses a gate that has no confidence to test, or has none on one of the ways to it, which is then named.
    fn confident(&mut self, itself: &TokenStream, out: &TokenStream, at: Span) {
        let krate = krate::name(at);
        let out = respan(out.clone(), at);
        let known = self.confidence.expression(at);
        let check = if let Kind::Joined(_) = self.upstream.kind {
            quote_spanned!(at=> #krate::ConfidentJoin<#out, {#known}>)
        } else {
            let up = respan(self.upstream.agent.clone(), at);
            let known = if self.confidence.ways.is_empty() { known } else { self.confidence.somewhere(at) };
            quote_spanned!(at=> #krate::Confident<#up, #out, {#known}>)
        };
        self.items.extend(quote_spanned!(at=> const _: () = <#itself as #check>::CHECKED;));
        let somewhere = self.confidence.somewhere(at);
        for Way { agent, confident } in &self.confidence.ways {
            let known = self.confidence.known_at(at);
            let (agent, confident) = (respan(agent.clone(), at), respan(confident.clone(), at));
            self.items.extend(quote_spanned! {at=>
                const _: () = <#itself as #krate::ConfidentWay<
                    #agent, #out, {#(#known ||)* (#confident) || !(#somewhere)}
                >>::CHECKED;
            });
        }
    }

    /// `as name`: a clone of the payload, which the user's closures see.
    fn keep(&mut self, name: &Ident) {
        let (krate, span, value) = (&self.krate, self.span, local("value", self.span));
        self.statements.extend(quote_spanned! {span=>
            let #name = #krate::Clone::clone(#value.payload());
        });
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
