//! `handoff show`: the runs of a log, in the terminal.

mod failures;
mod json;
mod tree;

use handoff_log::{End, LoggedRun, RunLog, SpanKind};

use crate::Verdict;
use crate::args::Show;
use crate::failure::Failure;
use crate::input;
use crate::output::{Ink, Output, Paint, plain};
use crate::words::{self, counted};

pub(crate) fn show(args: &Show, output: &mut Output) -> Result<Verdict, Failure> {
    let log = input::log(&args.file)?;
    let runs: Vec<_> =
        log.runs.iter().filter(|run| args.run.is_none_or(|number| run.number == number)).collect();
    if runs.is_empty() {
        let last = log.runs.iter().map(|run| run.number).max().unwrap_or_default();
        let file = input::name(&args.file);
        return Err(Failure::told(format!(
            "the runs in {file} have numbers up to {last}: write `--run {last}`"
        )));
    }
    if output.json {
        output.json(&json::log(&log, &runs))?;
        return Ok(Verdict::Fine);
    }
    for (index, run) in runs.iter().enumerate() {
        if index > 0 {
            output.line("")?;
        }
        show_run(run, args.all, output)?;
    }
    for line in unread(&log) {
        output.line("")?;
        output.line(output.paint().with(Ink::Odd, line))?;
    }
    Ok(Verdict::Fine)
}

/// The run as a whole, its tree, and what went wrong in it.
fn show_run(run: &LoggedRun, all: bool, output: &mut Output) -> Result<(), Failure> {
    let paint = output.paint();
    output.line(head(run, paint))?;
    output.line(paint.with(Ink::Faint, format_args!("trace {}", run.trace)))?;
    if let Some(error) = run.end.as_ref().and_then(|end| end.error.as_deref()) {
        output.line(paint.with(Ink::Bad, plain(error)))?;
    }
    output.line("")?;
    for line in tree::lines(run, all, paint) {
        output.line(line)?;
    }
    for section in [failures::failed(run, paint), failures::retried(run, paint), failures::warned(run, paint)]
    {
        if !section.is_empty() {
            output.line("")?;
        }
        for line in section {
            output.line(line)?;
        }
    }
    Ok(())
}

/// `triage failed after 2.1 s, 812 + 64 tokens, 2026-11-30 14:46:12 UTC`
fn head(run: &LoggedRun, paint: Paint) -> String {
    let outcome = run.outcome();
    let (ink, how) = match outcome {
        Some(End::Ok) => (Ink::Good, "took".to_owned()),
        Some(End::Failed) => (Ink::Bad, "failed after".to_owned()),
        // The process was killed, or is at work.
        None => (Ink::Odd, "has no end in this log after".to_owned()),
        other => (Ink::Odd, format!("was {} after", words::end(other))),
    };
    let pipeline = paint.with(Ink::Strong, plain(&run.pipeline));
    let mut line = format!("{pipeline} {} {}", paint.with(ink, how), words::duration(run.elapsed()));
    if let Some(end) = &run.end
        && (end.usage.input, end.usage.output) != (0, 0)
    {
        line.push_str(", ");
        line.push_str(&words::tokens(end.usage));
    }
    let tasks = run.spans.iter().filter(|span| matches!(span.kind, SpanKind::Task { .. })).count();
    let calls = run.spans.iter().filter(|span| span.is_call()).count();
    if tasks > 0 {
        line.push_str(", ");
        line.push_str(&counted(tasks, "task", "tasks"));
    }
    line.push_str(", ");
    line.push_str(&counted(calls, "call", "calls"));
    if let Some(wall) = run.wall {
        line.push_str(&paint.with(Ink::Faint, format_args!(", {} UTC", words::time(wall))));
    }
    line
}

/// What of the file was not read or not written, for whoever wonders what is missing.
fn unread(log: &RunLog) -> Vec<String> {
    let skipped = log.skipped;
    let told = [
        (log.lost(), ["line was lost", "lines were lost"], "the disk did not keep up, or failed"),
        (skipped.broken, ["line is skipped", "lines are skipped"], "no JSON of a log"),
        (
            skipped.stray,
            ["line is skipped", "lines are skipped"],
            "of a run or a span whose start is not in the log",
        ),
        (skipped.unknown, ["line is skipped", "lines are skipped"], "of a newer version"),
    ];
    let told = told.into_iter().filter(|(count, ..)| *count > 0);
    let lines = told.map(|(count, [one, many], why)| {
        format!("{}: {why}", counted(usize::try_from(count).unwrap_or(usize::MAX), one, many))
    });
    lines.chain(skipped.half.then(|| "the last line is cut off".to_owned())).collect()
}

/// How many spans are in a span, in all.
fn below(run: &LoggedRun, span: usize) -> usize {
    let mut open = vec![span];
    let mut count = 0;
    while let Some(span) = open.pop() {
        let before = open.len();
        open.extend(run.children(span).map(|(child, _)| child));
        count += open.len() - before;
    }
    count
}
