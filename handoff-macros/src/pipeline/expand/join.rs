//! Different agents on the same input: `join` and `race`.

use super::writer::Writer;
use crate::pipeline::wire::{Actor, Join, JoinBranch, Race};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

impl Writer<'_> {
    pub fn join(&mut self, join: &Join<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine, rest) = (self.local("value"), self.local("engine"), self.local("rest"));
        let Branches { statements, inputs, types } = self.branches(&join.branches, |index| {
            let checked = &join.checked.branches[index];
            checked.optional.map(|_| checked.actor())
        });
        let target = self.target(join.target);
        let marker = self.marker("Join", join.checked.number);
        let (types, handed) = (list(&types, span), list(&inputs, span));
        quote_spanned! {span=>
            #statements
            let #value = #krate::join::<__Engine, #marker, #types, _>(
                #engine,
                #rest,
                #handed,
                |#handed| (#(#inputs,)*),
                #target,
            ).await?;
        }
    }

    pub fn race(&mut self, race: &Race<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine, rest) = (self.local("value"), self.local("engine"), self.local("rest"));
        let Branches { statements, inputs, types } = self.branches(&race.branches, |_| None);
        let mut leaves = Vec::new();
        for edge in &race.leaves {
            self.capacity(edge);
            let end = self.convert(edge, &quote!(#value));
            leaves.push(quote_spanned!(span=> |#value| #end));
        }
        let target = self.target(race.target);
        let marker = self.marker("Race", race.checked.number);
        let [types, handed, leaves] = [list(&types, span), list(&inputs, span), list(&leaves, span)];
        quote_spanned! {span=>
            #statements
            let #value = #krate::race::<__Engine, #marker, #types, _>(
                #engine,
                #rest,
                #handed,
                #leaves,
                #target,
            ).await?;
        }
    }

    /// The branches of a join or a race: each is handed the value, and driven as a type of its own. Of those that may fail,
    /// `optional` says what stands for them.
    fn branches(
        &mut self,
        branches: &[JoinBranch<'_>],
        optional: impl Fn(usize) -> Option<Actor>,
    ) -> Branches {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, rest) = (self.local("value"), self.local("rest"));
        let (mut statements, mut inputs, mut types) = (TokenStream::new(), Vec::new(), Vec::new());
        let last = branches.len() - 1;
        for (index, branch) in branches.iter().enumerate() {
            let input = format_ident!("input{index}", span = value.span());
            statements.extend(if index == last {
                let handed = self.enter(branch, quote!(#value));
                quote_spanned!(span=> let (#input, #rest) = #handed.split();)
            } else {
                let handed = self.enter(branch, quote_spanned!(span=> #krate::Clone::clone(&#value)));
                quote_spanned!(span=> let (#input, _) = #handed.split();)
            });
            types.push(self.branch(branch, optional(index)).into_token_stream());
            inputs.push(input.into_token_stream());
        }
        Branches { statements, inputs, types }
    }

    /// The value, once it is what a branch takes; its size is compared with the budgets of all agents that take it.
    fn enter(&mut self, branch: &JoinBranch<'_>, value: TokenStream) -> TokenStream {
        for edge in &branch.enters {
            self.capacity(edge);
        }
        match branch.enters.first() {
            Some(edge) => self.convert(edge, &value),
            None => value,
        }
    }

    /// The type that a branch is driven as.
    fn branch(&mut self, branch: &JoinBranch<'_>, optional: Option<Actor>) -> Ident {
        if let Some(tasks) = &branch.tasks {
            self.tasks(tasks);
        }
        let (krate, span) = (&self.krate, self.span);
        let worker = self.actor(branch.worker.actor(), span);
        let Some(optional) = optional else { return worker };
        let (actor, pipeline) = (self.actor(optional, span), self.actor(Actor::Pipeline, span));
        self.items.extend(quote_spanned!(span=> type #actor = #krate::Optional<#pipeline, #worker>;));
        actor
    }

    /// The type that stands for a join or a race.
    fn marker(&mut self, stage: &str, number: usize) -> Ident {
        let (krate, span, by) = (&self.krate, self.span, self.id(self.span));
        let marker = format_ident!("__{stage}{number}", span = span);
        let address = format!("{}.{}{number}", self.header.ident.unraw(), stage.to_lowercase());
        self.items.extend(quote_spanned! {span=>
            struct #marker;

            #[automatically_derived]
            impl #krate::Join for #marker {
                const ADDRESS: &'static str = #address;
                const PIPELINE: &'static #krate::AgentId = #by;
            }
        });
        marker
    }
}

/// The branches of a join or a race as code.
struct Branches {
    /// Makes an input for each, and what is left of the value beside its payload.
    statements: TokenStream,
    inputs: Vec<TokenStream>,
    types: Vec<TokenStream>,
}

/// Parts of a join as the library goes through them: `(legal, (security, (style,)))`.
fn list(parts: &[TokenStream], span: Span) -> TokenStream {
    let rest = parts
        .iter()
        .rev()
        .fold(None, |rest: Option<TokenStream>, part| Some(quote_spanned!(span=> (#part, #rest))));
    rest.unwrap_or_default()
}
