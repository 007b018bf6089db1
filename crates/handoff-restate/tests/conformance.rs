//! Every case of the suite that all engines share, on a Restate server: what comes out is what comes out on tokio. Where
//! no server is installed, nothing is tested, and that is said.

use handoff::pipeline::Names;
use handoff::prelude::*;
use handoff_conformance::{
    About, Agents, Desk, Engine, Everywhere, Hostable, Suite, Telling, Told, cases, each, each_agent,
};
use handoff_restate::testing::{Server, ServerError};
use handoff_restate::{Client, ClientError, Endpoint};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// So many runs at once, or they would wait for one another and not for what they are told to.
const AT_ONCE: usize = 12;

type Asking = Pin<Box<dyn Future<Output = Told> + Send>>;

/// Asks for a run, of another id each time.
type Run = Box<dyn Fn(Client, usize) -> Asking>;

/// The cases, each as a run that is asked for, and a host of all that they need.
struct OnRestate {
    endpoint: Option<Endpoint<Desk>>,
    pipelines: BTreeSet<&'static str>,
    runs: Vec<Option<Run>>,
}

impl OnRestate {
    fn endpoint(&mut self) -> Endpoint<Desk> {
        self.endpoint.take().expect("there is one")
    }
}

impl Suite for OnRestate {
    fn case<P: Everywhere, N: Names<P, ()> + Copy + Send + Sync + 'static>(
        &mut self,
        about: About,
        pipeline: N,
        input: P::Input,
    ) {
        if Engine::Restate.leaves_out(&about).is_some() {
            self.runs.push(None);
            return;
        }
        if self.pipelines.insert(P::ADDRESS) {
            let endpoint = self.endpoint();
            self.endpoint = Some(endpoint.pipeline(pipeline));
        }
        let number = self.runs.len();
        self.runs.push(Some(Box::new(move |client, time| {
            let (id, about, input) = (format!("case-{number}-{time}"), about.clone(), input.clone());
            Box::pin(async move {
                let outcome = match about.terms.cancelled {
                    None => client.run(pipeline, &id, &input).await,
                    Some(after) => {
                        client.start(pipeline, &id, &input).await.expect("it begins");
                        tokio::time::sleep(after).await;
                        client.cancel(pipeline, &id).await.expect("it is there");
                        client.attach(pipeline, &id).await
                    }
                };
                Told::of::<P::Output>(&outcome.map_err(|error| match error {
                    ClientError::Run(error) => *error,
                    other => panic!("{about:?}: {other}"),
                }))
            })
        })));
    }
}

impl Agents for OnRestate {
    fn agent<A: Hostable>(&mut self) {
        let endpoint = self.endpoint();
        self.endpoint = Some(endpoint.agent::<A>());
    }
}

/// Says what is wrong with what comes out.
async fn compare(about: &About, asking: Asking, telling: Telling) -> Option<String> {
    let (found, told) = tokio::join!(asking, telling);
    let differs = Engine::Restate.differs(about).is_some();
    (differs == (found == told)).then(|| format!("{about:?}\n  {found:?}\nand on tokio\n  {told:?}"))
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
    let runtime = Runtime::builder().state(Desk::default()).build();
    let mut all =
        OnRestate { endpoint: Some(Endpoint::new(runtime)), pipelines: BTreeSet::new(), runs: Vec::new() };
    each_agent(&mut all);
    each(&mut all);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let wrong = tokio.expect("a tokio runtime").block_on(async {
        let _host = server.host(all.endpoint()).await.expect("it is registered");
        let (mut under_way, turns) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
        let runs: Vec<_> = all.runs.into_iter().zip(cases()).collect();
        for (number, (run, case)) in runs.iter().enumerate() {
            let Some(run) = run else { continue };
            let turn = Arc::clone(&turns).acquire_owned().await.expect("nobody closes it");
            let (asking, telling, about) = (run(server.client(), 0), case.on_tokio(), case.about.clone());
            under_way.spawn(async move {
                let wrong = compare(&about, asking, telling).await;
                drop(turn);
                wrong.map(|_| number)
            });
        }
        let mut wrong = Vec::new();
        // Who is first may have been decided by what else was under way: it is asked again, alone.
        for number in under_way.join_all().await.into_iter().flatten() {
            let (Some(run), case) = &runs[number] else { continue };
            wrong.extend(compare(&case.about, run(server.client(), 1), case.on_tokio()).await);
        }
        wrong
    });
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}
