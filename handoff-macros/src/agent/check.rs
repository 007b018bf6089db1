//! What was meant: an agent whose parts make sense.

use super::asking::{Asking, Bodiless};
use super::parameters::{self, Parameter};
use super::refused::{self, Refused};
use super::signal;
use super::syntax::{Argument, Arguments, Raw, Role, listed};
use super::timing;
use super::tools;
use crate::contract::json_types::refuse_keys;
use crate::contract::{crossing, error_of_two_nothings};
use crate::documentation::Text;
use crate::errors::{Errors, shown, spanned};
use crate::owned;
use crate::spans::{Place, path_at, unit};
use crate::suggest;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::time::Duration;
use syn::{
    Attribute, Expr, ExprLit, FnArg, GenericArgument, GenericParam, Ident, Lit, LitInt, LitStr, Path,
    PathArguments, ReturnType, Signature, Type, Visibility,
};

/// An agent, valid but for what only types can tell.
#[allow(clippy::struct_excessive_bools, reason = "the attribute has words that stand alone")]
pub struct Agent {
    pub krate: Path,
    pub docs: Vec<Attribute>,
    /// What goes for the marker as for the function: `#[cfg]`, `#[deprecated]`.
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    /// The function's name, and the marker's.
    pub ident: Ident,
    /// What the agent is called.
    pub name: String,
    pub role: RoleName,
    /// The input as the attribute declares it, if it does.
    pub input: Option<Argument<Type>>,
    /// The input as the function has it.
    pub takes: Type,
    pub output: Output,
    /// Where the output is declared.
    pub declared: Place,
    /// What is asked for the output, if the function returns that in its place.
    pub asks: Option<Asking>,
    /// What its documentation says.
    pub text: Option<Text>,
    /// Whether that is what it asks.
    pub asks_its_text: bool,
    /// What the function returns, and where that stands.
    pub returns: Option<Type>,
    pub returned: Place,
    pub parameters: Vec<Parameter>,
    pub input_budget: Option<Expr>,
    pub max_output_tokens: Option<Expr>,
    pub timeout: Option<Duration>,
    pub idle_timeout: Option<Duration>,
    pub retries: Option<Expr>,
    /// The first pause between two attempts, and the longest.
    pub backoff: Option<(Duration, Duration)>,
    pub concurrency: Option<Expr>,
    /// What it may call.
    pub tools: Vec<Path>,
    /// How often it may ask a model meanwhile.
    pub max_turns: Option<Expr>,
    /// Whether the function blocks its thread, and so is called on one of its own.
    pub blocking: bool,
    /// Whether it is answered from outside.
    pub signal: bool,
    /// Whether the function can be called as an agent calls it.
    pub callable: bool,
}

