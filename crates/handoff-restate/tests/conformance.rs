//! Every case of the suite that all engines share, on a Restate server: what comes out is what comes out on tokio. Where
//! no server is installed, nothing is tested, and that is said.

use handoff::pipeline::Names;
use handoff::prelude::*;
use handoff::{AgentSpec, AnswerError, PendingSignal, SignalId};
use handoff_conformance::{
    About, Agents, Case, Desk, Engine, Everywhere, Hostable, Outside, Suite, Told, beside, cases, each,
    each_agent,
};
use handoff_restate::testing::{Server, ServerError};
use handoff_restate::{Client, ClientError, Endpoint};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// So many runs at once, or they would wait for one another and not for what they are told to.
const AT_ONCE: usize = 12;

/// How often a case may come to something else by chance: on a busy machine, what takes a step may take two.
const ALONE: u32 = 3;

type Asking = Pin<Box<dyn Future<Output = Told> + Send>>;

/// Asks for a run, of another id each time.
type Run = Box<dyn Fn(Client, u32) -> Asking + Send + Sync>;

/// A case as a run that is asked for.
struct OnRestate {
    case: Case,
    run: Run,
    /// A host of its own, where it asks for something of the runtime.
    host: Option<Box<dyn Fn() -> Endpoint<Desk> + Send + Sync>>,
}

/// All cases, and a host of what most of them need.
struct All {
    cases: std::vec::IntoIter<Case>,
    endpoint: Option<Endpoint<Desk>>,
    pipelines: BTreeSet<&'static str>,
    on_restate: Vec<OnRestate>,
}

impl Suite for All {
    fn case<P: Everywhere, N: Names<P, ()> + Copy + Send + Sync + 'static>(
        &mut self,
        about: About,
        pipeline: N,
        input: P::Input,
    ) {
        let case = self.cases.next().expect("they are the same cases");
        let host: Option<Box<dyn Fn() -> _ + Send + Sync>> =
            if about.terms.runtime.is_some() || about.terms.deadline.is_some() {
                let about = about.clone();
                Some(Box::new(move || hosting(about.host()).pipeline(pipeline)))
            } else {
                if self.pipelines.insert(P::ADDRESS) {
                    self.endpoint = self.endpoint.take().map(|endpoint| endpoint.pipeline(pipeline));
                }
                None
            };
        let number = self.on_restate.len();
        let run: Run = Box::new(move |client, time| {
            let (mut about, input) = (about.clone(), input.clone());
            // What is to have happened before may have taken longer. What is to be stopped goes on for long enough.
            about.terms.cancelled = about.terms.cancelled.map(|after| after * (time + 1));
            let outside = Asked { client, pipeline, id: format!("case-{number}-{time}"), of: PhantomData };
            Box::pin(async move {
                let (outcome, against) = beside(about.terms, &outside, outside.ended(&about, &input)).await;
                let outcome = outcome.map_err(|error| match error {
                    ClientError::Run(error) => *error,
                    other => panic!("{about:?}: {other}"),
                });
                Told::of::<P::Output>(&outcome).against(against)
            })
        });
        self.on_restate.push(OnRestate { case, run, host });
    }
}

/// A host of all agents.
fn hosting(runtime: Runtime<Desk>) -> Endpoint<Desk> {
    struct Hosted(Option<Endpoint<Desk>>);

    impl Agents for Hosted {
        fn agent<A: Hostable>(&mut self) {
            self.0 = self.0.take().map(Endpoint::agent::<A>);
        }
    }

    let mut hosted = Hosted(Some(Endpoint::new(runtime)));
    each_agent(&mut hosted);
    hosted.0.expect("it is put back each time")
}

/// A run that is asked for, and what it asks.
struct Asked<P, N> {
    client: Client,
    pipeline: N,
    id: String,
    of: PhantomData<fn() -> P>,
}

impl<P: AgentSpec, N: Names<P, ()> + Copy + Send + Sync> Asked<P, N> {
    /// What has come of it.
    async fn ended(&self, about: &About, input: &P::Input) -> Result<Envelope<P::Output>, ClientError> {
        let Self { client, pipeline, id, .. } = self;
        let Some(after) = about.terms.cancelled else { return client.run(*pipeline, id, input).await };
        client.start(*pipeline, id, input).await?;
        tokio::time::sleep(after).await;
        client.cancel(*pipeline, id).await?;
        client.attach(*pipeline, id).await
    }
}

impl<P: AgentSpec, N: Names<P, ()> + Copy + Send + Sync> Outside for Asked<P, N> {
    async fn waiting(&self) -> Vec<PendingSignal> {
        self.client.signals(self.pipeline, &self.id).await.expect("the server tells")
    }

    async fn answer(&self, id: SignalId, answer: &str) -> Result<(), AnswerError> {
        // A name that is known to be a function.
        let name = || -> P { unreachable!("nobody calls it") };
        match self.client.answer_json(name, &self.id, id, answer).await {
            Err(ClientError::Answer(error)) => Err(error),
            other => {
                other.expect("the server takes it, or says why not");
                Ok(())
            }
        }
    }
}

impl OnRestate {
    /// Says what is wrong with what comes out.
    async fn wrong(&self, client: Client, time: u32) -> Option<String> {
        let about = &self.case.about;
        let (found, told) = tokio::join!((self.run)(client, time), self.case.on_tokio());
        let differs = Engine::Restate.differs(about).is_some();
        (differs == (found == told)).then(|| format!("{about:?}\n  {found:?}\nand on tokio\n  {told:?}"))
    }
}

/// Runs the cases of a host that is there, some at once.
async fn together(server: &Server, cases: Vec<OnRestate>, wrong: &mut Vec<String>) {
    let (mut under_way, turns) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
    for case in cases {
        let turn = Arc::clone(&turns).acquire_owned().await.expect("nobody closes it");
        let client = server.client();
        under_way.spawn(async move {
            let is_wrong = case.wrong(client, 0).await.is_some();
            drop(turn);
            is_wrong.then_some(case)
        });
    }
    // Who is first may have been decided by what else was under way: it is asked again, alone.
    for case in under_way.join_all().await.into_iter().flatten() {
        let mut said = None;
        for time in 1..=ALONE {
            said = case.wrong(server.client(), time).await;
            if said.is_none() {
                break;
            }
        }
        wrong.extend(said);
    }
}

#[test]
fn every_case_comes_to_the_same() {
    let server = match Server::start() {
        Ok(server) => server,
        Err(error @ ServerError::NotInstalled) => {
            // Past the test harness, which shows nothing of a test that passes.
            let _ = writeln!(std::io::stderr(), "skipped: {error}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let mut all = All {
        cases: cases().into_iter(),
        endpoint: Some(hosting(Runtime::builder().state(Desk::default()).build())),
        pipelines: BTreeSet::new(),
        on_restate: Vec::new(),
    };
    each(&mut all);
    let (alone, most): (Vec<_>, Vec<_>) = all.on_restate.into_iter().partition(|case| case.host.is_some());
    let endpoint = all.endpoint.expect("it is put back each time");
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let wrong = tokio.expect("a tokio runtime").block_on(async {
        let mut wrong = Vec::new();
        let mut hosts = vec![server.host(endpoint).await.expect("it is registered")];
        together(&server, most, &mut wrong).await;
        // One after the other: each takes the place of the host before it.
        for case in alone {
            let endpoint = case.host.as_ref().map(|host| host()).expect("it has one of its own");
            hosts.push(server.host(endpoint).await.expect("it is registered"));
            together(&server, vec![case], &mut wrong).await;
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}
