include!("../preludes/support.rs");

#[agent]
pub async fn sum(done: Vec<Ticket>) -> Ticket {
    Ticket { text: done.len().to_string() }
}

pipeline! {
    pub p(Ticket) -> Ticket {
        billing as first
            => fan_out(parts) {
                billing => map(|answer| Answer { text: first.text.clone(), ..answer }) => shorten
            }
            => barrier(all)
            => sum
    }
}

fn main() {}
