//! Stages in stages, without a warning.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, single_use_lifetimes)]
#![allow(dead_code)]

use handoff::prelude::*;

/// A part.
#[contract(max_tokens = 300)]
pub struct Part {
    /// Text.
    pub text: String,
}

/// Which way.
#[contract]
pub enum Way {
    /// One.
    One(Part),
    /// Many.
    Many {
        /// The parts.
        #[check(len(1..=4))]
        parts: Vec<Part>,
    },
    /// None.
    Nothing,
    /// Either.
    Either(Part),
}

/// What is sure.
#[contract]
pub struct Sure {
    /// Text.
    pub text: String,
    /// How sure.
    #[confidence]
    pub sure: f64,
}

/// Chooses.
#[agent(role = router, max_output_tokens = 600)]
pub async fn choose(part: Part) -> Way {
    Way::One(part)
}

/// Works.
#[agent(input_budget = 1_000, max_output_tokens = 400)]
pub async fn work(part: Part) -> Sure {
    Sure { text: part.text, sure: 1.0 }
}

/// Goes back.
#[agent(input_budget = 400, max_output_tokens = 400)]
pub async fn back(sure: Sure) -> Part {
    Part { text: sure.text }
}

/// Judges.
#[agent(role = critic, input_budget = 400, max_output_tokens = 400)]
pub async fn judge(sure: Sure) -> Sure {
    sure
}

/// Sums.
#[agent(input_budget = 1_606)]
pub async fn sum(all: Vec<Sure>) -> Sure {
    Sure { text: all.len().to_string(), sure: 0.5 }
}

/// Signs.
#[agent(input_budget = 804)]
pub async fn sign(both: (Part, Sure)) -> Sure {
    both.1
}

/// What is many.
#[contract]
pub struct Many {
    /// The parts.
    #[check(len(1..=4))]
    pub parts: Vec<Part>,
}

pipeline! {
    /// All of them.
    pub all(Part) -> Sure {
        choose as chosen
            => match {
                Way::One(part) if part.text.is_empty() => work => judge,
                Way::One(part) | Way::Either(part) => { work or work => judge },
                Way::Many { parts } => map(|parts| Many { parts })
                    => fan_out(parts) { work => repeat(max = 2, until = |sure| sure.sure > 0.5) { judge } => gate(confidence >= 0.1) }
                    => barrier(all)
                    => sum,
                whole => map(|_| Part { text: format!("{chosen:?}") }) => work,
            }
            => gate(confidence >= 0.2)
            => repeat(max = 1 + 2, until = |sure: &Sure| sure.sure > 0.5) {
                join(back, judge) => sign as signed
                    => match { sure if signed.sure > 2.0 => judge, _ => judge }
            }
            => map(|sure: Sure| sure)
    }
}

pipeline! { told(part: Part) -> Way { map(|part| part) => work => map(|sure| Part { text: format!("{part:?}: {}", sure.text) }) => choose } }
pipeline! { short(Part) -> Way { choose or choose } }
pipeline! { joined(Sure) -> (Part, Sure) { join(back, judge) } }
pipeline! {
    raced(Part) -> Sure {
        race({ work => judge }, work or work, all)
            => race(judge, { map(|sure| sure) => judge }) as judged
            => gate(confidence >= 0.1)
            => match { sure if judged.sure > 0.5 => race(judge, judge), sure => judge }
    }
}
pipeline! { adapted(Part) -> usize { map(|part| part) => work => map(|sure| sure.text.len()) } }
pipeline! { nested(Part) -> Sure { match { part => all } => joined => sign } }

#[test]
fn it_runs() {
    let run = Runtime::default().run(nested, Part { text: "x".into() });
    drop(run);
    let _ = (short(), adapted(), raced(), told());
}
