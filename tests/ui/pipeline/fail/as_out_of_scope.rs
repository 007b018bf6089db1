include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        triage => match { _ => refuse as refused } => map(|answer| refused.clone()) => shorten
    }
}

fn main() {}
