//! What is known of the confidence of a value.

use super::edge::Actor;

/// What may have set the confidence of a value, for a gate to test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confidence {
    /// Whether a barrier has counted successes, which is a confidence.
    pub counted: bool,
    /// It is enough that one of them has a `#[confidence]`.
    pub payloads: Vec<Payload>,
    /// The branches that met last: something may have set it on all of them.
    pub branches: Vec<Branch>,
}

/// A payload that may have a `#[confidence]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// What somebody takes.
    Input(Actor),
    /// What somebody hands on.
    Output(Actor),
}

/// One of several branches to a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The last agent on it.
    pub last: Actor,
    pub confidence: Confidence,
}

impl Confidence {
    /// That of the pipeline's input.
    pub fn of_input() -> Self {
        Self::default().or_input(Actor::Pipeline)
    }

    /// That of the outputs of a join: whatever came in, it is made of theirs.
    pub fn of_outputs(agents: &[Actor]) -> Self {
        let payloads = agents.iter().map(|agent| Payload::Output(*agent)).collect();
        Self { counted: false, payloads, branches: Vec::new() }
    }

    /// That of what comes out where branches meet.
    pub fn of_branches(branches: Vec<Branch>) -> Self {
        let counted = branches.iter().all(|branch| branch.confidence.counted);
        Self { counted, payloads: Vec::new(), branches }
    }

    pub fn or_input(mut self, actor: Actor) -> Self {
        self.payloads.push(Payload::Input(actor));
        self
    }

    pub fn or_output(mut self, actor: Actor) -> Self {
        self.payloads.push(Payload::Output(actor));
        self
    }

    /// The same behind a barrier.
    pub fn or_counted(mut self) -> Self {
        self.counted = true;
        self
    }
}
