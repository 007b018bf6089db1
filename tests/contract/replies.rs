//! Replies with other text around their JSON, as `Reply::lenient` allows.

use handoff::prelude::*;
use handoff::{Contract, ContractViolation, LeftOut, contract};
use handoff_tests::drawn;
use proptest::prelude::*;
use serde_json::Value;

use crate::model_outputs::{PlannerOutput, WorkerResult};

#[contract]
#[derive(PartialEq)]
pub(crate) struct Note {
    text: String,
    tags: Vec<Tag>,
    #[check(range(0..=9))]
    weight: u8,
}

#[contract]
#[derive(PartialEq)]
pub(crate) struct Tag {
    name: String,
}

/// How an agent whose reply this is comes out: its output and its warnings, or why it has none.
macro_rules! lenient {
    ($name:ident: $output:ty) => {
        mod $name {
            use super::*;

            #[agent(output = $output)]
            async fn agent(text: String) -> Reply {
                Reply::new(text).lenient()
            }

            pipeline! { ask(String) -> $output { agent } }

            pub(super) fn read(text: &str) -> Result<($output, Vec<Warning>), ContractViolation> {
                thread_local! {
                    static TOKIO: tokio::runtime::Runtime =
                        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("tokio");
                    static RUNTIME: Runtime = Runtime::builder().tokens(handoff::budget::Utf8Bytes).build();
                }
                let run = RUNTIME.with(|runtime| runtime.run(ask, text.to_owned()));
                match TOKIO.with(|tokio| tokio.block_on(run)) {
                    Ok(envelope) => Ok((envelope.payload, envelope.warnings.into())),
                    Err(error) => match error.into_kind() {
                        ErrorKind::Contract(violation) => Err(violation),
                        other => panic!("{other}"),
                    },
                }
            }
        }
    };
}

lenient! { notes: Note }
lenient! { tags: Vec<Tag> }
lenient! { numbers: u32 }
lenient! { prose: String }
lenient! { plans: PlannerOutput }
lenient! { results: WorkerResult }

const NOTE: &str = r#"{"text": "a } ``` { \" b", "tags": [{"name": "[x]"}], "weight": 3}"#;

#[test]
fn what_is_left_out_is_said() {
    let (whole, warnings) = notes::read(&format!(" {NOTE}\n")).unwrap();
    assert_eq!((Ok(whole), warnings), (Note::parse(NOTE), Vec::new()));
    for (text, left_out) in [
        (format!("```json\n{NOTE}\n```"), "the code fence"),
        (format!("```\r\n{NOTE}\r\n```\r\n"), "the code fence"),
        (format!("Here:\n```json\n{NOTE}\n```"), "the text"),
        (format!("\u{feff}{NOTE}"), "the text"),
    ] {
        let (note, warnings) = notes::read(&text).unwrap();
        assert_eq!(Ok(note), Note::parse(NOTE));
        let [warning] = warnings.as_slice() else { panic!("one warning: {warnings:?}") };
        assert_eq!(warning.kind, WarningKind::Repaired);
        let message = format!("its reply was repaired: {left_out} around the JSON was left out");
        assert_eq!(*warning.message, message);
    }
    let (_, warnings) = notes::read(&format!("<think>{{}}</think>{NOTE}")).unwrap();
    assert_eq!(&*warnings[0].message, "its reply was repaired: the thoughts in it were left out");
}

