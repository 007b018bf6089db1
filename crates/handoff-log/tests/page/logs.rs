//! Logs of runs that never were: of any size, with everything in them that a run can do, and the same each time.

use handoff::prelude::*;
use serde_json::{Value, json};

use super::study::study;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Succeeds,
    /// At `publish`, after a fallback; long after failures that were tolerated.
    Fails,
    /// At the gate.
    Unsure,
    /// By its deadline.
    Late,
    /// In the middle of the fan-out, with half a line.
    Killed,
}

/// A log that grows.
pub(crate) struct Log {
    lines: Vec<(u64, Value)>,
    run: u32,
    spans: u64,
    random: fastrand::Rng,
}

/// To whom it hands what, of how many tokens for how many, and how sure it is; or why it fails, and whether it is tried
/// again.
type Becomes<'a> = Result<(&'a str, &'a str, u32, u32, f64), (&'a Value, Option<u64>)>;

#[derive(Clone)]
struct At<'a> {
    span: &'a str,
    path: &'a str,
}

impl Log {
    /// A run of the pipeline `study` in which `tasks` subtasks are worked on, as the lines of a log.
    pub(crate) fn study(run: u32, tasks: usize, ending: Ending, label: impl Fn(usize) -> String) -> String {
        let mut log = Self {
            lines: Vec::new(),
            run,
            spans: 0,
            random: fastrand::Rng::with_seed(u64::from(run) + tasks as u64),
        };
        log.whole(tasks, ending, &label);
        log.lines.sort_by_key(|(t, _)| *t);
        let mut text = String::new();
        for (t, mut line) in log.lines {
            let object = line.as_object_mut().unwrap();
            object.insert("t".into(), t.into());
            if run > 0 {
                object.insert("run".into(), run.into());
            }
            object.retain(|_, value| !value.is_null());
            text.push_str(&line.to_string());
            text.push('\n');
        }
        if ending == Ending::Killed {
            let middle = text.len() / 2;
            text.truncate(text.floor_char_boundary(middle));
        }
        text
    }

    fn say(&mut self, t: u64, line: Value) {
        self.lines.push((t, line));
    }

    fn start(&mut self, t: u64, within: &str, path: &str, mut line: Value) -> String {
        self.spans += 1;
        let span = format!("{:016x}", (u64::from(self.run) << 40) | self.spans);
        line["span"] = span.as_str().into();
        line["in"] = (!within.is_empty()).then_some(within).into();
        line["path"] = (!path.is_empty()).then_some(path).into();
        self.say(t, line);
        span
    }

    fn whole(&mut self, tasks: usize, ending: Ending, label: &dyn Fn(usize) -> String) {
        let description = serde_json::to_value(study.describe()).unwrap();
        let run = self.start(0, "", "", json!({
            "e": "run", "v": 1, "wall": 1_795_964_531_000_u64, "trace": format!("{:032x}", 0x0af7_6519_16cd_43dd_8448_eb21_u128 + u128::from(self.run)),
            "pipeline": "study", "enc": "o200k_base", "description": description,
        }));
        let top = At { span: &run, path: "" };
        let mut t = self.agent(300, &top, "plan", "planner", "investigate", "Vec<String>", [412, 240], 1.0);
        let sure = if ending == Ending::Unsure { 0.31 } else { 0.83 };
        let passed = if ending == Ending::Unsure { "failed" } else { "ok" };
        self.say(
            t,
            json!({ "e": "gate", "span": run, "agent": "plan", "conf": sure, "min": 0.5, "end": passed }),
        );
        if ending == Ending::Unsure {
            let why =
                json!({ "kind": "low_confidence", "message": "confidence 0.31 is below the threshold 0.5" });
            self.end_of_run(t + 40, &run, "failed", Some((Some("plan"), why)));
            return;
        }
        let (end, recovered) = self.fan_out(t + 50, &top, tasks, label);
        t = self.join(end + 80, &top);
        t = self.agent(t, &top, "write", "aggregator", "critique", "Draft", [610, 480], 1.0);
        for round in 1..=2 {
            let span = self.start(t, &run, "", json!({ "e": "round", "n": round, "most": 3 }));
            t = self.agent(
                t + 10,
                &At { span: &span, path: "" },
                "critique",
                "critic",
                "publish",
                "Draft",
                [480, 460],
                1.0,
            );
            self.say(t, json!({ "e": "/round", "span": span, "end": "ok", "converged": (round == 2).then_some(true) }));
        }
        if recovered > 0 {
            self.say(t, json!({ "e": "warn", "span": run, "agent": "write", "kind": "noted", "message": format!("{recovered} notes say that nothing was found") }));
        }
        if ending == Ending::Late {
            let why = json!({ "kind": "deadline", "message": "the run's deadline has passed" });
            self.end_of_run(t, &run, "failed", Some((None, why)));
            return;
        }
        if ending == Ending::Succeeds {
            t = self.agent(t, &top, "publish", "worker", "caller", "String", [470, 700], 1.0);
            return self.end_of_run(t + 90, &run, "ok", None);
        }
        let burning = json!({ "kind": "agent", "message": "the printer is on fire" });
        t = self.failing(t, &top, "publish", 3, &burning);
        let instead = self.start(
            t,
            &run,
            "",
            json!({ "e": "else", "agent": "publish_plainly", "by": "publish", "why": burning }),
        );
        let smoke = json!({ "kind": "agent", "message": "the other printer stands beside it" });
        t = self.failing(t + 20, &At { span: &instead, path: "" }, "publish_plainly", 1, &smoke);
        self.say(
            t,
            json!({ "e": "/else", "span": instead, "end": "failed", "by": "publish_plainly", "why": smoke }),
        );
        self.end_of_run(t + 60, &run, "failed", Some((Some("publish_plainly"), smoke)));
    }

