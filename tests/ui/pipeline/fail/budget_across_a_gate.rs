use handoff::prelude::*;

#[contract]
pub struct G {
    #[confidence]
    pub c: f64,
}

#[agent(max_output_tokens = 500)]
async fn a(g: G) -> G {
    g
}

#[agent(input_budget = 400)]
async fn b(g: G) -> G {
    g
}

pipeline! {
    pub p(G) -> G {
        a => gate(confidence >= 0.5) => b
    }
}

fn main() {
    let _ = p;
}
