//! Agents and pipelines that are called like stages, and like what the generated code uses.
#![deny(warnings)]

use handoff::prelude::*;
/// x
#[contract]
pub struct Goal {
    /// x
    pub text: String,
}
/// x
#[agent]
pub async fn gate(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn barrier(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn run(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn input(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn value(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn engine(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn to(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn state(goal: Goal) -> Goal {
    goal
}
/// x
#[agent]
pub async fn cx(goal: Goal, cx: Context) -> Goal {
    let _ = cx;
    goal
}
pipeline! { /// x
pub body(Goal) -> Goal { gate => barrier => run => input => value => engine => to => state => cx } }
pipeline! { /// x
pub drive(Goal) -> Goal { body } }