    fn end_of_run(&mut self, t: u64, run: &str, end: &str, failure: Option<(Option<&str>, Value)>) {
        let (by, why) = failure.unzip();
        let error = why.as_ref().map(|why| format!("pipeline `study`: {}", why["message"].as_str().unwrap()));
        self.say(t, json!({ "e": "/run", "span": run, "end": end, "ms": t / 1000, "usage": [97_049, 4_429], "by": by, "why": why, "error": error }));
    }

    /// Sixteen at once.
    fn fan_out(
        &mut self,
        t: u64,
        at: &At<'_>,
        tasks: usize,
        label: &dyn Fn(usize) -> String,
    ) -> (u64, usize) {
        let needed = tasks * 6 / 10;
        let fan = self.start(t, at.span, "", json!({ "e": "fan", "kind": "fan_out", "of": "subtasks", "agent": "investigate", "width": tasks, "policy": "at_least = 60%", "needed": needed }));
        let mut free = [t; 16];
        let (mut ok, mut failed, mut recovered, mut end) = (0, 0, 0, t);
        for task in 0..tasks {
            let next = (0..16).min_by_key(|slot| free[*slot]).unwrap();
            let path = task.to_string();
            let begin = free[next] + 20;
            let span = self.start(
                begin,
                &fan,
                &path,
                json!({ "e": "task", "agent": "investigate", "i": task, "label": label(task) }),
            );
            let (done, outcome) = self.task(begin + 10, &At { span: &span, path: &path }, task);
            let line = match outcome {
                None => json!({ "e": "/task", "span": span, "end": "ok" }),
                // What `recover` is for, and what it does not help against.
                Some(why) if task % 13 == 0 => {
                    json!({ "e": "/task", "span": span, "end": "failed", "by": "search", "why": why })
                }
                Some(why) => {
                    json!({ "e": "/task", "span": span, "end": "recovered", "by": "search", "why": why })
                }
            };
            match line["end"].as_str().unwrap() {
                "ok" => ok += 1,
                "failed" => failed += 1,
                _ => recovered += 1,
            }
            self.say(done, line);
            free[next] = done;
            end = end.max(done);
        }
        self.say(
            end + 30,
            json!({ "e": "/fan", "span": fan, "ok": ok + recovered, "failed": failed, "stopped": 0 }),
        );
        (end + 30, recovered)
    }

    fn task(&mut self, t: u64, at: &At<'_>, task: usize) -> (u64, Option<Value>) {
        let pipeline = self.start(t, at.span, at.path, json!({ "e": "pipeline", "name": "investigate" }));
        let within = At { span: &pipeline, ..at.clone() };
        if task % 7 == 3 {
            let why = self.trouble(task);
            let end = self.failing(t + 10, &within, "search", 3, &why);
            self.say(
                end + 5,
                json!({ "e": "/pipeline", "span": pipeline, "end": "failed", "by": "search", "why": why }),
            );
            return (end + 10, Some(why));
        }
        let mut end = t + 10;
        if task % 5 == 1 {
            let why = self.trouble(task);
            end = self.attempt(end, &within, "search", "worker", 1, 3, Err((&why, Some(40))));
        }
        let tokens = self.random.u32(40..498);
        end = self.agent(end, &within, "search", "worker", "read", "Sources", [60, tokens], 1.0);
        let width = self.random.u64(1..4);
        let fan = self.start(end, &pipeline, at.path, json!({ "e": "fan", "kind": "fan_out", "of": "urls", "agent": "read", "width": width, "policy": "settled", "needed": 0 }));
        let mut last = end;
        for url in 0..width {
            let path = format!("{}.{url}", at.path);
            let span = self.start(end + 5, &fan, &path, json!({ "e": "task", "agent": "read", "i": url }));
            let sure = [0.42, 1.0, 1.0, 1.0, 0.62, 1.0][task % 6];
            let tokens = self.random.u32(100..300);
            let done = self.agent(
                end + 8,
                &At { span: &span, path: &path },
                "read",
                "worker",
                "summarise",
                "String",
                [180, tokens],
                sure,
            );
            self.say(done, json!({ "e": "/task", "span": span, "end": "ok" }));
            last = last.max(done);
        }
        self.say(last + 5, json!({ "e": "/fan", "span": fan, "ok": width, "failed": 0, "stopped": 0 }));
        if task % 9 == 2 {
            self.say(last + 6, json!({ "e": "warn", "span": pipeline, "agent": "read", "kind": "waited", "message": "waited 1.2 s for its turn at the model" }));
        }
        let done =
            self.agent(last + 8, &within, "summarise", "aggregator", "legal", "Vec<String>", [300, 120], 1.0);
        self.say(done + 5, json!({ "e": "/pipeline", "span": pipeline, "end": "ok" }));
        (done + 10, None)
    }

