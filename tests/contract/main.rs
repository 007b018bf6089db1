//! Contracts, as a user writes them.
#![allow(missing_docs)]

mod basics;
mod buffered;
mod checks;
mod generated;
mod hostile;
mod json_types;
mod left_out;
mod locked;
mod model_outputs;
mod oracle;
mod ordered;
mod replies;
mod schema_oracle;
mod schema_text;
mod schemas;
mod sets;
mod shapes;
mod shared;
mod skipped;
mod violations;

use handoff_tests::drawn;

/// The pointers of all violations, in their order.
fn pointers(violation: &handoff::ContractViolation) -> Vec<String> {
    violation.violations().iter().map(|violation| violation.pointer.to_string()).collect()
}
