//! What was written: a header, and stages with arrows between them.

use crate::errors::Errors;
use crate::spans::{Place, path_at};
use crate::suggest::nearest;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Path, Token, Type, Visibility, parenthesized};

/// A pipeline as it was written.
pub(super) struct Raw {
    pub(super) header: Header,
    pub(super) stages: Vec<Stage>,
}

/// `pub name(Input) -> Output`, and what stands before it.
pub(super) struct Header {
    pub(super) krate: Path,
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) ident: Ident,
    pub(super) input: Type,
    pub(super) output: Type,
}

/// One stage. Chains nest: what stands in braces after a fan-out is stages again.
pub(super) enum Stage {
    Agent(AgentStage),
    Gate(Gate),
    FanOut(FanOut),
    Barrier(Barrier),
}

/// The name of an agent or of another pipeline.
pub(super) struct AgentStage {
    pub(super) path: Path,
}

/// `gate(confidence >= 0.6)`
pub(super) struct Gate {
    pub(super) keyword: Ident,
    pub(super) place: Place,
    pub(super) threshold: Expr,
}

/// `fan_out(field, max = 8) agent`
pub(super) struct FanOut {
    pub(super) keyword: Ident,
    pub(super) field: Ident,
    pub(super) max: Option<Expr>,
    pub(super) agent: AgentStage,
}

/// `barrier(all)`
pub(super) struct Barrier {
    pub(super) keyword: Ident,
    pub(super) place: Place,
    pub(super) rule: Rule,
}

/// When a barrier is passed.
pub(super) enum Rule {
    All,
    Settled,
    AtLeast(Expr),
    AtLeastPercent(Expr),
}

/// The stages that are not agents, as they are written.
const STAGES: [(&str, &str); 3] =
    [("gate", "gate(confidence >= 0.6)"), ("fan_out", "fan_out(field) agent"), ("barrier", "barrier(all)")];

/// `None` where not even the header can be read.
pub(super) fn parse(tokens: TokenStream, errors: &mut Errors) -> Option<Raw> {
    let parser = |input: ParseStream<'_>| {
        let header = Header::parse(input)?;
        let group: Group = match input.parse()? {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => group,
            other => {
                let message = "expected the stages in braces\nhelp: write `{ plan => work }`";
                return Err(syn::Error::new_spanned(other, message));
            }
        };
        if !input.is_empty() {
            let rest: TokenStream = input.parse()?;
            errors.at_with_help(
                rest,
                "a `pipeline!` defines one pipeline",
                "write a `pipeline!` of its own for each",
            );
        }
        let mut stages = Vec::new();
        let chain = |input: ParseStream<'_>| {
            parse_chain(input, &mut stages, errors);
            // What could not be understood has been reported.
            input.parse::<TokenStream>()?;
            Ok(())
        };
        if group.stream().is_empty() {
            let message = format!("pipeline `{}` has no stages", header.ident);
            errors.at_with_help(&group, message, "name at least one agent");
        } else {
            chain.parse2(group.stream())?;
        }
        Ok(Raw { header, stages })
    };
    match parser.parse2(tokens) {
        Ok(raw) => Some(raw),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

impl Header {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let krate = Path::parse_mod_style(input)?;
            input.parse::<Token![;]>()?;
            krate
        } else {
            crate::krate::default_path()
        };
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let shape = |error: syn::Error| {
            let message =
                format!("{error}\nhelp: a pipeline is written `pub name(Input) -> Output {{ stages }}`");
            syn::Error::new(error.span(), message)
        };
        let ident: Ident = input.parse().map_err(shape)?;
        let parentheses = in_parentheses(input).map_err(shape)?;
        let input_type: Type = parentheses.parse().map_err(shape)?;
        parentheses.parse::<Option<Token![,]>>()?;
        if !parentheses.is_empty() {
            let rest: TokenStream = parentheses.parse()?;
            let message =
                "a pipeline has one input\nhelp: put the parts into one contract, or take a tuple of them";
            return Err(syn::Error::new_spanned(rest, message));
        }
        input.parse::<Token![->]>().map_err(shape)?;
        // Up to the braces: `Type` would not take them for its own.
        let output = input.parse().map_err(shape)?;
        let krate = path_at(&krate, ident.span());
        Ok(Self { krate, attributes, visibility, ident, input: input_type, output })
    }
}

