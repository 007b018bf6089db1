include!("../preludes/support.rs");

pipeline! {
    pub p(Answer) -> Vec<(Ticket, Answer)> {
        fan_out(parts, max = 3, keep = true) billing => barrier(all)
    }
}

fn main() {}
