//! What was written: the arguments of the attribute, and the head of the function.

use super::check::ROLES;
use crate::editor;
use crate::errors::{Errors, is_at_end, spanned};
use crate::fragments;
use crate::spans::Place;
use crate::suggest;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{
    Attribute, Expr, FnArg, LitStr, Path, ReturnType, Signature, Token, Type, Visibility, parenthesized,
};

/// An agent as it was written.
pub struct Raw {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub signature: Signature,
    /// What stands behind the signature, which is rustc's business, and need not even parse.
    pub body: TokenStream,
    pub arguments: Arguments,
}

impl Raw {
    /// The attribute that makes an agent of the function again.
    pub fn another(&self) -> Option<&Attribute> {
        let is_agent = |attribute: &&Attribute| {
            attribute.path().segments.last().is_some_and(|last| last.ident == "agent")
        };
        self.attributes.iter().find(is_agent)
    }
}

/// An argument's value, and the place of the whole argument.
pub struct Argument<T> {
    pub value: T,
    pub place: Place,
}

/// The arguments of the attribute, each at most once.
#[derive(Default)]
pub struct Arguments {
    pub input: Option<Argument<Type>>,
    pub output: Option<Argument<Type>>,
    pub role: Option<Argument<Role>>,
    pub input_budget: Option<Argument<Expr>>,
    pub max_output_tokens: Option<Argument<Expr>>,
    pub timeout: Option<Argument<LitStr>>,
    pub idle_timeout: Option<Argument<LitStr>>,
    pub retries: Option<Argument<Expr>>,
    pub backoff: Option<Argument<LitStr>>,
    pub concurrency: Option<Argument<Expr>>,
    pub blocking: Option<Ident>,
    pub signal: Option<Ident>,
    pub tools: Option<Tools>,
    pub max_turns: Option<Argument<Expr>>,
    pub name: Option<Argument<LitStr>>,
    pub krate: Option<Argument<Path>>,
}

/// What a role may be written as.
pub enum Role {
    Known(Ident),
    Other(LitStr),
}

/// The arguments there are, as they are written.
pub const KNOWN: [&str; 16] = [
    "input",
    "output",
    "role",
    "input_budget",
    "max_output_tokens",
    "timeout",
    "idle_timeout",
    "retries",
    "backoff",
    "concurrency",
    "blocking",
    "signal",
    "tools",
    "max_turns",
    "name",
    "crate",
];

/// Reads the arguments and the function's head; its body stays tokens. `None` where there is no
/// function.
pub fn parse(arguments: TokenStream, item: TokenStream, errors: &mut Errors) -> Option<Raw> {
    let arguments = Arguments::parse(arguments, errors);
    match function.parse2(item.clone()) {
        Ok((attributes, visibility, signature, body)) => {
            Some(Raw { attributes, visibility, signature, body, arguments })
        }
        Err(error) => {
            // What does not even begin like a function is the attribute's mistake; what is half
            // written is rustc's to explain, and an editor does that itself.
            if is_function(item.clone()) {
                if !editor::watches() {
                    errors.push(error);
                }
            } else {
                errors.at_with_help(
                    &first_line(item),
                    "an agent is a function",
                    "put `#[agent]` on an `async fn` that takes the input and returns the output",
                );
            }
            None
        }
    }
}

/// What stands before the body, and the body.
pub fn function(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Visibility, Signature, TokenStream)> {
    let (attributes, visibility) = (input.call(Attribute::parse_outer)?, input.parse()?);
    let mut signature: Signature = input.parse()?;
    for parameter in &mut signature.inputs {
        if let FnArg::Typed(parameter) = parameter {
            fragments::open_type(&mut parameter.ty);
        }
    }
    if let ReturnType::Type(_, returned) = &mut signature.output {
        fragments::open_type(returned);
    }
    Ok((attributes, visibility, signature, input.parse()?))
}

fn is_function(item: TokenStream) -> bool {
    item.into_iter().any(|tree| tree.to_string() == "fn")
}

/// The item up to its body.
fn first_line(item: TokenStream) -> TokenStream {
    let mut line = TokenStream::new();
    for tree in item {
        if matches!(&tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace) {
            break;
        }
        line.extend([tree]);
    }
    line
}

