//! Prompts, as a lock file and a description tell of them.

use super::prompt::{Fast, Prompt};
use handoff::lock;
use handoff::prelude::*;
use std::fs;
use std::path::Path;

use expect_test::expect;

mod old {
    use super::{Fast, Prompt};
    use handoff::prelude::*;

    /// Split the question.
    #[agent(role = planner)]
    async fn plan(question: String) -> Prompt<String>;

    /// Answer the question.
    #[agent]
    async fn answer(plan: String) -> Prompt<String, Fast>;

    #[agent(role = critic, max_output_tokens = 90)]
    async fn judge(answer: String) -> Prompt<String> {
        Prompt::new(answer)
    }

    pipeline! { pub research(String) -> String { plan => answer => judge } }
}

mod new {
    use super::Prompt;
    use handoff::prelude::*;

    /// Split the question into two.
    #[agent(role = planner)]
    async fn plan(question: String) -> Prompt<String>;

    #[agent]
    async fn answer(plan: String) -> Prompt<String> {
        Prompt::new(plan)
    }

    /// Judge the answer.
    #[agent(role = critic)]
    async fn judge(answer: String) -> Prompt<String>;

    pipeline! { pub research(String) -> String { plan => answer => judge } }
}

#[test]
fn a_changed_prompt_shows() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prompts.lock");
    lock::update(&path, [old::research.describe()]).expect("it can be written");
    lock::verify(&path, [old::research.describe()]).expect("nothing has changed");
    let text = fs::read_to_string(&path).expect("it is there");
    let (_, prompts) = text.split_once("\nprompt ").expect("there is one");
    expect![[r#"
        answer
          fingerprint afa6fac81c5121011fdbc4345b2e96360ac9310d9f5acbfdcc341ad1ae267ba6

        prompt plan
          fingerprint 48bded741e729284e1657bace308a8ebe0e5f9725942fa63551966bf9c6cb468
    "#]]
    .assert_eq(prompts);

    let error = lock::verify(&path, [new::research.describe()]).expect_err("all three have changed");
    expect![[r#"
        the prompts are not as prompts.lock has them

        the prompt of agent `answer` is in none of the pipelines given

        the prompt of agent `judge`, its documentation, is new

        the prompt of agent `plan`, its documentation, has changed

        if this is meant: HANDOFF_LOCK=update cargo test"#]]
    .assert_eq(&error.to_string());

    for (from, to) in [("prompt plan\n", "prompt plan\nprompt plan\n"), ("fingerprint", "print")] {
        let at = text.rfind(from).expect("it is there");
        fs::write(&path, format!("{}{to}{}", &text[..at], &text[at + from.len()..]))
            .expect("it can be written");
        let error = lock::verify(&path, [old::research.describe()]).expect_err("it cannot be read");
        assert!(matches!(error, lock::LockError::Malformed { .. }), "{error}");
    }
}

#[test]
fn who_is_asked_is_told() {
    let description = old::research.describe();
    let told = description.agents().into_iter().map(|agent| (agent.asks.as_deref(), agent.prompt.is_some()));
    let told: Vec<_> = told.collect();
    assert_eq!(told, [(Some("Model"), true), (Some("Fast"), true), (Some("Model"), false)]);
    let diagram = description.mermaid();
    assert!(diagram.contains("judge<br/>critic<br/>asks Model<br/>out ≤ 90 tokens"), "{diagram}");
    assert_eq!(description.agents()[1].prompt, old::research.describe().agents()[1].prompt);
    assert_ne!(description.agents()[0].prompt, new::research.describe().agents()[0].prompt);
}
