//! Answers a question over a file or a folder of text, with citations. No model, no key, no network, unless `--model` says so.
//!
//! ```text
//! cargo run --example research -- README.md "What happens when a worker hangs?"
//! cargo run -p handoff-examples --features models --example research -- --model llama3.2 README.md "What happens when a worker hangs?"
//! ```
//!
//! The agents are plain functions over a small retrieval engine (`examples/src`): a planner ranks
//! the sections and picks what to read, workers extract the sentences that answer, all at once,
//! and an aggregator writes the answer. Everything between them is generated: contracts, budgets,
//! the confidence gates, the fan-out, the barrier, the envelopes.
//!
//! With `--model` the agents return prompts, for the same contracts (`asked.rs`). On a terminal, the run shows how far it is.
//!
//! Exit codes: 0 answered, 1 nothing here answers that, 2 bad input, 3 the run failed.

#[cfg(feature = "models")]
mod asked;
mod options;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use handoff::TraceId;
use handoff::prelude::*;
use handoff_examples::library::{Lead, Library, Quote};
use handoff_examples::query::{Query, QuestionError};
use handoff_examples::terminal::wrap;
use handoff_log::ProgressBars;

use options::{HELP, Options, USAGE};

/// How much of a question the sections have to cover that are worth reading for it.
const WORTH_READING: f64 = 0.4;

/// How likely an answer has to be right. Of those above this, one in ten is not (see BENCHMARKS.md).
const SURE_ENOUGH: f64 = 0.75;

/// What somebody wants to know.
#[contract]
pub struct Question {
    /// In plain words.
    #[check(len(1..=500))]
    pub text: String,
}

/// What to read, and why that much is enough.
#[contract]
pub struct Plan {
    /// An empty plan is a violation, not a quiet no-op.
    #[check(len(1..=8))]
    pub readings: Vec<Reading>,
    /// How the choice was made.
    #[check(len(20..))]
    pub reasoning: String,
    /// How much of the question the sections cover.
    #[confidence]
    pub confidence: f64,
}

/// One section to read. It carries the question: a task is complete in itself.
#[contract]
pub struct Reading {
    /// What is asked.
    pub question: Question,
    /// The number of the section in the library.
    pub section: usize,
    /// Its score as a share of the best section's.
    #[check(range(0.0..=1.0))]
    pub relevance: f64,
}

/// What a section says about the question; a section may turn out to say nothing.
#[contract]
pub struct Finding {
    /// What was asked.
    pub question: Question,
    /// The best first.
    #[check(len(..=3))]
    pub sentences: Vec<Sentence>,
}

/// A sentence and where it stands.
#[contract]
pub struct Sentence {
    /// The number of its section in the library.
    pub section: usize,
    /// The line it starts on.
    #[check(range(1..))]
    pub line: usize,
    /// What it says.
    #[check(len(1..=600))]
    pub text: String,
    /// How well it answers.
    #[check(range(0.0..))]
    pub score: f64,
}

/// What the text says, in its own words.
#[contract]
pub struct Answer {
    /// None at all, and then no confidence either, where nothing answers: a gate follows.
    #[check(len(..=3))]
    pub sentences: Vec<Sentence>,
    /// Words of the question that none of the sentences has.
    pub missing: Vec<String>,
    /// How likely the first sentence answers the question.
    #[confidence]
    pub confidence: f64,
}

/// Ranks the sections and picks those worth reading.
#[agent(role = planner, max_output_tokens = 8_000, timeout = "30s")]
async fn plan(question: Question, State(library): State<Arc<Library>>) -> Result<Plan, QuestionError> {
    let query = Query::new(&question.text)?;
    let mut leads = library.leads(&query, 8);
    let confidence = library.confidence(&query, &leads);
    let reasoning = format!("{} of {} sections bear on {:?}", leads.len(), library.len(), query.terms());
    if leads.is_empty() {
        // A plan has to name something: the beginning, with no confidence at all.
        leads.push(Lead { section: 0, relevance: 0.0, coverage: 0.0 });
    }
    let reading = |lead: &Lead| Reading {
        question: question.clone(),
        section: lead.section,
        relevance: lead.relevance,
    };
    Ok(Plan { readings: leads.iter().map(reading).collect(), reasoning, confidence })
}

/// Extracts the sentences of one section that answer.
#[agent(role = worker, input_budget = 1_000, max_output_tokens = 1_200, timeout = "10s")]
async fn read(reading: Reading, State(library): State<Arc<Library>>) -> Result<Finding, QuestionError> {
    let query = Query::new(&reading.question.text)?;
    let quotes = library.quotes(&query, reading.section, reading.relevance, 3);
    Ok(Finding { question: reading.question, sentences: quotes.into_iter().map(Sentence::from).collect() })
}

