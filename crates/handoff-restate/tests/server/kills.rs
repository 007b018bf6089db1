//! Hosts and the server are killed at random while runs go on: each run ends, and what the server has is not made again.
//!
//! Short, it is a test like any other. Long, by hand:
//!
//! ```sh
//! HANDOFF_KILLS="200 40" cargo test -p handoff-restate --features testing --test server kills -- --nocapture
//! ```
//!
//! is 200 runs under 40 kills, and ends with a line of figures.

use crate::balancer::Balancer;
use crate::count::{Count, ended};
use crate::notes::{Notes, now};
use crate::program::{App, planners, question, research, runtime, workers};
use crate::{Scratch, server, until};
use handoff_restate::testing::{Host, Server};
use handoff_restate::{Client, ClientError, Endpoint};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, io, thread};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const TASKS: [&str; 5] = ["slow 100", "slow 400", "slow second 600", "slow 1500", "slow 2500"];
/// Attempts of agents in a run, of which one fails.
const ATTEMPTS: usize = 6;
/// Runs at once, so that there is work for as long as somebody is killed.
const AT_ONCE: usize = 25;

/// A host in a process of its own, which is this one again.
struct Process {
    which: &'static str,
    address: SocketAddr,
    notes: String,
    child: Child,
}

impl Process {
    fn start(which: &'static str, notes: &Path) -> io::Result<Self> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let notes = notes.display().to_string();
        let child = Self::spawn(which, address, &notes)?;
        Ok(Self { which, address, notes, child })
    }

