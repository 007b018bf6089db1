include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts, max = 3) { billing => map(|answer| answer) } => barrier(all) => shorten
    }
}

fn main() {}
