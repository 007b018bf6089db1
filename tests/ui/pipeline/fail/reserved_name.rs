include!("../preludes/contracts.rs");

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub caller(Goal) -> Report {
        write
    }
}

fn main() {}
