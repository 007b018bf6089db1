//! Patterns against an engine of ECMA-262, which is what a JSON Schema's `pattern` means: whatever is accepted here is
//! accepted there, with the flag `u`, and found in the same strings.
//!
//! Needs `node`; without it the test says so and passes.

use std::io::{ErrorKind, Write as _};
use std::process::{Command, Stdio};

use fastrand::Rng;
use handoff_pattern::Pattern;

const PATTERNS: usize = 30_000;
const SUBJECTS: usize = 12;

/// Reads `[[pattern, [subject, …]], …]`; writes for each pattern a verdict on each subject, or why it is none.
const PROGRAM: &str = r#"
const input = JSON.parse(require("fs").readFileSync(0, "utf8"));
const verdicts = input.map(([pattern, subjects]) => {
    try {
        const regex = new RegExp(pattern, "u");
        return subjects.map(subject => regex.test(subject));
    } catch (error) {
        return String(error);
    }
});
process.stdout.write(JSON.stringify(verdicts));
"#;

/// What patterns are put together from where nothing is known of their form.
const PIECES: [&str; 74] = [
    "a",
    "b",
    "c",
    "z",
    "A",
    "0",
    "9",
    "é",
    "ß",
    "😀",
    "\u{2028}",
    "\n",
    " ",
    "/",
    ",",
    ":",
    "=",
    "!",
    "<",
    "&",
    "~",
    "-",
    "--",
    "&&",
    "~~",
    "_",
    "\"",
    "'",
    "#",
    "@",
    "%",
    "^",
    "$",
    "(",
    ")",
    "(?:",
    "[",
    "[^",
    "]",
    "|",
    "*",
    "+",
    "?",
    "{0}",
    "{1}",
    "{2}",
    "{0,1}",
    "{1,}",
    "{2,3}",
    "*?",
    "+?",
    "??",
    "{1,2}?",
    r"\n",
    r"\t",
    r"\r",
    r"\f",
    r"\v",
    r"\.",
    r"\*",
    r"\[",
    r"\]",
    r"\^",
    r"\$",
    r"\\",
    r"\/",
    r"\-",
    r"\|",
    r"\{",
    r"\x41",
    r"\u00e9",
    r"\u{1f600}",
    "a-c",
    r"\x00-\x1f",
];

/// What strings are put together from: what a pattern may mean, and what may be taken for it.
const CHARACTERS: [char; 48] = [
    'a', 'b', 'c', 'd', 'z', 'A', 'B', '0', '9', 'é', 'ß', '😀', '😁', '\u{2028}', '\u{2029}', '\u{85}',
    '\n', '\r', '\t', '\u{b}', '\u{c}', '\0', '\u{1f}', ' ', '\u{a0}', '/', ',', ':', '=', '!', '<', '&',
    '~', '-', '_', '"', '\'', '#', '^', '$', '(', ')', '[', ']', '|', '*', '\\', '.',
];

/// Any text: most are no pattern.
fn soup(rng: &mut Rng) -> String {
    (0..rng.usize(1..8)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect()
}

/// A pattern, as far as its form goes.
fn pattern(rng: &mut Rng, depth: usize) -> String {
    let mut text = String::new();
    for alternative in 0..=rng.usize(..6).saturating_sub(3) {
        if alternative > 0 {
            text.push('|');
        }
        for _ in 0..rng.usize(..4) {
            text.push_str(&atom(rng, depth));
            if rng.usize(..3) == 0 {
                text.push_str(["*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "{2,3}"][rng.usize(..8)]);
                text.push_str(if rng.usize(..4) == 0 { "?" } else { "" });
            }
        }
    }
    text
}

fn atom(rng: &mut Rng, depth: usize) -> String {
    match rng.usize(..10) {
        0 => ["^", "$", "(?:^)", "(?:$)"][rng.usize(..4)].to_owned(),
        1 | 2 if depth > 0 => {
            let open = ["(", "(?:"][rng.usize(..2)];
            format!("{open}{})", pattern(rng, depth - 1))
        }
        3 | 4 => {
            let mut text = ["[", "[^"][rng.usize(..2)].to_owned();
            for _ in 0..rng.usize(1..4) {
                text.push_str(&one(rng));
                if rng.usize(..3) == 0 {
                    text.push('-');
                    text.push_str(&one(rng));
                }
            }
            text.push(']');
            text
        }
        _ => one(rng),
    }
}

/// A character, written in one of its ways.
fn one(rng: &mut Rng) -> String {
    let character = CHARACTERS[rng.usize(..CHARACTERS.len())];
    match rng.usize(..6) {
        0 => format!(r"\u{{{:x}}}", u32::from(character)),
        1 if u32::from(character) < 0x1_0000 => format!(r"\u{:04x}", u32::from(character)),
        2 if u32::from(character) < 0x100 => format!(r"\x{:02X}", u32::from(character)),
        3 => format!(r"\{character}"),
        _ => character.to_string(),
    }
}

fn subject(rng: &mut Rng, pattern: &str) -> String {
    let of_pattern: Vec<char> = pattern.chars().filter(|character| character.is_alphanumeric()).collect();
    let mut text = String::new();
    for _ in 0..rng.usize(..7) {
        text.push(match of_pattern.as_slice() {
            [_, ..] if rng.bool() => of_pattern[rng.usize(..of_pattern.len())],
            _ => CHARACTERS[rng.usize(..CHARACTERS.len())],
        });
    }
    text
}

#[test]
fn patterns_mean_the_same_in_ecmascript() {
    let mut rng = Rng::with_seed(0x000e_c3a2_6200);
    let (mut cases, mut ours) = (Vec::new(), Vec::new());
    while cases.len() < PATTERNS {
        let text = if rng.usize(..3) == 0 { soup(&mut rng) } else { pattern(&mut rng, 3) };
        let Ok(pattern) = Pattern::parse(&text) else { continue };
        let subjects: Vec<String> = (0..SUBJECTS).map(|_| subject(&mut rng, &text)).collect();
        ours.push(subjects.iter().map(|subject| pattern.is_in(subject)).collect::<Vec<_>>());
        cases.push((text, subjects));
    }
    let found = ours.iter().flatten().filter(|found| **found).count();
    assert!(found > PATTERNS / 2 && found < PATTERNS * SUBJECTS / 2, "one-sided: {found} found");

    let node =
        Command::new("node").arg("-e").arg(PROGRAM).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut node = match node {
        Ok(node) => node,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: there is no `node` to compare with");
            return;
        }
        Err(error) => panic!("`node` does not start: {error}"),
    };
    // It reads to the end before it writes.
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(&serde_json::to_vec(&cases).unwrap()).unwrap();
    drop(stdin);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "`node` failed");
    let theirs: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();

    assert_eq!(theirs.len(), cases.len());
    let mut differences = Vec::new();
    for (((text, subjects), ours), theirs) in cases.iter().zip(&ours).zip(&theirs) {
        let Some(verdicts) = theirs.as_array() else {
            differences.push(format!("{text:?}: {theirs}"));
            continue;
        };
        for ((subject, ours), theirs) in subjects.iter().zip(ours).zip(verdicts) {
            if theirs != ours {
                differences.push(format!("{text:?} in {subject:?}: {theirs} there, {ours} here"));
            }
        }
    }
    differences.sort_by_key(String::len);
    differences.truncate(20);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
