//! Five workers start, three finish, and the aggregator runs on three.

use std::time::Duration;

use handoff::prelude::*;
use tokio::task::JoinSet;
use tokio::time::timeout;

pub(crate) const ABOUT: &str = "Five workers add up the sales of five regions; one hangs, one fails. \
    The total is asked for.";

/// What is to be added up.
#[contract]
struct Quarter {
    /// One task for each.
    #[check(len(1..=8))]
    regions: Vec<Region>,
}

/// Where things are sold.
#[contract]
struct Region {
    /// Its name.
    name: String,
}

/// What was sold in a region.
#[contract]
struct Sales {
    /// The name of the region.
    region: String,
    /// In whole euros.
    amount: u64,
}

/// What was sold altogether.
#[contract]
struct Total {
    /// In a sentence.
    text: String,
}

#[agent(role = worker, timeout = "100ms")]
async fn count(region: Region) -> Result<Sales, String> {
    match region.name.as_str() {
        "east" => std::future::pending().await,
        "south" => Err("the ledger of south is locked".to_owned()),
        _ => Ok(Sales { region: region.name, amount: 1_000 }),
    }
}

#[agent(role = planner)]
async fn split(quarter: Quarter) -> Quarter {
    quarter
}

#[agent(role = aggregator)]
async fn total(sales: Vec<Sales>) -> Total {
    Total { text: sum(sales.iter()) }
}

/// This one has said that it can take partial results, and says what is missing.
#[agent(role = aggregator)]
async fn total_of_some(sales: Partial<Sales>) -> Total {
    let missing: Vec<String> = sales.failures().map(ToString::to_string).collect();
    let (have, all) = (sales.results().count(), sales.total());
    Total {
        text: format!(
            "{} From {have} of {all} regions; missing: {}.",
            sum(sales.results()),
            missing.join("; ")
        ),
    }
}

fn sum<'a>(sales: impl Iterator<Item = &'a Sales>) -> String {
    format!("Total sales: {}.", sales.map(|sales| sales.amount).sum::<u64>())
}

pipeline! { all_regions(Quarter) -> Total { split => fan_out(regions) count => barrier(all) => total } }
pipeline! { most_regions(Quarter) -> Total { split => fan_out(regions) count => barrier(at_least = 3) => total_of_some } }

fn quarter() -> Quarter {
    let regions = ["north", "east", "south", "west", "centre"];
    Quarter { regions: regions.map(|name| Region { name: name.to_owned() }).into() }
}

pub(crate) async fn naive() -> Vec<String> {
    let mut tasks = JoinSet::new();
    for region in quarter().regions {
        tasks.spawn(count(region));
    }
    let mut finished = Vec::new();
    // "Do not let one slow worker hold everything up."
    while let Ok(Some(result)) = timeout(Duration::from_millis(100), tasks.join_next()).await {
        if let Ok(Ok(sales)) = result {
            finished.push(sales);
        }
    }
    vec![format!("\"{}\"", total(finished).await.text)]
}

pub(crate) async fn with_handoff() -> Vec<String> {
    let runtime = Runtime::default();
    let strict = match runtime.run(all_regions, quarter()).await {
        Ok(total) => format!("\"{}\"", total.payload.text),
        Err(error) => format!("error: {error}"),
    };
    let tolerant = match runtime.run(most_regions, quarter()).await {
        Ok(total) => format!("\"{}\" (confidence {:.1})", total.payload.text, total.confidence.get()),
        Err(error) => format!("error: {error}"),
    };
    vec![format!("barrier(all): {strict}"), format!("barrier(at_least = 3): {tolerant}")]
}
