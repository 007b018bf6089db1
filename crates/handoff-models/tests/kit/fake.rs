//! `FakeModel` and `sample`.

use handoff::prelude::*;
use handoff_models::testing::{FakeModel, sample};

use super::{Finding, Plan, ask, request, said};

#[contract]
pub(crate) struct Hours {
    pub from: u8,
    #[check(range(..=24), with(is_even))]
    pub to: u8,
}

fn is_even(hour: &u8) -> Result<(), String> {
    if hour.is_multiple_of(2) { Ok(()) } else { Err("must be even".into()) }
}

#[contract]
pub(crate) struct Impossible {
    #[check(with(never))]
    pub one: u8,
}

fn never(_: &u8) -> Result<(), String> {
    Err("never right".into())
}

#[tokio::test(start_paused = true)]
async fn answers_keep_their_contract_at_the_boundaries_too() {
    for seed in 0..500 {
        for model in [FakeModel::seeded(seed), FakeModel::seeded(seed).boundaries()] {
            let plan = said::<Plan>(&model, "Plan it.").await.expect("an answer");
            Plan::parse(&plan).unwrap_or_else(|error| panic!("{seed}: {error}"));
            let findings = said::<Vec<Finding>>(&model, "Find it.").await.expect("an answer");
            Vec::<Finding>::parse(&findings).unwrap_or_else(|error| panic!("{seed}: {error}"));
            assert_ne!(said::<String>(&model, "Say it.").await.expect("an answer").trim(), "");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_depends_on_the_seed_and_the_words_and_on_nothing_else() {
    let answer = async |seed, prompt: &str, system: Option<&str>| {
        let mut request = request::<Plan>(prompt);
        request.system = system.map(str::to_owned);
        request.temperature = Some(0.5);
        ask(&FakeModel::seeded(seed), &request).await.expect("an answer").text
    };
    let first = answer(1, "Plan it.", None).await;
    assert_eq!(answer(1, "Plan it.", None).await, first);
    for other in [
        answer(2, "Plan it.", None).await,
        answer(1, "Plan that.", None).await,
        answer(1, "Plan it.", Some("Be brief.")).await,
        answer(1, "", Some("Plan it.")).await,
    ] {
        assert_ne!(other, first);
    }
}

#[tokio::test(start_paused = true)]
async fn what_no_schema_says_is_kept_where_the_contract_is_named() {
    let keeps = async |model: FakeModel| {
        let mut kept = 0;
        for seed in 0..100 {
            let text = said::<Hours>(&model, &format!("Hours, please: {seed}")).await.expect("an answer");
            kept += usize::from(Hours::parse(&text).is_ok());
        }
        kept
    };
    assert!((20..80).contains(&keeps(FakeModel::seeded(1)).await));
    assert_eq!(keeps(FakeModel::seeded(1).checked::<Hours>()).await, 100);
    assert_eq!(keeps(FakeModel::seeded(1).adjust::<Hours>(|hours| hours.to &= !1)).await, 100);
    // Nothing can be done about it, and it comes to an end.
    let text = said::<Impossible>(&FakeModel::seeded(1).checked::<Impossible>(), "One").await;
    assert!(Impossible::parse(&text.expect("an answer")).is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_adjusted_is_the_answer() {
    let model = FakeModel::seeded(3).adjust::<Plan>(|plan| plan.subtasks.truncate(1)).boundaries();
    for prompt in ["a", "b", "c"] {
        let plan = Plan::parse(&said::<Plan>(&model, prompt).await.expect("an answer")).expect("a plan");
        assert_eq!(plan.subtasks.len(), 1);
    }
    // Others are as they were.
    let finding = said::<Finding>(&model, "a").await;
    assert_eq!(finding, said::<Finding>(&FakeModel::seeded(3).boundaries(), "a").await);
}

#[tokio::test(start_paused = true)]
async fn usage_is_a_token_for_each_four_bytes() {
    let answer = ask(&FakeModel::seeded(1), &request::<Finding>("12345")).await.expect("an answer");
    assert_eq!(answer.usage, Some(Usage::new(2, (answer.text.len() as u64).div_ceil(4))));
}

#[test]
fn samples_keep_their_contract() {
    for seed in 0..500 {
        assert!(sample::<Hours>(seed).is_ok_and(|hours| hours.to % 2 == 0));
    }
    let plan = |seed| sample::<Plan>(seed).map(|plan| plan.reasoning).ok();
    assert_eq!(plan(7), plan(7));
    let wrong = sample::<Impossible>(1).expect_err("no value is right");
    assert_eq!(wrong.to_string(), "`Impossible` is broken: /one: never right");
}
