include!("../preludes/support.rs");

pipeline! {
    pub p(Outage) -> Ticket {
        race(resolve, { page => resolve }) => send
    }
}

fn main() {}
