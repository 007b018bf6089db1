use handoff::Contract;
use handoff_models::Dialect;
use handoff_models::testing::Generator;

use crate::for_each_contract;

const DIALECTS: [Dialect; 4] = [Dialect::Plain, Dialect::OpenAi, Dialect::Gemini, Dialect::Anthropic];

/// Keywords that say what a value is, and not how large: what constrained decoding has to see to.
fn is_of_the_form(keyword: &str) -> bool {
    matches!(
        keyword,
        "type" | "required" | "additionalProperties" | "syntax" | "oneOf" | "anyOf" | "enum" | "const"
    )
}

fn json<T: Contract>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).expect("a contract is JSON")
}

/// A value of the contract is the same when it comes back, and what is sent is what the dialect's schema allows.
fn contract_to_contract<T: Contract>() {
    let written = DIALECTS.map(|dialect| (dialect, dialect.write::<T>()));
    for seed in 0..300 {
        let value: T = Generator::seeded(seed).value().unwrap_or_else(|error| panic!("{seed}: {error}"));
        let expected = json(&value);
        for (dialect, written) in &written {
            let sent = written.value(&value).expect("a contract is JSON");
            let back: Result<(T, _), _> = written.read(sent.clone(), false);
            let (back, _) = back.unwrap_or_else(|error| {
                panic!("{} in {dialect:?}: {}\n{sent}", T::name(), error.with_values())
            });
            assert_eq!(json(&back), expected, "{} in {dialect:?}: {sent}", T::name());
        }
    }
}

/// Whatever the dialect's schema allows is read, but for what the dialect cannot say: bounds.
fn dialect_to_contract<T: Contract>() {
    for dialect in DIALECTS {
        let written = dialect.write::<T>();
        let Some(schema) = written.schema() else { continue };
        for seed in 0..300 {
            let generator = Generator::seeded(seed);
            let generator = if seed % 3 == 0 { generator.boundaries() } else { generator };
            let answer = generator.answer(schema);
            let read: Result<(T, _), _> = written.read(answer.clone(), false);
            let Err(error) = read else { continue };
            for violation in error.violations() {
                // What its Rust type bounds, and formats that the dialect does not know.
                let bounds =
                    ["expected an integer in", "expected a string of one character", "not a valid ipv4"];
                if bounds.iter().any(|bound| violation.message().starts_with(bound)) {
                    continue;
                }
                assert!(
                    !is_of_the_form(violation.keyword)
                        && (dialect != Dialect::Plain || violation.keyword == "with"),
                    "{} in {dialect:?}, seed {seed}: {}\n{answer}\n{schema}",
                    T::name(),
                    error.with_values()
                );
            }
        }
    }
}

#[test]
fn a_value_comes_back_as_it_went() {
    for_each_contract!(contract_to_contract);
}

#[test]
fn whatever_the_schema_allows_is_read() {
    for_each_contract!(dialect_to_contract);
}
