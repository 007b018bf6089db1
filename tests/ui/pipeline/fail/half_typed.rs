use handoff::prelude::*;

mod agents {
    use handoff::prelude::*;

    #[agent]
    pub async fn work(text: String) -> String {
        text
    }
}

pipeline! { by_path(String) -> String { agents::work => agents:: } }

pipeline! { by_closure(String) -> String { map(|text) => agents::work } }

pipeline! { by_condition(String) -> String { match { text if text. } } }

fn main() {}
