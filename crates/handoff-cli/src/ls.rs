//! `handoff ls`: the runs in the logs of a folder.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use handoff_log::{End, LoggedRun, RunLog};
use serde_json::json;

use crate::Verdict;
use crate::args::Ls;
use crate::failure::Failure;
use crate::output::{Ink, Output, Paint, plain};
use crate::words;

/// A run, and the log that it is in.
struct Found {
    file: PathBuf,
    run: LoggedRun,
}

pub(crate) fn ls(args: &Ls, output: &mut Output) -> Result<Verdict, Failure> {
    let mut found = Vec::new();
    for file in logs(&args.dir)? {
        let log = match RunLog::open(&file) {
            Ok(log) => log,
            // Other files may well be called so; one that was named is asked for.
            Err(error) if error.is_no_log() && file != args.dir => continue,
            Err(error) if file != args.dir => {
                eprintln!("handoff: {error}");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let wanted = log.runs.into_iter().filter(|run| !args.failed || run.outcome() != Some(End::Ok));
        found.extend(wanted.map(|run| Found { file: file.clone(), run }));
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.run.wall));
    if output.json {
        let runs: Vec<_> = found.iter().map(as_json).collect();
        output.json(&json!({ "runs": runs }))?;
        return Ok(Verdict::Fine);
    }
    let width = |text: &dyn Fn(&Found) -> usize| found.iter().map(text).max().unwrap_or(0);
    let pipelines = width(&|found| plain(&found.run.pipeline).to_string().chars().count());
    let files = width(&|found| name(found).chars().count());
    for one in &found {
        output.line(row(one, [pipelines, files], output.paint()))?;
    }
    if found.is_empty() {
        let failed = if args.failed { " that failed" } else { "" };
        eprintln!("handoff: no runs{failed} in {}", args.dir.display());
    }
    Ok(Verdict::Fine)
}

/// The logs of a folder, or the one that was named.
fn logs(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let read = |error| Failure::reading(path, &error);
    if !fs::metadata(path).map_err(read)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(read)? {
        let file = entry.map_err(read)?.path();
        if file.extension() == Some(OsStr::new("jsonl")) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The log and, where that is not the first, the number of the run in it.
fn name(found: &Found) -> String {
    let file = found.file.display();
    match found.run.number {
        0 => file.to_string(),
        number => format!("{file} --run {number}"),
    }
}

fn row(found: &Found, [pipelines, files]: [usize; 2], paint: Paint) -> String {
    let run = &found.run;
    let outcome = run.outcome();
    let ink = match outcome {
        Some(End::Ok) => Ink::Good,
        Some(End::Failed) => Ink::Bad,
        _ => Ink::Odd,
    };
    let when = run.wall.map_or_else(String::new, words::time);
    let took = words::duration(run.elapsed());
    let pipeline = plain(&run.pipeline).to_string();
    let end = paint.with(ink, format_args!("{:<10}", words::end(outcome)));
    let file = name(found);
    let error = run.end.as_ref().and_then(|end| end.error.as_deref()).unwrap_or_default();
    let row = format!(
        "{end}  {pipeline:<pipelines$}  {when:<19}  {took:>11}  {file:<files$}  {}",
        paint.with(Ink::Faint, plain(error))
    );
    row.trim_end().to_owned()
}

fn as_json(Found { file, run }: &Found) -> serde_json::Value {
    let end = run.end.as_ref();
    json!({
        "file": file.display().to_string(),
        "run": run.number,
        "trace": run.trace.to_string(),
        "pipeline": &*run.pipeline,
        "wall": run.wall,
        "end": run.outcome(),
        "elapsed_us": u64::try_from(run.elapsed().as_micros()).unwrap_or(u64::MAX),
        "usage": end.map(|end| [end.usage.input, end.usage.output]),
        "by": end.and_then(|end| end.by.as_deref()),
        "error": end.and_then(|end| end.error.as_deref()),
    })
}
