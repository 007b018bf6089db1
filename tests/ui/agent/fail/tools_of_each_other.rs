use handoff::prelude::*;

#[agent(tools(work))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

#[agent(tools(plan))]
async fn work(goal: String, _: Context) -> String {
    goal
}

pipeline! { planned(String) -> String { plan } }

fn main() {
    let _ = Runtime::default().run(planned, String::new());
}