    fn spawn(which: &str, address: SocketAddr, notes: &str) -> io::Result<Child> {
        let child = Command::new(env::current_exe()?)
            .args(["kills::a_host", "--exact", "--ignored"])
            .envs([
                ("HANDOFF_HOST", which),
                ("HANDOFF_ADDRESS", &address.to_string()),
                ("HANDOFF_NOTES", notes),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "the host does not come up");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(child)
    }

    fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    fn restart(&mut self) -> io::Result<()> {
        self.child = Self::spawn(self.which, self.address, &self.notes)?;
        Ok(())
    }

    fn uri(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// What a [`Process`] does.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is a host, for the test below"]
async fn a_host() {
    let Ok(which) = env::var("HANDOFF_HOST") else { return };
    let (address, notes) = (env::var("HANDOFF_ADDRESS").unwrap(), env::var("HANDOFF_NOTES").unwrap());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let runtime = runtime(App::noting(Path::new(&notes)));
    let endpoint = Endpoint::new(runtime.clone());
    let endpoint = if which == "workers" { workers(endpoint) } else { planners(endpoint) };
    // It is to end with the test, however that ends.
    let over = tokio::task::spawn_blocking(|| io::stdin().read(&mut [0]));
    let mut told = signal(SignalKind::terminate()).unwrap();
    let stop = async {
        tokio::select! {
            _ = over => {}
            _ = told.recv() => drop(runtime.shutdown(Duration::ZERO).await),
        }
    };
    endpoint.retry_interval(Duration::from_millis(500)).serve(listener, stop).await.unwrap();
}

/// Told to stop, or killed.
#[tokio::test]
async fn a_planner_that_is_shut_down_in_mid_run_leaves_it_to_the_next() {
    let Some(server) = server() else { return };
    let client = server.client();
    for how in ["TERM", "KILL"] {
        let scratch = Scratch::new(how);
        let app = App::noting(scratch.path());
        let worker = Host::serve(workers(Endpoint::new(runtime(app.clone())))).unwrap();
        let mut planners = [(); 2].map(|()| Process::start("planners", scratch.path()).unwrap());
        let balancer = Balancer::before(planners.iter().map(|planner| planner.address).collect()).await;
        client.register(&[&worker.uri(), &format!("http://{}", balancer.address())]).await.unwrap();

        client.start(research, how, &question(&["ok", "held"])).await.unwrap();
        let starts = || {
            let notes = Notes::read(scratch.path()).unwrap();
            notes.iter().filter(|note| note.event == "start").count()
        };
        until("one has ended, and one is at work", async || {
            starts() == 2 && client.progress(research, how).await.unwrap().total().ended == 2
        })
        .await;
        let pid = planners[0].child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{how}"), &pid]).status().unwrap().success());
        let ended = planners[0].child.wait().unwrap();
        assert_eq!(ended.success(), how == "TERM", "{ended}");
        balancer.take_the_next();
        app.gate.open();

        let report = client.attach(research, how).await.unwrap();
        assert_eq!(report.payload.text, "ok done; done at last");
        let progress = client.progress(research, how).await.unwrap();
        assert_eq!((progress.agents["plan"].called, progress.agents["work"].called, starts()), (1, 2, 2));
    }
}

#[derive(Debug, Default)]
struct Kills {
    /// Milliseconds since the epoch, and who.
    made: Vec<(u128, &'static str)>,
}

/// Kills somebody each second or so, and has them back soon after.
fn kill(
    server: &mut Server,
    hosts: &mut [Process; 2],
    most: usize,
    seed: u64,
    over: impl Fn() -> bool,
) -> Kills {
    let (mut random, mut kills) = (fastrand::Rng::with_seed(seed), Kills::default());
    for _ in 0..most {
        thread::sleep(Duration::from_millis(random.u64(300..1500)));
        if over() {
            break;
        }
        let victim = ["workers", "workers", "workers", "planners", "planners", "server"][random.usize(..6)];
        kills.made.push((now(), victim));
        let pause = Duration::from_millis(random.u64(..600));
        if let Some(host) = hosts.iter_mut().find(|host| host.which == victim) {
            host.kill().unwrap();
            thread::sleep(pause);
            host.restart().unwrap();
        } else {
            server.kill().unwrap();
            thread::sleep(pause);
            server.restart().unwrap();
        }
    }
    kills
}

/// As often as it has to be asked.
async fn answer(client: Client, id: String, lanes: Arc<Semaphore>) -> Result<String, ClientError> {
    let _lane = lanes.acquire().await;
    loop {
        match client.run(research, &id, &question(&TASKS)).await {
            Ok(report) => return Ok(report.payload.text),
            // What a server answers that is going away, too.
            Err(ClientError::Unreachable { .. } | ClientError::Refused { status: 500.., .. }) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_run_ends_and_nothing_is_made_again_whoever_is_killed() {
    let long = env::var("HANDOFF_KILLS").unwrap_or_else(|_| "20 6".to_owned());
    let mut numbers = long.split(' ').map(|number| number.parse().expect("runs, kills and a seed"));
    let (runs, most) = (numbers.next().unwrap_or(20), numbers.next().unwrap_or(6));
    let seed = numbers.next().unwrap_or(7) as u64;

    let Some(mut server) = server() else { return };
    let notes = Scratch::new("kills");
    let mut hosts = ["workers", "planners"].map(|which| Process::start(which, notes.path()).unwrap());
    let uris = [hosts[0].uri(), hosts[1].uri()];
    server.client().register(&[&uris[0], &uris[1]]).await.unwrap();
    let here = runtime(App::default()).run(research, question(&TASKS)).await.unwrap().payload.text;

    let began = Instant::now();
    let (mut answers, lanes) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
    for number in 0..runs {
        answers.spawn(answer(server.client(), number.to_string(), Arc::clone(&lanes)));
    }
    let starts = || Notes::read(notes.path()).unwrap().iter().filter(|note| note.event == "start").count();
    until("work has begun", async || starts() > runs / 2).await;
    let (kills, server, hosts) = tokio::task::spawn_blocking({
        let path = notes.path().to_owned();
        let over = move || {
            let notes = Notes::read(&path).unwrap();
            let ended: BTreeSet<_> =
                notes.iter().filter(|note| note.is_end()).map(|note| (&note.key, note.attempt)).collect();
            ended.len() >= runs * ATTEMPTS
        };
        move || {
            let kills = kill(&mut server, &mut hosts, most, seed, over);
            (kills, server, hosts)
        }
    })
    .await
    .unwrap();

    let mut wrong = Vec::new();
    while let Some(answer) = answers.join_next().await {
        let answer = answer.unwrap().map_err(|error| error.to_string());
        if answer.as_ref() != Ok(&here) {
            wrong.push(answer);
        }
    }
    let count =
        Count::of(&Notes::read(notes.path()).unwrap(), &ended(&server.client(), "work").await.unwrap());
    let of = |who| kills.made.iter().filter(|(_, victim)| *victim == who).count();
    eprintln!(
        "{runs} runs, {} wrong, {} kills ({} workers, {} planners, {} server), {:.1} s: {count}",
        wrong.len(),
        kills.made.len(),
        of("workers"),
        of("planners"),
        of("server"),
        began.elapsed().as_secs_f64()
    );
    drop(hosts);
    assert!(!kills.made.is_empty(), "nobody was killed");
    assert_eq!(wrong, []);
    assert_eq!(count.attempts, runs * ATTEMPTS);
    assert_eq!((count.repeated, count.lost), (vec![], 0));
}
