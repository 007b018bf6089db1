//! What the file of a run is called.

use hmac_sha256::Hash;
use std::fmt::Write as _;

/// What all names end in.
const ENDING: &str = ".jsonl";

/// Bytes of a name, without its ending, from which on it is cut: file systems allow 255.
const LONGEST: usize = 200;

/// Bytes that are kept of one that is cut.
const KEPT: usize = 120;

/// Names that Windows has for devices, whatever they end in.
const DEVICES: [&str; 4] = ["aux", "con", "nul", "prn"];

/// The name for an id, whatever is in it: no two ids have the same, also where file systems take upper and lower case for
/// one, or two spellings of a letter.
///
/// Small ASCII letters, digits, `-` and `_` stand for themselves, and a `.` does that is not the first. A capital is the
/// small letter behind a `+`, and every other byte its hexadecimal behind a `%`. One that would be too long for a file system
/// is cut, and ends in a hash of all of the id.
#[inline]
pub(super) fn of_id(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + ENDING.len());
    let is_device = is_device(id);
    for (at, byte) in id.bytes().enumerate() {
        match byte {
            b'a'..=b'z' if at > 0 || !is_device => name.push(char::from(byte)),
            b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            b'.' if at > 0 => name.push('.'),
            b'A'..=b'Z' => name.extend(['+', char::from(byte.to_ascii_lowercase())]),
            _ => drop(write!(name, "%{byte:02x}")),
        }
    }
    if id.is_empty() {
        name.push('%');
    }
    if name.len() > LONGEST {
        name.truncate(KEPT);
        // No escape begins like that.
        name.push_str("%-");
        for byte in &Hash::hash(id.as_bytes())[..16] {
            let _ = write!(name, "{byte:02x}");
        }
    }
    name + ENDING
}

/// The id of a file that cannot be asked for it; where it was cut, its name. `None` of a file that is none of a run.
#[inline]
pub(super) fn id_of(name: &str) -> Option<String> {
    let name = name.strip_suffix(ENDING)?;
    Some(unescaped(name).unwrap_or_else(|| name.to_owned()))
}

#[inline]
fn unescaped(name: &str) -> Option<String> {
    if name == "%" {
        return Some(String::new());
    }
    let mut id = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        id.push(match byte {
            b'+' => rest.next()?.to_ascii_uppercase(),
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(id).ok()
}

#[inline]
fn is_device(id: &str) -> bool {
    let id = id.split_once('.').map_or(id, |(id, _)| id);
    let is_port = || {
        let number = id.strip_prefix("com").or_else(|| id.strip_prefix("lpt"));
        number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
    };
    DEVICES.contains(&id) || is_port()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_plain_id_is_its_name_and_all_else_is_escaped() {
        for (id, name) in [
            ("order-17_b", "order-17_b.jsonl"),
            ("Order", "+order.jsonl"),
            ("+order", "%2border.jsonl"),
            ("README.md", "+r+e+a+d+m+e.md.jsonl"),
            ("../../etc/passwd", "%2e.%2f..%2fetc%2fpasswd.jsonl"),
            ("C:\\run", "+c%3a%5crun.jsonl"),
            ("a\0b\n", "a%00b%0a.jsonl"),
            ("é", "%c3%a9.jsonl"),
            ("e\u{301}", "e%cc%81.jsonl"),
            ("50%", "50%25.jsonl"),
            ("nul", "%6eul.jsonl"),
            ("com1", "%63om1.jsonl"),
            ("com10", "com10.jsonl"),
            ("aux.c", "%61ux.c.jsonl"),
            ("NUL", "+n+u+l.jsonl"),
            ("", "%.jsonl"),
            (".", "%2e.jsonl"),
        ] {
            assert_eq!(of_id(id), name);
            assert_eq!(id_of(name).as_deref(), Some(id));
        }
        assert_eq!(id_of("order-17.jsonl.swp"), None);
    }

    #[test]
    fn long_ids_have_short_names_of_their_own() {
        let ids: Vec<String> = ["a", "A", "é", "💡"]
            .into_iter()
            .flat_map(|text| [text.repeat(66), text.repeat(200), text.repeat(201), text.repeat(100_000)])
            .collect();
        let names: HashSet<_> = ids.iter().map(|id| of_id(id)).collect();
        assert_eq!(names.len(), ids.len());
        for name in names {
            assert!(name.len() <= 255, "{name}");
            assert!(id_of(&name).is_some());
            // The same where upper and lower case are one.
            assert_eq!(name, name.to_lowercase());
        }
    }

    #[test]
    fn no_id_has_the_name_of_one_that_was_cut() {
        let cut = of_id(&"a".repeat(1_000));
        let name = cut.strip_suffix(ENDING).unwrap();
        assert_ne!(of_id(name), cut);
        assert_eq!(id_of(&cut).as_deref(), Some(name));
    }
}
