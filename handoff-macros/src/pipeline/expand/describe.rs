//! What `describe()` says of the stages: data, of which the library makes a description.

use super::edge::alias;
use super::page::pattern;
use crate::duration;
use crate::krate;
use crate::pipeline::check::{Agent, Arm, Chain, Gather, Match, Node, Repeat, Worker};
use crate::pipeline::syntax::{FanOutOptions, Items, Rule};
use crate::source::line;
use crate::spans::respan;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Member;
use syn::ext::IdentExt as _;

/// The constant that holds the stages. All of it stands at one place: what it mentions has been
/// checked elsewhere.
pub fn stages(chain: &Chain, span: Span) -> TokenStream {
    let krate = krate::name(span);
    let parts = Parts { krate: krate.clone(), span }.chain(chain);
    quote_spanned! {span=>
        const STAGES: #krate::Option<&'static [#krate::parts::Part]> =
            #krate::Some(#parts);
    }
}

struct Parts {
    krate: Ident,
    span: Span,
}

impl Parts {
    fn chain(&self, chain: &Chain) -> TokenStream {
        let parts = chain.nodes.iter().map(|node| match node {
            Node::Agent(agent) => self.agent(agent),
            Node::Or(agents) => self.part("Or", self.agents(agents)),
            Node::Gate { number, .. } => self.part("Gate", self.constant("GATE", *number)),
            Node::Gather(gather) => self.gather(gather),
            Node::Match(Match { arms, keyword: _ }) => {
                let arms = arms.iter().map(|arm| self.arm(arm));
                self.part("Match", quote_spanned!(self.span=> &[#(#arms),*]))
            }
            Node::Repeat(repeat) => self.repeat(repeat),
            Node::Join(join) => self.part("Join", self.agents(&join.agents)),
            Node::Map(map) => self.part("Map", line(&map.closure)),
            Node::Keep(name) => self.part("Keep", name.unraw().to_string()),
        });
        quote_spanned!(self.span=> &[#(#parts),*])
    }

    fn part(&self, variant: &str, value: impl ToTokens) -> TokenStream {
        let (krate, variant) = (&self.krate, Ident::new(variant, self.span));
        quote_spanned!(self.span=> #krate::parts::Part::#variant(#value))
    }

    fn agent(&self, agent: &Agent) -> TokenStream {
        let (krate, alias) = (&self.krate, respan(alias(agent), self.span));
        self.part("Stage", quote_spanned!(self.span=> #krate::parts::stage::<#alias>))
    }

    fn agents(&self, agents: &[Agent]) -> TokenStream {
        let agents = agents.iter().map(|agent| self.agent(agent));
        quote_spanned!(self.span=> &[#(#agents),*])
    }

    fn arm(&self, arm: &Arm) -> TokenStream {
        let (pattern, stages) = (pattern(arm), self.chain(&arm.chain));
        quote_spanned!(self.span=> (#pattern, #stages))
    }

    fn repeat(&self, repeat: &Repeat) -> TokenStream {
        let Repeat { max: _, until, chain, number } = repeat;
        let (krate, rounds) = (&self.krate, self.constant("ROUNDS", *number));
        let (until, stages) = (line(until), self.chain(chain));
        quote_spanned! {self.span=>
            #krate::parts::Part::Repeat { max: #rounds, until: #until, stages: #stages }
        }
    }

    fn gather(&self, gather: &Gather) -> TokenStream {
        let Gather { items, options, worker, rule, deadline, fans_out: _, barrier: _, number } = gather;
        let FanOutOptions { max: _, concurrency, allow_empty, label: _, recover } = options;
        let (krate, span) = (&self.krate, self.span);
        let of = match items {
            Items::Field(Member::Named(name)) => name.unraw().to_string(),
            Items::Field(Member::Unnamed(index)) => index.index.to_string(),
            Items::Chosen(closure) => line(closure),
        };
        let concurrency = concurrency.as_ref().map(|_| {
            let concurrency = self.constant("CONCURRENCY", *number);
            quote_spanned!(span=> #concurrency as u64)
        });
        let concurrency = self.option(concurrency);
        let recover = self.option(recover.as_ref().map(|recover| line(recover)));
        let deadline = self.option(deadline.map(|deadline| duration::tokens(krate, span, deadline)));
        let (worker, stages) = match worker {
            Worker::Agent(agent) => {
                let stage = self.agent(agent);
                (respan(alias(agent), span), quote_spanned!(span=> &[#stage]))
            }
            Worker::Chain { chain, number } => {
                let ty = format_ident!("__Chain{number}", span = span);
                (ty.into_token_stream(), self.chain(chain))
            }
        };
        let output = quote_spanned!(span=> <#worker as #krate::AgentSpec>::Output);
        let quorum = self.constant("QUORUM", *number);
        let (rule, gathered) = match rule {
            Rule::All => (quote_spanned!(span=> All), quote_spanned!(span=> #krate::Vec)),
            Rule::Settled => (quote_spanned!(span=> Settled), quote_spanned!(span=> #krate::Partial)),
            Rule::AtLeast(_) => {
                (quote_spanned!(span=> AtLeast(#quorum)), quote_spanned!(span=> #krate::Partial))
            }
            Rule::First(_) => (quote_spanned!(span=> First(#quorum)), quote_spanned!(span=> #krate::Partial)),
            Rule::AtLeastPercent(_) => {
                (quote_spanned!(span=> AtLeastPercent(#quorum)), quote_spanned!(span=> #krate::Partial))
            }
        };
        let width = self.constant("WIDTH", *number);
        let fan_out = quote_spanned! {span=>
            &#krate::parts::FanOutPart {
                of: #of,
                max: #width,
                concurrency: #concurrency,
                allow_empty: #allow_empty,
                recover: #recover,
                stages: #stages,
                rule: #krate::Rule::#rule,
                deadline: #deadline,
                hands_on: #krate::parts::contract::<#gathered<#output>>,
            }
        };
        self.part("FanOut", fan_out)
    }

    fn option(&self, value: Option<impl ToTokens>) -> TokenStream {
        let krate = &self.krate;
        if let Some(value) = value {
            quote_spanned!(self.span=> #krate::Some(#value))
        } else {
            quote_spanned!(self.span=> #krate::None)
        }
    }

    /// A constant that stands among the pipeline's items, where it has been checked.
    fn constant(&self, name: &str, number: usize) -> Ident {
        format_ident!("__{name}{number}", span = self.span)
    }
}