fn in_parentheses<'a>(input: ParseStream<'a>) -> syn::Result<syn::parse::ParseBuffer<'a>> {
    let inside;
    parenthesized!(inside in input);
    Ok(inside)
}

/// Reads stages up to the end, or to what cannot be understood.
fn parse_chain(input: ParseStream<'_>, stages: &mut Vec<Stage>, errors: &mut Errors) {
    loop {
        match parse_stage(input, errors) {
            Ok(Some(stage)) => stages.push(stage),
            Ok(None) => {}
            Err(error) => {
                errors.push(error);
                skip_to_arrow(input);
            }
        }
        if input.is_empty() {
            return;
        }
        match parse_arrow(input) {
            Ok(None) => {}
            Ok(Some(error)) => errors.push(error),
            Err(error) => {
                errors.push(error);
                skip_to_arrow(input);
                if input.is_empty() {
                    return;
                }
                // An arrow stands here.
                let _ = input.parse::<Token![=>]>();
            }
        }
        if input.is_empty() {
            errors.push(input.error("expected a stage after `=>`"));
            return;
        }
    }
}

/// Reads `=>`, or what was meant to be one and the error about it.
fn parse_arrow(input: ParseStream<'_>) -> syn::Result<Option<syn::Error>> {
    if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        return Ok(None);
    }
    let wrong = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?.to_token_stream()
    } else if input.peek(Token![|]) && input.peek2(Token![>]) {
        let bar: Token![|] = input.parse()?;
        let arrow: Token![>] = input.parse()?;
        quote::quote!(#bar #arrow)
    } else if input.peek(Token![,]) {
        input.parse::<Token![,]>()?.to_token_stream()
    } else if input.peek(Token![;]) {
        input.parse::<Token![;]>()?.to_token_stream()
    } else if input.peek(Token![>>]) {
        input.parse::<Token![>>]>()?.to_token_stream()
    } else {
        let found: TokenTree = input.fork().parse()?;
        let message = format!("expected `=>` before `{found}`\nhelp: every handoff is written `=>`");
        return Err(syn::Error::new_spanned(found, message));
    };
    let shown = wrong.to_string().replace(' ', "");
    let message = format!("expected `=>`, found `{shown}`\nhelp: every handoff is written `=>`");
    Ok(Some(syn::Error::new_spanned(wrong, message)))
}

