//! The prompts of agents without a body, which are their documentation: a lock file has their digests.

use super::contents::LockedPrompt;
use super::report::Difference;
use crate::contract::Fingerprint;
use crate::describe::Description;

/// The prompts of the pipelines, each once, by the names of their agents.
#[inline]
pub(super) fn of(pipelines: &[Description]) -> Vec<LockedPrompt> {
    let mut prompts = Vec::new();
    for agent in pipelines.iter().flat_map(Description::agents) {
        if let Some(fingerprint) = agent.prompt {
            prompts.push(LockedPrompt { agent: agent.name.clone(), fingerprint });
        }
    }
    prompts.sort();
    prompts.dedup();
    prompts
}

/// How they differ, one for each agent that has another prompt.
#[inline]
pub(super) fn between(locked: &[LockedPrompt], current: &[LockedPrompt]) -> Vec<Difference> {
    let mut agents: Vec<&str> = locked.iter().chain(current).map(|prompt| prompt.agent.as_str()).collect();
    agents.sort_unstable();
    agents.dedup();
    let mut differences = Vec::new();
    for agent in agents {
        let own = |prompts: &[LockedPrompt]| -> Vec<Fingerprint> {
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
