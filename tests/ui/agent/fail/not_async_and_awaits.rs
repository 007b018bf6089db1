use handoff::prelude::*;

async fn ask(text: String) -> String {
    text
}

#[agent]
fn write(text: String) -> String {
    ask(text).await
}

fn main() {}
