//! What is wrong with a value: one violation, the collector that checks write to, and the error that holds them all.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use crate::contract::Contract;
use crate::contract::json::MOST_LEVELS;
use crate::contract::json::pointer::{Pointer, Step};
use crate::text::{OneLine, quoted};

/// Most violations that are kept of one value; the rest is counted. 100 MB of wrong items must not become gigabytes
/// of error.
const MOST_KEPT: usize = 10_000;

/// Most bytes that the violations of one value take, unless the first alone takes more: each holds its way from
/// the whole, so that a few kilobytes under a long key, or under many levels, would become a gigabyte
/// otherwise.
const MOST_BYTES: usize = 4 << 20;

/// Most boxes in one another that are looked into. They are no levels of JSON, so that a type which holds itself in boxes
/// alone could be nested without end; two for each level are more than any other type has.
const MOST_BOXES: usize = 2 * MOST_LEVELS;

/// Most violations that a [`ContractViolation`] writes out in its one line.
const MOST_SHOWN: usize = 8;

/// Most violations that are told to a model at once.
const MOST_TOLD: usize = 20;

/// Most characters of a pointer or of a found value in a message.
const MOST_CHARACTERS: usize = 80;

/// Most characters of what is told to a model of one violation, its pointer and its value aside.
const MOST_OF_MESSAGE: usize = 240;

/// One thing that is wrong with a value, and where.
///
/// [`Display`](fmt::Display) is one line, such as `/subtasks/0/priority: not in 1..=5`. Neither it nor
/// [`Debug`](fmt::Debug) shows payload, which is values, and keys of maps, in whose place stands `*` as in
/// `/quotas/*: …`. [`found`](Self::found), [`pointer`](Self::pointer) and [`with_value`](Self::with_value)
/// do. The name of an unknown field is shown, shortened, since it tells a developer what is wrong. If a text
/// is not JSON, the keys on the way to the mistake are shown only if the contract has a field or a variant of
/// that name; any other key may be one of a map.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The place of the violation: a JSON pointer with serde's names, and with keys of maps, which are
    /// payload.
    pub pointer: Pointer,
    /// The JSON Schema keyword that is broken: `type`, `required`, `additionalProperties`, `minItems`, ….
    ///
    /// Besides: `syntax` for a text that is not JSON, `duplicate` for a repeated key, and `depth` for a value
    /// that is nested deeper than 127 levels.
    pub keyword: &'static str,
    message: Cow<'static, str>,
    found: Option<Box<str>>,
}

impl Violation {
    /// One that another process has found.
    pub(crate) fn read(
        pointer: Pointer,
        keyword: &'static str,
        message: String,
        found: Option<String>,
    ) -> Self {
        Self { pointer, keyword, message: message.into(), found: found.map(String::into_boxed_str) }
    }

    /// Returns what was expected, and what kind of thing was found instead; it shows no values of the
    /// payload.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the value that was found, as JSON and shortened to 80 characters, if there is one to show.
    ///
    /// This is payload: keep it out of logs.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Returns the violation as one line that shows keys of maps and the value that was found, if there is
    /// one.
    ///
    /// An example is `/subtasks/0/priority: not in 1..=5 (it is 9)`. This is payload: keep it out of logs.
    #[must_use]
    pub fn with_value(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(|f| {
            self.write_line(&self.pointer, f)?;
            self.write_value(f)
        })
    }

    /// The bytes that it takes.
    fn bytes(&self) -> usize {
        let found = self.found.as_ref().map_or(0, |found| found.len());
        let message = match &self.message {
            Cow::Borrowed(_) => 0,
            Cow::Owned(message) => message.len(),
        };
        size_of::<Self>() + self.pointer.bytes() + message + found
    }

    fn write_line(&self, pointer: &dyn fmt::Display, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_root() {
            // Keys are the sender's text: they must not break the line, nor fill it.
            write!(f, "{}: ", shorten(pointer))?;
        }
        OneLine(f).write_str(&self.message)
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
        self.write_line(&self.pointer.masked(), f)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violation")
            .field("pointer", &shorten(&self.pointer.masked()))
            .field("keyword", &self.keyword)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// A collector of the violations in a value, in the order in which they are found.
///
/// A hand-written [`Contract::check`] reports violations with [`report`](Self::report), and checks parts of
/// the value with [`at`](Self::at).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    kept: Vec<Violation>,
    more: usize,
    /// What those that are kept take.
    bytes: usize,
    /// How many steps, and how many boxes, lie between the whole and what is being inspected.
    levels: usize,
    boxes: usize,
    too_deep: bool,
}

impl Violations {
    /// Creates an empty collector.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self { kept: Vec::new(), more: 0, bytes: 0, levels: 0, boxes: 0, too_deep: false }
    }

    /// Those that another process has kept, and how many more it has found.
    pub(crate) fn read(kept: Vec<Violation>, more: usize) -> Self {
        let bytes = kept.iter().map(Violation::bytes).sum();
        Self { kept, more, bytes, ..Self::new() }
    }

