//! What the reviewers have said, by file and line.

use std::collections::BTreeMap;
use std::fmt;

use handoff::prelude::*;

use crate::diff::Hunk;
use crate::reviewers::{Finding, Findings, Severity};

/// What the three of them say about a hunk: nothing of one that failed.
#[contract]
pub(crate) struct Opinions {
    /// That of `security`.
    pub security: Option<Findings>,
    /// That of `correctness`.
    pub correctness: Option<Findings>,
    /// That of `style`.
    pub style: Option<Findings>,
}

/// A review of a whole diff.
#[contract]
pub(crate) struct Report {
    /// By file and line.
    pub remarks: Vec<Remark>,
    /// The hunks that somebody has looked at.
    pub reviewed: u32,
    /// Where nobody has looked, and who should have.
    pub missing: Vec<String>,
}

/// What is said about one line.
#[contract]
pub(crate) struct Remark {
    /// The file.
    pub file: String,
    /// The line; none where a reviewer named one that is not in the hunk.
    pub line: Option<u32>,
    /// How bad it is, by the strictest of them.
    pub severity: Severity,
    /// Who says so.
    pub reviewers: Vec<String>,
    /// What is wrong.
    pub text: String,
}

/// Merges what was said about all hunks: findings on one line that say the same are one.
#[agent(role = aggregator)]
pub(crate) async fn merge(reviews: Vec<(Hunk, Opinions)>) -> Report {
    let mut remarks: BTreeMap<(String, Option<u32>, String), Remark> = BTreeMap::new();
    let (mut reviewed, mut missing) = (0, Vec::new());
    for (hunk, Opinions { security, correctness, style }) in reviews {
        let opinions = [("security", security), ("correctness", correctness), ("style", style)];
        reviewed += u32::from(opinions.iter().any(|(_, findings)| findings.is_some()));
        for (reviewer, findings) in opinions {
            let Some(Findings { findings }) = findings else {
                missing.push(format!("{}: {reviewer}", hunk.place()));
                continue;
            };
            for Finding { line, severity, text } in findings {
                let line = hunk.has(line).then_some(line);
                let remark = remarks.entry((hunk.file.clone(), line, text.clone())).or_insert_with(|| {
                    Remark { file: hunk.file.clone(), line, severity, reviewers: Vec::new(), text }
                });
                remark.severity = remark.severity.min(severity);
                remark.reviewers.push(reviewer.to_owned());
            }
        }
    }
    Report { remarks: remarks.into_values().collect(), reviewed, missing }
}

/// One remark a line, under the name of its file.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = None;
        for remark in &self.remarks {
            if file.replace(&remark.file) != Some(&remark.file) {
                writeln!(f, "{}", remark.file)?;
            }
            let line = remark.line.map_or_else(|| "?".to_owned(), |line| line.to_string());
            let severity = match remark.severity {
                Severity::Blocker => "blocker",
                Severity::Problem => "problem",
                Severity::Nit => "nit",
            };
            writeln!(f, "{line:>6}  {severity:<7}  {} [{}]", remark.text, remark.reviewers.join(", "))?;
        }
        write!(f, "\nhunks reviewed: {}, remarks: {}", self.reviewed, self.remarks.len())?;
        self.missing.iter().try_for_each(|place| write!(f, "\nnot reviewed: {place}"))
    }
}