impl Arguments {
    fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut arguments = Self::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(error) = arguments.parse_one(input, errors) {
                    errors.push(error);
                    // On to the next argument.
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        let parsed = parser.parse2(tokens);
        errors.take(parsed);
        arguments
    }

    fn parse_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            let found: TokenTree = input.fork().parse()?;
            let message =
                format!("expected an argument, found `{found}`\nhelp: write `role = planner` and the like");
            return Err(spanned(&found, message));
        }
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if !KNOWN.contains(&name.as_str()) {
            let help = match meant(&name) {
                Some(meant) => meant.to_owned(),
                None if ROLES.iter().any(|(role, _)| *role == name) => format!("write `role = {name}`"),
                None => suggest::help(&name, &KNOWN, &format!("the arguments are {}", listed(&KNOWN))),
            };
            errors.at_with_help(&key, format_args!("unknown argument `{name}`"), help);
            // Its value is no second mistake.
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
            return Ok(());
        }
        match name.as_str() {
            "input" => set(&mut self.input, &key, "Question", fragments::ty, input, errors),
            "output" => set(&mut self.output, &key, "Answer", fragments::ty, input, errors),
            "role" => set(&mut self.role, &key, "planner", Parse::parse, input, errors),
            "input_budget" => {
                set(&mut self.input_budget, &key, "4_000", fragments::expression, input, errors)
            }
            "max_output_tokens" => {
                set(&mut self.max_output_tokens, &key, "500", fragments::expression, input, errors)
            }
            "timeout" => set(&mut self.timeout, &key, "\"30s\"", Parse::parse, input, errors),
            "retries" => set(&mut self.retries, &key, "2", fragments::expression, input, errors),
            "idle_timeout" => set(&mut self.idle_timeout, &key, "\"20s\"", Parse::parse, input, errors),
            "backoff" => set(&mut self.backoff, &key, "\"200ms..10s\"", Parse::parse, input, errors),
            "concurrency" => set(&mut self.concurrency, &key, "8", fragments::expression, input, errors),
            "blocking" => set_word(&mut self.blocking, key, input, errors),
            "signal" => set_word(&mut self.signal, key, input, errors),
            "tools" => self.set_tools(key, input, errors),
            "max_turns" => set(&mut self.max_turns, &key, "6", fragments::expression, input, errors),
            "name" => set(&mut self.name, &key, "\"planner\"", Parse::parse, input, errors),
            _ => set(&mut self.krate, &key, "::handoff", Parse::parse, input, errors),
        }
    }

    /// The one argument with a list.
    fn set_tools(&mut self, key: Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        const EXAMPLE: &str = "help: write `tools(look_up, search)`, with agents or pipelines";
        if !input.peek(Paren) {
            let message = format!("`tools` needs a list in parentheses\n{EXAMPLE}");
            return Err(spanned(&key, message));
        }
        let listed;
        parenthesized!(listed in input);
        let listed: TokenStream = listed.parse()?;
        let read = Punctuated::<Path, Token![,]>::parse_terminated.parse2(listed.clone());
        let paths = read.map_err(|error| {
            if is_at_end(&error) {
                let last: TokenStream = listed.into_iter().fold(TokenStream::new(), after_a_comma);
                return spanned(&last, format_args!("the last path of `tools` is not finished\n{EXAMPLE}"));
            }
            syn::Error::new(error.span(), format!("`tools` cannot be this: {error}\n{EXAMPLE}"))
        })?;
        match &self.tools {
            Some(_) => errors.twice(&key),
            None => self.tools = Some(Tools { key, paths: paths.into_iter().collect() }),
        }
        Ok(())
    }
}

/// The tokens after the last comma, by one token after the other.
fn after_a_comma(mut tokens: TokenStream, next: TokenTree) -> TokenStream {
    if matches!(&next, TokenTree::Punct(punct) if punct.as_char() == ',') {
        return TokenStream::new();
    }
    tokens.extend([next]);
    tokens
}

/// `tools(look_up, search)`.
pub struct Tools {
    pub key: Ident,
    pub paths: Vec<Path>,
}

