use handoff::prelude::*;

mod triage {
    use handoff::prelude::*;
    #[agent]
    pub async fn triage(s: String) -> String {
        s
    }
}
use triage::triage;

pipeline! {
    pub p(String) -> String {
        triage
    }
}

fn main() {
    let _ = p;
}
