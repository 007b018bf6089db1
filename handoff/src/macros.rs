//! The macros, documented where they are re-exported so that their examples run.

/// Turns a function into an agent: an async function or, with `blocking`, one that is not.
///
/// The function stays as it is: it can be called and unit-tested like any other. The macro adds a marker type
/// of the same name, which [`pipeline!`] refers to; since it is in the type namespace, one `use
/// agents::work;` imports both.
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
/// | `input = T`, `output = T` | the contracts of the input and the output; they must agree with the signature | taken from the signature; `output` is required for a [`Reply`](crate::Reply), and for a result type whose name does not end in `Result` (`FetchResult<T>` is seen through) |
/// | `role = planner` | `planner`, `worker`, `aggregator`, `router`, `critic`, or a string | `worker` |
/// | `input_budget = N` | the most tokens that its input may have | none |
/// | `max_output_tokens = N` | the most tokens that its output may have | none |
/// | `timeout = "30s"` | the longest that one attempt of the agent may take: a whole number of `ms`, `s`, `m`, `h` or `d`, or `"none"` | `"120s"` |
/// | `idle_timeout = "20s"` | the longest that one attempt may go without a [`heartbeat`](crate::Context::heartbeat), for an agent that works for long. Alone, it takes the place of `timeout` | none |
/// | `retries = N` | the number of retries: attempts after an error of the agent, a timeout, a broken contract, a truncated reply or an output that is too large; with backoff and jitter ([`Backoff`](crate::Backoff)) | 0 |
/// | `backoff = "200ms..10s"` | the longest pause before the second attempt, and before any: see [`Backoff`](crate::Backoff); or `"none"` | that of the [runtime](crate::Builder::backoff) |
/// | `concurrency = N` | the most attempts under way at once, over all runs of a runtime, at least 1; see [below](#concurrency) | none |
/// | `blocking` | for an `fn` that is not async, since it computes for long or blocks its thread; it is called on tokio's blocking pool | the function is async |
/// | `signal` | for an `async fn` without a body: the agent waits for an answer from outside; see [below](#signals) | none |
/// | `tools(a, b)` | the agents and pipelines that it may call; see [below](#tools) | none |
/// | `max_turns = N` | the most calls of a model in one attempt, for an agent with tools; at least 1 | 10 |
/// | `name = "…"` | the name in envelopes and errors | the function's name |
/// | `crate = path` | where `handoff` is, if it is renamed | `::handoff` |
///
/// `N` is any constant expression of type `u32`. For values that are known only at run time, use
/// [`Builder::agent`](crate::Builder::agent).
///
/// ## Concurrency
///
/// With `concurrency = 8` the ninth attempt waits for its turn, in the order of arrival, wherever the agent
/// is called: for a provider that answers only so many calls at once. The agent's timeout does not run
/// meanwhile, but the deadlines of the barrier and of the run do. The agent holds no turn during a pause
/// between two attempts. A blocking function keeps its turn until it returns, even if nobody waits for it any
/// more. In a run that the agent itself [starts](crate::Runtime#runs-in-agents), an attempt of the same agent
/// takes no turn, since it would wait for itself.
///
/// ## Parameters
///
/// The first parameter is the input; any number of [`Context`](crate::Context) and [`State<T>`](crate::State)
/// may follow. The macro recognises these two types by the last segment of their path. A parameter with a
/// `#[cfg(…)]` is present if its condition holds.
///
/// ## What it returns
///
/// `Output`, `Result<Output, E>` where `E: Into<Box<dyn Error + Send + Sync>>`, or a raw
/// [`Reply`](crate::Reply) in place of the output, which is parsed into the declared contract: strictly, or
/// with other text left out around its JSON ([`Reply::lenient`](crate::Reply::lenient)). With `output =
/// String` the output is the text of the reply as it is, which is no JSON. After an attempt that broke its
/// contract, the next one finds the violations, in words for a model, in
/// [`Context::contract_violation`](crate::Context::contract_violation). An error says whether, or when, to
/// try again with a [`Verdict`](crate::Verdict).
///
/// ## What it asks
///
/// An agent may also return a `Prompt<Output>`, or a `Result` of one: a question whose answer is the output.
/// Such an agent is a function from its input to a question, which can be tested without a model:
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
/// The second is a short form of the first: **a function without a body asks its documentation**, together
/// with its input. Changing the documentation changes the prompt. The prompt may be in a file of its own,
/// with `#[doc = include_str!("plan.md")]`.
///
/// The macro recognises the return type by its name, as it does `Result`: the last segment of the path is
/// `Prompt`, and its first argument is the output. The trait [`Asks`](crate::Asks) defines what the type
/// asks; the crate `handoff-models` has an implementation for language models. The runtime's state must
/// provide what is asked, like any resource. A contract that is named `Prompt` is an output if it has no
/// arguments, or with `output = Prompt<…>`.
///
/// ## Tools
///
/// `tools(look_up, search)` names agents and pipelines that the agent may call during an attempt, with
/// [`Context::call_tool`](crate::Context::call_tool). If the agent returns a `Prompt`, the model is offered
/// these tools: the name of each, its documentation and the schema of its input. So the doc comment of a tool
/// is what the model reads. An agent that asks a model by itself finds them in
/// [`Context::tools`](crate::Context::tools).
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
/// A call is two handoffs, there and back: arguments are read strictly as the tool's input; the tool's
/// budgets, timeout, retries and `concurrency` apply, and so do the `input_budget` of the calling agent and
/// the limits of the run. The resources that a tool takes from the runtime's state are checked when the run
/// is compiled, as for any stage. Arguments that break their contract are reported to the calling agent, and
/// so is a failure of the tool after its retries; both add a warning. An error that ends the run stops the
/// calling agent. Tools stop with the agent that calls them. The warnings of a tool are added to the output
/// of the calling agent; its confidence does not affect that of the output.
///
/// Agents that are tools of each other, directly or indirectly, cause rustc's "overflow evaluating the
/// requirement" where their pipeline is run.
///
/// ## Signals
///
/// With `signal` the output of an agent is an answer from outside: of a person who approves, a payment that
/// arrives, a job that ends. It is a stage like any other, and may stand in fan-outs, joins and races, behind
/// an `or`, and among the tools of another agent. Its input is the question, and its output is the contract
/// of the answer. It has no body, takes no `Context` and no `State`, and has to declare a `timeout`.
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
/// [`Runtime::signals`](crate::Runtime::signals) returns the signals that wait,
/// [`Event::SignalWaits`](crate::Event::SignalWaits) reports one when it begins to wait, and
/// [`Runtime::answer`](crate::Runtime::answer) or [`answer_json`](crate::Runtime::answer_json) answers it.
/// **An answer is checked against its contract and all budgets when it is given: a bad one is refused with
/// all violations, and the run goes on waiting.** So there are no `retries`. The confidence of an answer is
/// that of the question, unless its contract has a `#[confidence]`.
///
/// Waiting costs no thread, and no timer except that of the `timeout`. It ends like any attempt, with its
/// task, its run or the runtime's [shutdown](crate::Runtime::shutdown), and the signal leaves the list then.
/// A waiting task of a fan-out counts as one of the [tasks in flight](crate::Limits::tasks_in_flight). In a
/// test [`Builder::replace`](crate::Builder::replace) answers at once.
///
/// A run that waits for days should be [durable](crate::durable::Durable): signals and their timeouts then
/// outlive the process. [`Durable::signals`](crate::durable::Durable::signals) returns the signals of all
/// runs in a folder, and [`Durable::answer`](crate::durable::Durable::answer) answers one from any process,
/// even while no process drives the run. On many machines, `Client` of the crate `handoff-restate` does the
/// same.
///
/// # Timeouts, panics, cancellation
///
/// An attempt that takes longer than `timeout` has timed out, even if it returns afterwards; time that it
/// [waits](crate::Context::waiting) for a shared resource does not count. It is stopped by dropping its
/// future at the next await point. An agent that blocks its thread cannot be stopped.
///
/// A `blocking` agent that times out does not hold up the run: its thread goes on by itself, a retry begins
/// beside it, and its result is dropped. [`Context::is_cancelled`](crate::Context::is_cancelled) tells it to
/// return. A barrier or a run that stops it waits for it for at most a second. A function that still waits
/// for a thread at that moment does not start.
///
/// A panic fails the attempt with [`Panicked`](crate::ErrorKind::Panicked), and is not retried.
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
/// A stage that names a function without `#[agent]` causes rustc's "expected type, found function".
///
/// # Limitations
///
/// An agent is a free function with concrete types: no methods, no generics, no references in the input or
/// output. Its future has to be `Send`; with `blocking`, its return value and its resources have to be.
///
/// At most tokio's `max_blocking_threads` blocking agents (512 by default) run at once. The time that others
/// wait for a thread counts towards their timeout.
///
/// A module and an agent of the same name cannot both be imported: after `mod triage;`, `use triage::triage;`
/// collides in the type namespace, but `triage::triage` works as a stage. A `#[cfg(…)]` inside a `cfg_attr`
/// is not seen.
///
/// # Expansion
///
/// The macro writes the function, unchanged, or with a body if it has none; a struct of its name in the type
/// namespace; and for that struct the traits [`AgentSpec`](crate::AgentSpec) (its declaration) and
/// [`Agent`](crate::engine::Agent) (the call of the function). ARCHITECTURE.md shows an expansion in full.
pub use handoff_macros::agent;

