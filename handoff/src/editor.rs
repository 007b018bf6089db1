//! What an editor shows of the words inside the macros: their documentation, on completion and on hover.
//!
//! Only rust-analyzer sees code that names these items (see "Editors" in ARCHITECTURE.md), and nothing here is ever
//! run. Where a word of the macros is documented for rustdoc too, in `macros.rs`, that page has the details.
#![allow(non_camel_case_types, non_upper_case_globals, dead_code)]
#![allow(
    clippy::empty_loop,
    clippy::needless_pass_by_value,
    clippy::must_use_candidate,
    clippy::missing_panics_doc
)]

use crate::barrier::{Partial, TaskFailure};

/// A type that is written as a value.
#[derive(Clone, Copy, Debug)]
pub struct Type;

/// A test or an adapter that is written as a value.
#[derive(Clone, Copy, Debug)]
pub struct Closure;

/// The arguments of `#[agent]`.
#[derive(Debug)]
pub struct Agent {
    /// What the agent is handed: `input = Question`.
    ///
    /// A contract, the same type as the function's first parameter, from which it is taken by default.
    pub input: Type,
    /// What the agent hands on: `output = Answer`.
    ///
    /// A contract. By default it is taken from the signature; it has to be given for a
    /// [`Reply`](crate::Reply), and for a result type whose name is not `Result`. A `Prompt<Answer>` says it itself.
    pub output: Type,
    /// What the agent is for: `role = planner`.
    ///
    /// `planner`, `worker` (the default), `aggregator`, `router`, `critic`, or any other in quotes.
    pub role: crate::Role,
    /// The most tokens that the agent may be handed: `input_budget = 4_000`.
    ///
    /// A constant of type `u32`, at least 1. More is [`OverBudget`](crate::ErrorKind::OverBudget). By default there
    /// is no bound.
    pub input_budget: u32,
    /// The most tokens that the agent may hand on, and what to ask of a model: `max_output_tokens = 500`.
    ///
    /// A constant of type `u32`, at least 1. By default there is no bound.
    pub max_output_tokens: u32,
    /// How long one attempt may take: `timeout = "30s"`.
    ///
    /// A whole number of `ms`, `s`, `m` or `h`, or `"none"`. The default is `"120s"`.
    pub timeout: &'static str,
    /// How long one attempt may show no sign of life: `idle_timeout = "20s"`.
    ///
    /// The agent shows one by [`Context::heartbeat`](crate::Context::heartbeat). Where no `timeout` is given
    /// beside it, there is none. By default there is no bound.
    pub idle_timeout: &'static str,
    /// Extra attempts after an error, a timeout, a broken contract, a cut reply or too long an output: `retries = 2`.
    ///
    /// The number of retries is a constant of type `u32`, 0 by default.
    pub retries: u32,
    /// How long to wait between attempts: `backoff = "200ms..10s"`.
    ///
    /// The first pause, which is doubled after every failure, and the longest; or `"none"`. The default is that of the
    /// runtime.
    pub backoff: &'static str,
    /// How many attempts may be under way at once, over all runs of a runtime: `concurrency = 8`.
    ///
    /// A constant of type `u32`, at least 1. What is beyond waits for its turn, which runs no timeout. By
    /// default there is no bound.
    pub concurrency: u32,
    /// Runs a sync `fn` on the pool of blocking threads: `blocking`.
    ///
    /// For work that keeps a processor busy, or that blocks. It cannot be stopped.
    pub blocking: bool,
    /// Waits for an answer from outside, and has no body: `signal`.
    ///
    /// Somebody answers it by `Runtime::answer`. It has to say its `timeout`.
    pub signal: bool,
    /// The agents and the pipelines that the agent may call: `tools(look_up, search)`.
    ///
    /// A model that it asks is told of them, by their names, their documentation and the schemas of their
    /// inputs. By default there are none.
    pub tools: (),
    /// How often a model may be asked before it has its answer: `max_turns = 6`.
    ///
    /// A constant of type `u32`, at least 1, beside `tools(…)`. The default is 10.
    pub max_turns: u32,
    /// What envelopes and errors call the agent: `name = "planner"`.
    ///
    /// By default it is the function's name.
    pub name: &'static str,
}

