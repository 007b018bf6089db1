include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts) billing as done => barrier(all) => sum
    }
}

fn main() {}
