//! Why there is no output: what the provider says, and what was wrong with its answer.

mod model;
mod provider;

pub use model::{ModelError, ModelErrorKind};
pub use provider::ProviderError;
