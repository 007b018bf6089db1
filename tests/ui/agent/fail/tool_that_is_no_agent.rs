use handoff::prelude::*;

async fn look_up(word: String) -> String {
    word
}

#[agent(tools(look_up))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

pipeline! { planned(String) -> String { plan } }

fn main() {
    let _ = Runtime::default().run(planned, String::new());
}
