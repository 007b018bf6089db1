//! What is wrong with a value: one violation, the collector that checks write to, and the error that holds them all.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::contract::Contract;
use crate::contract::json::pointer::{Pointer, Step};

/// Most violations that are kept of one value; the rest is counted. 100 MB of wrong items must not become gigabytes
/// of error.
const MOST_KEPT: usize = 10_000;

/// Most violations that a [`ContractViolation`] writes out in its one line.
const MOST_SHOWN: usize = 8;

/// Most violations that are told to a model at once.
const MOST_TOLD: usize = 20;

/// Most characters of a pointer or of a found value in a message.
const MOST_CHARACTERS: usize = 80;

/// Most characters of what is told to a model of one violation, its pointer and its value aside.
const MOST_OF_MESSAGE: usize = 240;

/// Most characters of a message that a function of the user's gives.
const MOST_OF_A_MESSAGE: usize = 200;

/// One thing that is wrong with a value, and where.
///
/// [`Display`](fmt::Display) is one line, such as `/subtasks/0/priority: not in 1..=5`. Neither it nor
/// [`Debug`](fmt::Debug) shows values of the payload; [`found`](Self::found) and [`with_value`](Self::with_value) do,
/// shortened.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where it is: a JSON pointer with serde's names.
    pub pointer: Pointer,
    /// The JSON Schema keyword that is broken (`type`, `required`, `additionalProperties`, `minItems`, …); `syntax`
    /// for text that is no JSON, `duplicate` for a repeated key.
    pub keyword: &'static str,
    message: Cow<'static, str>,
    found: Option<Box<str>>,
}

impl Violation {
    /// What was expected, and what kind of thing was found instead; no values of the payload.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The value that was found, as JSON and shortened to 80 characters, where there is one to show. This is payload:
    /// keep it out of logs.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// The same line with the value that was found, where there is one to show:
    /// `/subtasks/0/priority: not in 1..=5 (it is 9)`. This is payload: keep it out of logs.
    #[must_use]
    pub fn with_value(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(move |f| {
            write!(f, "{self}")?;
            self.write_value(f)
        })
    }

    fn write_value(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Some(found) => write!(f, " (it is {found})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_root() {
            // Keys are the sender's text: they must not break the line, nor fill it.
            write!(f, "{}: ", shorten(&self.pointer.to_string()))?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violation")
            .field("pointer", &shorten(&self.pointer.to_string()))
            .field("keyword", &self.keyword)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// Collects what is wrong with a value, in the order in which it is met.
///
/// A hand-written [`Contract::check`] reports with [`report`](Self::report) and goes into parts with
/// [`at`](Self::at). Where nothing is wrong, this costs a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    kept: Vec<Violation>,
    more: usize,
}

impl Violations {
    /// An empty collector.
    #[must_use]
    pub const fn new() -> Self {
        Self { kept: Vec::new(), more: 0 }
    }

    /// Whether nothing was reported.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many violations were reported.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len() + self.more
    }

    /// The violations so far; at most 10,000 are kept.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.kept
    }

    /// Reports a violation here. `keyword` is the JSON Schema keyword that is broken; `message` says in lower case what
    /// was expected, and no value of the payload.
    #[cold]
    pub fn report(&mut self, keyword: &'static str, message: impl Into<Cow<'static, str>>) {
        self.push(keyword, message.into(), None);
    }

    /// As [`report`](Self::report), with the value that was found, for [`Violation::found`].
    #[cold]
    pub fn report_found(
        &mut self,
        keyword: &'static str,
        message: impl Into<Cow<'static, str>>,
        found: &dyn fmt::Display,
    ) {
        self.push(keyword, message.into(), Some(shorten(&found.to_string()).into()));
    }

    /// Runs `inspect` on the part at `step`: a key of an object or an index of a list.
    #[inline]
    pub fn at<S: Into<Step>>(&mut self, step: S, inspect: impl FnOnce(&mut Self)) {
        let mark = self.mark();
        inspect(self);
        if self.kept.len() > mark {
            self.prepend_since(mark, &step.into());
        }
    }

    /// Where the collector stands now, for what is done later with all that was reported since.
    pub(crate) fn mark(&self) -> usize {
        self.kept.len()
    }

    /// Puts a step in front of the pointers of everything that was reported since the mark.
    #[cold]
    pub(crate) fn prepend_since(&mut self, mark: usize, step: &Step) {
        for violation in &mut self.kept[mark..] {
            violation.pointer.prepend(step.clone());
        }
    }

    /// Puts what was reported since the mark into the order of the document: what is wrong with the whole first, and then
    /// by the first step. `rank` tells where a key stands.
    #[cold]
    pub(crate) fn sort_since(&mut self, mark: usize, rank: &dyn Fn(&str) -> usize) {
        self.kept[mark..].sort_by_cached_key(|violation| match violation.pointer.steps().first() {
            None => 0,
            Some(Step::Index(index)) => index + 1,
            Some(Step::Key(key)) => rank(key).saturating_add(1),
        });
    }

    fn push(&mut self, keyword: &'static str, message: Cow<'static, str>, found: Option<Box<str>>) {
        if self.kept.len() < MOST_KEPT {
            self.kept.push(Violation { pointer: Pointer::root(), keyword, message, found });
        } else {
            self.more += 1;
        }
    }

    /// As [`report`](Self::report), at a place that is known from here.
    pub(crate) fn report_at(
        &mut self,
        pointer: Pointer,
        keyword: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.report(keyword, message);
        self.set_pointer_of_last(pointer);
    }

