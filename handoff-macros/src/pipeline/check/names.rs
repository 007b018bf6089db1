//! The names that `as` gives, and where they can be seen.

use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// The names in scope. A fan-out's tasks run on their own, with nothing but their item, and so do the branches of a join or
/// a race: in there the names from outside cannot be seen.
#[derive(Clone, Default)]
pub struct Names {
    /// In the order in which they are given: the last of a name counts.
    given: Vec<Ident>,
    /// How many of them are from outside.
    outside: usize,
    /// Who cannot see those, and where to put them, in messages.
    apart: (&'static str, &'static str),
}

impl Names {
    pub fn add(&mut self, name: &Ident) {
        self.given.push(name.clone());
    }

    /// The names as they are in stages that run on their own; they can be put `instead` of being seen.
    pub fn inside(&self, stages: &'static str, instead: &'static str) -> Self {
        Self { given: self.given.clone(), outside: self.given.len(), apart: (stages, instead) }
    }

    fn is_outside(&self, name: &Ident) -> bool {
        self.given.iter().rposition(|given| given == name).is_some_and(|at| at < self.outside)
    }

    /// Refuses what rustc would only say that it cannot find.
    pub fn check(&self, closure: &dyn ToTokens, errors: &mut Errors) {
        if self.outside == 0 {
            return;
        }
        let tokens = closure.to_token_stream();
        let mut bound = Vec::new();
        bindings(tokens.clone(), &mut bound);
        if let Some(name) = self.find(tokens, &bound) {
            let (stages, instead) = self.apart;
            errors.at_with_help(
                &name,
                format_args!("`{name}` cannot be seen here: {stages} run on their own"),
                format_args!("put what they need of `{name}` {instead}, or use it before or after"),
            );
        }
    }

    /// A name from outside that is mentioned, and not as a field or a method.
    fn find(&self, tokens: TokenStream, bound: &[Ident]) -> Option<Ident> {
        let mut tokens = tokens.into_iter().peekable();
        let mut after_dot = false;
        let mut ranges = 0;
        while let Some(tree) = tokens.next() {
            match tree {
                TokenTree::Group(group) => {
                    if let Some(name) = self.find(group.stream(), bound) {
                        return Some(name);
                    }
                    (after_dot, ranges) = (false, 0);
                }
                TokenTree::Ident(name) => {
                    // `name: value` in a struct, `name::of` in a path.
                    let is_label =
                        matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':');
                    if !after_dot && !is_label && self.is_outside(&name) && !bound.contains(&name) {
                        return Some(name);
                    }
                    (after_dot, ranges) = (false, 0);
                }
                TokenTree::Punct(punct) => {
                    // `..name` is no field.
                    ranges = if punct.as_char() == '.' { ranges + 1 } else { 0 };
                    after_dot = ranges == 1;
                }
                TokenTree::Literal(_) => (after_dot, ranges) = (false, 0),
            }
        }
        None
    }
}

/// Names that the tokens may bind themselves: parameters of closures, and what follows a `let`. More than that are
/// names of the user's own choice; what is missed here is rustc's to report.
fn bindings(tokens: TokenStream, bound: &mut Vec<Ident>) {
    let mut in_parameters = false;
    let mut in_let = false;
    for tree in tokens {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '|' => in_parameters = !in_parameters,
            TokenTree::Punct(punct) if punct.as_char() == '=' || punct.as_char() == ';' => in_let = false,
            TokenTree::Ident(word) if word == "let" || word == "for" => in_let = true,
            TokenTree::Ident(word) if word == "in" => in_let = false,
            TokenTree::Ident(name) if in_parameters || in_let => bound.push(name),
            TokenTree::Group(group) => {
                if in_parameters || in_let {
                    names(group.stream(), bound);
                }
                bindings(group.stream(), bound);
            }
            _ => {}
        }
    }
}

fn names(tokens: TokenStream, bound: &mut Vec<Ident>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(name) => bound.push(name),
            TokenTree::Group(group) => names(group.stream(), bound),
            _ => {}
        }
    }
}
