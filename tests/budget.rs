//! Counts agree with the reference tokenizer: see `data/tokens.py` for how the golden file is made.

use std::collections::BTreeMap;

use handoff::budget::{Meter, O200kBase, TokenCounter};

struct Golden {
    what: String,
    text: String,
    tokens: u32,
}

fn golden() -> Vec<Golden> {
    let file = include_str!("data/tokens.jsonl");
    let rows = file.lines().map(|line| {
        let row: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let times = row.get("times").map_or(1, |times| times.as_u64().expect("a number"));
        let text = row["text"].as_str().expect("a text");
        Golden {
            what: row["what"].as_str().expect("a name").to_owned(),
            text: text.repeat(usize::try_from(times).expect("a small number")),
            tokens: row["tokens"].as_u64().and_then(|tokens| tokens.try_into().ok()).expect("a count"),
        }
    });
    rows.collect()
}

#[test]
fn counts_agree_with_the_reference() {
    let mut seen = BTreeMap::new();
    for Golden { what, text, tokens } in golden() {
        let tally = O200kBase.count(&text, None);
        assert_eq!((tally.tokens(), tally.is_exact()), (tokens, true), "{what}: {text:?}");
        *seen.entry(what).or_insert(0) += 1;
    }
    assert!(seen.len() >= 15 && seen.values().sum::<i32>() >= 150, "{seen:?}");
}

#[test]
fn a_limit_changes_the_work_and_never_the_verdict() {
    // Long enough that counting stops early.
    let text: String = golden().iter().map(|row| row.text.as_str()).collect::<String>().repeat(8);
    let tokens = O200kBase.count(&text, None).tokens();
    let meter = Meter::default();
    for limit in [1, 100, 1_000, tokens / 2, tokens - 1] {
        assert!(meter.count(&text, Some(limit)).is_err(), "{limit} of {tokens}");
    }
    for limit in [tokens, tokens + 1, u32::MAX] {
        assert_eq!(meter.count(&text, Some(limit)).expect("within the limit").count, tokens);
    }
}
