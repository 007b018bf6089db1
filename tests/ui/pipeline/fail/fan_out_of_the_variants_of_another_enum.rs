include!("../preludes/support.rs");

pipeline! {
    pub p(Answer) -> Vec<Answer> {
        fan_out(parts, max = 3) { match { Triage::Billing(ticket) => billing, other => refuse } } => barrier(all)
    }
}

fn main() {}
