include!("../preludes/support.rs");

pipeline! {
    pub p(Ticket) -> Ticket {
        billing => map(|answer| answer.parts) => join({ map(|parts| parts[0].clone()) => billing }, { map(|parts| parts[0].clone()) => billing }) => sign_short
    }
}

fn main() {}
