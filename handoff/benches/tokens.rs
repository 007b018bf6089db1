//! What it costs to count tokens, beside the crate `tiktoken`: prose, JSON, code, other scripts, and
//! pieces that nothing splits.
//!
//! `cargo bench --bench tokens`

#![allow(missing_docs)] // a program, not an interface

use std::fmt;
use std::time::Instant;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use handoff::budget::{O200kBase, TokenCounter};

const KB: usize = 1024;
const MB: usize = 1024 * KB;

/// A text of a kind, repeated or cut to a size.
#[derive(Clone, Copy)]
struct Sample {
    kind: &'static str,
    text: &'static str,
    size: usize,
}

const fn sample(kind: &'static str, text: &'static str, size: usize) -> Sample {
    Sample { kind, text, size }
}

const PROSE: &str = include_str!("../../README.md");
const JSON: &str = include_str!("../../tests/data/tokens.jsonl");
const CODE: &str = include_str!("../src/budget/measure.rs");
const CHINESE: &str = "交接失败的不是代理，而是它们之间的交接。一个代理写出的内容超过下一个代理的预算，\
                       后者便只在片段上工作，却依然自信地作答。我们把每一次交接都变成一份契约。";
const BASE64: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQTG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNl";

const SAMPLES: [Sample; 12] = [
    sample("prose", PROSE, 2 * KB),
    sample("prose", PROSE, 16 * KB),
    sample("prose", PROSE, 4 * MB),
    sample("json", JSON, 2 * KB),
    sample("json", JSON, 16 * KB),
    sample("json", JSON, 4 * MB),
    sample("code", CODE, 2 * KB),
    sample("chinese", CHINESE, 16 * KB),
    sample("base64", BASE64, 16 * KB),
    sample("letter", "a", 2 * KB),
    sample("letter", "a", 4 * MB),
    sample("letters", BASE64, 4 * MB),
];

impl Sample {
    fn text(self) -> String {
        let mut text = self.text.repeat(self.size.div_ceil(self.text.len()));
        text.truncate(text.floor_char_boundary(self.size));
        if self.kind == "letters" {
            text.retain(|c| c.is_ascii_lowercase());
        }
        text
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} KB", self.kind, self.size / KB)
    }
}

fn main() {
    let start = Instant::now();
    O200kBase.warm();
    let ours = start.elapsed();
    tiktoken::get_encoding("o200k_base").expect("it is built in");
    println!("the first use: handoff {ours:.1?}, tiktoken {:.1?}", start.elapsed().saturating_sub(ours));
    divan::main();
}

#[divan::bench(args = SAMPLES)]
fn handoff(bencher: Bencher<'_, '_>, sample: Sample) {
    let text = sample.text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| O200kBase.count(black_box(&text), None));
}

#[divan::bench(args = SAMPLES)]
fn tiktoken_crate(bencher: Bencher<'_, '_>, sample: Sample) {
    let text = sample.text();
    let encoding = tiktoken::get_encoding("o200k_base").expect("it is built in");
    bencher.counter(BytesCount::of_str(&text)).bench(|| encoding.count(black_box(&text)));
}
