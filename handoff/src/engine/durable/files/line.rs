//! Entries as lines: each with a checksum, so that what is read is what was written.

use crate::engine::durable::Entry;
use std::fmt::Write as _;
use std::io::{self, Write as _};

/// What stands between an entry and its checksum, in the object that the line is.
const CHECK: &str = r#","check":""#;

/// What a line ends in.
const END: &str = "\"}\n";

/// Digits of a checksum.
const DIGITS: usize = 16;

/// Writes entries, a line each: the entry's object, with `check` for its last member.
///
/// # Errors
///
/// An entry is no JSON.
#[inline]
pub(super) fn write(lines: &mut Vec<u8>, entries: &[Entry]) -> io::Result<()> {
    for entry in entries {
        let start = lines.len();
        serde_json::to_writer(&mut *lines, entry)?;
        // The brace comes back after the checksum.
        lines.pop();
        // Between the tokens of JSON that a payload brings along; no string has one in it.
        lines[start..].iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        let check = checksum(&lines[start..]);
        write!(lines, "{CHECK}{check:0DIGITS$x}{END}")?;
    }
    Ok(())
}

/// What is in a file.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) entries: Vec<Entry>,
    /// Bytes of all their lines. What comes after them was being written when its process, or the machine, ended.
    pub(super) len: usize,
}

/// Reads the lines of a file.
///
/// The last of them may have been written in part, or be the zeros that a file system has in the place of what was not
/// written when the machine went down: it is not in what is read, and was not yet told to be kept.
///
/// # Errors
///
/// Which line is damaged, and how; or that they are those of another version.
#[inline]
pub(super) fn read(text: &[u8]) -> Result<Read, String> {
    let mut read = Read { entries: Vec::new(), len: 0 };
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match entry_of(line) {
            Ok(entry) => read.entries.push(entry),
            Err(_) if read.len + line.len() == text.len() && is_torn(line) => break,
            Err(reason) => return Err(format!("line {}: {reason}", index + 1)),
        }
        read.len += line.len();
    }
    Ok(read)
}

#[inline]
fn is_torn(line: &[u8]) -> bool {
    // No JSON holds a zero byte.
    !line.ends_with(b"\n") || line.contains(&0)
}

#[inline]
fn entry_of(line: &[u8]) -> Result<Entry, String> {
    let parts = line.strip_suffix(END.as_bytes()).and_then(|line| {
        let (entry, check) = line.split_at_checked(line.len().checked_sub(CHECK.len() + DIGITS)?)?;
        Some((entry, check.strip_prefix(CHECK.as_bytes())?))
    });
    let Some((entry, check)) = parts else { return Err("it does not end in its checksum".to_owned()) };
    let mut expected = String::with_capacity(DIGITS);
    let _ = write!(expected, "{:0DIGITS$x}", checksum(entry));
    if check != expected.as_bytes() {
        return Err("its checksum is that of something else: it was changed".to_owned());
    }
    let mut json = entry.to_vec();
    json.push(b'}');
    // What another version has written. Payloads are read as they stand, so none is in what serde_json says.
    serde_json::from_slice(&json).map_err(|error| {
        let (said, place) =
            (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
        said.strip_suffix(&place).map(str::to_owned).unwrap_or(said)
    })
}

/// FNV-1a: finds what has happened to a line, and is no defence against whoever wants to change one.
#[inline]
fn checksum(bytes: &[u8]) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    #[inline]
    fn written() -> Vec<u8> {
        let entries = [
            Entry::Resumed { at: 1, pid: 2 },
            Entry::Timer { place: "0".into(), until: 9 },
            Entry::Fired { place: "0".into() },
        ];
        let mut lines = Vec::new();
        write(&mut lines, &entries).unwrap();
        lines
    }

    #[test]
    fn a_line_is_an_object_with_its_checksum_at_the_end() {
        let lines = String::from_utf8(written()).unwrap();
        let last = lines.lines().last().unwrap();
        assert_eq!(last, r#"{"fired":{"place":"0"},"check":"2513e50d41560c57"}"#);
        let read = read(lines.as_bytes()).unwrap();
        assert_eq!((read.entries.len(), read.len), (3, lines.len()));
    }

    #[test]
    fn what_was_written_in_part_is_left_out_wherever_it_is_cut() {
        let lines = written();
        let starts =
            [0].into_iter().chain((0..lines.len()).filter(|at| lines[*at] == b'\n').map(|at| at + 1));
        let starts: Vec<_> = starts.collect();
        for cut in 0..lines.len() {
            let whole = starts.iter().rposition(|start| *start <= cut).unwrap();
            for zeros in [0, 1, 300] {
                let mut torn = lines[..cut].to_vec();
                torn.resize(cut + zeros, 0);
                let read = read(&torn).unwrap();
                assert_eq!((read.entries.len(), read.len), (whole, starts[whole]), "cut at {cut}");
            }
        }
    }

    /// Also where it is JSON still.
    #[test]
    fn a_change_of_any_bit_of_a_whole_line_is_found() {
        let lines = written();
        for at in 0..lines.len() {
            for bit in 0..8 {
                let mut damaged = lines.clone();
                damaged[at] ^= 1 << bit;
                let Ok(read) = read(&damaged) else { continue };
                // No line in its place; as if the last had not been written to its end.
                assert_eq!((at, read.entries.len()), (lines.len() - 1, 2), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn what_stands_on_many_lines_is_written_on_one() {
        let envelope = RawValue::from_string("{\n\"text\": \"a\\nb\"\n}".to_owned()).unwrap();
        let mut lines = Vec::new();
        write(&mut lines, &[Entry::Ended { at: 1, envelope: Some(envelope), error: None }]).unwrap();
        let read = read(&lines).unwrap();
        let [Entry::Ended { envelope: Some(envelope), .. }] = &*read.entries else { panic!("{read:?}") };
        assert_eq!(envelope.get(), "{ \"text\": \"a\\nb\" }");
    }

    #[test]
    fn a_hole_before_the_end_is_damage() {
        let mut lines = written();
        lines[10..20].fill(0);
        assert!(read(&lines).unwrap_err().starts_with("line 1: "));
    }
}