/// Connects agents to a pipeline.
///
/// `pub name(Input) -> Output { stages }` defines the pipeline `name`, which
/// [`Runtime::run`](crate::Runtime::run) runs. A pipeline is an agent itself, so pipelines nest. The input
/// may be named, as in `pub name(input: Input) -> Output`; closures and guards can use the name, except in
/// the tasks of a `fan_out` and the branches of a `join` or a `race`.
///
/// Every `=>` is a handoff: the payload is checked against its contract, its tokens are counted and compared
/// with the budgets, it is wrapped in an [`Envelope`](crate::Envelope), and the
/// [`Observer`](crate::Observer)s are told.
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
/// | `agent` | hands the value to the agent, or to the first agent of a pipeline of that name |
/// | `gate(confidence >= 0.6)` | fails with [`LowConfidence`](crate::ErrorKind::LowConfidence) if the confidence is below the threshold, a constant expression in `0..=1`. [`min_confidence`](crate::Builder::min_confidence) can raise it. It needs a `#[confidence]` in an earlier output or in the input, or a barrier before it |
/// | `fan_out(field) agent` | one task for each item of a list field, in parallel; its options are [below](#options-of-a-fan-out) |
/// | `fan_out(\|plan\| …) agent` | the same for the items that a closure makes of the value: a `Vec` of the agent's input |
/// | `barrier(all)` | every task must succeed. Hands on a `Vec`, in the order of the items. The first failure stops the rest |
/// | `barrier(at_least = 4)`, `barrier(at_least = 80%)` | at least this many tasks, or this share (rounded up), must succeed; waits for all tasks. Hands on a [`Partial`](crate::Partial). Fails as soon as the quorum cannot be reached |
/// | `barrier(first = 2)` | as soon as this many tasks succeed, the rest is cancelled, and counts neither as results nor as failures. Hands on a [`Partial`](crate::Partial) |
/// | `barrier(settled)` | waits for all tasks, whether they succeed or not. Hands on a [`Partial`](crate::Partial) |
/// | `barrier(…, deadline = "30s")` | tasks that have not settled in this time, from the start of the fan-out, are stopped and fail with [`Deadline`](crate::ErrorKind::Deadline) |
/// | `fan_out(field) { read => extract }` | a fan-out with several stages for each item. They begin and end with an agent |
/// | `match { Triage::Billing(t) => billing, Triage::Outage(t) if t.severity > 3 => page => resolve, _ => other }` | goes to one of several agents. It is Rust's `match`, so rustc checks that it is exhaustive. An arm is handed the one part that its pattern binds, or the whole value |
/// | `repeat(max = 3, until = \|draft\| draft.approved) { critique => revise }` | runs the stages, then tests the condition, until it holds. After `max` rounds, a constant expression, it fails with [`NotConverged`](crate::ErrorKind::NotConverged), and the error has the last output ([`finished`](crate::PipelineError::finished)). `until` may take the number of the round, from 1: `\|draft, round\| …`. The output of the last stage is the input of the first |
/// | `repeat(max = 3, until = …, else = last) { … }` | the same, but after `max` rounds it goes on with the last output, and a warning |
/// | `join(legal, security)` | 2 to 8 agents on the same input, in parallel; all must succeed. Hands on a tuple, in the order in which they are written |
/// | `join({ read => check }, security or security_simple, optional(style))` | a join with branches of several stages, which cannot use names from outside, and with fallbacks. An optional branch hands on an `Option`: if it fails, that is `None`, and a warning says why |
/// | `race(security, security_simple)` | 2 to 8 agents on the same input, in parallel; the first success is handed on, and the rest is cancelled. All have the same output type, and each may be several stages or fallbacks, as in a `join`. If all fail, it fails with [`Race`](crate::ErrorKind::Race), which says why each did |
/// | `map(\|plan\| plan.summary)` | applies a function to the value, without an agent |
/// | `fan_out(parts) { match { Part::Text(t) => read, Part::Image(i) => see => describe } }` | routes each item by itself. The type of the items is taken from the patterns: one of them must name its enum |
/// | `plan as p` | names a clone of this output, for the closures and guards that follow in the same block |
/// | `plan or plan_simple` | if the first agent fails, calls the second on the same input, and adds a warning that says why |
///
/// ## Options of a fan-out
///
/// | option | meaning |
/// |---|---|
/// | `max = N` | the most items; the default is the `len(..=N)` of the field. With more items the fan-out fails with [`FanOutTooWide`](crate::ErrorKind::FanOutTooWide), and no task starts |
/// | `concurrency = N` | the most tasks of this fan-out under way at once |
/// | `allow_empty` | allows that there are no items: the barrier then hands on an empty `Vec` or [`Partial`](crate::Partial), with the confidence of the input, and only a quorum of a number of tasks (`at_least = 4`, `first = 2`) fails. Without it, no items are [`EmptyFanOut`](crate::ErrorKind::EmptyFanOut) |
/// | `keep` | hands each item on beside its output: the barrier hands on a `Vec` or a [`Partial`](crate::Partial) of pairs, `(Item, Output)`. `recover` still returns the output alone. The size of a pair is not declared, so budgets are checked only at run time |
/// | `label = \|item\| …` | names each task, for warnings and [`TaskFailure`](crate::TaskFailure)s, which display it on one line of at most 80 characters. It is called for every item before any task starts |
/// | `recover = f` | makes an output of a failed task: `fn(&Item, &TaskFailure) -> Output`, a function or a closure that captures nothing. The output is checked like any other, adds a warning, and counts 0 towards the confidence unless it has a `#[confidence]`. It is a result under every barrier, but not a success: `at_least` and `first` do not count it. It is not called for tasks that the barrier has stopped, even at its deadline |
///
/// `N` is a constant expression of type `usize`, at least 1. A closure that panics fails the run with
/// [`Panicked`](crate::ErrorKind::Panicked), which names the pipeline; a `recover` that panics fails only its
/// task.
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
/// The target of a payload that goes into a `match`, `repeat`, `join`, `race`, `or` or `map` is the pipeline;
/// from there it is handed on to the agent that reads it next, with the same checks. The source of a value
/// that a `map` makes is the pipeline: if it breaks its contract, the pipeline is at fault. If a closure
/// panics, the pipeline fails with [`Panicked`](crate::ErrorKind::Panicked), which says in which stage.
///
/// The confidence after a `match`, an `or` and a `race` is that of the branch that was taken. After a `join`
/// it is the mean over its agents, where one without a `#[confidence]` counts 1; if none has one, it is the
/// least confidence of their outputs. A `gate` after a `match`, an `or` or a `race` needs a confidence on
/// every branch that leads to it.
///
/// ## Retrying a whole pipeline
///
/// A pipeline has no `timeout` and no `retries` of its own: those belong to agents, whose attempts observers
/// see and durable runs record. To bound or retry a whole pipeline, let an agent run it; each attempt is then
/// a [run](crate::Context::run) that is part of this one:
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
/// - **An agent of a `join` fails**: the same happens as with a task under `barrier(all)`. The agents count
///   as tasks in flight, but the error has no index. Outputs of the others are kept by their type: if `legal`
///   has returned a `Report`, `error.finished::<Report>()` returns it.
/// - **An agent of a `race` succeeds**: the rest is stopped as under `barrier(first = 1)`, and the output is
///   handed on with that agent as its source, and with its confidence. An agent that **fails** before, or
///   whose output does not fit the next agent, adds a warning. Of several successes that are seen at once,
///   that of the branch that is written first is taken. The agents count as tasks in flight, too.
/// - **An agent before an `or` fails**, or the value exceeds its `input_budget`: the next agent is called,
///   unless the run was cancelled or has exceeded a limit of its runtime.
/// - **A task fails** under `barrier(all)`: waiting tasks are not started, running ones are stopped and
///   awaited for at most one second, and the error names the agent, the task and the cause. Finished results
///   are in [`PipelineError::finished`](crate::PipelineError::finished). Of several failures that are seen at
///   once, the one with the lowest index is reported.
/// - **Enough have succeeded** under `barrier(first = N)`, or its **deadline** passes: the rest is
///   stopped in the same way.
/// - **The run is dropped**: everything in it is stopped. The same happens when it is
///   [cancelled](crate::Run::cancel_handle), misses its [deadline](crate::Limits::deadline), or exceeds its
///   limit of [model tokens](crate::Limits::model_tokens) or [calls](crate::Limits::agent_calls), whatever
///   the barriers tolerate; the error then names the agent that was at work.
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
/// Declared budgets that cannot fit do not compile: `max_output_tokens ≤ input_budget` has to hold between
/// agents, and `width × (max_output_tokens + 1) + 2 ≤ input_budget` across `barrier(all)`: the outputs, a
/// comma for each, and the brackets. This does not prove that every payload fits, because the tokens of a
/// whole can exceed the sum of its parts: the count at run time decides. A `Partial` is not checked, because
/// failures have no declared size.
///
/// This is checked for every path that leads to an agent: from the last agent of each arm, from both sides of
/// an `or`, from each agent of a `race`, and back to the first agent of a `repeat`. For the agent after a
/// `join` the need is the sum of `max_output_tokens + 1` over the joined agents, plus 2. An item of a fan-out
/// is checked if its own contract has `max_tokens`; the result of a `map` is not checked.
///
/// # Limitations
///
/// A pipeline that contains itself does not compile; two that contain each other cause rustc's "overflow
/// evaluating the requirement" where one is run. The tasks of a `fan_out`, and the branches of a `join` or a
/// `race`, cannot use names from outside (`as`). `crate = path;` at the beginning says where `handoff` is, if
/// it is renamed.
///
/// # Expansion
///
/// The macro writes a struct of the pipeline's name in the type namespace, whose documentation has a diagram
/// and the handoffs, and a function of that name in the value namespace, which
/// [`Runtime::run`](crate::Runtime::run) takes and which has [`describe()`](crate::describe). ARCHITECTURE.md
/// shows an expansion in full.
pub use handoff_macros::pipeline;

