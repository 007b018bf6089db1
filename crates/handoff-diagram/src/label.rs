//! Texts and names that mean nothing to Mermaid, whatever is in them.

use std::fmt::Write as _;

/// The longest line that is shown whole, in characters: a closure can be a page.
const LONGEST: usize = 80;

/// A text in quotes. What could be Mermaid, HTML or Markdown is written as the code of its character, and of a
/// line that is too long the beginning.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            quoted.push_str("<br/>");
        }
        push_line(line, &mut quoted);
    }
    quoted.push('"');
    quoted
}

fn push_line(text: &str, line: &mut String) {
    // Where Markdown may see a list: up to the first character that does not belong to a number.
    let mut at_start = true;
    let mut before = ' ';
    let mut characters = text.chars().enumerate().peekable();
    while let Some((index, character)) = characters.next() {
        if index == LONGEST {
            line.push('…');
            break;
        }
        let next = characters.peek().map(|(_, next)| *next);
        let plain = match character {
            // Emphasis in Markdown, but not inside a word.
            '_' => before.is_alphanumeric() && next.is_some_and(char::is_alphanumeric),
            '-' | '+' | '.' | ')' => !at_start,
            ' ' | '(' | ',' | ':' | '/' | '=' | '?' | '!' | '\'' | '%' => true,
            // Not in ASCII: letters and signs, but none that is not seen.
            other => other.is_alphanumeric() || !(other.is_ascii() || other.is_control()),
        };
        match character {
            _ if plain => line.push(character),
            _ if character.is_control() => line.push(' '),
            _ => {
                // Into a `String`, which takes everything.
                let _ = write!(line, "#{};", u32::from(character));
            }
        }
        at_start &= character.is_ascii_digit() || character.is_whitespace();
        before = character;
    }
}

/// Names that Mermaid takes for its own.
const KEYWORDS: [&str; 16] = [
    "accdescr",
    "acctitle",
    "call",
    "class",
    "classdef",
    "click",
    "default",
    "direction",
    "end",
    "flowchart",
    "graph",
    "href",
    "interpolate",
    "linkstyle",
    "style",
    "subgraph",
];

/// A name for a node, as near to what it is called as it can be.
pub(crate) fn identifier(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    let is_taken = KEYWORDS.contains(&name.to_ascii_lowercase().as_str());
    if is_taken || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        format!("stage_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["plan", "at_least = 80%", "fan_out(steps), at most 8", "a ≤ 0.5 - b", "Prüfer"] {
            assert_eq!(quoted(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn nothing_in_a_text_is_syntax() {
        assert_eq!(quoted("Vec<Plan>"), "\"Vec#60;Plan#62;\"");
        assert_eq!(quoted("say \"hi\"; %%{init}%%"), "\"say #34;hi#34;#59; %%#123;init#125;%%\"");
        assert_eq!(quoted("`code` #35;"), "\"#96;code#96; #35;35#59;\"");
        assert_eq!(quoted("a\nb\tc"), "\"a<br/>b c\"");
        assert_eq!(quoted(&"x".repeat(81)), format!("\"{}…\"", "x".repeat(80)));
        // Markdown: a list, a heading, emphasis.
        assert_eq!(quoted("1. one"), "\"1#46; one\"");
        assert_eq!(quoted("- one"), "\"#45; one\"");
        assert_eq!(quoted("__all__"), "\"#95;#95;all#95;#95;\"");
    }

    #[test]
    fn names_are_no_keywords() {
        assert_eq!(identifier("plan"), "plan");
        assert_eq!(identifier("first-draft"), "first_draft");
        for (text, name) in [
            ("end", "stage_end"),
            ("Graph", "stage_Graph"),
            ("7th", "stage_7th"),
            ("", "stage_"),
            ("é", "stage__"),
        ] {
            assert_eq!(identifier(text), name);
        }
    }
}
