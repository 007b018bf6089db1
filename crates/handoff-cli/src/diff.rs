//! `handoff diff`: what has changed between two lock files.

use handoff::contract::Breaks;
use handoff::lock::{Difference, Lock, LockedContract};
use serde_json::{Value, json};

use crate::Verdict;
use crate::args::Diff;
use crate::failure::Failure;
use crate::input;
use crate::output::{Ink, Output, Paint, plain};

pub(crate) fn diff(args: &Diff, output: &mut Output) -> Result<Verdict, Failure> {
    input::at_most_one_stdin([&args.old, &args.new])?;
    let (old, new) = (input::lock(&args.old)?, input::lock(&args.new)?);
    let differences = old.compare(&new);
    let documented = documented(&old, &new);
    let breaks = differences.iter().fold(Breaks::Neither, |all, one| all.and(one.breaks()));
    if output.json {
        let differences: Vec<_> = differences.iter().map(as_json).collect();
        output.json(&json!({
            "breaks": word(breaks),
            "differences": differences,
            "documentation": documented,
        }))?;
    } else {
        for difference in &differences {
            output.line(told(difference, output.paint()))?;
            output.line("")?;
        }
        for line in summary(differences.len(), breaks) {
            output.line(line)?;
        }
        if !documented.is_empty() {
            let names = plain(&documented.join(", ")).to_string();
            output.line(format!("other documentation, which breaks nobody: {names}"))?;
        }
    }
    Ok(if breaks == Breaks::Neither { Verdict::Fine } else { Verdict::Wrong })
}

/// The contracts that mean the same and are documented in other words.
fn documented<'a>(old: &Lock, new: &'a Lock) -> Vec<&'a str> {
    let is_documented_otherwise = |new: &&LockedContract| {
        old.contract(&new.name)
            .is_some_and(|old| old.fingerprint == new.fingerprint && old.schema != new.schema)
    };
    new.contracts().iter().filter(is_documented_otherwise).map(|contract| contract.name.as_str()).collect()
}

fn told(difference: &Difference, paint: Paint) -> String {
    let text = match difference {
        Difference::Unused { name } => format!("{name} is gone"),
        Difference::PromptUnused { agent } => {
            format!("the prompt of agent `{agent}`, its documentation, is gone")
        }
        difference => difference.to_string(),
    };
    let painted = text.lines().map(plain).enumerate().map(|(number, line)| match number {
        0 => paint.with(Ink::Strong, line),
        _ if line.to_string().ends_with("breaks neither") => line.to_string(),
        _ => paint.with(Ink::Bad, line),
    });
    painted.collect::<Vec<_>>().join("\n")
}

fn summary(differences: usize, breaks: Breaks) -> Vec<&'static str> {
    let mut lines = Vec::new();
    if breaks.senders() {
        lines.push("breaks senders: what an old build sends, the new one may refuse");
    }
    if breaks.receivers() {
        lines.push("breaks receivers: what the new build sends, an old one may refuse");
    }
    match differences {
        0 => lines.push("both mean the same"),
        _ if lines.is_empty() => lines.push("nothing of this breaks senders or receivers"),
        _ => {}
    }
    lines
}

fn word(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::Neither => "neither",
        Breaks::Senders => "senders",
        Breaks::Receivers => "receivers",
        Breaks::Both => "both",
    }
}

fn as_json(difference: &Difference) -> Value {
    match difference {
        Difference::Changed { name, changes, .. } => {
            let breaks = word(difference.breaks());
            let changes: Vec<_> = changes
                .iter()
                .map(|change| {
                    json!({
                        "pointer": change.pointer,
                        "message": change.message,
                        "breaks": word(change.breaks),
                    })
                })
                .collect();
            json!({ "is": "changed", "contract": name, "breaks": breaks, "changes": changes })
        }
        Difference::Renamed { from, to, .. } => json!({ "is": "renamed", "contract": to, "from": from }),
        Difference::Added { name, .. } => json!({ "is": "added", "contract": name }),
        Difference::Unused { name } => json!({ "is": "gone", "contract": name }),
        Difference::PromptChanged { agent } => json!({ "is": "changed", "prompt": agent }),
        Difference::PromptAdded { agent } => json!({ "is": "added", "prompt": agent }),
        Difference::PromptUnused { agent } => json!({ "is": "gone", "prompt": agent }),
        other => json!({ "is": "other", "message": other.to_string() }),
    }
}
