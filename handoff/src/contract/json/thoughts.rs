//! Where a reasoning model thinks aloud in a text: what it writes between markers of its own before, beside or after
//! what it has to say.
//!
//! The markers are those of the models' chat templates and of what servers and prompts ask for instead. Inside a JSON
//! value they are text like any other.

use std::ops::Range;

use crate::contract::json::find::{begins_list, begins_object, read};

/// Names of tags: `<think>` is what most models write. They count in upper case, with attributes (`<think mode="fast">`)
/// and in a namespace (`<seed:think>` of Seed, `<mm:think>` of `MiniMax`), too.
const TAGS: &[&str] = &[
    "<think>",
    "<thinking>",
    "<thought>",
    "<thoughts>",
    "<reason>",
    "<reasoning>",
    "<reflection>",
    "<scratchpad>",
];

/// Other markers: what begins thoughts, and what ends them.
const PAIRS: &[(&str, &[&str])] = &[
    // Mistral
    ("[THINK]", &["[/THINK]"]),
    // Kimi
    ("◁think▷", &["◁/think▷"]),
    // Sky-T1, OpenThinker
    ("<|begin_of_thought|>", &["<|end_of_thought|>"]),
    // Cohere Command
    ("<|START_THINKING|>", &["<|END_THINKING|>"]),
    // Apertus
    ("<|inner_prefix|>", &["<|inner_suffix|>"]),
    // Gemma
    ("<|channel>thought", &["<channel|>"]),
    // Solar
    ("<|think|>", &[END]),
    // gpt-oss; where a server has dropped its special tokens, the names of the channels are left.
    ("<|channel|>analysis", &[FINAL, "assistantfinal", END]),
];

/// Ends what is no thought as well, so that alone it says nothing.
const END: &str = "<|end|>";

/// The name of the channel in which gpt-oss answers. The message may have more to its head.
const FINAL: &str = "<|channel|>final";

/// The end of a head.
const MESSAGE: &[u8] = b"<|message|>";

/// Most bytes of a head after the name of its channel.
const LONGEST_HEAD: usize = 64;

/// Thoughts that do not end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) start: usize,
    /// What they begin with, as the table has it.
    pub(crate) marker: &'static str,
}

/// The places of all thoughts in a part of a text, in their order.
///
/// A block goes to the first end of its own kind. An end that ends no block is where the chat template has written the
/// beginning, or where the model has written another: all before it is thought.
///
/// # Errors
///
/// Where what begins has no end.
#[inline]
pub(crate) fn thoughts(text: &str, part: &Range<usize>) -> Result<Vec<Range<usize>>, Unfinished> {
    let bytes = &text.as_bytes()[..part.end];
    let mut found = Vec::new();
    let mut at = part.start;
    // Before this it is the beginning of a JSON value that goes wrong later: its strings are strings all the same.
    let mut broken_to = at;
    let mut unfinished = None;
    // The kinds of which no end follows: each is looked for once.
    let mut endless = Vec::new();
    while at < part.end {
        at = match Marker::at(bytes, at) {
            Some(Marker::Opens { kind, end }) => {
                let known = endless.contains(&kind);
                if !known && let Some(end) = kind.end_from(bytes, end) {
                    found.push(at..end);
                    end
                } else {
                    if !known {
                        endless.push(kind);
                    }
                    unfinished.get_or_insert(Unfinished { start: at, marker: kind.open() });
                    end
                }
            }
            Some(Marker::IsEmpty { end }) => {
                found.push(at..end);
                end
            }
            Some(Marker::Closes { end }) => {
                found.clear();
                found.push(part.start..end);
                unfinished = None;
                end
            }
            None if at < broken_to && bytes[at] == b'"' => string_end(&bytes[..broken_to], at),
            None if at >= broken_to && begins_value(&bytes[at..]) => match read(&text[at..part.end]) {
                Ok(length) => at + length,
                Err(stop) => {
                    broken_to = at + stop.at;
                    at + 1
                }
            },
            None => at + 1,
        };
    }
    unfinished.map_or(Ok(found), Err)
}

