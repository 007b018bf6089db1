include!("../preludes/contracts.rs");

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

#[agent(input = )]
async fn a(goal: Goal) -> Goal {
    goal
}

pipeline! {
    pub p(Goal) -> Report {
        a => write
    }
}

fn main() {}
