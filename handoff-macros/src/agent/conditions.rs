//! Parameters under a `#[cfg(…)]`: what an agent takes is known when that has been decided.

use super::syntax::Raw;
use crate::editor;
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, Meta};

/// The agent with the first parameter that is under a condition, where that holds, and the agent without it, where it
/// does not: each is seen again once the compiler has dropped the other, until nothing is left to decide.
pub fn decided(arguments: &TokenStream, raw: &Raw) -> Option<TokenStream> {
    let Raw { attributes, visibility, signature, body, arguments: _ } = raw;
    let parameters = &signature.inputs;
    let at = parameters.iter().position(|parameter| attributes_of(parameter).iter().any(is_condition))?;
    let mut conditions = Vec::new();
    let (mut with, mut without) = (Punctuated::new(), Punctuated::new());
    for (index, parameter) in parameters.iter().enumerate() {
        let mut parameter = parameter.clone();
        if index == at {
            let FnArg::Typed(typed) = &mut parameter else { return None };
            typed.attrs.retain(|attribute| {
                conditions.extend(condition(attribute).cloned());
                !is_condition(attribute)
            });
        } else {
            without.push(parameter.clone());
        }
        with.push(parameter);
    }
    let agent = |inputs| {
        let mut signature = signature.clone();
        signature.inputs = inputs;
        let krate = editor::krate(arguments);
        quote!(#[#krate::agent(#arguments)] #(#attributes)* #visibility #signature #body)
    };
    let (with, without) = (agent(with), agent(without));
    Some(quote! {
        #[cfg(all(#(#conditions),*))]
        #with
        #[cfg(not(all(#(#conditions),*)))]
        #without
    })
}

fn attributes_of(parameter: &FnArg) -> &[Attribute] {
    match parameter {
        FnArg::Typed(typed) => &typed.attrs,
        FnArg::Receiver(receiver) => &receiver.attrs,
    }
}

fn is_condition(attribute: &Attribute) -> bool {
    condition(attribute).is_some()
}

/// What stands in the parentheses of a `#[cfg(…)]`.
fn condition(attribute: &Attribute) -> Option<&TokenStream> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(&list.tokens),
        _ => None,
    }
}
