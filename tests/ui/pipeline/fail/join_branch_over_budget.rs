include!("../preludes/support.rs");

#[agent(max_output_tokens = 700)]
pub async fn resolve_long(answer: Answer) -> Answer {
    answer
}

#[agent]
pub async fn pair(both: (Ticket, Ticket)) -> Ticket {
    both.0
}

pipeline! {
    pub p(Ticket) -> Ticket {
        triage => match { _ => refuse } => resolve_long => join(shorten, send) => pair
    }
}

fn main() {}
