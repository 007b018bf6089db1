#![deny(warnings, clippy::pedantic)]
#![allow(missing_docs)]

use handoff::prelude::*;

#[contract]
pub struct Page {
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Fonts;

/// Looks at its input, and does not consume it.
#[agent(blocking, retries = 1)]
fn letters(page: Page, State(_fonts): State<Fonts>, cx: Context) -> Result<usize, std::io::Error> {
    if cx.is_cancelled() {
        return Err(std::io::Error::other("nobody waits"));
    }
    Ok(page.text.len())
}

#[agent(blocking, output = Page)]
fn raw(_letters: usize) -> Reply {
    Reply::new(r#"{"text":"x"}"#)
}

#[agent(blocking)]
fn effect(_page: Page) {}

pipeline! { pub printed(Page) -> () { letters => raw => effect } }

#[test]
fn it_runs() {
    let _ = letters;
    let runtime = Runtime::builder().state(Fonts).build();
    drop(runtime.run(printed, Page { text: String::new() }));
}