#[test]
fn leniently_outside_of_a_run() {
    for (text, left_out) in [
        (format!("\n{NOTE}\n"), None),
        (format!("```json\n{NOTE}\n```"), Some(LeftOut::Fence)),
        (format!("<think>{{}}</think>\n{NOTE}"), Some(LeftOut::Thoughts)),
        (format!("{{ a: 1 }}</think>\n```json\n{NOTE}\n```\n"), Some(LeftOut::Thoughts)),
        (format!("{NOTE} <think>Is it?</think>"), Some(LeftOut::Thoughts)),
        (format!("<think>{{}}</think> Here: {NOTE}"), Some(LeftOut::Text)),
        (format!("```\n{NOTE}\n``` Done."), Some(LeftOut::Text)),
        (format!("\u{feff}{NOTE}"), Some(LeftOut::Text)),
    ] {
        let read = Note::parse_lenient(&text).unwrap();
        assert_eq!((Ok(read.value), read.left_out), (Note::parse(NOTE), left_out), "{text}");
    }
    assert_eq!(u32::parse_lenient("<think>41?</think>\n42").unwrap().value, 42);
    // Prose is the business of an agent's reply.
    assert_eq!(String::parse_lenient("```\n\"a\"\n```").unwrap().value, "a");
    assert!(String::parse_lenient("a").is_err());
}

#[test]
fn outputs_that_are_no_objects() {
    let (read, _) = tags::read("Tags, as in [note]:\n[{\"name\": \"a\"}]").unwrap();
    assert_eq!(read, [Tag { name: "a".into() }]);
    assert_eq!(numbers::read("```\n42\n```").unwrap().0, 42);
    assert_eq!(numbers::read("<think>41? `42`</think>```\n42\n```").unwrap().0, 42);
    for error in [
        numbers::read("The answer is 42.").map(drop),
        numbers::read("42 or 43").map(drop),
        numbers::read("<think>42</think>").map(drop),
        tags::read("[] []").map(drop),
        tags::read("[{\"name\": \"a\"}, {\"name").map(drop),
        tags::read("{\"name\": \"a\"}").map(drop),
        notes::read(&format!("[{NOTE}]")).map(drop),
    ] {
        assert!(!error.unwrap_err().violations().is_empty());
    }
}

#[test]
fn violations_of_what_was_found_are_those_of_a_strict_read() {
    let inner = r#"{"text": 1, "tags": [], "weight": 12, "mood": "fine"}"#;
    assert_eq!(notes::read(&format!("So: {inner}")).map(drop), Note::parse(inner).map(drop));
    for (message, error) in [
        ("no JSON in the text: expected exactly one object", notes::read("Sorry.").map(drop)),
        ("no JSON in the text: expected exactly one list", tags::read("Sorry.").map(drop)),
        (
            "no JSON in the text: expected a value with nothing around it but a code fence",
            numbers::read("It is 42.").map(drop),
        ),
        (
            "2 JSON values in the text, at line 1 column 1, line 2 column 6: expected exactly one object",
            notes::read("{}\nand: {}").map(drop),
        ),
        ("the `}` at line 1 column 12 closes nothing that is JSON", notes::read("\"weight\": 3}").map(drop)),
        (
            "the text ends within the thoughts that begin at line 2 column 3 with `<think>`",
            notes::read(&format!("So:\n  <think>{NOTE}")).map(drop),
        ),
        (
            "no JSON in the text but for its thoughts: expected exactly one object",
            notes::read(&format!("{NOTE}</think>")).map(drop),
        ),
    ] {
        assert_eq!(error.unwrap_err().violations()[0].message(), message);
    }
    let error = notes::read(r#"So: {"text": "a", "tags": [{"name": "b"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Note` is broken: /tags/0/name: the JSON object at line 1 column 5 is cut off: EOF while parsing a string"
    );
}

