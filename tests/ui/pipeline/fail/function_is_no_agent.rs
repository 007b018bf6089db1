include!("../preludes/contracts.rs");

async fn helper(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        helper
    }
}

fn main() {}
