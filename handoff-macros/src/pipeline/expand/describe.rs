//! What `describe()` says of the stages: data, of which the library makes a description.

use super::page::pattern;
use crate::duration;
use crate::krate;
use crate::pipeline::check::{Agent, Arm, Chain, Gather, Match, Node, Repeat, Worker};
use crate::pipeline::syntax::{FanOutOptions, Items};
use crate::source::line;
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
            Node::Gate(gate) => self.part("Gate", self.item("GATE", gate.number)),
            Node::Gather(gather) => self.gather(gather),
            Node::Match(Match { arms, keyword: _ }) => {
                let arms = arms.iter().map(|arm| self.arm(arm));
                self.part("Match", quote_spanned!(self.span=> &[#(#arms),*]))
            }
            Node::Repeat(repeat) => self.repeat(repeat),
            Node::Join(join) => {
                let branches = join.branches.iter();
                let branches = branches.map(|branch| self.worker(&branch.worker, branch.optional.is_some()));
                self.part("Join", quote_spanned!(self.span=> &[#(#branches),*]))
            }
            Node::Race(race) => {
                let branches = race.branches.iter().map(|branch| self.worker(branch, false));
                self.part("Race", quote_spanned!(self.span=> &[#(#branches),*]))
            }
            Node::Map(map) => self.part("Map", line(&map.closure)),
            Node::Bind(name) => self.part("Bind", name.unraw().to_string()),
        });
        quote_spanned!(self.span=> &[#(#parts),*])
    }

    fn part(&self, variant: &str, value: impl ToTokens) -> TokenStream {
        let (krate, variant) = (&self.krate, Ident::new(variant, self.span));
        quote_spanned!(self.span=> #krate::parts::Part::#variant(#value))
    }

    fn agent(&self, agent: &Agent) -> TokenStream {
        let (krate, stage) = (&self.krate, self.item("Stage", agent.number));
        self.part("Stage", quote_spanned!(self.span=> #krate::parts::stage::<#stage>))
    }

    fn agents(&self, agents: &[Agent]) -> TokenStream {
        let agents = agents.iter().map(|agent| self.agent(agent));
        quote_spanned!(self.span=> &[#(#agents),*])
    }

    /// A branch of a join or a race.
    fn worker(&self, worker: &Worker, optional: bool) -> TokenStream {
        let krate = &self.krate;
        let stages = match worker {
            Worker::Agent(agent) if !optional => return self.agent(agent),
            Worker::Agent(agent) => {
                let agent = self.agent(agent);
                quote_spanned!(self.span=> &[#agent])
            }
            Worker::Chain { chain, number: _ } => self.chain(chain),
        };
        quote_spanned!(self.span=> #krate::parts::Part::Branch { optional: #optional, stages: #stages })
    }

    fn arm(&self, arm: &Arm) -> TokenStream {
        let (pattern, stages) = (pattern(arm), self.chain(&arm.chain));
        quote_spanned!(self.span=> (#pattern, #stages))
    }

    fn repeat(&self, repeat: &Repeat) -> TokenStream {
        let Repeat { max: _, until, or_last, chain, number } = repeat;
        let (krate, rounds) = (&self.krate, self.item("ROUNDS", *number));
        let (until, stages) = (line(until), self.chain(chain));
        quote_spanned! {self.span=>
            #krate::parts::Part::Repeat { max: #rounds, until: #until, or_last: #or_last, stages: #stages }
        }
    }

    fn gather(&self, gather: &Gather) -> TokenStream {
        let Gather { items, options, worker, policy, deadline, fans_out: _, barrier: _, number } = gather;
        let FanOutOptions { max: _, concurrency, allow_empty, keep, label: _, recover } = options;
        let (krate, span) = (&self.krate, self.span);
        let of = match items {
            Items::Field(Member::Named(name)) => name.unraw().to_string(),
            Items::Field(Member::Unnamed(index)) => index.index.to_string(),
            Items::Chosen(closure) => line(closure),
        };
        let concurrency = concurrency.as_ref().map(|_| {
            let concurrency = self.item("CONCURRENCY", *number);
            quote_spanned!(span=> #concurrency as u64)
        });
        let concurrency = self.option(concurrency);
        let recover = self.option(recover.as_ref().map(|recover| line(recover)));
        let deadline = self.option(deadline.map(|deadline| duration::tokens(krate, span, deadline)));
        let (worker, stages) = match worker {
            Worker::Agent(agent) => {
                let stage = self.agent(agent);
                (self.item("Stage", agent.number), quote_spanned!(span=> &[#stage]))
            }
            Worker::Chain { chain, number } => (self.item("Chain", *number), self.chain(chain)),
        };
        let worker = if *keep { self.item("Keeping", *number) } else { worker };
        let gathered = Ident::new(if policy.is_of_all() { "all" } else { "some" }, span);
        let policy = policy.value(*number, span);
        let width = self.item("WIDTH", *number);
        let fan_out = quote_spanned! {span=>
            &#krate::parts::FanOutPart {
                of: #of,
                max: #width,
                concurrency: #concurrency,
                allow_empty: #allow_empty,
                keep: #keep,
                recover: #recover,
                stages: #stages,
                rule: #policy,
                deadline: #deadline,
                hands_on: #krate::parts::#gathered::<#worker>,
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

    /// What stands among the pipeline's items, where it has been checked.
    fn item(&self, name: &str, number: usize) -> Ident {
        format_ident!("__{name}{number}", span = self.span)
    }
}