/// The arguments of `#[contract]`.
#[derive(Debug)]
pub struct Contract {
    /// Ignores unknown fields: `#[contract(open)]`.
    ///
    /// By default an unknown field is a violation.
    pub open: bool,
    /// The most tokens that a value may have as JSON: `max_tokens = 2_000`.
    ///
    /// A constant of type `u32`, at least 1, counted at every handoff of a value. By default there is no bound.
    pub max_tokens: u32,
}

/// What stands in the parentheses of a `barrier`.
#[derive(Debug)]
pub struct Barrier {
    /// Every task has to succeed: `barrier(all)`.
    ///
    /// Hands on a `Vec`, in the order of the items. The first failure stops the rest.
    pub all: bool,
    /// All tasks end, and so many succeed: `barrier(at_least = 4)`, or `barrier(at_least = 80%)` of them, rounded up.
    ///
    /// Hands on a [`Partial`]. Fails as soon as enough is impossible.
    pub at_least: usize,
    /// All tasks end: `barrier(settled)`.
    ///
    /// Hands on a [`Partial`].
    pub settled: bool,
    /// So many succeed, and the rest are cancelled: `barrier(first = 2)`.
    ///
    /// Hands on a [`Partial`]. Fails if fewer succeed.
    pub first: usize,
    /// How long the tasks may take: `barrier(all, deadline = "30s")`.
    ///
    /// What has not ended by then is cancelled, and counts as failed.
    pub deadline: &'static str,
}

/// What stands in the parentheses of a `fan_out`, after what is fanned out.
#[derive(Debug)]
pub struct FanOut {
    /// The most tasks that there may be: `max = 8`.
    ///
    /// A constant of type `usize`, at least 1. More items than that is
    /// [`FanOutTooWide`](crate::ErrorKind::FanOutTooWide), and nothing starts. By default it is the `len(..=N)` of the
    /// field.
    pub max: usize,
    /// The most tasks that run at once; the others wait: `concurrency = 4`.
    ///
    /// By default only the runtime's [`tasks_in_flight`](crate::Limits::tasks_in_flight) is a bound.
    pub concurrency: usize,
    /// No items are no error: `allow_empty`.
    ///
    /// By default that is [`EmptyFanOut`](crate::ErrorKind::EmptyFanOut).
    pub allow_empty: bool,
    /// Each item comes out beside what is made of it: `keep`.
    ///
    /// The barrier hands on pairs, `(Item, Output)`.
    pub keep: bool,
    /// Names the task of an item in errors: `label = |item| item.id.clone()`.
    pub label: Closure,
    /// Makes an output of a task that has failed: `recover = f`, where `f` is a
    /// `fn(&Item, &TaskFailure) -> Output`.
    pub recover: Closure,
}

/// What stands in the parentheses of a `repeat`.
#[derive(Debug)]
pub struct Repeat {
    /// The most rounds that there may be: `max = 3`.
    ///
    /// A constant of type `u32`, at least 1. Running out is [`NotConverged`](crate::ErrorKind::NotConverged).
    pub max: u32,
    /// What ends the loop, asked of the output of each round: `until = |draft| draft.approved`.
    ///
    /// It may ask for the number of the round, from 1: `until = |draft, round| draft.approved || round == 2`.
    pub until: Closure,
    /// Where the rounds run out, goes on with the last output and a warning: `else = last`.
    pub r#else: Closure,
}

/// The stages that are no agents.
pub mod stages {
    /// Stops what is doubtful: `gate(confidence >= 0.6)`.
    ///
    /// Below the threshold the run fails with [`LowConfidence`](crate::ErrorKind::LowConfidence). It needs a
    /// `#[confidence]` in an earlier output or in the pipeline's input, or a barrier before it.
    pub fn gate<T>(test: T) {
        drop(test);
    }

