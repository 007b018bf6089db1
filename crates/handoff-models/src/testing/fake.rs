//! A model that answers with whatever its contract allows.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use handoff::Contract;

use super::generate::{Generator, TRIES};
use super::usage_of;
use crate::dialect::Dialect;
use crate::provider::{Completing, Completion, Provider, Sink};
use crate::request::{Message, OfferedTool, Request, ToolCall};

/// What becomes of an answer of one contract, and whether it then keeps that contract.
type Adjust = Arc<dyn Fn(String) -> (String, bool) + Send + Sync>;

/// A fake model whose answers are random values that their contracts allow.
///
/// They are made from the schema in the request. The same seed and the same prompt give the same answer, in
/// every build: so the tasks of a fan-out have the same answers in whatever order they run, and a failure can
/// be reproduced from its seed. The model is a provider, so prompts, schemas, parsing, checks and budgets are
/// those of production.
///
/// Answers keep to everything in the schema, patterns and formats included. Checks with `with`, which no
/// schema shows, are kept by the contracts that [`checked`](Self::checked) or [`adjust`](Self::adjust) names.
///
/// If there are tools, the model calls some of them, or none, depending on the seed, with arguments that
/// their contracts allow, before it answers.
///
/// The answer for a prose agent is a few words. The reported usage of an answer is a token for each four
/// bytes.
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
    seed: u64,
    boundaries: bool,
    adjusts: HashMap<String, Adjust>,
}

impl FakeModel {
    /// Creates a model that answers with ordinary values.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, boundaries: false, adjusts: HashMap::new() }
    }

    /// Answers with values at the boundaries: the shortest and the longest, the least and the greatest.
    #[must_use]
    pub fn boundaries(mut self) -> Self {
        self.boundaries = true;
        self
    }

    /// Generates answers of this contract until all its checks hold, including those with `with`.
    ///
    /// After a thousand tries the last one is the answer, even if it breaks a check, as an answer of a model
    /// may.
    #[must_use]
    pub fn checked<T: Contract>(self) -> Self {
        self.adjust::<T>(|_| {})
    }

    /// Changes each answer of this contract with a function.
    ///
    /// If the changed answer breaks the contract, another one is generated, as [`checked`](Self::checked)
    /// does. The function may get values that break checks with `with`.
    ///
    /// ```
    /// use handoff::prelude::*;
    /// use handoff_models::testing::FakeModel;
    ///
    /// #[contract]
    /// pub struct Hour {
    ///     #[check(range(..=23), with(is_even))]
    ///     pub hour: u8,
    /// }
    ///
    /// fn is_even(hour: &u8) -> Result<(), String> {
    ///     if hour % 2 == 0 { Ok(()) } else { Err("must be even".into()) }
    /// }
    ///
    /// let model = FakeModel::seeded(7).adjust(|hour: &mut Hour| hour.hour &= !1);
    /// # let _ = model;
    /// ```
    #[must_use]
    pub fn adjust<T: Contract>(mut self, adjust: impl Fn(&mut T) + Send + Sync + 'static) -> Self {
        let adjust = move |text: String| match serde_json::from_str::<T>(&text) {
            Ok(mut value) => {
                adjust(&mut value);
                let text = serde_json::to_string(&value).unwrap_or(text);
                let keeps = T::parse(&text).is_ok();
                (text, keeps)
            }
            Err(_) => (text, false),
        };
        self.adjusts.insert(T::name().into_owned(), Arc::new(adjust));
        self
    }

    /// Before it answers, the model calls some of its tools, if it has any, or none of them.
    fn calls(&self, request: &Request) -> Vec<ToolCall> {
        let has_called = request.messages.iter().any(|message| !message.calls.is_empty());
        let seed = hash(self.seed, request);
        let tools = request.tools.iter().filter(|_| !has_called).zip(0..64);
        let called = tools.filter(|(_, place)| (seed >> place) & 1 == 1);
        let call = |(tool, place): (&OfferedTool, u64)| {
            let mut generator = Generator::seeded(seed.wrapping_add(place));
            if self.boundaries {
                generator = generator.boundaries();
            }
            ToolCall::new(&tool.name, generator.answer(&tool.schema))
        };
        called.map(call).collect()
    }

    fn answer(&self, request: &Request) -> String {
        let mut generator = Generator::seeded(hash(self.seed, request));
        if self.boundaries {
            generator = generator.boundaries();
        }
        let Some(schema) = &request.schema else { return generator.prose() };
        let Some(adjust) = self.adjusts.get(&request.contract) else { return generator.answer(schema) };
        let mut text = String::new();
        for attempt in 0..TRIES {
            let keeps;
            (text, keeps) = adjust(generator.again(attempt).answer(schema));
            if keeps {
                break;
            }
        }
        text
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
            let mut completion = Completion::new("");
            completion.calls = self.calls(request);
            if completion.calls.is_empty() {
                completion.text = self.answer(request);
                sink(&completion.text);
            }
            let usage = usage_of(request, &completion);
            Ok(completion.usage(usage))
        })
    }
}

impl fmt::Debug for FakeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, boundaries, adjusts } = self;
        f.debug_struct("FakeModel")
            .field("seed", seed)
            .field("boundaries", boundaries)
            .field("adjusts", &adjusts.keys())
            .finish()
    }
}

/// FNV-1a over all words of a request, and a seed.
fn hash(seed: u64, request: &Request) -> u64 {
    let Request { contract, system, messages, .. } = request;
    let words = [Some(contract), system.as_ref()].into_iter().flatten();
    let words = words.map(String::as_str).chain(messages.iter().flat_map(Message::texts));
    // A byte that is in no text stands between them.
    let bytes = words.flat_map(|text| text.bytes().chain([0xff]));
    let fnv = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325 ^ seed, fnv)
}
