//! Functions in the place of agents, for tests.

use super::attempt::{Attempt, Running, attempt};
use super::builder::Builder;
use super::context::Context;
use crate::agent::{AgentSpec, Fails, Returns};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::marker::PhantomData;
use std::sync::Arc;

/// What stands in for the agent `A`: an attempt of it.
type Function<A> = dyn for<'a> Fn(<A as AgentSpec>::Input, &'a Attempt<'_>) -> Running<'a, <A as AgentSpec>::Output>
    + Send
    + Sync;

/// The functions in the place of agents, by the types of these.
#[derive(Default)]
pub(crate) struct Replaced {
    functions: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Replaced {
    fn set<A: AgentSpec>(&mut self, function: Box<Function<A>>) {
        self.functions.insert(TypeId::of::<A>(), Box::new(function));
    }

    /// What stands in for this agent.
    pub(super) fn of<A: AgentSpec>(&self) -> Option<&Function<A>> {
        if self.functions.is_empty() {
            return None;
        }
        self.functions.get(&TypeId::of::<A>())?.downcast_ref::<Box<Function<A>>>().map(|function| &**function)
    }
}

/// A replacement of an agent that still lacks its function: see [`Builder::replace`].
#[must_use = "nothing is replaced until it is said by what"]
pub struct Replace<A, S> {
    builder: Builder<S>,
    agent: PhantomData<fn() -> A>,
}

impl<A: AgentSpec, S> Replace<A, S> {
    pub(super) fn in_the_runtime_of(builder: Builder<S>) -> Self {
        Self { builder, agent: PhantomData }
    }

    /// Replaces the agent by an async function.
    ///
    /// It returns what an agent may return: the output, a [`Reply`](crate::Reply), or a `Result` of one of
    /// them.
    pub fn by<F, Called, Kind>(self, function: F) -> Builder<S>
    where
        F: Fn(A::Input, Context) -> Called + Send + Sync + 'static,
        Called: Future<Output: Send> + Send + 'static,
        A::Declared: Returns<A, Called::Output, A::Output, Kind, Error: Fails<A>>,
    {
        let Self { mut builder, agent: _ } = self;
        let function = Arc::new(function);
        builder.replaced.set::<A>(Box::new(move |input, under_way| {
            let (function, cx) = (Arc::clone(&function), under_way.context());
            attempt::<A, Called>(
                under_way,
                move || function(input, cx),
                |returned| Fails::<A>::fail(<A::Declared as Returns<_, _, _, Kind>>::receive(returned)),
            )
        }));
        builder
    }

    /// Replaces the agent by a function that is not async, and takes only the input.
    pub fn by_fn<F, Returned, Kind>(self, function: F) -> Builder<S>
    where
        F: Fn(A::Input) -> Returned + Send + Sync + 'static,
        Returned: Send + 'static,
        A::Declared: Returns<A, Returned, A::Output, Kind, Error: Fails<A>>,
    {
        self.by(move |input, _| ready(function(input)))
    }
}

impl<A, S> fmt::Debug for Replace<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replace").field("builder", &self.builder).finish_non_exhaustive()
    }
}