/// Passes over what cannot be understood, so that what follows still can.
fn skip_to_arrow(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![=>]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// One stage; `None` where it is reported and what follows can still be read.
fn parse_stage(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<Stage>> {
    if input.peek(Ident::peek_any) && input.peek2(syn::token::Paren) && !input.peek(Token![self]) {
        let keyword = input.call(Ident::parse_any)?;
        let parentheses: Group = input.parse()?;
        return match keyword.to_string().as_str() {
            "gate" => parse_gate(keyword, &parentheses).map(Stage::Gate).map(Some),
            "barrier" => Ok(parse_barrier(keyword, &parentheses, errors)?.map(Stage::Barrier)),
            "fan_out" => Ok(parse_fan_out(keyword, &parentheses, input, errors)?.map(Stage::FanOut)),
            name => {
                let known = STAGES.map(|(name, _)| name);
                let help = match nearest(name, known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("an agent is named without parentheses: `{name}`"),
                };
                errors.at_with_help(&keyword, format_args!("unknown stage `{name}(…)`"), help);
                Ok(None)
            }
        };
    }
    if let Some((name, example)) = lone_keyword(input) {
        let keyword: Ident = input.parse()?;
        errors.at_with_help(
            &keyword,
            format_args!("`{name}` needs its parentheses"),
            format_args!("write `{example}`"),
        );
        return Ok(None);
    }
    Ok(parse_agent(input, errors)?.map(Stage::Agent))
}

/// `fan_out` and the like where an agent would stand but cannot be meant: another agent follows.
fn lone_keyword(input: ParseStream<'_>) -> Option<(&'static str, &'static str)> {
    let fork = input.fork();
    let ident: Ident = fork.parse().ok()?;
    if !fork.peek(Ident::peek_any) {
        return None;
    }
    STAGES.into_iter().find(|(name, _)| ident == name)
}

/// The name of an agent or of a pipeline.
fn parse_agent(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Option<AgentStage>> {
    if !(input.peek(Ident::peek_any) || input.peek(Token![::])) {
        let help =
            "a stage is the name of an agent or a pipeline, `gate(…)`, `fan_out(…) agent` or `barrier(…)`";
        return Err(match input.fork().parse::<TokenTree>() {
            Ok(found) => syn::Error::new_spanned(
                &found,
                format_args!("expected a stage, found `{found}`\nhelp: {help}"),
            ),
            Err(_) => input.error(format_args!("expected a stage\nhelp: {help}")),
        });
    }
    let path: Path = Path::parse_mod_style(input)?;
    if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek2(Token![<])) {
        input.parse::<Option<Token![::]>>()?;
        let generics: syn::AngleBracketedGenericArguments = input.parse()?;
        errors.at_with_help(generics, "an agent is never generic", "leave the type arguments out");
        return Ok(None);
    }
    if let Some(last) = path.segments.last() {
        let name = last.ident.unraw().to_string();
        if name.starts_with(|first: char| first.is_uppercase()) {
            let message = format!("`{name}` is the name of a type, and a stage is the name of an agent");
            errors.at_with_help(&path, message, "name the `#[agent]` function that makes it");
            return Ok(None);
        }
    }
    Ok(Some(AgentStage { path }))
}

fn parse_gate(keyword: Ident, parentheses: &Group) -> syn::Result<Gate> {
    let place = Place::of(&keyword).to(Place::of(parentheses));
    let shape = |at: TokenStream| {
        syn::Error::new_spanned(at, "a gate tests the confidence\nhelp: write `gate(confidence >= 0.6)`")
    };
    let whole = || parentheses.to_token_stream();
    let parser = |input: ParseStream<'_>| {
        if input.is_empty() {
            return Err(shape(whole()));
        }
        let what: Ident = input.call(Ident::parse_any)?;
        if what != "confidence" {
            let meant = nearest(&what.to_string(), ["confidence"]);
            let help = if meant.is_some() {
                "did you mean `confidence`?"
            } else {
                "write `gate(confidence >= 0.6)`"
            };
            let message = format!("a gate tests the confidence, not `{what}`\nhelp: {help}");
            return Err(syn::Error::new_spanned(what, message));
        }
        if !input.peek(Token![>=]) {
            let rest: TokenStream = input.parse()?;
            return Err(shape(if rest.is_empty() { whole() } else { rest }));
        }
        input.parse::<Token![>=]>()?;
        if input.is_empty() {
            return Err(shape(whole()));
        }
        input.parse::<Expr>()
    };
    let threshold = parser.parse2(parentheses.stream())?;
    Ok(Gate { keyword, place, threshold })
}

fn parse_barrier(keyword: Ident, parentheses: &Group, errors: &mut Errors) -> syn::Result<Option<Barrier>> {
    const RULES: [&str; 3] = ["all", "settled", "at_least"];

    let place = Place::of(&keyword).to(Place::of(parentheses));
    let help =
        "write `barrier(all)`, `barrier(at_least = 4)`, `barrier(at_least = 80%)` or `barrier(settled)`";
    let parser = |input: ParseStream<'_>| {
        if input.is_empty() {
            let message = format!("a barrier says when it is passed\nhelp: {help}");
            return Err(syn::Error::new_spanned(parentheses, message));
        }
        let name: Ident = input.call(Ident::parse_any)?;
        let rule = match name.to_string().as_str() {
            "all" => Some(Rule::All),
            "settled" => Some(Rule::Settled),
            "at_least" => Some(parse_quorum(&name, input)?),
            other => {
                let help = match nearest(other, RULES) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => help.to_owned(),
                };
                errors.at_with_help(&name, format_args!("unknown barrier `{other}`"), help);
                input.parse::<TokenStream>()?;
                None
            }
        };
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            let rest: TokenStream = input.parse()?;
            errors.at_with_help(rest, "a barrier has one rule", help);
        }
        Ok(rule)
    };
    let rule = parser.parse2(parentheses.stream())?;
    Ok(rule.map(|rule| Barrier { keyword, place, rule }))
}

