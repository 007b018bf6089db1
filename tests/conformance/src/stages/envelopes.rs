//! What payloads are, and what travels with them.

use crate::agents::{Note, note};
use crate::{About, Agents, STEP, Suite};
use handoff::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use tokio::time::sleep;

/// What std keeps in an order of its own, which is another in each process.
#[contract]
pub struct Tally {
    pub counts: HashMap<String, u32>,
    pub words: HashSet<String>,
    pub nested: Vec<HashSet<u32>>,
}

#[contract]
pub struct Numbers {
    pub number: f64,
    pub small: f32,
    pub large: u64,
    pub least: i64,
    pub maybe: Option<bool>,
    pub named: BTreeMap<String, Vec<f64>>,
}

#[contract]
pub struct Guess {
    pub text: String,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Guesses {
    #[check(len(..=8))]
    pub items: Vec<Guess>,
    #[confidence]
    pub sure: f64,
}

#[contract]
pub struct Remembered {
    pub text: String,
    /// Is never written.
    #[serde(skip)]
    pub aside: String,
}

#[agent]
pub async fn count(text: String) -> Tally {
    let words: Vec<_> = text.split(' ').map(ToOwned::to_owned).collect();
    Tally {
        counts: words.iter().cloned().zip(1..).collect(),
        nested: vec![(0..9).collect(), (10..19).rev().collect()],
        words: words.into_iter().collect(),
    }
}

/// Takes its time with it.
#[agent]
pub async fn hold(tally: Tally) -> Tally {
    sleep(STEP).await;
    tally
}

#[agent]
pub async fn total(tally: Tally) -> String {
    let sum: u32 = tally.counts.values().sum();
    format!("{sum} for {} words, {}", tally.words.len(), tally.nested.len())
}

#[agent]
pub async fn compute(text: String) -> Numbers {
    let parsed: f64 = text.parse().unwrap_or(f64::NAN);
    Numbers {
        number: parsed,
        small: 0.1,
        large: u64::MAX,
        least: i64::MIN,
        maybe: None,
        named: BTreeMap::from([("é\u{2028}\"".to_owned(), vec![1e300, 5e-324, -0.0])]),
    }
}

#[agent]
pub async fn pass(numbers: Numbers) -> Numbers {
    numbers
}

#[agent(role = planner)]
pub async fn wonder(guesses: Guesses, cx: Context) -> Guesses {
    cx.warn("guessed in a hurry");
    guesses
}

#[agent]
pub async fn guess(guess: Guess, cx: Context) -> Result<Guess, &'static str> {
    cx.warn("looked");
    if guess.text != "nothing" {
        return Ok(guess);
    }
    sleep(STEP).await;
    Err("nothing")
}

#[agent(role = aggregator)]
pub async fn weigh(guesses: Partial<Guess>, cx: Context) -> String {
    format!("{} of {}, {}", guesses.results().len(), guesses.total(), cx.envelope().confidence)
}

#[agent(role = "editor")]
pub async fn edit(text: String, cx: Context) -> String {
    let envelope = cx.envelope();
    let from = format!("{} for {}", envelope.source, envelope.target);
    format!("{text} from {from}, {} warnings", envelope.warnings.len())
}

#[agent]
pub async fn remember(text: String) -> Remembered {
    Remembered { aside: format!("of {text}"), text }
}

#[agent]
pub async fn recall(remembered: Remembered) -> String {
    format!("{}, {:?}", remembered.text, remembered.aside)
}

#[agent]
pub async fn nothing(_: Note) {}

#[agent]
pub async fn something((): ()) -> Option<u8> {
    None
}

pipeline! { pub tallied(String) -> String { count => hold => hold => total } }
pipeline! { pub tallied_itself(String) -> Tally { count => hold } }
pipeline! { pub numbered(String) -> Numbers { compute => pass => pass } }
pipeline! { pub guessed(Guesses) -> String { wonder => fan_out(items) guess => barrier(settled) => weigh => edit } }
pipeline! { pub guessed_all(Guesses) -> Vec<Guess> { wonder => fan_out(items) guess => barrier(all) } }
pipeline! { pub remembered(String) -> String { remember => recall } }
pipeline! { pub empty(Note) -> Option<u8> { nothing => something } }

fn guesses(sure: f64, items: &[(&str, f64)]) -> Guesses {
    let items = items.iter().map(|(text, sure)| Guess { text: (*text).to_owned(), sure: *sure });
    Guesses { items: items.collect(), sure }
}

/// The name of the cases.
pub const GROUP: &str = "what is handed over";
/// The case in which a value does not come through text as it is.
pub const NEVER_WRITTEN: &str = "a field that is never written";

pub(crate) fn each(suite: &mut impl Suite) {
    let about = |what| About::new(GROUP, what);
    let words = "one two three four five six seven eight nine";
    suite.case(about("a `HashMap`, and sets"), tallied, words.to_owned());
    suite.case(about("a `HashMap`, and sets, at the end"), tallied_itself, words.to_owned());
    suite.case(about("numbers of every kind"), numbered, "0.1".to_owned());
    suite.case(about("a number that JSON does not have"), numbered, "nan".to_owned());
    suite.case(about("nothing at all"), empty, note(&[]));
    suite.case(about(NEVER_WRITTEN), remembered, "tides".to_owned());
    let some = [("tides", 0.9), ("nothing", 0.5), ("moons", 0.3)];
    suite.case(about("confidence and warnings"), guessed, guesses(0.5, &some));
    suite.case(about("warnings of what had finished"), guessed_all, guesses(0.5, &some));
    suite.case(about("a confidence that is none"), guessed, guesses(1.5, &some));
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    agents.agent::<count>();
    agents.agent::<hold>();
    agents.agent::<total>();
    agents.agent::<compute>();
    agents.agent::<pass>();
    agents.agent::<wonder>();
    agents.agent::<guess>();
    agents.agent::<weigh>();
    agents.agent::<edit>();
    agents.agent::<remember>();
    agents.agent::<recall>();
    agents.agent::<nothing>();
    agents.agent::<something>();
}
