//! Right programs, as far as they have been typed: what is reported of them, and what an editor is shown.

use super::{Call, Macro, Token, flattened, text, view};
use crate::editor;
use crate::editor::tokens::{commas, group, ident, is_ident, is_path, is_punct, stream, trees};
use crate::editor::view::View;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::fs;
use std::path::Path;
use std::process::Command;
use syn::Expr;
use syn::parse::{ParseStream, Parser as _};

/// The calls of the macros in the programs that are right, and those of the examples.
fn calls() -> Vec<(String, Call)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["tests/ui/agent/pass", "tests/ui/contract/pass", "tests/ui/pipeline/pass", "examples/src"]
    {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of programs");
        files.extend(entries.map(|entry| entry.expect("a program").path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    let mut calls = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a program");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let tokens = trees(text.parse().expect("tokens"));
        calls_in(&tokens, &mut |call| calls.push((name.clone(), call)));
        // What a `macro_rules!` is to write is no program.
        calls.retain(|(_, call)| !format!("{} {}", call.arguments, call.item).contains('$'));
    }
    calls
}

fn calls_in(tokens: &[TokenTree], found: &mut dyn FnMut(Call)) {
    for (index, tree) in tokens.iter().enumerate() {
        let rest = &tokens[index + 1..];
        if is_ident(Some(tree), "pipeline")
            && is_punct(rest.first(), '!')
            && let Some(call) = group(rest.get(1), Delimiter::Brace)
        {
            found(Call { of: Macro::Pipeline, arguments: TokenStream::new(), item: call.stream() });
        }
        if let Some(attribute) = group(Some(tree), Delimiter::Bracket) {
            let inside = trees(attribute.stream());
            let of = match ident(inside.first()).map(ToString::to_string).as_deref() {
                Some("agent") => Macro::Agent,
                Some("contract") => Macro::Contract,
                _ => continue,
            };
            let arguments = group(inside.get(1), Delimiter::Parenthesis).map(Group::stream);
            let is_end =
                |tree: &TokenTree| group(Some(tree), Delimiter::Brace).is_some() || is_punct(Some(tree), ';');
            let end = rest.iter().position(is_end).map_or(rest.len(), |end| end + 1);
            found(Call {
                of,
                arguments: arguments.unwrap_or_default(),
                item: rest[..end].iter().cloned().collect(),
            });
        }
        if let TokenTree::Group(inside) = tree {
            calls_in(&trees(inside.stream()), found);
        }
    }
}

/// Some tokens as they are while they are typed: what follows is not there yet, and with `open` a parenthesis that is not
/// closed yet has in it what stands after it.
fn typed(tokens: &TokenStream) -> Vec<TokenStream> {
    let all = trees(tokens.clone());
    let mut typed = vec![TokenStream::new()];
    for (index, tree) in all.iter().enumerate() {
        let (before, after) = (&all[..index], &all[index + 1..]);
        if let TokenTree::Group(inside) = tree {
            for begun in self::typed(&inside.stream()) {
                // Closed, with nothing after it or with what follows.
                let closed = TokenTree::from(regrouped(inside, begun.clone()));
                typed.push(before.iter().cloned().chain([closed.clone()]).collect());
                typed.push(before.iter().cloned().chain([closed]).chain(after.iter().cloned()).collect());
                if inside.delimiter() == Delimiter::Parenthesis && !after.is_empty() {
                    let open = begun.into_iter().chain(after.iter().cloned()).collect();
                    let open = TokenTree::from(regrouped(inside, open));
                    typed.push(before.iter().cloned().chain([open]).collect());
                }
            }
        }
        typed.push(all[..=index].iter().cloned().collect());
    }
    typed
}

fn regrouped(group: &Group, inside: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), inside);
    new.set_span(group.span());
    new
}

/// At most this many beginnings of a call are looked at.
const MOST: usize = 12;

