use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent]
async fn answer(cx: Context, goal: Goal) -> Goal {
    cx.warn("late");
    goal
}

pipeline! { pub ask(Goal) -> Goal { answer } }

fn main() {}
