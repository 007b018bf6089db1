//! Code as it was written, on one line: tokens have lost their spaces.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens as rustfmt would set them on one line of any length.
pub fn line(tokens: &dyn ToTokens) -> String {
    let mut line = Line { text: String::new(), before: Before::Start, angles: 0, in_parameters: false };
    line.stream(tokens.to_token_stream());
    line.text
}

/// Code in a cell of a table in Markdown.
pub fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|").replace('\n', " "))
}

/// What stands before a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, or what opens a group: an operator here has one operand, and there is no space.
    Start,
    /// An operator with one operand, `::` or `.`: there is no space either.
    Tight,
    /// An operator, a keyword or a comma: an operator here has one operand.
    Operator,
    /// Something that can be called or indexed.
    Value,
}

struct Line {
    text: String,
    before: Before,
    /// How many `<` of generics are open.
    angles: usize,
    /// Between the bars of a closure.
    in_parameters: bool,
}

/// Words after which an operand follows.
const KEYWORDS: [&str; 13] =
    ["as", "break", "const", "else", "if", "in", "let", "loop", "match", "move", "mut", "ref", "return"];

impl Line {
    fn stream(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    let is_keyword = KEYWORDS.contains(&word.as_str());
                    self.word(&word, if is_keyword { Before::Operator } else { Before::Value });
                }
                TokenTree::Literal(literal) => self.word(&literal.to_string(), Before::Value),
                TokenTree::Punct(first) => {
                    let mut operator = first.to_string();
                    let mut spacing = first.spacing();
                    let mut rest = tokens.clone();
                    // One operator of several characters; generics end one by one.
                    while spacing == Spacing::Joint
                        && let Some(TokenTree::Punct(next)) = rest.next()
                        && OPERATORS.contains(&format!("{operator}{next}").as_str())
                        && !(self.angles > 0 && operator == ">")
                    {
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.operator(&operator);
                }
            }
        }
    }

    fn group(&mut self, delimiter: Delimiter, inside: TokenStream) {
        let (opens, closes) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return self.stream(inside),
        };
        let is_brace = delimiter == Delimiter::Brace;
        if self.before == Before::Operator || is_brace && self.before == Before::Value {
            self.text.push(' ');
        }
        let is_empty = inside.is_empty();
        self.text.push_str(opens);
        self.before = if is_brace && !is_empty { Before::Operator } else { Before::Start };
        let angles = std::mem::take(&mut self.angles);
        self.stream(inside);
        self.angles = angles;
        if is_brace && !is_empty {
            self.text.push(' ');
        }
        self.text.push_str(closes);
        self.before = Before::Value;
    }

    fn word(&mut self, word: &str, then: Before) {
        if matches!(self.before, Before::Operator | Before::Value) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        self.before = then;
    }

    fn operator(&mut self, operator: &str) {
        let is_unary = self.before != Before::Value;
        let word = self.text.trim_end_matches(char::is_alphanumeric).len();
        let after_type = self.text.ends_with("::") || self.text[word..].starts_with(char::is_uppercase);
        match operator {
            "," | ";" | ":" => self.set("", operator, Before::Operator),
            "." | "::" | ".." | "..=" => {
                let space = if self.before == Before::Operator { " " } else { "" };
                self.set(space, operator, Before::Tight);
            }
            "?" => self.set("", operator, Before::Value),
            "!" if !is_unary => self.set("", operator, Before::Start),
            "|" if self.in_parameters => {
                self.in_parameters = false;
                self.set("", operator, Before::Operator);
            }
            "|" if is_unary => {
                let space = if self.before == Before::Operator { " " } else { "" };
                self.in_parameters = true;
                self.set(space, operator, Before::Tight);
            }
            "<" if after_type => {
                self.angles += 1;
                self.set("", operator, Before::Start);
            }
            ">" if self.angles > 0 => {
                self.angles -= 1;
                self.set("", operator, Before::Value);
            }
            "&" | "*" | "-" | "!" | "'" | "#" | "&&" | "<" if is_unary || operator == "'" => {
                let space = if matches!(self.before, Before::Operator | Before::Value) { " " } else { "" };
                self.set(space, operator, Before::Tight);
            }
            "||" if is_unary => {
                let space = if self.before == Before::Operator { " " } else { "" };
                self.set(space, operator, Before::Operator);
            }
            _ => {
                let space = if self.before == Before::Start { "" } else { " " };
                self.set(space, operator, Before::Operator);
            }
        }
    }

    fn set(&mut self, space: &str, operator: &str, then: Before) {
        self.text.extend([space, operator]);
        self.before = then;
    }
}

/// Operators of several characters, and their beginnings.
const OPERATORS: [&str; 22] = [
    "::", "=>", "->", "==", "!=", "<=", ">=", "&&", "||", "..", "..=", "...", "+=", "-=", "*=", "/=", "%=",
    "^=", "&=", "|=", "<<", ">>",
];

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn code_is_set_as_it_is_written() {
        for code in [
            "Question",
            "Vec<Option<Answer>>",
            "::std::collections::BTreeMap<String, Vec<u8>>",
            "(Ticket, u32)",
            "[u8; 4]",
            "0.6",
            "LIMIT - 1",
            "-1",
            "crate::LIMIT * 2",
            "u32::MAX as usize",
            "Triage::Billing(ticket)",
            "Triage::Outage(outage) if outage.severity > 3 && !outage.known",
            "Triage::Billing(_) | Triage::Other",
            "Triage::Outage(Outage { severity: 1..=3, .. })",
            "Some(n @ 1..=3)",
            "_",
            "|answer| answer.approved",
            "|plan| plan.steps.into_iter().filter(|step| *step % 2 == 0).collect::<Vec<_>>()",
            "|ticket: Ticket| { let _ = found; ticket }",
            "move |_| format!(\"{}\", first.text)",
            "|plan| Plan { steps: vec![], ..plan }",
            "|text| text.len() < 3 || text.is_empty()",
            "|draft| if draft.done { &draft.text } else { \"\" }",
        ] {
            let tokens: proc_macro2::TokenStream = code.parse().unwrap();
            assert_eq!(line(&tokens), code);
        }
        // What rustfmt would not set on one line is on one.
        let tokens: proc_macro2::TokenStream = "|a|\n    a . b (  )".parse().unwrap();
        assert_eq!(line(&tokens), "|a| a.b()");
    }
}
