use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

type Fallible<T> = std::result::Result<T, std::io::Error>;

#[agent]
pub async fn think(goal: Goal) -> Fallible<Goal> {
    Ok(goal)
}

fn main() {}
