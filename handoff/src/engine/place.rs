//! Where in a run something happens.

use crate::task_path::TaskPath;
use crate::trace::SpanId;

/// Where in a run something happens: a node of the run's tree.
///
/// The run is its root. Below it are nested pipelines, fan-outs with their tasks, joins and races with their
/// branches, the rounds of loops, the alternatives of an `or`, and the attempts of agents. A tool that an
/// agent [calls](crate::Context::call_tool), which is an agent or a pipeline, is below the calling attempt;
/// there may be several at once.
///
/// # Ids
///
/// A `span` is unique within its trace. That of the run comes from its trace id, or is random if the trace
/// [began elsewhere](crate::Run::traceparent); all others are derived from it, from the index of the task,
/// and from the number of nodes that came before in the same task. So the ids are the same when a run is
/// replayed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Place {
    /// The id of the node.
    pub span: SpanId,
    /// The id of the enclosing node; `None` for the run itself.
    ///
    /// The operation elsewhere that a run is part of is the [`parent`](crate::Event::RunStarted) of its
    /// start.
    pub parent: Option<SpanId>,
    /// The path of the task that this node is in, or is.
    pub task_path: Option<TaskPath>,
}

impl Place {
    pub(super) fn new(span: SpanId, parent: Option<SpanId>, task_path: Option<TaskPath>) -> Self {
        Self { span, parent, task_path }
    }
}
