//! Calls as an editor expands them: with the cursor anywhere, and with an identifier at the cursor.

mod half_typed;
mod places;

use super::view::{self, View};
use super::{MARKER, Outline};
use crate::{agent, contract, pipeline};
use expect_test::{ExpectFile, expect_file};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::ops::Range;

const CURSOR: char = '§';

/// A call of one of the macros.
#[derive(Clone, Copy, Debug)]
enum Macro {
    Agent,
    Contract,
    Pipeline,
}

/// The call: for an attribute, `#[arguments] item` without the name of the macro.
#[derive(Clone)]
struct Call {
    of: Macro,
    arguments: TokenStream,
    item: TokenStream,
}

impl Call {
    /// `None` where the text is no tokens, as with a parenthesis that is not closed.
    fn read(of: Macro, text: &str) -> Option<Self> {
        let tokens: TokenStream = text.parse().ok()?;
        let Macro::Pipeline = of else {
            let mut rest = tokens.into_iter().skip(1);
            let Some(TokenTree::Group(arguments)) = rest.next() else { return None };
            return Some(Self { of, arguments: arguments.stream(), item: rest.collect() });
        };
        Some(Self { of, arguments: TokenStream::new(), item: tokens })
    }

    fn expand(self) -> TokenStream {
        match self.of {
            Macro::Agent => agent::agent(&self.arguments, &self.item),
            Macro::Contract => contract::contract(&self.arguments, &self.item),
            Macro::Pipeline => pipeline::pipeline(self.item),
        }
    }
}

/// A token, and where it is in what was read; generated ones are at 0.
#[derive(Clone, Debug)]
struct Token {
    text: String,
    place: Range<usize>,
}

fn flat(tokens: TokenStream, into: &mut Vec<Token>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                into.push(Token { text: open.into(), place: group.span_open().byte_range() });
                flat(group.stream(), into);
                into.push(Token { text: close.into(), place: group.span_close().byte_range() });
            }
            tree => into.push(Token { text: tree.to_string(), place: tree.span().byte_range() }),
        }
    }
}

fn flattened(tokens: TokenStream) -> Vec<Token> {
    let mut flat_tokens = Vec::new();
    flat(tokens, &mut flat_tokens);
    flat_tokens
}

