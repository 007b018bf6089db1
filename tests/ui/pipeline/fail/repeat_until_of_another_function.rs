include!("../preludes/support.rs");

fn is_long(ticket: &Ticket) -> bool {
    ticket.text.len() > 9
}

pipeline! {
    pub p(Ticket) -> Answer {
        billing => repeat(max = 3, until = is_long) { critique }
    }
}

fn main() {}
