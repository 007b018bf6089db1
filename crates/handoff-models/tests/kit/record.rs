//! `Recorder` and `Replay`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use expect_test::expect;
use handoff::prelude::*;
use handoff_models::testing::{FakeModel, Recorder, Replay, Script, replay_or_record};
use handoff_models::{Completion, Dialect, Message, Provider, ProviderError};
use tokio::time::timeout;

use super::{Finding, Plan, ask, request, said};

/// A file of its own for each test.
pub(crate) struct Recording(PathBuf);

impl Recording {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("handoff-kit-{}-{}.jsonl", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self(env::temp_dir().join(name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.0).expect("a recording")
    }

    fn replay(&self) -> Replay {
        Replay::from(&self.0).expect("a recording")
    }

    /// What a message says, whatever the file is called.
    pub(crate) fn anonymous(&self, text: &str) -> String {
        let name = self.0.file_name().and_then(|name| name.to_str()).expect("a name");
        text.replace(&self.0.display().to_string(), "a.jsonl").replace(name, "a.jsonl")
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_recorded_is_played_whatever_it_was() {
    let recording = Recording::new();
    let script = Script::new()
        .text("one")
        .cut("two")
        .refuse()
        .completion(Completion::new("three").model("three-1").finish(FinishReason::Other("tool_use".into())))
        .status(500)
        .busy(Duration::from_millis(2_500))
        .fail(ProviderError::status(529, "busy").request_id(Some("req_1")))
        .lose()
        .fail(ProviderError::unreadable("it ends without saying why"));
    let recorder = Recorder::to(recording.path(), script).expect("a file");
    let finding = request::<Finding>("Find it.");
    let all = async |provider: &dyn Provider| {
        let mut outcomes = Vec::new();
        for _ in 0..9 {
            let mut pieces = String::new();
            let outcome = provider.complete(&finding, &mut |piece| pieces.push_str(piece)).await;
            outcomes.push(match outcome {
                Ok(Completion { text, finish, usage, model, refusal, .. }) => {
                    assert_eq!(pieces, text);
                    format!("{text} {finish:?} {usage:?} {model:?} {refusal:?}")
                }
                Err(error) => format!("{error:?}"),
            });
        }
        outcomes
    };
    let first = all(&recorder).await;
    let replay = recording.replay();
    assert_eq!((replay.name(), replay.dialect(), replay.left()), ("script", Dialect::Plain, 9));
    assert_eq!(all(&replay).await, first);
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_line_holds_what_was_asked_and_what_came_of_it() {
    let recording = Recording::new();
    let recorder =
        Recorder::to(recording.path(), Script::new().text("It is blue.").status(500)).expect("a file");
    let mut prose = request::<String>("Say \"it\".\n");
    prose.system = Some("Be brief.".into());
    prose.messages.push(Message::model("No."));
    prose.max_output_tokens = Some(100);
    prose.temperature = Some(0.5);
    prose.seed = Some(7);
    prose.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().ok();
    assert!(prose.traceparent.is_some());
    let _ = ask(&recorder, &prose).await;
    let _ = ask(&recorder, &request::<Vec<u8>>("Count.")).await;
    expect![[r#"
        {"model":"script","dialect":"plain","request":{"contract":"String","system":"Be brief.","messages":[{"user":"Say \"it\".\n"},{"model":"No."}],"max_output_tokens":100,"temperature":0.5,"seed":7},"answer":{"completion":{"text":"It is blue.","finish":"stop","usage":{"input":6,"output":3}}}}
        {"model":"script","dialect":"plain","request":{"contract":"Vec<u8>","messages":[{"user":"Count."}],"schema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","title":"Array_of_uint8","items":{"type":"integer","format":"uint8","minimum":0,"maximum":255}}},"answer":{"status":{"status":500,"message":"as the script says"}}}
    "#]]
    .assert_eq(&recording.text());
}

#[tokio::test(start_paused = true)]
async fn requests_come_in_any_order_and_equal_ones_are_answered_in_order() {
    let recording = Recording::new();
    let script = Script::new().text("a1").text("b").text("a2");
    let recorder = Recorder::to(recording.path(), script).expect("a file");
    for prompt in ["a", "b", "a"] {
        let _ = said::<String>(&recorder, prompt).await;
    }
    let replay = recording.replay();
    for (prompt, answer) in [("a", "a1"), ("a", "a2"), ("b", "b")] {
        assert_eq!(said::<String>(&replay, prompt).await.as_deref(), Ok(answer));
    }
    // The trace is another one in each run.
    let mut traced = request::<String>("b");
    traced.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().ok();
    assert_eq!(ask(&recording.replay(), &traced).await.map(|answer| answer.text).ok().as_deref(), Some("b"));
}

#[tokio::test(start_paused = true)]
async fn a_new_request_fails_at_once_and_says_what_differs_first() {
    let recording = Recording::new();
    let recorder = Recorder::to(recording.path(), FakeModel::seeded(1)).expect("a file");
    let long = "Split the question into independent sub-tasks, and say why you split it as you do.";
    let sky = format!("{long}\n\n<Question>\n{{\"text\":\"Why is the sky blue?\"}}\n</Question>");
    let _ = said::<Plan>(&recorder, &sky).await;
    let _ = said::<Finding>(&recorder, &sky).await;
    let replay = recording.replay();
    let error = async |request| {
        let error = ask(&replay, &request).await.expect_err("a new request");
        assert!(matches!(error, ProviderError::NoAnswer(_)));
        recording.anonymous(&error.to_string())
    };

    let mut errors = vec![error(request::<Plan>(&sky.replace("sky", "sea"))).await];
    let mut changed = request::<Plan>(&sky);
    changed.temperature = Some(0.2);
    errors.push(error(changed.clone()).await);
    changed.system = Some("Be brief.".into());
    errors.push(error(changed).await);
    let mut repair = request::<Plan>(&sky);
    repair.messages.extend([Message::model("{}"), Message::user("It is broken.")]);
    errors.push(error(repair).await);
    let mut other = request::<Vec<Plan>>(&sky);
    other.contract = "Plan".into();
    errors.push(error(other).await);
    errors.push(error(request::<String>("Why?")).await);
    assert!(ask(&replay, &request::<Plan>(&sky)).await.is_ok());
    errors.push(error(request::<Plan>(&sky)).await);
    errors.push({
        let empty = Recording::new();
        fs::write(empty.path(), "").expect("a file");
        let error = said::<String>(&empty.replay(), "Why?").await.expect_err("a new request");
        empty.anonymous(&error)
    });
    expect![[r#"
        this request for `Plan` is not in `a.jsonl`: /messages/0/user from character 116: recorded `…"text":"Why is the sky blue?"}\n</Question>`, now `…"text":"Why is the sea blue?"}\n</Question>`
        this request for `Plan` is not in `a.jsonl`: /temperature: recorded nothing, now `0.2`
        this request for `Plan` is not in `a.jsonl`: /system: recorded nothing, now `"Be brief."`
        this request for `Plan` is not in `a.jsonl`: /messages/1: recorded nothing, now `{"model":"{}"}`
        this request for `Plan` is not in `a.jsonl`: /schema/type: recorded `object`, now `array`
        this request for `String` is not in `a.jsonl`: none for this contract is
        this request for `Plan` is in `a.jsonl` once, and is made once more
        this request for `String` is not in `a.jsonl`: none for this contract is
    "#]]
    .assert_eq(&(errors.join("\n") + "\n"));
}

#[tokio::test(start_paused = true)]
async fn what_is_killed_leaves_all_but_its_last_line() {
    let recording = Recording::new();
    let recorder = Recorder::to(recording.path(), FakeModel::seeded(1)).expect("a file");
    let first = said::<Plan>(&recorder, "one").await;
    let whole = recording.text();
    let second = said::<Plan>(&recorder, "two").await;
    let both = recording.text();
    // As it is now, before the recorder is gone.
    assert_eq!(both.lines().count(), 2);
    for cut in [whole.len() + 1, both.len() - 10] {
        fs::write(recording.path(), &both[..cut]).expect("a file");
        let replay = recording.replay();
        assert_eq!((replay.left(), said::<Plan>(&replay, "one").await), (1, first.clone()));
    }
    // A line is whole where only its end is missing.
    fs::write(recording.path(), both.trim_end()).expect("a file");
    assert_eq!(said::<Plan>(&recording.replay(), "two").await, second);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waited_for_never_answers() {
    let recording = Recording::new();
    let recorder = Recorder::to(recording.path(), Script::new().hang()).expect("a file");
    let wait = Duration::from_secs(30);
    assert!(timeout(wait, said::<String>(&recorder, "Why?")).await.is_err());
    let replay = recording.replay();
    assert_eq!(replay.left(), 1);
    assert!(timeout(wait, said::<String>(&replay, "Why?")).await.is_err());
    assert_eq!(replay.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_recording_is_refused_with_its_line() {
    let recording = Recording::new();
    let recorder = Recorder::to(recording.path(), Script::new().text("a").text("b")).expect("a file");
    let _ = (said::<String>(&recorder, "a").await, said::<String>(&recorder, "b").await);
    let good = recording.text();
    let mut errors = Vec::new();
    for wrong in [
        good.replacen("\"answer\"", "\"anwser\"", 1),
        format!("{good}\n{good}"),
        good.replacen("\"model\":\"script\"", "\"model\":\"other\"", 1),
    ] {
        fs::write(recording.path(), wrong).expect("a file");
        let error = Replay::from(recording.path()).expect_err("no recording");
        errors.push(recording.anonymous(&error.to_string()));
    }
    let nowhere = Replay::from("nowhere/a.jsonl").expect_err("no file");
    errors.push(nowhere.to_string());
    let in_a_file = Recorder::to(recording.path().join("b"), Script::new()).expect_err("no folder");
    errors.push(recording.anonymous(&in_a_file.to_string()));
    expect![[r"
        line 1 of the recording `a.jsonl` is wrong: unknown field `anwser`, expected one of `model`, `dialect`, `request`, `answer`
        line 3 of the recording `a.jsonl` is wrong: EOF while parsing a value
        line 2 of the recording `a.jsonl` is wrong: it is of another model than those before
        the recording `nowhere/a.jsonl` cannot be read: No such file or directory (os error 2)
        the recording `a.jsonl/b` cannot be made: File exists (os error 17)
    "]]
    .assert_eq(&(errors.join("\n") + "\n"));
}

/// Where a test is told to record, it asks its provider; it is run anew for that, in an environment of its own.
#[tokio::test(start_paused = true)]
async fn the_environment_says_whether_to_record() {
    const PATH: &str = "HANDOFF_KIT_RECORDING";
    if let Some(path) = env::var_os(PATH) {
        let provider = replay_or_record(path, || Script::new().text("recorded")).expect("a folder");
        assert_eq!(said::<String>(&provider, "Why?").await.as_deref(), Ok("recorded"));
        return;
    }
    let recording = Recording::new();
    let run = |record: &str| {
        let mut test = Command::new(env::current_exe().expect("a test"));
        test.args(["--exact", "record::the_environment_says_whether_to_record"]);
        test.env(PATH, recording.path()).env("HANDOFF_RECORD", record).env_remove("CI");
        test.output().expect("a process").status.success()
    };
    assert!(!run("0"), "there is nothing to be played");
    assert!(run("1"));
    assert!(run(""));
}

/// The provider says the key back, as OpenAI does.
#[cfg(feature = "http")]
#[tokio::test]
async fn no_key_is_in_a_recording() {
    use handoff_models::http::Http;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const KEY: &str = "sk-a-secret-of-mine";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let server = async {
        let (mut stream, _) = listener.accept().await.expect("a call");
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.expect("a request"), 0);
        }
        assert!(String::from_utf8_lossy(&request).contains(KEY));
        let body = format!(r#"{{"error":{{"message":"Incorrect API key provided: {KEY}"}}}}"#);
        let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.expect("an answer");
    };
    let recording = Recording::new();
    let http = Http::openai_compatible(url, "m").key(KEY).build().expect("a provider");
    let recorder = Recorder::to(recording.path(), http).expect("a file");
    let (said, ()) = tokio::join!(said::<String>(&recorder, "Why?"), server);
    assert!(said.expect_err("no key").starts_with("the provider answered 401: Incorrect API key provided: "));
    assert!(!recording.text().contains(KEY), "{}", recording.text());
    assert_eq!(recording.replay().left(), 1);
}
