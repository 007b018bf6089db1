//! What the cases share: a note that says what each agent does with it, and agents that do as it says.

use crate::Agents;
use handoff::prelude::*;
use std::fmt::Write as _;
use std::future::pending;
use std::time::Duration;
use tokio::time::sleep;

/// What lies between two things that happen one after the other.
pub const STEP: Duration = Duration::from_millis(200);

/// What an agent does.
#[contract]
#[derive(Copy, PartialEq)]
pub enum Fate {
    Well,
    /// Well, and notices something.
    Warn,
    /// Well, after so many [steps](STEP).
    After(u32),
    /// Fails after so many steps.
    ErrorAfter(u32),
    Error,
    /// An error at the first attempt.
    Flaky,
    /// Breaks its contract at the first attempt.
    Flawed,
    /// An error that is not worth another attempt.
    Final,
    /// Asks to wait, at the first attempt.
    Busy,
    Panic,
    Hang,
    /// An output that breaks its contract.
    Drift,
    WrongType,
    Nothing,
    /// A reply that was cut off, though it parses.
    Cut,
    /// More tokens than anybody takes.
    Long,
}

#[contract]
pub struct Act {
    pub who: String,
    pub does: Fate,
}

/// What goes from agent to agent: each adds its name.
#[contract]
#[derive(PartialEq)]
pub struct Note {
    #[check(len(1..=1000))]
    pub text: String,
    /// Who does what; all others do well.
    pub acts: Vec<Act>,
}

impl PartialEq for Act {
    fn eq(&self, other: &Self) -> bool {
        (&self.who, self.does) == (&other.who, other.does)
    }
}

impl Note {
    pub fn fate_of(&self, agent: &str) -> Fate {
        self.acts.iter().find(|act| act.who == agent).map_or(Fate::Well, |act| act.does)
    }

    /// The note with another text.
    #[must_use]
    pub fn with(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }
}

/// The note `x`, with what these agents do.
pub fn note(acts: &[(&str, Fate)]) -> Note {
    note_of("x", acts)
}

pub fn note_of(text: &str, acts: &[(&str, Fate)]) -> Note {
    let acts = acts.iter().map(|(who, does)| Act { who: (*who).to_owned(), does: *does });
    Note { text: text.to_owned(), acts: acts.collect() }
}

/// The state of the cases' runtimes.
#[derive(Clone, Default, FromRef)]
pub struct Desk {
    stamp: Stamp,
}

/// What an agent takes from the state.
#[derive(Clone)]
pub struct Stamp(pub &'static str);

impl Default for Stamp {
    fn default() -> Self {
        Self("stamped")
    }
}

/// Does what is to be done, and comes to the text of the reply: `good`, or what stands for it.
///
/// # Errors
///
/// Where that is what is to be done.
pub async fn act(fate: Fate, cx: &Context, good: String, flawed: String) -> Result<Reply, BoxError> {
    let is_first = cx.attempt() == 1;
    match fate {
        Fate::Warn => cx.warn("it looks odd"),
        Fate::After(steps) => sleep(STEP * steps).await,
        Fate::ErrorAfter(steps) => {
            sleep(STEP * steps).await;
            return Err("the disk is full".into());
        }
        Fate::Error => return Err("the disk is full".into()),
        Fate::Flaky if is_first => return Err("not yet".into()),
        Fate::Final => return Err(Verdict::Final.on("it is refused")),
        Fate::Busy if is_first => return Err(Verdict::After(STEP * 2).on("too many ask")),
        Fate::Panic => panic!("index out of bounds"),
        Fate::Hang => pending().await,
        Fate::Flawed if is_first => return Ok(Reply::new(flawed)),
        Fate::Drift => return Ok(Reply::new(flawed)),
        Fate::WrongType => return Ok(Reply::new(r#"["of", "another", "type"]"#)),
        Fate::Nothing => return Ok(Reply::new("")),
        Fate::Cut => return Ok(Reply::new(good).finish(FinishReason::Length)),
        Fate::Well | Fate::Flaky | Fate::Busy | Fate::Flawed | Fate::Long => {}
    }
    Ok(Reply::new(good))
}

/// The same with a note: the agent adds its name, and what it knows of the attempts before.
async fn add(note: Note, cx: Context) -> Result<Reply, BoxError> {
    let me = cx.agent().name.as_ref();
    let fate = note.fate_of(me);
    let mut text = format!("{} > {me}", note.text);
    if let Some(error) = cx.last_error() {
        let _ = write!(
            text,
            " (attempt {}, {}, {} violations)",
            cx.attempt(),
            error.as_str(),
            cx.violations().len()
        );
    }
    if fate == Fate::Long {
        text += &" and so on".repeat(60);
    }
    let flawed = json(&note.clone().with(""));
    act(fate, &cx, json(&note.with(text)), flawed).await
}

pub(crate) fn json<T: Contract>(value: &T) -> String {
    serde_json::to_string(value).expect("a contract is JSON")
}

/// Agents from a note to a note, and the list of them.
macro_rules! of_notes {
    ($($(#[doc = $doc:literal])* $name:ident ($($option:tt)*);)*) => {
        $(
            $(#[doc = $doc])*
            #[agent(output = Note, $($option)*)]
            pub async fn $name(note: Note, cx: Context) -> Result<Reply, BoxError> {
                add(note, cx).await
            }
        )*

        pub(crate) fn each(agents: &mut impl Agents) {
            $(agents.agent::<$name>();)*
            agents.agent::<typed>();
            agents.agent::<sign>();
            agents.agent::<grind>();
        }
    };
}

of_notes! {
    read(timeout = "5s");
    write(timeout = "5s", retries = 1);
    polish(timeout = "5s");
    check(timeout = "5s");
    legal(timeout = "5s");
    style(timeout = "5s");
    security(timeout = "5s");
    simple(timeout = "5s");
    /// Tries three times, and does not wait in between.
    eager(timeout = "5s", retries = 2, backoff = "none");
    /// Tries again in ten minutes.
    patient(timeout = "5s", retries = 1, backoff = "10m..10m");
    /// May be handed little, and hand on little.
    brief(input_budget = 60, max_output_tokens = 60);
    /// Shows that it is at work, or should.
    lively(idle_timeout = "4s");
}

/// Returns a note, and no reply.
#[agent(retries = 1, backoff = "none")]
pub async fn typed(note: Note, cx: Context) -> Result<Note, BoxError> {
    match note.fate_of("typed") {
        Fate::Error => Err("the disk is full".into()),
        Fate::Drift => Ok(note.with("")),
        Fate::Flawed if cx.attempt() == 1 => Ok(note.with("")),
        _ => {
            let text = format!("{} > typed ({} violations)", note.text, cx.violations().len());
            Ok(note.with(text))
        }
    }
}

/// Takes something from the runtime's state.
#[agent]
pub async fn sign(note: Note, State(Stamp(stamp)): State<Stamp>) -> Note {
    let text = format!("{}, {stamp}", note.text);
    note.with(text)
}

/// Blocks its thread.
#[agent(blocking, retries = 1, backoff = "none")]
pub fn grind(note: Note, cx: Context) -> Result<Note, BoxError> {
    match note.fate_of("grind") {
        Fate::Error => Err("the disk is full".into()),
        Fate::Flaky if cx.attempt() == 1 => Err("not yet".into()),
        Fate::Panic => panic!("index out of bounds"),
        Fate::Drift => Ok(note.with("")),
        _ => {
            let text = format!("{} > grind", note.text);
            Ok(note.with(text))
        }
    }
}
