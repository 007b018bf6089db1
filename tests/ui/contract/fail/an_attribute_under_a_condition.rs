use handoff::prelude::*;

#[contract]
struct Plan {
    #[cfg_attr(unix, serde(rename = "steps"))]
    list: Vec<String>,
    #[cfg_attr(all(), check(range(1..)))]
    width: u8,
}

// One that says nothing to a contract is none of its business, and those of the item are decided before.
#[contract]
#[cfg_attr(all(), serde(rename_all = "camelCase"))]
struct Other {
    #[cfg_attr(all(), allow(dead_code))]
    some_text: String,
}

fn main() {
    assert!(Other::parse(r#"{"someText":""}"#).is_ok());
}
