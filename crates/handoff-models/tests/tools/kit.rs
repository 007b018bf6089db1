//! The kit for tests, with tools.

use handoff::prelude::*;
use handoff_models::Model;
use handoff_models::testing::{Expect, FakeModel, Recorder, Replay, Script};

use super::*;

#[tokio::test(start_paused = true)]
async fn a_fake_model_calls_tools_with_what_their_contracts_allow() {
    let mut called = [0; 2];
    for seed in 0..40 {
        let fake = FakeModel::seeded(seed);
        let fake = if seed % 2 == 0 { fake } else { fake.boundaries() };
        let seen = Seen::default();
        let app = App { model: Model::new(fake), seen: seen.clone() };
        let runtime = Runtime::builder().state(app).build();
        let done =
            runtime.run(explaining, "a".to_owned()).await.unwrap_or_else(|error| panic!("{seed}: {error}"));
        assert!(!warnings(&done).contains("was refused"), "{seed}: {}", warnings(&done));
        called[usize::from(!seen.words().is_empty())] += 1;
    }
    assert!(called[0] > 5 && called[1] > 5, "some do and some do not: {called:?}");
}

#[tokio::test(start_paused = true)]
async fn a_recording_has_the_turns_and_says_which_one_differs() {
    let path = std::env::temp_dir().join(format!("handoff-tools-{}.jsonl", std::process::id()));
    let script = Script::new().calls("look_up", r#"{"word":"hand"}"#).value(&answer("yes"));
    let run = async |model: Model, meaning: &'static str| {
        let app = App { model, seen: Seen::default() };
        let means = move |_: Word| Meaning { text: meaning.to_owned() };
        let runtime = Runtime::builder().replace::<look_up>().by_fn(means).state(app).build();
        runtime.run(explaining, "a".to_owned()).await
    };
    let recorded = Recorder::to(&path, script).expect("a file");
    let first = run(Model::new(recorded), "a part").await.expect("an answer");
    let again = run(Model::new(Replay::from(&path).expect("a recording")), "a part").await.expect("the same");
    Expect::payload(&first.payload).warnings([]).assert(&again);

    let other = run(Model::new(Replay::from(&path).expect("a recording")), "a whole").await;
    let error = other.expect_err("it is told something else").to_string();
    std::fs::remove_file(&path).expect("the recording is there");
    assert!(error.contains("/messages/2/results/0/output"), "{error}");
}
