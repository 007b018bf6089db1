//! A parameter under a `#[cfg]` is there where the condition holds, and nothing of it is where it does not.
#![deny(warnings)]
#![allow(clippy::non_minimal_cfg)] // a condition that holds

use handoff::prelude::*;

#[agent]
pub async fn without(number: u32, #[cfg(any())] State(_): State<NotAType>) -> u32 {
    number
}

#[agent(input_budget = 100)]
pub async fn with(number: u32, #[cfg(all())] State(more): State<u32>, #[cfg(any())] more: u32) -> u32 {
    number + more
}

/// One of two inputs, and a `Context` under two conditions.
#[agent(blocking)]
pub fn either(
    #[cfg(any())] number: NotAType,
    #[cfg(not(any()))]
    #[allow(unused_mut)]
    mut number: u32,
    #[cfg(all())]
    #[cfg(not(any()))]
    cx: Context,
) -> Result<u32, String> {
    Ok(number + u32::from(cx.attempt()))
}

#[agent]
#[cfg(any())]
pub async fn nowhere(#[cfg(all())] number: NotAType) -> u32 {
    number
}

#[agent]
pub async fn patterns(
    (one, mut other): (u32, u32),
    #[allow(unused)] cx: Context,
    State(more): State<u32>,
) -> u32 {
    other += more;
    one + other
}

pipeline! { pub all(u32) -> u32 { without => with => either => map(|number| (number, number)) => patterns } }

#[tokio::test]
async fn it_runs() -> Result<(), PipelineError> {
    let runtime = Runtime::builder().state(2_u32).build();
    assert_eq!(runtime.run(all, 1).await?.payload, 10);
    Ok(())
}
