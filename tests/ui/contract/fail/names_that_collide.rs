// A key that is two fields, or a name that is two variants, comes back as the first of them.
use handoff::prelude::*;

#[contract]
#[serde(rename_all = "camelCase")]
struct User {
    user_name: String,
    #[serde(rename = "userName")]
    login: String,
    #[serde(alias = "login", alias = "id")]
    number: u32,
    id: u32,
}

#[contract]
#[serde(rename_all = "lowercase")]
enum Step {
    Search {
        query: String,
        #[serde(alias = "query")]
        text: String,
    },
    #[serde(rename = "search")]
    Find(String),
    #[serde(alias = "search", alias = "find")]
    Stop,
}

fn main() {}