    /// One task for each item of a list, in parallel: `fan_out(field) agent`, and then a `barrier`.
    ///
    /// The items come from a field of what is handed over, or from a closure: `fan_out(|plan| plan.steps) work`. A
    /// chain for each item stands in braces: `fan_out(steps) { read => extract }`.
    pub fn fan_out<T>(field: T) {
        drop(field);
    }

    /// Waits for the tasks of a fan-out: `barrier(all)`, `barrier(at_least = 4)`, `barrier(at_least = 80%)`,
    /// `barrier(first = 2)`, `barrier(settled)`.
    ///
    /// `barrier(all)` hands on a `Vec`, and every other a [`Partial`](crate::Partial).
    pub fn barrier<T>(rule: T) {
        drop(rule);
    }

    /// Different agents on the same input, at once: `join(legal, security)`.
    ///
    /// All have to succeed. Hands on a tuple of their outputs. A branch may have a fallback, or be several
    /// stages in braces: `join({ read => check }, security or security_simple, optional(style))`.
    pub fn join<T>(agents: T) {
        drop(agents);
    }

    /// Different agents on the same input, at once, of which the first that succeeds is enough:
    /// `race(security, security_simple)`.
    ///
    /// The rest is stopped. All hand on the same type. A branch may have a fallback, or be several stages in braces:
    /// `race({ read => check }, security or security_simple)`.
    pub fn race<T>(agents: T) {
        drop(agents);
    }

    /// A branch of a `join` that may fail: `join(legal, optional(style))`.
    ///
    /// It hands on an `Option`. Where it fails that is `None`, and a warning says why.
    pub fn optional<T>(branch: T) {
        drop(branch);
    }

    /// A bounded loop: `repeat(max = 3, until = |draft| draft.approved) { critique => revise }`.
    ///
    /// Runs the stages, then tests, so there is at least one round. Where the rounds run out, `else = last` goes on with
    /// the last output.
    pub fn repeat<T>(until: T) {
        drop(until);
    }

    /// Adapts a value, purely and in plain sight: `map(|plan| plan.summary)`.
    pub fn map<T>(closure: T) {
        drop(closure);
    }
}

/// What a gate tests.
pub mod gates {
    use std::cmp::Ordering;

    /// How sure the pipeline is of what it has, in 0..=1.
    ///
    /// The payload's `#[confidence]`, or else what came in; after a barrier the mean over its tasks, where a failed
    /// one counts 0.
    pub const confidence: Confidence = Confidence(());

    /// Something that can be compared with any threshold.
    #[derive(Clone, Copy, Debug)]
    pub struct Confidence(());

    impl<T> PartialEq<T> for Confidence {
        fn eq(&self, _: &T) -> bool {
            false
        }
    }

    impl<T> PartialOrd<T> for Confidence {
        fn partial_cmp(&self, _: &T) -> Option<Ordering> {
            None
        }
    }
}

/// What an agent can be for.
pub mod roles {
    use crate::Role;

    /// Takes a task apart.
    pub const planner: Role = Role::Planner;
    /// Does a part of the work.
    pub const worker: Role = Role::Worker;
    /// Makes one of many.
    pub const aggregator: Role = Role::Aggregator;
    /// Decides who is next.
    pub const router: Role = Role::Router;
    /// Judges what another has made.
    pub const critic: Role = Role::Critic;
}

/// The attributes of a contract's fields.
pub mod attributes {
    /// What the field has to be, in the schema and at run time: `#[check(len(1..=8))]`, `#[check(range(1..=5))]`.
    pub fn check<T>(checks: T) {
        drop(checks);
    }

    /// Marks the field that says how sure the agent is of the whole: one `f32` or `f64`, in 0..=1.
    pub const confidence: () = ();
}

