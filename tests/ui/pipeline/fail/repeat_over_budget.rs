include!("../preludes/support.rs");

#[agent(input_budget = 500)]
pub async fn tighten(answer: Answer) -> Answer {
    answer
}

#[agent(max_output_tokens = 800)]
pub async fn lengthen(answer: Answer) -> Answer {
    answer
}

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => repeat(max = 3, until = |answer| answer.approved) { tighten => lengthen } => shorten
    }
}

fn main() {}
