//! What `describe()` says of the stages: data, of which the library makes a description.

use crate::krate;
use crate::pipeline::check::{Gather, Node};
use crate::pipeline::syntax::Rule;
use crate::spans::respan;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Member;
use syn::ext::IdentExt as _;

/// The constant that holds the stages. All of it stands at one place: what it mentions has been
/// checked elsewhere.
pub(super) fn stages(nodes: &[Node], aliases: &[Ident], span: Span) -> TokenStream {
    let krate = krate::name(span);
    let mut gates = 0;
    let mut agents = 0;
    let parts = nodes.iter().map(|node| match node {
        Node::Agent { .. } => {
            agents += 1;
            stage(&aliases[agents - 1], span)
        }
        Node::Gate { .. } => {
            gates += 1;
            let threshold = format_ident!("__GATE{gates}", span = span);
            part(span, "Gate", &quote!(#threshold))
        }
        Node::Gather(gather) => {
            agents += 1;
            fan_out(gather, agents - 1, &aliases[agents - 1], span)
        }
    });
    quote_spanned! {span=>
        const STAGES: #krate::__private::Option<&'static [#krate::__private::parts::Part]> =
            #krate::__private::Option::Some(&[#(#parts),*]);
    }
}

fn part(span: Span, variant: &str, value: &TokenStream) -> TokenStream {
    let (krate, variant) = (krate::name(span), Ident::new(variant, span));
    quote_spanned!(span=> #krate::__private::parts::Part::#variant(#value))
}

fn stage(alias: &Ident, span: Span) -> TokenStream {
    let (krate, alias) = (krate::name(span), respan(quote!(#alias), span));
    part(span, "Stage", &quote_spanned!(span=> #krate::__private::parts::stage::<#alias>))
}

fn fan_out(gather: &Gather, number: usize, alias: &Ident, span: Span) -> TokenStream {
    let Gather { field, max: _, agent: _, rule, fans_out: _, barrier: _ } = gather;
    let krate = krate::name(span);
    let of = match field {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let width = format_ident!("__WIDTH{number}", span = span);
    let quorum = format_ident!("__QUORUM{number}", span = span);
    let none = quote_spanned!(span=> #krate::__private::Option::None);
    let rule_value = match rule {
        Rule::All => quote_spanned!(span=> All),
        Rule::Settled => quote_spanned!(span=> Settled),
        Rule::AtLeast(_) => quote_spanned!(span=> AtLeast(#quorum)),
        Rule::AtLeastPercent(_) => quote_spanned!(span=> AtLeastPercent(#quorum)),
    };
    let alias_here = respan(quote!(#alias), span);
    let result = quote_spanned!(span=> <#alias_here as #krate::AgentSpec>::Output);
    let gathered = match rule {
        Rule::All => quote_spanned!(span=> #krate::__private::Vec<#result>),
        Rule::Settled | Rule::AtLeast(_) | Rule::AtLeastPercent(_) => {
            quote_spanned!(span=> #krate::Partial<#result>)
        }
    };
    let stage = stage(alias, span);
    let value = quote_spanned! {span=>
        &#krate::__private::parts::FanOutPart {
            of: #of,
            max: #width,
            concurrency: #none,
            allow_empty: false,
            recover: #none,
            stages: &[#stage],
            rule: #krate::__private::Rule::#rule_value,
            deadline: #none,
            hands_on: #krate::__private::parts::contract::<#gathered>,
        }
    };
    part(span, "FanOut", &value)
}
