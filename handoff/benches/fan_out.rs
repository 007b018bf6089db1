//! The time a fan-out takes by its width: agents that answer at once, a counter that costs nothing.
//!
//! `cargo bench --bench fan_out`

// A program, not an interface; agents are async, whether they await or not.
#![allow(missing_docs)]

use divan::Bencher;
use divan::counter::ItemsCount;
use handoff::Runtime;
use handoff::budget::Utf8Bytes;
use handoff::prelude::*;
use tokio::runtime::Builder;

#[contract]
struct Batch {
    items: Vec<Item>,
}

#[contract]
#[derive(Copy)]
struct Item {
    number: u32,
}

#[contract]
struct Sum {
    total: u64,
}

#[agent]
async fn double(item: Item) -> Item {
    Item { number: item.number * 2 }
}

#[agent(role = aggregator)]
async fn add(items: Vec<Item>) -> Sum {
    Sum { total: items.iter().map(|item| u64::from(item.number)).sum() }
}

pipeline! {
    double_all(Batch) -> Sum {
        fan_out(items, max = 100_000) double => barrier(all) => add
    }
}

const WIDTHS: [u32; 3] = [10, 1_000, 100_000];

fn main() {
    divan::main();
}

#[divan::bench(args = WIDTHS, max_time = 5)]
fn current_thread(bencher: Bencher<'_, '_>, width: u32) {
    measure(bencher, Builder::new_current_thread(), width);
}

#[divan::bench(args = WIDTHS, max_time = 5)]
fn multi_thread(bencher: Bencher<'_, '_>, width: u32) {
    measure(bencher, Builder::new_multi_thread(), width);
}

fn measure(bencher: Bencher<'_, '_>, mut tokio: Builder, width: u32) {
    let tokio = tokio.enable_time().build().expect("a tokio runtime can be built");
    let runtime = Runtime::builder().tokens(Utf8Bytes).build();
    bencher
        .counter(ItemsCount::new(width))
        .with_inputs(|| Batch { items: (0..width).map(|number| Item { number }).collect() })
        .bench_values(|batch| tokio.block_on(runtime.run(double_all, batch)).expect("the run succeeds"));
}
