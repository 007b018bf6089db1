//! What the tasks of a fan-out noticed, put together: a page, however wide the fan-out.

use crate::agent::AgentId;
use crate::envelope::{Warning, WarningKind};

/// Different warnings that are listed; one more counts the rest.
const MOST: usize = 32;

/// Tasks that a warning names beside its first.
const MOST_OTHERS: usize = 7;

/// One warning for each message of each agent, in the order of the tasks that it comes from. `agent` is that of the
/// tasks.
pub(super) fn together(agent: &AgentId, mut warnings: Vec<(usize, Warning)>) -> Vec<Warning> {
    // Stable: what a task said stays in its order. By numbers alone, as violations are: one sort to compile for both.
    warnings.sort_by_cached_key(|(task, _)| *task);
    let mut listed: Vec<Warning> = Vec::new();
    let mut rest: Option<Warning> = None;
    for (_, warning) in warnings {
        // Looked for one by one: they are few.
        if let Some(first) = listed.iter_mut().find(|first| is_same(first, &warning)) {
            add(first, &warning);
        } else if listed.len() < MOST {
            listed.push(warning);
        } else if let Some(rest) = &mut rest {
            add(rest, &warning);
        } else {
            let message = "gave further warnings, which differ from those that are listed";
            let kind = WarningKind::Noted;
            rest = Some(Warning { kind, agent: agent.clone(), message: message.into(), ..warning });
        }
    }
    listed.extend(rest);
    listed
}

fn is_same(first: &Warning, warning: &Warning) -> bool {
    let agents = (&first.agent, &warning.agent);
    first.kind == warning.kind
        && first.message == warning.message
        && agents.0 == agents.1
        && agents.0.module() == agents.1.module()
}

/// The same was noticed again.
fn add(first: &mut Warning, again: &Warning) {
    first.count = first.count.saturating_add(again.count);
    let known = first.task_path();
    for task in again.task_path().iter().chain(&again.others) {
        if first.others.len() == MOST_OTHERS {
            break;
        }
        if known.as_ref() != Some(task) && !first.others.contains(task) {
            first.others.push(task.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Role;
    use crate::task_path::TaskPath;

    const WORK: &AgentId = &AgentId::new("work", Role::Worker);

    fn warning(task: usize, message: &str) -> (usize, Warning) {
        let mut warning = Warning::new(WORK.clone(), message);
        warning.set_task(&TaskPath::new(None, task), None);
        (task, warning)
    }

    #[test]
    fn the_same_of_many_tasks_is_one() {
        let said = (0..100_000).rev().map(|task| warning(task, if task == 5 { "odd" } else { "slow" }));
        let together = together(WORK, said.collect());
        let shown: Vec<_> = together.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "agent `work`, task 0 and 99998 more (1, 2, 3, 4, 6, 7, 8, …): slow",
                "agent `work`, task 5: odd"
            ]
        );
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let inner = |_| together(WORK, (0..50).map(|task| warning(task, &format!("is {task}"))).collect());
        let one = inner(0);
        assert_eq!(one.len(), MOST + 1);
        assert_eq!(one.iter().map(|warning| warning.count).sum::<usize>(), 50);
        assert_eq!(
            one[MOST].to_string(),
            "agent `work`, task 32 and 17 more (33, 34, 35, 36, 37, 38, 39, …): gave further warnings, which differ from those that are listed"
        );
        // Fan-outs in tasks of others, too.
        let outer = (0..10).flat_map(|task| inner(task).into_iter().map(move |warning| (task, warning)));
        let all = together(WORK, outer.collect());
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all.iter().map(|warning| warning.count).sum::<usize>(), 500);
    }

    #[test]
    fn tasks_that_say_two_things_keep_their_order() {
        let said = vec![warning(1, "b"), warning(0, "b"), warning(1, "a"), warning(0, "b")];
        let shown: Vec<_> = together(WORK, said).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["agent `work`, task 0 and 2 more (1, …): b", "agent `work`, task 1: a"]);
    }
}
