//! The two files of data, written and checked:
//!
//! ```sh
//! UPDATE_EXPECT=1 cargo test -p handoff-o200k data
//! ```

use std::fmt::Write as _;
use std::path::Path;

use hmac_sha256::Hash;
use regex_syntax::hir::{Class as HirClass, HirKind};

use super::class_starts::STARTS;
use super::classes::{CLASS_BITS, Class, Classes};
use super::vocabulary::{LONGEST_TOKEN, Rank, TOKENS, Vocabulary};

/// The tokens in the order of their ranks, from the crate that the tests compare with.
fn tokens() -> impl Iterator<Item = Vec<u8>> {
    let oracle = tiktoken::get_encoding("o200k_base").unwrap();
    (0..u32::try_from(oracle.vocab_size()).unwrap()).map(|rank| oracle.decode(&[rank]))
}

/// Compares a file with what it should be, or writes it.
fn expect(file: &str, found: &[u8], expected: &[u8]) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        std::fs::write(path, expected).unwrap();
    } else {
        assert!(found == expected, "{file} is out of date: the first lines of data.rs say how to write it");
    }
}

#[test]
fn the_vocabulary_is_the_oracles() {
    let mut expected = Vec::new();
    for token in tokens() {
        expected.push(u8::try_from(token.len()).unwrap());
        expected.extend(token);
    }
    expect("o200k_base.bin", TOKENS, &expected);
}

/// The checksum that the reference, Python's `tiktoken`, has for the file from which it reads the vocabulary: a line
/// for each token, its bytes in base 64 and its rank.
#[test]
fn the_vocabulary_is_the_published_one() {
    let mut file = Hash::new();
    let (mut rest, mut rank) = (TOKENS, 0);
    while let Some((&length, tail)) = rest.split_first() {
        let (token, tail) = tail.split_at(usize::from(length));
        file.update(format!("{} {rank}\n", base64(token)));
        (rest, rank) = (tail, rank + 1);
    }
    assert_eq!(rank, 199_998);
    let checksum = file.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    assert_eq!(checksum, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d");
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().zip([16, 8, 0]).fold(0, |bits, (&byte, shift)| bits | usize::from(byte) << shift);
        for (digit, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            text.push(if digit <= group.len() { char::from(DIGITS[bits >> shift & 63]) } else { '=' });
        }
    }
    text
}

#[test]
fn every_token_is_found_and_nothing_else() {
    let vocabulary = Vocabulary::new();
    let mut before = None;
    let mut lengths = Vec::new();
    for token in tokens() {
        let rank = vocabulary.rank(&token);
        assert!(rank != Rank::NONE && Some(rank) > before, "{token:?}");
        assert_eq!(rank.len(), token.len());
        if let [first, second] = *token {
            assert_eq!(vocabulary.rank_of_pair(first, second), rank);
        }
        before = Some(rank);
        lengths.push(token.len());
    }
    assert_eq!((lengths.iter().min(), lengths.iter().max()), (Some(&1), Some(&LONGEST_TOKEN)));
    for no_token in [&b""[..], b"\xff\xff", b"handoffs!", &[b' '; 129]] {
        assert_eq!(vocabulary.rank(no_token), Rank::NONE, "{no_token:?}");
    }
    assert_eq!(vocabulary.rank_of_pair(0xff, 0xff), Rank::NONE);
}

/// Where the runs of characters of one class begin.
fn class_starts() -> Vec<u32> {
    let classes = [
        (r"[\p{Lu}\p{Lt}]", Class::Upper),
        (r"\p{Ll}", Class::Lower),
        (r"[\p{Lm}\p{Lo}]", Class::Uncased),
        (r"\p{M}", Class::Mark),
        (r"\p{N}", Class::Number),
        (r"[\r\n]", Class::Newline),
        (r"[\s--[\r\n]]", Class::Space),
    ];
    let mut runs = Vec::new();
    for (pattern, class) in classes {
        let pattern = regex_syntax::parse(pattern).unwrap();
        let HirKind::Class(HirClass::Unicode(ranges)) = pattern.kind() else {
            panic!("{pattern:?} is no class")
        };
        runs.extend(
            ranges.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()) + 1, class)),
        );
    }
    runs.sort_unstable_by_key(|run| run.0);
    let mut starts = Vec::new();
    let mut end = 0;
    for (from, to, class) in runs {
        assert!(from >= end, "{class:?} overlaps another class at {from:#x}");
        if from > end || end == 0 {
            starts.push(end << CLASS_BITS | Class::Other as u32);
        }
        starts.push(from << CLASS_BITS | class as u32);
        end = to;
    }
    starts.push(end << CLASS_BITS);
    starts
}

#[test]
fn classes_are_those_of_the_pattern() {
    let starts = class_starts();
    let mut file = String::from(
        "//! Written by `data.rs`: where runs of characters of one class begin.\n\n\
         /// The first character of each run, times eight, plus the number of its class.\n\
         #[rustfmt::skip]\n\
         #[allow(clippy::unreadable_literal)]\n\
         pub(crate) const STARTS: &[u32] = &[\n",
    );
    for line in starts.chunks(12) {
        let line: Vec<_> = line.iter().map(|start| format!("{start:#x}")).collect();
        let _ = writeln!(file, "    {},", line.join(", "));
    }
    file.push_str("];\n");
    expect("class_starts.rs", include_bytes!("class_starts.rs"), file.as_bytes());
    assert_eq!(STARTS, starts);

    let classes = Classes::new();
    for run in starts.windows(2) {
        let class = Class::from_bits(run[0] % (1 << CLASS_BITS));
        for c in (run[0] >> CLASS_BITS..run[1] >> CLASS_BITS).filter_map(char::from_u32) {
            assert_eq!(classes.of(c), class, "{c:?}");
        }
    }
    assert_eq!(classes.of(char::MAX), Class::Other);
}
