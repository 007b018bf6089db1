use handoff::prelude::*;

#[derive(Clone)]
struct Index;

#[agent]
async fn look_up(word: String, State(Index): State<Index>) -> String {
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
