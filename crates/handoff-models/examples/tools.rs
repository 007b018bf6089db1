//! A model that calls agents before it answers: no network and no key, since the model is a script.
//!
//! `cargo run -p handoff-models --features testing --example tools`

#![allow(missing_docs, missing_debug_implementations, unreachable_pub, reason = "an application in small")]

use handoff::prelude::*;
use handoff_models::testing::Script;
use handoff_models::{Model, Prompt};

#[contract]
pub struct City {
    #[check(len(1..=40))]
    pub city: String,
}

#[contract]
pub struct Weather {
    #[check(range(-60..=60))]
    pub degrees: i32,
    pub rain: bool,
}

#[contract]
pub struct Advice {
    #[check(len(1..=5))]
    pub take: Vec<String>,
}

/// How warm it is in each city.
#[derive(Clone)]
pub struct Forecast(Vec<(&'static str, i32)>);

/// The weather in a city, today.
#[agent(timeout = "5s", retries = 1)]
async fn weather(city: City, State(Forecast(known)): State<Forecast>) -> Result<Weather, String> {
    let found = known.iter().find(|(name, _)| *name == city.city);
    let (_, degrees) = found.ok_or_else(|| format!("no forecast for {}", city.city))?;
    Ok(Weather { degrees: *degrees, rain: *degrees < 10 })
}

/// Say what to take along on the trip. Look up the weather in every city.
#[agent(tools(weather), max_turns = 4, retries = 1, max_output_tokens = 200)]
async fn advise(trip: Vec<String>) -> Prompt<Advice>;

pipeline! {
    /// What to take along on a trip.
    pub packing(Vec<String>) -> Advice { advise }
}

#[derive(Clone, FromRef)]
struct App {
    model: Model,
    forecast: Forecast,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), PipelineError> {
    // Two calls in one turn, one of them broken, then that one again; in earnest, `Http::openai("gpt-5").build()?`.
    let script = Script::new()
        .calls("weather", r#"{"city":"Oslo"}"#)
        .and_calls("weather", r#"{"town":"Rome"}"#)
        .calls("weather", r#"{"city":"Rome"}"#)
        .value(&Advice { take: vec!["a raincoat".to_owned(), "a hat".to_owned()] });
    let forecast = Forecast(vec![("Oslo", 4), ("Rome", 24)]);
    let runtime = Runtime::builder().state(App { model: Model::new(script.clone()), forecast }).build();
    let advice = runtime.run(packing, vec!["Oslo".to_owned(), "Rome".to_owned()]).await?;

    for result in
        script.seen().iter().filter_map(|request| request.messages.last()).flat_map(|turn| &turn.results)
    {
        println!("{}: {}", result.tool, result.text);
    }
    println!("take {}", advice.payload.take.join(" and "));
    for warning in &advice.warnings {
        println!("warning: {warning}");
    }
    Ok(())
}
