//! What stands in a lock file, as a value.

use std::path::Path;
use std::{fs, io};

use schemars::Schema;

use super::LockError;
use super::file;
use super::prompts;
use super::report::{self, Difference};
use crate::contract::schema::canonical::{documented, meaning};
use crate::contract::{ContractViolation, Fingerprint, Lenient, check_by_schema, lenient_by_schema};
use crate::describe::{DescribedContract, Description};

/// The contents of a lock file: contracts and prompts.
///
/// [`Display`](std::fmt::Display) writes the file.
///
/// Tests need only [`verify`](super::verify) and [`update`](super::update). This type is for tools: it
/// compares two files, and checks a text against a contract without its Rust type.
///
/// ```no_run
/// use handoff::lock::Lock;
///
/// let old = Lock::read("old/handoff.lock")?;
/// let new = Lock::read("handoff.lock")?;
/// for difference in old.compare(&new) {
///     println!("{difference}");
/// }
/// # Ok::<(), handoff::lock::LockError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// Sorted by name.
    pub(super) contracts: Vec<LockedContract>,
    /// Sorted.
    pub(super) prompts: Vec<LockedPrompt>,
}

impl Lock {
    /// Collects the contracts and prompts of pipelines, as [`update`](super::update) writes them.
    ///
    /// # Errors
    ///
    /// Returns [`LockError::SameName`] if two different contracts have one name.
    #[inline]
    pub fn of(pipelines: impl IntoIterator<Item = Description>) -> Result<Self, LockError> {
        let pipelines: Vec<Description> = pipelines.into_iter().collect();
        let prompts = prompts::of(&pipelines);
        Ok(Self { contracts: contracts(pipelines)?, prompts })
    }

    /// Reads a file. Unlike with [`verify`](super::verify), a relative path starts at the current directory.
    ///
    /// # Errors
    ///
    /// Returns [`LockError::Missing`] if there is no such file, [`LockError::Io`] if it cannot be read, and
    /// [`LockError::Malformed`] if it is not a lock file.
    #[inline]
    pub fn read(path: impl AsRef<Path>) -> Result<Self, LockError> {
        let path = path.as_ref();
        match fs::read_to_string(path) {
            Ok(text) => Self::from_text(&text, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(LockError::Missing { path: path.to_owned() })
            }
            Err(error) => Err(LockError::Io { path: path.to_owned(), error }),
        }
    }

    /// Parses the text of a file. `path` is the path that errors show.
    ///
    /// # Errors
    ///
    /// Returns [`LockError::Malformed`] if the text is not a lock file.
    #[inline]
    pub fn from_text(text: &str, path: impl AsRef<Path>) -> Result<Self, LockError> {
        file::read(text).map_err(|(line, reason)| LockError::Malformed {
            path: path.as_ref().to_owned(),
            line,
            reason,
        })
    }

    /// Returns the contracts, ordered by name.
    #[must_use]
    #[inline]
    pub fn contracts(&self) -> &[LockedContract] {
        &self.contracts
    }

    /// Returns the contract of this name.
    #[must_use]
    #[inline]
    pub fn contract(&self, name: &str) -> Option<&LockedContract> {
        place(&self.contracts, name).ok().map(|place| &self.contracts[place])
    }

    /// Returns the prompts of agents without a body, ordered by the names of the agents.
    #[must_use]
    #[inline]
    pub fn prompts(&self) -> &[LockedPrompt] {
        &self.prompts
    }

    /// Compares this file with a newer one: returns a difference for each contract, and then for each prompt.
    ///
    /// The list is empty if both mean the same. The documentation of contracts is not compared.
    #[must_use]
    #[inline]
    pub fn compare(&self, newer: &Self) -> Vec<Difference> {
        report::between(self, newer)
    }
}

/// A contract of a lock file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LockedContract {
    /// The contract's name.
    pub name: String,
    /// The fingerprint of the contract's schema.
    pub fingerprint: Fingerprint,
    /// The most tokens that a value may have, if that is bounded.
    pub max_tokens: Option<u32>,
    /// The contract's schema with its documentation, without titles and defaults.
    pub schema: Schema,
    /// The pipelines that it is in, of which a file says nothing.
    pub(super) pipelines: Vec<String>,
}

impl LockedContract {
    #[inline]
    pub(super) fn new(
        name: String,
        fingerprint: Fingerprint,
        max_tokens: Option<u32>,
        schema: Schema,
    ) -> Self {
        Self { name, fingerprint, max_tokens, schema, pipelines: Vec::new() }
    }

