//! What is offered where: every word that has a meaning somewhere, at empty places too.

use super::{CURSOR, Call, Macro, Token, expanded_at_cursor, group_around, literal_around};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::ext::IdentExt as _;
use syn::{File, Item};

type Names = BTreeSet<String>;

/// Places of one kind: calls that are wrong there, whose errors say which words there are, and calls with the cursor.
const PLACES: [(Macro, &[&str], &[&str]); 8] = [
    (
        Macro::Agent,
        &["#[zzzz] async fn plan(question: Question) -> Plan { todo }"],
        &[
            "#[§] async fn plan(question: Question) -> Plan { todo }",
            "#[ti§] async fn plan(question: Question) -> Plan { todo }",
            "#[role = planner, §] async fn plan(question: Question) -> Plan { todo }",
            "#[role = planner, §, retries = 2] async fn plan(question: Question) -> Plan { todo }",
            "#[signal, §] async fn plan(question: Question) -> Plan;",
            "#[tools(look_up), §] async fn plan(question: Question) -> Plan;",
            "#[input = Map<String, u8>, §] async fn plan(question: Map<String, u8>) -> Plan { todo }",
        ],
    ),
    (
        Macro::Agent,
        &["#[role = zzzz] async fn plan(question: Question) -> Plan { todo }"],
        &[
            "#[role = §] async fn plan(question: Question) -> Plan { todo }",
            "#[role = pl§, retries = 2] async fn plan(question: Question) -> Plan { todo }",
        ],
    ),
    (
        Macro::Contract,
        &["#[zzzz] struct Plan { steps: Vec<String> }"],
        &[
            "#[§] struct Plan { steps: Vec<String> }",
            "#[op§] struct Plan { steps: Vec<String> }",
            "#[open, §] struct Plan { steps: Vec<String> }",
            "#[§, max_tokens = 8] enum Plan { Some(String), Other }",
        ],
    ),
    (
        Macro::Contract,
        &["#[] struct Plan { #[check(zzzz)] steps: Vec<String> }"],
        &[
            "#[] struct Plan { #[check(§)] steps: Vec<String> }",
            "#[] struct Plan { #[check(le§)] steps: Vec<String> }",
            "#[] struct Plan { #[check(len(1..), §)] steps: Vec<String>, more: u8 }",
            "#[] struct Plan { #[check(each(§))] steps: Vec<String> }",
            "#[] struct Plan { #[check(each(len(1..), §))] steps: Vec<String> }",
            "#[] enum Plan { Some(#[check(§)] u8) }",
        ],
    ),
    (
        Macro::Pipeline,
        &["research(Question) -> Report { 5 }"],
        &[
            "research(Question) -> Report { §(1) => merge }",
            "research(Question) -> Report { § }",
            "research(Question) -> Report { plan => § }",
            "research(Question) -> Report { plan => § => merge }",
            "research(Question) -> Report { triage => match { Some(plan) => §, _ => other } }",
            "research(Question) -> Report { triage => match { Some(plan) => { plan => § } _ => other } }",
            "research(Question) -> Report { plan => repeat(max = 3) { § } }",
            "research(Question) -> Report { plan => fan_out(steps) { § } => barrier(all) }",
            "research(Question) -> Report { plan => join({ § }, legal) }",
        ],
    ),
    (
        Macro::Pipeline,
        &["research(Question) -> Report { plan => fan_out(steps, zzzz) work => barrier(all) => merge }"],
        &[
            "research(Question) -> Report { plan => fan_out(steps, §) work => barrier(all) => merge }",
            "research(Question) -> Report { plan => fan_out(steps, ke§) work => barrier(all) => merge }",
            "research(Question) -> Report { plan => fan_out(steps, max = 8, §) work => barrier(all) }",
            "research(Question) -> Report { plan => fan_out(steps, §, max = 8) { read => work } => barrier(all) }",
            "research(Question) -> Report { plan => fan_out(|plan| plan.steps, §) work => barrier(all) }",
            "research(Question) -> Report { plan => fan_out(steps, §) }",
        ],
    ),
    (
        Macro::Pipeline,
        &[
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(zzzz) => merge }",
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(all, zzzz) => merge }",
        ],
        &[
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(all, §) => merge }",
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(§) => merge }",
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(al§) => merge }",
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(at_least = 80%, §) }",
            "research(Question) -> Report { plan => fan_out(steps) work => barrier(§, deadline = \"30s\") }",
        ],
    ),
    (
        Macro::Pipeline,
        &["research(Question) -> Report { plan => repeat(zzzz) { critique } => merge }"],
        &[
            "research(Question) -> Report { plan => repeat(§) { critique } => merge }",
            "research(Question) -> Report { plan => repeat(un§) { critique } => merge }",
            "research(Question) -> Report { plan => repeat(max = 3, §) { critique } => merge }",
            "research(Question) -> Report { plan => repeat(max = 3, until = |plan| plan.done, §) { critique } }",
            "research(Question) -> Report { plan => repeat(§) }",
        ],
    ),
];

/// Whatever an error says there is, an editor offers.
#[test]
fn every_word_is_offered_at_its_places() {
    let documented = syn::parse_file(include_str!("../../../../handoff/src/editor.rs")).expect("Rust");
    for (of, wrong, places) in PLACES {
        let known: Names = wrong.iter().flat_map(|wrong| told(of, wrong)).collect();
        assert!(known.len() > 1, "no words are told: {wrong:?}: {known:?}");
        for place in places {
            let (tokens, at) = expanded_at_cursor(of, place);
            let offered = offered(&documented, &tokens, at);
            let missing: Vec<_> = known.difference(&offered).collect();
            assert!(missing.is_empty(), "{missing:?} are not offered: {place}");
            if literal_around(&tokens, at).is_some() {
                assert_eq!(offered, known, "what is offered, and what there is: {place}");
            }
        }
    }
}

