include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts) billing or billing => barrier(all) => sum
    }
}

fn main() {}
