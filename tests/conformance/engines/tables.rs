//! The tables of the documentation, from runs.

use crate::support::paused;
use expect_test::expect_file;
use handoff::Runtime;
use handoff_conformance::barriers::{self, HEADS};
use handoff_conformance::{Desk, Engine, Told, cases};
use std::fmt::Write as _;

const BARRIERS: &str = "# Conformance

What becomes of a fan-out to five workers, at most five of them. The table is written by a test that runs
every cell: each success is a `Vec` of everything, in the order of the items, or a `Partial` that says
what is missing; a result that `recover` made is told by a warning, by the confidence, and by a `Partial`, and is no
success to a barrier that counts them. *Kept* are the results on the error ([`PipelineError::finished`](crate::PipelineError::finished)).

";

#[test]
fn the_documentation_of_barriers_says_what_happens() {
    paused().block_on(async {
        let runtime = Runtime::builder().state(Desk::default()).build();
        let mut table = format!("| | {} |\n|{}\n", HEADS.join(" | "), "---|".repeat(HEADS.len() + 1));
        for row in barriers::rows() {
            let cells = barriers::row(&runtime, &row).await;
            writeln!(table, "| {} | {} |", row.what, cells.join(" | ")).expect("a string takes everything");
        }
        expect_file!["../../../handoff/src/barrier/conformance.md"].assert_eq(&format!("{BARRIERS}{table}"));
    });
}

const ENGINES: &str = "# What a pipeline means, on any engine

Every stage, and every barrier with whatever can happen before it, is run on each engine. What comes out is the same
all over: the envelope with its payload, confidence, warnings and tokens; or the error with its line, the way to the
agent, its warnings and all that it has kept. A journal is cut everywhere, and the run gone on with: it comes to the
same, and nothing is called again that had ended. What a signal asks is answered as its question says, on each engine
in its own way: by `Runtime`, by `Durable`, by Restate's `Client`; and what is said against an answer is the same, too.
On Restate a case that limits its runtime, or its run, has hosts of its own. The suite is the crate in
`tests/conformance`, whose tests write this page and check it.
";

/// The longest text of a cell.
const LONGEST: usize = 160;

#[test]
fn the_page_says_what_comes_of_each_case() {
    paused().block_on(async {
        let heads: Vec<_> = Engine::ALL.iter().map(|engine| engine.head()).collect();
        let (mut page, mut group) = (ENGINES.to_owned(), "");
        for case in cases() {
            let about = &case.about;
            if about.group != group {
                group = about.group;
                let (heads, rule) = (heads.join(" | "), "---|".repeat(heads.len() + 2));
                write!(page, "\n## {group}\n\n| | what comes of it | {heads} |\n|{rule}\n")
                    .expect("a string");
            }
            let told = case.on_tokio().await;
            write!(page, "| {} | {} |", about.what, cell(&told)).expect("a string");
            for engine in Engine::ALL {
                let said = engine.differs(about).unwrap_or("the same");
                write!(page, " {said} |").expect("a string");
            }
            page.push('\n');
        }
        expect_file!["../../../docs/conformance.md"].assert_eq(&page);
    });
}

/// A text that stays in its cell, and is not too long for it.
fn cell(told: &Told) -> String {
    let line = [std::slice::from_ref(&told.line), &told.against].concat().join("; ");
    let mut shown: String = line.chars().take(LONGEST).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown.replace('|', "\\|").replace('\n', " ")
}
