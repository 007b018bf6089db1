//! All that this application has to do with models being somewhere else.

use handoff::prelude::*;
use handoff_models::Model;
use handoff_models::http::Http;

use crate::stand_in;

/// What the agents ask.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) model: Model,
}

/// The model of this name, whose key is in the environment; without a name, the stand-in.
pub(crate) async fn runtime(model: Option<&str>) -> Result<Runtime<App>, BoxError> {
    let provider = match model {
        Some(name) if name.starts_with("claude") => Http::anthropic(name),
        Some(name) if name.starts_with("gemini") => Http::gemini(name),
        Some(name) => Http::openai(name),
        None => Http::openai_compatible(stand_in::serve().await?, "stand-in"),
    };
    let model = Model::of(provider.build()?).in_flight(16).build();
    Ok(Runtime::builder().state(App { model }).build())
}
