use handoff::prelude::*;

#[agent(tools(plan))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

pipeline! { planned(String) -> String { plan } }

fn main() {
    let _ = Runtime::default().run(planned, String::new());
}
