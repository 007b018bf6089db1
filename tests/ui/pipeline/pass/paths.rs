//! Every way to name a stage.
#![deny(warnings)]

use handoff::prelude::*;

mod agents {
    use handoff::prelude::*;

    #[agent]
    pub async fn shout(text: String) -> String {
        text.to_uppercase()
    }

    pub mod triage {
        use handoff::prelude::*;

        #[agent]
        pub async fn triage(text: String) -> String {
            text
        }
    }
}

use agents::shout as loud;

#[agent]
async fn r#type(text: String) -> (Vec<String>, u8) {
    (vec![text], 1)
}

#[agent]
async fn join(parts: Vec<String>) -> String {
    parts.join(" ")
}

pipeline! { pub r#loop(String) -> String { loud => agents::shout => self::agents::shout => crate::pipeline::pass::paths::agents::triage::triage } }

// A part of a tuple can be fanned out, to a pipeline; a barrier may come last.
pipeline! { pub parts(String) -> Vec<String> { r#type => fan_out(0, max = 2) r#loop => barrier(all) } }

pipeline! { pub whole(String) -> String { parts => join } }

#[test]
fn it_runs() {
    #[agent]
    async fn inner(text: String) -> String {
        text
    }
    pipeline! { local(String) -> String { inner => whole } }
    let _ = local;
}
