include!("../preludes/contracts.rs");

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

#[agent(output = Goal)]
async fn a(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        a => write
    }
}

fn main() {}
