//! Where handoffs go.

use super::{AgentId, AgentSpec, id};
use serde::{Deserialize, Serialize};

/// The destination of a handoff: the agent that reads it, and how many tokens that agent may be handed.
///
/// It can be serialised, so that an engine can call an agent in another process.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    #[serde(rename = "agent", deserialize_with = "id::known")]
    pub(crate) id: &'static AgentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input_budget: Option<u32>,
    /// Whether it goes to whoever waits for the end of the run, or of a task of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ends: bool,
}

impl Target {
    /// Creates the target of an agent `A` that reads the payload as it is.
    #[must_use]
    pub fn of<A: AgentSpec>() -> Self {
        Self { id: A::ENTRY, input_budget: A::INPUT_BUDGET, ends: false }
    }

    /// Creates the target of an agent `A` that reads a value made from the payload.
    ///
    /// The agent's budget applies to that value, not to the payload.
    #[must_use]
    pub fn through<A: AgentSpec>() -> Self {
        Self { id: A::ENTRY, input_budget: None, ends: false }
    }

    /// Creates the target of the pipeline `P` itself, which inspects the payload and passes it on.
    #[must_use]
    pub fn itself<P: AgentSpec>() -> Self {
        Self { id: P::ID, input_budget: None, ends: false }
    }

    /// The same agent, which reads something else that is made of what is handed on.
    #[must_use]
    pub(crate) fn through_it(self) -> Self {
        Self { input_budget: None, ..self }
    }

    /// The same, at the end of a task.
    #[must_use]
    pub(crate) fn at_the_end(self) -> Self {
        Self { ends: true, ..self }
    }

    /// Creates the target of the caller, who started the run.
    #[must_use]
    pub fn caller() -> Self {
        Self { id: AgentId::CALLER, input_budget: None, ends: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;
    use std::ptr;

    #[test]
    fn targets_are_read_as_they_are_written() {
        const REVIEW: &AgentId = &AgentId::new("review", Role::Critic).in_module(&"app::legal");
        let to = |id| Target { id, input_budget: Some(100), ends: false };
        let json = serde_json::to_string(&to(REVIEW)).unwrap();
        assert_eq!(json, r#"{"agent":{"name":"review","role":"critic"},"input_budget":100}"#);
        let [one, two] = [(); 2].map(|()| serde_json::from_str::<Target>(&json).unwrap());
        assert_eq!((one.id, one.input_budget, one.ends), (REVIEW, Some(100), false));
        assert!(ptr::eq(one.id, two.id), "each id is kept once");

        // Of two agents of one name, each is shown as it was.
        let legal: &AgentId = Box::leak(Box::new(REVIEW.clone().shown_with(1)));
        let json = serde_json::to_string(&to(legal)).unwrap();
        let read: Target = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (read.id.to_string(), one.id.to_string()),
            ("legal::review".to_owned(), "review".to_owned())
        );
    }

    #[test]
    fn a_target_says_whether_it_is_the_end() {
        let json = serde_json::to_string(&Target::caller()).unwrap();
        assert_eq!(json, r#"{"agent":{"name":"caller","role":"caller"},"ends":true}"#);
        let read: Target = serde_json::from_str(&json).unwrap();
        assert_eq!((read.id, read.ends), (AgentId::CALLER, true));
        // Most are not, so that is not said.
        let read: Target = serde_json::from_str(r#"{"agent":{"name":"caller","role":"caller"}}"#).unwrap();
        assert!(!read.ends);
    }
}
