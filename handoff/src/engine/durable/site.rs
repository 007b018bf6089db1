//! Where agents are called.

/// Where agents are: in this process, or in others.
///
/// It is a part of the engine's type, and the journal is not: a pipeline is compiled once for all journals whose agents
/// are at the same site.
pub trait Site: Send + Sync + 'static {
    /// Whether agents are in other processes, so that calls have to be [text](super::Call::envelope).
    const ELSEWHERE: bool;
}

/// Agents are in other processes, and the journal calls them by their [address](super::Call::address).
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere;

impl Site for Elsewhere {
    const ELSEWHERE: bool = true;
}
