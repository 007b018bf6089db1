//! The macros, documented where they are re-exported so that their examples run.

/// Makes a plain function an agent: an async one, or with `blocking` one that is not.
///
/// The function stays as it is: it can be called and unit-tested like any other. Beside it, in the
/// type namespace, stands a marker of the same name that [`pipeline!`] refers to, so one
/// `use agents::work;` imports both.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct SubTask { pub id: String, #[check(len(1..=500))] pub description: String }
///
/// #[contract]
/// pub struct Finding { pub id: String, pub text: String }
///
/// #[derive(Clone)]
/// pub struct Index;
///
/// #[derive(Debug)]
/// pub struct NotFound;
/// # impl std::fmt::Display for NotFound {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("nothing found") }
/// # }
/// # impl std::error::Error for NotFound {}
///
/// #[agent(role = worker, input_budget = 4_000, max_output_tokens = 500, timeout = "30s", retries = 2)]
/// async fn look_up(task: SubTask, State(index): State<Index>, cx: Context) -> Result<Finding, NotFound> {
///     let _ = index;
///     if cx.attempt() > 1 {
///         cx.warn("looked twice");
///     }
///     Ok(Finding { id: task.id, text: task.description })
/// }
/// # #[derive(Clone, FromRef)] pub struct App { index: Index }
/// # pipeline! { pub one(SubTask) -> Finding { look_up } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let runtime = Runtime::builder().state(App { index: Index }).build();
/// #     let task = SubTask { id: "t1".into(), description: "the sky".into() };
/// #     assert_eq!(runtime.run(one, task).await.unwrap().payload.text, "the sky");
/// # }
/// ```
///
/// ## Arguments
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `input = T`, `output = T` | the contracts; they have to agree with the signature | taken from the signature; `output` has to be given for a [`Reply`](crate::Reply), and for a result type whose name does not end in `Result` (`FetchResult<T>` is seen through) |
/// | `role = planner` | `planner`, `worker`, `aggregator`, `router`, `critic`, or a string | `worker` |
/// | `input_budget = N` | the most tokens it may be handed | none |
/// | `max_output_tokens = N` | the most tokens it may hand on | none |
/// | `timeout = "30s"` | how long one attempt may take: a whole number of `ms`, `s`, `m`, `h` or `d`, or `"none"` | `"120s"` |
/// | `idle_timeout = "20s"` | how long one attempt may show no sign of life, which is [`Context::heartbeat`](crate::Context::heartbeat), before it has timed out: for those that work for long. Alone, it takes the place of `timeout` | none |
/// | `retries = N` | extra attempts after an error of the agent, a timeout, a broken contract, a cut reply or too long an output; with backoff and jitter ([`Backoff`](crate::Backoff)) | 0 |
/// | `backoff = "200ms..10s"` | how long to wait before the first retry, and the most before any, as [`Backoff`](crate::Backoff); or `"none"` | that of the [runtime](crate::Builder::backoff) |
/// | `concurrency = N` | how many attempts may be under way at once, at least 1, over all runs of a runtime; see below | none |
/// | `blocking` | on an `fn` that is not async: it computes for long, or blocks its thread, and is called on tokio's blocking pool | async functions only |
/// | `signal` | on an `async fn` without a body: it waits for an answer from outside; see below | none |
/// | `tools(a, b)` | agents and pipelines that it may call; see below | none |
/// | `max_turns = N` | how often a model may be asked before it has its answer, at least 1, where there are tools | 10 |
/// | `name = "…"` | what envelopes and errors call it | the function's name |
/// | `crate = path` | where `handoff` is, if it is renamed | `::handoff` |
///
/// `N` is any constant expression of type `u32`. What is known only at run time is said to the runtime, for each agent:
/// [`Builder::agent`](crate::Builder::agent).
///
/// ## Concurrency
///
/// With `concurrency = 8` the ninth attempt waits for its turn, in the order in which they came, wherever it is
/// called: for a provider that answers no more calls at once. Waiting runs no timeout, only the deadlines of
/// the barrier and the run. A pause between two attempts takes no turn; a function that blocks keeps its turn
/// until it has returned, also where nobody waits for it any more. In a run that the agent itself
/// [starts](crate::Runtime#runs-in-agents) it takes none, since it would wait for itself.
///
/// ## Parameters
///
/// The input first, then any of [`Context`](crate::Context) and [`State<T>`](crate::State). They are
/// told apart by the last segment of their type, so those two names mean these two types here. A parameter
/// under a `#[cfg(…)]` is taken where its condition holds.
///
/// ## What it returns
///
/// `Output`, `Result<Output, E>` where `E: Into<Box<dyn Error + Send + Sync>>`, or a raw
/// [`Reply`](crate::Reply) in place of the output, which is parsed into the declared contract:
/// strictly, or with other text left out around its JSON ([`Reply::lenient`](crate::Reply::lenient)). With
/// `output = String` the output is the text of the reply as it is, which is no JSON.
/// How an attempt broke its contract, in words for a model, is at hand in the next:
/// [`Context::contract_violation`](crate::Context::contract_violation). An error that knows whether, or when, it is worth
/// trying again says so by a [`Verdict`](crate::Verdict).
///
/// ## What it asks
///
/// Or a `Prompt<Output>`, or a `Result` of one: what is to be asked for the output. Then the agent is a function from its
/// input to a question, which a test can look at without anybody to ask:
///
/// ```
/// # mod models {
/// #     use handoff::prelude::*;
/// #     pub struct Model;
/// #     impl Clone for Model { fn clone(&self) -> Self { Self } }
/// #     pub struct Prompt<T> { pub text: String, of: std::marker::PhantomData<fn() -> T> }
/// #     impl<T> Prompt<T> {
/// #         pub fn new(text: impl Into<String>) -> Self { Self { text: text.into(), of: std::marker::PhantomData } }
/// #         pub fn input<I: Contract>(mut self, _: &I) -> Self { self.text += "…"; self }
/// #     }
/// #     impl<T: Send + 'static> handoff::Asks for Prompt<T> {
/// #         type Output = T;
/// #         type Of = Model;
/// #         type Error = ContractViolation;
/// #         async fn ask(self, _: Model, _: Context) -> Result<T, ContractViolation> where T: Contract {
/// #             T::parse(r#"{"steps":["rest"]}"#)
/// #         }
/// #         fn from_doc<I: Contract>(doc: &'static str, input: &I) -> Self { Self::new(doc).input(input) }
/// #     }
/// # }
/// # use models::{Model, Prompt};
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Plan { #[check(len(1..=5))] pub steps: Vec<String> }
///
/// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
/// async fn plan(question: String) -> Prompt<Plan> {
///     Prompt::new("Split the question into independent steps.").input(&question)
/// }
///
/// /// Split the question into independent steps.
/// #[agent(role = planner, max_output_tokens = 2_000, retries = 2)]
/// async fn split(question: String) -> Prompt<Plan>;
/// #
/// # #[derive(Clone, FromRef)] pub struct App { model: Model }
/// # pipeline! { pub one(String) -> Plan { plan } }
/// # pipeline! { pub other(String) -> Plan { split } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     assert_eq!(plan("why?".to_owned()).await.text, split("why?".to_owned()).await.text);
/// #     let runtime = Runtime::builder().state(App { model: Model }).build();
/// #     assert_eq!(runtime.run(one, "why?".to_owned()).await.unwrap().payload.steps, ["rest"]);
/// #     assert_eq!(runtime.run(other, "why?".to_owned()).await.unwrap().payload.steps, ["rest"]);
/// # }
/// ```
///
/// The second of them is the first one's short form: **a function without a body asks what its documentation
/// says**, of what it is handed. A change of its docs is a change of what it does. A prompt may stand in a file
/// of its own, as `#[doc = include_str!("plan.md")]`.
///
/// Such a return type is known by its name, as `Result` is: the last segment of its path is `Prompt`, and its
/// first argument is the output, which need not be said again. What it is, and who is asked, says its trait,
/// [`Asks`](crate::Asks); the crate `handoff-models` has one for language models. The runtime's state has to
/// have who is asked, as it has every resource. A contract of yours that is called `Prompt` is an output where
/// it has no arguments, or with `output = Prompt<…>`.
///
/// ## Tools
///
/// `tools(look_up, search)` names agents and pipelines that the agent may call in the middle of an attempt, by
/// [`Context::call_tool`](crate::Context::call_tool). Where it asks a model, by a `Prompt` or by hand, the
/// model is told what there is to call: the name of each agent, its documentation and the schema of its input.
/// So a doc comment of a tool is what the model reads.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Word { #[check(len(1..=40))] pub word: String }
///
/// /// Says what a word means.
/// #[agent(timeout = "5s", retries = 1, max_output_tokens = 200)]
/// async fn look_up(word: Word) -> Result<String, BoxError> {
///     Ok(format!("what {} means", word.word))
/// }
///
/// #[agent(tools(look_up))]
/// async fn explain(question: String, cx: Context) -> Result<String, BoxError> {
///     // Whatever a model has written.
///     match cx.call_tool("look_up", format!(r#"{{"word":"{question}"}}"#)).await {
///         Ok(json) => Ok(serde_json::from_str(&json)?),
///         Err(error) => Ok(error.for_model()),
///     }
/// }
///
/// pipeline! { pub explaining(String) -> String { explain } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let runtime = Runtime::default();
/// assert_eq!(runtime.run(explaining, "hand".to_owned()).await?.payload, "what hand means");
/// let told = runtime.run(explaining, String::new()).await?.payload;
/// assert!(told.contains("/word: expected 1 to 40 characters, found 0"));
/// # Ok(())
/// # }
/// ```
///
/// A call is a handoff there and one back, through the one door: arguments are read strictly as the tool's
/// input, its budgets, timeout, retries and `concurrency` hold, and so do the `input_budget` of whoever calls
/// and the limits of the run. What a tool takes from the runtime's state is checked where the pipeline is run,
/// as that of any stage. Arguments that break their contract are told to whoever calls, and so is a failure,
/// after the tool's retries; both leave a warning. What ends the run ends the caller. A caller that is stopped,
/// or times out, takes its tools along. Warnings of a tool go on with its caller's output; its confidence does
/// not, since what the caller makes of it is the caller's own.
///
/// Agents that are each other's tools, by whatever way, are rustc's "overflow evaluating the requirement" where their
/// pipeline is run.
///
/// ## Signals
///
/// With `signal` an agent is answered from outside: by a person who approves, a payment that comes in, a job that
/// ends. It is a stage like any other, in fan-outs, joins and races, behind an `or`, or as a tool that a model
/// calls; what it takes is what is asked, and what it returns is the contract of an answer. It has no body, takes
/// nothing from the runtime, and has to say for how long it waits.
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Draft { pub text: String }
///
/// #[contract]
/// pub struct Approval { pub approved: bool, #[check(len(..=500))] pub reason: String }
///
/// # #[agent] async fn write(topic: String) -> Draft { Draft { text: topic } }
/// # #[agent] async fn publish(approval: Approval) -> String { approval.reason }
/// /// May this go out?
/// #[agent(signal, timeout = "3d")]
/// async fn approval(draft: Draft) -> Approval;
///
/// pipeline! { pub article(String) -> String { write => approval => publish } }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let runtime = Runtime::builder()
/// #     .replace::<approval>().by_fn(|_| Approval { approved: true, reason: "yes".into() })
/// #     .build();
/// # assert_eq!(runtime.run(article, "tides".to_owned()).await.unwrap().payload, "yes");
/// # }
/// ```
///
/// [`Runtime::signals`](crate::Runtime::signals) lists what waits, [`Event::SignalWaits`](crate::Event::SignalWaits)
/// tells of it when it begins to, and [`Runtime::answer`](crate::Runtime::answer) or
/// [`answer_json`](crate::Runtime::answer_json) answers. **An answer is held to its contract and to all budgets where it is
/// given: a bad one is refused to whoever gave it, with all violations, and the run goes on waiting.** So there are no
/// `retries`. An answer is as sure as what was asked, unless its contract has a `#[confidence]`.
///
/// Waiting costs no thread and no timer but that of its `timeout`; it ends as any attempt does, with its task, its run or
/// the runtime's [shutdown](crate::Runtime::shutdown), and the signal is gone from the list then. A task of a
/// fan-out that waits is one of the [tasks in flight](crate::Limits::tasks_in_flight). In a test
/// [`Builder::replace`](crate::Builder::replace) answers at once.
///
/// A run that waits for days should outlive its process: with [`Durable`](crate::durable::Durable) a signal is kept, and so
/// is its timeout. [`Durable::signals`](crate::durable::Durable::signals) lists what waits in a folder, and
/// [`Durable::answer`](crate::durable::Durable::answer) answers from any process, also while nobody has the run. On many
/// machines, `Client` of the crate `handoff-restate` does the same.
///
/// # Timeouts, panics, cancellation
///
/// An attempt that takes longer than `timeout` has timed out, even if it answers afterwards; what it
/// [waits](crate::Context::waiting) for its turn does not count. It is stopped by dropping its future at the
/// next await point; an agent that blocks its thread cannot be stopped. With `blocking` at least nothing else
/// is held up by it: the run goes on without the thread, which goes on by itself, a retry begins beside it, and
/// what it returns is dropped; it learns of that from [`Context::is_cancelled`](crate::Context::is_cancelled).
/// A barrier or a run that stops it waits for it for at most a second. A function that still waits for a thread
/// then does not begin. A panic is an error of the attempt, [`Panicked`](crate::ErrorKind::Panicked), and is
/// not retried.
///
/// # Compile errors
///
/// ```text
/// error: agent `answer` cannot take `u32` here: it takes one input, and then only `State<…>` and `Context`
///        help: write `State<u32>` to take it from the runtime's state, or take a `Context` to know of the run
///   --> src/main.rs:7:29
///    |
///  7 | async fn answer(goal: Goal, attempts: u32) -> Goal {
///    |                             ^^^^^^^^^^^^^
/// ```
///
/// A function that is named as a stage without being an agent is rustc's "expected type, found
/// function": put `#[agent]` on it.
///
/// # Limitations
///
/// An agent is a free function with concrete types: no methods, no generics, no references in the
/// input or output. Its future has to be `Send`; with `blocking`, what it returns and the resources
/// that it takes. As many as tokio's `max_blocking_threads` are called at once, 512 by default, and
/// the time of those that wait for a thread counts for their timeout. A module and an agent of the same name cannot both
/// be imported: after `mod triage;`, `use triage::triage;` collides in the type namespace, but
/// `triage::triage` works as a stage. A `#[cfg(…)]` that is itself under a `cfg_attr` is not seen.
///
/// # Expansion
///
/// The function, unchanged, or with a body if it has none; a struct of its name in the type namespace; for that
/// struct the traits [`AgentSpec`](crate::AgentSpec) (what is declared) and [`Agent`](crate::engine::Agent)
/// (how the function is called). ARCHITECTURE.md shows one in full.
pub use handoff_macros::agent;

/// Connects agents.
///
/// `pub name(Input) -> Output { stages }` defines `name`, which is an agent itself: pipelines nest. The input may have a
/// name, `pub name(input: Input) -> Output`, which the closures and guards can see, but for those in braces that run on
/// their own: the tasks of a `fan_out`, the branches of a `join` or a `race`.
/// [`Runtime::run`](crate::Runtime::run) runs it.
///
/// Every `=>` is a handoff, and goes through one door: the payload is checked against its contract,
/// counted, compared with the budgets, wrapped in an [`Envelope`](crate::Envelope) and shown to the
/// [`Observer`](crate::Observer).
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub steps: Vec<String>,
///     #[confidence]
///     pub confidence: f64,
/// }
///
/// #[agent(role = planner)]
/// async fn plan(goal: String) -> Plan {
///     Plan { steps: goal.split(' ').map(str::to_owned).collect(), confidence: 0.8 }
/// }
///
/// #[agent(max_output_tokens = 100)]
/// async fn work(step: String) -> String {
///     step.to_uppercase()
/// }
///
/// #[agent(role = aggregator, input_budget = 1_000)]
/// async fn merge(done: Partial<String>) -> String {
///     format!("{:?}, {} failed", done.results().collect::<Vec<_>>(), done.failures().len())
/// }
///
/// pipeline! {
///     /// Plans, works, and reports on what could be done.
///     pub best_effort(String) -> String {
///         plan
///             => gate(confidence >= 0.6)
///             => fan_out(steps) work
///             => barrier(at_least = 80%)
///             => merge
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// let runtime = Runtime::default();
/// let report = runtime.run(best_effort, "one two three".into()).await?;
/// assert_eq!(report.payload, r#"["ONE", "TWO", "THREE"], 0 failed"#);
/// # Ok(())
/// # }
/// ```
///
/// ## Stages
///
/// | stage | meaning |
/// |---|---|
/// | `agent` | hands the value to the agent, or to the first agent of the pipeline of that name |
/// | `gate(confidence >= 0.6)` | stops with [`LowConfidence`](crate::ErrorKind::LowConfidence) below the threshold, a constant expression in 0..=1. [`min_confidence`](crate::Builder::min_confidence) can raise it. Needs a `#[confidence]` in an earlier output or in the input, or a barrier before it |
/// | `fan_out(field) agent` | one task for each item of a list field, in parallel; options see below |
/// | `fan_out(\|plan\| …) agent` | the same for the items that a closure makes of what comes in: a `Vec` of the agent's input |
/// | `barrier(all)` | every task has to succeed. Hands on a `Vec`, in the order of the items. The first failure stops the rest |
/// | `barrier(at_least = 4)`, `barrier(at_least = 80%)` | all tasks end, and so many succeed (a share is rounded up). Hands on a [`Partial`](crate::Partial). Fails as soon as enough is impossible |
/// | `barrier(first = 2)` | so many succeed, and the rest is cancelled: neither results nor failures. Hands on a [`Partial`](crate::Partial) |
/// | `barrier(settled)` | all tasks end. Hands on a [`Partial`](crate::Partial) |
/// | `barrier(…, deadline = "30s")` | what has not settled by then, counted from the beginning of the fan-out, is stopped and has failed: [`Deadline`](crate::ErrorKind::Deadline) |
/// | `fan_out(field) { read => extract }` | the same with stages for each item. They begin and end with an agent |
/// | `match { Triage::Billing(t) => billing, Triage::Outage(t) if t.severity > 3 => page => resolve, _ => other }` | goes one way. It is Rust's `match`, so rustc checks that it is exhaustive. An arm goes on with the one part that its pattern binds, or with the whole value |
/// | `repeat(max = 3, until = \|draft\| draft.approved) { critique => revise }` | runs the stages, then tests, at least once. After `max` rounds, a constant expression, it is [`NotConverged`](crate::ErrorKind::NotConverged), and the error has the last output ([`finished`](crate::PipelineError::finished)). `until` may ask for the number of the round, from 1: `\|draft, round\| …`. The last stage hands on what the first takes |
/// | `repeat(max = 3, until = …, else = last) { … }` | the same, but where the rounds run out it goes on with the last output, and a warning |
/// | `join(legal, security)` | 2 to 8 agents on the same input, in parallel; all have to succeed. Hands on a tuple, in the order in which they are written |
/// | `join({ read => check }, security or security_simple, optional(style))` | the same for branches of several stages, which see no names from outside, and for fallbacks. An optional branch hands on an `Option`: where it fails that is `None`, and a warning says why |
/// | `race(security, security_simple)` | 2 to 8 agents on the same input, in parallel; the first that succeeds is the result, and the rest is cancelled. All hand on the same type, and each may be stages or fallbacks as in a `join`. Where all fail it is [`Race`](crate::ErrorKind::Race), which says why each did |
/// | `map(\|plan\| plan.summary)` | makes something else of the value, without an agent |
/// | `fan_out(parts) { match { Part::Text(t) => read, Part::Image(i) => see => describe } }` | goes a way of its own with each item. What an item is, the patterns say: one of them names its enum |
/// | `plan as p` | keeps a clone of this output, for the closures and guards that follow in the same block |
/// | `plan or plan_simple` | where the first fails, the second, on the same input, with a warning that says why |
///
/// ## Options of a fan-out
///
/// | option | meaning |
/// |---|---|
/// | `max = N` | the most items there may be, else the `len(..=N)` of the field; more is [`FanOutTooWide`](crate::ErrorKind::FanOutTooWide), and nothing starts |
/// | `concurrency = N` | the most tasks of this fan-out under way at once |
/// | `allow_empty` | no items are no error: the barrier hands on nothing, with the confidence that came in, and only a quorum of a number of tasks (`at_least = 4`, `first = 2`) fails. Else that is [`EmptyFanOut`](crate::ErrorKind::EmptyFanOut) |
/// | `keep` | each item comes out beside what is made of it: the barrier hands on a `Vec` or a [`Partial`](crate::Partial) of pairs, `(Item, Output)`. `recover` still makes the output alone. How large a pair may be nobody declares, so only the count at run time says whether they fit |
/// | `label = \|item\| …` | names each task, in warnings and in [`TaskFailure`](crate::TaskFailure); where an error or a warning is shown, on one line of at most 80 characters. Made of every item before anything starts |
/// | `recover = f` | makes an output of a failed task: `fn(&Item, &TaskFailure) -> Output`, a function or a closure that captures nothing. It goes through the door like any, leaves a warning, and counts 0 towards the confidence unless it has a `#[confidence]`. It is a result under every barrier, and no success: `at_least` and `first` count only those. Not for what a barrier has stopped, be it at its deadline |
///
/// `N` is a constant expression of type `usize`, at least 1. A closure that panics fails the run:
/// [`Panicked`](crate::ErrorKind::Panicked), which names the pipeline; `recover` only its task.
///
/// ```
/// use handoff::prelude::*;
///
/// # #[contract] pub struct Source { pub url: String }
/// # #[contract] pub struct Sources { #[check(len(..=50))] pub sources: Vec<Source> }
/// # #[contract] pub struct Page { pub text: String }
/// # #[agent] async fn find(question: String) -> Sources { Sources { sources: vec![Source { url: question }] } }
/// # #[agent] async fn fetch(source: Source) -> Page { Page { text: source.url } }
/// #[agent(role = aggregator)]
/// async fn compare(pages: Partial<Page>) -> String {
///     format!("{} of {} pages", pages.results().len(), pages.total())
/// }
///
/// pipeline! {
///     /// Compares the three pages that come first.
///     pub quick(String) -> String {
///         find
///             => fan_out(sources, concurrency = 10, label = |source| &source.url) fetch
///             => barrier(first = 3, deadline = "20s")
///             => compare
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let error = Runtime::default().run(quick, "one".into()).await.expect_err("one is never three");
/// #     assert!(matches!(error.kind(), ErrorKind::Barrier { .. }));
/// # }
/// ```
///
/// ```
/// use handoff::prelude::*;
///
/// #[contract]
/// pub enum Triage {
///     Billing(String),
///     Outage { service: String },
/// }
///
/// #[contract]
/// pub struct Draft {
///     pub text: String,
///     pub approved: bool,
/// }
///
/// # #[agent(role = router)]
/// # async fn triage(ticket: String) -> Triage {
/// #     if ticket.contains("down") { Triage::Outage { service: ticket } } else { Triage::Billing(ticket) }
/// # }
/// # #[agent] async fn refund(ticket: String) -> Draft { Draft { text: ticket, approved: true } }
/// # #[agent] async fn page(service: String) -> Result<Draft, String> { Err(service) }
/// # #[agent] async fn write_mail(service: String) -> Draft { Draft { text: service, approved: false } }
/// # #[agent(role = critic)] async fn review(draft: Draft) -> Draft { Draft { approved: true, ..draft } }
/// # #[agent] async fn legal(draft: Draft) -> bool { draft.approved }
/// # #[agent] async fn tone(draft: Draft) -> u8 { draft.text.len() as u8 }
/// pipeline! {
///     pub support(String) -> String {
///         triage
///             => match {
///                 Triage::Billing(ticket) => refund,
///                 Triage::Outage { service } => page or write_mail,
///             }
///             => repeat(max = 3, until = |draft| draft.approved) { review }
///             => join(legal, tone)
///             => map(|(legal, tone)| format!("legal: {legal}, tone: {tone}"))
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), PipelineError> {
/// # let done = Runtime::default().run(support, "api down".into()).await?;
/// # assert_eq!(done.payload, "legal: true, tone: 8");
/// # Ok(())
/// # }
/// ```
///
/// What a pipeline goes on with itself, in a `match`, `repeat`, `join`, `race`, `or` or `map`, is addressed to
/// the pipeline, and handed on again through the same door to whoever reads it next. What a `map`
/// makes comes from the pipeline: if it breaks its contract, the pipeline is at fault. A closure that
/// panics is [`Panicked`](crate::ErrorKind::Panicked) of the pipeline, and says in which stage.
///
/// Confidence: on a way of a `match`, after an `or` and after a `race` it is that of the way that was taken, after a
/// `join` the mean over its agents, where one that says nothing counts 1; where none says anything, it is the least that
/// came in with their outputs. A `gate` after a `match`, an `or` or a `race`
/// needs a confidence on every way that leads there.
///
/// ## A whole pipeline, once more
///
/// A pipeline has no `timeout` and no `retries` of its own: what is tried again is an attempt of an agent,
/// which is what an observer hears of and what is kept. Where the whole is to be bounded or tried again, an
/// agent runs it, and each attempt is a [run](crate::Context::run) as a part of this one:
///
/// ```
/// use handoff::prelude::*;
///
/// # #[agent] async fn search(question: String, cx: Context) -> Result<String, String> { if question.is_empty() { Err("nothing to look for".into()) } else { Ok(question) } }
/// pipeline! { research(String) -> String { search } }
///
/// #[agent(timeout = "30s", retries = 2)]
/// async fn patiently(question: String, cx: Context) -> Result<String, PipelineError> {
///     Ok(cx.run(research, question).await?.payload)
/// }
///
/// pipeline! { pub answer(String) -> String { patiently } }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     assert!(Runtime::default().run(answer, "tides".into()).await.is_ok());
/// #     let error = Runtime::default().run(answer, String::new()).await.unwrap_err();
/// #     assert_eq!((error.agent(), error.warnings().len()), ("patiently", 2));
/// # }
/// ```
///
/// # What happens when
///
/// - **An agent of a `join` fails**: as a task under `barrier(all)`; its agents count as tasks in
///   flight, but the error has no index. What the others had finished is kept by its type: where `legal`
///   hands on a `Report`, `error.finished::<Report>()` has it.
/// - **An agent of a `race` succeeds**: the rest is stopped as under `barrier(first = 1)`, and the output goes on as it
///   would without the others: from the agent that made it, and as sure as that is. An agent that **fails** before, or
///   whose output the next agent may not be handed, leaves a warning; of those that are seen to succeed at once it is the
///   one that is written first. Its agents count as tasks in flight, too.
/// - **An agent before an `or` fails**, or may not be handed the value because it is beyond its
///   `input_budget`: the next is called. Not where the run has been cancelled, or has come to the end
///   of what its runtime allows.
/// - **A task fails** under `barrier(all)`: what waits is not started, what runs is stopped and
///   awaited for at most one second, and the error names the agent, the task and the cause. What had
///   finished is in [`PipelineError::finished`](crate::PipelineError::finished). Of failures that are
///   seen at once the lowest index is told.
/// - **Enough have succeeded** under `barrier(first = N)`, or its **deadline** passes: the rest is
///   stopped in the same way.
/// - **The run is dropped**: everything under it is. The same where it is
///   [cancelled](crate::Run::cancel_handle), is not done by its [deadline](crate::Limits::deadline), or takes
///   more [model tokens](crate::Limits::model_tokens) or [calls](crate::Limits::agent_calls) than it may,
///   whatever the barriers tolerate; then its error names the agent that was at work.
/// - **There are more tasks than the runtime runs at once**: they wait for their turn
///   ([`Limits::tasks_in_flight`](crate::Limits::tasks_in_flight)).
///
/// # Compile errors
///
/// ```text
/// error: `merge` would start before every `work` has finished: a `fan_out` needs a `barrier` after it
///        help: write `fan_out(steps) work => barrier(all) => merge`
///   --> src/main.rs:19:12
///    |
/// 19 |         => merge
///    |            ^^^^^
/// ```
///
/// Declared numbers that cannot fit are refused: `max_output_tokens ≤ input_budget` between agents,
/// and `width × (max_output_tokens + 1) + 2 ≤ input_budget` through `barrier(all)`: the outputs, a
/// comma for each, and the brackets. That refuses what cannot fit, and does not prove that the rest
/// does, because the tokens of a whole can exceed the sum of its parts: the count at run time
/// decides. A `Partial` is not checked, because failures have no declared size.
///
/// The same holds for every way that leads to an agent: the last agent of each arm, both sides of an
/// `or`, each agent of a `join` or a `race`, the way back to the first agent of a `repeat`. Into the agent that
/// takes what a `join` hands on it is the sum of `max_output_tokens + 1` over its agents, and 2. An item of a
/// fan-out counts where its own contract has `max_tokens`; what a `map` makes does not count.
///
/// # Limitations
///
/// A pipeline that contains itself is refused; two that contain each other are rustc's "overflow
/// evaluating the requirement" where one is run. In the tasks of a `fan_out`, and in the branches of a `join` or a
/// `race`, names from outside (`as`) cannot be seen. `crate = path;` before everything else says where
/// `handoff` is, if it is renamed.
///
/// # Expansion
///
/// A struct of the pipeline's name in the type namespace, whose page shows a diagram and who is handed
/// what, and a function of that name in the value namespace, which [`Runtime::run`](crate::Runtime::run) takes
/// and which has [`describe()`](crate::describe). ARCHITECTURE.md shows one in full.
pub use handoff_macros::pipeline;

/// Makes each field of the application's state a resource that agents can take as
/// [`State<T>`](crate::State).
///
/// Every field's type has to be `Clone`, and stand for one field only: give a second `String` a type
/// of its own, or leave it out with `#[from_ref(skip)]`. `#[from_ref(crate = path)]` on the struct
/// says where `handoff` is, if it is renamed.
///
/// ```
/// use handoff::prelude::*;
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     client: Client,
///     #[from_ref(skip)]
///     version: String,
/// }
/// # #[derive(Clone)] struct Client;
/// # let app = App { client: Client, version: String::new() };
/// # let _ = (Client::from_ref(&app), app.version);
/// ```
pub use handoff_macros::FromRef;

/// Makes a struct or an enum a [`Contract`](trait@crate::Contract): a type that may cross a handoff.
///
/// It derives `Debug`, `Clone`, `Serialize`, `Deserialize` and `JsonSchema` where you have not, so it
/// goes above your own derives. What is written as a check is both a keyword of the JSON Schema and a
/// check at run time, so the two cannot disagree.
///
/// ```
/// use handoff::prelude::*;
///
/// /// One part of the work.
/// #[contract]
/// #[serde(rename_all = "camelCase")]
/// pub struct SubTask {
///     #[check(len(1..=64))]
///     pub task_id: String,
///     #[check(range(1..=5))]
///     pub priority: u8,
///     pub due: Option<String>,
/// }
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8))]
///     pub subtasks: Vec<SubTask>,
///     #[confidence]
///     pub confidence: f64,
/// }
///
/// let broken = r#"{"subtasks": [{"taskId": "t1", "priority": 9}], "confidence": 2.2, "mood": "fine"}"#;
/// let broken = Plan::parse(broken).unwrap_err();
/// let mut pointers: Vec<_> = broken.violations().iter().map(|found| found.pointer.to_string()).collect();
/// pointers.sort();
/// assert_eq!(pointers, ["/confidence", "/mood", "/subtasks/0/priority"]);
/// ```
///
/// ## Arguments
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `open` | ignores unknown fields | closed: an unknown field is a violation |
/// | `max_tokens = N` | the most tokens a value may have as JSON, counted at every handoff of it | none |
/// | `crate = path` | where `handoff` is, if it is renamed | `::handoff` |
///
/// ## Checks
///
/// | written on a field | on | JSON Schema | at run time |
/// |---|---|---|---|
/// | `#[check(len(1..=8))]`, any Rust range | `String`; lists and sets; maps | `minLength`, `maxLength`; `minItems`, `maxItems`; `minProperties`, `maxProperties` | the same count: code points; items; entries |
/// | `#[check(range(0.0..=1.0))]`, any Rust range | numbers | `minimum`, `maximum`, `exclusiveMaximum` | the same bounds; NaN is refused |
/// | `#[check(pattern("^t[0-9]+$"))]` | `String` | `pattern` | the same pattern, anywhere in the string |
/// | `#[check(multiple_of(5))]` | integers | `multipleOf` | the same |
/// | `#[check(unique)]` | lists | `uniqueItems` | the same: no item twice, compared as JSON |
/// | `#[check(each(len(1..=8), …))]` | lists, sets, the values of maps | the keywords of the checks in it, on every item | the same |
/// | `#[check(with(path::to::function))]` | anything | none | a `fn(&T) -> Result<(), String>`, run last |
/// | `#[confidence]` | one `f32` or `f64` | `minimum: 0`, `maximum: 1` | the same; the value is the payload's confidence |
///
/// Several checks stand in one attribute: `#[check(len(1..), …)]`. On an `Option` a check is about
/// what is inside; `range`, `pattern` and `multiple_of` on a list are about everything in it. Each of them,
/// what it takes and what its violation looks like are a page of their own:
/// [`handoff::contract`](mod@crate::contract).
///
/// A number that its type cannot hold is a violation without any check. Of an integer the schema says so, too;
/// of an `f32` it says `number`, and `1e39` is refused when it is read.
///
/// ## Reading
///
/// [`parse`](crate::Contract::parse) is stricter than serde. Besides what the types and checks say, these are
/// violations: an unknown field, a key that is given twice, anything after the value, a list for a
/// struct, a number that its type cannot hold, a `NaN`. One error lists everything that is wrong,
/// each with its JSON pointer, in serde's names.
///
/// ## Leaf types
///
/// A field of a type that is no contract, such as one from another crate, is a leaf: it is read as
/// its own `Deserialize` says, and nothing inside it is checked. `chrono`, `url` and `uuid` types
/// need the feature of that name.
///
/// A leaf type implements `Serialize`, `Deserialize` and `JsonSchema`, by hand or by the derives of serde and schemars,
/// which `handoff` has with it: that of schemars behind the feature `schemars-derive`.
///
#[cfg_attr(feature = "schemars-derive", doc = "```")]
#[cfg_attr(not(feature = "schemars-derive"), doc = "```ignore")]
/// use handoff::prelude::*;
/// use handoff::{schemars, serde};
///
/// #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
/// #[serde(crate = "handoff::serde")]
/// #[schemars(crate = "handoff::schemars")]
/// pub struct Version(u32, u32);
///
/// #[contract]
/// pub struct Release {
///     pub version: Version,
/// }
///
/// assert_eq!(Release::parse(r#"{"version":[1,95]}"#).unwrap().version.1, 95);
/// ```
///
/// ## Maps and sets
///
/// What comes out of a `HashMap` or a `HashSet` comes in another order each time. A payload that holds one is put in
/// order wherever a run counts, shows, sends or keeps it, so that equal values are the same text, in every process: the
/// keys of its maps stand in the order of their text, or of their size where all are integers, and so do the items of
/// its `HashSet`s. The fields of structs stand in the order in which they are declared, a `BTreeSet` in its own.
///
/// Maps in leaf types are put in order, too. Sets in them look like any list: one that comes in another order each time
/// does so in the text, and a durable run cannot go on with it. A `BTreeSet` can.
///
/// ## serde's attributes
///
/// `rename`, `rename_all`, `rename_all_fields`, `alias`, `default`, `skip`, `skip_serializing_if`,
/// `tag`, `tag` with `content`, `untagged`, `transparent`, and `flatten` of a struct contract work, and
/// show in pointers and schema. Those by which what is written and what is read would differ, or that
/// say one thing to serde and another to the schema, are refused, each with its reason. So are names that collide (of
/// fields, flattened ones and aliases too, of a field and the tag, of variants), `skip_serializing_if` without a
/// `default`, and a variant of an `untagged` enum that another one before it always takes.
///
/// A field that is an `Option<Option<T>>` is left out where it is `None`, and `null` where it is `Some(None)`: what a patch
/// leaves alone, and what it clears. Anywhere else, in a list or a newtype say, both would be `null`, and it is refused; an
/// alias of an `Option` is seen through in an `Option`, and not as the type of a whole field.
///
/// What serde could never write is refused as well: beside a `tag` stands an object or nothing, so a variant holds there no
/// list, text, number or `Option`; and the key of a map is what JSON has as a text: a `String`, a number, a `bool`, a
/// `char`, an enum without data, or a newtype of one of them. Of a type that is no contract neither is known.
///
/// ## What the schema says besides
///
/// Doc comments are `description`, with a heading in front also `title`; `#[deprecated]` is `deprecated`, and a default of
/// serde's is `default`. The attributes of schemars say the rest: `#[schemars(title = "…")]`, `description = "…"`,
/// `example = value` (once for each), `extend("keyword" = json)`, `transform = function`; on the type `inline`; on a
/// field `with = "Type"` and `schema_with = "function"`. Titles, descriptions, examples and defaults are
/// not in the fingerprint.
///
/// # Compile errors
///
/// ```text
/// error[E0277]: `len` cannot count `u8`
///  --> src/main.rs:6:19
///   |
/// 6 |     pub priority: u8,
///   |                   ^^ `len` goes on strings, lists, sets and maps
///   |
///   = help: the trait `Countable` is not implemented for `u8`
///   = note: bound a number with `range`, as in `#[check(range(1..=5))]`
/// ```
///
/// # Limitations
///
/// Contracts are concrete: no generics, no lifetimes, no unions. Integers have at most 64 bits, like
/// those of JSON libraries at large.
///
/// Where reading and schema part on purpose (`2.0` is no integer here, though JSON Schema takes it for one) is
/// listed in [`handoff::contract`](mod@crate::contract). Two keys of a map that are one key under an `alias` are
/// not told apart.
///
/// # Expansion
///
/// The type with its derives, an implementation of [`Contract`](trait@crate::Contract), and a static
/// table of its fields by which everything that is wrong is found after a failure.
pub use handoff_macros::contract;
