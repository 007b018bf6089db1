//! Cases, without their types.

use crate::journals::{Fake, GoesOn, Hosting, Recorded, on_fake, on_memory};
use crate::{Desk, Told, agents, barriers, beside, stages};
use handoff::durable::{Elsewhere, Entry, Here, OneAttempt, Scheduled};
use handoff::engine::{Drive, TokioEngine};
use handoff::pipeline::Names;
use handoff::{AgentSpec, Builder, Files, Limits, PipelineError, Run, Runtime};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What comes of a case, some time.
pub type Telling = Pin<Box<dyn Future<Output = Told> + Send>>;

/// A pipeline that runs on every engine.
pub trait Everywhere:
    Drive<TokioEngine<Desk>> + Drive<Scheduled<Here<Desk>>> + Drive<Scheduled<Elsewhere>>
{
}

impl<P> Everywhere for P where
    P: Drive<TokioEngine<Desk>> + Drive<Scheduled<Here<Desk>>> + Drive<Scheduled<Elsewhere>>
{
}

/// An agent that can be hosted anywhere.
pub trait Hostable: AgentSpec + Drive<OneAttempt<Desk>> {}

impl<A: AgentSpec + Drive<OneAttempt<Desk>>> Hostable for A {}

/// Takes the cases one by one, with their types.
pub trait Suite {
    fn case<P: Everywhere, N: Names<P, ()> + Copy + Send + Sync + 'static>(
        &mut self,
        about: About,
        pipeline: N,
        input: P::Input,
    );
}

/// Takes the agents one by one.
pub trait Agents {
    fn agent<A: Hostable>(&mut self);
}

/// What a case is about, and what its run is told.
#[derive(Clone, Debug)]
pub struct About {
    /// What it is one of.
    pub group: &'static str,
    /// What it shows.
    pub what: String,
    pub terms: Terms,
}

/// What a run is told beside its input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// What the runtime is built with.
    pub runtime: Option<fn(Builder<Desk>) -> Builder<Desk>>,
    /// The run's own deadline.
    pub deadline: Option<Duration>,
    /// How long after its beginning the run is cancelled.
    pub cancelled: Option<Duration>,
    /// Whether somebody answers what the run asks outside.
    pub answered: bool,
}

impl About {
    pub fn new(group: &'static str, what: impl Into<String>) -> Self {
        Self { group, what: what.into(), terms: Terms::default() }
    }

    /// The runtime that the case asks for.
    pub fn runtime(&self) -> Runtime<Desk> {
        self.builder().build()
    }

    /// The runtime of a host that the case has for itself, where a run is told no deadline of its own.
    pub fn host(&self) -> Runtime<Desk> {
        let builder = self.builder();
        match self.terms.deadline {
            Some(deadline) => builder.limits(Limits::default().deadline(deadline)).build(),
            None => builder.build(),
        }
    }

    fn builder(&self) -> Builder<Desk> {
        let builder = Runtime::builder().state(Desk::default());
        match self.terms.runtime {
            Some(say) => say(builder),
            None => builder,
        }
    }
}

/// A case that can be run, whatever its pipeline is.
#[derive(Clone)]
pub struct Case {
    pub about: About,
    runs: Arc<dyn Runs>,
}

impl Case {
    /// Runs it on tokio.
    pub fn on_tokio(&self) -> Telling {
        self.runs.on_tokio(&self.about)
    }

    /// Runs it in a folder, as the run of this id; or says how that has ended.
    pub fn on_files(&self, files: Files, id: &str) -> Telling {
        self.runs.on_files(&self.about, files, id)
    }

    /// Runs it on a journal in memory: from its beginning, or from what is kept.
    pub fn on_memory(&self, entries: Option<Vec<Entry>>) -> GoesOn<'static, Recorded<Told>> {
        Arc::clone(&self.runs).on_memory(self.about.clone(), entries)
    }

    /// Runs it with agents that are elsewhere, in one of its lives.
    pub fn on_fake(&self, fake: Fake) -> GoesOn<'static, (Told, Fake)> {
        Arc::clone(&self.runs).on_fake(self.about.clone(), fake)
    }

    /// A first life of it.
    pub fn fake(&self) -> Fake {
        struct All(Hosting<Desk>);

        impl Agents for All {
            fn agent<A: Hostable>(&mut self) {
                self.0.host::<A>();
            }
        }

        let mut all = All(Hosting::on(&self.about.runtime()));
        each_agent(&mut all);
        all.0.journal(&self.about.terms)
    }
}