/// Whatever has a value has one at an empty place too.
#[test]
fn every_value_is_completed() {
    let documented = syn::parse_file(include_str!("../../../../handoff/src/editor.rs")).expect("Rust");
    let calls: [(Macro, &str, &str, &str); 5] = [
        (Macro::Agent, "Agent", "#[", "] async fn plan(question: Question) -> Plan { todo }"),
        (Macro::Contract, "Contract", "#[", "] struct Plan { steps: Vec<String> }"),
        (Macro::Pipeline, "FanOut", "a(B) -> C { plan => fan_out(steps, ", ") work => barrier(all) }"),
        (Macro::Pipeline, "Barrier", "a(B) -> C { plan => fan_out(steps) work => barrier(", ") => merge }"),
        (Macro::Pipeline, "Repeat", "a(B) -> C { plan => repeat(", ") { critique => revise } }"),
    ];
    for (of, item, before, after) in calls {
        let names = names(&documented, item);
        assert!(!names.is_empty(), "{item} is not there");
        for name in names.iter().filter(|name| *name != "else") {
            for value in [CURSOR.to_string(), format!("MO{CURSOR}"), format!("crate::MO{CURSOR}")] {
                expanded_at_cursor(of, &format!("{before}{name} = {value}{after}"));
                expanded_at_cursor(of, &format!("{before}{name} = {value}, other{after}"));
            }
        }
    }
}

/// An editor shows of a macro what stands on itself, not on its re-export.
#[test]
fn every_word_is_in_what_is_shown_of_its_macro() {
    for (of, wrong, places) in PLACES {
        let shown = match of {
            Macro::Agent => include_str!("../../../docs/agent.md"),
            Macro::Contract => include_str!("../../../docs/contract.md"),
            Macro::Pipeline => include_str!("../../../docs/pipeline.md"),
        };
        // The options of a stage are shown of the stage.
        let is_option = matches!(of, Macro::Pipeline) && places[0].contains("plan =>");
        for word in wrong.iter().flat_map(|wrong| told(of, wrong)).filter(|_| !is_option) {
            assert!(shown.contains(&word), "`{word}` is not in what is shown: {shown}");
        }
    }
}

/// What the help of an error names, `name`, `name = …` or `name(…)` in backticks.
fn told(of: Macro, wrong: &str) -> Names {
    let mut told = Names::new();
    each_error(Call::read(of, wrong).expect("tokens").expand(), &mut |message| {
        let help = message.split_once("help: ").map_or("", |(_, help)| help);
        for word in help.split('`').skip(1).step_by(2).filter(|word| !word.contains("zzzz")) {
            let word = word.strip_prefix("barrier(").unwrap_or(word);
            let end = word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
            told.insert(word[..end].to_owned());
        }
    });
    // No field and no function has the name of a keyword, which an editor offers by itself.
    told.retain(|word| !["", "crate", "match"].contains(&word.as_str()));
    told
}

/// Calls a function with the message of each error.
fn each_error(expansion: TokenStream, found: &mut dyn FnMut(&str)) {
    let mut is_error = false;
    for tree in expansion {
        match tree {
            TokenTree::Group(group) if is_error => {
                let text: syn::LitStr = syn::parse2(group.stream()).expect("a message");
                found(&text.value());
                is_error = false;
            }
            TokenTree::Group(group) => each_error(group.stream(), found),
            TokenTree::Ident(ident) => is_error = ident == "compile_error",
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The documented words that an editor offers here: the fields of a literal, or what is imported.
fn offered(documented: &File, tokens: &[Token], at: usize) -> Names {
    if let Some(begins) = literal_around(tokens, at) {
        return names(documented, &tokens[begins - 1].text);
    }
    let (mut offered, mut inside) = (Names::new(), at);
    while let Some(begins) = group_around(tokens, inside) {
        // What is imported in this block, and not in one that has ended.
        for glob in begins..at {
            let is_here = group_around(tokens, glob) == Some(begins)
                || group_around(tokens, glob).is_some_and(|list| {
                    tokens[list - 1].text == ":" && group_around(tokens, list) == Some(begins)
                });
            if is_here && tokens[glob].text == "*" && tokens[glob - 1].text == ":" {
                offered.append(&mut names(documented, &tokens[glob - 3].text));
            }
        }
        inside = begins;
    }
    offered
}

/// The fields of a struct, or what is in a module.
fn names(documented: &File, of: &str) -> Names {
    let mut names = Names::new();
    for item in &documented.items {
        match item {
            Item::Struct(item) if item.ident == of => {
                names.extend(item.fields.iter().filter_map(|field| field.ident.as_ref()).map(unraw));
            }
            Item::Mod(item) if item.ident == of => {
                for item in item.content.iter().flat_map(|(_, items)| items) {
                    match item {
                        Item::Fn(item) => names.extend([unraw(&item.sig.ident)]),
                        Item::Const(item) => names.extend([unraw(&item.ident)]),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    names
}

fn unraw(ident: &syn::Ident) -> String {
    ident.unraw().to_string()
}
