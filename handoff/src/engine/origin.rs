//! Which run it is: its trace, what it is part of there, and its own span.

use crate::trace::{SpanId, TraceId, TraceParent};
use hmac_sha256::Hash;

/// The trace of a run, what the run is part of in it, and its own span.
///
/// The ids of all parts of the run are derived of that span, and with the trace it makes the
/// [keys](crate::Context::idempotency_key) of its calls. So no two runs of a trace may have it in common, but where one
/// goes on with the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) trace_id: TraceId,
    pub(super) parent: Option<TraceParent>,
    pub(super) span: SpanId,
}

impl Origin {
    /// That of a run by its id, the same in every process: no two runs below one parent may have the same id.
    pub(super) fn of_run(id: &str, parent: TraceParent) -> Self {
        let mut hash = Hash::new();
        hash.update(parent.trace_id().to_bytes());
        hash.update(parent.parent_id().to_bytes());
        hash.update(id);
        let digest = hash.finalize();
        let span = u64::from_be_bytes(std::array::from_fn(|at| digest[at]));
        Self { trace_id: parent.trace_id(), parent: Some(parent), span: SpanId::of_bits(span) }
    }
}

/// That of the run with which a trace begins, the same whenever that is gone through again.
impl From<TraceId> for Origin {
    fn from(trace_id: TraceId) -> Self {
        Self { trace_id, parent: None, span: SpanId::of_trace(trace_id) }
    }
}

/// That of a new run in a trace that began elsewhere, and may have others.
impl From<TraceParent> for Origin {
    fn from(parent: TraceParent) -> Self {
        Self { trace_id: parent.trace_id(), parent: Some(parent), span: SpanId::random() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn parent(trace: u8, span: u8) -> TraceParent {
        format!("00-{trace:032x}-{span:016x}-01").parse().unwrap()
    }

    #[test]
    fn a_run_with_an_id_has_the_same_span_again_and_shares_it_with_no_other() {
        let spans = || {
            let of = [(1, 1), (1, 2), (2, 1)].map(|(trace, span)| parent(trace, span));
            let ids = ["", "order-1", "order-2"];
            of.iter().flat_map(|of| ids.map(|id| Origin::of_run(id, *of).span)).collect::<Vec<_>>()
        };
        assert_eq!(spans(), spans());
        assert_eq!(spans().iter().collect::<HashSet<_>>().len(), 9);
        assert_ne!(Origin::from(parent(1, 1)).span, Origin::from(parent(1, 1)).span);
    }

    /// A journal that was written by another build has to be gone through with the same ids.
    #[test]
    fn the_span_of_a_run_with_an_id_never_changes() {
        assert_eq!(Origin::of_run("order-17", parent(1, 2)).span.to_string(), "86795c7ddd1f671c");
    }
}