/// The role, as a variant or in words.
pub enum RoleName {
    Known(&'static str),
    Other(String),
}

/// What the agent hands on.
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Output {
    Type(Type),
    /// The signature does not tell and nothing else does: an error stands in the type's place,
    /// which keeps everything that uses it quiet.
    Unknown(TokenStream),
}

/// Roles as they are written, and their variants.
pub const ROLES: [(&str, &str); 5] = [
    ("planner", "Planner"),
    ("worker", "Worker"),
    ("aggregator", "Aggregator"),
    ("router", "Router"),
    ("critic", "Critic"),
];

/// `None` where not even the types of the agent can be told.
pub fn check(mut raw: Raw, refused: &mut Refused, errors: &mut Errors) -> Option<Agent> {
    let bodiless = Bodiless::is(&raw);
    signal::refuse(&mut raw, bodiless, errors);
    let Raw { attributes, visibility, signature, body, arguments } = raw;
    let Arguments {
        input,
        output,
        role,
        input_budget,
        max_output_tokens,
        timeout,
        idle_timeout,
        retries,
        backoff,
        concurrency,
        blocking,
        signal,
        tools,
        max_turns,
        name,
        krate,
    } = arguments;
    let signal = signal.is_some();
    let may_block = !signal && !refused::awaits(body);
    let mut callable = check_head(&signature, blocking.as_ref(), may_block, refused, errors);
    let function = &signature.ident;

    let mut inputs = signature.inputs.iter().enumerate();
    if is_method(&signature, errors) {
        return None;
    }
    let takes = parameters::input(&mut inputs, function, &mut callable, refused, errors);
    // Of what has a lifetime nothing can be said where that is not known.
    let takes = takes.filter(|_| signature.generics.lifetimes().next().is_none());
    callable &= takes.is_some();
    let mut parameters = parameters::after_it(inputs, function, &mut callable, refused, errors);
    if signal {
        signal::takes_alone(&mut parameters, function, errors);
    }
    let asks = if signal { None } else { Asking::of(&signature, output.as_ref()) };
    let text = Text::of(&attributes);
    let asks_its_text = bodiless && asks.is_some() && text.is_some();
    callable &= if signal { errors.is_empty() } else { !bodiless || asks_its_text };
    let of = tools::Of { function, asks: asks.is_some(), parameters: &parameters };
    let tools = tools::check(tools, max_turns.as_ref(), &of, errors);
    let output = if signal {
        signal::output(&signature, errors)
    } else {
        check_output(output, &signature, asks.as_ref(), errors)
    };
    refused.output(&output.0);
    let role = check_role(role, signal, errors);
    let (timeout, idle_timeout) = timing::check_timeouts(timeout, idle_timeout.as_ref(), errors);
    let (returns, returned) = returns(&signature);
    let (docs, of_both) = of_the_marker(attributes);
    let krate = krate_of(function, krate, errors)?;
    let takes = takes.or_else(|| input.as_ref().map(|input| input.value.clone()))?;
    let (output, declared) = output;
    errors_in_json(input.as_ref().map_or(&takes, |input| &input.value), errors);
    if let Output::Type(output) = &output {
        errors_in_json(output, errors);
    }
    // Nothing that would be called, or asked, may mention a type again that is refused.
    let is_known = matches!(output, Output::Type(_));
    let (asks, callable) = (asks.filter(|_| is_known), callable && is_known);
    Some(Agent {
        krate,
        docs,
        attributes: of_both,
        visibility,
        ident: function.clone(),
        name: check_name(name, function, errors),
        role,
        input,
        takes,
        output,
        declared,
        asks,
        text,
        asks_its_text,
        returns,
        returned,
        parameters,
        input_budget: number("input_budget", input_budget, errors),
        max_output_tokens: number("max_output_tokens", max_output_tokens, errors),
        timeout,
        idle_timeout,
        retries: retries.map(|retries| retries.value),
        backoff: backoff.and_then(|backoff| timing::check_backoff(&backoff.value, errors)),
        concurrency: at_least_one(
            concurrency,
            "`concurrency` of 0: no attempt could begin",
            CONCURRENCY,
            errors,
        ),
        tools,
        max_turns: at_least_one(max_turns, "`max_turns` of 0: no model could be asked", MAX_TURNS, errors),
        blocking: blocking.is_some(),
        signal,
        callable,
    })
}

/// Where `handoff` is. `None` where the agent is called like the crate, so that paths to that would begin with the agent.
fn krate_of(function: &Ident, declared: Option<Argument<Path>>, errors: &mut Errors) -> Option<Path> {
    let krate = match declared {
        Some(krate) => krate.value,
        None => path_at(&crate::krate::default_path(), function.span()),
    };
    if krate.segments.first().is_none_or(|first| first.ident != *function) {
        return Some(krate);
    }
    errors.at_with_help(
        function,
        format_args!(
            "agent `{function}` hides the crate `{function}`: `use {function}::…` would find the agent"
        ),
        "give it another name",
    );
    None
}

/// What the function returns, and where that stands.
fn returns(signature: &Signature) -> (Option<Type>, Place) {
    match &signature.output {
        ReturnType::Type(_, returned) => (Some((**returned).clone()), Place::of(returned)),
        ReturnType::Default => (None, Place::of(&signature.ident)),
    }
}

/// The documentation, and the other attributes that go for the marker as for the function.
fn of_the_marker(attributes: Vec<Attribute>) -> (Vec<Attribute>, Vec<Attribute>) {
    let (mut docs, mut of_both) = (Vec::new(), Vec::new());
    for attribute in attributes {
        let path = attribute.path();
        if path.is_ident("doc") {
            docs.push(attribute);
        } else if path.is_ident("cfg") || path.is_ident("deprecated") {
            of_both.push(attribute);
        }
    }
    (docs, of_both)
}

/// Reports what JSON cannot have of a type.
fn errors_in_json(ty: &Type, errors: &mut Errors) {
    refuse_keys(ty, None, errors);
    error_of_two_nothings(ty, errors);
}

fn is_method(signature: &Signature, errors: &mut Errors) -> bool {
    let Some(FnArg::Receiver(receiver)) = signature.inputs.first() else { return false };
    errors.at_with_help(
        receiver,
        format_args!("agent `{}` is a method", signature.ident),
        "make it a free function, and take what it needs as `State<…>`",
    );
    true
}

/// What an agent's function cannot be. Whether it can still be called.
fn check_head(
    signature: &Signature,
    blocking: Option<&Ident>,
    may_block: bool,
    refused: &mut Refused,
    errors: &mut Errors,
) -> bool {
    let function = &signature.ident;
    let mut callable = true;
    match (&signature.asyncness, blocking) {
        (Some(_), None) | (None, Some(_)) => {}
        (None, None) => {
            let or_blocking = ", or `#[agent(blocking)]` if it computes or blocks its thread";
            errors.at_with_help(
                &signature.fn_token,
                format_args!("agent `{function}` is not async"),
                format_args!("write `async fn {function}`{}", if may_block { or_blocking } else { "" }),
            );
            refused.is_not_async();
            callable = false;
        }
        (Some(_), Some(blocking)) => {
            errors.at_with_help(
                blocking,
                format_args!("agent `{function}` is async, and `blocking` is for what is not"),
                format_args!(
                    "leave `blocking` out, or write `fn {function}` if it computes or blocks its thread"
                ),
            );
            callable = false;
        }
    }
    let generics = &signature.generics;
    if borrows(signature) {
        // The reference is refused, and its lifetime goes with it.
        callable = false;
    } else if !generics.params.is_empty() || generics.where_clause.is_some() {
        let place = if generics.params.is_empty() {
            generics.where_clause.to_token_stream()
        } else {
            generics.to_token_stream()
        };
        errors.at_with_help(
            &place,
            format_args!("agent `{function}` is generic"),
            "an agent has one input and one output type, both concrete: write one agent for each",
        );
        callable = false;
    }
    if let syn::Safety::Unsafe(safety) = &signature.safety {
        errors.at(safety, format_args!("agent `{function}` cannot be `unsafe`"));
        callable = false;
    }
    // Rustc's to explain.
    if signature.variadic.is_some() {
        callable = false;
    }
    callable
}

/// Whether the function is generic by nothing but the lifetimes of its input.
fn borrows(signature: &Signature) -> bool {
    let Signature { generics, inputs, .. } = signature;
    let is_lifetime = |parameter: &GenericParam| matches!(parameter, GenericParam::Lifetime(_));
    !generics.params.is_empty()
        && generics.params.iter().all(is_lifetime)
        && generics.where_clause.is_none()
        && inputs.first().is_some_and(|input| crossing::refers(input.to_token_stream()))
}

/// Whether a type's last segment is this.
pub fn last_is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// Whether a type is a `Result`, by its name: `Result`, or an alias like `FetchResult<Plan>`.
pub fn is_result(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| {
        last.ident == "Result" || last.ident.to_string().ends_with("Result") && !last.arguments.is_none()
    })
}

