//! What one expects of any command.

use std::io::Read;
use std::process::Stdio;

use expect_test::expect;

use crate::{call, call_with, command, folder, logs, write};

#[test]
fn the_help_says_what_there_is() {
    let help = call(&["--help"]);
    assert_eq!((help.code, &*help.err), (Some(0), ""));
    expect![[r"
        Logs of runs, lock files and replies of models, in the terminal

        Usage: handoff [OPTIONS] <COMMAND>

        Commands:
          view         Make a page of a log: one HTML file, which works offline
          show         Show the runs of a log in the terminal: how each went, as a tree, and what failed
          ls           List the runs in the logs of a folder, the latest first
          diff         Compare two lock files: what has changed, where, and which side it breaks
          schema       Print the JSON Schema of a contract in a lock file
          check        Check a model's reply against a contract in a lock file, as `parse` does
          completions  Print a script that completes this command in a shell
          help         Print this message or the help of the given subcommand(s)

        Options:
              --json     Print JSON, for programs
          -h, --help     Print help
          -V, --version  Print version

        Exit codes:
          0  success
          1  diff: a change breaks senders or receivers; check: the text does not fit
          2  an error: a file is missing or of another kind, or the command line is wrong

        Colours are for terminals; NO_COLOR turns them off.
    "]]
    .assert_eq(&help.out);
}

#[test]
fn whoever_stops_reading_sees_no_panic() {
    let folder = folder("pipe");
    let file = write(&folder, "run.jsonl", &logs::log(3_000));
    // More than a pipe holds, so the rest cannot be written.
    let mut child = command(&["show", &file, "--all"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it was built");
    let mut first = [0; 16];
    child.stdout.take().expect("it is piped").read_exact(&mut first).expect("it writes");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn what_cannot_be_done_exits_with_2() {
    for (args, message) in [
        (&["show", "none.jsonl"][..], "cannot read `none.jsonl`: "),
        (&["ls", "none"], "cannot read `none`: "),
        (&["diff", "none.lock", "-"], "there is no none.lock\n"),
        (&["diff", "-", "-"], "only one of the files can be `-`\n"),
        (&["schema", "-"], "standard input:1: there is nothing in it\n"),
        (&["schema", "."], ".: "),
    ] {
        let came = call(args);
        assert_eq!((came.code, &*came.out), (Some(2), ""), "{args:?}");
        assert!(came.err.starts_with("handoff: ") && came.err.contains(message), "{}", came.err);
    }
    let unknown = call(&["shaw"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("'show'"), "{}", unknown.err);
}

#[test]
fn what_is_no_terminal_sees_no_colours() {
    let shown = call_with(&["show", "-"], &logs::log(12));
    assert!(!shown.out.contains('\x1b'), "{}", shown.out);
}

#[test]
fn shells_complete_it() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = call(&["completions", shell]);
        assert_eq!(script.code, Some(0));
        assert!(script.out.contains("handoff") && script.out.contains("failed"), "{shell}");
    }
}
