//! No prelude, another name for the crate, and no warnings.
#![no_implicit_prelude]
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations)]

const MOST: usize = 4;
const LIMIT: f64 = 1.5;

/// Said of the type.
#[::passing::contract(crate = ::passing, max_tokens = 2 * 1_000)]
struct Plan {
    /// Said of the field.
    #[check(len(1..=MOST))]
    steps: ::std::vec::Vec<Step>,
    #[check(range(-LIMIT..LIMIT))]
    r#type: f64,
    #[confidence]
    sure: f32,
    named: ::std::collections::BTreeMap<::std::string::String, (u8, Step)>,
}

/// A step.
#[::passing::contract(crate = ::passing)]
#[serde(untagged)]
enum Step {
    /// By name.
    Named {
        #[check(len(..3))]
        name: ::std::string::String,
    },
    /// By number.
    Numbered(#[check(range(..=9))] u8),
    Nothing,
}

#[::core::prelude::v1::test]
fn it_runs() {
    use ::passing::Contract;
    let text = r#"{"steps":[{"name":"ab"},9,null],"type":1.0,"sure":0.9,"named":{"a":[1,null]}}"#;
    let plan = <Plan as Contract>::parse(text).unwrap();
    ::std::assert_eq!(
        Contract::confidence(&plan).map(::passing::Confidence::get),
        ::std::option::Option::Some(0.9)
    );
    ::std::assert_eq!(
        <Plan as Contract>::schema().as_value()["properties"]["steps"]["description"],
        "Said of the field."
    );
    ::std::assert_eq!(<Plan as Contract>::schema().as_value()["properties"]["type"]["minimum"], -1.5);
    ::std::assert_eq!(Plan::__max_len_steps, ::std::option::Option::Some(4));
    ::std::assert_eq!(<Plan as Contract>::MAX_TOKENS, ::std::option::Option::Some(2_000));
    let _ = (plan.steps, plan.r#type, plan.sure, plan.named);
    for text in [r#"{"steps":[{"name":"abc"}],"type":1.5,"sure":2,"named":{}}"#] {
        let error = <Plan as Contract>::parse(text).err().unwrap();
        ::std::assert_eq!(error.violations().len(), 3, "{error}");
    }
    match (Step::Nothing, Step::Numbered(1)) {
        (Step::Named { name }, _) => ::std::mem::drop(name),
        (_, Step::Numbered(_) | Step::Nothing | Step::Named { .. }) => {}
    }
}
