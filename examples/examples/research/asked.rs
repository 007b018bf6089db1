//! The same question, asked of a language model: its agents return prompts for the contracts of the others.
//!
//! What a model says of a text is no citation, so one agent more, which asks no model, looks up what the answer quotes.

use std::env;
use std::fmt;
use std::sync::Arc;

use handoff::prelude::*;
use handoff_examples::library::{Lead, Library};
use handoff_examples::query::{Query, QuestionError};
use handoff_examples::text::Passage;
use handoff_models::http::{Http, HttpError};
use handoff_models::{Model, Prompt};

use crate::{Answer, Finding, Plan, Question, Reading, SURE_ENOUGH, Sentence};

/// Where Ollama listens, unless it is told otherwise.
const LOCAL: &str = "http://127.0.0.1:11434/v1";

/// What the agents share.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) library: Arc<Library>,
    pub(crate) model: Model,
}

/// The model of a name: `openai:`, `anthropic:` and `gemini:` say whose it is, and without them it is one of an
/// OpenAI-compatible server.
pub(crate) fn model(name: &str) -> Result<Model, HttpError> {
    let http = match name.split_once(':') {
        Some(("openai", name)) => Http::openai(name),
        Some(("anthropic", name)) => Http::anthropic(name),
        Some(("gemini", name)) => Http::gemini(name),
        // `llama3.2:3b` is a name.
        _ => match env::var("OPENAI_BASE_URL") {
            Ok(base) if env::var_os("OPENAI_API_KEY").is_some() => {
                Http::openai_compatible(base, name).key_from("OPENAI_API_KEY")
            }
            Ok(base) => Http::openai_compatible(base, name),
            Err(_) => Http::openai_compatible(LOCAL, name),
        },
    };
    // A server at home answers one or two at a time; who waits for a turn does not run into a timeout.
    Ok(Model::of(http.build()?).in_flight(4).build())
}

/// Has the model pick among the sections that have words of the question.
#[agent(role = planner, max_output_tokens = 1_000, timeout = "300s", retries = 2)]
async fn plan(
    question: Question,
    State(library): State<Arc<Library>>,
) -> Result<Prompt<Plan>, QuestionError> {
    let query = Query::new(&question.text)?;
    let mut leads = library.leads(&query, 8);
    if leads.is_empty() {
        // A plan has to name something: the beginning, which the model need not believe in.
        leads.push(Lead { section: 0, relevance: 0.0, coverage: 0.0 });
    }
    let offer = |lead: &Lead| {
        let section = library.section(lead.section)?;
        let begins = section.passages.first().map_or("", |passage| &passage.text);
        Some(format!("{}: {}: {begins}", lead.section, section.headings.join(" › ")))
    };
    let offers: Vec<_> = leads.iter().filter_map(offer).collect();
    let text = format!(
        "Which of these sections answer the question? Pick one to three, the best first: the number of the section, the \
         question as it is asked, and a relevance between 0 and 1, such as 0.8. The confidence is between 0 and 1, too, and \
         low where no section answers.\n\n{}",
        offers.join("\n"),
    );
    Ok(Prompt::new(text).input(&question))
}

/// Has the model quote from one section.
#[agent(role = worker, input_budget = 1_000, max_output_tokens = 1_000, timeout = "300s", retries = 2)]
async fn read(reading: Reading, State(library): State<Arc<Library>>) -> Result<Prompt<Finding>, NoSection> {
    let section = library.section(reading.section).ok_or(NoSection(reading.section))?;
    let line =
        |(number, passage): (usize, &Passage)| format!("{}: {}", passage.line, section.in_full(number));
    let lines: Vec<_> = section.passages.iter().enumerate().map(line).collect();
    let text = format!(
        "Which sentences of section {} answer the question? Copy one to three of them word for word, the best first, and \
         none that does not answer. The line is the number before the sentence, the score is between 0 and 1, such as \
         0.8.\n\n{}",
        reading.section,
        lines.join("\n"),
    );
    Ok(Prompt::new(text).input(&reading.question))
}

/// Answer the question with the sentences that were found, at most three of them, the best first, copied as they are.
/// Missing are the words of the question that no sentence has. The confidence is between 0 and 1, and 0 where nothing
/// answers.
#[agent(role = aggregator, input_budget = 10_000, max_output_tokens = 1_000, timeout = "300s", retries = 2)]
async fn answer(findings: Partial<Finding>) -> Prompt<Answer>;

/// Looks up what the answer quotes, and leaves out what stands nowhere. The confidence falls with it.
#[agent]
async fn cite(answer: Answer, State(library): State<Arc<Library>>, cx: Context) -> Answer {
    let Answer { sentences, missing, confidence } = answer;
    let said = sentences.len();
    let sentences: Vec<_> = sentences.iter().filter_map(|sentence| look_up(sentence, &library)).collect();
    if sentences.len() < said {
        cx.warn(format!("{} of {said} quotes stand nowhere and were left out", said - sentences.len()));
    }
    let confidence = confidence * share(sentences.len(), said);
    Answer { sentences, missing, confidence }
}

