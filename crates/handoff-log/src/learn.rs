//! Learning from logs what is usual.

use std::collections::{HashMap, HashSet, VecDeque};

use handoff::Baseline;
use handoff::describe::DescribedContract;

use crate::line::End;
use crate::read::{LoggedHandoff, LoggedRun, RunLog};

impl RunLog {
    /// Teaches a [baseline](handoff::baseline) the outputs in this log, and returns their number.
    ///
    /// The log must have been written with its payloads. As a runtime does, it considers the first output of
    /// each agent in a run, since outputs of one run are alike; results of barriers and joins do not count.
    /// Redacted outputs are left out, since their shape is another, and so are outputs whose contract is not
    /// in the run's description.
    ///
    /// ```no_run
    /// use handoff::Baseline;
    /// use handoff_log::RunLog;
    ///
    /// let mut baseline = Baseline::new();
    /// for path in ["monday.jsonl", "tuesday.jsonl"] {
    ///     RunLog::open(path)?.teach(&mut baseline);
    /// }
    /// baseline.write("handoff.baseline")?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn teach(&self, baseline: &mut Baseline) -> usize {
        let mut outputs = 0;
        for run in &self.runs {
            let mut known = HashSet::new();
            for (agent, handoff) in outputs_of(run) {
                let Some(contract) = contract_of(run, handoff) else { continue };
                if !known.insert((agent, contract.id.fingerprint)) {
                    continue;
                }
                let payload = handoff.payload.as_ref().filter(|_| !handoff.redacted);
                if let Some(Ok(output)) = payload.map(|payload| serde_json::from_str(payload.get())) {
                    baseline.add_json(agent, contract, &output);
                    outputs += 1;
                }
            }
        }
        outputs
    }
}

/// The handoffs of what agents have made, with the agents' names: each is the first of its agent after an attempt that
/// succeeded, in that attempt or in what that is in. What it has called tools with is none.
fn outputs_of(run: &LoggedRun) -> impl Iterator<Item = (&str, &LoggedHandoff)> {
    let mut made: HashMap<(usize, &str), VecDeque<(usize, u64)>> = HashMap::new();
    for (index, span) in run.spans.iter().enumerate() {
        if span.is_call()
            && span.outcome == Some(End::Ok)
            && let Some(agent) = span.agent()
        {
            let within = span.parent.unwrap_or(LoggedRun::ROOT);
            made.entry((within, agent)).or_default().push_back((index, span.start));
        }
    }
    run.handoffs.iter().filter(|handoff| !handoff.tool).filter_map(move |handoff| {
        let own = &run.spans[handoff.span];
        let within = if own.is_call() { own.parent.unwrap_or(LoggedRun::ROOT) } else { handoff.span };
        let made = made.get_mut(&(within, &*handoff.from))?;
        made.pop_front_if(|(call, start)| *start <= handoff.t && (!own.is_call() || *call == handoff.span))?;
        // An agent that shares its name with others is told apart by its module, which a baseline does not do.
        let name = handoff.from.rsplit("::").next().unwrap_or_default();
        Some((name, handoff))
    })
}

fn contract_of<'r>(run: &'r LoggedRun, handoff: &LoggedHandoff) -> Option<&'r DescribedContract> {
    let contracts = &run.description.as_ref()?.contracts;
    contracts.iter().find(|contract| match handoff.schema {
        Some(schema) => contract.id.fingerprint == schema,
        None => *contract.id.name == *handoff.contract,
    })
}

#[cfg(test)]
mod tests {
    use handoff::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[contract]
    pub(crate) struct Note {
        pub text: String,
    }

    #[agent]
    async fn look(topic: String) -> Note {
        Note { text: topic }
    }

    #[agent]
    async fn merge(notes: Vec<Note>) -> String {
        format!("{} notes", notes.len())
    }

    pipeline! { study(Vec<String>) -> String { fan_out(|all| all) look => barrier(all) => merge } }

    /// A log of two tasks, of which the second needs two attempts, and whose first goes by the door twice.
    fn log() -> String {
        let span = |number: u64| format!("{number:016x}");
        let handoff = |t: u64, at: u64, from: &str, contract: &str, payload: Value| {
            json!({"e": "handoff", "t": t, "span": span(at), "from": from, "to": "merge", "contract": contract,
                "tokens": 1, "payload": payload})
        };
        let call = |t: u64, at: u64, within: u64, agent: &str| json!({"e": "call", "t": t, "span": span(at), "in": span(within), "agent": agent, "n": 1, "of": 2});
        let end = |t: u64, at: u64, end: &str| json!({"e": "/call", "t": t, "span": span(at), "end": end});
        let task = |at: u64, index: u64| {
            json!({"e": "task", "t": 1, "span": span(at), "in": span(2), "path": index.to_string(), "agent": "look",
                "i": index})
        };
        let mut redacted = handoff(15, 4, "look", "Note", json!({"text": "***"}));
        redacted["redacted"] = true.into();
        let lines = [
            json!({"e": "run", "v": 1, "t": 0, "span": span(1), "trace": "0af7651916cd43dd8448eb211c80319c",
                "pipeline": "study", "description": study.describe()}),
            handoff(0, 1, "caller", "Vec<String>", json!(["one", "two"])),
            json!({"e": "fan", "t": 1, "span": span(2), "in": span(1), "kind": "fan_out", "of": "all", "agent": "look",
                "width": 2, "policy": "all", "needed": 2}),
            task(3, 0),
            task(4, 1),
            call(2, 5, 3, "look"),
            handoff(9, 3, "look", "Note", json!({"text": "high and low"})),
            end(9, 5, "ok"),
            handoff(9, 3, "look", "Note", json!({"text": "high and low"})),
            call(2, 6, 4, "look"),
            end(3, 6, "failed"),
            call(4, 7, 4, "look"),
            // In the attempt itself, as other writers may have it.
            handoff(11, 7, "look", "Note", json!({"text": "twice a day"})),
            end(12, 7, "ok"),
            call(13, 8, 4, "look"),
            redacted,
            end(15, 8, "ok"),
            handoff(20, 1, "look", "Vec<Note>", json!([{"text": "high and low"}, {"text": "twice a day"}])),
            call(21, 9, 1, "merge"),
            handoff(30, 1, "merge", "String", json!("2 notes")),
            end(30, 9, "ok"),
        ];
        lines.map(|line| line.to_string()).join("\n")
    }

    #[test]
    fn of_each_agent_the_first_output_counts() {
        let mut expected = Baseline::new();
        expected.add::<look>(&Note { text: "high and low".to_owned() });
        expected.add::<merge>(&"2 notes".to_owned());
        let mut learned = Baseline::new();
        assert_eq!(RunLog::read(log().as_bytes()).unwrap().teach(&mut learned), 2);
        assert_eq!(learned, expected);
    }

    #[test]
    fn a_log_without_payloads_teaches_nothing() {
        let without = log().replace("payload", "unknown");
        let mut learned = Baseline::new();
        assert_eq!(RunLog::read(without.as_bytes()).unwrap().teach(&mut learned), 0);
        assert!(learned.is_empty());
    }
}
