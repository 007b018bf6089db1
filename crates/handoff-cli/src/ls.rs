//! `handoff ls`: the runs in the logs of a folder.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use handoff::TraceId;
use handoff_log::{End, Entry, Line, Reader, RunEnded, VERSION};
use serde_json::json;

use crate::Verdict;
use crate::args::Ls;
use crate::failure::Failure;
use crate::output::{Ink, Output, Paint, plain};
use crate::words;

/// A run, and the log that it is in: of a log of any length, no more than how its runs began and ended.
struct Found {
    file: Rc<Path>,
    number: u32,
    trace: TraceId,
    pipeline: String,
    wall: Option<u64>,
    end: Option<RunEnded<'static>>,
    /// Microseconds to what is known last.
    elapsed: u64,
}

impl Found {
    fn outcome(&self) -> Option<End> {
        self.end.as_ref().map(|end| end.end)
    }
}

pub(crate) fn ls(args: &Ls, output: &mut Output) -> Result<Verdict, Failure> {
    let mut found = Vec::new();
    for file in logs(&args.dir)? {
        let runs = match runs(&file) {
            // Other files may well be called so; one that was named is asked for.
            Ok(runs) if runs.is_empty() && file == args.dir => {
                let file = file.display();
                return Err(Failure::told(format!(
                    "`{file}` is not a run log: none of its lines starts a run"
                )));
            }
            Ok(runs) => runs,
            Err(error) if file != args.dir => {
                error.tell();
                continue;
            }
            Err(error) => return Err(error),
        };
        found.extend(runs.into_iter().filter(|run| !args.failed || run.outcome() != Some(End::Ok)));
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.wall));
    if output.json {
        let runs: Vec<_> = found.iter().map(as_json).collect();
        output.json(&json!({ "runs": runs }))?;
        return Ok(Verdict::Fine);
    }
    let width = |text: &dyn Fn(&Found) -> usize| found.iter().map(text).max().unwrap_or(0);
    let pipelines = width(&|found| plain(&found.pipeline).to_string().chars().count());
    let files = width(&|found| name(found).chars().count());
    for one in &found {
        output.line(row(one, [pipelines, files], output.paint()))?;
    }
    if found.is_empty() {
        let failed = if args.failed { " that failed" } else { "" };
        Failure::told(format!("no runs{failed} in {}", args.dir.display())).tell();
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

/// The runs of a log, read line by line.
fn runs(file: &Path) -> Result<Vec<Found>, Failure> {
    let reading = |error| Failure::reading(file, &error);
    let mut reader = Reader::new(BufReader::with_capacity(1 << 16, File::open(file).map_err(reading)?));
    let file: Rc<Path> = file.into();
    let mut runs: Vec<Found> = Vec::new();
    // Where the run of a number is.
    let mut numbers = HashMap::new();
    while let Some(line) = reader.next().map_err(reading)? {
        let Ok(Line { run: number, t, entry, .. }) = line else { continue };
        if let Entry::RunStarted(started) = entry {
            if started.v > VERSION {
                let (file, found) = (file.display(), started.v);
                return Err(Failure::told(format!(
                    "`{file}` is a run log of version {found}, and this command reads {VERSION}: use a newer one"
                )));
            }
            numbers.insert(number, runs.len());
            runs.push(Found {
                file: Rc::clone(&file),
                number,
                trace: started.trace,
                pipeline: started.pipeline.into_owned(),
                wall: started.wall,
                end: None,
                elapsed: t,
            });
        } else if let Some(run) = numbers.get(&number).and_then(|index: &usize| runs.get_mut(*index))
            && run.end.is_none()
        {
            run.elapsed = run.elapsed.max(t);
            if let Entry::RunEnded(ended) = entry {
                (run.elapsed, run.end) = (t, Some(ended.into_owned()));
            }
        }
    }
    Ok(runs)
}

/// The log and, where that is not the first, the number of the run in it.
fn name(found: &Found) -> String {
    let file = found.file.display().to_string();
    match found.number {
        0 => plain(&file).to_string(),
        number => format!("{} --run {number}", plain(&file)),
    }
}

fn row(found: &Found, [pipelines, files]: [usize; 2], paint: Paint) -> String {
    let outcome = found.outcome();
    let ink = match outcome {
        Some(End::Ok) => Ink::Good,
        Some(End::Failed) => Ink::Bad,
        _ => Ink::Odd,
    };
    let when = found.wall.map_or_else(String::new, words::time);
    let took = words::duration(Duration::from_micros(found.elapsed));
    let pipeline = plain(&found.pipeline).to_string();
    let end = paint.with(ink, format_args!("{:<10}", words::end(outcome)));
    let file = name(found);
    let error = found.end.as_ref().and_then(|end| end.error.as_deref()).unwrap_or_default();
    let row = format!(
        "{end}  {pipeline:<pipelines$}  {when:<19}  {took:>11}  {file:<files$}  {}",
        paint.with(Ink::Faint, plain(error))
    );
    row.trim_end().to_owned()
}

fn as_json(found: &Found) -> serde_json::Value {
    let end = found.end.as_ref();
    json!({
        "file": found.file.display().to_string(),
        "run": found.number,
        "trace": found.trace.to_string(),
        "pipeline": found.pipeline,
        "wall": found.wall,
        "end": found.outcome(),
        "elapsed_us": found.elapsed,
        "usage": end.map(|end| end.usage),
        "by": end.and_then(|end| end.by.as_deref()),
        "error": end.and_then(|end| end.error.as_deref()),
    })
}
