//! The parts of a valid JSON text as they stand in it, so that each can be read by itself: to the last digit, and with as
//! many levels as if it stood alone.

use serde::de::IgnoredAny;

/// The keys of the object that a text is, each with the text of its value, in their order and repeated keys included.
/// `None` where the text is something else.
#[inline]
pub(crate) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let mut members = Vec::new();
    for part in parts(text, ('{', '}'))? {
        let (key, value) = part.split_once(separates(':'))?;
        members.push((serde_json::from_str(key).ok()?, value.trim()));
    }
    Some(members)
}

/// The texts of the items of the list that a text is. `None` where the text is something else.
#[inline]
pub(crate) fn items(text: &str) -> Option<Vec<&str>> {
    parts(text, ('[', ']'))
}

#[inline]
fn parts(text: &str, (opening, closing): (char, char)) -> Option<Vec<&str>> {
    let inside = text.trim().strip_prefix(opening)?.strip_suffix(closing)?;
    // What is skipped may be nested without end.
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut parts = Vec::new();
    for part in inside.split(separates(',')) {
        parts.push(part.trim());
    }
    // Nothing stands between the brackets of what is empty.
    if let [""] = *parts {
        parts.clear();
    }
    Some(parts)
}

/// Tells whether a character of valid JSON is this one, in no string and in no further object or list. To be asked about
/// one character after the other.
#[inline]
fn separates(separator: char) -> impl FnMut(char) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    move |character| {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && character == separator,
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_as_they_stand_in_the_text() {
        let text = r#" { "a" : [1, {"b":2}] ,"a":"x\",\\" , "c,\":{" :{"d":[]},"\u0065":1e999,"":0.10 } "#;
        let members = members(text).expect("an object");
        let members: Vec<_> = members.iter().map(|(key, value)| (&**key, *value)).collect();
        assert_eq!(
            members,
            [
                ("a", r#"[1, {"b":2}]"#),
                ("a", r#""x\",\\""#),
                ("c,\":{", r#"{"d":[]}"#),
                ("e", "1e999"),
                ("", "0.10"),
            ]
        );
        assert_eq!(items(r#"[ 1, [2,3] ,"," ]"#), Some(vec!["1", "[2,3]", "\",\""]));
        assert_eq!((super::members("{ }"), items("[\n]")), (Some(vec![]), Some(vec![])));
    }

    #[test]
    fn what_is_something_else_has_no_parts() {
        for text in ["", "{", "[]", "1", r#""{}""#, "{}{}", r#"{"a":1,}"#, r#"{"a":01}"#, r#"{"\ud800":1}"#] {
            assert_eq!(members(text), None, "{text}");
        }
        for text in ["{}", "[1,]", "[1][2]", "[1] [", "\u{a0}[]"] {
            assert_eq!(items(text), None, "{text}");
        }
        assert_eq!(members(&"{\"a\":".repeat(100_000)), None);
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(members(&deep).expect("an object").len(), 1);
    }
}
