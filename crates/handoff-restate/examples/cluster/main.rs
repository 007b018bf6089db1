//! Runs on a cluster of processes, some of which are killed while they go on.
//!
//! ```sh
//! crates/handoff-restate/server/install.sh
//! cargo run -p handoff-restate --features testing --example cluster
//! ```
//!
//! Two hosts of workers, behind one address, and one of planners, each in a process of its own; a Restate server; and a
//! client that submits 50 runs, each over a file of this repository, and shows how far they are. Meanwhile one host after
//! the other is killed (`kill -9`) and started again: by the example and not by a script beside it, so that nobody is left
//! behind however it ends, and a seed says who is killed and when. In the end all the answers are there, and what the agents noted in a file, of
//! which no engine knows, is held against what the server has: nothing that was finished was done again.

mod agents;
mod count;
mod hosts;
mod killer;
mod notes;
mod options;
mod texts;

use agents::{Summary, Text, digest};
use count::{Count, ended};
use handoff::Envelope;
use handoff_restate::testing::{Server, ServerError};
use handoff_restate::{Client, ClientError};
use hosts::{Host, Which};
use notes::Notes;
use options::{Command, Options};
use std::collections::BTreeSet;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

type BoxError = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Options::read(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Command::Host { which, address, notes }) => hosts::serve(which, address, &notes).await,
        Ok(Command::Run(options)) => cluster(options).await,
        Err(wrong) => {
            eprintln!("{wrong}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn cluster(options: Options) -> Result<(), BoxError> {
    let texts = texts::find(&options.path, options.runs)?;
    let server = match Server::start() {
        Err(error @ ServerError::NotInstalled) => {
            println!("skipped: {error}");
            return Ok(());
        }
        server => server?,
    };
    let notes = std::env::temp_dir().join(format!("handoff-cluster-{}.notes", std::process::id()));
    let workers = hosts::free_address()?;
    let hosts = vec![
        Host::start(Which::Workers, workers, &notes)?,
        Host::start(Which::Workers, workers, &notes)?,
        Host::start(Which::Planners, hosts::free_address()?, &notes)?,
    ];
    let client = server.client();
    client.register(&[&hosts[0].uri(), &hosts[2].uri()]).await?;
    println!("{} runs over {}, by 2 hosts of workers and 1 of planners", texts.len(), options.path.display());

    let began = Instant::now();
    let ended_runs = Arc::new(AtomicUsize::new(0));
    let mut answers = JoinSet::new();
    for (number, text) in texts.iter().enumerate() {
        let (client, text, ended_runs) = (client.clone(), text.clone(), Arc::clone(&ended_runs));
        answers.spawn(async move {
            let answer = answer(&client, &number.to_string(), &text).await;
            ended_runs.fetch_add(1, Ordering::Relaxed);
            (number, answer)
        });
    }
    let killing = killer::start(hosts, &options, Arc::clone(&ended_runs), texts.len());
    let shown = tokio::spawn(show(client.clone(), Arc::clone(&ended_runs), texts.len()));
    let answers = answers.join_all().await;
    let took = began.elapsed();
    let hosts = killing.await??;
    shown.abort();

    let mut wrong = 0;
    for (number, answer) in answers {
        let (text, answer) = (&texts[number], answer?.payload);
        if answer != agents::by_hand(text) {
            wrong += 1;
            println!("wrong: {}: {answer:?}", text.name);
        } else if number < 3 {
            println!("{}: {answer}", text.name);
        }
    }
    println!("… and so on: {} answers in {:.1} s, {wrong} of them wrong", texts.len(), took.as_secs_f64());
    let taken = Notes::read(&notes)?;
    let count = Count::of(&taken, &ended(&client, "read").await?);
    let processes: BTreeSet<_> = taken.iter().map(|note| note.process).collect();
    println!("of the agent `read`, in {} processes: {count}", processes.len());
    drop(hosts);
    std::fs::remove_file(&notes)?;
    if wrong > 0 || !count.repeated.is_empty() || count.lost > 0 {
        return Err("something was lost, or done again".into());
    }
    Ok(())
}

/// The answer of a run, whoever cannot be reached on the way.
async fn answer(client: &Client, id: &str, text: &Text) -> Result<Envelope<Summary>, ClientError> {
    loop {
        match client.run(digest, id, text).await {
            Err(error) if error.is_unreachable() => tokio::time::sleep(Duration::from_millis(200)).await,
            answer => return answer,
        }
    }
}

/// Shows each second how far the runs are.
async fn show(client: Client, ended: Arc<AtomicUsize>, runs: usize) -> Result<(), ClientError> {
    let steps = "SELECT COUNT(*) AS called, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS ended \
                 FROM sys_invocation WHERE target_service_ty = 'service'";
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let rows = client.query(steps).await?;
        let number = |of: &str| rows.first().and_then(|row| row[of].as_u64()).unwrap_or(0);
        let (called, done) = (number("called"), number("ended"));
        println!("{:>3} of {runs} runs, {done:>4} of {called} calls so far", ended.load(Ordering::Relaxed));
    }
}
