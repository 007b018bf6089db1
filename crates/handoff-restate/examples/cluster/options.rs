//! The command line.

use crate::hosts::Which;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Usage: cluster [OPTIONS] [PATH]

Counts the words of files below PATH (the folder that it is started in) on a cluster of
processes, and kills some of them meanwhile. It needs the server that
crates/handoff-restate/server/install.sh installs, and nothing from the network.

Options:
  --runs N    files, each a run of its own [50]
  --kills N   hosts that are killed, at most [12]
  --seed N    which, and when [1]
  --help      this";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) path: PathBuf,
    pub(crate) runs: usize,
    pub(crate) kills: usize,
    pub(crate) seed: u64,
}

#[derive(Debug)]
pub(crate) enum Command {
    Run(Options),
    /// What the program starts itself with, for each of the processes.
    Host {
        which: Which,
        address: SocketAddr,
        notes: PathBuf,
    },
    Help,
}

impl Options {
    /// # Errors
    ///
    /// What is wrong with the command line.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
        let mut options = Self { path: PathBuf::from("."), runs: 50, kills: 12, seed: 1 };
        while let Some(argument) = arguments.next() {
            let mut number = || number(&argument, arguments.next());
            match argument.as_str() {
                "host" => return host(arguments),
                "--help" | "-h" => return Ok(Command::Help),
                "--runs" => options.runs = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--kills" => options.kills = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--seed" => options.seed = number()?,
                other if other.starts_with('-') => return Err(format!("there is no option {other}")),
                path => options.path = PathBuf::from(path),
            }
        }
        Ok(Command::Run(options))
    }
}

fn number(option: &str, value: Option<String>) -> Result<u64, String> {
    let value = value.ok_or_else(|| format!("{option} wants a number"))?;
    value.parse().map_err(|_| format!("{option} wants a number, and not `{value}`"))
}

fn host(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut next =
        || arguments.next().ok_or_else(|| "a host wants what it has, its address and its notes".to_owned());
    let which = next()?.parse()?;
    let address = next()?.parse().map_err(|error| format!("that is no address: {error}"))?;
    Ok(Command::Host { which, address, notes: PathBuf::from(next()?) })
}
