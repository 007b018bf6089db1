include!("../preludes/support.rs");

#[contract(max_tokens = 400)]
pub struct Note {
    pub text: String,
}

#[contract]
pub struct Notes {
    pub notes: Vec<Note>,
}

#[agent]
pub async fn many(ticket: Ticket) -> Notes {
    Notes { notes: vec![Note { text: ticket.text }] }
}

#[agent(input_budget = 300)]
pub async fn read(note: Note) -> Ticket {
    Ticket { text: note.text }
}

#[agent]
pub async fn sum(done: Vec<Ticket>) -> Ticket {
    Ticket { text: done.len().to_string() }
}

pipeline! {
    pub p(Ticket) -> Ticket {
        many => fan_out(notes) read => barrier(all) => sum
    }
}

fn main() {}
