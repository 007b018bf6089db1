include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts) { billing => critique } => shorten
    }
}

fn main() {}
