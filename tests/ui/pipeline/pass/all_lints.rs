//! Clean under lints that are off by default.
#![deny(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    rust_2018_idioms,
    single_use_lifetimes,
    unused_lifetimes,
    missing_debug_implementations,
    unused_results,
    let_underscore_drop,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unused_import_braces,
    variant_size_differences,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    missing_copy_implementations
)]
#![forbid(unsafe_code)]
#![deny(warnings)]

use handoff::prelude::*;
/// x
#[contract]
#[derive(PartialEq)]
pub struct Plan {
    #[check(len(1..=4))]
    /// x
    pub steps: Vec<String>,
    /// x
    #[confidence]
    pub confidence: f64,
}
/// x
#[agent(input = Plan, output = Plan, max_output_tokens = 100, input_budget = 1_000, timeout = "3s", retries = 2, role = "boss")]
pub async fn plan(plan: Plan) -> Result<Plan, String> {
    Ok(plan)
}
#[agent(max_output_tokens = 10)]
async fn work(step: String) -> String {
    step
}
#[agent(input_budget = 1_000)]
async fn merge(steps: Vec<String>, State(name): State<String>) -> Plan {
    drop(name);
    Plan { steps, confidence: 1.0 }
}
#[agent]
async fn merge_some(steps: Partial<String>) -> Plan {
    Plan { steps: steps.results().cloned().collect(), confidence: 1.0 }
}
#[agent(output = Plan)]
async fn reply(plan: Plan) -> Result<Reply, std::io::Error> {
    Ok(Reply::new(plan.steps.join("")))
}
pipeline! {
/// x
pub run(Plan) -> Plan { plan => gate(confidence >= 0.5) => fan_out(steps) work => barrier(all) => merge => reply } }
pipeline! {
/// x
pub run_some(Plan) -> Plan { plan => gate(confidence >= 1) => fan_out(steps, max = 4) work => barrier(at_least = 2) => merge_some } }
pipeline! {
/// x
pub run_most(Plan) -> Plan { run => fan_out(steps) work => barrier(at_least = 80%) => merge_some } }
