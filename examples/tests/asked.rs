//! How honest `research` is: questions with the lines that answer them, asked as the example asks them.
//!
//! `data/asked/tuned.tsv` was looked at while the confidence was made, `data/asked/held.tsv` was written by somebody who had
//! not seen how it is made; a third of either has no answer. `cargo test -p handoff-examples --test asked -- --nocapture` prints the curve, and what was wrong.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use handoff_examples::library::Library;
use handoff_examples::query::Query;

/// Above this `research` shows an answer; it is the `SURE_ENOUGH` of the example.
const SHOWN: f64 = 0.75;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The first sentence answers.
    Right,
    /// Another one does that is shown with it.
    Half,
    /// None does.
    Wrong,
}

struct Asked {
    question: String,
    has_an_answer: bool,
    confidence: f64,
    verdict: Verdict,
    said: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Asks all questions of a file: `@ PATH` says of what, a line is a question, and what any line that answers has, or `-`.
fn ask_all(name: &str) -> Vec<Asked> {
    let questions = std::fs::read_to_string(root().join("examples/data/asked").join(name)).unwrap();
    let mut libraries: HashMap<&str, Library> = HashMap::new();
    let mut path = "";
    let mut asked = Vec::new();
    for line in questions.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(named) = line.strip_prefix("@ ") {
            path = named;
            continue;
        }
        let (question, answers) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
        let answers: Vec<&str> = answers.split('|').filter(|answer| *answer != "-").collect();
        let library = libraries.entry(path).or_insert_with(|| Library::open(&root().join(path)).unwrap());
        asked.push(ask(library, question, &answers));
    }
    asked
}

fn ask(library: &Library, question: &str, answers: &[&str]) -> Asked {
    let query = Query::new(question).unwrap();
    let leads = library.leads(&query, 8);
    let found: Vec<_> =
        leads.iter().flat_map(|lead| library.quotes(&query, lead.section, lead.relevance, 3)).collect();
    let chosen = library.choose(&query, found.clone(), 3);
    let (confidence, _) = library.answered(&query, &chosen, &found);
    let is_right = |text: &str| answers.iter().any(|answer| text.contains(answer));
    let mut told = chosen.iter().map(|quote| is_right(&quote.text));
    let verdict = match (told.next(), told.any(|is_right| is_right)) {
        (Some(true), _) => Verdict::Right,
        (_, true) => Verdict::Half,
        _ => Verdict::Wrong,
    };
    let said = chosen.first().map_or_else(String::new, |quote| quote.text.clone());
    Asked { question: question.to_owned(), has_an_answer: !answers.is_empty(), confidence, verdict, said }
}

fn count(asked: &[&Asked], verdict: Verdict) -> usize {
    asked.iter().filter(|asked| asked.verdict == verdict).count()
}

/// Prints what came of the questions, and holds it against what `research` promises.
fn judge(name: &str) {
    let asked = ask_all(name);
    let with = asked.iter().filter(|asked| asked.has_an_answer).count();
    println!("{name}: {} questions, {} without an answer", asked.len(), asked.len() - with);
    assert!(asked.len() >= 60 && (asked.len() - with) * 10 >= asked.len() * 3, "a third has no answer");
    for (least, most) in [(0.9, 1.01), (0.8, 0.9), (0.75, 0.8), (0.5, 0.75), (0.3, 0.5), (0.0, 0.3)] {
        let within: Vec<_> =
            asked.iter().filter(|asked| asked.confidence >= least && asked.confidence < most).collect();
        let [right, half, wrong] =
            [Verdict::Right, Verdict::Half, Verdict::Wrong].map(|verdict| count(&within, verdict));
        println!(
            "{least:.2} to {:.2}: {:3} questions, right {right}, half {half}, wrong {wrong}",
            most.min(1.0),
            within.len()
        );
    }
    let shown: Vec<_> = asked.iter().filter(|asked| asked.confidence >= SHOWN).collect();
    for wrong in shown.iter().filter(|asked| asked.verdict != Verdict::Right) {
        println!("{:?} at {:.2}: {} -> {}", wrong.verdict, wrong.confidence, wrong.question, wrong.said);
    }
    for missed in asked.iter().filter(|asked| asked.confidence < SHOWN && asked.verdict == Verdict::Right) {
        println!("kept back at {:.2}: {}", missed.confidence, missed.question);
    }
    let sure: Vec<_> = shown.iter().copied().filter(|asked| asked.confidence >= 0.8).collect();
    assert!(
        count(&sure, Verdict::Right) * 10 >= sure.len() * 8,
        "of what is said at 80 % or more, 80 % is right"
    );
    assert!(
        count(&shown, Verdict::Wrong) * 10 <= shown.len(),
        "of what is shown, one in ten is wrong at most"
    );
    assert!(count(&shown, Verdict::Right) * 3 >= with, "a third of what the texts do say is found");
}

#[test]
fn what_it_was_tuned_on() {
    judge("tuned.tsv");
}

#[test]
fn what_it_was_not_tuned_on() {
    judge("held.tsv");
}
