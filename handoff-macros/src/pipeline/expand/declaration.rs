//! What is declared of a pipeline: its types, its name, and what is taken from its agents.

use crate::documentation::Text;
use crate::errors::Errors;
use crate::krate;
use crate::pipeline::syntax::Header;
use crate::spans::Place;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

/// What is known of a pipeline whose stages do not parse: enough that whatever uses it stays
/// quiet. The errors stand in the place of its body.
pub fn fallback(header: &Header, errors: Errors) -> TokenStream {
    let span = header.ident.span();
    let (krate, ident) = (krate::name(span), &header.ident);
    let errors = errors.into_tokens();
    let specification = specification(header, &[], false, &TokenStream::new());
    quote_spanned! {span=>
        #specification

        #[automatically_derived]
        impl<__Engine: #krate::Engine> #krate::Drive<__Engine> for #ident {
            fn drive<'a>(
                _: &'a __Engine,
                _: #krate::Handed<<Self as #krate::AgentSpec>::Input>,
                _: #krate::Target,
            ) -> #krate::Driven<'a, <Self as #krate::AgentSpec>::Output> {
                #errors
            }
        }
    }
}

/// The pipeline as an agent, with the agents in it.
pub fn specification(
    header: &Header,
    agents: &[Ident],
    parallel: bool,
    constants: &TokenStream,
) -> TokenStream {
    let Header { ident, attributes, input, output, .. } = header;
    let span = ident.span();
    let krate = krate::name(span);
    let name = ident.unraw().to_string();
    let place = Place::of(output);
    let declares = format_ident!("output_of_{}", ident.unraw(), span = place.last);
    let end = quote_spanned!(place.last=> ;);
    let (input, output) = (once(input, "__Input", span), once(output, "__Output", span));
    let parallel = parallel.then(|| quote_spanned!(span=> .parallel()));
    let doc = Text::of(attributes).map(|text| quote_spanned!(span=> .doc(#text)));
    let declares_item = quote_spanned!(place.first=> pub struct #declares #end);
    quote_spanned! {span=>
        #declares_item

        #[automatically_derived]
        impl #krate::AgentSpec for #ident {
            type Input = #input;
            type Output = #output;
            type Declared = #declares;
            const CONFIG: &'static #krate::Config = &#krate::Config::pipeline(
                #name,
                &#krate::module_path!(),
                &[#(#krate::Config::of::<#agents>),*],
            )#parallel #doc;
            #constants
        }
    }
}

/// The type itself, for what rustc has to say of it; but an error in its place is told once, where the alias is.
fn once(ty: &Type, alias: &str, span: Span) -> TokenStream {
    match ty {
        Type::Verbatim(_) => Ident::new(alias, span).into_token_stream(),
        ty => ty.into_token_stream(),
    }
}
