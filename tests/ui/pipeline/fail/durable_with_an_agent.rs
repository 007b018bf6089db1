//! Every method that takes the name of a pipeline says the same.

use handoff::durable::{Durability, Files};
use handoff::prelude::*;

#[agent]
async fn write(goal: String) -> String {
    goal
}

pipeline! { pub report(String) -> String { write } }

fn main() {
    let files = Files::open("runs", Durability::Disk).unwrap();
    let durable = Runtime::default().durable(files).with(write);
    drop(durable.resume(report(), "order-17"));
}
