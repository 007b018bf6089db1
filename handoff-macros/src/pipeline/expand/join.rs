//! Different agents on the same input.

use super::writer::Writer;
use crate::pipeline::wire::{Actor, Join, JoinBranch};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

impl Writer<'_> {
    pub fn join(&mut self, join: &Join<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine, rest) = (self.local("value"), self.local("engine"), self.local("rest"));
        let (mut statements, mut branches, mut inputs) = (TokenStream::new(), Vec::new(), Vec::new());
        let last = join.branches.len() - 1;
        for (index, branch) in join.branches.iter().enumerate() {
            let input = format_ident!("input{index}", span = value.span());
            statements.extend(if index == last {
                let handed = self.enter(branch, quote!(#value));
                quote_spanned!(span=> let (#input, #rest) = #handed.split();)
            } else {
                let handed = self.enter(branch, quote_spanned!(span=> #krate::Clone::clone(&#value)));
                quote_spanned!(span=> let (#input, _) = #handed.split();)
            });
            branches.push(self.branch(branch));
            inputs.push(input);
        }
        let target = self.target(join.target);
        let marker = self.marker(join.checked.number);
        let (branches, handed) = (list(&branches, span), list(&inputs, span));
        quote_spanned! {span=>
            #statements
            let #value = #krate::join::<__Engine, #marker, #branches, _>(
                #engine,
                #rest,
                #handed,
                |#handed| (#(#inputs,)*),
                #target,
            ).await?;
        }
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
    fn branch(&mut self, branch: &JoinBranch<'_>) -> Ident {
        if let Some(tasks) = &branch.tasks {
            self.tasks(tasks);
        }
        let (krate, span) = (&self.krate, self.span);
        let actor = self.actor(branch.checked.actor(), span);
        if branch.checked.optional.is_some() {
            let (pipeline, worker) =
                (self.actor(Actor::Pipeline, span), self.actor(branch.checked.worker.actor(), span));
            self.items.extend(quote_spanned!(span=> type #actor = #krate::Optional<#pipeline, #worker>;));
        }
        actor
    }

    /// The type that stands for a join.
    fn marker(&mut self, number: usize) -> Ident {
        let (krate, span, by) = (&self.krate, self.span, self.id(self.span));
        let marker = format_ident!("__Join{number}", span = span);
        let address = format!("{}.join{number}", self.header.ident.unraw());
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

/// Parts of a join as the library goes through them: `(legal, (security, (style,)))`.
fn list(parts: &[Ident], span: Span) -> TokenStream {
    let rest = parts
        .iter()
        .rev()
        .fold(None, |rest: Option<TokenStream>, part| Some(quote_spanned!(span=> (#part, #rest))));
    rest.unwrap_or_default()
}
