//! A mistake in an agent whose parameters depend on a `#[cfg]` is said once.

use handoff::prelude::*;

#[agent(retires = 2)]
pub async fn count(number: u32, #[cfg(all())] _cx: Context, #[cfg(any())] more: u32) -> u32 {
    number
}

#[agent]
pub async fn take(number: u32, #[cfg(all())] more: u32) -> u32 {
    number + more
}

pipeline! { pub both(u32) -> u32 { count => take } }

fn main() {}
