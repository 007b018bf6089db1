//! How a contract is broken, as text.

use crate::contract::{ContractViolation, Pointer, Step, Violation, Violations};
use serde::{Deserialize, Serialize};

/// A [`ContractViolation`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Broken {
    contract: String,
    violations: Vec<ViolationForm>,
    /// Those that were not kept included.
    total: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViolationForm {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    at: Vec<StepForm>,
    keyword: String,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<String>,
}

/// A step of a pointer: which of the keys are payload is not to be seen in a pointer as text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepForm {
    Key(String),
    Entry(String),
    Index(usize),
}

impl Broken {
    #[inline]
    pub(super) fn of(broken: &ContractViolation) -> Self {
        let violations = broken.violations().iter().map(ViolationForm::of).collect();
        Self { contract: broken.contract().to_owned(), violations, total: broken.total() }
    }

    #[inline]
    pub(super) fn into_violation(self) -> ContractViolation {
        let Self { contract, violations, total } = self;
        let more = total.saturating_sub(violations.len());
        let violations = violations.into_iter().map(ViolationForm::into_violation).collect();
        ContractViolation::named(contract.into(), Violations::read(violations, more))
    }
}

impl ViolationForm {
    #[inline]
    fn of(violation: &Violation) -> Self {
        let step = |step: &Step| match step {
            Step::Key(key) => StepForm::Key(key.clone()),
            Step::Entry(key) => StepForm::Entry(key.clone()),
            Step::Index(index) => StepForm::Index(*index),
        };
        Self {
            at: violation.pointer.steps().iter().map(step).collect(),
            keyword: violation.keyword.to_owned(),
            message: violation.message().to_owned(),
            found: violation.found().map(str::to_owned),
        }
    }

    #[inline]
    fn into_violation(self) -> Violation {
        let Self { at, keyword, message, found } = self;
        let mut pointer = Pointer::root();
        for step in at {
            pointer.push(match step {
                StepForm::Key(key) => Step::Key(key),
                StepForm::Entry(key) => Step::Entry(key),
                StepForm::Index(index) => Step::Index(index),
            });
        }
        Violation::read(pointer, known(&keyword), message, found)
    }
}

/// The keyword of this name: there are few, and they are known when the library is built.
#[inline]
fn known(keyword: &str) -> &'static str {
    KEYWORDS.iter().find(|known| **known == keyword).copied().unwrap_or("other")
}

/// The keywords of the library's own violations.
const KEYWORDS: &[&str] = &[
    "additionalProperties",
    "anyOf",
    "const",
    "depth",
    "duplicate",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
    "propertyNames",
    "required",
    "syntax",
    "type",
    "uniqueItems",
    "with",
];