    /// The schema without its documentation.
    #[inline]
    pub(super) fn meaning(&self) -> Schema {
        meaning(&self.schema)
    }

    #[inline]
    pub(super) fn means_the_same(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint && self.max_tokens == other.max_tokens
    }

    /// Checks a text like [`Contract::parse`](crate::Contract::parse), but without the Rust type.
    ///
    /// It is as strict as `parse`, except for what no schema says: `#[check(with(…))]`, aliases, and whether a
    /// text is a date or an address where `format` says so. Its violations have the same words, except that a
    /// schema does not tell a set from a list that is `unique`, nor a `char` from a string of one character;
    /// missing fields are in the order of the schema. [`max_tokens`](Self::max_tokens) is not checked.
    ///
    /// ```
    /// use handoff::lock::Lock;
    /// use handoff::prelude::*;
    ///
    /// #[contract]
    /// pub struct Plan {
    ///     #[check(len(1..=3))]
    ///     pub steps: Vec<String>,
    /// }
    ///
    /// #[agent]
    /// async fn work(plan: Plan) -> String {
    ///     plan.steps.join(", ")
    /// }
    ///
    /// pipeline! { pub research(Plan) -> String { work } }
    ///
    /// let lock = Lock::of([research.describe()])?;
    /// let plan = lock.contract("Plan").expect("it is the pipeline's input");
    /// let broken = plan.check(r#"{"steps": [], "note": 1}"#).unwrap_err();
    /// assert_eq!(
    ///     broken.to_string(),
    ///     "`Plan` is broken: /steps: expected 1 to 3 items, found 0; /note: unknown field"
    /// );
    /// # Ok::<(), handoff::lock::LockError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns all violations, each with its JSON pointer. If the text is not JSON, that is the only
    /// violation.
    #[inline]
    pub fn check(&self, json: &str) -> Result<(), ContractViolation> {
        check_by_schema(json, &self.name, self.schema.as_value())
    }

    /// Checks a text with other text around its JSON, like
    /// [`Contract::parse_lenient`](crate::Contract::parse_lenient).
    ///
    /// # Errors
    ///
    /// Returns the violations of [`check`](Self::check), for the whole text or for the object in it, or one
    /// with the keyword `syntax` if it is unclear which object is meant.
    #[inline]
    pub fn check_lenient(&self, text: &str) -> Result<Lenient<()>, ContractViolation> {
        lenient_by_schema(text, self.schema.as_value(), &|json| self.check(json))
    }
}

impl From<DescribedContract> for LockedContract {
    #[inline]
    fn from(contract: DescribedContract) -> Self {
        let DescribedContract { id, max_tokens, schema } = contract;
        Self::new(id.name, id.fingerprint, max_tokens, documented(&schema))
    }
}

/// A prompt in a lock file, of an agent without a body. Agents of one name may have several.
///
/// The file has the digest of the prompt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct LockedPrompt {
    /// The agent's name.
    pub agent: String,
    /// The digest of the prompt.
    pub fingerprint: Fingerprint,
}

/// Where a contract stands among those that are sorted by name, or where it would have to.
#[inline]
pub(super) fn place(contracts: &[LockedContract], name: &str) -> Result<usize, usize> {
    contracts.binary_search_by(|contract| contract.name.as_str().cmp(name))
}

/// The contracts in the order of their names, each with the pipelines that it is in.
#[inline]
fn contracts(pipelines: Vec<Description>) -> Result<Vec<LockedContract>, LockError> {
    let mut contracts: Vec<LockedContract> = Vec::new();
    for pipeline in pipelines {
        for contract in pipeline.contracts {
            let mut contract = LockedContract::from(contract);
            match place(&contracts, &contract.name) {
                Ok(place) => {
                    let first = &mut contracts[place];
                    if !first.means_the_same(&contract) {
                        let pipelines = [first.pipelines[0].clone(), pipeline.name];
                        return Err(LockError::SameName { name: contract.name, pipelines });
                    }
                    if !first.pipelines.contains(&pipeline.name) {
                        first.pipelines.push(pipeline.name.clone());
                    }
                }
                Err(place) => {
                    contract.pipelines.push(pipeline.name.clone());
                    contracts.insert(place, contract);
                }
            }
        }
    }
    Ok(contracts)
}
