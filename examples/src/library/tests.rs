use super::*;
use crate::corpus::TextFile;

const MANUAL: &str = include_str!("../../data/lighthouse/manual.md");
const LOG: &str = include_str!("../../data/lighthouse/log.txt");
const LENS: &str = include_str!("../../data/lighthouse/src/lens.rs");

fn lighthouse() -> Library {
    let file = |path: &str, format, text: &str| TextFile { path: path.into(), format, text: text.into() };
    Library::new(Corpus {
        files: vec![
            file("log.txt", Format::Plain, LOG),
            file("manual.md", Format::Markdown, MANUAL),
            file("src/lens.rs", Format::Rust, LENS),
        ],
        skipped: Vec::new(),
    })
}

/// A corpus of this repository, from its root.
fn repository(path: &str) -> Library {
    Library::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// What a library finds for a question.
fn found(library: &Library, query: &Query) -> Vec<Quote> {
    let leads = library.leads(query, 8);
    leads.iter().flat_map(|lead| library.quotes(query, lead.section, lead.relevance, 3)).collect()
}

/// What a library says to a question, the best first.
fn answer(library: &Library, query: &Query) -> Vec<Quote> {
    library.choose(query, found(library, query), 3)
}

/// What the lighthouse answers: confidence, then `file:line text`, the best first.
fn ask(question: &str) -> (f64, Vec<String>, Vec<String>) {
    let library = lighthouse();
    let query = Query::new(question).unwrap();
    let found = found(&library, &query);
    let chosen = library.choose(&query, found.clone(), 3);
    let (confidence, missing) = library.answered(&query, &chosen, &found);
    assert!((0.0..=1.0).contains(&confidence));
    let shown =
        chosen.iter().map(|quote| format!("{}:{} {}", library.path(quote.section), quote.line, quote.text));
    (confidence, shown.collect(), missing.into_iter().map(str::to_owned).collect())
}

#[test]
fn questions_are_answered_from_the_right_line() {
    for (question, answer) in [
        ("How long does one filling of the lamp last?", "manual.md:9 One filling lasts 14 hours"),
        ("When is the lamp lit?", "manual.md:8 It is lit half an hour before sunset"),
        ("Why does the fog horn need two keepers?", "manual.md:22 It needs *two* keepers, because"),
        (
            "Which command trims the wick?",
            "manual.md:12 Trim the wick every four hours: lamp trim --wick main",
        ),
        ("How many blasts mean a wreck?", "manual.md:28 wreck · Blasts: 3"),
        ("Who mended the cracked horn?", "log.txt:4 The horn cracked at eleven"),
        ("Where is the twin of the horn kept?", "log.txt:12 Its twin is kept"),
        ("How often does the lens turn in a minute?", "src/lens.rs:5 How often the lens turns"),
        ("What does the supply consist of?", "manual.md:33 The tender brings oil"),
        ("What if seconds are negative?", "src/lens.rs:22 If `seconds` is negative"),
    ] {
        let (confidence, quotes, missing) = ask(question);
        assert!(quotes[0].starts_with(answer), "{question}: {quotes:#?}");
        assert!(confidence > 0.5, "{question}: {confidence}, {missing:?}");
    }
}

/// Questions about this repository with a word of the answer that should come first: a word, not
/// a sentence, since the text will change.
#[test]
fn this_repository_is_explained_by_its_prose() {
    let questions = [
        ("README.md", "What happens when a worker hangs?", "hangs"),
        ("README.md", "What happens when a worker fails?", "fail"),
        ("README.md", "What happens to an empty plan?", "EmptyFanOut"),
        ("README.md", "What does handoff do?", "framework"),
        ("README.md", "What is the licence?", "Apache"),
        ("README.md", "Does it need a key?", "no key"),
        ("CONTRIBUTING.md", "How do I run the tests?", "tests"),
        (".", "What happens when a worker hangs?", "hangs"),
        (".", "What is a fingerprint?", "contract"),
        (".", "What is an envelope?", "payload"),
        (".", "What is the default timeout of an agent?", "120s"),
        (".", "How many retries are there by default?", "retries"),
        (".", "How are tokens counted?", "tokens"),
        (".", "What is a gate?", "gate(confidence"),
        (".", "What is the licence?", "Apache"),
        ("handoff/src", "What happens when the runtime is dropped?", "drop"),
        ("handoff/src", "What is a Partial?", "fan-out"),
        ("examples", "What is the largest file that is read?", "4 MiB"),
    ];
    let mut paths: Vec<(&str, Library)> = Vec::new();
    for (path, question, word) in questions {
        if paths.last().is_none_or(|(last, _)| *last != path) {
            paths.push((path, repository(path)));
        }
        let library = &paths.last().unwrap().1;
        let quotes = answer(library, &Query::new(question).unwrap());
        // Of all that is said here, another line may come to say it better.
        assert!(quotes.iter().any(|quote| quote.text.contains(word)), "{question}: {quotes:#?}");
        for quote in quotes {
            let code = quote.text.ends_with(['{', ';', '(']) && !quote.text.contains(' ')
                || ["impl", "mod ", "pub ", "fn ", "use "].iter().any(|word| quote.text.starts_with(word));
            assert!(!code, "{question}: {quote:#?}");
        }
    }
}

#[test]
fn documentation_comes_before_remarks_tests_and_code() {
    let source = "\
//! Things that spin.

mod flywheel;

/// A mass that keeps on turning.
pub struct Flywheel {
    mass: f64,
}

/// What is no flywheel.
pub struct NotAFlywheel;

impl Flywheel {
    // The flywheel needs oil, and the flywheel gets oil.
    fn flywheel(&self) -> &'static str {
        \"flywheel, flywheel\"
    }
}

#[cfg(test)]
mod tests {
    /// Turns a flywheel, then another flywheel.
    pub fn flywheel() {}
}
";
    let file = TextFile { path: "spin.rs".into(), format: Format::Rust, text: source.into() };
    let library = Library::new(Corpus { files: vec![file], skipped: Vec::new() });
    let query = Query::new("What is a flywheel?").unwrap();
    let quotes = answer(&library, &query);
    assert_eq!(quotes[0].text, "A mass that keeps on turning.", "{quotes:#?}");
    assert!(quotes.iter().all(|quote| !quote.text.contains(['{', ';', '"'])), "{quotes:#?}");
}

