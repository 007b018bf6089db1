//! Every stage, with what can happen in it.

pub mod envelopes;
pub mod fan_outs;
pub mod limits;
pub mod parallel;
pub mod sequences;
pub mod signals;
pub mod tools;

use crate::{Agents, Suite};

pub(crate) fn each(suite: &mut impl Suite) {
    sequences::each(suite);
    parallel::each(suite);
    fan_outs::each(suite);
    envelopes::each(suite);
    limits::each(suite);
    tools::each(suite);
    signals::each(suite);
}

pub(crate) fn each_agent(agents: &mut impl Agents) {
    sequences::each_agent(agents);
    parallel::each_agent(agents);
    fan_outs::each_agent(agents);
    envelopes::each_agent(agents);
    limits::each_agent(agents);
    tools::each_agent(agents);
}
