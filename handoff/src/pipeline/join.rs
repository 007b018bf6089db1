//! `join`: several agents on the same input, all of which have to succeed.
//!
//! It is a fan-out of different agents behind `barrier(all)`, and so it runs. The first failure stops the rest and waits
//! for them, for one second at most. Its outputs stand in the order in which the agents are written.

use super::branches::{AnyBranch, DriveBranches, Join, Kept};
use crate::agent::Target;
use crate::barrier::{Barrier, Gathers as _, Partial, Policy};
use crate::contract::Contract;
use crate::engine::{Engine, FanOutKind, FansOut, Handoff, Tasks};
use crate::envelope::{Handed, Head};
use crate::error::{CancelledBy, ErrorKind, Of, One, PipelineError, Record};
use crate::panics::guarded;

/// Runs the agents of a join, and hands their outputs on together, as a tuple. The confidence is the mean of
/// theirs; where none has one of its own, the least that came in with their outputs.
///
/// On drop, all branches are stopped. The first failure stops the rest; what had finished is kept by its type.
///
/// # Errors
///
/// That of the branch that failed first, and of the door.
pub async fn join<E: Engine, J: Join, B: DriveBranches<E>, T: Contract>(
    engine: &E,
    from: Head,
    inputs: B::Inputs,
    together: fn(B::Outputs) -> T,
    to: Target,
) -> Result<Handed<T>, PipelineError> {
    let mut each = Vec::new();
    B::inputs(inputs, &mut |input| each.push(input));
    let trace_id = from.trace_id;
    let fail = |kind| PipelineError::new(kind, J::PIPELINE.clone(), trace_id);
    let barrier = match Barrier::new(Policy::All, each.len(), J::PIPELINE, trace_id) {
        Ok(barrier) => barrier.of_branches(Kept::of::<B>),
        Err(kind) => return Err(fail(kind).after(from.warnings)),
    };
    let (policy, width) = (Policy::All, each.len());
    let begun = FansOut { kind: FanOutKind::Join, of: None, agent: J::PIPELINE, width, policy };
    let span = engine.scope().begin_fan_out(&begun);
    let tasks = Tasks::new(each, &from, Target::of::<AnyBranch<J, B>>(), span);
    let barrier = engine.gather::<AnyBranch<J, B>>(tasks, barrier).await;
    let Head { confidence, mut warnings, .. } = from;
    let (outputs, mean, noticed) = match Vec::close(barrier, |_| ()) {
        Ok(closed) => closed,
        Err(error) => {
            let error = error.after(warnings);
            engine.scope().end_fan_out(span, Some(&error));
            return Err(error);
        }
    };
    warnings.extend(noticed);
    let scope = engine.scope();
    // A `Clone` of the user's may panic; that is no reason for a run to fail which has no need of it.
    let copies = if to.ends { None } else { guarded(|| Partial::whole(outputs.clone())).ok() };
    let kept = copies.map(Kept::of::<B>).unwrap_or_default();
    let mut outputs = outputs.into_iter();
    let Some(outputs) = B::outputs(&mut || outputs.next()) else {
        // Unreachable: the barrier has all outputs, in the order of the inputs.
        return Err(fail(ErrorKind::Cancelled { by: CancelledBy::Tokio }).after(warnings));
    };
    let confidence = mean.unwrap_or(confidence);
    let source = J::PIPELINE;
    let handoff = Handoff { source, target: to, max_output_tokens: None, confidence, warnings };
    let passed = scope.pass(handoff, together(outputs));
    scope.end_fan_out(span, passed.as_ref().err().map(|refused| &refused.0));
    match passed {
        Ok(handed) => {
            let passed = |payload| Record::handed_on(handed.head(), scope.encoding(), Of::Passed, payload);
            engine.keeper().add(scope, kept.into_iter().map(passed));
            Ok(handed)
        }
        Err(refused) => {
            let (error, together) = *refused;
            let kept = if kept.is_empty() { vec![One::of(together)] } else { kept };
            let record = |payload| Record::refused(&error, source, confidence, Of::Passed, payload);
            let records = kept.into_iter().map(record).collect();
            Err(error.keep_before(records))
        }
    }
}
