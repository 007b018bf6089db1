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

/// A runtime with the model of this name, whose key is in the environment; without a name, with the stand-in.
pub(crate) async fn runtime(model: Option<&str>) -> Result<Runtime<App>, BoxError> {
    let provider = match model.map(|model| model.split_once(':').unwrap_or_default()) {
        None => Http::openai_compatible(stand_in::serve().await?, "stand-in"),
        Some(("openai", name)) => Http::openai(name),
        Some(("anthropic", name)) => Http::anthropic(name),
        Some(("gemini", name)) => Http::gemini(name),
        Some(_) => return Err("a model is `openai:NAME`, `anthropic:NAME` or `gemini:NAME`".into()),
    };
    let model = Model::of(provider.build()?).in_flight(16).build();
    Ok(Runtime::builder().state(App { model }).build())
}
