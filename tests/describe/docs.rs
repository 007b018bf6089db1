//! What the documentation in the code says, for whoever shows a pipeline to people or models.

#![allow(clippy::empty_docs)] // what is shown of documentation that says nothing

use handoff::Asks;
use handoff::describe::Stage;
use handoff::lock;
use handoff::prelude::*;

/// A question of a user.
#[contract]
pub(crate) struct Question {
    /// In the user's own words.
    #[check(len(1..))]
    pub text: String,
    pub mood: Option<Mood>,
}

#[contract]
pub(crate) enum Mood {
    Amused,
    Calm,
    /// In a hurry.
    Pressed,
}

#[derive(Clone, Debug)]
pub(crate) struct Oracle;

pub(crate) struct Prompt<T>(std::marker::PhantomData<fn() -> T>);

impl<T: Send + 'static> Asks for Prompt<T> {
    type Output = T;
    type Of = Oracle;
    type Error = BoxError;

    async fn ask(self, _: Oracle, _: Context) -> Result<T, BoxError>
    where
        T: Contract,
    {
        Err("it is silent".into())
    }

    fn from_doc<I: Contract>(_: &'static str, _: &I) -> Self {
        Self(std::marker::PhantomData)
    }
}

/// Splits a question.
///
///     into = parts
///
/// Those are   short.
#[agent]
async fn split(question: Question) -> String {
    question.text
}

/// Answer in one word.
#[agent]
async fn guess(part: String) -> Prompt<u32>;

#[doc = include_str!("docs.txt")]
#[agent(blocking)]
fn check(number: u32) -> u32 {
    number
}

#[doc = "  \n"]
#[doc(alias = "nothing")]
#[agent]
async fn undocumented(number: u32) -> u32 {
    number
}

#[doc = include_str!("nothing.txt")]
#[agent]
async fn of_an_empty_file(number: u32) -> u32 {
    number
}

pipeline! {
    /// The second half.
    pub ending(String) -> u32 { guess => check => undocumented => of_an_empty_file }
}
pipeline! {
    /// Answers questions.
    ///
    /// With numbers.
    answer(Question) -> u32 { split => ending }
}
pipeline! { pub plain(u32) -> u32 { undocumented } }

#[test]
fn agents_and_pipelines_say_what_their_documentation_does() {
    let description = answer.describe();
    assert_eq!(description.doc.as_deref(), Some("Answers questions.\n\nWith numbers."));
    let docs: Vec<_> = description.agents().iter().map(|agent| agent.doc.as_deref()).collect();
    assert_eq!(
        docs,
        [
            Some("Splits a question.\n\n    into = parts\n\nThose are   short."),
            Some("Answer in one word."),
            Some("Checks a number.\n\nTwice."),
            None,
            None,
        ]
    );
    let Stage::Pipeline(nested) = &description.stages[1] else { panic!("{description:#?}") };
    assert_eq!(nested.doc.as_deref(), Some("The second half."));
    let prompts: Vec<_> = description.agents().into_iter().filter(|agent| agent.prompt.is_some()).collect();
    assert_eq!(prompts.len(), 1, "documentation is a prompt where there is no body: {prompts:#?}");

    let value = serde_json::to_value(&description).unwrap();
    assert_eq!(value["stages"][0]["doc"], docs[0].unwrap());
    assert_eq!(serde_json::from_value::<Description>(value).unwrap(), description);
    let value = serde_json::to_value(plain.describe()).unwrap();
    assert_eq!((value.get("doc"), value["stages"][0].get("doc")), (None, None));
}

#[test]
fn contracts_and_fields_do_too() {
    let description = answer.describe();
    let question = description.contracts.iter().find(|contract| contract.id.name == "Question").unwrap();
    let schema = question.schema.as_value();
    assert_eq!(schema["description"], "A question of a user.");
    assert_eq!(schema["properties"]["text"]["description"], "In the user's own words.");
    assert_eq!(schema["properties"]["text"]["minLength"], 1);
}

#[test]
fn a_lock_file_has_it_and_does_not_compare_it() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs.lock");
    let has_any = || std::fs::read_to_string(&path).unwrap().contains("description");
    lock::update(&path, [answer.describe()]).unwrap();
    let locked = lock::Lock::read(&path).unwrap();
    let schema = locked.contract("Question").unwrap().schema.as_value();
    assert_eq!(schema["description"], "A question of a user.");
    assert_eq!(schema["properties"]["text"]["description"], "In the user's own words.");

    // A comment on a variant sets it apart from the others, and changes nothing of what is said of a reply.
    for reply in [r#"{"text": "Why?", "mood": "Pressed"}"#, r#"{"text": "", "mood": "Bored"}"#] {
        let told = locked.contract("Question").unwrap().check(reply);
        assert_eq!(told, Question::parse(reply).map(|_| ()), "{reply}");
    }

    let mut undocumented = answer.describe();
    for contract in &mut undocumented.contracts {
        contract.schema.remove("description");
        if let Some(text) = contract.schema.pointer_mut("/properties/text") {
            text.as_object_mut().unwrap().remove("description");
        }
        if let Some(variants) = contract.schema.pointer_mut("/$defs/Mood/oneOf") {
            for variant in variants.as_array_mut().unwrap() {
                variant.as_object_mut().unwrap().remove("description");
            }
        }
    }
    lock::verify(&path, [undocumented.clone()]).unwrap();

    // As older versions have written it.
    lock::update(&path, [undocumented]).unwrap();
    assert!(!has_any());
    lock::verify(&path, [answer.describe()]).unwrap();
    assert!(!has_any(), "nothing is written by the way");
    lock::update(&path, [answer.describe()]).unwrap();
    assert!(has_any());
}
