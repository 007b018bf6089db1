//! A model that answers whatever the contract allows.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use handoff::Contract;

use super::{Generator, usage};
use crate::dialect::Dialect;
use crate::provider::{Completing, Completion, Provider, Sink};
use crate::request::Request;

/// Answers every request with a value that its schema allows, made of a seed and the request's messages: the same request
/// gets the same answer, in whatever order a fan-out asks.
///
/// ```
/// use handoff::prelude::*;
/// use handoff_models::testing::FakeModel;
/// use handoff_models::{Model, Prompt};
///
/// #[contract]
/// pub struct Plan {
///     #[check(len(1..=8), each(len(1..=100)))]
///     pub steps: Vec<String>,
/// }
///
/// /// Split the goal into steps.
/// #[agent]
/// async fn plan(goal: String) -> Prompt<Plan>;
///
/// pipeline! { pub planned(String) -> Plan { plan } }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     model: Model,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// for seed in 0..20 {
///     let model = Model::new(FakeModel::seeded(seed).boundaries());
///     let runtime = Runtime::builder().state(App { model }).build();
///     let plan = runtime.run(planned, "cross the river".to_owned()).await.unwrap();
///     assert!((1..=8).contains(&plan.payload.steps.len()));
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct FakeModel {
    generator: Generator,
    seed: u64,
    adjusted: HashMap<String, Adjust>,
}

type Adjust = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

impl FakeModel {
    /// A model that answers by this seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { generator: Generator::seeded(seed), seed, adjusted: HashMap::new() }
    }

    /// Answers with values at the ends of what is allowed: the shortest and the longest, the least and the greatest.
    #[must_use]
    pub fn boundaries(mut self) -> Self {
        self.generator = self.generator.boundaries();
        self
    }

    /// Adjusts the answers of a contract: for what its schema cannot say, which is what a check by `with` looks at.
    #[must_use]
    pub fn adjust<T: Contract>(mut self, adjust: impl Fn(&mut T) + Send + Sync + 'static) -> Self {
        let adjusted = move |text: &str| {
            // Not by `parse`, which would refuse what is to be adjusted.
            let mut value = serde_json::from_str(text).ok()?;
            adjust(&mut value);
            serde_json::to_string(&value).ok()
        };
        self.adjusted.insert(T::name().into_owned(), Arc::new(adjusted));
        self
    }

    fn answer(&self, request: &Request) -> String {
        let bytes = request.messages.iter().flat_map(|message| message.text.bytes());
        // FNV-1a: the same in every build.
        let seed = bytes.fold(self.seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let Some(schema) = &request.schema else { return format!("Prose number {seed}.") };
        let answer = self.generator.reseeded(seed).answer(schema);
        self.adjusted.get(&request.contract).and_then(|adjust| adjust(&answer)).unwrap_or(answer)
    }
}

impl Provider for FakeModel {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Plain
    }

    fn complete<'a>(&'a self, request: &'a Request, sink: &'a mut Sink<'_>) -> Completing<'a> {
        Box::pin(async move {
            let answer = self.answer(request);
            sink(&answer);
            let usage = usage(request, &answer);
            Ok(Completion::new(answer).usage(usage))
        })
    }
}

impl fmt::Debug for FakeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adjusted: Vec<_> = self.adjusted.keys().collect();
        f.debug_struct("FakeModel")
            .field("seed", &self.seed)
            .field("adjusted", &adjusted)
            .finish_non_exhaustive()
    }
}
