use handoff::prelude::*;

#[contract]
struct Secret {
    pub text: String,
}

#[agent]
async fn keep(s: Secret) -> Secret {
    s
}

pipeline! {
    pub p(Secret) -> Secret {
        keep
    }
}

fn main() {
    let _ = p;
}
