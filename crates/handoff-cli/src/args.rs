//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// Logs of runs, lock files and replies of models, in the terminal.
#[derive(Debug, Parser)]
#[command(
    name = "handoff",
    version,
    after_help = "\
Exit codes:
  0  success
  1  diff: a change breaks senders or receivers; check: the text does not fit
  2  an error: a file is missing or of another kind, or the command line is wrong

Colours are for terminals; NO_COLOR turns them off."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    View(View),
    Show(Show),
    Ls(Ls),
    Diff(Diff),
    Schema(Schema),
    Check(Check),
    /// Print a script that completes this command in a shell
    #[command(after_help = "\
Examples:
  handoff completions bash > ~/.local/share/bash-completion/completions/handoff
  handoff completions fish > ~/.config/fish/completions/handoff.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Make a page of a log: one HTML file, which works offline
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The page is written beside the log, as run.html for run.jsonl, unless --out says otherwise.

Examples:
  handoff view run.jsonl --open
  handoff view run.jsonl -o - > page.html")]
pub(crate) struct View {
    /// A run log, as handoff-log writes it; `-` is standard input
    pub(crate) file: PathBuf,

    /// The file of the page; `-` is standard output
    #[arg(short, long)]
    pub(crate) out: Option<PathBuf>,

    /// Open the page in a browser
    #[arg(long)]
    pub(crate) open: bool,
}

/// Show the runs of a log in the terminal: how each went, as a tree, and what failed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Tasks of a fan-out that succeeded are only counted; --all shows them.

Examples:
  handoff show run.jsonl
  handoff show run.jsonl --json | jq '.runs[].failures'")]
pub(crate) struct Show {
    /// A run log, as handoff-log writes it; `-` is standard input
    pub(crate) file: PathBuf,

    /// Show every task, including those that succeeded
    #[arg(long)]
    pub(crate) all: bool,

    /// Show only the run of this number, from 0
    #[arg(long, value_name = "NUMBER")]
    pub(crate) run: Option<u32>,
}

/// List the runs in the logs of a folder, the latest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  handoff ls runs --failed")]
pub(crate) struct Ls {
    /// A folder with logs (*.jsonl), or one log
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,

    /// List only runs without a result
    #[arg(long)]
    pub(crate) failed: bool,
}

/// Compare two lock files: what has changed, where, and which side it breaks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The exit code is 1 if a change breaks senders or receivers, and 0 if none does.

Example:
  git show main:handoff.lock | handoff diff - handoff.lock")]
pub(crate) struct Diff {
    /// The older lock file; `-` is standard input
    #[arg(value_name = "OLD.lock")]
    pub(crate) old: PathBuf,

    /// The newer lock file
    #[arg(value_name = "NEW.lock")]
    pub(crate) new: PathBuf,
}

/// Print the JSON Schema of a contract in a lock file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without a name, it lists the contracts of the file.

Example:
  handoff schema handoff.lock Plan")]
pub(crate) struct Schema {
    /// A lock file; `-` is standard input
    pub(crate) lock: PathBuf,

    /// The name of a contract
    pub(crate) contract: Option<String>,
}

/// Check a model's reply against a contract in a lock file, as `parse` does
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Only the schema is checked, which has no `#[check(with(...))]` and does not enforce a `format`.
Values are not shown, so that the output can be logged; --values shows them.

The exit code is 1 if the text does not fit.

Example:
  handoff check reply.txt --lock handoff.lock --contract Plan --lenient")]
pub(crate) struct Check {
    /// The text, which should be one JSON value; `-` is standard input
    pub(crate) file: PathBuf,

    /// The lock file
    #[arg(long)]
    pub(crate) lock: PathBuf,

    /// The name of the contract
    #[arg(long)]
    pub(crate) contract: String,

    /// Allow other text around the JSON, as `parse_lenient` does
    #[arg(long)]
    pub(crate) lenient: bool,

    /// Show the values that were found, and the keys of maps
    #[arg(long)]
    pub(crate) values: bool,
}
