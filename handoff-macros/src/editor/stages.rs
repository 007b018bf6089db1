//! A pipeline, as statements: each stage as a call, and what it is handed as an expression of its type.
//!
//! The value that flows is no variable: an editor would offer it where the user writes an expression. Its expression is
//! made of copies, which stand at no place of the user's.

use super::arguments::{entries, expression, finished, literal};
use super::names::{self, head};
use super::outline::Outline;
use super::tokens::{
    Trees, arrows, at_arrow, at_next, commas, group, ident, is_ident, is_pair, is_path, is_punct, stream,
    trees, with_span_of,
};
use super::{handoff, probe};
use crate::spans::aside;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser as _;
use syn::{Expr, Pat, Type};

/// The types of the header, and the stages.
pub fn pipeline(outline: &Outline) -> TokenStream {
    if !super::watches() {
        return TokenStream::new();
    }
    let Outline { krate: _, attributes: _, visibility: _, name: _, argument, input, output, stages } =
        outline;
    let handoff = handoff();
    let value = typed(input);
    let argument = argument.as_ref().map(|name| quote!(let #name = #value;));
    let mut chain = Chain::of(stages, value);
    chain.comes_to(&typed(output));
    let stages = chain.statements;
    probe(&quote! {
        let _ = #handoff::__private::editor::any::<#input>();
        #argument
        let _ = #handoff::__private::editor::any::<#output>();
        #stages
    })
}

/// What the last stage has left open.
#[derive(PartialEq)]
enum Open {
    Nothing,
    /// A `map`, whose type can depend on what follows: its statement has no end yet.
    Made,
    /// A fan-out, whose barrier says what becomes of the results.
    FannedOut,
}

/// Stages, one after the other.
struct Chain {
    statements: TokenStream,
    /// An expression of the type of what the last stage hands on.
    value: TokenStream,
    open: Open,
}

impl Chain {
    fn of(stages: &[TokenTree], begins: TokenStream) -> Self {
        let mut chain = Self { statements: TokenStream::new(), value: begins, open: Open::Nothing };
        chain.stages(stages);
        chain
    }

    fn stages(&mut self, stages: &[TokenTree]) {
        for stage in arrows(stages) {
            self.stage(stage);
        }
    }

    /// The same in a block, that ends here.
    fn in_block(stages: &Group, begins: TokenStream) -> Self {
        let mut chain = Self::of(&trees(stages.stream()), begins);
        chain.comes_to(&unknown());
        let statements = chain.statements;
        chain.statements = quote!({ #statements });
        chain
    }

    /// Says of a `map` that is left open what it makes.
    fn comes_to(&mut self, value: &TokenStream) {
        if std::mem::replace(&mut self.open, Open::Nothing) == Open::Made {
            self.statements.extend(quote!(.is(#value);));
        }
    }

    /// One stage, which need not be one.
    fn stage(&mut self, stage: &[TokenTree]) {
        let (stage, name) = match stage.iter().rposition(|tree| is_ident(Some(tree), "as")) {
            Some(at) if at > 0 => (&stage[..at], ident(stage.get(at + 1))),
            _ => (stage, None),
        };
        let open = std::mem::replace(&mut self.open, Open::Nothing);
        let before = std::mem::take(&mut self.statements);
        let mut after = Trees::new();
        let mut takes = None;
        if is_ident(stage.first(), "match") {
            self.branches(&stage[0], &stage[1..]);
        } else if let Some(keyword) = ident(stage.first())
            && let Some(parentheses) = group(stage.get(1), Delimiter::Parenthesis)
        {
            self.statements.extend(head(&stage[..1]));
            // Where an arrow is in the parentheses, they are not closed yet: it is the pipeline's.
            let whole = trees(parentheses.stream());
            let (inside, rest) = at_arrow(&whole);
            after.extend(rest.into_iter().flatten().cloned());
            match keyword.to_string().as_str() {
                "gate" => self.gate(parentheses, inside),
                "barrier" => self.barrier(inside, &open),
                "fan_out" => self.fan_out(inside, &stage[2..]),
                "join" => takes = self.join(inside),
                "race" => takes = self.race(inside),
                "repeat" => self.repeat(inside, &stage[2..]),
                "map" => self.map(inside),
                _ => {}
            }
        } else {
            takes = self.agents(stage);
        }
        let statements = &self.statements;
        self.statements = if open == Open::Made {
            let takes = of_agent(takes.as_ref(), &quote!(Input));
            quote!(#before.is({ #statements #takes });)
        } else {
            quote!(#before #statements)
        };
        if let Some(name) = name {
            let value = self.value.clone();
            self.comes_to(&unknown());
            self.statements.extend(quote!(let #name = #value;));
        }
        if !after.is_empty() {
            self.stages(&after);
        }
    }

    /// `plan or plan_simple`: what the first one hands on. The answer is the first one.
    fn agents(&mut self, stage: &[TokenTree]) -> Option<TokenStream> {
        let names::Agents { statements, first } = names::agents(stage);
        self.statements.extend(statements);
        // What is in braces may be stages: of what, is not known.
        for braces in stage.iter().filter_map(|tree| group(Some(tree), Delimiter::Brace)) {
            self.statements.extend(Self::in_block(braces, unknown()).statements);
        }
        self.value = output_of(first.as_ref());
        first
    }

    fn gate(&mut self, parentheses: &Group, inside: &[TokenTree]) {
        let handoff = handoff();
        let test = with_span_of(parentheses, finished(&stream(at_next(inside).0)));
        self.statements.extend(quote!({ use #handoff::__private::editor::gates::*; let _ = #test; }));
    }

    fn barrier(&mut self, inside: &[TokenTree], open: &Open) {
        let entries = entries(inside, &[]);
        self.statements.extend(literal("Barrier", &entries, &|_, value| {
            // `at_least = 80%`
            let mut value = trees(value);
            value.pop_if(|last| is_punct(Some(last), '%'));
            expression(&stream(&value))
        }));
        if *open == Open::FannedOut && !entries.has("all") {
            self.becomes("partial");
        }
    }

    /// Calls a function of the library with the value.
    fn becomes(&mut self, function: &str) {
        let (handoff, value) = (handoff(), &self.value);
        let function = Ident::new(function, proc_macro2::Span::call_site());
        self.value = quote!(#handoff::__private::editor::#function(#value));
    }

    fn fan_out(&mut self, inside: &[TokenTree], worker: &[TokenTree]) {
        let (handoff, value) = (handoff(), self.value.clone());
        let first = *commas(inside, false).first().unwrap_or(&inside);
        let (of, beside) = at_next(first);
        let options = entries(inside.get(first.len() + 1..).unwrap_or_default(), &[]);
        // `fan_out(subtasks work`, where the parenthesis is not closed yet.
        let beside = if beside.is_empty() { options.beside() } else { beside };
        let worker = if worker.is_empty() { beside } else { worker };
        let item;
        let works;
        if is_closure(of) {
            works = Works::on(worker, |input| of_agent(input, &quote!(Input)));
            let closure = stream(of);
            let statements = &works.statements;
            let taken = of_agent(works.first.as_ref(), &quote!(Input));
            item = match (&works.first, copy_of::<Expr>(&closure)) {
                (None, Some(copy)) => quote!(#handoff::__private::editor::chosen(#value, &#taken, #copy)),
                _ => taken.clone(),
            };
            self.statements.extend(quote! {
                #statements
                let _ = #handoff::__private::editor::chosen(#value, &#taken, #closure);
            });
        } else {
            let field = stream(field(of));
            self.statements.extend(quote!(let _ = #value.#field;));
            item = match of {
                [TokenTree::Ident(_) | TokenTree::Literal(_)] => {
                    let field = aside(field);
                    quote!(#handoff::__private::editor::item(#value.#field))
                }
                _ => unknown(),
            };
            works = Works::on(worker, |_| item.clone());
            self.statements.extend(works.statements.clone());
        }
        let made = &works.made;
        self.statements.extend(literal("FanOut", &options, &|key, given| {
            let given = finished(&given);
            if key == "label" {
                return quote!(#handoff::__private::editor::label(&#item, #given));
            }
            if key == "recover" {
                return quote!(#handoff::__private::editor::recover(&#item, &#made, #given));
            }
            expression(&given)
        }));
        self.value = if options.has("keep") { quote!((#item, #made)) } else { made.clone() };
        self.becomes("list");
        self.open = Open::FannedOut;
    }

    fn join(&mut self, inside: &[TokenTree]) -> Option<TokenStream> {
        let (outputs, first) = self.outputs(inside);
        self.value = quote!((#(#outputs,)*));
        first
    }

    fn race(&mut self, inside: &[TokenTree]) -> Option<TokenStream> {
        let (outputs, first) = self.outputs(inside);
        self.value = outputs.into_iter().next().unwrap_or_else(unknown);
        first
    }

    /// What the branches of a join or a race hand on, and the first agent that takes what comes in.
    fn outputs(&mut self, inside: &[TokenTree]) -> (Vec<TokenStream>, Option<TokenStream>) {
        let (mut outputs, mut first) = (Vec::new(), None);
        for branch in names::places(inside) {
            let (output, agent) = self.branch(branch);
            if !branch.is_empty() {
                outputs.push(output);
            }
            first = first.or(agent);
        }
        (outputs, first)
    }

    /// A branch of a join or a race: what it hands on, and the agent that it begins with.
    fn branch(&mut self, branch: &[TokenTree]) -> (TokenStream, Option<TokenStream>) {
        if let Some(braces) = group(branch.first(), Delimiter::Brace) {
            let chain = Self::in_block(braces, self.value.clone());
            self.statements.extend(chain.statements);
            return (chain.value, None);
        }
        if is_ident(branch.first(), "optional")
            && let Some(parentheses) = group(branch.get(1), Delimiter::Parenthesis)
        {
            self.statements.extend(head(&branch[..1]));
            let (output, _) = self.branch(&trees(parentheses.stream()));
            return (quote!(::core::option::Option::Some(#output)), None);
        }
        let names::Agents { statements, first } = names::agents(branch);
        self.statements.extend(statements);
        (output_of(first.as_ref()), first)
    }

    fn repeat(&mut self, inside: &[TokenTree], braces: &[TokenTree]) {
        let handoff = handoff();
        if let Some(braces) = group(braces.first(), Delimiter::Brace) {
            let chain = Self::in_block(braces, self.value.clone());
            self.statements.extend(chain.statements);
            self.value = chain.value;
        }
        let value = &self.value;
        self.statements.extend(literal("Repeat", &entries(inside, &[]), &|key, given| {
            if key == "until" {
                let until = if takes_two(&given) { quote!(until_round) } else { quote!(until) };
                let given = finished(&given);
                return quote!(#handoff::__private::editor::#until(&#value, #given));
            }
            expression(&given)
        }));
    }

    fn map(&mut self, inside: &[TokenTree]) {
        let (handoff, value) = (handoff(), &self.value);
        let closure = *commas(inside, false).first().unwrap_or(&inside);
        let closure = stream(at_next(closure).0);
        let given = finished(&closure);
        self.statements.extend(quote!(let _ = #handoff::__private::editor::map(#value, #given)));
        self.value = match copy_of::<Expr>(&closure) {
            Some(copy) => quote!(#handoff::__private::editor::mapped(#value, #copy)),
            None => unknown(),
        };
        self.open = Open::Made;
    }

    /// The arms of a `match`.
    fn branches(&mut self, keyword: &TokenTree, braces: &[TokenTree]) {
        let value = &self.value;
        let inside = braces.iter().find_map(|tree| group(Some(tree), Delimiter::Brace));
        let inside = inside.map(|braces| trees(braces.stream())).unwrap_or_default();
        let mut rest = inside.as_slice();
        let (mut arms, mut ends) = (TokenStream::new(), None);
        while !rest.is_empty() {
            let (pattern, after) = at_arrow(rest);
            // An arm that has no arrow yet ends at its comma.
            let Some(after) = after.filter(|_| commas(pattern, false).len() <= 1) else {
                let pattern = *commas(rest, false).first().unwrap_or(&rest);
                rest = rest.get(pattern.len() + 1..).unwrap_or_default();
                let pattern = stream(pattern);
                arms.extend(quote!(#pattern => loop {},));
                continue;
            };
            let part = binding(pattern);
            let begins = part.as_ref().map_or_else(|| value.clone(), copy_of_variable);
            let stages;
            if let Some(braces) = group(after.first(), Delimiter::Brace) {
                stages = trees(braces.stream());
                rest = &after[if is_punct(after.get(1), ',') { 2 } else { 1 }..];
            } else {
                let tokens = *commas(after, false).first().unwrap_or(&after);
                stages = tokens.to_vec();
                rest = after.get(tokens.len() + 1..).unwrap_or_default();
            }
            let mut chain = Self::of(&stages, begins);
            chain.comes_to(&unknown());
            let Self { statements, value: end, .. } = chain;
            let written = stream(pattern);
            arms.extend(quote!(#written => { #statements }));
            // What is handed on may depend on what the pattern binds.
            let is_bound = part.is_some_and(|part| mentions(&end, &part));
            ends = ends.or_else(|| {
                let pattern = copy_of_pattern(pattern).filter(|_| is_bound);
                match pattern {
                    Some(pattern) => Some(quote!(match #value { #pattern => #end, _ => loop {} })),
                    None => (!is_bound).then_some(end),
                }
            });
        }
        self.statements.extend(quote!(#keyword #value { #arms _ => loop {}, }));
        self.value = ends.unwrap_or_else(unknown);
    }
}

/// What is done with an item.
struct Works {
    statements: TokenStream,
    /// The agent that takes it.
    first: Option<TokenStream>,
    /// An expression of the type of what is made of it.
    made: TokenStream,
}

impl Works {
    /// `item` makes the item of the agent that takes it.
    fn on(worker: &[TokenTree], item: impl Fn(Option<&TokenStream>) -> TokenStream) -> Self {
        let Some(braces) = group(worker.first(), Delimiter::Brace) else {
            let names::Agents { statements, first } = names::agents(worker);
            return Self { statements, made: output_of(first.as_ref()), first };
        };
        let stages = trees(braces.stream());
        let first = Some(first_path(&stages)).filter(|path| is_path(path)).map(|path| aside(stream(path)));
        let Chain { statements, value, .. } = Chain::in_block(braces, item(first.as_ref()));
        Self { statements, first, made: value }
    }
}

/// A value of the type that an agent hands on.
fn output_of(path: Option<&TokenStream>) -> TokenStream {
    of_agent(path, &quote!(Output))
}

/// A value of a type that an agent declares.
fn of_agent(path: Option<&TokenStream>, ty: &TokenStream) -> TokenStream {
    let handoff = handoff();
    path.map_or_else(
        unknown,
        |path| quote!(#handoff::__private::editor::any::<<#path as #handoff::AgentSpec>::#ty>()),
    )
}

/// A value of a type that has been written, if it is one.
fn typed(ty: &TokenStream) -> TokenStream {
    let handoff = handoff();
    let copy = copy_of::<Type>(ty);
    copy.map_or_else(unknown, |ty| quote!(#handoff::__private::editor::any::<#ty>()))
}

/// A value of a type that nothing says.
fn unknown() -> TokenStream {
    let handoff = handoff();
    quote!(#handoff::__private::editor::any())
}

/// A copy of what is one, at no place of the user's: what is half written would spoil whatever it is copied into.
fn copy_of<T: syn::parse::Parse>(tokens: &TokenStream) -> Option<TokenStream> {
    syn::parse2::<T>(tokens.clone()).ok().map(|_| aside(tokens.clone()))
}

/// The pattern without its condition.
fn copy_of_pattern(pattern: &[TokenTree]) -> Option<TokenStream> {
    let end = pattern.iter().position(|tree| is_ident(Some(tree), "if")).unwrap_or(pattern.len());
    let pattern = stream(&pattern[..end]);
    Pat::parse_multi_with_leading_vert.parse2(pattern.clone()).ok().map(|_| aside(pattern))
}

fn copy_of_variable(name: &Ident) -> TokenStream {
    let (handoff, name) = (handoff(), aside(quote!(#name)));
    quote!(#handoff::__private::editor::copy(&#name))
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        tree => ident(Some(&tree)) == Some(name),
    })
}

/// The fields at the beginning: `plan.steps`.
fn field(of: &[TokenTree]) -> &[TokenTree] {
    let end = of.iter().position(|tree| match tree {
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        tree => !is_punct(Some(tree), '.'),
    });
    &of[..end.unwrap_or(of.len())]
}

fn is_closure(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), '|') || is_ident(tokens.first(), "move")
}

/// Whether a closure has a comma between its parameters.
fn takes_two(closure: &TokenStream) -> bool {
    let closure = trees(closure.clone());
    let parameters = closure.split(|tree| is_punct(Some(tree), '|')).nth(1).unwrap_or_default();
    commas(parameters, false).len() > 1
}

/// The path at the beginning.
fn first_path(stages: &[TokenTree]) -> &[TokenTree] {
    let end = stages
        .iter()
        .position(|tree| match tree {
            TokenTree::Ident(ident) => ident == "or" || ident == "as",
            tree => !is_punct(Some(tree), ':'),
        })
        .unwrap_or(stages.len());
    &stages[..end]
}

/// The one name that a pattern binds.
fn binding(pattern: &[TokenTree]) -> Option<Ident> {
    let end = pattern.iter().position(|tree| is_ident(Some(tree), "if")).unwrap_or(pattern.len());
    let mut names = Vec::new();
    bound(&pattern[..end], &mut names);
    match names.as_slice() {
        [name, others @ ..] if others.iter().all(|other| other == name) => Some(name.clone()),
        _ => None,
    }
}

fn bound(pattern: &[TokenTree], names: &mut Vec<Ident>) {
    for (index, tree) in pattern.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => bound(&trees(group.stream()), names),
            TokenTree::Ident(name) => {
                let next = pattern.get(index + 1);
                let is_field_or_path = is_punct(next, ':')
                    || index > 0 && is_pair(&pattern[index.saturating_sub(2)..], ':', ':');
                let is_call = matches!(next, Some(TokenTree::Group(_))) || is_punct(next, '!');
                let text = name.to_string();
                let is_keyword =
                    ["ref", "mut", "box", "_", "true", "false", "const"].contains(&text.as_str());
                if !(is_field_or_path || is_call || is_keyword || text.starts_with(char::is_uppercase)) {
                    names.push(name.clone());
                }
            }
            _ => {}
        }
    }
}
