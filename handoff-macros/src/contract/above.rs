//! The derives that stand above `#[contract]`. They were expanded before it, so the macro is not shown them, and what they
//! implement it would implement again. But it knows where it stands, and can look into the file.

use proc_macro2::Span;

/// What stands above the macro's attribute.
#[derive(Default)]
pub struct Above {
    /// The last names of what is derived there.
    pub derives: Vec<String>,
    /// Whether there are attributes for derives: the compiler knows none for what is derived below.
    pub helpers: bool,
}

/// Looks at what stands above the macro's attribute; nothing where there is no file to look into.
pub fn look() -> Above {
    if !proc_macro::is_available() {
        return Above::default();
    }
    // The compiler's own span, which there is: it has just been asked.
    let place = Span::call_site().unwrap();
    let text = place.local_file().and_then(|file| std::fs::read_to_string(file).ok());
    text.map(|text| above(before(&text, place.line(), place.column()))).unwrap_or_default()
}

/// What of a text stands before a line and a column, both counted from one.
fn before(text: &str, line: usize, column: usize) -> &str {
    let lines = text.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let columns = text[lines..].chars().take(column - 1).map(char::len_utf8).sum::<usize>();
    &text[..lines + columns]
}

/// What is in the attributes with which a text ends.
///
/// The text is not lexed: the compiler's lexer would report whatever is no token.
fn above(mut text: &str) -> Above {
    let mut found = Above::default();
    while let Some((before, attribute)) = last_attribute(text) {
        let (name, listed) = attribute.split_once('(').unwrap_or((attribute, ""));
        match name.trim() {
            "derive" => {
                let last = |path: &str| path.rsplit("::").next().unwrap_or(path).trim().to_owned();
                found.derives.extend(listed.trim_end().trim_end_matches(')').split(',').map(last));
            }
            "serde" | "schemars" => found.helpers = true,
            _ => {}
        }
        text = before;
    }
    found
}

/// What stands before the attribute with which a text ends, and what is in its brackets.
fn last_attribute(text: &str) -> Option<(&str, &str)> {
    let text = without_comments(text).strip_suffix(']')?;
    let mut open = 1;
    let mut quoted = false;
    for (at, character) in text.char_indices().rev() {
        match character {
            '"' if !text[..at].ends_with('\\') => quoted = !quoted,
            _ if quoted => {}
            ']' => open += 1,
            '[' => open -= 1,
            _ => {}
        }
        if open == 0 {
            let before = text[..at].trim_end().strip_suffix('#')?;
            return Some((before, &text[at + 1..]));
        }
    }
    None
}

/// A text without the spaces and the comments at its end.
fn without_comments(text: &str) -> &str {
    let mut text = text.trim_end();
    loop {
        let line = text.rfind('\n').map_or(0, |end| end + 1);
        let comment = match text[line..].find("//") {
            Some(comment) => Some(line + comment),
            None if text.ends_with("*/") => text.rfind("/*"),
            None => None,
        };
        // Two slashes may stand in a text as well, which ends in no bracket.
        match comment.map(|comment| text[..comment].trim_end()) {
            Some(before) if before.is_empty() || before.ends_with([']', '}', ';']) || before.len() < line => {
                text = before;
            }
            _ => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_are_found_among_what_stands_above() {
        for (text, found) in [
            ("", ""),
            ("#[derive(Debug)]\nstruct A;\n", ""),
            ("struct A;\n#[derive(Debug, Clone)]\n", "Debug Clone"),
            ("#[derive(Clone)]\n/// Text.\n#[derive(serde::Serialize,)] // why\n", "Serialize  Clone"),
            ("#[derive(\n    Debug\n)]\n/* Text. */\n#[doc = \"a ] [\"]\n    // Comment.\n    ", "Debug"),
            ("#[doc = \"http://a.b\"]\n#[derive(Debug)] #[serde(rename = \"a\")] ", "Debug"),
            ("mod a { #[derive(Clone)] pub ", ""),
            ("let list = [1, 2]", ""),
        ] {
            assert_eq!(above(text).derives.join(" "), found, "{text}");
        }
    }

    #[test]
    fn attributes_of_derives_are_found() {
        assert!(above("#[serde(rename_all = \"camelCase\")]\n#[derive(Debug)]\n").helpers);
        assert!(!above("#[serde(tag = \"t\")]\nstruct A;\n#[derive(Debug)]\n").helpers);
    }

    #[test]
    fn places_are_counted_in_characters() {
        assert_eq!(before("é\nüb#", 2, 3), "é\nüb");
        assert_eq!(before("ab", 1, 1), "");
    }
}
