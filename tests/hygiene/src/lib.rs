//! A crate that gives the macros nothing: `handoff` under another name, no prelude, names of std's own taken, and
//! lints that are off by default. That it compiles without a warning is the test; clippy runs over it as well.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    clippy::pedantic,
    missing_debug_implementations,
    missing_docs,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    unused_results
)]

/// Contracts without a prelude.
#[no_implicit_prelude]
pub mod contracts {
    use ::renamed::contract;
    use ::std::{string::String, vec::Vec};

    /// A question.
    #[contract(crate = ::renamed)]
    pub struct Question {
        /// Its text.
        #[check(len(1..=1_000))]
        pub text: String,
    }

    /// A plan.
    #[contract(crate = ::renamed)]
    pub struct Plan {
        /// What is to be done.
        #[check(len(1..=8))]
        pub steps: Vec<String>,
        /// What is said of it.
        #[serde(default)]
        #[schemars(example = "none", extend("x-shown" = { "first": true, "width": [1, 2] }))]
        pub note: String,
        /// How sure the planner is.
        #[confidence]
        pub confidence: f64,
    }
}

/// A leaf type, and a contract that is described by schemars' derive.
pub mod leaves {
    use renamed::{contract, schemars, serde};

    /// A version.
    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    #[serde(crate = "renamed::serde")]
    #[schemars(crate = "renamed::schemars")]
    pub struct Version {
        major: u32,
        /// Nothing where there was none yet.
        minor: Option<u32>,
    }

    /// A release.
    #[contract(crate = renamed)]
    pub struct Release {
        /// Its version.
        pub version: Version,
    }

    /// A release that schemars describes.
    #[contract(crate = renamed)]
    #[derive(schemars::JsonSchema)]
    pub struct Described {
        /// Its version.
        #[check(with(is_stable))]
        pub version: Version,
    }

    fn is_stable(version: &Version) -> Result<(), String> {
        if version.major > 0 { Ok(()) } else { Err(String::from("it may change")) }
    }
}

/// Agents and pipelines without a prelude.
#[no_implicit_prelude]
pub mod agents {
    use crate::contracts::{Plan, Question};

    /// What the agents share.
    #[derive(::std::clone::Clone, ::std::fmt::Debug, ::renamed::FromRef)]
    #[from_ref(crate = ::renamed)]
    pub struct App {
        depth: u8,
        /// No resource.
        #[from_ref(skip)]
        pub name: ::std::string::String,
    }

    impl App {
        /// A state of this depth.
        #[must_use]
        pub fn new(depth: u8) -> Self {
            Self { depth, name: ::std::string::String::new() }
        }
    }

    /// Plans.
    ///
    /// # Errors
    ///
    /// None.
    #[::renamed::agent(crate = ::renamed, role = planner, max_output_tokens = 200)]
    pub async fn plan(
        question: Question,
        ::renamed::State(depth): ::renamed::State<u8>,
    ) -> ::std::result::Result<Plan, ::std::string::String> {
        let mut steps = ::std::vec::Vec::new();
        steps.resize(::std::convert::From::from(depth), question.text);
        ::std::result::Result::Ok(Plan { steps, note: ::std::string::String::new(), confidence: 0.9 })
    }

    /// Works.
    #[::renamed::agent(crate = ::renamed, input_budget = 500, timeout = "10s", retries = 1)]
    pub async fn work(step: ::std::string::String, cx: ::renamed::Context) -> ::std::string::String {
        if cx.attempt() > 1 {
            cx.warn("again");
        }
        step
    }

    /// Calls.
    #[::renamed::agent(crate = ::renamed, tools(work, check), max_turns = 2 + 1)]
    pub async fn call(step: ::std::string::String, cx: ::renamed::Context) -> usize {
        let tools = cx.tools();
        step.len() + tools.len()
    }

    /// Merges.
    #[::renamed::agent(crate = ::renamed, role = "scribe")]
    pub async fn merge(done: ::renamed::Partial<::std::string::String>) -> usize {
        done.total()
    }

    ::renamed::pipeline! {
        crate = ::renamed;
        /// Plans, works, merges.
        pub research(Question) -> usize {
            plan
                => gate(confidence >= 0.5)
                => fan_out(steps) work
                => barrier(at_least = 80%)
                => merge
        }
    }

    /// Checks.
    #[::renamed::agent(crate = ::renamed)]
    pub async fn check(plan: Plan) -> Plan {
        plan
    }

    ::renamed::pipeline! {
        crate = ::renamed;
        /// More stages.
        pub stages(question: Question) -> usize {
            plan as first
                => repeat(max = 2, until = |plan| plan.confidence >= first.confidence) { check or check }
                => match {
                    long if long.steps.len() > 3 => fan_out(steps, max = 9) { work => work } => barrier(settled) => merge,
                    _ => race({ check => check }, check or check, check)
                        => join({ check => check }, check or check, optional(check))
                        => map(|(one, _, _)| one.steps.len() + question.text.len()),
                }
        }
    }

    ::renamed::pipeline! {
        crate = ::renamed;
        /// A pipeline in a pipeline.
        pub outer(Question) -> usize { research }
    }
}

