//! What the attribute of an agent says of it.

use super::{AgentId, AgentSpec, Backoff, Role, Tool};
use crate::engine::CheckAnswer;
use std::time::Duration;

/// The arguments of `#[agent(…)]` in one constant, from which those of [`AgentSpec`](super::AgentSpec) are taken.
#[derive(Debug)]
pub struct Config {
    pub(super) id: AgentId,
    pub(super) input_budget: Option<u32>,
    pub(super) max_output_tokens: Option<u32>,
    pub(super) timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) retries: u32,
    pub(crate) backoff: Option<Backoff>,
    pub(super) concurrency: Option<u32>,
    pub(super) blocking: bool,
    /// What its answers are checked by, if it is answered from outside.
    signal: Option<CheckAnswer>,
    /// What it may call, and how often it may ask a model meanwhile.
    tools: &'static [Tool],
    pub(super) max_turns: Option<u32>,
    /// The name of the type that is asked for the output.
    pub(crate) asks: Option<fn() -> &'static str>,
    pub(crate) prompt: Option<&'static str>,
    /// What its documentation says, where that is not its prompt.
    doc: Option<&'static str>,
    /// Whether it is a pipeline with a fan-out, a join or a race.
    parallel: bool,
    /// What a pipeline is made of. Functions, since pipelines that contain each other have no constant.
    stages: &'static [fn() -> &'static Config],
}

impl Config {
    /// An agent of this name and role, of which nothing is bounded, in this module.
    #[must_use]
    pub const fn new(name: &'static str, role: Role, module: &'static &'static str) -> Self {
        Self {
            id: AgentId::new(name, role).in_module(module),
            input_budget: None,
            max_output_tokens: None,
            timeout: None,
            idle_timeout: None,
            retries: 0,
            backoff: None,
            concurrency: None,
            blocking: false,
            signal: None,
            tools: &[],
            max_turns: None,
            asks: None,
            prompt: None,
            doc: None,
            parallel: false,
            stages: &[],
        }
    }

    /// A pipeline of this name, in this module: what else there is to say comes from its agents.
    #[must_use]
    pub const fn pipeline(
        name: &'static str,
        module: &'static &'static str,
        stages: &'static [fn() -> &'static Self],
    ) -> Self {
        let mut config = Self::new(name, Role::PIPELINE, module);
        config.stages = stages;
        config
    }

    /// That of a part that is nobody's agent, and is called by the name of another.
    pub const NONE: &'static Self = &Self::pipeline("", &"", &[]);

    /// That of an agent, as a pipeline that it is in refers to them.
    #[must_use]
    pub fn of<A: AgentSpec>() -> &'static Self {
        A::CONFIG
    }

    /// What it is called.
    pub(crate) fn id(&'static self) -> &'static AgentId {
        &self.id
    }

    /// `input_budget = …`
    #[must_use]
    pub const fn input_budget(mut self, tokens: u32) -> Self {
        self.input_budget = Some(tokens);
        self
    }

    /// `max_output_tokens = …`
    #[must_use]
    pub const fn max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// `timeout = …`
    #[must_use]
    pub const fn timeout(mut self, seconds: u64, nanoseconds: u32) -> Self {
        self.timeout = Some(Duration::new(seconds, nanoseconds));
        self
    }

    /// `retries = …`
    #[must_use]
    pub const fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// `idle_timeout = …`
    #[must_use]
    pub const fn idle_timeout(mut self, seconds: u64, nanoseconds: u32) -> Self {
        self.idle_timeout = Some(Duration::new(seconds, nanoseconds));
        self
    }

    /// `backoff = …`
    #[must_use]
    pub const fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.backoff = Some(Backoff::new(first, longest));
        self
    }

    /// `concurrency = …`
    #[must_use]
    pub const fn concurrency(mut self, attempts: u32) -> Self {
        self.concurrency = Some(attempts);
        self
    }

    /// There is a fan-out, a join or a race in it.
    #[must_use]
    pub const fn parallel(mut self) -> Self {
        self.parallel = true;
        self
    }

    /// Whether some agent of it is called elsewhere than where it is driven: in a task or on a thread of its own.
    pub(crate) fn leaves(&self) -> bool {
        self.parallel || self.blocking || self.parts().any(Self::leaves)
    }

    /// `tools(…)`
    #[must_use]
    pub const fn tools(mut self, tools: &'static [Tool]) -> Self {
        self.tools = tools;
        self
    }

    /// `max_turns = …`
    #[must_use]
    pub const fn max_turns(mut self, turns: u32) -> Self {
        self.max_turns = Some(turns);
        self
    }

    /// What it may call.
    pub(crate) fn its_tools(&self) -> &'static [Tool] {
        self.tools
    }

    /// What a pipeline is made of, or what an agent may call.
    pub(super) fn parts(&self) -> impl Iterator<Item = &'static Self> + use<> {
        self.stages.iter().map(|stage| stage()).chain(self.tools.iter().map(Tool::config))
    }

    /// Its function returns what this type is asked.
    #[must_use]
    pub const fn asks(mut self, of: fn() -> &'static str) -> Self {
        self.asks = Some(of);
        self
    }

    /// Its function has no body, and this is asked.
    #[must_use]
    pub const fn prompt(mut self, text: &'static str) -> Self {
        self.prompt = Some(text);
        self
    }

    /// It is documented so.
    #[must_use]
    pub const fn doc(mut self, text: &'static str) -> Self {
        self.doc = Some(text);
        self
    }

    /// What its documentation says, if it says anything.
    #[inline]
    pub(crate) fn documentation(&self) -> Option<&'static str> {
        self.doc.or(self.prompt).map(str::trim).filter(|text| !text.is_empty())
    }

    /// `blocking`
    #[must_use]
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// `signal`, whose answers are checked by this.
    #[must_use]
    pub const fn signal(mut self, check: CheckAnswer) -> Self {
        self.signal = Some(check);
        self
    }

    pub(super) const fn is_signal(&self) -> bool {
        self.signal.is_some()
    }

    /// Whether some agent of it is a signal.
    pub(crate) fn waits(&self) -> bool {
        self.is_signal() || self.parts().any(Self::waits)
    }

    /// What the answers of this agent are checked by, if it is a signal, and this or a part of this.
    pub(crate) fn check_of(&self, agent: &AgentId) -> Option<CheckAnswer> {
        let own = self.signal.filter(|_| self.id == *agent);
        own.or_else(|| self.parts().find_map(|part| part.check_of(agent)))
    }
}