    /// Reports here everything that is wrong with a part.
    pub(crate) fn append(&mut self, part: &ContractViolation) {
        let found = &part.inner.violations;
        let room = MOST_KEPT.saturating_sub(self.kept.len());
        let (kept, beyond) = found.kept.split_at(found.kept.len().min(room));
        self.kept.extend_from_slice(kept);
        self.more += found.more + beyond.len();
    }

    pub(crate) fn set_pointer_of_last(&mut self, pointer: Pointer) {
        if let Some(last) = self.kept.last_mut() {
            last.pointer = pointer;
        }
    }
}

/// A value breaks its contract: everything that is wrong with it, in document order.
///
/// [`Display`](fmt::Display) is one line for a log, which names the contract and the first eight violations; neither it
/// nor [`Debug`](fmt::Debug) shows values of the payload. [`with_values`](Self::with_values) does, and
/// [`for_model`](Self::for_model) is for asking again. A clone is a reference count.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// #[derive(PartialEq)]
/// pub struct SubTask {
///     pub id: String,
///     #[check(range(1..=5))]
///     pub priority: u8,
/// }
///
/// let broken = SubTask::parse(r#"{"id": 7, "priority": 9}"#).unwrap_err();
/// assert_eq!(
///     broken.to_string(),
///     "`SubTask` is broken: /id: expected a string, found a number; /priority: not in 1..=5"
/// );
/// assert_eq!(
///     broken.with_values().to_string(),
///     "`SubTask` is broken: /id: expected a string, found a number (it is 7); /priority: not in 1..=5 (it is 9)"
/// );
/// assert_eq!(
///     broken.for_model().to_string(),
///     "Your reply does not fit `SubTask`, for 2 reasons:\n\
///      1. /id: expected a string, found a number (it is 7)\n\
///      2. /priority: not in 1..=5 (it is 9)\n\
///      Fix all of this, and reply with the whole JSON and nothing else."
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ContractViolation {
    inner: Arc<Inner>,
}

#[derive(PartialEq, Eq)]
struct Inner {
    contract: Cow<'static, str>,
    violations: Violations,
}

impl ContractViolation {
    /// The error for a value of the contract `T`, from what its check found.
    #[must_use]
    pub fn of<T: Contract>(violations: Violations) -> Self {
        Self { inner: Arc::new(Inner { contract: T::name(), violations }) }
    }

    /// The error for a value of something that is no contract.
    pub(crate) fn named(name: String, violations: Violations) -> Self {
        Self { inner: Arc::new(Inner { contract: Cow::Owned(name), violations }) }
    }

    /// The name of the contract that is broken.
    #[must_use]
    pub fn contract(&self) -> &str {
        &self.inner.contract
    }

    /// Everything that is wrong, in document order: never empty. Of a value with more than 10,000 violations, the
    /// first 10,000.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.inner.violations.kept
    }

    /// How many violations there are, those beyond the first 10,000 included.
    #[must_use]
    pub fn total(&self) -> usize {
        self.inner.violations.len()
    }

    /// The same line with the values that were found, each shortened to 80 characters. This is payload: keep it out of
    /// logs.
    #[must_use]
    pub fn with_values(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(|f| self.write_line(f, |violation, f| write!(f, "{}", violation.with_value())))
    }

    /// What to say to the model whose reply this was, when it is asked again: what is wrong, numbered, a line each with
    /// its JSON pointer, what was expected and what was found, and that the whole is wanted. The values are the model's
    /// own. At most 20 violations are told, and the rest counted, in fewer than 10,000 characters.
    ///
    /// An agent has it from [`Context::contract_violation`](crate::Context::contract_violation).
    #[must_use]
    pub fn for_model(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(|f| {
            let contract = shorten(self.contract());
            match self.total() {
                1 => writeln!(f, "Your reply does not fit `{contract}`:")?,
                total => writeln!(f, "Your reply does not fit `{contract}`, for {total} reasons:")?,
            }
            for (index, violation) in self.violations().iter().take(MOST_TOLD).enumerate() {
                write!(f, "{}. ", index + 1)?;
                match &violation.pointer {
                    pointer if pointer.is_root() => f.write_str("the whole: ")?,
                    pointer => write!(f, "{}: ", shorten(&pointer.to_string()))?,
                }
                f.write_str(&line_of(&violation.message, MOST_OF_MESSAGE))?;
                violation.write_value(f)?;
                f.write_str("\n")?;
            }
            if let more @ 1.. = self.total().saturating_sub(MOST_TOLD) {
                writeln!(f, "And {more} more.")?;
            }
            f.write_str("Fix all of this, and reply with the whole JSON and nothing else.")
        })
    }

    fn write_line(
        &self,
        f: &mut fmt::Formatter<'_>,
        write_one: impl Fn(&Violation, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        write!(f, "`{}` is broken: ", self.inner.contract)?;
        for (index, violation) in self.violations().iter().take(MOST_SHOWN).enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write_one(violation, f)?;
        }
        match self.total().saturating_sub(MOST_SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl fmt::Display for ContractViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f, |violation, f| write!(f, "{violation}"))
    }
}

impl fmt::Debug for ContractViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContractViolation")
            .field("contract", &self.inner.contract)
            .field("violations", &self.violations())
            .finish()
    }
}

impl std::error::Error for ContractViolation {}

/// One line of at most [`MOST_CHARACTERS`], control characters escaped.
pub(crate) fn shorten(text: &str) -> String {
    line_of(text, MOST_CHARACTERS)
}

/// A message of the user's as one line.
pub(crate) fn one_line(message: &str) -> String {
    line_of(message, MOST_OF_A_MESSAGE)
}

fn line_of(text: &str, most: usize) -> String {
    let mut short = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            short.push('…');
            break;
        }
        if character.is_control() {
            short.extend(character.escape_default());
        } else {
            short.push(character);
        }
    }
    short
}
