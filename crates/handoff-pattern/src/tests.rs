use proptest::prelude::*;

use crate::{Pattern, Sampler};

#[track_caller]
fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
}

#[test]
fn what_is_found() {
    for (text, found, not_found) in [
        ("^t[0-9]+$", &["t1", "t42"][..], &["", "t", "xt1", "t1x", "t1\n", "t\u{661}"][..]),
        ("b", &["b", "abc", "\nb"], &["", "a"]),
        ("^(?:a|bc)*?d{2,3}$", &["dd", "abcddd", "bcdd"], &["d", "dddd", "bdd"]),
        ("^.{3}$".replace('.', "[^a]").as_str(), &["éßü", "\n\u{2028}😀"], &["éß", "bab", "é\u{300}üx"]),
        ("^$|x$", &["", "yx"], &["xy"]),
        ("(^|,)a(,|$)", &["a", "b,a", "a,b"], &["ba", "ab"]),
        (r"^[\^\-\]a-c-]{1,}$", &["^", "-", "]", "b-"], &["d", ""]),
        (r"^\u0041\x42\u{1f600}\.\/$", &["AB😀./"], &["AB😀a/"]),
        ("^a{0}b$", &["b"], &["ab"]),
        ("^(?:)a(b|)$", &["a", "ab"], &["b"]),
    ] {
        let pattern = pattern(text);
        for string in found {
            assert!(pattern.is_in(string), "{text} is in {string:?}");
        }
        for string in not_found {
            assert!(!pattern.is_in(string), "{text} is not in {string:?}");
        }
    }
}

#[test]
fn what_is_not_read_alike_everywhere_is_refused() {
    for text in [
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        r"\b",
        r"\B",
        r"\p{L}",
        r"\A",
        r"\z",
        r"\1",
        r"\k<a>",
        r"\0",
        r"\a",
        r"\cA",
        r"\U0001F600",
        r"\x{41}",
        r"\x4",
        r"\u{}",
        r"\u{110000}",
        r"\ud83d",
        r"\-",
        r"\ ",
        r"\é",
        r"\_",
        r"\",
        "a.b",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?<name>a)",
        "(?P<name>a)",
        "(?i)a",
        "(?x) a",
        "(?i:a)",
        "(?-u:a)",
        "(?>a)",
        "(a",
        "a)",
        "[a",
        "[]",
        "[]a]",
        "[^]",
        "[[:alpha:]]",
        "[[a]]",
        "[a&&b]",
        "[a--b]",
        "[a~~b]",
        "[--a]",
        "[a-c-e]",
        "[c-a]",
        r"[\d]",
        r"[\b]",
        "[:a:]",
        "*a",
        "a**",
        "a*+",
        "a{2}{3}",
        "a+??",
        "^*",
        "$+",
        "^{2}",
        "a{",
        "a{,3}",
        "a{x}",
        "a{3,2}",
        "a{ 3 }",
        "a{3",
        "{",
        "a}",
        "a]",
        "|+",
        "(?)",
        "a{3000}",
        "(?:a{50}){50}",
        "a{99999999999}",
        "",
        "a*",
        "a?|b",
        "^a*",
        "a*$",
        "()",
        "a$b",
        "b^a",
        r"[^\u{0}-\u{10ffff}]",
    ] {
        let mistake = Pattern::parse(text).map(drop).expect_err(text).to_string();
        assert!(mistake.contains("pattern") && mistake.contains("\nhelp: "), "{text}: {mistake}");
    }
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(Pattern::parse(&deep).is_err());
}

#[test]
fn a_mistake_names_the_part_and_its_place() {
    for (text, message) in [
        (
            r"^é\d+$",
            "`\\d` at character 3 of the pattern stands for the characters of all scripts in Rust, and for ASCII in a JSON Schema\nhelp: write `[0-9]`",
        ),
        (
            "(unclosed",
            "`(` at character 1 of the pattern is an unclosed group\nhelp: write the `)`, or `\\(` for the character itself",
        ),
        (
            "(?x) a b",
            "`(?x)` at character 1 of the pattern sets flags, which a JSON Schema cannot\nhelp: write the pattern without them, as in `[Aa]` for both cases of a letter",
        ),
        (
            "a*|b",
            "the pattern is found in every string, so it refuses none\nhelp: write `^(?:a*|b)$` if it is meant for the whole string",
        ),
        ("a{,3}", "`{,3}` at character 2 of the pattern is not read alike everywhere\nhelp: write `{0,3}`"),
        (
            "[a-c-e]",
            "`-` at character 5 of the pattern is not read alike everywhere in the middle of a class\nhelp: write `\\-` for the character itself",
        ),
    ] {
        assert_eq!(Pattern::parse(text).map(drop).expect_err(text).to_string(), message);
    }
}

#[test]
fn a_search_is_linear_in_the_text() {
    // Exponential for an engine that goes back.
    let pattern = pattern("^(?:(?:a+)+)+$");
    assert!(!pattern.is_in(&format!("{}b", "a".repeat(100_000))));
}

/// Patterns of the common subset, and now and then of no pattern at all.
fn patterns() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        8 => "[abé ]",
        2 => r"\\[.$^*+?()|{}\[\]/tn]",
        2 => r"\[\^?[abé\n][ac]?\]",
        1 => r"\[\^?a-c[-9]?\]",
        1 => r"\\(x61|u00e9|u\{1f600\})",
        1 => Just("^".to_owned()),
        1 => Just("$".to_owned()),
        1 => "[-\\[\\]{}()*+?|.&~]{1,2}",
    ];
    atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            1 => inner.clone().prop_map(|part| format!("({part})")),
            3 => (inner, r"(\*|\+|\?|\{[0-3]\}|\{[0-2],\}|\{[01],[1-3]\})\??")
                .prop_map(|(part, repeat)| format!("(?:{part}){repeat}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_regex_finds_is_found(text in patterns(), strings in prop::collection::vec("[abcé \n😀./^$-]{0,6}", 8)) {
        let Ok(pattern) = Pattern::parse(&text) else { return Ok(()) };
        let regex = regex::Regex::new(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for string in strings {
            prop_assert_eq!(pattern.is_in(&string), regex.is_match(&string), "{} in {:?}", text, string);
        }
    }

    #[test]
    fn what_is_made_by_a_pattern_is_found(text in patterns(), seed in any::<u64>()) {
        let Ok(sampler) = Sampler::parse(&text) else { return Ok(()) };
        let regex = regex::Regex::new(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut random = fastrand::Rng::with_seed(seed);
        if let Some(made) = sampler.text(3, &mut |end| random.u32(..end)) {
            prop_assert!(regex.is_match(&made), "{} in {:?}", text, made);
        } else {
            // It has an anchor in the middle.
            prop_assert!(text.contains(['^', '$']), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,20}|[-\\\\\\[\\](){}|^$.*+?:=!<>dux0-9a,&~]{0,20}") {
        if Pattern::parse(&text).is_ok() {
            prop_assert!(regex::Regex::new(&text).is_ok(), "{}", text);
        }
    }
}
