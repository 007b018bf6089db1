//! Agents that return what is to be asked for their output; and those of them that have no body, since their
//! documentation says what that is.

use super::check::{is_result, last_is, only_argument};
use super::refused::is_lent;
use super::signal;
use super::syntax::{Argument, Raw};
use crate::documentation::Text;
use crate::editor;
use crate::errors::{Errors, shown};
use crate::spans::{Place, respan};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, FnArg, Pat, PatIdent, ReturnType, Signature, Type, Visibility};

/// A `Prompt<…>` that an agent's function returns, by the name of the type, as `Result` is known.
pub struct Asking {
    pub prompt: Type,
    /// The output that it is asked for.
    pub output: Type,
    /// Whether it is in a `Result`.
    pub fallible: bool,
}

impl Asking {
    /// `None` where the function returns its output.
    pub fn of(signature: &Signature, declared: Option<&Argument<Type>>) -> Option<Self> {
        let ReturnType::Type(_, returned) = &signature.output else {
            return None;
        };
        let fallible = is_result(returned);
        let prompt = if fallible { only_argument(returned)? } else { (**returned).clone() };
        // A contract may be called that, too: where it is declared as the output, or has no arguments.
        let is_contract = declared.is_some_and(|declared| shown(&declared.value) == shown(&prompt));
        if !last_is(&prompt, "Prompt") || is_contract {
            return None;
        }
        Some(Self { output: only_argument(&prompt)?, prompt, fallible })
    }
}

/// A function without a body.
pub struct Bodiless {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    /// The `;`.
    end: TokenStream,
    /// The output as the attribute declares it, if it does.
    output: Option<Type>,
    asking: Option<Asking>,
    /// Whether it is answered from outside.
    is_signal: bool,
}

impl Bodiless {
    pub fn is(raw: &Raw) -> bool {
        let mut body = raw.body.clone().into_iter();
        let is_end = |tree: &TokenTree| matches!(tree, TokenTree::Punct(end) if end.as_char() == ';');
        body.next().as_ref().is_some_and(is_end) && body.next().is_none()
    }

    /// `None` where there is a body.
    pub fn of(raw: &Raw) -> Option<Self> {
        let Raw { attributes, visibility, signature, body, arguments } = raw;
        Self::is(raw).then(|| Self {
            attributes: attributes.clone(),
            visibility: visibility.clone(),
            signature: signature.clone(),
            end: body.clone(),
            output: arguments.output.as_ref().map(|output| output.value.clone()),
            asking: Asking::of(signature, arguments.output.as_ref()),
            is_signal: arguments.signal.is_some(),
        })
    }

