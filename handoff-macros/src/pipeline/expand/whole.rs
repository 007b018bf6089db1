//! Chains that stand on their own: that of the pipeline, and those of its fan-outs' tasks.

use super::chain::Written;
use super::declaration::specification;
use super::describe;
use super::writer::Writer;
use crate::pipeline::check;
use crate::pipeline::wire::{Actor, Chain, Tasks, Type};
use crate::spans::Place;
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt as _;

impl Writer<'_> {
    /// The pipeline, from its first stage to its last.
    pub fn pipeline(mut self, chain: &Chain<'_>) -> TokenStream {
        // Each agent's path stands once in the code: a function that is no agent is then one error.
        let mut agents = Vec::new();
        for agent in chain.checked.agents() {
            let (path, at) = (&agent.path, agent.place.first);
            let alias = self.actor(agent.actor(), at);
            self.items.extend(quote_spanned!(at=> type #alias = #path;));
            agents.push(self.actor(agent.actor(), self.span));
        }
        let mut written = self.chain(chain);
        let (krate, span) = (&self.krate, self.span);
        if let Some(argument) = &self.header.argument {
            // It may be an agent or a field that has its name.
            let (bind, statements) = (self.bind(argument), written.statements);
            written.statements = quote_spanned!(span=> #[allow(unused_variables)] #bind #statements);
        }
        let entry = chain
            .intake
            .entry
            .map(|entry| self.of(entry, "ENTRY", span))
            .map(|entry| quote_spanned!(span=> const ENTRY: &'static #krate::AgentId = #entry;));
        let (config, stages) = (self.config(chain), describe::stages(chain.checked, span));
        let constants = quote_spanned! {span=>
            #entry
            #config
            #stages
        };
        let specification = specification(self.header, &agents, chain.checked.is_parallel(), &constants);
        let (id, engine) = (self.id(span), self.local("engine"));
        let drive = self.drive(
            chain.checked,
            Actor::Pipeline,
            &written,
            |body| quote_spanned!(span=> #krate::in_pipeline(#engine, #id, #body)),
        );
        let items = &self.items;
        quote_spanned! {span=>
            #items
            #specification
            #drive
        }
    }

    /// Stages in braces that run on their own: a type that an engine can name like an agent, and that no message shows.
    pub fn tasks(&mut self, tasks: &Tasks<'_>) {
        let chain = &tasks.chain;
        if let Some(path) = &tasks.matched {
            let alias = self.ty(&Type::Matched(tasks.number), Place::of(path).first);
            self.items.extend(quote_spanned!(Place::of(path).first=> type #alias = #path;));
        }
        let written = self.chain(chain);
        let (krate, span) = (&self.krate, self.span);
        let actor = Actor::Tasks(tasks.number);
        let ty = self.actor(actor, span);
        let (head, last) = (&tasks.input, &chain.leaves.from);
        let input = self.ty(head, span);
        let output = last.ty.as_ref().map(|output| self.ty(output, span));
        let declared = self.of(last.by, "Declared", span);
        let id = self.of(tasks.source, "ID", span);
        let entry = chain.intake.entry.map_or_else(|| self.id(span), |entry| self.of(entry, "ENTRY", span));
        let address = format!("{}.{}{}", self.header.ident.unraw(), tasks.part, tasks.number);
        let config = self.config(chain);
        let drive = self.drive(chain.checked, actor, &written, |body| body);
        self.items.extend(quote_spanned! {span=>
            struct #ty;

            #[automatically_derived]
            impl #krate::AgentSpec for #ty {
                type Input = #input;
                type Output = #output;
                type Declared = #declared;
                const CONFIG: &'static #krate::Config = #krate::Config::NONE;
                const ID: &'static #krate::AgentId = #id;
                const ENTRY: &'static #krate::AgentId = #entry;
                const ADDRESS: &'static str = #address;
                #config
            }

            #drive
        });
    }

    /// What stages declare as an agent does, taken from their first and last agents.
    fn config(&self, chain: &Chain<'_>) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let from = &chain.leaves.from;
        let budget = chain.intake.budget.as_ref().map(|budget| self.budget(budget, span));
        let budget =
            budget.map(|budget| quote_spanned!(span=> const INPUT_BUDGET: #krate::Option<u32> = #budget;));
        let max = from.output_max().map(|max| self.max(max, span));
        let max = max.map(|max| quote_spanned!(span=> const MAX_OUTPUT_TOKENS: #krate::Option<u32> = #max;));
        let confident = self.confident(&from.confidence, span);
        quote_spanned! {span=>
            #budget
            #max
            const CONFIDENT: bool = #confident;
        }
    }

    /// How the stages are driven, as the type of an actor.
    fn drive(
        &self,
        chain: &check::Chain,
        actor: Actor,
        written: &Written,
        wrap: impl FnOnce(TokenStream) -> TokenStream,
    ) -> TokenStream {
        let (krate, span) = (&self.krate, self.span);
        let (value, engine, to) = (self.local("value"), self.local("engine"), self.local("to"));
        let ty = self.actor(actor, span);
        let agents = chain.agents().into_iter().map(|agent| self.actor(agent.actor(), span));
        let Written { statements, end } = written;
        let future = wrap(quote_spanned! {span=>
            async move {
                #statements
                #krate::Ok(#end)
            }
        });
        // rustc looks for unused names where the code is not said to be derived.
        let derived = (!chain.binds()).then(|| quote_spanned!(span=> #[automatically_derived]));
        quote_spanned! {span=>
            #derived
            impl<__Engine: #krate::Engine> #krate::Drive<__Engine> for #ty
            where
                #(#agents: #krate::Drive<__Engine>,)*
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
}