    /// Returns `true` if no violation was reported.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Returns the number of violations that were reported.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.kept.len() + self.more
    }

    /// Returns the violations so far: at most the first 10,000, and of those no more than 4 MiB.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.kept
    }

    /// Reports a violation at the current place.
    ///
    /// `keyword` is the JSON Schema keyword that is broken; `message` says in lower case what was expected,
    /// and contains no value of the payload.
    #[cold]
    pub fn report(&mut self, keyword: &'static str, message: impl Into<Cow<'static, str>>) {
        self.push(keyword, message.into(), None);
    }

    /// Reports a violation with the value that was found, for [`Violation::found`]. See
    /// [`report`](Self::report).
    #[cold]
    pub fn report_found(
        &mut self,
        keyword: &'static str,
        message: impl Into<Cow<'static, str>>,
        found: &dyn fmt::Display,
    ) {
        self.push(keyword, message.into(), Some(shorten(found).into()));
    }

    /// Runs `inspect` on the part of the value at `step`.
    ///
    /// A step is a key of an object or an index of a list. The key of a map, which is payload, is a
    /// [`Step::Entry`].
    ///
    /// A part that is 128 steps away from the whole value is not inspected but reported, once for all such
    /// parts: no JSON of that depth can be read back, and the stack is finite.
    #[inline]
    pub fn at<S: Into<Step>>(&mut self, step: S, inspect: impl FnOnce(&mut Self)) {
        if self.levels == MOST_LEVELS {
            return self.report_depth();
        }
        let mark = self.mark();
        self.levels += 1;
        inspect(self);
        self.levels -= 1;
        if self.kept.len() > mark {
            self.prepend_since(mark, &step.into());
        }
    }

    /// Runs `inspect` on what is in a box, which stands where the box stands.
    #[inline]
    pub(crate) fn in_box(&mut self, inspect: impl FnOnce(&mut Self)) {
        if self.boxes == MOST_BOXES {
            return self.report_depth();
        }
        self.boxes += 1;
        inspect(self);
        self.boxes -= 1;
    }

    /// Reports that the value is nested too deep to be read back.
    #[cold]
    pub(crate) fn report_depth(&mut self) {
        if !self.too_deep {
            self.too_deep = true;
            self.report("depth", format!("nested deeper than {MOST_LEVELS} levels"));
        }
    }

    /// Where the collector stands now, for what is done later with all that was reported since.
    #[inline]
    pub(crate) fn mark(&self) -> usize {
        self.kept.len()
    }

    /// Puts a step in front of the pointers of everything that was reported since the mark.
    #[cold]
    pub(crate) fn prepend_since(&mut self, mark: usize, step: &Step) {
        let step_bytes = step.bytes();
        let added = |kept: usize| (kept - mark).saturating_mul(step_bytes);
        while self.kept.len() > mark.max(1)
            && self.bytes.saturating_add(added(self.kept.len())) > MOST_BYTES
            && let Some(last) = self.kept.pop()
        {
            self.bytes -= last.bytes();
            self.more += 1;
        }
        self.bytes += added(self.kept.len());
        for violation in &mut self.kept[mark..] {
            violation.pointer.prepend(step.clone());
        }
    }

    /// Puts what was reported since the mark into the order of the document: what is wrong with the whole first, and then
    /// by the first step. `rank` tells where a key stands.
    #[cold]
    pub(crate) fn sort_since(&mut self, mark: usize, rank: &dyn Fn(&str) -> usize) {
        // There may be fewer than there were.
        let mark = mark.min(self.kept.len());
        self.kept[mark..].sort_by_cached_key(|violation| match violation.pointer.steps().first() {
            None => 0,
            Some(Step::Index(index)) => index + 1,
            Some(Step::Key(key) | Step::Entry(key)) => rank(key).saturating_add(1),
        });
    }

    fn push(&mut self, keyword: &'static str, mut message: Cow<'static, str>, found: Option<Box<str>>) {
        if let Cow::Owned(message) = &mut message
            && message.capacity() > 2 * message.len()
        {
            message.shrink_to_fit();
        }
        self.keep(Violation { pointer: Pointer::root(), keyword, message, found });
    }

    /// Keeps a violation, or counts it where there is no room.
    fn keep(&mut self, violation: Violation) {
        let bytes = self.bytes.saturating_add(violation.bytes());
        if self.kept.is_empty() || (self.kept.len() < MOST_KEPT && bytes <= MOST_BYTES) {
            self.bytes = bytes;
            self.kept.push(violation);
        } else {
            self.more += 1;
        }
    }

    /// Reports here everything that is wrong with a part.
    pub(crate) fn append(&mut self, found: &Self) {
        for violation in &found.kept {
            self.keep(violation.clone());
        }
        self.more += found.more;
    }

    /// Takes those keys in pointers for names of which this is true.
    pub(crate) fn declare(&mut self, is_name: &dyn Fn(&str) -> bool) {
        for violation in &mut self.kept {
            violation.pointer.declare(is_name);
        }
    }

    pub(crate) fn set_pointer_of_last(&mut self, pointer: Pointer) {
        if let Some(last) = self.kept.last_mut() {
            self.bytes = self.bytes - last.pointer.bytes() + pointer.bytes();
            last.pointer = pointer;
        }
    }
}

