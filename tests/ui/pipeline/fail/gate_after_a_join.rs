use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Opinion {
    pub text: String,
}

#[agent]
pub async fn legal(draft: Draft) -> Opinion {
    Opinion { text: draft.text }
}

#[agent]
pub async fn security(draft: Draft) -> Opinion {
    Opinion { text: draft.text }
}

#[agent(role = aggregator)]
pub async fn sign(both: (Opinion, Opinion)) -> Opinion {
    both.0
}

pipeline! {
    pub p(Draft) -> Opinion {
        join(legal, security) => gate(confidence >= 0.5) => sign
    }
}

fn main() {}
