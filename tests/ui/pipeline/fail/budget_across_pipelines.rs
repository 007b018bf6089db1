use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[agent(max_output_tokens = 500)]
async fn a(g: Goal) -> Goal {
    g
}

#[agent(input_budget = 400)]
async fn b(g: Goal) -> Goal {
    g
}

pipeline! {
    pub p(Goal) -> Goal {
        a
    }
}

pipeline! {
    pub q(Goal) -> Goal {
        b
    }
}

pipeline! {
    pub r(Goal) -> Goal {
        p => q
    }
}

fn main() {}
