//! Agents of one name in the pipeline that is run, and how they are told apart.

use super::id::last_segments;
use super::{AgentId, Config};

/// The agents of a pipeline that share their name with an agent in another module.
#[derive(Debug)]
pub(crate) struct Namesakes {
    /// Each with how many segments of its module it takes to tell it apart.
    agents: Vec<(&'static AgentId, usize)>,
}

impl Namesakes {
    /// Those of a pipeline, in the pipelines in it as well.
    pub(crate) fn of(pipeline: &'static Config) -> Self {
        let mut all = Vec::new();
        gather(pipeline, &mut all);
        let segments = |id: &AgentId| {
            let module = id.module()?;
            let others = all.iter().map(|config| &config.id).filter(|other| other.name == id.name);
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
        let agents = all.iter().filter_map(|config| Some((&config.id, segments(&config.id)?))).collect();
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
fn gather(config: &'static Config, all: &mut Vec<&'static Config>) {
    if all.iter().any(|known| std::ptr::eq(*known, config)) {
        return;
    }
    all.push(config);
    config.parts().for_each(|part| gather(part, all));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;

    const fn agent(name: &'static str, module: &'static &'static str) -> Config {
        Config::new(name, Role::Worker, module)
    }

    const LEGAL: &Config = &agent("review", &"app::legal");
    const SECURITY: &Config = &agent("review", &"app::security");
    const ELSEWHERE: &Config = &agent("review", &"library::app::legal");
    const PLAN: &Config = &agent("plan", &"app::legal");
    const INNER: &Config = &Config::pipeline("both", &"app", &[|| LEGAL, || PLAN]);

    fn shown(pipeline: &'static Config) -> [String; 4] {
        let namesakes = Namesakes::of(pipeline);
        [LEGAL, SECURITY, ELSEWHERE, PLAN].map(|config| namesakes.tell(&config.id).to_string())
    }

    const ALONE: &Config = &Config::pipeline("alone", &"app", &[|| LEGAL, || PLAN, || LEGAL]);
    const TWO: &Config = &Config::pipeline("two", &"app", &[|| INNER, || SECURITY]);
    const THREE: &Config = &Config::pipeline("three", &"app", &[|| SECURITY, || INNER, || ELSEWHERE]);

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
