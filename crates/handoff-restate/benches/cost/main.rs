//! What a run costs beside one that is written by hand with the SDK: CPU time of the host and of the server, in turns.
//!
//! ```sh
//! cargo bench -p handoff-restate --features testing --bench cost
//! ```
//!
//! Wall-clock times of a server that writes to a disk are noise; the time that the processes were given is less so. The
//! server is nine tenths of it.

mod bare;
mod ours;

use handoff_restate::testing::{Server, ServerError};
use restate_sdk::http_server::HttpServer;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};
use tokio::net::TcpListener;

/// Tasks, runs in a round, runs at once.
const SHAPES: [(usize, usize, usize); 4] = [(5, 200, 1), (5, 400, 50), (50, 40, 1), (500, 6, 1)];
const ROUNDS: usize = 9;

/// Who is compared: what its workflow is called, and its host.
const SIDES: [&str; 2] = ["BareResearch", "research"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match env::args().nth(1).as_deref() {
        Some("host") => host(&env::args().nth(2).unwrap_or_default()).await,
        _ => compare().await,
    }
}

async fn host(side: &str) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    // It ends with whoever started it.
    let stop = async {
        let _ = tokio::task::spawn_blocking(|| io::stdin().read(&mut [0])).await;
    };
    if side == SIDES[0] {
        HttpServer::new(bare::endpoint()).serve_with_cancel(listener, stop).await;
    } else {
        ours::endpoint().serve(listener, stop).await?;
    }
    Ok(())
}

async fn compare() -> Result<(), Box<dyn std::error::Error>> {
    let server = match Server::start() {
        Err(error @ ServerError::NotInstalled) => {
            println!("skipped: {error}");
            return Ok(());
        }
        server => server?,
    };
    let mut hosts = Vec::new();
    for side in SIDES {
        let mut host = Command::new(env::current_exe()?)
            .args(["host", side])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut uri = String::new();
        BufReader::new(host.stdout.take().ok_or("no output")?).read_line(&mut uri)?;
        server.client().register(&[uri.trim()]).await?;
        hosts.push(host);
    }
    let ingress = server.ingress();
    let ingress = ingress.trim_start_matches("http://");
    for side in SIDES {
        runs(ingress, side, "warm", 5, 20, 5)?;
    }
    println!("CPU of host + server, ms a run, median of {ROUNDS} rounds in turns");
    println!("{:>5} {:>7} {:>16} {:>16} {:>6}", "tasks", "at once", "by hand", "handoff", "ratio");
    for (shape, (tasks, count, at_once)) in SHAPES.into_iter().enumerate() {
        let mut spent = [const { Vec::new() }; 2];
        for round in 0..ROUNDS {
            // Whoever comes second finds a server that has more to tidy up: they take turns at it.
            for which in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
                let side = SIDES[which];
                let before = (cpu(hosts[which].id())?, cpu(server.pid())?);
                runs(ingress, side, &format!("{shape}-{round}"), tasks, count, at_once)?;
                let after = (cpu(hosts[which].id())?, cpu(server.pid())?);
                #[allow(clippy::cast_precision_loss)]
                let each = |ms: u64| ms as f64 / count as f64;
                spent[which].push((each(after.0 - before.0), each(after.1 - before.1)));
            }
        }
        let [bare, ours] = spent.map(median);
        let ratio = (ours.0 + ours.1) / (bare.0 + bare.1);
        println!(
            "{tasks:>5} {at_once:>7} {:>7.2} + {:>6.1} {:>7.2} + {:>6.1} {ratio:>6.2}",
            bare.0, bare.1, ours.0, ours.1
        );
    }
    for mut host in hosts {
        drop(host.stdin.take());
        end(host)?;
    }
    Ok(())
}

fn end(mut host: Child) -> io::Result<()> {
    host.kill()?;
    host.wait().map(drop)
}

/// Of each of the two, by itself.
fn median(mut spent: Vec<(f64, f64)>) -> (f64, f64) {
    let middle = spent.len() / 2;
    spent.sort_by(|one, other| one.0.total_cmp(&other.0));
    let host = spent[middle].0;
    spent.sort_by(|one, other| one.1.total_cmp(&other.1));
    (host, spent[middle].1)
}

/// Milliseconds of CPU that a process has had, by the kernel's clock of 100 Hz.
fn cpu(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // After the name, which may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Ok(ticks * 10)
}

/// Runs that often, so many at once, each over a connection that is kept.
fn runs(
    ingress: &str,
    workflow: &str,
    name: &str,
    tasks: usize,
    count: usize,
    at_once: usize,
) -> io::Result<()> {
    let question =
        ours::Question { text: "why?".to_owned(), tasks: vec!["ok".to_owned(); tasks], confidence: 0.9 };
    let body = serde_json::to_string(&question)?;
    let next = AtomicUsize::new(0);
    let lane = || {
        let mut stream = BufReader::new(TcpStream::connect(ingress)?);
        stream.get_ref().set_nodelay(true)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(());
            }
            post(&mut stream, &format!("/{workflow}/{name}-{number}/run"), &body)?;
        }
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..at_once).map(|_| scope.spawn(lane)).collect();
        lanes
            .into_iter()
            .try_for_each(|lane| lane.join().unwrap_or_else(|_| Err(io::Error::other("a lane panicked"))))
    })
}

fn post(stream: &mut BufReader<TcpStream>, path: &str, body: &str) -> io::Result<()> {
    write!(
        stream.get_mut(),
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let (mut line, mut status, mut length) = (String::new(), String::new(), None);
    while stream.read_line(&mut line)? > 2 {
        if status.is_empty() {
            status.clone_from(&line);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
        line.clear();
    }
    let mut body = vec![0; length.ok_or_else(|| io::Error::other(format!("no length: {status}")))?];
    stream.read_exact(&mut body)?;
    if status.contains(" 200 ") {
        Ok(())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&body).into_owned()))
    }
}
