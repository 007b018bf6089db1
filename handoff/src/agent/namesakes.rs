//! Agents of one name in the pipeline that is run, and how they are told apart.

use super::id::last_segments;
use super::{AgentId, Terms};

/// The agents of a pipeline that share their name with an agent in another module.
#[derive(Debug)]
pub(crate) struct Namesakes {
    /// Each with how many segments of its module it takes to tell it apart.
    agents: Vec<(&'static AgentId, usize)>,
}

impl Namesakes {
    /// Those of a pipeline, in the pipelines in it as well.
    pub(crate) fn of(pipeline: &'static Terms) -> Self {
        let mut all = Vec::new();
        gather(pipeline, &mut all);
        let segments = |id: &AgentId| {
            let module = id.module()?;
            let others = all.iter().map(|terms| &terms.id).filter(|other| other.name == id.name);
            let mut others = others.filter_map(AgentId::module).filter(|other| *other != module).peekable();
            others.peek()?;
            let others: Vec<_> = others.collect();
            let most = module.split("::").count();
            let tells = |count: &usize| {
                let own = last_segments(module, *count);
                !others.iter().any(|other| last_segments(other, *count) == own)
            };
            Some((1..most).find(tells).unwrap_or(most))
        };
        let agents = all.iter().filter_map(|terms| Some((&terms.id, segments(&terms.id)?))).collect();
        Self { agents }
    }

    /// An agent as it is told apart from its namesakes, if it has any.
    pub(crate) fn tell(&self, id: &AgentId) -> AgentId {
        let is_it = |(agent, _): &&(&AgentId, usize)| agent.module() == id.module() && *agent == id;
        let segments = self.agents.iter().find(is_it).map_or(0, |(_, segments)| *segments);
        id.clone().shown_with(segments)
    }
}

/// A pipeline and all that is in it, each once.
fn gather(terms: &'static Terms, all: &mut Vec<&'static Terms>) {
    if all.iter().any(|known| std::ptr::eq(*known, terms)) {
        return;
    }
    all.push(terms);
    for stage in terms.stages {
        gather(stage(), all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;

    const fn agent(name: &'static str, module: &'static &'static str) -> Terms {
        Terms::new(name, Role::Worker, module)
    }

    const LEGAL: &Terms = &agent("review", &"app::legal");
    const SECURITY: &Terms = &agent("review", &"app::security");
    const ELSEWHERE: &Terms = &agent("review", &"library::app::legal");
    const PLAN: &Terms = &agent("plan", &"app::legal");
    const INNER: &Terms = &Terms::pipeline("both", &"app", &[|| LEGAL, || PLAN]);

    fn shown(pipeline: &'static Terms) -> [String; 4] {
        let namesakes = Namesakes::of(pipeline);
        [LEGAL, SECURITY, ELSEWHERE, PLAN].map(|terms| namesakes.tell(&terms.id).to_string())
    }

    const ALONE: &Terms = &Terms::pipeline("alone", &"app", &[|| LEGAL, || PLAN, || LEGAL]);
    const TWO: &Terms = &Terms::pipeline("two", &"app", &[|| INNER, || SECURITY]);
    const THREE: &Terms = &Terms::pipeline("three", &"app", &[|| SECURITY, || INNER, || ELSEWHERE]);

    #[test]
    fn only_who_has_a_namesake_is_shown_with_the_module() {
        assert_eq!(shown(ALONE), ["review", "review", "review", "plan"]);
        assert_eq!(shown(TWO), ["legal::review", "security::review", "review", "plan"]);
        assert_eq!(
            shown(THREE),
            ["app::legal::review", "security::review", "library::app::legal::review", "plan"]
        );
    }
}
