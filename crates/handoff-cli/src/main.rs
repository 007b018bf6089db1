//! The command `handoff`: logs of runs, lock files and replies of models, in the terminal.

mod args;
mod check;
mod diff;
mod failure;
mod input;
mod ls;
mod output;
mod schema;
mod show;
mod view;
mod words;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::output::Output;

/// What a command has found out, as its exit code says it.
enum Verdict {
    /// Nothing is wrong.
    Fine,
    /// Something is: a contract breaks somebody, a reply does not fit.
    Wrong,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut output = Output::new(args.json);
    let verdict = run(args, &mut output).and_then(|verdict| {
        output.finish()?;
        Ok(verdict)
    });
    match verdict {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Wrong) => ExitCode::from(1),
        // Whoever reads has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::from(2)
        }
    }
}

fn run(args: Args, output: &mut Output) -> Result<Verdict, Failure> {
    match args.command {
        Command::View(args) => view::view(&args, output),
        Command::Show(args) => show::show(&args, output),
        Command::Ls(args) => ls::ls(&args, output),
        Command::Diff(args) => diff::diff(&args, output),
        Command::Schema(args) => schema::schema(&args, output),
        Command::Check(args) => check::check(&args, output),
        Command::Completions { shell } => {
            // Written in one piece: `clap_complete` takes a failed write for a bug.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "handoff", &mut script);
            output.text(&String::from_utf8_lossy(&script))?;
            Ok(Verdict::Fine)
        }
    }
}
