use handoff::prelude::*;

mod words {
    use handoff::prelude::*;

    #[agent]
    pub async fn search(word: String) -> String {
        word
    }
}

mod files {
    use handoff::prelude::*;

    #[agent]
    pub async fn search(path: String) -> String {
        path
    }
}

#[agent(tools(words::search, files::search))]
async fn plan(goal: String, _: Context) -> String {
    goal
}

fn main() {}
