//! The prompts of agents without a body, which are their documentation: a lock file has their digests.

use super::report::Difference;
use crate::contract::Fingerprint;
use crate::describe::Description;

/// An agent's prompt, as it stands in the file, or as it is to stand there. Agents of one name may have several.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Prompt {
    pub(super) agent: String,
    pub(super) fingerprint: Fingerprint,
}

/// The prompts of the pipelines, each once, by the names of their agents.
#[inline]
pub(super) fn of(pipelines: &[Description]) -> Vec<Prompt> {
    let mut prompts = Vec::new();
    for agent in pipelines.iter().flat_map(Description::agents) {
        if let Some(fingerprint) = agent.prompt {
            prompts.push(Prompt { agent: agent.name.clone(), fingerprint });
        }
    }
    prompts.sort();
    prompts.dedup();
    prompts
}

/// How they differ, one for each agent that has another prompt.
#[inline]
pub(super) fn between(locked: &[Prompt], current: &[Prompt]) -> Vec<Difference> {
    let mut agents: Vec<&str> = locked.iter().chain(current).map(|prompt| prompt.agent.as_str()).collect();
    agents.sort_unstable();
    agents.dedup();
    let mut differences = Vec::new();
    for agent in agents {
        let own = |prompts: &[Prompt]| -> Vec<Fingerprint> {
            prompts.iter().filter(|prompt| prompt.agent == agent).map(|prompt| prompt.fingerprint).collect()
        };
        let (was, is, agent) = (own(locked), own(current), agent.to_owned());
        if was == is {
            continue;
        }
        differences.push(match (was.is_empty(), is.is_empty()) {
            (true, _) => Difference::PromptAdded { agent },
            (_, true) => Difference::PromptUnused { agent },
            _ => Difference::PromptChanged { agent },
        });
    }
    differences
}
