//! The acceptance of a contract: what it says, checks, emits and remembers.

use handoff::*;
use std::collections::BTreeMap;

#[contract]
#[serde(rename_all = "camelCase")]
pub(crate) struct Leaf {
    #[check(len(1..=3))]
    pub(crate) short_name: String,
    #[check(len(..=2))]
    pub(crate) tags: BTreeMap<String, i64>,
    #[check(range(0.0..1.0))]
    pub(crate) share: Option<f64>,
}

#[contract]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Node {
    One {
        leaf: Leaf,
    },
    Many {
        #[check(len(1..))]
        leaves: Vec<Leaf>,
    },
    None,
}

#[contract(open)]
pub(crate) struct Loose {
    pub(crate) id: u8,
}

#[contract]
pub(crate) struct Custom {
    #[check(range(..=10))]
    pub(crate) n: u32,
}

fn pointers(violation: &ContractViolation) -> Vec<String> {
    let mut pointers = crate::pointers(violation);
    pointers.sort();
    pointers
}

#[test]
fn a_contract_says_checks_emits_and_remembers() {
    let leaf = r#"{"shortName":"ééé","tags":{"a":1,"b":2},"share":0.5}"#;
    Leaf::parse(leaf).expect("length counts code points, not bytes");
    let bad = r#"{"shortName":"éééé","tags":{"a":1,"b":2,"c":3},"share":1.0}"#;
    assert_eq!(pointers(&Leaf::parse(bad).unwrap_err()), ["/share", "/shortName", "/tags"]);

    let many = format!(r#"{{"kind":"many","leaves":[{leaf},{bad}]}}"#);
    assert_eq!(
        pointers(&Node::parse(&many).unwrap_err()),
        ["/leaves/1/share", "/leaves/1/shortName", "/leaves/1/tags"]
    );
    assert!(Node::parse(r#"{"kind":"none"}"#).is_ok());
    assert_eq!(pointers(&Node::parse(r#"{"kind":"many","leaves":[]}"#).unwrap_err()), ["/leaves"]);

    assert!(Loose::parse(r#"{"id":1,"extra":true}"#).is_ok());
    assert_eq!(pointers(&Custom::parse(r#"{"n":13}"#).unwrap_err()), ["/n"]);
    assert_eq!(pointers(&Custom::parse(r#"{"n":4,"m":1}"#).unwrap_err()), ["/m"]);
    for text in [
        r#"{"n":2,"n":4}"#,
        r#"{"n":2} "#,
        r#"{"n":2}x"#,
        r#"{"n":2.0}"#,
        r#"{"n":-2}"#,
        r#"{"n":99999999999}"#,
        r#"{"n":null}"#,
        "{}",
        "[2]",
        "2",
    ] {
        let parsed = Custom::parse(text);
        assert_eq!(parsed.is_ok(), text == r#"{"n":2} "#, "{text}");
    }

    let schema = Leaf::schema().as_value().to_string();
    for part in [
        r#""maxLength":3"#,
        r#""minLength":1"#,
        r#""maxProperties":2"#,
        r#""exclusiveMaximum":1.0"#,
        r#""additionalProperties":false"#,
    ] {
        assert!(schema.contains(part), "{part} is not in {schema}");
    }
    assert_eq!(Leaf::fingerprint(), Leaf::fingerprint());
    assert_ne!(Leaf::fingerprint(), Node::fingerprint());
    assert_eq!(Leaf::fingerprint().to_string().len(), 64);
}
