use handoff::prelude::*;

#[contract]
pub struct Draft {
    pub text: String,
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

#[agent]
pub async fn sign(opinion: Opinion) -> Opinion {
    opinion
}

pipeline! {
    pub p(Draft) -> Opinion {
        legal or security => gate(confidence >= 0.5) => sign
    }
}

fn main() {}