/// The parts of a text between its thoughts.
#[inline]
pub(crate) fn besides(part: &Range<usize>, thoughts: &[Range<usize>]) -> Vec<Range<usize>> {
    let starts = std::iter::once(part.start).chain(thoughts.iter().map(|thought| thought.end));
    let ends = thoughts.iter().map(|thought| thought.start).chain(std::iter::once(part.end));
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

#[inline]
fn begins_value(bytes: &[u8]) -> bool {
    match bytes {
        [b'{', rest @ ..] => begins_object(rest),
        [b'[', rest @ ..] => begins_list(rest),
        _ => false,
    }
}

/// The end of the string that begins here, or that of the text.
#[inline]
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// What kind of thoughts.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Tag(&'static str),
    Pair(&'static str, &'static [&'static str]),
}

impl Kind {
    fn open(self) -> &'static str {
        match self {
            Self::Tag(open) | Self::Pair(open, _) => open,
        }
    }

    /// Where thoughts of this kind end, from where they have begun.
    #[inline]
    fn end_from(self, bytes: &[u8], start: usize) -> Option<usize> {
        (start..bytes.len()).find_map(|at| {
            let end = match self {
                Self::Tag(open) => {
                    tag(bytes, at).filter(|tag| tag.open == open && tag.closes).map(|tag| tag.end)
                }
                Self::Pair(_, close) => close.iter().find_map(|close| close_at(bytes, at, close)),
            };
            end.filter(|end| !is_mention(bytes, at..*end))
        })
    }
}

/// A marker at a place in a text.
enum Marker {
    Opens {
        kind: Kind,
        end: usize,
    },
    /// It begins thoughts and ends them: `<think/>`.
    IsEmpty {
        end: usize,
    },
    Closes {
        end: usize,
    },
}

impl Marker {
    #[inline]
    fn at(bytes: &[u8], at: usize) -> Option<Self> {
        if !may_begin(bytes[at], *bytes.get(at + 1)?) {
            return None;
        }
        let marker = match tag(bytes, at) {
            Some(Tag { closes: true, end, .. }) => Self::Closes { end },
            Some(Tag { empty: true, end, .. }) => Self::IsEmpty { end },
            Some(Tag { open, end, .. }) => Self::Opens { kind: Kind::Tag(open), end },
            None => PAIRS.iter().find_map(|(open, close)| {
                if starts(&bytes[at..], open) {
                    return Some(Self::Opens { kind: Kind::Pair(open, close), end: at + open.len() });
                }
                let mut alone = close.iter().filter(|close| **close != END);
                alone.find_map(|close| close_at(bytes, at, close)).map(|end| Self::Closes { end })
            })?,
        };
        let (Self::Opens { end, .. } | Self::IsEmpty { end } | Self::Closes { end }) = marker;
        (!is_mention(bytes, at..end)).then_some(marker)
    }
}

/// Whether a marker may begin with the two bytes.
#[inline]
fn may_begin(first: u8, second: u8) -> bool {
    match first {
        b'<' => matches!(second, b'/' | b'|' | b'a'..=b'z' | b'A'..=b'Z'),
        b'[' => matches!(second, b'/' | b't' | b'T'),
        b'a' | b'A' => matches!(second, b's' | b'S'),
        // `◁`
        _ => first == 0xe2,
    }
}

#[inline]
fn starts(bytes: &[u8], with: &str) -> bool {
    bytes.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
}

/// The end of the marker, with the head that it may be the beginning of.
#[inline]
fn close_at(bytes: &[u8], at: usize, close: &str) -> Option<usize> {
    let rest = bytes.get(at..).filter(|rest| starts(rest, close))?;
    let end = at + close.len();
    if close != FINAL {
        return Some(end);
    }
    let mut head = rest[close.len()..].windows(MESSAGE.len()).take(LONGEST_HEAD);
    Some(end + head.position(|bytes| bytes == MESSAGE).map_or(0, |length| length + MESSAGE.len()))
}

struct Tag {
    /// As the table has it.
    open: &'static str,
    closes: bool,
    empty: bool,
    end: usize,
}

/// The tag of the table that begins here.
#[inline]
fn tag(bytes: &[u8], at: usize) -> Option<Tag> {
    let rest = bytes[at..].strip_prefix(b"<")?;
    // Up to the next tag and not further, so that no byte is looked at for more than one.
    let inside = &rest[..rest.iter().position(|byte| matches!(byte, b'<' | b'>'))?];
    let end = at + inside.len() + 2;
    if rest.get(inside.len()) != Some(&b'>') {
        return None;
    }
    let (closes, inside) = match inside.strip_prefix(b"/") {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let (empty, inside) = match inside.strip_suffix(b"/") {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    let name = inside.split(u8::is_ascii_whitespace).next()?;
    let name = name.rsplit(|byte| *byte == b':').next()?;
    let named = |open: &&&str| open.as_bytes()[1..open.len() - 1].eq_ignore_ascii_case(name);
    TAGS.iter().find(named).map(|open| Tag { open, closes, empty, end })
}

/// Whether somebody speaks of the marker: it stands as code between single backquotes.
#[inline]
fn is_mention(bytes: &[u8], marker: Range<usize>) -> bool {
    let before =
        matches!(bytes[..marker.start], [.., b'`']) && !matches!(bytes[..marker.start], [.., b'`', b'`']);
    let after = matches!(bytes[marker.end..], [b'`', ..]) && !matches!(bytes[marker.end..], [b'`', b'`', ..]);
    before && after
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text, or what the thoughts begin with that do not end.
    fn rest(text: &str) -> Result<String, &'static str> {
        let part = 0..text.len();
        let found = thoughts(text, &part).map_err(|unfinished| unfinished.marker)?;
        Ok(besides(&part, &found).into_iter().map(|part| &text[part]).collect())
    }

    #[test]
    fn every_marker_of_the_table() {
        let tags = TAGS.iter().map(|open| (*open, vec![open.replace('<', "</")]));
        let pairs = PAIRS
            .iter()
            .map(|(open, close)| (*open, close.iter().map(|close| (*close).to_owned()).collect()));
        for (open, closes) in tags.chain(pairs) {
            for close in &closes {
                assert_eq!(
                    rest(&format!("a {open}b {{\"c\": {close} d")).as_deref(),
                    Ok("a  d"),
                    "{open} {close}"
                );
                let alone = format!("a {close} {{\"b\": 1}}");
                let left = if close == END { alone.as_str() } else { " {\"b\": 1}" };
                assert_eq!(rest(&alone).as_deref(), Ok(left), "{close}");
            }
            assert_eq!(rest(&format!("a {open}b")), Err(open));
        }
    }

    #[test]
    fn what_models_write() {
        for (text, left) in [
            ("<THINK>a</Think>b", "b"),
            ("<think mode=\"fast\">a</think >b", "b"),
            ("<seed:think>a</seed:think>b<mm:think>c</mm:think>", "b"),
            ("<think/>a<think></think>b", "ab"),
            ("<think>a <think> b</think>c", "c"),
            ("<think>a<think>b</think>c</think>d", "d"),
            ("<thinking>a<reflection>b</reflection>c</thinking>d", "d"),
            ("a</think>b</think>c", "c"),
            ("a<think>b</think>c</thinking>d<think>e</think>f", "df"),
            ("<thinking>a</think>b", "b"),
            ("\"<reflection>a</think>b", "b"),
            (
                "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
                "b<|return|>",
            ),
            (
                "<|channel|>analysis<|message|>a<|start|>assistant<|channel|>final <|constrain|>json<|message|>b",
                "b",
            ),
            ("analysisWe need b.assistantfinalb", "b"),
            ("<|channel>thought\na<channel|>b", "b"),
            ("<|think|>a<|end|><|begin|>assistant<|content|>b", "<|begin|>assistant<|content|>b"),
            (
                "In `code`, `<think>` and `</think>` are words.",
                "In `code`, `<think>` and `</think>` are words.",
            ),
            ("<think>It is `a`</think>```\nb\n```", "```\nb\n```"),
            ("<thinker>a</thinker> < think> <thinking", "<thinker>a</thinker> < think> <thinking"),
        ] {
            assert_eq!(rest(text).as_deref(), Ok(left), "{text}");
        }
    }

    #[test]
    fn what_does_not_end() {
        for (text, marker) in [
            ("a <think>b", "<think>"),
            ("<thinking>a<reflection>b</reflection>{\"c\": \"</think>\"}", "<thinking>"),
            ("a</think><THINK>b<reason>c", "<think>"),
            ("<think>It ends with `</think>`.", "<think>"),
            ("<|channel|>analysis<|message|>a", "<|channel|>analysis"),
        ] {
            assert_eq!(rest(text), Err(marker), "{text}");
        }
    }

    #[test]
    fn in_json_a_marker_is_text() {
        for text in [
            r#"{"a": "<think>", "b": ["</think>", "[/THINK]"]}"#,
            r#"["</think>"] {"a": "\"</think>"}"#,
            r#"{"a": "</think>", "b"#,
            r#"{"a": "<think>", b}"#,
            r#"{"a": "x </think> y"#,
        ] {
            assert_eq!(rest(text).as_deref(), Ok(text));
        }
        for (text, left) in [
            (r#"{ a: 1 }, {"a": [</think> b"#, " b"),
            (r#"{"a": "b", </think>{"a": "</think>"}"#, r#"{"a": "</think>"}"#),
            (r#"{"a": [[/THINK]{"a": 1}"#, r#"{"a": 1}"#),
            ("{\"a\n</think> b", " b"),
            (r#"<think>{"a": "</think>"}</think>{"a": "</think>"}"#, r#"{"a": "</think>"}"#),
        ] {
            assert_eq!(rest(text).as_deref(), Ok(left), "{text}");
        }
    }
}