/// At most one error, at what has been typed; and of what an editor is shown beside it, nothing is wrong by itself.
#[test]
fn what_is_half_typed_is_one_error_and_well_formed() {
    if !editor::shows() {
        return as_an_editor("what_is_half_typed_is_one_error_and_well_formed");
    }
    let calls = calls();
    assert!(calls.len() >= 40, "{} calls", calls.len());
    for (file, call) in calls {
        let items = typed(&call.item).into_iter().map(|item| Call { item, ..call.clone() });
        let arguments =
            typed(&call.arguments).into_iter().map(|arguments| Call { arguments, ..call.clone() });
        let cuts: Vec<Call> = items.chain(arguments).filter(|cut| !cut.item.is_empty()).collect();
        let step = cuts.len().div_ceil(MOST).max(1);
        for cut in cuts.into_iter().step_by(step) {
            let shown = format!("{file}: {} | {}", cut.arguments, cut.item);
            let expanded = view::of(cut.expand(), View::Editor);
            let errors = errors(&flattened(expanded.clone()));
            assert!(errors.len() <= 1, "more than one error: {shown}\n{errors:#?}");
            assert!(
                errors.iter().all(|(_, is_placed)| *is_placed),
                "an error is nowhere: {shown}\n{errors:#?}"
            );
            well_formed(&trees(expanded), &shown);
        }
    }
}

/// Of a field that is no field yet the editor says so itself: nobody else does, and no derive is shown it.
#[test]
fn what_no_derive_can_read_is_derived_of_nothing() {
    for item in [
        "pub struct Plan { steps }",
        "pub struct Plan { steps: Vec<String>, pub }",
        "enum Triage { Billing(Ticket), Other { what } }",
    ] {
        let call =
            Call { of: Macro::Contract, arguments: TokenStream::new(), item: item.parse().expect("tokens") };
        let editor = flattened(view::of(call.expand(), View::Editor));
        for word in ["derive", "compile_error"] {
            assert!(editor.iter().all(|token| token.text != word), "`{word}` at {item}: {}", text(&editor));
        }
    }
}

/// Runs a test of this file once more, where the macros are told that an editor expands them.
fn as_an_editor(test: &str) {
    let name = format!("{}::{test}", module_path!().split_once("::").expect("a crate").1);
    let this = std::env::current_exe().expect("this program");
    let run = Command::new(this).args([&name, "--exact"]).env("HANDOFF_EDITOR", "1").output();
    let run = run.expect("this program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

/// The errors, and whether they are at tokens of the user's.
fn errors(tokens: &[Token]) -> Vec<(String, bool)> {
    let mut errors = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.text == "compile_error" {
            errors.push((tokens[index + 3].text.clone(), !token.place.is_empty()));
        }
    }
    errors
}

/// Whether it is one expression and nothing more, or not even one yet.
fn is_one(tokens: TokenStream) -> bool {
    let parser = |input: ParseStream<'_>| {
        let is_there = input.parse::<Expr>().is_ok();
        let rest: TokenStream = input.parse()?;
        Ok(!is_there || rest.is_empty())
    };
    // What a group in it still lacks is no second expression.
    parser.parse2(tokens).unwrap_or(true)
}

/// Every function of the editor's has as many arguments as it takes, and every statement is one expression.
fn well_formed(tokens: &[TokenTree], shown: &str) {
    for (index, tree) in tokens.iter().enumerate() {
        let TokenTree::Group(inside) = tree else { continue };
        let inner = trees(inside.stream());
        if index > 2
            && let (Some(name), Delimiter::Parenthesis) = (ident(tokens.get(index - 1)), inside.delimiter())
            && is_ident(tokens.get(index.wrapping_sub(4)), "editor")
        {
            let arguments = commas(&inner, false);
            let takes = match name.to_string().as_str() {
                "any" => 0,
                "value" | "copy" | "list" | "partial" | "item" => 1,
                "label" | "until" | "until_round" | "map" | "mapped" => 2,
                "chosen" | "recover" => 3,
                other => panic!("`{other}` is not known: {shown}"),
            };
            assert_eq!(arguments.len(), takes, "arguments of `{name}`: {shown}\n{inside}");
            for argument in arguments {
                assert!(is_one(stream(argument)), "an argument of `{name}` is two: {shown}\n{inside}");
            }
        }
        well_formed(&inner, shown);
    }
    // `#[cfg(any())] let _ = name(loop {});`
    for index in 0..tokens.len() {
        let is_inactive = is_ident(tokens.get(index + 2), "let")
            && is_punct(tokens.get(index), '#')
            && tokens.get(index + 1).is_some_and(|cfg| cfg.to_string().replace(' ', "") == "[cfg(any())]");
        if is_inactive {
            let end = tokens[index..].iter().position(|tree| is_punct(Some(tree), ';')).expect("an end");
            let name = &tokens[index + 5..index + end - 1];
            let is_name = name.is_empty() || is_path(name) || is_punct(name.last(), ':');
            assert!(
                is_name,
                "an inactive statement ends early: {shown}\n{}",
                text(&flattened(name.iter().cloned().collect()))
            );
        }
    }
}
