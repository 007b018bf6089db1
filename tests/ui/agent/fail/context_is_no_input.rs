use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
async fn a(cx: Context) -> Report {
    Report { text: cx.trace_id().to_string() }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
