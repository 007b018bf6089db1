include!("../preludes/contracts.rs");

#[agent(max_output_tokens = 500)]
async fn a(g: Step) -> Goal {
    Goal { text: g.id }
}

#[agent(input_budget = 4000)]
async fn b(g: Vec<Goal>) -> Goal {
    Goal { text: g.len().to_string() }
}

pipeline! {
    pub p(Plan) -> Goal {
        fan_out(steps) a => barrier(all) => b
    }
}

fn main() {}