/// What stands in the angle brackets of the last segment, if it is one type.
pub fn only_argument(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}

/// A payload that may cross a handoff, as far as can be seen.
pub fn payload(ty: Type, function: &Ident, does: &str) -> syn::Result<Type> {
    let does = format!("agent `{function}` {does}");
    // A contract of the user's may be called that too, but has no arguments.
    if last_is(&ty, "Envelope")
        && let Some(payload) = only_argument(&ty)
    {
        let message = format!(
            "{does} `{}`, which cannot cross a handoff\nhelp: write `{}`; a `Context` has the rest of the envelope",
            shown(&ty),
            shown(&payload)
        );
        return Err(spanned(&ty, message));
    }
    owned::check(&ty, &does)?;
    Ok(ty)
}

fn check_output(
    declared: Option<Argument<Type>>,
    signature: &Signature,
    asks: Option<&Asking>,
    errors: &mut Errors,
) -> (Output, Place) {
    let function = &signature.ident;
    let declared = declared.filter(|declared| match asks {
        Some(Asking { output, prompt, .. }) if shown(&declared.value) != shown(output) => {
            let (declared_as, prompt) = (shown(&declared.value), shown(prompt));
            errors.at_with_help(
                &declared.value,
                format_args!("agent `{function}` declares `output = {declared_as}`, but its function returns a `{prompt}`"),
                "leave `output` out: it is what the `Prompt` is asked for",
            );
            false
        }
        _ => true,
    });
    if let Some(Argument { value, place }) = declared {
        let lent = refused::is_lent(signature).then(|| returns(signature).0).flatten();
        return match lent.map(|lent| payload(lent, function, "returns")) {
            Some(Err(error)) => (Output::Unknown(error.into_compile_error()), place),
            _ => (Output::Type(value), place),
        };
    }
    let ReturnType::Type(_, returned) = &signature.output else {
        return (Output::Type(unit()), Place::of(function));
    };
    let place = Place::of(returned);
    if let Some(Asking { output, .. }) = asks {
        return match payload(output.clone(), function, "asks for") {
            Ok(output) => (Output::Type(output), place),
            Err(error) => (Output::Unknown(error.into_compile_error()), place),
        };
    }
    let output = if is_result(returned) { only_argument(returned) } else { Some((**returned).clone()) };
    let unknown = |message: String| {
        let message = spanned(returned, message).into_compile_error();
        Output::Unknown(message)
    };
    let Some(output) = output else {
        let message =
            format!("agent `{function}` does not say what it outputs\nhelp: write `#[agent(output = …)]`");
        return (unknown(message), place);
    };
    if last_is(&output, "Reply") {
        let message = format!(
            "agent `{function}` returns a `Reply`, and nothing says which contract it is to be held to\nhelp: write `#[agent(output = …)]` with the type that the reply is parsed into, or with `String` for its text as it is"
        );
        return (unknown(message), place);
    }
    match payload(output, function, "returns") {
        Ok(output) => (Output::Type(output), place),
        Err(error) => (Output::Unknown(error.into_compile_error()), place),
    }
}

