include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        triage => if { _ => refuse }
    }
}

fn main() {}
