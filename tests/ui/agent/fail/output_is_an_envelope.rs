use handoff::prelude::*;

#[contract]
pub struct Page {
    pub text: String,
}

#[agent]
async fn write(text: String) -> Envelope<Page> {
    Page { text }
}

#[agent(output = Page)]
async fn lend(page: Page) -> &Page {
    &page
}

fn main() {}