/// The checks of a field.
pub mod checks {
    /// How long it is: `len(1..=8)`, any Rust range. Code points of a string, items of a list or set, entries of a map.
    pub fn len<T>(range: T) {
        drop(range);
    }

    /// How great the number is: `range(0.0..=1.0)`, any Rust range.
    pub fn range<T>(range: T) {
        drop(range);
    }

    /// What the text looks like: `pattern("^t[0-9]+$")`, where the pattern means the same in ECMA-262 and in the
    /// `regex` crate.
    pub fn pattern<T>(regex: T) {
        drop(regex);
    }

    /// What the integer can be divided by: `multiple_of(5)`.
    pub fn multiple_of<T>(number: T) {
        drop(number);
    }

    /// No item twice: `unique`.
    pub const unique: () = ();

    /// What every item has to be: `each(len(1..=64))`.
    pub fn each<T>(checks: T) {
        drop(checks);
    }

    /// A check of your own, run after the others: `with(path::to::function)`, a `fn(&T) -> Result<(), String>`. The
    /// schema says nothing of it.
    pub fn with<T>(function: T) {
        drop(function);
    }
}

pub fn of<T: ?Sized>() -> Type {
    Type
}

pub fn any<T>() -> T {
    loop {}
}

pub fn value<T, U>(_: T) -> U {
    loop {}
}

pub fn copy<T>(_: &T) -> T {
    loop {}
}

pub fn list<T>(_: T) -> Vec<T> {
    Vec::new()
}

pub fn partial<T>(_: Vec<T>) -> Partial<T> {
    loop {}
}

pub fn item<L: IntoIterator>(_: L) -> L::Item {
    loop {}
}

pub fn chosen<T, I>(_: T, _: &I, _: impl FnOnce(T) -> Vec<I>) -> I {
    loop {}
}

pub fn label<T, L>(_: &T, _: impl Fn(&T) -> L) -> Closure {
    Closure
}

pub fn recover<T, U>(_: &T, _: &U, _: impl Fn(&T, &TaskFailure) -> U) -> Closure {
    Closure
}

pub fn until<T>(_: &T, _: impl Fn(&T) -> bool) -> Closure {
    Closure
}

pub fn until_round<T>(_: &T, _: impl Fn(&T, u32) -> bool) -> Closure {
    Closure
}

pub fn map<T, U>(_: T, _: impl FnOnce(T) -> U) -> Made<U> {
    loop {}
}

pub fn mapped<T, U>(_: T, _: impl FnOnce(T) -> U) -> U {
    loop {}
}

/// What an adapter makes, whose type what follows may say.
#[derive(Debug)]
pub struct Made<U>(U);

impl<U> Made<U> {
    pub fn is(self, _: U) {}
}

/// What is declared of an agent or a pipeline: what it takes and hands on, and that it runs anywhere.
#[doc(hidden)]
#[macro_export]
macro_rules! __declared {
    ([$($handoff:tt)+], $agent:ident, $input:ty, $output:ty) => {
        impl $($handoff)+::AgentSpec for $agent {
            type Input = $input;
            type Output = $output;
            type Declared = ();
            const CONFIG: &'static $($handoff)+::agent::Config = $($handoff)+::agent::Config::NONE;
        }
        impl<S> $($handoff)+::engine::Agent<S> for $agent {
            fn run<'a>(
                _: $input,
                _: &'a $($handoff)+::engine::Attempt<'_>,
                _: &'a S,
            ) -> $($handoff)+::engine::Running<'a, $output> {
                loop {}
            }
        }
        impl<E: $($handoff)+::__private::Engine> $($handoff)+::__private::Drive<E> for $agent {
            fn drive<'a>(
                _: &'a E,
                _: $($handoff)+::engine::Handed<$input>,
                _: $($handoff)+::__private::Target,
            ) -> $($handoff)+::__private::Driven<'a, $output> {
                loop {}
            }
        }
    };
}
pub use __declared as declared;
