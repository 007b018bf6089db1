//! Where the JSON is in a text that holds more than JSON: a model's reply with thoughts, a fence or a few words
//! around it.
//!
//! Nothing here repairs JSON. A part of the text is found to be the one JSON value, byte for byte, or the reason is
//! told why there is no such part. What could be the ruin of a value (an object that does not end, a brace that closes
//! nothing) is never taken for prose.
//!
//! Every byte is looked at a bounded number of times, whatever the text.

use std::ops::Range;

use serde::de::IgnoredAny;

use crate::contract::json::thoughts::{Unfinished, besides, thoughts};

/// Most characters of a name that may stand before a colon, as in `{ name: … }`.
const LONGEST_NAME: usize = 64;

/// Most places that a message names.
const MOST_PLACES: usize = 3;

/// The one JSON value in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) value: Range<usize>,
    /// The thoughts beside it.
    pub(crate) thoughts: Vec<Range<usize>>,
}

/// Why a text does not hold exactly one JSON value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// There is none, or none beside the thoughts.
    Nothing { thoughts: bool },
    /// There are several: how many, and where the first of them begin.
    Several { count: usize, starts: Vec<usize> },
    /// Something that begins like a JSON value is none.
    Broken { start: usize, cut_off: bool },
    /// Something closes here that no JSON value has opened: what came before it is missing, or is no JSON.
    Unopened { at: usize },
    /// The model was still thinking.
    Thinking(Unfinished),
}

/// Finds the one JSON value in a text. `lists`: a list can be what is looked for. If not, a list without an object in
/// it, such as `[1]`, is prose.
#[inline]
pub(crate) fn the_one(text: &str, lists: bool) -> Result<Found, Unclear> {
    let body = trimmed(text, 0..text.len());
    if let Some(value) = alone(text, body.clone()) {
        return Ok(Found { value, thoughts: Vec::new() });
    }
    let thoughts = thoughts(text, &body).map_err(Unclear::Thinking)?;
    let parts = besides(&body, &thoughts);
    if !thoughts.is_empty() {
        let mut filled = parts.iter().map(|part| trimmed(text, part.clone())).filter(|part| !part.is_empty());
        if let (Some(part), None) = (filled.next(), filled.next())
            && let Some(value) = alone(text, part)
        {
            return Ok(Found { value, thoughts });
        }
    }
    let end = body.end;
    let scan = Scan {
        text,
        end,
        lists,
        open: Open::default(),
        lists_from: 0,
        first: None,
        starts: Vec::new(),
        count: 0,
    };
    match scan.over(parts)? {
        Some(value) => Ok(Found { value, thoughts }),
        None => Err(Unclear::Nothing { thoughts: !thoughts.is_empty() }),
    }
}

/// The JSON value that is all of a part, or all of the code fence that is all of it.
#[inline]
fn alone(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    if is_one_value(&text[part.clone()]) { Some(part) } else { fenced(text, &part) }
}

/// Without white space, or a byte order mark, at its ends.
#[inline]
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let blank = |character: char| character.is_whitespace() || character == '\u{feff}';
    let part = &text[range.clone()];
    let end = range.start + part.trim_end_matches(blank).len();
    let start = end - text[range.start..end].trim_start_matches(blank).len();
    start..end
}

#[inline]
fn is_one_value(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// What is in the one code fence that is all of a text, if that is one JSON value: of any kind, since there is nothing
/// else that could be meant.
#[inline]
fn fenced(text: &str, body: &Range<usize>) -> Option<Range<usize>> {
    let inside = text[body.clone()].strip_prefix("```")?.strip_suffix("```")?;
    let (language, _) = inside.split_once('\n')?;
    if language.contains('`') {
        return None;
    }
    let start = body.start + "```".len() + language.len();
    let inner = trimmed(text, start..body.end - "```".len());
    is_one_value(&text[inner.clone()]).then_some(inner)
}

/// Brackets of the prose that are open.
#[derive(Clone, Copy, Default)]
struct Open {
    braces: usize,
    brackets: usize,
}

impl Open {
    /// Takes account of a byte, and says whether it may stand there: a closing one needs one that is open.
    #[inline]
    fn count(&mut self, byte: u8) -> bool {
        let (open, closes) = match byte {
            b'{' => (&mut self.braces, false),
            b'}' => (&mut self.braces, true),
            b'[' => (&mut self.brackets, false),
            b']' => (&mut self.brackets, true),
            _ => return true,
        };
        match (closes, *open) {
            (false, _) => *open += 1,
            (true, 0) => return false,
            (true, _) => *open -= 1,
        }
        true
    }
}

/// Goes through a text and looks for objects and lists.
struct Scan<'t> {
    text: &'t str,
    /// Where a value ends at the latest: it may not go over thoughts, and what begins before them and does not end is
    /// broken by them.
    end: usize,
    lists: bool,
    /// Since the last value: what was opened before a value and is closed after it has the value in it.
    open: Open,
    /// Before this, no list needs to be looked for: the text has been read as one, and holds no object.
    lists_from: usize,
    first: Option<Range<usize>>,
    starts: Vec<usize>,
    count: usize,
}