/// `= 4` or `= 80%`
fn parse_quorum(name: &Ident, input: ParseStream<'_>) -> syn::Result<Rule> {
    let missing = || {
        let message =
            "how many tasks have to succeed?\nhelp: write `at_least = 4`, or a share: `at_least = 80%`";
        syn::Error::new_spanned(name, message)
    };
    if !input.peek(Token![=]) {
        return Err(missing());
    }
    input.parse::<Token![=]>()?;
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.peek(Token![%]) && (input.peek2(Token![,]) || is_last(input)) {
            input.parse::<Token![%]>()?;
            return if tokens.is_empty() {
                Err(missing())
            } else {
                syn::parse2(tokens).map(Rule::AtLeastPercent)
            };
        }
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
    }
    if tokens.is_empty() { Err(missing()) } else { syn::parse2(tokens).map(Rule::AtLeast) }
}

/// Whether one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<TokenTree>().is_ok() && fork.is_empty()
}

/// One option of a fan-out: `max = 8`.
struct FanOutOption {
    key: Ident,
    value: Option<Expr>,
}

impl syn::parse::Parse for FanOutOption {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return Ok(Self { key, value: Some(input.parse()?) });
        }
        Ok(Self { key, value: None })
    }
}

fn parse_fan_out(
    keyword: Ident,
    parentheses: &Group,
    rest: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<FanOut>> {
    let options = |input: ParseStream<'_>| {
        if input.is_empty() {
            let message = "what is to be fanned out?\nhelp: name a list field of what comes in: `fan_out(subtasks) work`";
            return Err(syn::Error::new_spanned(parentheses, message));
        }
        let field: Ident = input.call(Ident::parse_any)?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((field, Punctuated::<FanOutOption, Token![,]>::parse_terminated(input)?))
    };
    let parsed = options.parse2(parentheses.stream());
    // The agent is read in any case, so that what follows can be.
    let agent = if rest.is_empty() || rest.peek(Token![=>]) {
        let message = format!(
            "`fan_out` needs an agent to work on the items\nhelp: write `{keyword}{parentheses} work`"
        );
        Err(syn::Error::new_spanned(&keyword, message))
    } else {
        parse_agent(rest, errors)
    };
    let (field, options) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.push(error);
            if let Err(error) = agent {
                errors.push(error);
            }
            return Ok(None);
        }
    };
    let mut max = None;
    for FanOutOption { key, value } in options {
        match (key.to_string().as_str(), value) {
            ("max", Some(_)) if max.is_some() => {
                errors.at_with_help(&key, "`max` is given twice", "leave one of them out");
            }
            ("max", Some(value)) => max = Some(value),
            ("max", None) => errors.at_with_help(&key, "`max` needs a value", "write `max = 8`"),
            (other, _) => {
                let help = match nearest(other, ["max"]) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "a fan-out has the option `max = …`".to_owned(),
                };
                errors.at_with_help(&key, format_args!("unknown option `{other}` of `fan_out`"), help);
            }
        }
    }
    Ok(agent?.map(|agent| FanOut { keyword, field, max, agent }))
}
