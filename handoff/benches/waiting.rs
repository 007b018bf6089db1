//! The memory that the items of a fan-out hold while they wait for their turn.
//!
//! `cargo bench --bench waiting`

// A program, not an interface; agents are async, whether they await or not.
#![allow(missing_docs)]

use handoff::Runtime;
use handoff::budget::Utf8Bytes;
use handoff::prelude::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::future::pending;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[contract]
struct Batch {
    items: Vec<Item>,
}

#[contract]
struct Item {
    number: u64,
    name: String,
}

/// Never ends, so that every item but those in flight waits.
#[agent(timeout = "none")]
async fn wait(item: Item) -> Item {
    pending::<()>().await;
    item
}

#[agent(role = aggregator)]
async fn collect(items: Vec<Item>) -> Batch {
    Batch { items }
}

pipeline! {
    wait_for_all(Batch) -> Batch {
        fan_out(items, max = 100_000) wait => barrier(all) => collect
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!(
        "{:>8} {:>10} {:>22} {:>26}",
        "items", "in flight", "bytes in the items", "bytes more, per item"
    );
    // What is set up once, and the buffer that payloads are written into, are none of the items'.
    held(1_000, 1).await;
    for width in [10, 1_000, 100_000] {
        row(width, 1).await;
    }
    row(1_000, 1_000).await;
}

async fn row(width: usize, in_flight: usize) {
    let Held { items, more } = held(width, in_flight).await;
    println!("{width:>8} {in_flight:>10} {items:>22} {:>26.1}", per_item(more, width));
}

struct Held {
    /// What the caller's items take.
    items: usize,
    /// What the run adds.
    more: usize,
}

/// What is held once as many tasks as may are under way.
async fn held(width: usize, in_flight: usize) -> Held {
    let limits = Limits::default().tasks_in_flight(in_flight);
    let runtime = Runtime::builder().tokens(Utf8Bytes).limits(limits).build();
    let before = live();
    let items = (0..width as u64).map(|number| Item { number, name: format!("item {number}") }).collect();
    let with_items = live();
    let run = tokio::spawn(runtime.run(wait_for_all, Batch { items }));
    // The run goes as far as it can, and then its tasks do.
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
    let with_run = live();
    run.abort();
    // Stopped before the next measurement begins.
    run.await.expect_err("the run was stopped");
    Held { items: with_items - before, more: with_run - with_items }
}

/// The bytes that are allocated now. What a reallocation adds or takes is in both sums.
fn live() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

#[allow(clippy::cast_precision_loss)] // far below 2^52
fn per_item(bytes: usize, width: usize) -> f64 {
    bytes as f64 / width as f64
}
