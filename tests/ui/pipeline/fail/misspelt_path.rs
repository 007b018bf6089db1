include!("../preludes/contracts.rs");

mod agents {
    use super::*;
    #[agent]
    pub async fn first(goal: Goal) -> Report {
        Report { text: goal.text }
    }
}

pipeline! {
    pub p(Goal) -> Report {
        agents::frist
    }
}

fn main() {}