    /// The same with a body: it returns its documentation as what is to be asked, or says that it is a signal. Where something is wrong with the agent, it
    /// is one that says nothing more of it.
    pub fn with_body(mut self, arguments: &TokenStream, errors: &mut Errors) -> TokenStream {
        let text = Text::of(&self.attributes);
        if !self.is_signal {
            self.refuse(text.as_ref(), errors);
        }
        let body = if self.is_signal {
            signal::body(&self.signature.ident, &editor::krate(arguments).to_token_stream())
        } else if let (Some(asking), Some(text), true) =
            (&self.asking, text, errors.is_empty() && !is_lent(&self.signature))
        {
            let at = returned(&self.signature);
            let krate = respan(editor::krate(arguments).to_token_stream(), at);
            let prompt = respan(asking.prompt.to_token_stream(), at);
            let input = named(&mut self.signature);
            let asked = quote_spanned!(at=> <#prompt as #krate::Asks>::from_doc(#text, &#input));
            let asked = if asking.fallible { quote!(::core::result::Result::Ok(#asked)) } else { asked };
            let documented = is_documented(&text, &self.signature.ident, &krate);
            quote!(#documented #asked)
        } else {
            // Of any type, and never called: what is wrong is an error already.
            quote!(::core::unimplemented!())
        };
        let Self { attributes, visibility, signature, end, is_signal, .. } = self;
        let end = end.into_iter().next().map_or_else(Span::call_site, |end| end.span());
        let body = quote_spanned!(end=> { #body });
        let unread = (is_signal || !errors.is_empty()).then(|| quote!(#[allow(unused_variables)]));
        quote!(#unread #(#attributes)* #visibility #signature #body)
    }

    /// What is wrong where there is nothing to make a body of.
    fn refuse(&self, text: Option<&Text>, errors: &mut Errors) {
        let function = &self.signature.ident;
        if self.asking.is_none() {
            errors.at_with_help(
                &self.end,
                format_args!("agent `{function}` has no body"),
                format_args!("{}, or write one", returning(&self.signature, self.output.as_ref())),
            );
        } else if text.is_none() {
            errors.at_with_help(
                function,
                format_args!(
                    "agent `{function}` has no body, and no documentation, which is what it would ask"
                ),
                "write the prompt as its doc comment: `/// …`",
            );
        }
    }
}

/// The check that a text of macros says something, which only rustc knows.
fn is_documented(text: &Text, agent: &Ident, krate: &TokenStream) -> TokenStream {
    let Text::Composed(text) = text else { return TokenStream::new() };
    quote_spanned! {agent.span()=>
        const _: () = <#agent as #krate::__private::Documented<
            #agent,
            {!#text.trim_ascii().is_empty()}
        >>::CHECKED;
    }
}

/// Where the return type begins.
fn returned(signature: &Signature) -> Span {
    match &signature.output {
        ReturnType::Type(_, returned) => Place::of(returned).first,
        ReturnType::Default => signature.ident.span(),
    }
}

/// The name of the input, which gets one where it has only a pattern: nobody else reads it.
fn named(signature: &mut Signature) -> Ident {
    let own = Ident::new("input", Span::mixed_site());
    match signature.inputs.first_mut() {
        Some(FnArg::Typed(input)) => match &*input.pat {
            Pat::Ident(name) if is_name(name) => name.ident.clone(),
            _ => {
                *input.pat = Pat::Verbatim(own.to_token_stream());
                own
            }
        },
        // There is an error for that.
        _ => own,
    }
}

fn is_name(pattern: &PatIdent) -> bool {
    let PatIdent { by_ref: None, subpat: None, ident, .. } = pattern else { return false };
    !ident.to_string().starts_with('_')
}

/// What to return in place of what is returned.
fn returning(signature: &Signature, declared: Option<&Type>) -> String {
    let (returned, fallible) = match &signature.output {
        ReturnType::Type(_, returned) if is_result(returned) => (only_argument(returned), true),
        ReturnType::Type(_, returned) => (Some((**returned).clone()), false),
        ReturnType::Default => (None, false),
    };
    // A `Prompt` that does not say what it asks for is no output.
    let output = declared.cloned().or(returned.filter(|returned| !last_is(returned, "Prompt")));
    let output = output.map_or_else(|| "…".to_owned(), |output| shown(&output));
    if fallible {
        format!("return `Result<Prompt<{output}>, …>`")
    } else {
        format!("return `Prompt<{output}>`")
    }
}

/// Who is asked, as a type. All of it is at one place, as whatever mentions it: where nobody can be asked, that is one error.
pub fn alias(asking: &Asking, krate: &Ident, at: Span) -> TokenStream {
    let prompt = respan(asking.prompt.to_token_stream(), at);
    quote_spanned!(at=> type __Of = <#prompt as #krate::Asks>::Of;)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn a_prompt_is_asked_for_an_output() {
        let signature: Signature = parse_quote!(async fn ask(question: Question) -> Result<Answer, Error>);
        assert_eq!(returning(&signature, None), "return `Result<Prompt<Answer>, …>`");
        let signature: Signature = parse_quote!(async fn ask(question: Question) -> Prompt);
        assert_eq!(returning(&signature, None), "return `Prompt<…>`");
    }
}