impl Scan<'_> {
    #[inline]
    fn over(mut self, parts: Vec<Range<usize>>) -> Result<Option<Range<usize>>, Unclear> {
        let bytes = &self.text.as_bytes()[..self.end];
        for part in parts {
            let mut at = part.start;
            while at < part.end {
                at = match bytes[at] {
                    b'{' if begins_object(&bytes[at + 1..]) => self.object(at)?,
                    b'[' if at >= self.lists_from && begins_list(&bytes[at + 1..]) => self.list(at)?,
                    bracket => self.open.count(bracket).then_some(at + 1).ok_or(Unclear::Unopened { at })?,
                };
            }
        }
        match self.count {
            0 | 1 => Ok(self.first),
            count => Err(Unclear::Several { count, starts: self.starts }),
        }
    }

    #[inline]
    fn object(&mut self, start: usize) -> Result<usize, Unclear> {
        match read(&self.text[start..self.end]) {
            Ok(length) => Ok(self.found(start..start + length)),
            Err(stop) => Err(Unclear::Broken { start, cut_off: stop.cut_off }),
        }
    }

    #[inline]
    fn list(&mut self, start: usize) -> Result<usize, Unclear> {
        let read = read(&self.text[start..self.end]);
        let read_to = start + read.as_ref().map_or_else(|stop| stop.at, |length| *length);
        if self.lists || self.text.as_bytes()[start..read_to].contains(&b'{') {
            return match read {
                Ok(_) => Ok(self.found(start..read_to)),
                Err(stop) => Err(Unclear::Broken { start, cut_off: stop.cut_off }),
            };
        }
        self.lists_from = read_to;
        self.open.brackets += 1;
        Ok(start + 1)
    }

    #[inline]
    fn found(&mut self, value: Range<usize>) -> usize {
        let end = value.end;
        self.count += 1;
        if self.starts.len() < MOST_PLACES {
            self.starts.push(value.start);
        }
        self.first.get_or_insert(value);
        self.open = Open::default();
        end
    }
}

/// Where a text stopped being JSON.
pub(crate) struct Stop {
    pub(crate) at: usize,
    cut_off: bool,
}

/// The length of the value that a text begins with.
#[inline]
pub(crate) fn read(text: &str) -> Result<usize, Stop> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(values.byte_offset()),
        None => Err(Stop { at: text.len(), cut_off: true }),
        Some(Err(error)) => {
            // serde_json counts lines from 1, and the bytes of a line.
            let mut line = 0;
            for _ in 1..error.line() {
                line += text[line..].find('\n').map_or(text.len() - line, |end| end + 1);
            }
            Err(Stop { at: (line + error.column()).min(text.len()), cut_off: error.is_eof() })
        }
    }
}

/// The first byte that is not white space, and what follows it.
#[inline]
fn first_byte(rest: &[u8]) -> Option<(u8, &[u8])> {
    match rest.trim_ascii_start() {
        [] => None,
        [first, after @ ..] => Some((*first, after)),
    }
}

/// Whether what follows a `{` makes it the beginning of an object, or of what somebody took for one.
#[inline]
pub(crate) fn begins_object(rest: &[u8]) -> bool {
    let Some((first, after)) = first_byte(rest) else { return true };
    match first {
        b'"' | b'\'' | b'}' | b'{' | b'[' => true,
        b'/' => matches!(after.first(), Some(b'/' | b'*')),
        // A typographic quotation mark: U+2018 to U+201F.
        0xe2 => matches!(after, [0x80, 0x98..=0x9f, ..]),
        _ => {
            let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-');
            let longest = after.len().min(LONGEST_NAME);
            let end = after[..longest].iter().position(|byte| !in_name(*byte)).unwrap_or(longest);
            in_name(first) && matches!(first_byte(&after[end..]), Some((b':', _)))
        }
    }
}

