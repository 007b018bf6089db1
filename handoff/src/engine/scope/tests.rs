//! The ids of the parts of runs.

use super::Scope;
use super::stages::FansOut;
use crate::agent::{AgentId, Config, Role};
use crate::barrier::Policy;
use crate::budget::Utf8Bytes;
use crate::engine::builder::Builder;
use crate::engine::halt::Halt;
use crate::engine::observer::{Event, FanOutKind, Observer, PartOutcome};
use crate::engine::origin::Origin;
use crate::trace::{SpanId, TraceId};
use fastrand::Rng;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

const AGENT: &AgentId = &AgentId::new("work", Role::Worker);

/// Writes down the ids that it hears of, as they start.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<SpanId>>>);

impl Observer for Heard {
    fn observe(&self, _: TraceId, event: &Event<'_>) {
        if !matches!(event, Event::RoundEnded { .. } | Event::TaskEnded { .. })
            && !matches!(event, Event::PipelineEnded { .. } | Event::FanOutEnded { .. })
            && !matches!(event, Event::FallbackEnded { .. })
        {
            self.0.lock().unwrap().push(event.at().span);
        }
    }
}

fn run(trace: u64, observers: Vec<Arc<dyn Observer>>) -> Scope {
    let mut bytes = [7; 16];
    bytes[8..].copy_from_slice(&trace.to_be_bytes());
    run_of(TraceId::from_bytes(bytes).unwrap().into(), observers)
}

fn run_of(origin: Origin, observers: Vec<Arc<dyn Observer>>) -> Scope {
    let common = Builder::counting(Utf8Bytes).build().common;
    Scope::new(&origin, Config::NONE, common, Arc::new(Halt::new()), None, None, observers)
}

/// Goes through a pipeline that is drawn from a seed, and notes the ids of its parts.
fn stages(scope: &Scope, random: &mut Rng, depth: usize, ids: &mut Vec<SpanId>) {
    for _ in 0..random.usize(1..4) {
        match if depth == 0 { 0 } else { random.u8(0..5) } {
            // An attempt, of which nobody is told here.
            0 => ids.push(scope.next_span()),
            1 => {
                let span = scope.begin_pipeline(AGENT, false);
                ids.push(span);
                stages(scope, random, depth - 1, ids);
                scope.end_pipeline(span, None);
            }
            2 => {
                for round in 1..3 {
                    let span = scope.begin_round(round, 2);
                    ids.push(span);
                    stages(scope, random, depth - 1, ids);
                    scope.end_round(span, round == 2);
                }
            }
            kind => {
                let (kind, is_join) =
                    if kind == 3 { (FanOutKind::FanOut, false) } else { (FanOutKind::Join, true) };
                let width = random.usize(0..5);
                let fans_out = FansOut { kind, of: None, agent: AGENT, width, policy: Policy::All };
                let span = scope.begin_fan_out(&fans_out);
                ids.push(span);
                let tasks: Vec<_> = (0..width)
                    .map(|index| if is_join { scope.clone() } else { scope.in_task(index) })
                    .collect();
                for (index, task) in tasks.iter().enumerate() {
                    let under_way = task.begin_task(span, AGENT, index, None);
                    ids.push(task.strand.span());
                    stages(task, random, depth - 1, ids);
                    under_way.end(PartOutcome::Succeeded);
                }
                scope.end_fan_out(span, None);
            }
        }
    }
}

fn ids(scope: &Scope, seed: u64) -> Vec<SpanId> {
    let mut ids = vec![scope.strand.span()];
    stages(scope, &mut Rng::with_seed(seed), 4, &mut ids);
    ids
}

#[test]
fn a_run_that_is_gone_through_again_has_the_same_ids_whoever_watches() {
    for seed in 0..50 {
        let heard = Heard::default();
        let again = ids(&run(seed, Vec::new()), seed);
        assert_eq!(ids(&run(seed, Vec::new()), seed), again);
        assert_eq!(ids(&run(seed, vec![Arc::new(heard.clone())]), seed), again);
        // All but the run itself and the attempts were told.
        let heard = heard.0.lock().unwrap();
        let mut rest = again.iter();
        assert!(heard.iter().all(|id| rest.any(|other| other == id)), "seed {seed}");
        assert_ne!(ids(&run(seed + 1, Vec::new()), seed), again);
    }
}

#[test]
fn no_two_parts_of_a_run_have_the_same_id() {
    let mut most = 0;
    for seed in 0..200 {
        let ids = ids(&run(seed, Vec::new()), seed);
        most = most.max(ids.len());
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "seed {seed}");
    }
    assert!(most > 500, "{most}");
}

#[test]
fn runs_of_one_trace_have_ids_of_their_own() {
    let outer = run(1, Vec::new());
    let parent = outer.traceparent(outer.next_span());
    let of_ids = || ["order-1", "order-2"].map(|id| ids(&run_of(Origin::of_run(id, parent), Vec::new()), 3));
    let others = [outer, run_of(parent.into(), Vec::new()), run_of(parent.into(), Vec::new())];
    let of: Vec<_> = others.iter().map(|scope| ids(scope, 3)).chain(of_ids()).collect();
    assert_eq!(of.iter().flatten().collect::<HashSet<_>>().len(), of.iter().map(Vec::len).sum::<usize>());
    // Where a run with an id is gone through again, it has the same ones.
    assert_eq!(of_ids()[..], of[3..]);
}
