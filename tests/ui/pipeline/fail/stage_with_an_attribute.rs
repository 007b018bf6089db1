//! A stage is there, or it is not.

use handoff::prelude::*;

#[agent]
async fn work(number: u32) -> u32 {
    number
}

pipeline! {
    pub alone(u32) -> u32 {
        work => #[cfg(any())] work => work
    }
}
pipeline! {
    pub joined(u32) -> u32 {
        join(work, #[cfg(all())] work) => map(|(one, other)| one + other)
    }
}

fn main() {}
