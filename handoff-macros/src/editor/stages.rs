//! A pipeline, as statements: each stage as a call, and the value that flows as a variable of its type.

use super::arguments::{entries, expression, literal};
use super::tokens::{
    Trees, arrows, at_arrow, commas, copy_of_path, group, ident, is_ident, is_pair, is_path, is_punct,
    stream, trees,
};
use super::{handoff, probe};
use crate::fragments;
use crate::spans::local;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// What can be told of a pipeline by its tokens: `crate = path; #[attributes] pub name(Input) -> Output { stages }`,
/// as far as it goes.
#[derive(Default)]
pub struct Outline {
    pub krate: Option<TokenStream>,
    pub attributes: TokenStream,
    pub visibility: TokenStream,
    pub name: Option<Ident>,
    pub argument: Option<Ident>,
    pub input: TokenStream,
    pub output: TokenStream,
    stages: Trees,
}

impl Outline {
    pub fn of(tokens: TokenStream) -> Self {
        let all = trees(fragments::open(tokens));
        let mut rest = all.as_slice();
        let mut outline = Self::default();
        if is_ident(rest.first(), "crate") && is_punct(rest.get(1), '=') {
            let end = rest.iter().position(|tree| is_punct(Some(tree), ';')).unwrap_or(rest.len());
            outline.krate = Some(stream(&rest[2..end]));
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        while is_punct(rest.first(), '#') && group(rest.get(1), Delimiter::Bracket).is_some() {
            outline.attributes.extend(stream(&rest[..2]));
            rest = &rest[2..];
        }
        if is_ident(rest.first(), "pub") {
            let scoped = group(rest.get(1), Delimiter::Parenthesis).is_some();
            let (visibility, after) = rest.split_at(if scoped { 2 } else { 1 });
            outline.visibility = stream(visibility);
            rest = after;
        }
        if let Some(name) = ident(rest.first())
            && syn::parse2::<Ident>(stream(&rest[..1])).is_ok()
        {
            outline.name = Some(name.clone());
            rest = &rest[1..];
        }
        if let Some(input) = group(rest.first(), Delimiter::Parenthesis) {
            outline.input = input.stream();
            rest = &rest[1..];
        }
        if is_pair(rest, '-', '>') {
            rest = &rest[2..];
        }
        let braces = rest.iter().position(|tree| group(Some(tree), Delimiter::Brace).is_some());
        outline.output = stream(&rest[..braces.unwrap_or(rest.len())]);
        if let Some(braces) = braces.and_then(|at| group(rest.get(at), Delimiter::Brace)) {
            outline.stages = trees(fragments::open(braces.stream()));
        }
        outline
    }
}

/// The types of the header, and the stages.
pub fn pipeline(outline: &Outline) -> TokenStream {
    if !super::watches() {
        return TokenStream::new();
    }
    let Outline { krate: _, attributes: _, visibility: _, name: _, argument, input, output, stages } =
        outline;
    let (handoff, value) = (handoff(), value());
    let stages = chain(stages, Some(output));
    let argument =
        argument.as_ref().map(|name| quote!(let #name = #handoff::__private::editor::copy(&#value);));
    probe(&quote! {
        let #value = #handoff::__private::editor::any::<#input>();
        #argument
        let _ = #handoff::__private::editor::any::<#output>();
        #stages
    })
}

/// The value between two stages: the user's closures cannot see it.
fn value() -> Ident {
    local("value", Span::call_site())
}

/// Stages, one after the other; `end` is the type that the last one has to make, if it is known.
fn chain(stages: &[TokenTree], end: Option<&TokenStream>) -> TokenStream {
    let mut chain = Chain { statements: TokenStream::new(), open: Open::Nothing, branches: 0 };
    for stage in arrows(stages) {
        chain.stage(stage);
    }
    if let (Open::Made, Some(end)) = (&chain.open, end) {
        chain.comes_to(end);
    }
    chain.statements
}

/// What the last stage has left open.
#[derive(PartialEq)]
enum Open {
    Nothing,
    /// A `map`, whose type can depend on what follows.
    Made,
    /// A fan-out, whose barrier says what becomes of the results.
    FannedOut,
}

struct Chain {
    statements: TokenStream,
    open: Open,
    /// How many branches of joins and races have been several stages.
    branches: usize,
}

impl Chain {
    /// One stage, which need not be one.
    fn stage(&mut self, stage: &[TokenTree]) {
        let (stage, name) = match stage.iter().rposition(|tree| is_ident(Some(tree), "as")) {
            Some(at) if at > 0 => (&stage[..at], ident(stage.get(at + 1))),
            _ => (stage, None),
        };
        let open = std::mem::replace(&mut self.open, Open::Nothing);
        if is_ident(stage.first(), "match") {
            self.branches(&stage[0], &stage[1..]);
        } else if let Some(keyword) = ident(stage.first())
            && let Some(parentheses) = group(stage.get(1), Delimiter::Parenthesis)
        {
            self.statements.extend(head(&stage[..1]));
            let inside = trees(parentheses.stream());
            match keyword.to_string().as_str() {
                "gate" => {
                    let handoff = handoff();
                    self.statements
                        .extend(quote!({ use #handoff::__private::editor::gates::*; let _ = #parentheses; }));
                }
                "barrier" => self.barrier(&inside, &open),
                "fan_out" => self.fan_out(&inside, &stage[2..]),
                "join" => self.join(&inside, &open),
                "race" => self.race(&inside, &open),
                "repeat" => self.repeat(&inside, &stage[2..]),
                "map" => self.map(&inside),
                _ => {}
            }
        } else {
            self.agents(stage, &open);
        }
        if let Some(name) = name {
            let (handoff, value) = (handoff(), value());
            self.statements.extend(quote!(let #name = #handoff::__private::editor::copy(&#value);));
        }
    }

    /// `plan or plan_simple`: what the first one hands on.
    fn agents(&mut self, stage: &[TokenTree], open: &Open) {
        let mut output = None;
        for (index, path) in stage.split(|tree| is_ident(Some(tree), "or")).enumerate() {
            self.statements.extend(agent(path));
            if index == 0 && is_path(path) {
                output = Some(copy_of_path(path));
            }
        }
        if let (Open::Made, Some(path)) = (open, &output) {
            let handoff = handoff();
            self.comes_to(&quote!(<#path as #handoff::AgentSpec>::Input));
        }
        self.becomes(&output_of(output.as_ref()));
    }

    fn becomes(&mut self, what: &TokenStream) {
        let value = value();
        self.statements.extend(quote!(let #value = #what;));
    }

    /// Tells what the value is where it could be several things.
    fn comes_to(&mut self, ty: &TokenStream) {
        let value = value();
        self.statements.extend(quote!(let _: #ty = #value;));
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
            let (handoff, value) = (handoff(), value());
            self.becomes(&quote!(#handoff::__private::editor::partial(#value)));
        }
    }

    fn fan_out(&mut self, inside: &[TokenTree], worker: &[TokenTree]) {
        let (handoff, value, item) = (handoff(), value(), local("item", Span::call_site()));
        let of = *commas(inside, false).first().unwrap_or(&inside);
        let options = entries(inside.get(of.len() + 1..).unwrap_or_default(), &[]);
        let chosen = is_closure(of);
        let copy = quote!(#handoff::__private::editor::copy(&#value));
        let works = match group(worker.first(), Delimiter::Brace) {
            Some(braces) => {
                let stages = trees(braces.stream());
                let first = ident(stages.first()).map(|_| first_path(&stages)).filter(|path| is_path(path));
                let input = first.map(copy_of_path);
                Works { statements: chain(&stages, None), input, is_chain: true }
            }
            None => Works {
                statements: agent(worker),
                input: is_path(worker).then(|| copy_of_path(worker)),
                is_chain: false,
            },
        };
        let input = of_agent(works.input.as_ref(), &quote!(Input));
        let works_on = |begins: &TokenStream| {
            let Works { statements, input, is_chain } = &works;
            let end = if *is_chain { quote!(#value) } else { output_of(input.as_ref()) };
            quote! {
                let #value = {
                    let #value = #begins;
                    #statements
                    #end
                };
            }
        };
        // What is copied of the agents comes after them, and what a chain begins with before it.
        let before = local("before", Span::call_site());
        self.statements.extend(quote!(let #before = #copy;));
        if chosen {
            let of = stream(of);
            self.statements.extend(works_on(&quote!(loop {})));
            self.statements.extend(quote! {
                let #item = #input;
                let _ = #handoff::__private::editor::chosen(#before, &#item, #of);
            });
        } else {
            let of = stream(of);
            self.statements.extend(quote!(let _ = #before.#of;));
            let items = if of.is_empty() { quote!(loop {}) } else { quote!(#before.#of) };
            self.statements.extend(quote!(let #item = #handoff::__private::editor::item(#items);));
            self.statements.extend(works_on(&quote!(#handoff::__private::editor::copy(&#item))));
        }
        self.statements.extend(literal("FanOut", &options, &|key, given| {
            if key == "label" {
                return quote!(#handoff::__private::editor::label(&#item, #given));
            }
            if key == "recover" {
                return quote!(#handoff::__private::editor::recover(&#item, &#value, #given));
            }
            expression(&given)
        }));
        let keeps = options.has("keep");
        let result = if keeps { quote!((#item, #value)) } else { quote!(#value) };
        self.becomes(&quote!(#handoff::__private::editor::list(#result)));
        self.open = Open::FannedOut;
    }

    fn join(&mut self, inside: &[TokenTree], open: &Open) {
        let outputs = self.outputs(inside, open);
        self.becomes(&quote!((#(#outputs,)*)));
    }

    fn race(&mut self, inside: &[TokenTree], open: &Open) {
        let first = self.outputs(inside, open).into_iter().next();
        self.becomes(&first.unwrap_or_else(|| quote!(loop {})));
    }

    /// What the branches of a join or a race hand on.
    fn outputs(&mut self, inside: &[TokenTree], open: &Open) -> Vec<TokenStream> {
        let (mut outputs, mut first) = (Vec::new(), None);
        for branch in commas(inside, false) {
            let output = self.branch(branch);
            outputs.push(output);
            let path = first_path(branch);
            // Not `optional(…)`.
            let is_agent = is_path(path) && !matches!(branch.get(path.len()), Some(TokenTree::Group(_)));
            first = first.or_else(|| is_agent.then(|| copy_of_path(path)));
        }
        if let (Open::Made, Some(path)) = (open, &first) {
            let handoff = handoff();
            self.comes_to(&quote!(<#path as #handoff::AgentSpec>::Input));
        }
        // The next one, where it would be.
        if inside.is_empty() || is_punct(inside.last(), ',') {
            self.statements.extend(agent(&[]));
        }
        outputs
    }

    /// A branch of a join or a race: what it hands on.
    fn branch(&mut self, branch: &[TokenTree]) -> TokenStream {
        if let Some(braces) = group(branch.first(), Delimiter::Brace) {
            let (handoff, value, made) = (handoff(), value(), local("branch", Span::call_site()));
            let made = Ident::new(&format!("{made}{}", self.branches), made.span());
            self.branches += 1;
            let stages = chain(&trees(braces.stream()), None);
            self.statements.extend(quote! {
                let #made = {
                    let #value = #handoff::__private::editor::copy(&#value);
                    #stages
                    #value
                };
            });
            return quote!(#made);
        }
        if is_ident(branch.first(), "optional")
            && let Some(parentheses) = group(branch.get(1), Delimiter::Parenthesis)
        {
            self.statements.extend(head(&branch[..1]));
            let output = self.branch(&trees(parentheses.stream()));
            return quote!(::core::option::Option::Some(#output));
        }
        let mut output = None;
        for (index, path) in branch.split(|tree| is_ident(Some(tree), "or")).enumerate() {
            self.statements.extend(agent(path));
            if index == 0 && is_path(path) {
                output = Some(copy_of_path(path));
            }
        }
        output_of(output.as_ref())
    }

    fn repeat(&mut self, inside: &[TokenTree], braces: &[TokenTree]) {
        let (handoff, value) = (handoff(), value());
        if let Some(braces) = group(braces.first(), Delimiter::Brace) {
            let stages = chain(&trees(braces.stream()), None);
            self.statements.extend(quote!(let #value = { #stages #value };));
        }
        self.statements.extend(literal("Repeat", &entries(inside, &[]), &|key, given| {
            if key == "until" {
                let until = if takes_two(&given) { quote!(until_round) } else { quote!(until) };
                return quote!(#handoff::__private::editor::#until(&#value, #given));
            }
            expression(&given)
        }));
    }

    fn map(&mut self, inside: &[TokenTree]) {
        let (handoff, value, closure) = (handoff(), value(), stream(inside));
        self.becomes(&quote!(#handoff::__private::editor::map(#value, #closure)));
        self.open = Open::Made;
    }

    /// The arms of a `match`.
    fn branches(&mut self, keyword: &TokenTree, braces: &[TokenTree]) {
        let (handoff, value) = (handoff(), value());
        let inside = braces.iter().find_map(|tree| group(Some(tree), Delimiter::Brace));
        let inside = inside.map(|braces| trees(braces.stream())).unwrap_or_default();
        let mut rest = inside.as_slice();
        let mut arms = TokenStream::new();
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
            let stages;
            if let Some(braces) = group(after.first(), Delimiter::Brace) {
                stages = chain(&trees(braces.stream()), None);
                rest = &after[if is_punct(after.get(1), ',') { 2 } else { 1 }..];
            } else {
                let tokens = *commas(after, false).first().unwrap_or(&after);
                stages = chain(tokens, None);
                rest = after.get(tokens.len() + 1..).unwrap_or_default();
            }
            let begins = match binding(pattern) {
                Some(part) => quote!(let #value = #part;),
                None => TokenStream::new(),
            };
            let pattern = stream(pattern);
            arms.extend(quote!(#pattern => { #begins #stages #value }));
        }
        self.becomes(&quote! {
            #keyword #handoff::__private::editor::copy(&#value) {
                #arms
                _ => loop {},
            }
        });
    }
}

/// What is done with an item.
struct Works {
    statements: TokenStream,
    /// The agent that takes it, or the only one.
    input: Option<TokenStream>,
    is_chain: bool,
}

/// A stage's name, and those of the stages that are no agents.
fn head(name: &[TokenTree]) -> TokenStream {
    let (handoff, called) = (handoff(), called(name));
    quote!({ use #handoff::__private::editor::stages::*; #called })
}

/// A name as that of a function which is called: whoever completes it writes no parentheses. It is not compiled, because
/// an agent may take more than its input, and a pipeline takes nothing.
fn called(name: &[TokenTree]) -> TokenStream {
    let name = stream(name);
    quote!(#[cfg(any())] let _ = #name(loop {});)
}

/// The names of agents, with commas between them.
pub fn list(agents: &[TokenTree]) -> TokenStream {
    let mut names = commas(agents, false);
    // The next one, where it would be.
    if agents.is_empty() || is_punct(agents.last(), ',') {
        names.push(&[]);
    }
    let names = names.into_iter().map(|name| {
        let (called, itself) = (called(name), itself(name));
        quote!(#called #itself)
    });
    quote!({ #(#names)* })
}

/// The name of an agent, and the agent itself if it can be one.
fn agent(path: &[TokenTree]) -> TokenStream {
    let (head, itself) = (head(path), itself(path));
    quote!(#head #itself)
}

fn itself(path: &[TokenTree]) -> Option<TokenStream> {
    is_path(path).then(|| {
        let path = stream(path);
        quote!(let _ = #path;)
    })
}

/// A value of the type that an agent hands on.
fn output_of(path: Option<&TokenStream>) -> TokenStream {
    of_agent(path, &quote!(Output))
}

/// A value of a type that an agent declares.
fn of_agent(path: Option<&TokenStream>, ty: &TokenStream) -> TokenStream {
    let handoff = handoff();
    path.map_or_else(
        || quote!(loop {}),
        |path| quote!(#handoff::__private::editor::any::<<#path as #handoff::AgentSpec>::#ty>()),
    )
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