/// Whether what follows a `[` makes it the beginning of a list.
#[inline]
pub(crate) fn begins_list(rest: &[u8]) -> bool {
    let Some((first, after)) = first_byte(rest) else { return true };
    let literal = |tail: &[u8]| {
        after.strip_prefix(tail).is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphanumeric))
    };
    match first {
        b'{' | b'[' | b']' | b'"' | b'\'' | b'-' | b'0'..=b'9' => true,
        b't' => literal(b"rue"),
        b'f' => literal(b"alse"),
        b'n' => literal(b"ull"),
        _ => false,
    }
}

impl Unclear {
    /// What is wrong, and where in the text, for a violation. `sought` is what was looked for.
    #[inline]
    pub(crate) fn message(&self, text: &str, sought: &str) -> String {
        let kind = |start: usize| if text.as_bytes().get(start) == Some(&b'[') { "list" } else { "object" };
        match self {
            Self::Nothing { thoughts } => {
                let besides = if *thoughts { " but for its thoughts" } else { "" };
                format!("no JSON in the text{besides}: expected {sought}")
            }
            Self::Several { count, starts } => {
                let mut message = format!("{count} JSON values in the text, at ");
                for (index, start) in starts.iter().enumerate() {
                    message.push_str(if index > 0 { ", " } else { "" });
                    message.push_str(&place(text, *start));
                }
                message.push_str(if *count > starts.len() { ", …" } else { "" });
                message + ": expected " + sought
            }
            Self::Broken { start, cut_off: true } => {
                format!("the JSON {} at {} is cut off", kind(*start), place(text, *start))
            }
            Self::Broken { start, cut_off: false } => {
                format!("the {} at {} is not valid JSON", kind(*start), place(text, *start))
            }
            Self::Unopened { at } => {
                let closing = if text.as_bytes().get(*at) == Some(&b']') { ']' } else { '}' };
                format!("the `{closing}` at {} closes nothing that is JSON", place(text, *at))
            }
            Self::Thinking(Unfinished { start, marker }) => {
                format!(
                    "the text ends within the thoughts that begin at {} with `{marker}`",
                    place(text, *start)
                )
            }
        }
    }
}

