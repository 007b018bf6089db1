include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts, max = 3) { map(|ticket| ticket) => billing } => barrier(all) => shorten
    }
}

fn main() {}