#[test]
fn an_object_that_is_no_json_is_refused_for_the_reason_of_a_strict_read() {
    for object in [
        "{\"text\": \"one\ntwo\", \"tags\": []}",
        r#"{"text": "\(x\)", "tags": []}"#,
        r#"{"text": "\ud83e", "tags": []}"#,
        r#"{"text": "x", "tags": [{"name": True}]}"#,
        r#"{"text": "x", "tags": [],}"#,
        r#"{"text": "x", "weight": 1e999,}"#,
        r"{'text': 'x'}",
        r"{text: 'x'}",
        r#"{"text": "x", "weight": 01}"#,
        r#"{"text": "x" "weight": 1}"#,
    ] {
        let strict = Note::parse(object).unwrap_err();
        let strict = &strict.violations()[0];
        let reason = strict.message().strip_prefix("not valid JSON: ").expect("a syntax error");
        for text in [
            object.to_owned(),
            format!("```json\n{object}\n```"),
            format!("<think>{NOTE}</think>Here it is: {object} Bye."),
        ] {
            let lenient = notes::read(&text).unwrap_err();
            let found = &lenient.violations()[0];
            assert_eq!((&found.pointer, found.keyword), (&strict.pointer, "syntax"), "{text}");
            assert!(found.message().ends_with(reason), "{reason}: {found}");
            assert!(lenient.for_model().to_string().contains(reason), "{reason}: {}", lenient.for_model());
        }
    }
}

/// Prose is its text, byte for byte, whatever it looks like.
#[tokio::test]
async fn prose_is_taken_as_it_is() {
    #[agent(output = String)]
    async fn as_it_is(text: String) -> Reply {
        Reply::new(text)
    }
    #[agent(output = Vec<String>)]
    async fn listed(text: String) -> Reply {
        Reply::new(text)
    }
    pipeline! { ask(String) -> String { as_it_is } }
    pipeline! { list(String) -> Vec<String> { listed } }
    let runtime = Runtime::builder().build();
    for text in [
        "Dear all,\n\n",
        "\"quoted\"",
        "```json\n{}\n```",
        "<think>a</think>b",
        "",
        "{\"a\": 1",
        " \u{feff}x\0 ",
    ] {
        let envelope = runtime.run(ask, text.to_owned()).await.unwrap();
        assert_eq!((envelope.payload.as_str(), envelope.warnings.len()), (text, 0));
        // Text in another contract is JSON as ever.
        assert!(runtime.run(list, text.to_owned()).await.is_err());
    }
    assert_eq!(runtime.run(list, "[\"a\"]".to_owned()).await.unwrap().payload, ["a"]);
}

#[tokio::test]
async fn prose_has_its_finish_reason_and_its_usage() {
    #[agent(output = String)]
    async fn cut(finished: bool) -> Result<Reply, std::io::Error> {
        let finish = if finished { FinishReason::Stop } else { FinishReason::Length };
        Ok(Reply::new("Dear all, as").finish(finish).usage(Usage::new(20, 4)))
    }
    pipeline! { ask(bool) -> String { cut } }
    let runtime = |limits: Limits| Runtime::builder().limits(limits).build();
    let error = runtime(Limits::default()).run(ask, false).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");
    let error = runtime(Limits::default().model_tokens(23)).run(ask, true).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::LimitExceeded { .. }), "{error}");
    assert!(runtime(Limits::default().model_tokens(24)).run(ask, true).await.is_ok());
}

#[test]
fn of_lenient_prose_thoughts_are_left_out_and_nothing_else() {
    for text in ["Dear all,\n", "```json\n{}\n```", "{\"a\": \"</think>\"}", "Write `</think>`.", "\"a\""] {
        let (read, warnings) = prose::read(text).unwrap();
        assert_eq!((read.as_str(), warnings.len()), (text, 0));
    }
    for (text, rest) in [
        ("<think>\nHm.\n</think>\n\nDear all,\n", "Dear all,\n"),
        ("\nHm.</think>\n Dear all,", "Dear all,"),
        ("Dear <think>Who?</think> all, [THINK]So.[/THINK]", "Dear all, "),
        ("Dear\n\n<thinking>Who?</thinking>\n\nall", "Dear\n\nall"),
        (
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Dear all",
            "Dear all",
        ),
        ("<think></think>", ""),
    ] {
        let (read, warnings) = prose::read(text).unwrap();
        assert_eq!(read, rest);
        assert_eq!(&*warnings[0].message, "its reply was repaired: the thoughts in it were left out");
    }
    let error = prose::read("Dear <think>Who").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`String` is broken: the text ends within the thoughts that begin at line 1 column 6 with `<think>`"
    );
}

