//! `handoff view`: a log as a page.

use std::env::consts::OS;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use handoff_log::{RunLog, write_view};
use serde_json::json;

use crate::Verdict;
use crate::args::View;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;

pub(crate) fn view(args: &View, output: &mut Output) -> Result<Verdict, Failure> {
    let log = input::log(&args.file)?;
    let Some(page) = page(args) else {
        if args.open || output.json {
            return Err(Failure::told("the page goes to standard output: name a file for it, `-o run.html`"));
        }
        write_view(&log, output)?;
        return Ok(Verdict::Fine);
    };
    write(&page, &log)
        .map_err(|error| Failure::told(format!("cannot write `{}`: {error}", page.display())))?;
    if output.json {
        output.json(&json!({ "page": page.display().to_string(), "runs": log.runs.len() }))?;
    } else {
        output.line(page.display())?;
    }
    if args.open {
        open(&page)?;
    }
    Ok(Verdict::Fine)
}

/// Where the page goes; `None` is standard output.
fn page(args: &View) -> Option<PathBuf> {
    let page = match &args.out {
        Some(out) => out.clone(),
        None if input::is_stdin(&args.file) => return None,
        None => args.file.with_extension("html"),
    };
    (!input::is_stdin(&page)).then_some(page)
}

fn write(page: &Path, log: &RunLog) -> io::Result<()> {
    let mut to = BufWriter::new(File::create(page)?);
    write_view(log, &mut to)?;
    to.flush()
}

/// Has the system open a file with what it has for pages.
fn open(page: &Path) -> Result<(), Failure> {
    let program = match OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let absolute = fs::canonicalize(page).unwrap_or_else(|_| page.to_owned());
    let opened = Command::new(program)
        .arg(&absolute)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let cannot = |why: &dyn std::fmt::Display| {
        Failure::told(format!(
            "the page is written, but `{program}` {why}: open {} in a browser",
            absolute.display()
        ))
    };
    match opened {
        // What explorer exits with says nothing.
        Ok(status) if status.success() || OS == "windows" => Ok(()),
        Ok(status) => Err(cannot(&format_args!("failed ({status})"))),
        Err(error) => Err(cannot(&format_args!("cannot be run ({error})"))),
    }
}