fn text(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Expands with and without an identifier at the cursor, and shows what stands around it.
fn complete(of: Macro, written: &str) -> String {
    let (with, at) = expanded_at_cursor(of, written);
    text(&with[at.saturating_sub(3)..(at + 3).min(with.len())]).replace(MARKER, "§")
}

/// What an editor is shown with an identifier at the cursor, and where the identifier is; without it there is the same
/// place.
fn expanded_at_cursor(of: Macro, written: &str) -> (Vec<Token>, usize) {
    assert_eq!(written.matches(CURSOR).count(), 1, "one cursor: {written}");
    let read = |text: &str| Call::read(of, text).unwrap_or_else(|| panic!("no tokens: {text}"));
    let without = read(&written.replace(CURSOR, "")).expand();
    let with = read(&written.replace(CURSOR, MARKER)).expand();
    // The text of the file that the call expands to, and of what the choice in it expands to.
    let views: [fn(TokenStream) -> TokenStream; 2] =
        [|tokens| tokens, |tokens| view::of(tokens, View::Editor)];
    let mut seen = None;
    for view in views {
        let (with, without) = (flattened(view(with.clone())), flattened(view(without.clone())));
        let Some(at) = with.iter().position(|token| token.text.contains(MARKER)) else {
            panic!("the cursor is lost: {written}\n{}", text(&with));
        };
        let (before, same) = (text(&with[..at]), text(&without[..at.min(without.len())]));
        assert_eq!(same, before, "the text before the cursor depends on the cursor: {written}");
        // A literal is looked for where it is in the other expansion.
        if let Some(begins) = literal_around(&with, at) {
            let (longer, length) = (length_of_group(&with, begins), length_of_group(&without, begins));
            assert!(
                longer <= length + MARKER.len(),
                "the identifier makes a literal longer by more than itself: {written}\n{}\n{}",
                text(&with[begins..]),
                text(&without[begins..]),
            );
        }
        seen = Some((with, at));
    }
    seen.expect("an expansion")
}

/// Where the literal of a struct begins whose field's name stands here.
fn literal_around(tokens: &[Token], at: usize) -> Option<usize> {
    let begins = group_around(tokens, at)?;
    let is_literal = tokens[begins].text == "{" && tokens[begins - 1].text.starts_with(char::is_uppercase);
    (is_literal && ["{", ","].contains(&tokens[at - 1].text.as_str())).then_some(begins)
}

/// Where the group opens that a token stands in.
fn group_around(tokens: &[Token], at: usize) -> Option<usize> {
    let mut closed = 0_usize;
    tokens[..at].iter().rposition(|token| match token.text.as_str() {
        ")" | "}" | "]" => {
            closed += 1;
            false
        }
        "(" | "{" | "[" if closed == 0 => true,
        "(" | "{" | "[" => {
            closed -= 1;
            false
        }
        _ => false,
    })
}

/// How much text a group is, without spaces.
fn length_of_group(tokens: &[Token], begins: usize) -> usize {
    let (mut depth, mut length) = (0, 0);
    for token in &tokens[begins..] {
        length += token.text.len();
        match token.text.as_str() {
            "(" | "{" | "[" => depth += 1,
            ")" | "}" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    length
}

/// Each call completes, and what stands around the cursor tells what is offered there.
fn all_complete(of: Macro, cases: &[&str], call: impl Fn(&str) -> String, expected: &ExpectFile) {
    let width = cases.iter().map(|written| written.chars().count()).max().unwrap_or_default();
    let lines = cases.iter().map(|written| format!("{written:width$}  {}\n", complete(of, &call(written))));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn arguments_of_an_agent() {
    let cases = [
        "§",
        "inp§",
        "input = §",
        "input = Ques§",
        "input = Map<§>, output = Plan",
        "input = Map<String, Pl§>, output = Plan",
        "input = Question, §",
        "input = Question, out§, role = planner",
        "input = , out§",
        "role = §",
        "role = pl§, retries = 2",
        "role planner, ret§",
        "input_budget = LIM§",
        "crate = han§",
    ];
    all_complete(
        Macro::Agent,
        &cases,
        |arguments| format!("#[{arguments}] pub async fn plan(question: Question) -> Plan {{ todo }}"),
        &expect_file!["../../../snapshots/editor/agent_arguments.txt"],
    );
}

#[test]
fn functions_of_agents() {
    let cases = [
        "async fn plan(question: Qu§) -> Plan { todo }",
        "async fn plan(question: §) -> Plan { todo }",
        "async fn plan(question: Question, §) -> Plan { todo }",
        "async fn plan(question: Question) -> § { todo }",
        "async fn plan(question: Question) -> Plan { question. § }",
        "async fn plan(question: Question) -> Plan { let x = ; que§ }",
        "fn plan() -> Plan { que§ }",
    ];
    all_complete(
        Macro::Agent,
        &cases,
        |function| format!("#[role = planner] {function}"),
        &expect_file!["../../../snapshots/editor/agent_functions.txt"],
    );
}

#[test]
fn contracts() {
    let cases = [
        "#[§] pub struct Plan { steps: Vec<String> }",
        "#[op§] pub struct Plan { steps: Vec<String> }",
        "#[open, max_tokens = LI§] pub struct Plan { steps: Vec<String> }",
        "#[] pub struct Plan { #[check(§)] steps: Vec<String> }",
        "#[] pub struct Plan { #[check(le§)] steps: Vec<String> }",
        "#[] pub struct Plan { #[check(len(1..=MO§))] steps: Vec<String> }",
        "#[] pub struct Plan { #[check(len(1..=8), §)] steps: Vec<String>, more: u8 }",
        "#[] pub struct Plan { #[check(each(len(1..), un§))] steps: Vec<String> }",
        "#[] pub struct Plan { #[check(with(crate::check_§))] steps: Vec<String> }",
        "#[] pub enum Triage { Billing { #[check(ra§)] number: u8 } }",
        "#[] pub struct Plan { #[§] steps: Vec<String> }",
        "#[] pub struct Plan { #[che§] steps: Vec<String>, #[check(range(1..))] more: u8 }",
        "#[] pub enum Triage { Billing(#[conf§] f64) }",
        "#[] pub struct Plan { #[check(len(1..=§))] steps: Vec<String> }",
        "#[] pub struct Plan { #[check(len(1..=8))] steps: Vec<Str§>, #[confidence] sure: f64 }",
        "#[] pub struct Plan { #[check(len(1..=8))] steps: §, #[confidence] sure: f64 }",
        "#[] #[derive(Clone)] pub struct Plan { steps: Vec<String>, sure: § }",
        "#[] pub enum Triage { Billing(Tick§), Outage { what: String } }",
        "#[] pub enum Triage { Billing { what: § } }",
    ];
    all_complete(
        Macro::Contract,
        &cases,
        str::to_owned,
        &expect_file!["../../../snapshots/editor/contract.txt"],
    );
}

#[test]
fn headers_of_pipelines() {
    let cases = [
        "pub research(§)",
        "pub research(Ques§)",
        "pub research(question: Ques§)",
        "pub research(Question) -> §",
        "pub research(Question) -> Rep§ { plan }",
        "pub research(Question) -> § { plan }",
        "crate = han§; pub research(Question) -> Report { plan }",
    ];
    all_complete(
        Macro::Pipeline,
        &cases,
        str::to_owned,
        &expect_file!["../../../snapshots/editor/pipeline_header.txt"],
    );
}

#[test]
fn stages() {
    let cases = [
        "§",
        "pl§",
        "plan => §",
        "plan => § => merge",
        "plan => wo§",
        "plan => agents::§",
        "plan => agents::wo§ => merge",
        "plan => ga§(confidence >= 0.6)",
        "plan => gate(§)",
        "plan => gate(conf§)",
        "plan => gate(confidence >= §)",
        "plan => gate(confidence >= MIN§) => merge",
        "plan => fan_out(§)",
        "plan => fan_out(sub§)",
        "plan => fan_out(sub§) work => barrier(all)",
        "plan => fan_out(subtasks, §) work",
        "plan => fan_out(subtasks, ma§) work => barrier(all)",
        "plan => fan_out(subtasks, max = LIM§) work => barrier(all)",
        "plan => fan_out(subtasks, max = 8, label = |task| task.§) work => barrier(all)",
        "plan => fan_out(subtasks, recover = as_§) work => barrier(all)",
        "plan => fan_out(subtasks) §",
        "plan => fan_out(subtasks) wo§ => barrier(all)",
        "plan => fan_out(|plan| plan.§) work => barrier(all)",
        "plan => fan_out(|plan| plan.subtasks) wo§ => barrier(all)",
        "plan => fan_out(subtasks) { read => ex§ } => barrier(all)",
        "plan => fan_out(|plan| plan.§) { read => extract } => barrier(all)",
        "plan => fan_out(subtasks) work => barrier(§)",
        "plan => fan_out(subtasks) work => barrier(al§) => merge",
        "plan => fan_out(subtasks) work => barrier(at_least = QUO§%) => merge",
        "plan => fan_out(subtasks) work => barrier(all, dead§) => merge",
        "plan => join(§)",
        "plan => join(legal, §)",
        "plan => join(legal, sec§) => sign",
        "plan => join({ read => ex§ }, legal) => sign",
        "plan => join({ map(|plan| plan.§) => read }, legal) => sign",
        "plan => join(legal or sec§, cost) => sign",
        "plan => join(legal, opt§(style)) => sign",
        "plan => join(legal, optional(sty§)) => sign",
        "plan => repeat(§)",
        "plan => repeat(max = 3, until = |draft| draft.§) { critique => revise } => merge",
        "plan => repeat(until = |draft, round| draft.§, else = last) { critique => revise }",
        "plan => repeat(max = 3, until = |draft| draft.approved, el§) { critique }",
        "plan => repeat(max = 3, until = |draft| draft.approved) { § }",
        "plan => repeat(max = 3, until = |draft| draft.approved) { critique => re§ } => merge",
        "plan => map(§)",
        "plan => map(|plan| plan.§) => work",
        "plan => map(|plan| -> (Step, Step) { plan.§ }) => work",
        "triage => match { § }",
        "triage => match { Triage::Bil§ }",
        "triage => match { Triage::Billing(t) => § }",
        "triage => match { Triage::Billing(t) => bill§, Triage::Outage(o) => page => resolve }",
        "triage => match { Triage::Billing(t) => billing, Triage::Out§ }",
        "triage => match { Triage::Billing(t) if t.§ => billing, _ => other }",
        "triage => match { Triage::Billing(t) => { billing => § }, _ => other } => sign",
        "plan as first => work => map(|work| fir§) => merge",
        "plan or §",
        "plan or plan_sim§ => merge",
        "plan -> work => mer§",
        "plan => unheard_of(1) => mer§",
    ];
    all_complete(
        Macro::Pipeline,
        &cases,
        |stages| format!("/// Works.\npub research(Question) -> Report {{ {stages} }}"),
        &expect_file!["../../../snapshots/editor/pipeline_stages.txt"],
    );
}

/// Calls that are right, and what they name.
const VALID: [(Macro, &str); 6] = [
    (
        Macro::Agent,
        "#[input = SubTask, output = Vec<Finding>, role = worker, input_budget = 4_000, timeout = \"30s\", crate = ours]
        /// Works.
        #[cfg(feature = \"work\")]
        pub async fn work(task: SubTask, State(model): State<Model>, cx: Context) -> Result<Reply, Failed> {
            model.ask(&task, cx.violations()).await
        }",
    ),
    (Macro::Agent, "#[role = planner] async fn plan(question: Question) -> Plan { Plan::of(question) }"),
    (
        Macro::Contract,
        "#[open, max_tokens = LIMIT] pub struct Plan {
            #[check(len(1..=MOST))] pub steps: Vec<String>,
            #[confidence] pub confidence: f64,
        }",
    ),
    (Macro::Contract, "#[] enum Triage { Billing(Ticket), Outage { #[check(range(..5))] grade: u8 }, Other }"),
    (
        Macro::Pipeline,
        "crate = ours; /// Works.
        pub research(Question) -> Report {
            plan as first => gate(confidence >= MIN) => fan_out(subtasks, max = 8, label = |task| task.id.clone()) agents::work
                => barrier(at_least = 80%, deadline = \"30s\") => merge or other
                => repeat(max = 3, until = |draft| draft.good) { critique => revise } => map(|draft| draft.text)
        }",
    ),
    (
        Macro::Pipeline,
        "support(Ticket) -> (Legal, Cost) {
            triage => match { Triage::Billing(t) if t.old => bill, Triage::Outage(o) => { page => resolve } _ => other }
                => fan_out(|all| all.parts) { read => extract } => barrier(all) => join(legal, cost)
        }",
    ),
];

/// All beginnings of some tokens, with what is open closed.
fn beginnings(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut beginnings = vec![TokenStream::new()];
    let mut before = TokenStream::new();
    for tree in tokens.clone() {
        if let TokenTree::Group(group) = &tree {
            for inside in beginnings_inside(group) {
                let mut beginning = before.clone();
                beginning.extend([TokenTree::from(inside)]);
                beginnings.push(beginning);
            }
        }
        before.extend([tree]);
        beginnings.push(before.clone());
    }
    beginnings
}

fn beginnings_inside(group: &Group) -> Vec<Group> {
    let inside = |tokens| {
        let mut begun = Group::new(group.delimiter(), tokens);
        begun.set_span(group.span());
        begun
    };
    beginnings(&group.stream()).into_iter().map(inside).collect()
}

/// However little has been written of a call, it expands, the item and the names in it are there, and so is every
/// name that has been written, at its place, which nothing else has.
#[test]
fn whatever_has_been_written_is_there() {
    for (of, written) in VALID {
        let whole = Call::read(of, written).expect("tokens");
        let items = beginnings(&whole.item).into_iter().map(|item| Call { item, ..whole.clone() });
        let arguments =
            beginnings(&whole.arguments).into_iter().map(|arguments| Call { arguments, ..whole.clone() });
        for call in items.chain(arguments) {
            is_there(&call);
        }
    }
}

fn is_there(call: &Call) {
    let mut written = flattened(call.arguments.clone());
    flat(call.item.clone(), &mut written);
    let shown = text(&written);
    let expanded = call.clone().expand();
    let editor = flattened(view::of(expanded.clone(), View::Editor));
    let name = match call.of {
        // The function or the type stands as it is.
        Macro::Agent | Macro::Contract => None,
        Macro::Pipeline => match Outline::of(call.item.clone()).name {
            Some(name) => Some(name.to_string()),
            None => return,
        },
    };
    if let Some(name) = name {
        for item in [format!("struct {name} {{"), format!("fn {name} ( )")] {
            assert!(text(&editor).contains(&item), "`{item}` is lost: {shown}");
        }
    }
    for token in &written {
        // These have no meaning but to the macro.
        let is_word = ["crate", "as", "or", "pub", "doc"].contains(&token.text.as_str());
        if is_name(token) && !is_word {
            let found = editor.iter().any(|other| other.place == token.place && other.text == token.text);
            assert!(found, "`{}` is lost: {shown}\n{}", token.text, text(&editor));
        }
    }
}

/// What is generated stands at no name of the user's: whoever asks what a name is would be told of all that does.
#[test]
fn nothing_else_stands_at_a_name() {
    for (of, written) in VALID {
        let call = Call::read(of, written).expect("tokens");
        let mut written = flattened(call.arguments.clone());
        flat(call.item.clone(), &mut written);
        let expanded = call.expand();
        // What is dropped is explained as well; what is left out is not.
        let expanded = flattened(match of {
            Macro::Contract => view::of(expanded, View::Editor),
            Macro::Agent | Macro::Pipeline => expanded,
        });
        for token in written.iter().filter(|token| is_name(token)) {
            let others: Vec<_> = expanded
                .iter()
                .filter(|other| other.place == token.place && other.text != token.text && is_name(other))
                // Errors belong here.
                .filter(|other| !["core", "compile_error"].contains(&other.text.as_str()))
                .map(|other| other.text.as_str())
                .collect();
            assert!(others.is_empty(), "{others:?} stand at `{}` of {}", token.text, text(&written));
        }
    }
}

/// What the user writes an expression beside is offered in it: no variable, function or import of ours is.
#[test]
fn nothing_else_can_be_named() {
    for (of, written) in VALID {
        let call = Call::read(of, written).expect("tokens");
        let editor = flattened(view::of(call.expand(), View::Editor));
        let probe = editor.windows(4).position(|tokens| text(tokens) == "fn ( ) =").expect("the probe");
        let ends = probe + length_in_tokens(&editor[probe..]);
        for tokens in editor[..ends].windows(2) {
            let declares = ["let", "fn", "static", "const", "mod"].contains(&tokens[0].text.as_str());
            let is_ours = tokens[1].place.is_empty() && is_name(&tokens[1]);
            let is_named = declares && is_ours && !["_", "fn"].contains(&tokens[1].text.as_str());
            let is_private = tokens[1].text.starts_with("__") && tokens[1].text != "__private";
            assert!(!is_named && !is_private, "`{}` is offered in {}", text(tokens), text(&editor[..ends]));
        }
    }
}

/// How many tokens there are up to the end of the first block.
fn length_in_tokens(tokens: &[Token]) -> usize {
    let begins = tokens.iter().position(|token| token.text == "{").expect("a block");
    let mut depth = 0;
    let end = tokens[begins..].iter().position(|token| {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    begins + end.expect("an end")
}

/// What is declared stands at its name once for each of its items, a type and a function: an editor shows all that does.
#[test]
fn a_name_is_told_once() {
    for (of, written, name) in [
        (Macro::Pipeline, "pub research(Question) -> Report { plan => merge }", "research"),
        (Macro::Pipeline, "research(Question) -> Report { plan -> merge }", "research"),
        (Macro::Agent, "#[] pub async fn plan(question: Question) -> Plan { todo }", "plan"),
    ] {
        let expanded = Call::read(of, written).expect("tokens").expand();
        let place = written.find(name).expect("the name");
        let mut editor = flattened(view::of(expanded, View::Editor));
        editor.retain(|token| token.place == (place..place + name.len()) && token.text == name);
        assert_eq!(editor.len(), 2, "{written}");
    }
}

fn is_name(token: &Token) -> bool {
    token.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}