#[tokio::test]
async fn a_reply_that_was_cut_by_length_is_truncated_all_the_same() {
    #[agent(output = Note)]
    async fn cut((): ()) -> Reply {
        Reply::new(format!("So: {NOTE}")).lenient().finish(FinishReason::Length)
    }
    pipeline! { ask(()) -> Note { cut } }
    let error = Runtime::builder().build().run(ask, ()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Truncated { .. }), "{error}");
}

#[tokio::test]
async fn tasks_whose_replies_were_repaired_are_one_warning() {
    #[agent(output = Tag)]
    async fn name(name: String) -> Reply {
        Reply::new(format!("Tag: {}", serde_json::json!({ "name": name }))).lenient()
    }
    pipeline! { ask(Vec<String>) -> Vec<Tag> { fan_out(|names| names, max = 9) name => barrier(all) } }
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let envelope = Runtime::builder().build().run(ask, names).await.unwrap();
    let [warning] = envelope.warnings.as_slice() else { panic!("one warning: {:?}", envelope.warnings) };
    assert_eq!((warning.kind, warning.count), (WarningKind::Repaired, 3));
}

/// Lines of the corpus that are no JSON as they came, and in which one JSON object is found: one with "Your current
/// task is done." after it, one with a fence that was never opened. Both break their contract.
const READABLE: &[usize] = &[44, 67];

#[test]
fn the_real_replies() {
    let mut readable = Vec::new();
    for (number, line) in include_str!("../data/model-outputs.jsonl").lines().enumerate() {
        let sample: Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        let text = sample["text"].as_str().expect("a text");
        let (strict, lenient) = match sample["agent"].as_str() {
            Some("planner") => (PlannerOutput::parse(text).err(), plans::read(text).err()),
            _ => (WorkerResult::parse(text).err(), results::read(text).err()),
        };
        let no_json = |error: &Option<ContractViolation>| matches!(error, Some(error) if error.violations()[0].keyword == "syntax");
        if !no_json(&strict) {
            assert_eq!(strict, lenient, "line {number}");
        } else if !no_json(&lenient) {
            readable.push(number);
        }
    }
    assert_eq!(readable, READABLE);
}

/// Words around a reply: nothing that could be JSON, however it looks.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -Z^-z]{0,12}",
        Just("```json\n".to_owned()),
        Just("```\n".to_owned()),
        Just("```\r\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("[1] ".to_owned()),
        Just("[\"a\", 2] ".to_owned()),
        Just("- [ ] ".to_owned()),
        Just("[see](x) ".to_owned()),
        Just("{name} ".to_owned()),
        Just("{ x, y } ".to_owned()),
        Just("\u{201c}\u{1f914}\u{201d}".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("{ but, ".to_owned()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What begins thoughts, and what ends them.
const MARKERS: &[(&str, &str)] = &[
    ("<think>", "</think>"),
    ("<Thinking budget='9'>", "</Thinking>"),
    ("<seed:thought>", "</seed:thought>"),
    ("<reasoning>", "</reasoning>"),
    ("[THINK]", "[/THINK]"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
];

fn marker() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(MARKERS)
}

/// What a model may think: anything, drafts of its answer and markers of another kind as well.
fn thought() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prose(),
        Just("{ a: 1 }".to_owned()),
        Just("{\"text\": ".to_owned()),
        Just("{\"text".to_owned()),
        Just("\"<reflection>".to_owned()),
        Just("]}".to_owned()),
        note().prop_map(|note| written(&note, false)),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat() + "\n")
}

/// Prose with thoughts in it.
fn with_thoughts() -> impl Strategy<Value = String> {
    let block = (marker(), thought())
        .prop_map(|((open, close), thought)| format!("\n{open}\n{}{close}\n", thought.replace(close, "")));
    prop::collection::vec(prop_oneof![prose(), block], 0..4).prop_map(|pieces| pieces.concat())
}

/// A text in which markers and what looks like JSON stand.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[\\PC\n{}\\[\\]\"\\\\`]{0,20}",
        1 => marker().prop_map(|(open, _)| open.to_owned()),
        1 => marker().prop_map(|(_, close)| close.to_owned()),
    ];
    prop::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat())
}

