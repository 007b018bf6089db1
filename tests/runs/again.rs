//! Runs that go on from an envelope: of another run, of one that failed, of another process.

use handoff::prelude::*;

#[contract]
pub struct Draft {
    #[check(len(1..=40))]
    pub text: String,
}

#[contract]
pub struct Note {
    pub text: String,
    #[confidence]
    pub confidence: f64,
}

#[agent]
async fn note(text: String, cx: Context) -> Note {
    cx.warn("by hearsay");
    Note { text, confidence: 0.5 }
}

#[agent]
async fn write(note: Note) -> Draft {
    Draft { text: note.text }
}

#[agent(input_budget = 12)]
async fn shout(draft: Draft, cx: Context) -> String {
    assert_eq!(cx.envelope().source.name, "caller");
    draft.text.to_uppercase()
}

pipeline! { pub begin(String) -> Draft { note => write } }
pipeline! { pub rest(Draft) -> String { shout } }
pipeline! { pub noted(String) -> Note { note } }
pipeline! { pub gated(Note) -> Draft { gate(confidence >= 0.6) => write } }

fn tokio() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a tokio runtime")
}

#[test]
fn it_goes_on_with_confidence_and_warnings() {
    tokio().block_on(async {
        let runtime = Runtime::default();
        let draft = runtime.run(begin, "tides".into()).await.expect("all is well");
        // Through another process, as it may be.
        let draft =
            Envelope::<Draft>::from_json(&draft.to_json().expect("it is valid")).expect("it was written");
        let run = runtime.run_from(rest, draft);
        let id = run.trace_id();
        let done = run.await.expect("all is well");
        assert_eq!((done.payload.as_str(), done.confidence.get(), done.trace_id), ("TIDES", 0.5, id));
        let said: Vec<_> = done.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["agent `note`: by hearsay"]);
    });
}

#[test]
fn its_payload_goes_through_the_door() {
    tokio().block_on(async {
        let runtime = Runtime::default();
        let mut draft = runtime.run(begin, "tides".into()).await.expect("all is well");
        draft.payload.text.clear();
        let error = runtime.run_from(rest, draft.clone()).await.expect_err("it is empty");
        assert_eq!((error.kind().as_str(), error.agent()), ("contract", "shout"), "{error}");
        assert_eq!(error.warnings().len(), 1, "what was noticed before is on the error");
        draft.payload.text = "x y z a b c d e f g h i j k l m".to_owned();
        let error = runtime.run_from(rest, draft).await.expect_err("it is too much");
        assert_eq!((error.kind().as_str(), error.agent()), ("over_budget", "shout"), "{error}");
    });
}

#[test]
fn a_gate_sees_how_sure_it_is() {
    tokio().block_on(async {
        let runtime = Runtime::default();
        let note = runtime.run(noted, "tides".into()).await.expect("all is well");
        let error = runtime.run_from(gated, note).await.expect_err("it is not sure enough");
        assert_eq!(error.kind().as_str(), "low_confidence", "{error}");
    });
}
