//! Where in a run something happens.

use crate::task_path::TaskPath;
use crate::trace::SpanId;

/// Where in a run something happens: a node of the run's tree.
///
/// The run is its root. Below it are the pipelines that are stages of others, fan-outs with their tasks, joins
/// and races with their branches, the rounds of loops, what is called in place of something that failed, and
/// the attempts of agents. What an agent [calls](crate::Context::call_tool) as a tool is below the attempt that
/// calls it: an attempt, or a pipeline, and several of them at once.
///
/// # Ids
///
/// A `span` stands for one node, and for no other of its trace. The run's own comes from its trace id, or is
/// random where the trace [began elsewhere](crate::Run::traceparent); all others are derived from it, from the
/// index of a task and from how many nodes came before in the same task. So a run that is gone through again
/// has the same ones.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Place {
    /// The node.
    pub span: SpanId,
    /// The node that it is in; `None` for the run itself. What that is part of elsewhere is the
    /// [`parent`](crate::Event::RunStarted) of its start.
    pub parent: Option<SpanId>,
    /// The task of a fan-out that this is in, or that it is.
    pub task_path: Option<TaskPath>,
}

impl Place {
    pub(super) fn new(span: SpanId, parent: Option<SpanId>, task_path: Option<TaskPath>) -> Self {
        Self { span, parent, task_path }
    }
}