/// Chooses among all that was found, and says how far it answers.
#[agent(role = aggregator, input_budget = 10_000)]
async fn answer(
    findings: Vec<Finding>,
    State(library): State<Arc<Library>>,
) -> Result<Answer, QuestionError> {
    let question = findings.first().map_or("", |finding| &finding.question.text);
    let query = Query::new(question)?;
    let found: Vec<_> =
        findings.iter().flat_map(|finding| &finding.sentences).cloned().map(Quote::from).collect();
    let chosen = library.choose(&query, found.clone(), 3);
    let (confidence, missing) = library.answered(&query, &chosen, &found);
    let missing = missing.into_iter().map(str::to_owned).collect();
    Ok(Answer { sentences: chosen.into_iter().map(Sentence::from).collect(), missing, confidence })
}

pipeline! {
    /// Plans what to read, reads it in parallel, answers with citations.
    pub research(Question) -> Answer {
        plan
            => gate(confidence >= WORTH_READING)
            => fan_out(readings) read
            => barrier(all)
            => answer
            => gate(confidence >= SURE_ENOUGH)
    }
}

impl From<Quote> for Sentence {
    fn from(quote: Quote) -> Self {
        let Quote { section, line, text, score } = quote;
        Self { section, line, text, score }
    }
}

impl From<Sentence> for Quote {
    fn from(sentence: Sentence) -> Self {
        let Sentence { section, line, text, score } = sentence;
        Self { section, line, text, score }
    }
}

/// What the agents share.
#[derive(Clone, FromRef)]
struct App {
    library: Arc<Library>,
}

/// Adds up what crossed the handoffs, and what models took.
#[derive(Clone, Default)]
struct Tally(Arc<Sums>);

#[derive(Default)]
struct Sums {
    handoffs: AtomicU32,
    tokens: AtomicU32,
    model_tokens: AtomicU64,
}

