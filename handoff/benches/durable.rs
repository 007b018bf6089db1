//! What it costs to keep a run: agents that answer at once, a counter that costs nothing, payloads of some 600 bytes. In
//! turns, so that what slows one down slows all.
//!
//! `cargo bench --bench durable`

// A program, not an interface; agents are async, whether they await or not.
#![allow(missing_docs)]

use handoff::AgentSpec;
use handoff::budget::Utf8Bytes;
use handoff::durable::{
    Durability, Durable, Entry, Files, Head, Here, Local, Memory, Origin, Scheduled, drive,
};
use handoff::engine::{Drive, TokioEngine};
use handoff::pipeline::Names;
use handoff::prelude::*;
use std::time::Instant;

#[contract]
struct Note {
    #[check(len(1..=2000))]
    text: String,
    score: u32,
}

#[agent]
async fn score(note: Note) -> Note {
    Note { score: note.score + 1, ..note }
}

#[agent(role = planner)]
async fn spread(note: Note) -> Vec<Note> {
    (0..20).map(|score| Note { score, ..note.clone() }).collect()
}

#[agent(role = aggregator)]
async fn first(mut notes: Vec<Note>) -> Note {
    notes.swap_remove(0)
}

pipeline! {
    chain(Note) -> Note {
        score => score => score => score => score => score => score => score => score => score
            => score => score => score => score => score => score => score => score => score => score
    }
}

pipeline! { wide(Note) -> Note { spread => fan_out(|notes| notes, max = 20) score => barrier(all) => first } }

const WAYS: [&str; 6] =
    ["tokio", "memory", "files, Process", "files, Disk", "ended, asked again", "replayed"];

fn main() {
    // Without `--bench`, as `cargo test --benches` runs it: only to see that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 300 } else { 2 };
    let folder = std::env::temp_dir().join(format!("handoff-bench-{}", std::process::id()));
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let tokio = tokio.expect("a tokio runtime can be built");
    let runtime = Runtime::counting(Utf8Bytes).build();
    let durable = |name: &str, durability| {
        let files = Files::open(folder.join(name), durability).expect("the folder can be made");
        runtime.durable(files)
    };
    let case = Case {
        process: durable("process", Durability::Process),
        disk: durable("disk", Durability::Disk),
        runtime: runtime.clone(),
        rounds,
    };
    println!("µs a call: median; ratio to tokio\n");
    println!("{:10}{}", "", WAYS.map(|way| format!("{way:>22}")).concat());
    // In a task, as on a server.
    tokio.block_on(async {
        tokio::spawn(async move {
            case.measure("chain", chain, 20.0).await;
            case.measure("fan-out", wide, 22.0).await;
        })
        .await
        .expect("all runs succeed");
    });
    std::fs::remove_dir_all(folder).expect("the folder can be removed");
}

struct Case {
    runtime: Runtime,
    process: Durable,
    disk: Durable,
    rounds: usize,
}

fn note() -> Note {
    let text = "The handoff between agents is where systems break, so every one is checked. ".repeat(8);
    Note { text, score: 1 }
}

impl Case {
    async fn measure<P, Arguments>(&self, name: &str, pipeline: impl Names<P, Arguments> + Copy, calls: f64)
    where
        P: Drive<TokioEngine<()>> + Drive<Scheduled<Here<()>>> + AgentSpec<Input = Note>,
    {
        let mut times = WAYS.map(|_| Vec::new());
        let mut whole = None;
        for round in 0..self.rounds {
            let id = || format!("{name}-{round}");
            for (way, times) in times.iter_mut().enumerate() {
                let began = Instant::now();
                match way {
                    0 => drop(self.runtime.run(pipeline, note()).await.expect("the run succeeds")),
                    1 => {
                        let entries = self.kept::<P>(None).await;
                        whole.get_or_insert(entries);
                    }
                    2 | 4 => drop(self.process.run(pipeline, id(), note()).await.expect("the run succeeds")),
                    3 => drop(self.disk.run(pipeline, id(), note()).await.expect("the run succeeds")),
                    _ => drop(self.kept::<P>(whole.clone()).await),
                }
                times.push(began.elapsed().as_secs_f64() * 1e6 / calls);
            }
        }
        let medians = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        let shown =
            medians.map(|median| format!("{:>22}", format!("{median:.1} ({:.1})", median / medians[0])));
        println!("{name:10}{}", shown.concat());
    }

    /// A run whose entries are in memory, from these on.
    async fn kept<P: Drive<Scheduled<Here<()>>> + AgentSpec<Input = Note>>(
        &self,
        entries: Option<Vec<Entry>>,
    ) -> Vec<Entry> {
        let trace: TraceParent =
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().expect("a trace");
        let entries = entries.unwrap_or_else(|| {
            let head = Head::of::<P>("run", trace.trace_id(), &note()).expect("a note has a JSON");
            vec![Entry::Run(Box::new(head))]
        });
        let Some(Entry::Run(head)) = entries.first() else { unreachable!("it begins with the run") };
        let (origin, input) = (Origin::new("run", head.trace_id), head.input.get().to_owned());
        let memory = Memory::of(entries.clone());
        let mut journal = Local::new(entries, None, memory.clone()).expect("a run");
        let run = drive::<P, _, _, _>(&self.runtime, origin, &mut journal, Here::new(&self.runtime), input);
        run.await.expect("the run succeeds");
        memory.entries()
    }
}