    fn trouble(&mut self, task: usize) -> Value {
        match task % 3 {
            0 => {
                json!({ "kind": "contract", "message": "the output breaks `Sources` in 2 places", "violations": ["/urls/0: expected 1 to 80 characters, found 0", "/note: unknown field"] })
            }
            1 => json!({ "kind": "timed_out", "message": "no answer within 10s" }),
            _ => {
                json!({ "kind": "agent", "message": format!("the index says {}", 500 + self.random.u32(0..9)) })
            }
        }
    }

    fn join(&mut self, t: u64, at: &At<'_>) -> u64 {
        let join = self.start(
            t,
            at.span,
            "",
            json!({ "e": "fan", "kind": "join", "agent": "join", "width": 2, "policy": "all", "needed": 2 }),
        );
        let mut end = t;
        for (i, agent) in ["legal", "style"].into_iter().enumerate() {
            let span = self.start(t + 5, &join, "", json!({ "e": "task", "agent": agent, "i": i }));
            let done = self.agent(
                t + 8,
                &At { span: &span, path: "" },
                agent,
                "worker",
                "write",
                "String",
                [900, 300],
                1.0,
            );
            self.say(done, json!({ "e": "/task", "span": span, "end": "ok" }));
            end = end.max(done);
        }
        self.say(end + 5, json!({ "e": "/fan", "span": join, "ok": 2, "failed": 0, "stopped": 0 }));
        end + 10
    }

    fn failing(&mut self, mut t: u64, at: &At<'_>, agent: &str, attempts: u32, why: &Value) -> u64 {
        for n in 1..=attempts {
            t = self.attempt(t, at, agent, "worker", n, attempts, Err((why, (n < attempts).then_some(40))));
        }
        t
    }

    #[allow(clippy::too_many_arguments, reason = "a line has as many keys")]
    fn agent(
        &mut self,
        t: u64,
        at: &At<'_>,
        agent: &str,
        role: &str,
        to: &str,
        contract: &str,
        [tokens_in, tokens]: [u32; 2],
        sure: f64,
    ) -> u64 {
        self.attempt(t, at, agent, role, 1, 3, Ok((to, contract, tokens_in, tokens, sure)))
    }

    #[allow(clippy::too_many_arguments, reason = "a line has as many keys")]
    fn attempt(
        &mut self,
        t: u64,
        at: &At<'_>,
        agent: &str,
        role: &str,
        n: u32,
        of: u32,
        becomes: Becomes<'_>,
    ) -> u64 {
        let tokens_in = becomes.map_or(100, |(_, _, tokens_in, ..)| tokens_in);
        let call = self.start(
            t,
            at.span,
            at.path,
            json!({ "e": "call", "agent": agent, "role": role, "n": n, "of": of, "in_tokens": tokens_in }),
        );
        let end = t + self.random.u64(20_000..90_000);
        match becomes {
            Ok((to, contract, tokens_in, tokens, sure)) => {
                let budgets = match agent {
                    "plan" => json!([400, null, null]),
                    "search" => json!([500, null, 2000]),
                    "read" => json!([300, null, null]),
                    "summarise" => json!([200, null, null]),
                    "publish" => json!([900, null, null]),
                    _ => json!([null, null, null]),
                };
                self.say(end - 1, json!({ "e": "handoff", "span": call, "from": agent, "to": to, "contract": contract, "tokens": tokens,
                    "max_out": budgets[0], "max": budgets[1], "max_in": budgets[2], "conf": (sure < 1.0).then_some(sure) }));
                self.say(end, json!({ "e": "/call", "span": call, "end": "ok", "usage": [tokens_in + 30, tokens], "model": "small-1", "finish": "stop" }));
                end + 15
            }
            Err((why, retry)) => {
                self.say(end, json!({ "e": "/call", "span": call, "end": "failed", "usage": [130, 12], "why": why, "retry_ms": retry }));
                end + retry.unwrap_or_default() * 1000
            }
        }
    }
}
