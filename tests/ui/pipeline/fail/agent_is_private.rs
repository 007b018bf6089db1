include!("../preludes/contracts.rs");

mod agents {
    use super::*;
    #[agent]
    async fn first(goal: Goal) -> Report {
        Report { text: goal.text }
    }
}

pipeline! {
    pub p(Goal) -> Report {
        agents::first
    }
}

fn main() {}
