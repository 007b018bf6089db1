//! Contracts called as what std's prelude has.
#![deny(warnings)]

mod contracts {
    use handoff::prelude::*;

    #[contract]
    #[derive(PartialEq)]
    pub struct Some {
        #[check(len(1..=2), unique)]
        pub items: std::vec::Vec<u8>,
        /// A warning for whoever uses it, and not for the contract.
        #[deprecated]
        #[serde(default)]
        pub old: u8,
        #[check(range(0.0..))]
        #[serde(default)]
        pub float: f64,
    }

    #[contract(max_tokens = 100)]
    #[derive(PartialEq)]
    pub struct None;

    #[contract]
    #[derive(PartialEq)]
    pub struct Ok(#[check(range(1..=9))] pub u8);

    #[contract]
    #[derive(PartialEq)]
    pub struct Err {
        #[confidence]
        pub sure: f64,
    }

    #[contract]
    #[derive(PartialEq)]
    pub struct String {
        #[serde(default, skip_serializing_if = "std::option::Option::is_none")]
        pub string: std::option::Option<std::string::String>,
    }

    #[contract]
    #[derive(PartialEq)]
    pub struct Vec(pub std::vec::Vec<Ok>);

    #[contract]
    #[derive(PartialEq)]
    #[serde(tag = "kind")]
    pub enum Option {
        Some(Some),
        None(None),
        Ok { ok: Ok },
    }

    #[contract]
    #[derive(PartialEq)]
    pub struct Result {
        pub some: Some,
        pub none: None,
        pub ok: Vec,
        pub string: String,
        #[serde(flatten)]
        pub err: Err,
    }
}

#[test]
fn it_runs() {
    use handoff::prelude::*;
    let text = r#"{"some":{"items":[1]},"none":null,"ok":[1],"string":{},"sure":0.5}"#;
    assert!(contracts::Result::parse(text).is_ok());
    assert!(contracts::Option::parse(r#"{"kind":"None"}"#).is_ok());
    let error = contracts::Option::parse(r#"{"kind":"Some","items":[1,1],"float":-1.0}"#).unwrap_err();
    assert_eq!(error.violations().len(), 2);
    assert_eq!(contracts::None::MAX_TOKENS, Some(100));
}
