//! Reviews a diff: every hunk by three reviewers at once, who are models, and one report by file and line.
//!
//! ```text
//! cargo run -p handoff-models --features http --example review
//! git diff main | cargo run -p handoff-models --features http --example review -- --model openai:gpt-5 -
//! ```
//!
//! Without `--model` it needs no key and no network: a stand-in on this machine speaks the protocol of a provider, so that
//! every one of the 135 calls for the 45 hunks of `change.diff` goes over HTTP.
//!
//! With it, keys and base URLs are [in the environment](handoff_models::http::Http).
//!
//! What is not about reviews (HTTP, retries, the parsing of answers, the wiring) is `wiring.rs`, and the four lines below
//! that call it: 23 lines of 255, or 9 %, counted without blank lines, comments (the prompts in them, too), the stand-in
//! and the tests. A test counts them.
//!
//! Exit codes: 0 reviewed, 2 bad input, 3 the run failed, or nobody could review anything.

mod diff;
mod report;
mod reviewers;
mod stand_in;
#[cfg(all(test, feature = "testing"))]
mod tests;
mod wiring;

use std::process::ExitCode;

use handoff::prelude::*;

use diff::{Diff, Hunk};
use report::{Opinions, Report, merge};
use reviewers::{correctness, security, style};

pipeline! {
    /// Reviews one hunk. A reviewer that fails leaves a warning, and the opinions of the others.
    pub(crate) opinions(Hunk) -> Opinions {
        join(optional(security), optional(correctness), optional(style))
            => map(|(security, correctness, style)| Opinions { security, correctness, style })
    }
}

pipeline! {
    /// Reviews a diff.
    pub(crate) review(Diff) -> Report {
        open
            => fan_out(hunks, keep, label = Hunk::place) opinions
            => barrier(all)
            => merge
    }
}

/// Takes the diff in.
#[agent(role = planner)]
async fn open(diff: Diff) -> Diff {
    diff
}

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (model, path) = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => (None, None),
        ["--model", model] => (Some(model), None),
        ["--model", model, path] => (Some(model), Some(path)),
        [path] if path == "-" || !path.starts_with('-') => (None, Some(path)),
        _ => return refuse("usage: review [--model NAME] [DIFF | -]"),
    };
    let diff = match read(path).and_then(|text| diff::split(&text)) {
        Ok(diff) => diff,
        Err(wrong) => return refuse(&wrong),
    };
    let runtime = match wiring::runtime(model).await {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error.to_string()),
    };
    match runtime.run(review, diff).await {
        Ok(report) => {
            report.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
            println!("{}", report.payload);
            if report.payload.reviewed == 0 { ExitCode::from(3) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Reads the diff: that of the example, unless there is another.
fn read(path: Option<&str>) -> Result<String, String> {
    let text = match path {
        None => Ok(include_str!("change.diff").to_owned()),
        Some("-") => std::io::read_to_string(std::io::stdin()),
        Some(path) => std::fs::read_to_string(path),
    };
    text.map_err(|error| format!("{}: {error}", path.unwrap_or("-")))
}

fn refuse(wrong: &str) -> ExitCode {
    eprintln!("error: {wrong}");
    ExitCode::from(2)
}