fn note() -> impl Strategy<Value = Note> {
    let tag = hostile().prop_map(|name| Tag { name });
    (hostile(), prop::collection::vec(tag, 0..3), 0..=9_u8).prop_map(|(text, tags, weight)| Note {
        text,
        tags,
        weight,
    })
}

fn written(note: &Note, pretty: bool) -> String {
    if pretty { serde_json::to_string_pretty(note) } else { serde_json::to_string(note) }.expect("JSON")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(drawn(400)))]

    #[test]
    fn what_is_wrapped_is_read_as_it_is(
        note in note(), pretty in any::<bool>(), before in prose(), after in prose(),
    ) {
        let json = written(&note, pretty);
        let text = format!("{before}{json}{after}");
        let (read, warnings) =
            notes::read(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        prop_assert_eq!(&read, &note);
        prop_assert_eq!(&written(&read, pretty), &json);
        let bare = text.trim_matches([' ', '\n', '\r', '\t']).len() == json.len();
        prop_assert_eq!(warnings.len(), usize::from(!bare));
    }

    #[test]
    fn thoughts_are_left_out_wherever_they_stand(
        note in note(), pretty in any::<bool>(), before in with_thoughts(), after in with_thoughts(),
        unopened in prop::option::of((thought(), marker())),
    ) {
        let json = written(&note, pretty);
        let mut text = format!("{before}{json}{after}");
        if let Some((mut thought, (_, close))) = unopened {
            // It would be a block of its own.
            for (open, _) in MARKERS {
                thought = thought.replace(open, "");
            }
            text.insert_str(0, &format!("{thought}{close}"));
        }
        let read = Note::parse_lenient(&text).map_err(|error| TestCaseError::fail(format!("{text}\n{error}")))?;
        prop_assert_eq!(&written(&read.value, pretty), &json);
    }

    #[test]
    fn what_is_thought_is_never_read(
        note in note(), before in with_thoughts(), after in with_thoughts(), (open, close) in marker(),
    ) {
        let json = written(&note, false);
        for text in [format!("{before}{open}{json}"), format!("{before}{json}\n{close}{after}")] {
            prop_assert!(Note::parse_lenient(&text).is_err(), "{}", text);
        }
    }

    #[test]
    fn what_is_cut_anywhere_is_never_read(
        note in note(), pretty in any::<bool>(), before in prose(), after in prose(),
        cut in any::<prop::sample::Index>(), front in any::<bool>(),
    ) {
        let json = written(&note, pretty);
        let places: Vec<usize> = json.char_indices().map(|(at, _)| at).skip(1).collect();
        let place = *cut.get(&places);
        let part = if front { &json[place..] } else { &json[..place] };
        for text in [part.to_owned(), format!("{before}{part}{after}")] {
            prop_assert!(notes::read(&text).is_err(), "{}", text);
        }
    }

    #[test]
    fn two_are_never_read(
        one in note(), two in note(), before in prose(), between in prose(), after in prose(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (one, two) = (written(&one, false), written(&two, true));
        // A brace alone may be one of the prose.
        let quote = two.find('"').expect("the name of a field");
        let places: Vec<usize> = two.char_indices().map(|(at, _)| at).filter(|at| *at > quote).collect();
        for two in [two.as_str(), &two[..*cut.get(&places)]] {
            for text in [
                format!("{before}{one}{between}{two}{after}"),
                format!("{before}{two}{between}{one}{after}"),
                format!("{one}{two}"),
            ] {
                prop_assert!(notes::read(&text).is_err(), "{}", text);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "(\\PC|[{}\\[\\]\"\\\\:,`\n]){0,60}") {
        let _ = notes::read(&text);
        let _ = tags::read(&text);
        let _ = numbers::read(&text);
    }
}
