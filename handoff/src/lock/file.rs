//! The text of a lock file, written and read.

use std::fmt;

use schemars::Schema;
use serde_json::Value;

use super::contents::{Lock, LockedContract, LockedPrompt, place};
use crate::contract::{Fingerprint, plain_json};

/// The form of the file that is written and read.
const VERSION: u32 = 1;

const HEAD: &str = "\
# The contracts that cross the handoffs of this crate's pipelines, as a test of handoff::lock compares them
# with the code. Written by handoff. After a change that is meant, and after a merge conflict:
#
#     HANDOFF_LOCK=update cargo test
";

/// The text of the file.
impl fmt::Display for Lock {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEAD}\nversion {VERSION}\n")?;
        for contract in &self.contracts {
            write!(f, "\ncontract {}\n  fingerprint {}\n", contract.name, contract.fingerprint)?;
            if let Some(tokens) = contract.max_tokens {
                writeln!(f, "  max_tokens {tokens}")?;
            }
            for line in pretty(contract.schema.as_value()).lines() {
                writeln!(f, "  {line}")?;
            }
        }
        for LockedPrompt { agent, fingerprint } in &self.prompts {
            write!(f, "\nprompt {agent}\n  fingerprint {fingerprint}\n")?;
        }
        Ok(())
    }
}

/// JSON, a line for each value, with the keys in order whatever the features of `serde_json` are.
#[inline]
fn pretty(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    format!("{sorted:#}")
}

/// What is wrong with a file: the line, from 1, and in words.
type Mistake = (usize, String);

/// Reads the text of a file.
#[inline]
pub(super) fn read(text: &str) -> Result<Lock, Mistake> {
    for (number, line) in text.lines().enumerate() {
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker)) {
            return Err((number + 1, "a merge conflict: take either side".to_owned()));
        }
    }
    let is_blank = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let lines: Vec<(usize, &str)> = (1..).zip(text.lines()).filter(|(_, line)| !is_blank(line)).collect();
    let Some((&(number, head), mut lines)) = lines.split_first() else {
        return Err((1, "there is nothing in it".to_owned()));
    };
    if head.trim_end() != format!("version {VERSION}") {
        let found = head.strip_prefix("version ").map_or("something else", str::trim_end);
        let found: String = found.chars().take(20).collect();
        return Err((
            number,
            format!("expected `version {VERSION}`, which this version of handoff reads, found {found}"),
        ));
    }
    let mut contents = Lock::default();
    while let Some((&(number, line), after)) = lines.split_first() {
        let begins = |line: &str| ["contract ", "prompt "].iter().any(|word| line.starts_with(word));
        let end = after.iter().position(|(_, line)| begins(line)).unwrap_or(after.len());
        let (block, after) = after.split_at(end);
        if let Some(name) = line.strip_prefix("contract ") {
            let contract = read_contract(name.trim_end(), number, block)?;
            match place(&contents.contracts, &contract.name) {
                Ok(_) => {
                    return Err((number, format!("`{}` stands here for the second time", contract.name)));
                }
                Err(place) => contents.contracts.insert(place, contract),
            }
        } else if let Some(agent) = line.strip_prefix("prompt ") {
            contents.prompts.push(read_prompt(agent.trim_end(), number, block)?);
        } else {
            return Err((number, "expected `contract` or `prompt`, and a name".to_owned()));
        }
        lines = after;
    }
    contents.prompts.sort();
    Ok(contents)
}

#[inline]
fn read_prompt(agent: &str, start: usize, block: &[(usize, &str)]) -> Result<LockedPrompt, Mistake> {
    let [(number, line)] = block else {
        return Err((start, format!("the prompt of `{agent}` has a fingerprint, and nothing else")));
    };
    let digits = line.trim().strip_prefix("fingerprint ").unwrap_or_default();
    let fingerprint = digits.parse().map_err(|_| (*number, NO_FINGERPRINT.to_owned()))?;
    Ok(LockedPrompt { agent: agent.to_owned(), fingerprint })
}

const NO_FINGERPRINT: &str = "expected a fingerprint of 64 hexadecimal digits";

#[inline]
fn read_contract(name: &str, start: usize, block: &[(usize, &str)]) -> Result<LockedContract, Mistake> {
    let mut lines = block;
    let mut entry = |key: &str| {
        let (&(number, line), after) = lines.split_first()?;
        let value = line.trim_start().strip_prefix(key)?;
        lines = after;
        Some((number, value.trim()))
    };
    let Some((number, fingerprint)) = entry("fingerprint ") else {
        return Err((start, format!("`{name}` has no fingerprint")));
    };
    let Ok(fingerprint) = fingerprint.parse::<Fingerprint>() else {
        return Err((number, NO_FINGERPRINT.to_owned()));
    };
    let max_tokens = match entry("max_tokens ") {
        Some((number, tokens)) => match tokens.parse() {
            Ok(tokens) => Some(tokens),
            Err(_) => return Err((number, "expected a number of tokens".to_owned())),
        },
        None => None,
    };
    let Some(&(number, _)) = lines.first() else {
        return Err((start, format!("`{name}` has no schema")));
    };
    let json: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
    let schema = match serde_json::from_str::<Schema>(&json.join("\n")) {
        Ok(schema) => schema,
        Err(error) => {
            let line = number + error.line().saturating_sub(1);
            return Err((line, format!("the schema of `{name}` cannot be read: {}", plain_json(&error))));
        }
    };
    let is = Fingerprint::of_schema(&schema);
    if is != fingerprint {
        return Err((
            number,
            format!(
                "the schema of `{name}` is not the one of its fingerprint: one of them was edited by hand, or badly merged"
            ),
        ));
    }
    Ok(LockedContract::new(name.to_owned(), fingerprint, max_tokens, schema))
}
