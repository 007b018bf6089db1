include!("../preludes/support.rs");

#[agent]
pub async fn sum(done: Vec<Answer>) -> Ticket {
    Ticket { text: done.len().to_string() }
}

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts) { billing => shorten } => barrier(all) => sum
    }
}

fn main() {}