/// The error of a value that breaks its contract: all its violations, in document order.
///
/// [`Display`](fmt::Display) is one line for a log, which names the contract and the first eight violations;
/// neither it nor [`Debug`](fmt::Debug) shows values of the payload or keys of its maps.
/// [`with_values`](Self::with_values) does, and [`for_model`](Self::for_model) says it to the model that is
/// asked again. A clone costs a reference count.
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
    /// Creates the error for a value of the contract `T` from the violations that its check reported.
    #[must_use]
    pub fn of<T: Contract>(violations: Violations) -> Self {
        Self::named(T::name(), violations)
    }

    /// The error for a value of something that is no contract, or whose contract has this name.
    pub(crate) fn named(contract: Cow<'static, str>, mut violations: Violations) -> Self {
        violations.kept.shrink_to_fit();
        Self { inner: Arc::new(Inner { contract, violations }) }
    }

    /// Returns the name of the contract that is broken.
    #[must_use]
    pub fn contract(&self) -> &str {
        &self.inner.contract
    }

    /// Returns the violations in document order. There is at least one.
    ///
    /// If a value has very many, these are the first 10,000, or the first that fit into 4 MiB.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.inner.violations.kept
    }

    /// Returns the number of violations, including those that were not kept.
    #[must_use]
    pub fn total(&self) -> usize {
        self.inner.violations.len()
    }

    /// The same as a collector.
    pub(crate) fn found(&self) -> &Violations {
        &self.inner.violations
    }

    /// Returns a display that shows keys of maps and the values that were found, each shortened to 80
    /// characters.
    ///
    /// This is payload: keep it out of logs.
    #[must_use]
    pub fn with_values(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(|f| self.write_line(f, |violation, f| write!(f, "{}", violation.with_value())))
    }

    /// The same line as [`Display`](fmt::Display), with `*` also for names that the contract does not have: nothing in it
    /// is the sender's.
    pub(crate) fn without_names(&self) -> impl fmt::Display + use<'_> {
        fmt::from_fn(|f| {
            self.write_line(f, |violation, f| {
                let Violation { pointer, keyword, .. } = violation;
                let known = match *keyword {
                    "additionalProperties" => pointer.steps().len().saturating_sub(1),
                    // They are found in what nobody has a name for, too.
                    "depth" | "duplicate" => 0,
                    _ => pointer.steps().len(),
                };
                violation.write_line(&pointer.masked_from(known), f)
            })
        })
    }

    /// Returns a display that tells a model, which is asked again, what is wrong with its reply.
    ///
    /// It is a numbered list with a line for each violation: its JSON pointer, what was expected and what was
    /// found. It ends by asking for the whole JSON. The values in it are the model's own. At most 20
    /// violations are listed, and the rest is counted, in fewer than 10,000 characters.
    ///
    /// An agent obtains the error from [`Context::contract_violation`](crate::Context::contract_violation).
    #[must_use]
    pub fn for_model(&self) -> impl fmt::Display + use<'_> {
        self.told(
            "Your reply does not fit",
            "Fix all of this, and reply with the whole JSON and nothing else.",
        )
    }

    /// Returns a display that tells a model what is wrong with the arguments of its [tool
    /// call](crate::Context::call_tool).
    ///
    /// It is meant to be the result of that call. See [`for_model`](Self::for_model).
    #[must_use]
    pub fn for_caller(&self) -> impl fmt::Display + use<'_> {
        self.told("The arguments of this call do not fit", "Fix all of this, and make the whole call again.")
    }

    fn told(&self, begins: &'static str, ends: &'static str) -> impl fmt::Display + use<'_> {
        fmt::from_fn(move |f| {
            let contract = shorten(&self.contract());
            match self.total() {
                1 => writeln!(f, "{begins} `{contract}`:")?,
                total => writeln!(f, "{begins} `{contract}`, for {total} reasons:")?,
            }
            for (index, violation) in self.violations().iter().take(MOST_TOLD).enumerate() {
                write!(f, "{}. ", index + 1)?;
                match &violation.pointer {
                    pointer if pointer.is_root() => f.write_str("the whole: ")?,
                    pointer => write!(f, "{}: ", shorten(pointer))?,
                }
                f.write_str(&quoted(&violation.message, MOST_OF_MESSAGE))?;
                violation.write_value(f)?;
                f.write_str("\n")?;
            }
            if let more @ 1.. = self.total().saturating_sub(MOST_TOLD) {
                writeln!(f, "And {more} more.")?;
            }
            f.write_str(ends)
        })
    }

    fn write_line(
        &self,
        f: &mut fmt::Formatter<'_>,
        write_one: impl Fn(&Violation, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        write!(OneLine(f), "`{}` is broken: ", self.inner.contract)?;
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

/// A pointer, a name or a value on one line of at most [`MOST_CHARACTERS`].
pub(crate) fn shorten(text: &dyn fmt::Display) -> String {
    quoted(text, MOST_CHARACTERS)
}