/// A pipeline and its input.
struct Of<N, I> {
    pipeline: N,
    input: I,
}

trait Runs: Send + Sync {
    fn on_tokio(&self, about: &About) -> Telling;
    fn on_files(&self, about: &About, files: Files, id: &str) -> Telling;
    fn on_memory(
        self: Arc<Self>,
        about: About,
        entries: Option<Vec<Entry>>,
    ) -> GoesOn<'static, Recorded<Told>>;
    fn on_fake(self: Arc<Self>, about: About, fake: Fake) -> GoesOn<'static, (Told, Fake)>;
}

/// All cases, without their types.
pub fn cases() -> Vec<Case> {
    struct All(Vec<Case>);

    impl Suite for All {
        fn case<P: Everywhere, N: Names<P, ()> + Copy + Send + Sync + 'static>(
            &mut self,
            about: About,
            pipeline: N,
            input: P::Input,
        ) {
            self.0.push(Case { about, runs: Arc::new(Erased::<P, N>(Of { pipeline, input })) });
        }
    }

    let mut all = All(Vec::new());
    each(&mut all);
    all.0
}

/// Tells a run what it is to be told.
fn told<T>(terms: Terms, mut run: Run<T>) -> Run<T> {
    if let Some(deadline) = terms.deadline {
        run = run.deadline(deadline);
    }
    if let Some(after) = terms.cancelled {
        let handle = run.cancel_handle();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            handle.cancel();
        });
    }
    run
}

struct Erased<P: AgentSpec, N>(Of<N, P::Input>);

impl<P: Everywhere, N: Names<P, ()> + Copy + Send + Sync + 'static> Runs for Erased<P, N> {
    fn on_tokio(&self, about: &About) -> Telling {
        let (runtime, terms) = (about.runtime(), about.terms);
        let run = told(terms, runtime.run(self.0.pipeline, self.0.input.clone()));
        Box::pin(async move {
            let (outcome, against) = beside(terms, &runtime, run).await;
            if let Err(error) = &outcome {
                // It is the same in another process.
                let read = PipelineError::from_json(&error.to_json()).expect("it is an error of a run");
                assert_eq!(
                    (format!("{read:?}"), read.to_string()),
                    (format!("{error:?}"), error.to_string())
                );
            }
            Told::of(&outcome).against(against)
        })
    }

    fn on_files(&self, about: &About, files: Files, id: &str) -> Telling {
        let (durable, terms) = (about.runtime().durable(files).with(self.0.pipeline), about.terms);
        let run = told(terms, durable.run(self.0.pipeline, id, self.0.input.clone()));
        Box::pin(async move {
            let (outcome, against) = beside(terms, &durable, run).await;
            Told::of(&outcome).against(against)
        })
    }

    fn on_memory(
        self: Arc<Self>,
        about: About,
        entries: Option<Vec<Entry>>,
    ) -> GoesOn<'static, Recorded<Told>> {
        Box::pin(async move {
            let (runtime, input) = (about.runtime(), self.0.input.clone());
            let run = on_memory::<P, Desk>(&runtime, &about.terms, entries, input);
            let (Recorded { outcome, made, entries }, against) = beside(about.terms, &runtime, run).await;
            Recorded { outcome: Told::of(&outcome).against(against), made, entries }
        })
    }

    fn on_fake(self: Arc<Self>, about: About, mut fake: Fake) -> GoesOn<'static, (Told, Fake)> {
        Box::pin(async move {
            let (runtime, input) = (about.runtime(), self.0.input.clone());
            let questions = fake.questions::<P, Desk>(&runtime);
            let run = on_fake::<P, Desk>(&runtime, &about.terms, &mut fake, input);
            let (outcome, against) = beside(about.terms, &questions, run).await;
            (Told::of(&outcome).against(against), fake)
        })
    }
}

/// Hands all cases to the suite.
pub fn each(suite: &mut impl Suite) {
    barriers::each(suite);
    stages::each(suite);
}

/// Hands all agents to whoever hosts them.
pub fn each_agent(all: &mut impl Agents) {
    agents::each(all);
    barriers::each_agent(all);
    stages::each_agent(all);
}