/// Makes each field of the application's state a resource, which agents take as [`State<T>`](crate::State).
///
/// Every field's type has to be `Clone`, and no two fields may have the same type: give a second `String` a
/// type of its own, or leave it out with `#[from_ref(skip)]`. `#[from_ref(crate = path)]` on the struct says
/// where `handoff` is, if it is renamed.
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

/// Turns a struct or an enum into a [`Contract`](trait@crate::Contract): a type that may cross a handoff.
///
/// It derives `Debug`, `Clone`, `Serialize`, `Deserialize` and `JsonSchema` if you have not, so it goes above
/// your own derives. A check is both a keyword of the JSON Schema and a test at run time, so the two cannot
/// disagree.
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
/// | `max_tokens = N` | the most tokens that a value may have as JSON, counted at every handoff | none |
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
/// One attribute may have several checks: `#[check(len(1..), …)]`. On an `Option` a check applies to the
/// value inside; `range`, `pattern` and `multiple_of` on a list apply to every item.
/// [`handoff::contract`](mod@crate::contract) documents each check, the types it goes on, and its violation.
///
/// A number that its type cannot hold is a violation without any check. The schema of an integer has its
/// bounds; that of an `f32` says `number`, and `1e39` is refused when it is read.
///
/// ## Reading
///
/// [`parse`](crate::Contract::parse) is stricter than serde. Besides values that break a type or a check,
/// these are violations: an unknown field, a key that is given twice, anything after the value, a list for a
/// struct, a number that its type cannot hold, a `NaN`. One error lists all violations, each with its JSON
/// pointer, in serde's names.
///
/// ## Leaf types
///
/// A field of a type that is not a contract, such as one from another crate, is a leaf: it is read by its own
/// `Deserialize`, and nothing inside it is checked. Types of `chrono`, `url` and `uuid` need the feature of
/// that name.
///
/// A leaf type implements `Serialize`, `Deserialize` and `JsonSchema`, by hand or with the derives of serde
/// and schemars, which `handoff` re-exports; that of schemars needs the feature `schemars-derive`.
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
/// A `HashMap` or a `HashSet` iterates in another order each time. Wherever a run counts, shows, sends or
/// records a payload that holds one, it is ordered, so that equal values are the same text in every process:
/// the keys of maps and the items of `HashSet`s are ordered by their text, or by their value if all are
/// integers. The fields of structs are in the order of their declaration, and a `BTreeSet` is in its own
/// order.
///
/// Ordering takes time at each handoff. With forty strings in a `HashSet`, a run of eight handoffs takes 2.2
/// times the instructions that it takes with a `Vec`, and 2.6 times if the contract has other lists, because
/// its text is then read again to tell them apart. With a `BTreeSet` it takes 1.2 times as many. A `HashMap`
/// takes 1.4 times as many as a `BTreeMap`.
///
/// Maps in leaf types are ordered, too. A set in a leaf type looks like any list: if it iterates in another
/// order each time, so does its text, and a durable run cannot be resumed with it. Use a `BTreeSet` there.
///
/// ## serde's attributes
///
/// `rename`, `rename_all`, `rename_all_fields`, `alias`, `default`, `skip`, `skip_serializing_if`, `tag`,
/// `tag` with `content`, `untagged`, `transparent`, and `flatten` of a struct contract are supported, and
/// appear in pointers and schema. Attributes that would make writing and reading differ, or serde and the
/// schema, are compile errors that say why. So are names that collide (of fields, including flattened ones
/// and aliases, of a field and the tag, of variants), `skip_serializing_if` without a `default`, and a
/// variant of an `untagged` enum that can never be read, because an earlier one takes all its values.
///
/// A field that is an `Option<Option<T>>` is left out if it is `None`, and `null` if it is `Some(None)`: a
/// patch leaves the one alone, and clears the other. Anywhere else, as in a list or a newtype, both would be
/// `null`, so it does not compile. An alias of an `Option` is recognised inside an `Option`, and not as the
/// type of a whole field.
///
/// Types that serde cannot write do not compile either: a variant beside a `tag` cannot hold a list, a text,
/// a number or an `Option`, since JSON has only an object or nothing there; and the key of a map must be a
/// `String`, a number, a `bool`, a `char`, an enum without data, or a newtype of one of them. For a type that
/// is not a contract, neither can be checked.
///
/// ## Annotations of the schema
///
/// A doc comment becomes the `description`, and a heading at its beginning the `title`; `#[deprecated]`
/// becomes `deprecated`, and a default of serde's becomes `default`. Attributes of schemars add the rest:
/// `#[schemars(title = "…")]`, `description = "…"`, `example = value` (once for each), `extend("keyword" =
/// json)`, `transform = function`; on the type `inline`; on a field `with = "Type"` and `schema_with =
/// "function"`. Titles, descriptions, examples and defaults are not in the fingerprint.
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
/// Contracts are concrete: no generics, no lifetimes, no unions. Integers have at most 64 bits, as in most
/// JSON libraries.
///
/// [`handoff::contract`](mod@crate::contract) lists where reading and the schema differ deliberately (`2.0`
/// is not an integer here, although it is one for JSON Schema). Two keys of a map that are one key under an
/// `alias` are not told apart.
///
/// # Expansion
///
/// The macro writes the type with its derives, an implementation of [`Contract`](trait@crate::Contract), and
/// a static table of its fields, by which all violations are found after a failure.
pub use handoff_macros::contract;
