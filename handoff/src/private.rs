//! What the code of the macros refers to. Not part of the public interface: it changes in any
//! version.
#![allow(missing_docs)]

#[path = "editor.rs"]
pub mod editor;

pub use crate::agent::{
    self, AgentId, AgentSpec, Asked, Budgeted, CalledAtOnce, Config, Documented, Fails, Provides, Returns,
    Role, State, Takes, TakesTurns, Target, ToldApart, Tool,
};
pub use crate::barrier::{Partial, Policy, TaskFailure};
pub use crate::contract::{Contract, internals as contract};
pub use crate::describe::parts;
pub use crate::engine::{self, Agent, Asks, Calls, CallsTool, Drive, Driven, Engine, Running};
pub use crate::envelope::{Envelope, Handed};
pub use crate::pipeline::{
    Agrees, AllWithinBudget, Begins, ComesTo, Confident, ConfidentJoin, ConfidentWay, Ends, EndsWithBarrier,
    FanOut, FansOut, Fits, GoesRound, HandsOff, ItemWithinBudget, Join, JoinWithinBudget, Keeping, Label,
    Leaves, Optional, OrOutcome, PassesBarrier, Quorum, Rounds, RoundsBound, TaskBound, Threshold, Until,
    WidthBound, WithinBudget, WithinWidth, as_is, capacity, choose, fall_back, fan_out, gate, guard,
    hand_off_again, hand_off_to, in_pipeline, join, label, map, or, race, spare,
};
pub use core::any::type_name;
pub use core::marker::{Send, Sized, Sync};
pub use core::module_path;
pub use core::ops::ControlFlow;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::Ok;
pub use core::time::Duration;
pub use schemars;
pub use serde;
pub use serde_json;
pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::clone::Clone;
pub use std::future::{Future, pending};
pub use std::sync::OnceLock;
pub use std::vec::Vec;

/// Calls an agent. Here and not in its own `drive`: what is written once is compiled once.
pub fn call<A, E>(engine: &E, input: Handed<A::Input>, to: Target) -> Driven<'_, A::Output>
where
    A: crate::AgentSpec,
    E: Calls<A>,
{
    Box::pin(engine.call(input, to, None))
}

/// A type as a projection: a generated type that ends in a token of its own.
pub trait Itself {
    type Itself: ?Sized;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Itself for T {
    type Itself = T;
}