/// A place in a text for people, both numbers from 1.
#[inline]
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line} column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<&str, Unclear> {
        the_one(text, false).map(|found| &text[found.value])
    }

    fn found_list(text: &str) -> Result<&str, Unclear> {
        the_one(text, true).map(|found| &text[found.value])
    }

    #[test]
    fn one_object_in_other_text() {
        for text in [
            "@",
            " \r\n@\r\n",
            "\u{feff}@",
            "```json\n@\n```",
            "```json\r\n@\r\n```\r\n",
            "```\n@\n```",
            "```@```",
            "````md\n```json\n@\n```\n````",
            "Here it is:\n```json\n@\n```\nAnything else?",
            "Sure! @ Done :-)",
            "<think>maybe {\"a\": 2}, or [{</think>\n@",
            "As in [1], [2] and [see below](x): @",
            "- [ ] plan\n- [x] write\n@",
            "Fill in {name} and {other, name}: @",
            "A stray { in the prose, and a [ too: @",
            "`[1, 2` is a list: @",
        ] {
            let object = r#"{"a": {"b": "} ``` \" {"}, "c": [1]}"#;
            let whole = text.replace('@', object);
            assert_eq!(found(&whole), Ok(object), "{whole}");
        }
    }

    #[test]
    fn what_could_be_another_is_never_passed_over() {
        let several = |starts: &[usize]| Unclear::Several { count: starts.len(), starts: starts.to_vec() };
        let broken = |start, cut_off| Unclear::Broken { start, cut_off };
        let nothing = || Unclear::Nothing { thoughts: false };
        for (text, unclear) in [
            ("", nothing()),
            ("I am not a planning agent.", nothing()),
            ("As in [1].", nothing()),
            (r#"["never closed: {"a":1}"#, broken(0, false)),
            (r#"{"a":1}{"a":2}"#, several(&[0, 7])),
            (r#"{"a":1} or {"a":1}"#, several(&[0, 11])),
            (r#"```{"a":1}``` ```{"a":2}```"#, several(&[3, 17])),
            (r#"{} {"a":1}"#, several(&[0, 3])),
            (r#"{"a":1} [{"a":2}]"#, several(&[0, 8])),
            (r#"{"a":1,} {"a":2}"#, broken(0, false)),
            (r#"{'a':1} {"a":2}"#, broken(0, false)),
            (r#"{a: 1} {"a":2}"#, broken(0, false)),
            (r#"{/* 1 */ "a":2}"#, broken(0, false)),
            ("{\u{201c}a\u{201d}: 1}", broken(0, false)),
            (r#"{{"a":1}}"#, broken(0, false)),
            (r#"{"a":1} {"a":"#, broken(8, true)),
            (r#"{"a":1} {"#, broken(8, true)),
            (r#"{"a":1"#, broken(0, true)),
            ("```json\n{\"a\":1\n```", broken(8, false)),
            (r#"[1, {"a":1}"#, broken(0, true)),
            (r#"[1, {"a":1} 2]"#, broken(0, false)),
            (r#"return {x, y, {"a":1}}"#, Unclear::Unopened { at: 21 }),
            (r#""b": {"a":1}}"#, Unclear::Unopened { at: 12 }),
            (r#"{"a":1}]"#, Unclear::Unopened { at: 7 }),
            (r#"1}, {"a":1}"#, Unclear::Unopened { at: 1 }),
            (r#"{"a": <think>1</think> 2}"#, broken(0, false)),
            (r#"{"a":1} <think>or</think> {"a":2}"#, several(&[0, 26])),
            (r#"{ <think>1</think> } {"a":1}}"#, Unclear::Unopened { at: 28 }),
        ] {
            assert_eq!(found(text), Err(unclear), "{text}");
        }
        // A list of objects is no object: nothing is taken out of it.
        assert_eq!(found(r#"Two: [{"a":1}]"#), Ok(r#"[{"a":1}]"#));
    }

    #[test]
    fn lists_where_they_can_be_meant() {
        assert_eq!(found_list("Steps, as in [note]: [\"a\", \"b\"]."), Ok("[\"a\", \"b\"]"));
        assert!(found_list("[1] [2]").is_err());
        assert!(found_list("[1, 2").is_err());
        assert!(found_list("[1st] [2]").is_err());
        assert!(found_list("['a'] [2]").is_err());
        assert!(found_list("[] {}").is_err());
    }

    #[test]
    fn other_values_only_where_they_stand_alone() {
        assert_eq!(found("\u{feff}42"), Ok("42"));
        assert_eq!(found("```\n\"a ``` b\"\n```"), Ok("\"a ``` b\""));
        for text in ["The answer is 42.", "```\n42\n```\n```\n43\n```", "```\n42", "42 43", "```42```"] {
            assert_eq!(found(text), Err(Unclear::Nothing { thoughts: false }), "{text}");
        }
    }

    #[test]
    fn messages_say_how_many_and_where() {
        let text = "{\"a\":1}\nä {\"a\":2} {} {}";
        assert_eq!(
            found(text).unwrap_err().message(text, "exactly one object"),
            "4 JSON values in the text, at line 1 column 1, line 2 column 3, line 2 column 11, …: expected exactly one object"
        );
        let text = "So:\n{\"a\":";
        assert_eq!(
            found(text).unwrap_err().message(text, "exactly one object"),
            "the JSON object at line 2 column 1 is cut off"
        );
    }

    /// Quadratic time would be minutes for each.
    #[test]
    fn megabytes_of_nonsense() {
        const MANY: usize = 1 << 16;
        for piece in [
            "{",
            "[",
            "}",
            "{x",
            "[1",
            "[1,",
            "[[",
            "[\"",
            "{\"",
            "{\n",
            "[\n",
            "{ x {y} ",
            "```",
            "[1]",
            "[1,\n",
            "[\"[",
            "[1,[",
            "<think>",
            "</think>",
            "<think ",
            "<think>{\"</think>",
            "<think/>[",
            "{\"\\\"</think>",
            "[THINK",
            "<|channel|>final",
            "assistantfinal",
            "[0 ",
            "{xxxxxxxxxxxx",
            "\\\"[",
            "[\"a\",",
            "[-",
        ] {
            for lists in [false, true] {
                assert!(the_one(&piece.repeat(MANY), lists).is_err(), "{piece}");
                let thoughts = format!("{}</think>", piece.repeat(MANY));
                assert!(the_one(&thoughts, lists).is_err(), "{thoughts:.99}");
            }
        }
    }
}
