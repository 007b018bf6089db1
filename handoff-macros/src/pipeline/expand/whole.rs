//! Chains that stand on their own: that of the pipeline, and those of its fan-outs' tasks.

use super::chain::Chain;
use super::declaration::specification;
use super::describe;
use super::edge::{Kind, Next, Reader, Taker, Upstream, alias};
use crate::pipeline::check::{self, Node};
use crate::spans::{Place, local, respan};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

impl Chain<'_> {
    /// The pipeline, from its first stage to its last.
    pub fn pipeline(mut self, chain: &check::Chain) -> TokenStream {
        let mut agents = Vec::new();
        chain.agents(&mut agents);
        self.name_agents(&agents);
        self.stages(chain);
        let end = self.leave();
        let (krate, span) = (self.krate.clone(), self.span);
        let ident = &self.header.ident;
        let specification = specification(self.header, &self.constants(chain));
        let name = ident.unraw().to_string();
        let drive = self.drive(
            chain,
            &quote!(#ident),
            |body| quote_spanned!(span=> #krate::in_pipeline(#name, #body)),
            &end,
        );
        let items = &self.items;
        quote_spanned! {span=>
            #items
            #specification
            #drive
        }
    }

    /// How the stages are driven, as `ty`.
    fn drive(
        &self,
        chain: &check::Chain,
        ty: &TokenStream,
        wrap: impl FnOnce(TokenStream) -> TokenStream,
        end: &TokenStream,
    ) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let (value, engine, to) = (local("value", span), local("engine", span), local("to", span));
        let mut agents = Vec::new();
        chain.agents(&mut agents);
        let aliases = agents.iter().map(|agent| respan(alias(agent), span));
        let statements = &self.statements;
        let future = wrap(quote_spanned! {span=>
            async move {
                #statements
                #krate::Ok(#end)
            }
        });
        // rustc looks for unused names where the code is not said to be derived.
        let derived = (!keeps(chain)).then(|| quote_spanned!(span=> #[automatically_derived]));
        quote_spanned! {span=>
            #derived
            impl<__Engine: #krate::Engine> #krate::Drive<__Engine> for #ty
            where
                #(#aliases: #krate::Drive<__Engine>,)*
            {
                fn drive<'a>(
                    #engine: &'a __Engine,
                    #value: #krate::Handed<<Self as #krate::AgentSpec>::Input>,
                    #to: #krate::Target,
                ) -> #krate::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                    #krate::Box::pin(#future)
                }
            }
        }
    }

    /// What is declared of the pipeline, taken from its first and last agents.
    fn constants(&self, chain: &check::Chain) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let entry = self
            .entry(&chain.nodes)
            .map(|entry| quote_spanned!(span=> const ENTRY: &'static #krate::AgentId = #entry;));
        let budget = self
            .budget(&chain.nodes)
            .map(|budget| quote_spanned!(span=> const INPUT_BUDGET: #krate::Option<u32> = #budget;));
        let is_one = matches!(self.upstream.kind, Kind::Agent | Kind::Agreed | Kind::Checked);
        let max = self.upstream.max.clone().filter(|_| is_one).map(|max| {
            let max = respan(max, span);
            quote_spanned!(span=> const MAX_OUTPUT_TOKENS: #krate::Option<u32> = #max;)
        });
        let confident = self.confidence.expression(span);
        let stages = describe::stages(chain, span);
        quote_spanned! {span=>
            #entry
            #budget
            #max
            const CONFIDENT: bool = #confident;
            #stages
        }
    }

    /// The tasks of a fan-out with stages in braces: a type that an engine can name like an agent, and
    /// that no message shows. Gives the agents at its ends, and what comes out of it.
    pub fn task(&mut self, chain: &check::Chain, number: usize) -> (Taker, Upstream) {
        let (krate, span) = (self.krate.clone(), self.span);
        let ty = Ident::new(&format!("__Chain{number}"), span);
        let to = local("to", span);
        let head = self.head(chain).unwrap_or_else(|| {
            // Unreachable: `check` has refused stages that do not begin with an agent.
            let ident = &self.header.ident;
            Taker { alias: quote!(#ident), place: Place::of(ident) }
        });
        let exit = Next { target: quote!(#to), reader: Reader::Any(None), takers: Vec::new(), wanted: None };
        let input = self.of_stage(&head.alias, "Input", span);
        let comes_in = Upstream {
            agent: self.upstream.agent.clone(),
            value: Some(input.clone()),
            kind: Kind::Checked,
            max: None,
            place: head.place,
            whole: head.place,
        };
        let mut task = self.branch(exit, comes_in);
        task.confidence.known.push(self.of_stage(&head.alias, "INPUT_CONFIDENT", span));
        task.stages(chain);
        let end = task.leave();
        let ident = &self.header.ident;
        let pipeline = self.of_stage(&quote!(#ident), "ID", span);
        // Who hands on what comes out: the last agent, but where there are several, the pipeline.
        let id = match chain.nodes.iter().rfind(|node| !matches!(node, Node::Gate { .. } | Node::Keep(_))) {
            Some(Node::Agent(agent)) => self.of_stage(&alias(agent), "ID", span),
            _ => pipeline.clone(),
        };
        let entry = self.entry(&chain.nodes).unwrap_or(pipeline);
        let budget = self
            .budget(&chain.nodes)
            .map(|budget| quote_spanned!(span=> const INPUT_BUDGET: #krate::Option<u32> = #budget;));
        let output = task.upstream.value.clone().map(|output| respan(output, span));
        let declared = self.of_stage(&task.upstream.agent, "Declared", span);
        let is_one = matches!(task.upstream.kind, Kind::Agent | Kind::Agreed | Kind::Checked);
        let max = task.upstream.max.clone().filter(|_| is_one).map(|max| {
            let max = respan(max, span);
            quote_spanned!(span=> const MAX_OUTPUT_TOKENS: #krate::Option<u32> = #max;)
        });
        let confident = task.confidence.expression(span);
        let address = format!("{}.fan_out{number}", ident.unraw());
        let drive = task.drive(chain, &quote!(#ty), |body| body, &end);
        let items = &task.items;
        self.items.extend(quote_spanned! {span=>
            #items
            struct #ty;

            #[automatically_derived]
            impl #krate::AgentSpec for #ty {
                type Input = #input;
                type Output = #output;
                type Declared = #declared;
                const TERMS: &'static #krate::Terms = #krate::Terms::NONE;
                const ID: &'static #krate::AgentId = #id;
                const ENTRY: &'static #krate::AgentId = #entry;
                const ADDRESS: &'static str = #address;
                #budget
                #max
                const CONFIDENT: bool = #confident;
            }

            #drive
        });
        let mut comes_out = task.upstream;
        comes_out.max = Some(self.of_stage(&quote!(#ty), "MAX_OUTPUT_TOKENS", span));
        (head, comes_out)
    }
}

/// Whether a name is given in the chain; not in one of its fan-outs' tasks, which are driven by themselves.
fn keeps(chain: &check::Chain) -> bool {
    chain.nodes.iter().any(|node| match node {
        Node::Keep(_) => true,
        Node::Match(routes) => routes.arms.iter().any(|arm| keeps(&arm.chain)),
        Node::Repeat(repeat) => keeps(&repeat.chain),
        _ => false,
    })
}
