use handoff::prelude::*;

pub struct Client;

#[derive(Debug, Clone)]
pub struct Handle;

#[contract]
pub struct Plan {
    pub text: String,
    #[serde(skip)]
    pub client: Option<Client>,
    #[serde(skip)]
    pub handle: Handle,
}

#[contract]
pub enum Step {
    #[serde(skip)]
    Started(Client),
    Done,
}

#[agent]
async fn work(plan: Plan) -> Step {
    let _ = plan.text;
    Step::Done
}

pipeline! { pub run(Plan) -> Step { work } }

fn main() {}
