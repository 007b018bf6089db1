//! Signals: agents that are answered from outside, and so have a head and nothing else.

use super::check::{Output, last_is, only_argument, payload};
use super::parameters::Parameter;
use super::syntax::{Argument, Arguments, Raw};
use crate::errors::{Errors, shown, spanned};
use crate::spans::{Place, unit};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{ReturnType, Signature, Type, parse_quote};

/// Refuses what a signal cannot have, and takes it away, so that it is no second mistake.
pub fn refuse(raw: &mut Raw, is_bodiless: bool, errors: &mut Errors) {
    let Raw { signature, body, arguments, .. } = raw;
    let Some(key) = &arguments.signal else { return };
    let function = signature.ident.clone();
    // A function that ends before its body is rustc's to explain.
    if !is_bodiless && !body.is_empty() {
        errors.at_with_help(
            body,
            format_args!("signal `{function}` has a body, and is answered from outside"),
            "end it with `;` in place of the body, or leave `signal` out",
        );
    }
    if arguments.timeout.is_none() {
        errors.at_with_help(
            key,
            format_args!("signal `{function}` does not say how long it waits"),
            "write `timeout = \"3d\"` beside it, or `timeout = \"none\"` where it waits until somebody answers",
        );
    }
    refuse_contracts(signature, arguments, errors);
    refuse_arguments(signature, arguments, errors);
}

/// Its contracts are said once, where they are for every function.
fn refuse_contracts(signature: &mut Signature, arguments: &mut Arguments, errors: &mut Errors) {
    let function = signature.ident.clone();
    let mut refuse = |which: &str, declared: &Argument<Type>, help: String| {
        errors.at_with_help(
            &whole(declared.place),
            format_args!("signal `{function}` has `{which}`: its contracts are those of the function"),
            help,
        );
    };
    if let Some(input) = arguments.input.take() {
        let ty = &input.value;
        refuse("input", &input, format!("write `async fn {function}(input: {})`", shown(ty)));
        if signature.inputs.is_empty() {
            signature.inputs.push(parse_quote!(input: #ty));
        }
    }
    if let Some(output) = arguments.output.take() {
        let ty = &output.value;
        refuse("output", &output, format!("write `async fn {function}(…) -> {};`", shown(ty)));
        if let ReturnType::Default = signature.output {
            signature.output = parse_quote!(-> #ty);
        }
    }
}

const ONCE: &str = "it asks once, and goes on waiting where an answer is refused";

/// What an agent with a body has, and a signal has no use for.
fn refuse_arguments(signature: &mut Signature, arguments: &mut Arguments, errors: &mut Errors) {
    let function = &signature.ident;
    let retries = arguments.retries.take().map(|retries| whole(retries.place));
    let backoff = arguments.backoff.take().map(|backoff| whole(backoff.place));
    let concurrency = arguments.concurrency.take().map(|concurrency| whole(concurrency.place));
    let idle_timeout = arguments.idle_timeout.take().map(|idle| whole(idle.place));
    let tools = arguments.tools.take().map(|tools| tools.key.to_token_stream());
    let max_turns = arguments.max_turns.take().map(|turns| whole(turns.place));
    let blocking = arguments.blocking.take().map(|blocking| blocking.to_token_stream());
    if blocking.is_some() {
        // That says what is wrong with it.
        signature.asyncness.get_or_insert_default();
    }
    for (argument, given, why) in [
        ("retries", retries, ONCE),
        ("backoff", backoff, ONCE),
        ("concurrency", concurrency, "any number of them may wait"),
        ("idle_timeout", idle_timeout, "it shows no sign of life while it waits, and has a `timeout`"),
        ("tools", tools, "it calls nobody"),
        ("max_turns", max_turns, "it asks no model"),
        ("blocking", blocking, "it computes nothing"),
    ] {
        if let Some(given) = given {
            errors.at_with_help(
                &given,
                format_args!("signal `{function}` has `{argument}`: {why}"),
                format_args!("leave `{argument}` out"),
            );
        }
    }
}

/// What the contract of an answer is, and where that stands.
pub fn output(signature: &Signature, errors: &mut Errors) -> (Output, Place) {
    let function = &signature.ident;
    let ReturnType::Type(_, returned) = &signature.output else {
        return (Output::Type(unit()), Place::of(function));
    };
    let place = Place::of(returned);
    let wrapped = ["Result", "Prompt", "Reply"].into_iter().find(|name| last_is(returned, name));
    let Some(name) = wrapped else {
        return match payload((**returned).clone(), function, "returns") {
            Ok(output) => (Output::Type(output), place),
            Err(error) => (Output::Unknown(error.into_compile_error()), place),
        };
    };
    let message =
        format!("signal `{function}` returns a `{name}`, and what it returns is the contract of an answer");
    let Some(answer) = only_argument(returned) else {
        let error = spanned(returned, format_args!("{message}\nhelp: write `-> Answer`, with your contract"));
        return (Output::Unknown(error.into_compile_error()), place);
    };
    errors.at_with_help(returned, message, format_args!("write `-> {}`", shown(&answer)));
    (Output::Type(answer), place)
}

/// Refuses all that the function would take besides its input.
pub fn takes_alone(parameters: &mut Vec<Parameter>, function: &Ident, errors: &mut Errors) {
    for parameter in parameters.drain(..) {
        let (Parameter::Context(ty) | Parameter::State { whole: ty, .. } | Parameter::Unnamed(ty)) =
            parameter;
        errors.at_with_help(
            &ty,
            format_args!("signal `{function}` takes `{}`, which nobody reads: it has no body", shown(&ty)),
            "leave it out",
        );
    }
}

/// The body of a function that is no more than a name: it says so.
pub fn body(function: &Ident, krate: &TokenStream) -> TokenStream {
    let name = function.to_string();
    quote!(#krate::__private::engine::is_answered_from_outside(#name))
}

/// Tokens from the beginning of a place to its end.
fn whole(Place { first, last }: Place) -> TokenStream {
    let mut whole = quote_spanned!(first=> _);
    whole.extend(quote_spanned!(last=> _));
    whole
}