fn check_role(role: Option<Argument<Role>>, signal: bool, errors: &mut Errors) -> RoleName {
    let ident = match role.map(|role| role.value) {
        None if signal => return RoleName::Other("signal".to_owned()),
        None => return RoleName::Known("Worker"),
        Some(Role::Other(words)) => return RoleName::Other(words.value()),
        Some(Role::Known(ident)) => ident,
    };
    let name = ident.to_string();
    if let Some((_, variant)) = ROLES.iter().find(|(role, _)| *role == name) {
        return RoleName::Known(variant);
    }
    let roles = suggest::names(&ROLES);
    let otherwise = format!("the roles are {}; any other in quotes: `role = \"{name}\"`", listed(&roles));
    let help = suggest::help(&name.to_lowercase(), &roles, &otherwise);
    errors.at_with_help(&ident, format_args!("unknown role `{name}`"), help);
    RoleName::Known("Worker")
}

/// What envelopes and errors call whoever starts a run.
pub const CALLER: &str = "caller";
pub const RESERVED: &str = "the name `caller` is reserved for whoever starts a run";

fn check_name(name: Option<Argument<LitStr>>, function: &Ident, errors: &mut Errors) -> String {
    use syn::ext::IdentExt as _;

    let own = function.unraw().to_string();
    let Some(name) = name else {
        if own == CALLER {
            errors.at_with_help(function, RESERVED, "rename the agent, or give it another `name = \"…\"`");
        }
        return own;
    };
    let text = name.value.value();
    if text.trim().is_empty() {
        errors.at_with_help(
            &name.value,
            "an agent's name cannot be empty",
            format_args!("write `name = \"{own}\"`"),
        );
        return own;
    }
    if text == CALLER {
        errors.at_with_help(&name.value, RESERVED, "choose another name");
        return own;
    }
    text
}

const CONCURRENCY: &str = "write at least 1, or leave `concurrency` out where there is no bound";
const MAX_TURNS: &str = "write at least 1, or leave `max_turns` out for 10";

/// A bound of nothing is refused where it can be read off.
fn at_least_one(
    expression: Option<Argument<Expr>>,
    message: &str,
    help: &str,
    errors: &mut Errors,
) -> Option<Expr> {
    let Argument { value, .. } = expression?;
    if let Some(literal) = zero(&value) {
        errors.at_with_help(literal, message, help);
        return None;
    }
    Some(value)
}

fn zero(number: &Expr) -> Option<&LitInt> {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) if literal.base10_digits() == "0" => Some(literal),
        _ => None,
    }
}

/// The same of a budget.
fn number(name: &str, expression: Option<Argument<Expr>>, errors: &mut Errors) -> Option<Expr> {
    let Argument { value, .. } = expression?;
    if let Some(literal) = zero(&value) {
        errors.at_with_help(
            literal,
            format_args!("`{name}` of 0 tokens: nothing is that small"),
            format_args!("write at least 1, or leave `{name}` out where there is no bound"),
        );
        return None;
    }
    Some(value)
}
