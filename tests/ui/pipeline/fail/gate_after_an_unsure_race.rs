include!("../preludes/support.rs");

#[agent]
pub async fn sum(done: Vec<Answer>) -> Answer {
    Answer { text: done.len().to_string(), approved: true, parts: Vec::new() }
}

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => race(critique, { fan_out(parts) billing => barrier(all) => sum }) => gate(confidence >= 0.5) => shorten
    }
}

fn main() {}