/// The sentence as it stands in its section, where it stands there.
fn look_up(sentence: &Sentence, library: &Library) -> Option<Sentence> {
    let section = library.section(sentence.section)?;
    let quoted = sentence.text.trim();
    let mut texts = section.passages.iter().enumerate().map(|(at, passage)| (passage, section.in_full(at)));
    let (passage, text) = texts.find(|(_, text)| !quoted.is_empty() && text.contains(quoted))?;
    Some(Sentence { line: passage.line, text, ..sentence.clone() })
}

#[expect(clippy::cast_precision_loss, reason = "three at most")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

pipeline! {
    /// Plans what to read, reads it in parallel, answers, and looks the quotes up.
    pub(crate) research(Question) -> Answer {
        plan
            => gate(confidence >= SURE_ENOUGH)
            => fan_out(readings) read
            => barrier(settled)
            => answer
            => cite
            => gate(confidence >= SURE_ENOUGH)
    }
}

/// A model has made up a section.
#[derive(Debug)]
struct NoSection(usize);

impl fmt::Display for NoSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no section {}", self.0)
    }
}

impl std::error::Error for NoSection {}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use handoff_models::testing::{FakeModel, Script};

    use super::*;

    const QUESTION: &str = "Why does the fog horn need two keepers?";
    const SENTENCE: &str = "It needs *two* keepers, because the bellows are worked by hand.";

    fn library() -> Arc<Library> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lighthouse");
        Arc::new(Library::open(&folder).expect("the corpus of the tests"))
    }

    fn question() -> Question {
        Question { text: QUESTION.to_owned() }
    }

    fn runtime(model: Model) -> Runtime<App> {
        Runtime::builder().state(App { library: library(), model }).build()
    }

    /// The section about the horn.
    fn horn(library: &Library) -> usize {
        library.leads(&Query::new(QUESTION).expect("a question"), 1)[0].section
    }

    /// What a model might answer that quotes these sentences of the section about the horn, at a wrong line.
    fn script(quotes: &[&str]) -> Script {
        let section = horn(&library());
        let quote = |text: &&str| Sentence { section, line: 1, text: (*text).to_owned(), score: 0.9 };
        let sentences: Vec<_> = quotes.iter().map(quote).collect();
        let readings = vec![Reading { question: question(), section, relevance: 0.9 }];
        let reasoning = "The section about the horn says so.".to_owned();
        Script::new()
            .on::<Plan>()
            .value(&Plan { readings, reasoning, confidence: 0.9 })
            .on::<Finding>()
            .value(&Finding { question: question(), sentences: sentences.clone() })
            .on::<Answer>()
            .value(&Answer { sentences, missing: Vec::new(), confidence: 0.8 })
    }

    #[tokio::test(start_paused = true)]
    async fn the_prompts_are_functions_of_what_is_read() {
        let library = library();
        let section = horn(&library);
        let prompt = plan(question(), State(Arc::clone(&library))).await.expect("words to look up");
        assert!(
            prompt.text().contains(&format!("\n{section}: The lighthouse › The fog horn: ")),
            "{}",
            prompt.text()
        );

        let reading = Reading { question: question(), section, relevance: 0.9 };
        let prompt = read(reading, State(Arc::clone(&library))).await.expect("there is such a section");
        assert!(prompt.text().contains(SENTENCE), "{}", prompt.text());

        let reading = Reading { question: question(), section: 10_000, relevance: 0.9 };
        let error = read(reading, State(library)).await.expect_err("made up");
        assert_eq!(error.to_string(), "there is no section 10000");
    }

    #[tokio::test(start_paused = true)]
    async fn a_quote_is_cited_where_it_stands() {
        let script = script(&[SENTENCE]);
        let answer = runtime(Model::new(script.clone())).run(research, question()).await.expect("an answer");
        let [sentence] = &answer.payload.sentences[..] else { panic!("one quote") };
        assert_eq!(sentence.line, 22);
        assert!(sentence.text.contains(SENTENCE));
        assert_eq!(script.left(), 0);
        assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_nowhere_is_not_cited() {
        let model = Model::new(script(&[SENTENCE, "It needs two keepers, as one would be lonely."]));
        let error = runtime(model).run(research, question()).await.expect_err("half an answer");
        assert!(matches!(error.kind(), ErrorKind::LowConfidence { .. }), "{error}");
        assert_eq!(error.agent(), "cite");
    }

    #[tokio::test(start_paused = true)]
    async fn no_answer_of_a_model_is_cited_unseen() {
        for seed in 0..10 {
            let error = runtime(Model::new(FakeModel::seeded(seed))).run(research, question()).await;
            let error = error.expect_err("nothing that is made up stands anywhere");
            assert!(matches!(error.kind(), ErrorKind::LowConfidence { .. }), "seed {seed}: {error}");
        }
    }
}
