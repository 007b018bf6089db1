//! The tests of reading that are about numbers, with exact ones.
#![allow(missing_docs)]

#[path = "../../contract/basics.rs"]
mod basics;
#[path = "../../contract/buffered.rs"]
mod buffered;
#[path = "../../contract/checks.rs"]
mod checks;
#[path = "../../contract/generated.rs"]
mod generated;
#[path = "../../contract/hostile.rs"]
mod hostile;
#[path = "../../src/lib.rs"]
mod lib;
#[path = "../../contract/locked.rs"]
mod locked;
#[path = "../../contract/model_outputs.rs"]
mod model_outputs;
#[path = "../../contract/oracle.rs"]
mod oracle;
#[path = "../../contract/ordered.rs"]
mod ordered;
#[path = "../../contract/shapes.rs"]
mod shapes;

use lib::drawn;

/// The pointers of all violations, in their order.
fn pointers(violation: &handoff::ContractViolation) -> Vec<String> {
    violation.violations().iter().map(|violation| violation.pointer.to_string()).collect()
}
