//! What `handoff` costs: planner → 5 workers → aggregator without a model, against the same thing
//! written by hand.
//!
//! `cargo bench --bench overhead`

// A program, not an interface; payloads and agents are written as in a library, and agents are
// async, whether they await or not.
#![allow(missing_docs, unreachable_pub)]

mod answers;
mod by_hand;
mod pairs;
mod with_handoff;

use by_hand::{Agents, Replies, Typed};
use handoff::Runtime;
use handoff::budget::{O200kBase, TokenCounter, Utf8Bytes};
use handoff::engine::{Drive, TokioEngine};
use pairs::Pair;
use std::sync::Arc;
use with_handoff::{replies, typed};

fn main() {
    // Without `--bench`, as `cargo test --benches` runs it: only to see that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 400 } else { 2 };
    let flavours = [
        ("current_thread", tokio::runtime::Builder::new_current_thread().enable_time().build()),
        ("multi_thread", tokio::runtime::Builder::new_multi_thread().enable_time().build()),
    ];
    println!("µs a run: median; ratio: median (quartiles)\n");
    println!("{:16}{:12}{:12}{:>9}{:>9}  ratio", "flavour", "tokens", "agents", "handoff", "by hand");
    for (flavour, tokio) in flavours {
        let tokio = tokio.expect("a tokio runtime can be built");
        let case = |tokens, agents| Case { flavour, tokens, agents, tokio: &tokio, rounds };
        case("free", "typed").run::<_, Typed>(typed::research, Utf8Bytes);
        case("free", "replies").run::<_, Replies>(replies::research, Utf8Bytes);
        case("o200k", "typed").run::<_, Typed>(typed::research, O200kBase);
        case("o200k", "replies").run::<_, Replies>(replies::research, O200kBase);
    }
}

struct Case<'a> {
    flavour: &'static str,
    tokens: &'static str,
    agents: &'static str,
    tokio: &'a tokio::runtime::Runtime,
    rounds: u32,
}

impl Case<'_> {
    fn run<P, A>(self, pipeline: fn() -> P, counter: impl TokenCounter + Copy)
    where
        P: Drive<TokioEngine<()>, Input = with_handoff::Question, Output = with_handoff::Report>,
        A: Agents,
    {
        let Self { flavour, tokens, agents, tokio, rounds } = self;
        let runtime = Runtime::builder().tokens(counter).build();
        let counter: Arc<dyn TokenCounter> = Arc::new(counter);
        let with_handoff = move || {
            let question = with_handoff::Question { text: answers::QUESTION.to_owned() };
            let run = runtime.run(pipeline, question);
            async { run.await.expect("the run succeeds") }
        };
        let by_hand = move || {
            let question = by_hand::Question { text: answers::QUESTION.to_owned() };
            let run = by_hand::research::<A>(Arc::clone(&counter), question);
            async { run.await.expect("the run succeeds") }
        };
        // The same work, or the comparison means nothing.
        let (ours, theirs) = (tokio.block_on(with_handoff()), tokio.block_on(by_hand()));
        assert_eq!(ours.payload.body, theirs.payload.body);
        assert_eq!(ours.tokens.count, theirs.tokens);

        let Pair { first, second, ratio } = pairs::measure(tokio, rounds, with_handoff, by_hand);
        println!(
            "{flavour:16}{tokens:12}{agents:12}{:9.1}{:9.1}  {:.2} ({:.2}–{:.2})",
            first.median, second.median, ratio.median, ratio.lower, ratio.upper
        );
    }
}