/// What to write for what other frameworks, or `#[contract]`, have under this name.
fn meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "max_tokens" | "max_output" | "output_tokens" | "output_budget" => {
            "write `max_output_tokens = 500`; `max_tokens` is an argument of `#[contract]`"
        }
        "budget" | "context_window" | "input_tokens" | "max_input_tokens" => "write `input_budget = 4_000`",
        "retry" | "attempts" | "max_attempts" | "max_retries" => {
            "write `retries = 2` for two attempts beside the first"
        }
        "parallel" | "parallelism" | "max_concurrency" => "write `concurrency = 8`",
        "doc" | "description" | "instructions" | "prompt" | "system" => {
            "write it as the doc comment of the agent: `/// …`"
        }
        "llm" | "model" => "say in the runtime's state who is asked: `Runtime::builder().state(model)`",
        "open" => "write `#[contract(open)]` on the type that it is handed, or hands on",
        _ => return None,
    })
}

/// Reads an argument that is a word by itself.
fn set_word(
    slot: &mut Option<Ident>,
    key: Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let mut value = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![,])) {
        value.extend([input.parse::<TokenTree>()?]);
    }
    if !value.is_empty() {
        // What was meant is clear enough for it to be no second mistake.
        errors.at_with_help(
            &value,
            format_args!("`{key}` takes no value"),
            format_args!("write `{key}` by itself, or leave it out"),
        );
    }
    match slot {
        Some(_) => errors.twice(&key),
        None => *slot = Some(key),
    }
    Ok(())
}

/// Reads `= value` into the argument's slot.
fn set<T>(
    slot: &mut Option<Argument<T>>,
    key: &Ident,
    example: &str,
    parse: fn(ParseStream<'_>) -> syn::Result<T>,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let begins = equals(key, example, input)?;
    let before = input.fork();
    let value = parse(input).map_err(|error| unreadable(key, example, &error))?;
    let place = begins.to(ended(key, &before, input)?);
    if slot.is_some() {
        errors.twice(key);
    } else {
        *slot = Some(Argument { value, place });
    }
    Ok(())
}

fn unreadable(key: &Ident, example: &str, error: &syn::Error) -> syn::Error {
    if is_at_end(error) {
        return spanned(key, format_args!("`{key}` is not finished\nhelp: write `{key} = {example}`"));
    }
    let message = format!("`{key}` cannot be this: {error}\nhelp: write `{key} = {example}`");
    syn::Error::new(error.span(), message)
}

/// The place of a value that has been read from `before` to `after`, with nothing behind it.
fn ended(key: &Ident, before: ParseStream<'_>, after: ParseStream<'_>) -> syn::Result<Place> {
    if after.is_empty() || after.peek(Token![,]) {
        return Ok(consumed(before, after));
    }
    Err(after.error(format_args!("expected `,` after the value of `{key}`")))
}

/// Reads the `=` before a value. The answer is where the argument begins.
fn equals(key: &Ident, example: &str, input: ParseStream<'_>) -> syn::Result<Place> {
    if input.peek(Token![:]) {
        let colon: Token![:] = input.parse()?;
        let message = format!("expected `=` after `{key}`, found `:`\nhelp: write `{key} = …`");
        return Err(spanned(&colon, message));
    }
    let equals: Option<Token![=]> = input.parse()?;
    if equals.is_none() || input.is_empty() || input.peek(Token![,]) {
        let message = format!("`{key}` needs a value\nhelp: write `{key} = {example}`");
        return Err(spanned(key, message));
    }
    Ok(Place::of(key).to(Place::of(&equals)))
}

/// The place of what has been read from `before` to `after`.
fn consumed(before: ParseStream<'_>, after: ParseStream<'_>) -> Place {
    let end = after.cursor();
    let mut cursor = before.cursor();
    let mut read = TokenStream::new();
    while cursor != end {
        let Some((tree, next)) = cursor.token_tree() else { break };
        read.extend([tree]);
        cursor = next;
    }
    if read.is_empty() {
        return Place { first: before.span(), last: before.span() };
    }
    Place::of(&read)
}

/// `a`, `b` and `c`, each in backticks.
pub fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => format!("`{word}`"),
        [all @ .., last] => format!("`{}` and `{last}`", all.join("`, `")),
    }
}

impl Parse for Role {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Other);
        }
        let mut role: Ident = input.parse()?;
        // A path to a variant: its name says which was meant.
        while input.parse::<Option<Token![::]>>()?.is_some() {
            role = input.parse()?;
        }
        Ok(Self::Known(role))
    }
}
