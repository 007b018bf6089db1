//! `race`: several agents on the same input, of which the first that succeeds is enough.
//!
//! It is a fan-out of different agents behind `barrier(first = 1)`, and so it runs: the rest is stopped and
//! waited for, for one second at most. What wins goes on as it would without the others: from the agent that
//! made it, as sure as that is, through the door once, so that an output which is too much for whoever takes it
//! does not win.

use super::branches::{AnyBranch, Branches, DriveBranches, Join, Kept, OneOf};
use crate::agent::{AgentSpec, Target};
use crate::barrier::{Barrier, Policy};
use crate::contract::Contract;
use crate::engine::{Engine, FanOutKind, FansOut, Tasks};
use crate::envelope::{Handed, Head};
use crate::error::PipelineError;

/// Branches that hand on the same, each in its own words: the checks of the types that `pipeline!` writes.
pub trait Finish<T>: Branches {
    /// A function for each branch, as a list like that of the branches.
    type Each;

    /// What a branch hands on, as what the race does.
    fn finish(each: Self::Each, output: Handed<Self::Output>) -> Handed<T>;
}

impl<T, Last: AgentSpec> Finish<T> for (Last,) {
    type Each = (fn(Handed<Last::Output>) -> Handed<T>,);

    fn finish((last,): Self::Each, output: Handed<Last::Output>) -> Handed<T> {
        last(output)
    }
}

impl<T, First: AgentSpec, Rest: Finish<T>> Finish<T> for (First, Rest) {
    type Each = (fn(Handed<First::Output>) -> Handed<T>, Rest::Each);

    fn finish((first, rest): Self::Each, output: Handed<Self::Output>) -> Handed<T> {
        let (output, head) = output.split();
        match output {
            OneOf::First(output) => first(Handed::new(output, head)),
            OneOf::Rest(output) => Rest::finish(rest, Handed::new(output, head)),
        }
    }
}

/// Runs the agents of a race, and hands on the output of the one that succeeds first; of those that are seen to
/// succeed at once, the one that is written first.
///
/// On drop, all branches are stopped. Once one has succeeded, the rest is; once all have failed, the error says why.
///
/// # Errors
///
/// [`ErrorKind::Race`](crate::ErrorKind::Race), where no branch succeeds.
pub async fn race<E: Engine, J: Join, B: DriveBranches<E> + Finish<T>, T: Contract>(
    engine: &E,
    from: Head,
    inputs: B::Inputs,
    finish: B::Each,
    to: Target,
) -> Result<Handed<T>, PipelineError> {
    let mut each = Vec::new();
    B::inputs(inputs, &mut |input| each.push(input));
    let trace_id = from.trace_id;
    let barrier = match Barrier::new(Policy::First(1), each.len(), J::PIPELINE, trace_id) {
        Ok(barrier) => barrier.of_branches(Kept::of::<B>),
        Err(kind) => return Err(engine.scope().error(kind, J::PIPELINE).after(from.warnings)),
    };
    let (policy, width) = (Policy::First(1), each.len());
    let begun = FansOut { kind: FanOutKind::Race, of: None, agent: J::PIPELINE, width, policy };
    let span = engine.scope().begin_fan_out(&begun);
    let tasks = Tasks::new(each, &from, to, span);
    let barrier = engine.gather::<AnyBranch<J, B>>(tasks, barrier).await;
    let mut warnings = from.warnings;
    let won = barrier.close_race(|warning| engine.scope().observe_warning(warning));
    engine.scope().end_fan_out(span, won.as_ref().err());
    match won {
        Ok(mut won) => {
            warnings.extend(std::mem::take(&mut won.head_mut().warnings));
            won.head_mut().warnings = warnings;
            let won = B::finish(finish, won);
            engine.keeper().keep(engine.scope(), &won, to);
            Ok(won)
        }
        Err(error) => Err(engine.scope().told(error).after(warnings)),
    }
}
