//! One order for what has none: the entries of maps and the items of sets, in text that has been written.

use std::cmp::Ordering;

/// Which objects are put in order while they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Objects {
    /// None.
    #[default]
    None,
    /// Those that say how many entries they have, as maps do: a struct with flattened parts does not.
    Counted,
    /// All that are no structs.
    All,
}

impl Objects {
    /// Whether one of so many entries is.
    pub(super) fn include(self, len: Option<usize>) -> bool {
        match self {
            Self::None => false,
            Self::Counted => len.is_some(),
            Self::All => true,
        }
    }
}

/// A part of an object or a list, by its place in the text.
#[derive(Debug)]
pub(super) struct Part {
    start: usize,
    /// Where that ends by which it is put in order: the key of an entry, or the item as a whole.
    key: usize,
    end: usize,
}

impl Part {
    pub(super) fn entry(start: usize, key: usize) -> Self {
        Self { start, key, end: key }
    }

    fn item(start: usize) -> Self {
        Self { start, key: usize::MAX, end: start }
    }

    fn key<'t>(&self, text: &'t str) -> &'t str {
        let key = &text[self.start..self.key];
        key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key)
    }
}

/// Puts the parts of an object or a list in order, which stand one behind the other, with a comma between two of them,
/// up to this end: by the text of their keys, or by their size where all are integers. Quotes do not count, unless
/// nothing else tells two of them apart.
pub(super) fn sort(text: &mut String, parts: &mut [Part], end: usize) {
    let mut before = end + 1;
    for part in parts.iter_mut().rev() {
        part.end = before - 1;
        part.key = part.key.min(part.end);
        before = part.start;
    }
    let by_size = parts.iter().all(|part| is_integer(part.key(text)));
    let compare = |one: &Part, other: &Part| {
        let (key, other_key) = (one.key(text), other.key(text));
        let by_key = if by_size { compare_integers(key, other_key) } else { key.cmp(other_key) };
        by_key.then_with(|| text[one.start..one.end].cmp(&text[other.start..other.end]))
    };
    if parts.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return;
    }
    parts.sort_unstable_by(compare);
    let mut sorted = String::with_capacity(end - before);
    for part in parts {
        if !sorted.is_empty() {
            sorted.push(',');
        }
        sorted.push_str(&text[part.start..part.end]);
    }
    text.replace_range(before..end, &sorted);
}

/// Whether a text is an integer, as it is written.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Compares integers of any length, which begin with no zeros.
fn compare_integers(one: &str, other: &str) -> Ordering {
    let by_size = |one: &str, other: &str| one.len().cmp(&other.len()).then_with(|| one.cmp(other));
    match (one.strip_prefix('-'), other.strip_prefix('-')) {
        (None, None) => by_size(one, other),
        (Some(one), Some(other)) => by_size(other, one),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// Puts the items of some lists of a JSON text in order, those of inner ones first. Lists are counted as they begin.
pub(crate) fn sort_lists(text: &mut String, is_sorted: impl Fn(usize) -> bool) {
    // What is open at a place, and the items so far of a list that is put in order.
    let mut open: Vec<Option<Vec<Part>>> = Vec::new();
    let (mut place, mut lists) = (0, 0);
    while let Some(byte) = text.as_bytes().get(place) {
        match byte {
            b'"' => place = end_of_string(text.as_bytes(), place + 1),
            b'{' => open.push(None),
            b'[' => {
                open.push(is_sorted(lists).then(|| vec![Part::item(place + 1)]));
                lists += 1;
            }
            b',' => {
                if let Some(Some(items)) = open.last_mut() {
                    items.push(Part::item(place + 1));
                }
            }
            b'}' | b']' => {
                if let Some(Some(mut items)) = open.pop() {
                    sort(text, &mut items, place);
                }
            }
            _ => {}
        }
        place += 1;
    }
}

/// Where the string ends whose first byte is at this place: at its quote.
fn end_of_string(text: &[u8], mut place: usize) -> usize {
    loop {
        let rest = text.get(place..).unwrap_or_default();
        place += super::plain(rest);
        match text.get(place) {
            Some(b'\\') => place += 2,
            Some(b'"') | None => return place,
            // Nothing in JSON that was written.
            Some(_) => place += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[track_caller]
    fn in_order(text: &str, expected: &str) {
        let mut sorted = text.to_owned();
        sort_lists(&mut sorted, |_| true);
        assert_eq!(sorted, expected);
        sort_lists(&mut sorted, |_| true);
        assert_eq!(sorted, expected, "again");
    }

    #[test]
    fn items_are_in_the_order_of_their_text_and_integers_in_that_of_their_size() {
        in_order(r#"["b","a!","a","","B"]"#, r#"["","B","a","a!","b"]"#);
        in_order("[10,9,-1,-10,0,18446744073709551616]", "[-10,-1,0,9,10,18446744073709551616]");
        in_order(r#"["10","9"]"#, r#"["9","10"]"#);
        in_order(r#"["10","9","a"]"#, r#"["10","9","a"]"#);
        in_order("[1.5,10,9]", "[1.5,10,9]");
        in_order(r#"[1,"1",-1,"-1"]"#, r#"["-1",-1,"1",1]"#);
        in_order("[true,null,false]", "[false,null,true]");
    }

    #[test]
    fn inner_lists_are_sorted_before_outer_ones() {
        in_order("[[3,1],[],[2,1,1]]", "[[1,1,2],[1,3],[]]");
        in_order(r#"{"b":[{"x":[2,1]},{"x":[1,1]}],"a":[]}"#, r#"{"b":[{"x":[1,1]},{"x":[1,2]}],"a":[]}"#);
    }

    #[test]
    fn what_stands_in_strings_is_no_list() {
        in_order(r#"["]b,[","\"],\\","]"]"#, r#"["\"],\\","]","]b,["]"#);
        in_order(r#"["é","🦀","z"]"#, r#"["z","é","🦀"]"#);
    }

    #[test]
    fn only_the_lists_that_are_asked_for_are_sorted() {
        for which in 0..4 {
            let mut text = "[[2,1],[[4,3]]]".to_owned();
            sort_lists(&mut text, |list| list == which);
            let expected = ["[[2,1],[[4,3]]]", "[[1,2],[[4,3]]]", "[[2,1],[[4,3]]]", "[[2,1],[[3,4]]]"];
            assert_eq!(text, expected[which]);
        }
    }

    #[test]
    fn integers_are_compared_as_numbers_are() {
        let numbers = BTreeSet::from([i64::MIN, -11, -10, -9, -1, 0, 1, 9, 10, 11, 99, 100, i64::MAX]);
        for one in &numbers {
            for other in &numbers {
                let by_text = compare_integers(&one.to_string(), &other.to_string());
                assert_eq!(by_text, one.cmp(other), "{one} and {other}");
            }
        }
    }
}
