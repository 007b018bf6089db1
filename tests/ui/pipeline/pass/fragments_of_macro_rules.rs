//! What a `macro_rules!` of the user's is handed is what it stands for, wherever it stands in a pipeline.
#![deny(warnings)]

use handoff::prelude::*;

#[contract]
pub struct Plan {
    #[check(len(..=4))]
    pub steps: Vec<u32>,
    #[confidence]
    pub confidence: f64,
}

#[contract]
pub enum Kind {
    Small(u32),
    Large(u32),
    Other { number: u32 },
}

#[agent]
pub async fn plan(number: u32) -> Plan {
    Plan { steps: vec![number], confidence: 1.0 }
}
#[agent]
pub async fn work(number: u32) -> u32 {
    number + 1
}
#[agent]
pub async fn count(numbers: Partial<u32>) -> usize {
    numbers.total()
}
#[agent]
pub async fn sum(numbers: Vec<u32>) -> u32 {
    numbers.iter().sum()
}
#[agent]
pub async fn sort(number: u32) -> Kind {
    Kind::Small(number)
}

pub mod elsewhere {
    pub use super::work;
}

fn is_large(number: &u32) -> bool {
    *number > 4
}
fn stand_in(_: &u32, _: &TaskFailure) -> u32 {
    0
}

macro_rules! spread {
    ($(#[$attribute:meta])* $visibility:vis $name:ident, $handoff:path, $input:ty, $output:ty, $threshold:expr, $field:ident, $agent:path, $max:expr, $concurrency:expr, $label:expr, $recover:expr, $enough:expr, $deadline:expr) => {
        pipeline! {
            crate = $handoff;
            $(#[$attribute])*
            $visibility $name($input) -> $output {
                plan
                    => gate(confidence >= $threshold)
                    => fan_out($field, max = $max, concurrency = $concurrency, label = $label, recover = $recover) $agent
                    => barrier(at_least = $enough, deadline = $deadline)
                    => count
            }
        }
    };
}
spread!(
    /// Has attributes.
    #[allow(clippy::all)]
    pub spread, ::handoff, u32, usize, 0.5, steps, elsewhere::work, 4, 2, |step| step.to_string(), |_, _| 0, 1, "30s"
);
spread!(
    spread_by_names,
    handoff,
    u32,
    usize,
    1.0 / 2.0,
    steps,
    work,
    2 + 2,
    1 + 1,
    ToString::to_string,
    stand_in,
    2 - 1,
    "500ms"
);

macro_rules! in_braces {
    ($name:ident, $items:expr, $percent:literal, $stages:block, $made:expr) => {
        pipeline! {
            $name(u32) -> u32 { plan => fan_out($items) $stages => barrier(at_least = $percent%) => map($made) => work }
        }
    };
}
in_braces!(in_braces, |plan| plan.steps, 80, { work }, |numbers: Partial<u32>| numbers.results().sum());

macro_rules! by_number {
    ($name:ident, $field:literal, $first:expr) => {
        pipeline! {
            $name((u32, Vec<u32>)) -> usize {
                map(|both| both) => fan_out($field) work => barrier(first = $first) => count
            }
        }
    };
}
by_number!(by_number, 1, 1);

macro_rules! route {
    ($name:ident, $pattern:pat, $condition:expr, $agent:path, $others:pat, $stages:block) => {
        pipeline! {
            $name(u32) -> u32 {
                sort => match {
                    $pattern if $condition => $agent => $agent,
                    $others => $stages
                    Kind::Other { number } => work,
                }
            }
        }
    };
}
route!(route, Kind::Small(number), 1 > 0, elsewhere::work, Kind::Small(number) | Kind::Large(number), {
    work
});

macro_rules! go_round {
    ($name:ident, $rounds:expr, $until:expr, $made:expr) => {
        pipeline! { $name(u32) -> u32 { repeat(max = $rounds, until = $until) { work } => map($made) } }
    };
}
go_round!(by_closures, 3, |number| *number > 2, |number| number + 1);
go_round!(by_functions, 1 + 2, is_large, u32::from);
go_round!(by_typed_closures, u32::MAX, move |number: &u32| *number > 2, |number: u32| -> u32 { number });

/// A fragment of a fragment.
macro_rules! go_round_again {
    ($name:ident, $until:expr) => {
        go_round!($name, 2, $until, |number: u32| number);
    };
}
go_round_again!(twice, |number| *number > 0);

macro_rules! together {
    ($name:ident, $first:path, $second:path, $stages:block) => {
        pipeline! {
            $name(u32) -> u32 {
                join($first, $second) => map(|(one, other)| one + other) => $first or $second => $first as kept
                    => map(|number| number + kept) => wrapped
            }
        }
        pipeline! { wrapped(u32) -> u32 $stages }
    };
}
together!(together, elsewhere::work, work, { work });

#[tokio::test]
async fn it_runs() -> Result<(), PipelineError> {
    let runtime = Runtime::default();
    assert_eq!(runtime.run(spread, 1).await?.payload, 1);
    assert_eq!(runtime.run(spread_by_names, 1).await?.payload, 1);
    assert_eq!(runtime.run(in_braces, 1).await?.payload, 3);
    assert_eq!(runtime.run(by_number, (1, vec![1])).await?.payload, 1);
    assert_eq!(runtime.run(route, 1).await?.payload, 3);
    assert_eq!(runtime.run(by_closures, 1).await?.payload, 4);
    assert_eq!(runtime.run(by_functions, 3).await?.payload, 5);
    assert_eq!(runtime.run(by_typed_closures, 1).await?.payload, 3);
    assert_eq!(runtime.run(twice, 1).await?.payload, 2);
    assert_eq!(runtime.run(together, 1).await?.payload, 13);
    Ok(())
}