impl Observer for Tally {
    fn observe(&self, _trace: TraceId, event: &Event<'_>) {
        match event {
            Event::Handoff { tokens, .. } => {
                self.0.handoffs.fetch_add(1, Ordering::Relaxed);
                self.0.tokens.fetch_add(tokens.count, Ordering::Relaxed);
            }
            Event::RunEnded { usage, .. } => {
                self.0.model_tokens.fetch_add(usage.total(), Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let Options { model, path, question } = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}\n{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => return refuse(&error),
    };
    let query = match Query::new(&question) {
        Ok(query) => query,
        Err(error) => return refuse(&error),
    };
    let library = match Library::open(Path::new(&path)) {
        Ok(library) if library.is_empty() => {
            return refuse(&format!("there is not a word in {path}"));
        }
        Ok(library) => Arc::new(library),
        Err(error) => return refuse(&error),
    };

    let tally = Tally::default();
    let question = Question { text: question };
    let outcome = match model {
        None => {
            let app = App { library: Arc::clone(&library) };
            let runtime =
                Runtime::builder().state(app).observer(tally.clone()).observer(ProgressBars::new()).build();
            runtime.run(research, question).await
        }
        #[cfg(feature = "models")]
        Some(name) => {
            let model = match asked::model(&name) {
                Ok(model) => model,
                Err(error) => return refuse(&error),
            };
            let app = asked::App { library: Arc::clone(&library), model };
            let runtime =
                Runtime::builder().state(app).observer(tally.clone()).observer(ProgressBars::new()).build();
            runtime.run(asked::research, question).await
        }
        #[cfg(not(feature = "models"))]
        Some(name) => {
            return refuse(&format!(
                "this build asks no model; run: cargo run -p handoff-examples --features models --example research -- \
                 --model {name} {path} \"{}\"",
                question.text
            ));
        }
    };
    match outcome {
        Ok(answer) => {
            print_answer(&library, &answer);
            let confidence = answer.confidence.get() * 100.0;
            let footer = format!("confidence {confidence:.0} % · {} · {}", tally.0, about(&library));
            println!("\n{}", wrap("", &footer));
            ExitCode::SUCCESS
        }
        Err(error) => match error.kind() {
            ErrorKind::LowConfidence { confidence, .. } => {
                print_nothing(&library, &query, error.agent(), *confidence);
                ExitCode::from(1)
            }
            _ if is_about_the_question(&error) => refuse(&error),
            _ => {
                eprintln!("{}", wrap("error: ", &error.to_string()));
                ExitCode::from(3)
            }
        },
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (handoffs, tokens) = (self.handoffs.load(Ordering::Relaxed), self.tokens.load(Ordering::Relaxed));
        write!(f, "{handoffs} handoffs, {tokens} tokens")?;
        match self.model_tokens.load(Ordering::Relaxed) {
            0 => Ok(()),
            taken => write!(f, ", {taken} of the model"),
        }
    }
}

fn refuse(error: &(impl ToString + ?Sized)) -> ExitCode {
    eprintln!("{}", wrap("error: ", &error.to_string()));
    ExitCode::from(2)
}

/// Whether the question itself breaks its contract: it is too long.
fn is_about_the_question(error: &PipelineError) -> bool {
    let ErrorKind::Contract(broken) = error.kind() else { return false };
    broken.violations().iter().any(|violation| violation.pointer.to_string() == "/text")
}

fn print_answer(library: &Library, answer: &Envelope<Answer>) {
    let sentences = &answer.payload.sentences;
    for (number, sentence) in sentences.iter().enumerate() {
        println!("{}", wrap("  ", &format!("{} [{}]", sentence.text, number + 1)));
    }
    println!();
    for (number, sentence) in sentences.iter().enumerate() {
        let headings =
            library.section(sentence.section).map(|section| section.headings.join(" › ")).unwrap_or_default();
        let place = format!("[{}] {}:{}", number + 1, library.path(sentence.section), sentence.line);
        println!("{}", wrap("  ", &format!("{place}  {headings}")));
    }
    if !answer.payload.missing.is_empty() {
        println!("\n{}", wrap("  ", &format!("Not found with it: {}.", answer.payload.missing.join(", "))));
    }
    for warning in &answer.warnings {
        println!("{}", wrap("  warning: ", &warning.to_string()));
    }
}

fn print_nothing(library: &Library, query: &Query, agent: &str, confidence: Confidence) {
    println!("  Nothing here answers that.\n");
    let absent = library.absent(query);
    if !absent.is_empty() {
        println!("{}", wrap("  ", &format!("Not a word here about: {}.", absent.join(", "))));
    }
    if let Some(lead) = library.leads(query, 1).first() {
        let near = library.quotes(query, lead.section, lead.relevance, 1);
        let line = near.first().map_or(1, |quote| quote.line);
        println!("{}", wrap("  ", &format!("The nearest is {}:{line}.", library.path(lead.section))));
    }
    println!("\n{}", wrap("", &format!("{} · {}", gate(agent, confidence), about(library))));
}

/// Why the gate was shut, in whole percents: rounded down, what is not enough never looks as if it were.
fn gate(agent: &str, confidence: Confidence) -> String {
    let (sure, asked) = ((confidence.get() * 100.0 + 1e-9).floor(), SURE_ENOUGH * 100.0);
    format!("`{agent}` is {sure:.0} % confident, {asked:.0} % is asked for")
}

/// What was looked through, and what was not.
fn about(library: &Library) -> String {
    let corpus = library.corpus();
    let plural = if corpus.files.len() == 1 { "" } else { "s" };
    let mut about = vec![format!("{} file{plural}, {} sections", corpus.files.len(), library.len())];
    let mut reasons = BTreeMap::new();
    for skipped in &corpus.skipped {
        *reasons.entry(&*skipped.reason).or_insert(0) += 1;
    }
    about.extend(reasons.iter().map(|(reason, entries)| format!("{entries} not read ({reason})")));
    about.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lighthouse");
        App { library: Arc::new(Library::open(&folder).expect("the corpus of the tests")) }
    }

    fn ask(text: &str) -> Question {
        Question { text: text.to_owned() }
    }

    /// What has changed in a contract, and whom it breaks, if this fails; `HANDOFF_LOCK=update cargo test` if it is meant.
    #[test]
    fn the_contracts_are_as_they_were() -> Result<(), handoff::lock::LockError> {
        handoff::lock::verify("handoff.lock", [research.describe()])
    }

    #[test]
    fn what_is_not_enough_does_not_look_as_if_it_were() {
        let almost = Confidence::new(SURE_ENOUGH - 0.001).expect("a share of one");
        assert_eq!(gate("plan", almost), "`plan` is 74 % confident, 75 % is asked for");
        let exact = Confidence::new(0.29).expect("a share of one");
        assert_eq!(gate("plan", exact), "`plan` is 29 % confident, 75 % is asked for");
    }

    #[tokio::test(start_paused = true)]
    async fn an_agent_is_a_function() {
        let app = app();
        let plan = plan(ask("When is the lamp lit?"), State(Arc::clone(&app.library))).await.unwrap();
        assert!(plan.confidence > 0.9);
        let best = app.library.section(plan.readings[0].section).unwrap();
        assert_eq!(best.headings, ["The lighthouse", "The lamp"]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_pipeline_answers_with_a_citation() {
        let app = app();
        let library = Arc::clone(&app.library);
        let runtime = Runtime::builder().state(app).build();
        let answer = runtime.run(research, ask("Why does the fog horn need two keepers?")).await.unwrap();
        let best = &answer.payload.sentences[0];
        assert!(library.path(best.section).ends_with("manual.md"));
        assert_eq!((best.line, best.text.starts_with("It needs *two* keepers, because")), (22, true));
        assert!(answer.confidence.get() > SURE_ENOUGH);
        assert_eq!(answer.source.name, "answer");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_there_stops_at_the_gate() {
        let runtime = Runtime::builder().state(app()).build();
        for question in ["What is the capital of France?", "Who wrote the Rust compiler?"] {
            let error = runtime.run(research, ask(question)).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::LowConfidence { .. }), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_bad_question_is_refused() {
        let runtime = Runtime::builder().state(app()).build();
        for question in [String::new(), "why? ".repeat(200)] {
            let error = runtime.run(research, ask(&question)).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Contract(_)), "{error}");
        }
        let error = runtime.run(research, ask("what is it?")).await.unwrap_err();
        assert!(error.to_string().contains("nothing to look up"), "{error}");
    }
}
