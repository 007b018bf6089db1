//! How far a run is.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The agents that were called in a run, and how many of their calls have ended.
///
/// Each attempt is a call, even if it was cancelled. The numbers are what the server has recorded; the agents
/// may be ahead of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The agents that were called, by their names.
    pub agents: BTreeMap<String, AgentProgress>,
}

/// The calls of one agent in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgentProgress {
    /// The calls that were made.
    pub called: u64,
    /// The calls that have ended, in whatever way.
    pub ended: u64,
}

impl Progress {
    /// Returns the sum over all agents.
    #[must_use]
    pub fn total(&self) -> AgentProgress {
        let mut total = AgentProgress::default();
        for agent in self.agents.values() {
            total.called += agent.called;
            total.ended += agent.ended;
        }
        total
    }
}

/// What the server is asked of the run that it calls this, and of what that has called.
pub(super) fn query(invocation: &str) -> String {
    let of = invocation.replace('\'', "''");
    format!(
        "SELECT target_service_name AS agent, COUNT(*) AS called, \
         SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS ended \
         FROM sys_invocation WHERE invoked_by_id = '{of}' OR id = '{of}' GROUP BY target_service_name"
    )
}

/// What it answers.
#[derive(Deserialize)]
pub(super) struct Row {
    agent: String,
    called: u64,
    ended: u64,
}

pub(super) fn of(rows: Vec<Row>) -> Progress {
    let agents =
        rows.into_iter().map(|Row { agent, called, ended }| (agent, AgentProgress { called, ended }));
    Progress { agents: agents.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_run_are_its_agents() {
        let rows = r#"[{"agent":"plan","called":1,"ended":1},{"agent":"work","called":5,"ended":3}]"#;
        let progress = of(serde_json::from_str(rows).unwrap());
        assert_eq!(progress.agents["work"], AgentProgress { called: 5, ended: 3 });
        assert_eq!(progress.total(), AgentProgress { called: 6, ended: 4 });
    }

    #[test]
    fn what_a_run_is_called_cannot_ask_for_more() {
        assert!(query("inv_1' OR '1'='1").contains("invoked_by_id = 'inv_1'' OR ''1''=''1' OR id"));
    }
}
