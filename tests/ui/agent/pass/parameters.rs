//! Parameters are patterns like any others, and an agent is still the function that was written.
#![deny(warnings)]

use handoff::prelude::*;
#[contract]
pub struct G {
    pub text: String,
}
#[agent]
pub async fn a(G { text }: G) -> G {
    G { text }
}
#[agent]
pub async fn b(mut g: G, _: Context) -> G {
    g.text.push('x');
    g
}
pub async fn caller_of() -> G {
    b(a(G { text: String::new() }).await, todo()).await
}
fn todo() -> Context {
    unreachable!()
}
#[allow(clippy::unused_async)]
#[agent]
pub async fn c(_g: G) {}
pipeline! { pub p(G) -> () { a => b => c } }
