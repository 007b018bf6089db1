//! Texts and names that mean nothing to Mermaid, whatever is in them.

use std::fmt::Write as _;

/// A text in quotes. What could be Mermaid, HTML or Markdown is written as the code of its character.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let plain = match character {
            // Emphasis in Markdown, but not inside a word.
            '_' => before.is_alphanumeric() && characters.peek().is_some_and(|next| next.is_alphanumeric()),
            // Lists in Markdown, but not after something else.
            '-' | '+' | '.' | ')' => before != ' ' && !before.is_ascii_digit(),
            ' ' | '(' | ',' | ':' | '/' | '=' | '?' | '!' | '\'' | '%' => true,
            // Not in ASCII: letters and signs, but none that is not seen.
            other => other.is_alphanumeric() || !(other.is_ascii() || other.is_control()),
        };
        match character {
            '\n' => quoted.push_str("<br/>"),
            _ if plain => quoted.push(character),
            _ if character.is_control() => quoted.push(' '),
            _ => {
                // Into a `String`, which takes everything.
                let _ = write!(quoted, "#{};", u32::from(character));
            }
        }
        before = character;
    }
    quoted.push('"');
    quoted
}

/// What Mermaid may take for its own at the beginning of a name.
const KEYWORDS: [&str; 16] = [
    "accdescr",
    "acctitle",
    "call",
    "class",
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
    "_",
];

/// A name for a node, as near to what it is called as it can be.
pub(crate) fn identifier(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    let lower = name.to_ascii_lowercase();
    let is_taken = KEYWORDS.iter().any(|keyword| lower.starts_with(keyword));
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
        for text in ["plan", "at_least = 80%", "fan_out(steps), at most 8", "tokens ≤ 2000", "Prüfer"] {
            assert_eq!(quoted(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn nothing_in_a_text_is_syntax() {
        assert_eq!(quoted("Vec<Plan>"), "\"Vec#60;Plan#62;\"");
        assert_eq!(quoted("say \"hi\"; %%{init}%%"), "\"say #34;hi#34;#59; %%#123;init#125;%%\"");
        assert_eq!(quoted("`code` #35;"), "\"#96;code#96; #35;35#59;\"");
        assert_eq!(quoted("a\nb\tc"), "\"a<br/>b c\"");
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