#[test]
fn a_row_is_about_its_first_cell() {
    let table = "\
| option | meaning | default |
|---|---|---|
| `retries` | attempts after a timeout, after an error, after a timeout once more | 0 |
| `timeout` | how long one attempt may take | 120 s |
";
    let file = TextFile { path: "options.md".into(), format: Format::Markdown, text: table.into() };
    let library = Library::new(Corpus { files: vec![file], skipped: Vec::new() });
    let quotes = answer(&library, &Query::new("What is the default timeout?").unwrap());
    assert!(quotes[0].text.starts_with("`timeout`"), "{quotes:#?}");
}

#[test]
fn what_is_not_there_is_not_answered() {
    for question in
        ["How do I bake a cake?", "What is the capital of France?", "Who wrote the Rust compiler?"]
    {
        let (confidence, _, missing) = ask(question);
        assert!(confidence < 0.5, "{question}: {confidence}");
        assert!(!missing.is_empty());
    }
    let library = lighthouse();
    let query = Query::new("What is the capital of France?").unwrap();
    assert_eq!(library.leads(&query, 8), []);
    assert!(library.confidence(&query, &[]).abs() < f64::EPSILON);
}

#[test]
fn a_missing_word_is_named_as_it_was_asked() {
    let (_, _, missing) = ask("Does the tender bring Newspapers?");
    assert_eq!(missing, ["Newspapers"]);
    let query = Query::new("Does the tender bring Newspapers to France?").unwrap();
    assert_eq!(lighthouse().absent(&query), ["Newspapers", "France"]);
}

#[test]
fn leads_come_best_first_and_carry_their_share() {
    let library = lighthouse();
    let query = Query::new("the fog horn").unwrap();
    let leads = library.leads(&query, 2);
    assert_eq!(leads.len(), 2);
    assert_eq!(library.section(leads[0].section).unwrap().headings.last().unwrap(), "The fog horn");
    assert!((leads[0].relevance - 1.0).abs() < f64::EPSILON);
    assert!(leads[1].relevance < 1.0 && leads[1].relevance >= WORTH_READING);
    assert!((leads[0].coverage - 1.0).abs() < f64::EPSILON);
}

#[test]
fn nothing_is_said_twice() {
    let line = "The boiler is fed with clean water every morning.";
    let files = ["a.txt", "b.txt"].map(|path| TextFile {
        path: path.into(),
        format: Format::Plain,
        text: line.into(),
    });
    let library = Library::new(Corpus { files: files.into(), skipped: Vec::new() });
    let query = Query::new("What is the boiler fed with?").unwrap();
    let quotes: Vec<Quote> = library
        .leads(&query, 8)
        .iter()
        .flat_map(|lead| library.quotes(&query, lead.section, lead.relevance, 3))
        .collect();
    assert_eq!(quotes.len(), 2);
    let chosen = library.choose(&query, quotes, 3);
    assert_eq!((chosen.len(), library.path(chosen[0].section)), (1, "a.txt"));
}

#[test]
fn a_library_of_nothing_answers_nothing() {
    let library = Library::new(Corpus { files: Vec::new(), skipped: Vec::new() });
    assert!(library.is_empty());
    assert_eq!(library.leads(&Query::new("anything at all").unwrap(), 8), []);
}