/// Agents that return what is to be asked, without a prelude, and with names of std's taken.
#[no_implicit_prelude]
pub mod prompts {
    use crate::contracts::{Plan, Question};

    /// Asks nobody.
    #[derive(::std::clone::Clone, ::std::fmt::Debug)]
    pub struct Model;

    /// Is asked for nothing.
    #[derive(::std::fmt::Debug)]
    pub struct Prompt<T> {
        output: ::std::marker::PhantomData<fn() -> T>,
    }

    impl<T: ::std::marker::Send + 'static> ::renamed::Asks for Prompt<T> {
        type Output = T;
        type Of = Model;
        type Error = ::std::string::String;

        async fn ask(self, _: Model, _: ::renamed::Context) -> ::std::result::Result<T, Self::Error>
        where
            T: ::renamed::Contract,
        {
            ::std::result::Result::Err(::std::convert::From::from("nobody is asked"))
        }

        fn from_doc<I: ::renamed::Contract>(_: &'static str, _: &I) -> Self {
            Self { output: ::std::marker::PhantomData }
        }
    }

    /// Plans.
    #[::renamed::agent(crate = ::renamed)]
    pub async fn plan(_: Question) -> Prompt<Plan> {
        Prompt { output: ::std::marker::PhantomData }
    }

    /// Plan it again.
    #[::renamed::agent(crate = ::renamed)]
    pub async fn check(plan: Plan) -> Prompt<Plan>;

    /// Plan it once more, or fail.
    ///
    /// # Errors
    ///
    /// None.
    #[::renamed::agent(crate = ::renamed)]
    pub async fn check_again(
        _plan: Plan,
        cx: ::renamed::Context,
    ) -> ::std::result::Result<Prompt<Plan>, ::std::string::String> {
        let _ = cx;
        ::std::result::Result::Ok(Prompt { output: ::std::marker::PhantomData })
    }

    /// Answer.
    ///
    /// # Errors
    ///
    /// None.
    #[::renamed::agent(crate = ::renamed)]
    pub async fn answer(_: Plan) -> ::std::result::Result<Prompt<usize>, ::std::string::String>;

    ::renamed::pipeline! {
        crate = ::renamed;
        /// Asks.
        pub ask(Question) -> usize { plan => check => check_again => answer }
    }
}

/// What the public can see is made of what it cannot.
pub mod facade {
    use crate::contracts::Question;
    use renamed::{agent, pipeline};

    #[agent(crate = renamed)]
    async fn ask(question: Question) -> Question {
        question
    }

    #[allow(non_camel_case_types)]
    type repeats = r#loop;

    #[agent(crate = renamed)]
    async fn r#loop(question: Question) -> Question {
        question
    }

    mod inside {
        use crate::contracts::Question;
        use renamed::agent;

        /// Hears.
        #[agent(crate = renamed)]
        pub(super) async fn hear(question: Question) -> Question {
            question
        }
    }

    pipeline! {
        crate = renamed;
        /// Its page links to no agent: none has a page.
        pub conversation(Question) -> Question {
            ask
                => match {
                    question if question.text.len() > 3 || question.text.is_empty() => inside::hear => r#loop,
                    _ => self::inside::hear => crate::facade::ask => repeats,
                }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::agents::{App, outer};
    use crate::contracts::Question;
    use crate::leaves::{Described, Release};
    use renamed::Contract;

    /// `handoff` alone is enough for a leaf type.
    #[test]
    fn a_leaf_is_described_by_its_derive() {
        for schema in [Release::schema(), Described::schema()] {
            let version = &schema.as_value()["$defs"]["Version"];
            assert_eq!(version["properties"]["minor"]["description"], "Nothing where there was none yet.");
            assert_eq!(version["required"].as_array().map(Vec::len), Some(1));
        }
        assert!(Release::parse(r#"{"version":{"major":0,"minor":1}}"#).is_ok());
        assert!(Described::parse(r#"{"version":{"major":0,"minor":1}}"#).is_err());
    }

    /// What is generated is found: the future can be named and made.
    #[test]
    fn the_run_is_a_future() {
        let runtime = renamed::Runtime::builder().state(App::new(2)).build();
        let run = runtime.run(outer, Question { text: String::from("why?") });
        drop(run);
    }
}

/// Constants with the names of everyday variables, which a pattern would mean.
pub mod constants {
    #![allow(non_upper_case_globals)]

    use renamed::{agent, pipeline};

    /// A constant.
    pub const value: u8 = 0;
    /// A constant.
    pub const payload: u8 = 1;
    /// A constant.
    pub const engine: u8 = 2;
    /// A constant.
    pub const input: u8 = 3;
    /// A constant.
    pub const rest: u8 = 4;

    /// Repeats itself.
    #[agent(crate = renamed)]
    pub async fn twice(text: String) -> Vec<String> {
        vec![text.clone(), text]
    }

    /// Shouts.
    ///
    /// # Errors
    ///
    /// Never.
    #[agent(crate = renamed, retries = 1)]
    pub async fn shout(text: String) -> Result<String, String> {
        Ok(text.to_uppercase())
    }

    pipeline! {
        crate = renamed;
        /// Shouts twice.
        pub loudly(String) -> Vec<String> {
            twice => fan_out(|lines| lines, max = 2) shout => barrier(all)
        }
    }
}
