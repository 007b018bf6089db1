//! What is between a lock file and the code, in a form to be read.

use std::fmt;
use std::path::PathBuf;

use super::contents::{Lock, LockedContract, place};
use super::prompts;
use crate::contract::{Breaks, Change, diff};

/// The differences between a lock file and the contracts of pipelines. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Differences {
    /// The path of the file.
    pub path: PathBuf,
    /// A difference for each contract that differs, ordered by name, and then for each prompt.
    pub differences: Vec<Difference>,
}

/// A difference between a contract or a prompt and the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The contract means something else than before.
    Changed {
        /// The contract's name.
        name: String,
        /// The pipelines that have it.
        pipelines: Vec<String>,
        /// The changes. There is at least one.
        changes: Vec<Change>,
    },
    /// The contract has another name, and means the same.
    Renamed {
        /// The name in the file.
        from: String,
        /// The name in the code.
        to: String,
        /// The pipelines that have it.
        pipelines: Vec<String>,
    },
    /// The contract is not in the file.
    Added {
        /// The contract's name.
        name: String,
        /// The pipelines that have it.
        pipelines: Vec<String>,
    },
    /// The contract is in the file, and in none of the pipelines.
    Unused {
        /// The contract's name.
        name: String,
    },
    /// The prompt of an agent without a body, which is its documentation, has changed.
    PromptChanged {
        /// The agent's name.
        agent: String,
    },
    /// The prompt of an agent without a body is not in the file.
    PromptAdded {
        /// The agent's name.
        agent: String,
    },
    /// A prompt is in the file, but its agent is in none of the pipelines, or has a body.
    PromptUnused {
        /// The agent's name.
        agent: String,
    },
}

impl Difference {
    /// Returns the sides that the difference breaks. Only a contract that has changed breaks any.
    #[must_use]
    #[inline]
    pub fn breaks(&self) -> Breaks {
        let Self::Changed { changes, .. } = self else { return Breaks::Neither };
        changes.iter().fold(Breaks::Neither, |worst, change| worst.and(change.breaks))
    }

    #[inline]
    fn is_of_a_prompt(&self) -> bool {
        matches!(self, Self::PromptChanged { .. } | Self::PromptAdded { .. } | Self::PromptUnused { .. })
    }
}

#[inline]
pub(super) fn between(locked: &Lock, current: &Lock) -> Vec<Difference> {
    let mut differences = between_contracts(&locked.contracts, &current.contracts);
    differences.extend(prompts::between(&locked.prompts, &current.prompts));
    differences
}

/// Between contracts that are sorted by name.
#[inline]
fn between_contracts(locked: &[LockedContract], current: &[LockedContract]) -> Vec<Difference> {
    let is_unused = |contract: &&LockedContract| place(current, &contract.name).is_err();
    let mut unused: Vec<&LockedContract> = locked.iter().filter(is_unused).collect();
    let mut differences = Vec::new();
    for contract in current {
        let (name, pipelines) = (contract.name.clone(), contract.pipelines.clone());
        if let Ok(before) = place(locked, &name) {
            let changes = changes(&locked[before], contract);
            if !changes.is_empty() {
                differences.push(Difference::Changed { name, pipelines, changes });
            }
            continue;
        }
        differences.push(match unused.iter().position(|before| before.means_the_same(contract)) {
            Some(index) => {
                Difference::Renamed { from: unused.remove(index).name.clone(), to: name, pipelines }
            }
            None => Difference::Added { name, pipelines },
        });
    }
    differences.extend(unused.into_iter().map(|contract| Difference::Unused { name: contract.name.clone() }));
    differences
}

#[inline]
fn changes(old: &LockedContract, new: &LockedContract) -> Vec<Change> {
    let mut changes = Vec::new();
    if old.max_tokens != new.max_tokens {
        let words = |tokens: Option<u32>| tokens.map_or("none".to_owned(), |tokens| tokens.to_string());
        let most = |tokens: Option<u32>| tokens.unwrap_or(u32::MAX);
        let (was, is) = (most(old.max_tokens), most(new.max_tokens));
        changes.push(Change {
            pointer: String::new(),
            message: format!("max_tokens {}, was {}", words(new.max_tokens), words(old.max_tokens)),
            breaks: Breaks::new(is < was, is > was),
        });
    }
    if old.fingerprint != new.fingerprint {
        let in_schema = diff(&old.meaning(), &new.meaning());
        if in_schema.is_empty() {
            changes.push(Change {
                pointer: String::new(),
                message: "the schema is written in another way and allows the same values".to_owned(),
                breaks: Breaks::Neither,
            });
        }
        changes.extend(in_schema);
    }
    changes
}

/// The differences as a text of several lines, without one at its end.
impl fmt::Display for Differences {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy();
        let prompts = self.differences.iter().filter(|difference| difference.is_of_a_prompt()).count();
        let what = match prompts {
            0 => "contracts",
            all if all == self.differences.len() => "prompts",
            _ => "contracts and the prompts",
        };
        writeln!(f, "the {what} are not as {file} has them")?;
        let mut worst = Breaks::Neither;
        for difference in &self.differences {
            worst = worst.and(difference.breaks());
            write!(f, "\n{difference}\n")?;
        }
        f.write_str("\n")?;
        if worst.senders() {
            f.write_str("breaks senders: what an old build sends, the new one may refuse\n")?;
        }
        if worst.receivers() {
            f.write_str("breaks receivers: what the new build sends, an old one may refuse\n")?;
        }
        f.write_str("if this is meant: HANDOFF_LOCK=update cargo test")
    }
}

/// The difference in words: a line, and a line for each change of a contract; without one at its end.
impl fmt::Display for Difference {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = |pipelines: &[String]| match pipelines {
            [] => String::new(),
            pipelines => format!(" (in {})", pipelines.join(", ")),
        };
        match self {
            Self::Changed { name, pipelines, changes } => {
                write!(f, "{name}{} has changed:", used(pipelines))?;
                rows(changes).try_for_each(|row| write!(f, "\n  {row}"))
            }
            Self::Renamed { from, to, pipelines } => {
                write!(f, "{to}{} was {from}; it means the same", used(pipelines))
            }
            Self::Added { name, pipelines } => write!(f, "{name}{} is new", used(pipelines)),
            Self::Unused { name } => write!(f, "{name} is in none of the pipelines given"),
            Self::PromptChanged { agent } => {
                write!(f, "the prompt of agent `{agent}`, its documentation, has changed")
            }
            Self::PromptAdded { agent } => {
                write!(f, "the prompt of agent `{agent}`, its documentation, is new")
            }
            Self::PromptUnused { agent } => {
                write!(f, "the prompt of agent `{agent}` is in none of the pipelines given")
            }
        }
    }
}

/// The changes in columns: where, what, for whom.
#[inline]
fn rows(changes: &[Change]) -> impl Iterator<Item = String> {
    // One long pointer or message does not push all the others to the right.
    const WIDEST: usize = 48;
    let widest = |width: usize, text: &str| match text.chars().count() {
        count @ 0..=WIDEST => width.max(count),
        _ => width,
    };
    let (mut place, mut what) = (0, 0);
    for change in changes {
        place = widest(place, &change.pointer);
        what = widest(what, &change.message);
    }
    changes.iter().map(move |change| {
        let Change { pointer, message, breaks } = change;
        match place {
            0 => format!("{message:what$}  {breaks}"),
            _ => format!("{pointer:place$}  {message:what$}  {breaks}"),
        }
    })
}
