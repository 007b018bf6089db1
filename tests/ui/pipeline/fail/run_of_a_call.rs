use handoff::prelude::*;

#[agent]
pub async fn write(goal: String) -> String {
    goal
}

pipeline! { pub report(String) -> String { write } }

fn main() {
    drop(Runtime::default().run(report(), "x".to_owned()));
}
