//! The three ways in which agents fail each other, twice: once wired by hand as it is often done,
//! once with `handoff`.
//!
//! ```text
//! cargo run --example failure_modes
//! ```
//!
//! Both sides are run, not quoted. The naive ones are no straw men: each has the one line that
//! keeps a demo from crashing (a slice, an `unwrap_or_default`, a timeout round a join).

mod drift;
mod race;
mod truncation;

use handoff_examples::terminal::{WIDTH, wrap};

#[tokio::main]
async fn main() {
    show(
        "1. Silent truncation",
        truncation::ABOUT,
        truncation::naive().await,
        truncation::with_handoff().await,
    );
    show("2. Schema drift", drift::ABOUT, drift::naive(), drift::with_handoff().await);
    show("3. Parallel race", race::ABOUT, race::naive().await, race::with_handoff().await);
}

fn show(title: &str, about: &str, naive: Vec<String>, handoff: Vec<String>) {
    println!("{title}\n{}\n{}\n", "─".repeat(WIDTH), wrap("", about));
    for (who, said) in [("naive", naive), ("handoff", handoff)] {
        for line in said {
            println!("{}", wrap(&format!("  {who:<7}  "), &line));
        }
        println!();
    }
}

#[cfg(test)]
mod tests {
    use super::{drift, race, truncation};

    #[tokio::test(start_paused = true)]
    async fn a_fragment_is_signed_by_hand_and_refused_at_the_handoff() {
        assert!(truncation::naive().await[0].contains("Fair: sign it"));
        let said = &truncation::with_handoff().await[0];
        assert!(said.starts_with("error: ") && said.contains("`draft`") && said.contains("300"), "{said}");
    }

    #[tokio::test(start_paused = true)]
    async fn drift_does_nothing_by_hand_and_is_spelt_out_at_the_handoff() {
        assert!(drift::naive()[1].contains("All 0 subtasks done"));
        let said = drift::with_handoff().await;
        assert!(said[0].contains("All 2 subtasks done"), "{said:?}");
        for pointer in ["/subtasks", "/reasoning", "/confidence"] {
            assert!(said[1].contains(pointer), "{said:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn three_of_five_are_a_total_by_hand_and_an_error_at_the_barrier() {
        assert_eq!(race::naive().await, ["\"Total sales: 3000.\""]);
        let said = race::with_handoff().await;
        assert!(said[0].contains("task 2, agent `count`: the ledger of south is locked"), "{said:?}");
        assert!(
            said[1].contains("From 3 of 5 regions") && said[1].contains("timed out after 100ms"),
            "{said:?}"
        );
    }
}
