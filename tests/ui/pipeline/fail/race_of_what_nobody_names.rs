include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Answer {
        billing => map(|answer| answer.parts) => race({ map(|parts| parts[0].clone()) => billing }, { map(|parts| parts[0].clone()) => billing })
    }
}

fn main() {}
