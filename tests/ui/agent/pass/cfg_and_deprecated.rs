//! `#[cfg]` and `#[deprecated]` go for the agent as for its function.
#![deny(warnings)]

use handoff::prelude::*;
#[agent]
#[cfg(any())]
pub async fn a(goal: Missing) -> Missing {
    goal
}
#[agent]
#[deprecated]
pub async fn b(goal: String) -> String {
    goal
}
pipeline! { #[deprecated] pub p(String) -> String { c } }
#[agent]
pub async fn c(goal: String) -> String {
    goal
}
