include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => race(refuse, billing)
    }
}

fn main() {}
