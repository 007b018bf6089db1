use handoff::prelude::*;

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a(ask: Aks) -> Report {
    Report { text: String::new() }
}

fn main() {}
