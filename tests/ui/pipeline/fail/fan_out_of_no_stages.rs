include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => fan_out(parts) {} => barrier(all) => shorten
    }
}

fn main() {}
