//! Contracts, as a user writes them.
#![allow(missing_docs)]

mod basics;
mod checks;
mod generated;
mod hostile;
mod model_outputs;
mod oracle;
mod replies;
mod schema_oracle;
mod schemas;
mod shapes;
mod violations;

/// The pointers of all violations, in their order.
fn pointers(violation: &handoff::ContractViolation) -> Vec<String> {
    violation.violations().iter().map(|violation| violation.pointer.to_string()).collect()
}
