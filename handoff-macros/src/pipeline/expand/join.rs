//! Different agents on the same input.

use super::writer::Writer;
use crate::pipeline::wire::Join;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

impl Writer<'_> {
    pub fn join(&mut self, join: &Join<'_>) -> TokenStream {
        let (krate, span) = (self.krate.clone(), self.span);
        let (value, engine, rest) = (self.local("value"), self.local("engine"), self.local("rest"));
        let (mut statements, mut branches, mut inputs) = (TokenStream::new(), Vec::new(), Vec::new());
        let last = join.enters.len() - 1;
        for (index, (edge, agent)) in join.enters.iter().zip(&join.checked.agents).enumerate() {
            self.capacity(edge);
            let input = format_ident!("input{index}", span = value.span());
            statements.extend(if index == last {
                let handed = self.convert(edge, &quote!(#value));
                quote_spanned!(span=> let (#input, #rest) = #handed.split();)
            } else {
                let handed = self.convert(edge, &quote_spanned!(span=> #krate::Clone::clone(&#value)));
                quote_spanned!(span=> let (#input, _) = #handed.split();)
            });
            branches.push(self.actor(agent.actor(), span));
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
