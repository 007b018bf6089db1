use handoff::prelude::*;

#[contract]
struct Found {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pages: Vec<String>,
    #[serde(rename = "note", skip_serializing_if = "String::is_empty")]
    text: String,
    // A function reads it, and it is not asked where there is nothing to read.
    #[serde(with = "hex", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    hash: Option<u64>,
}

#[contract]
struct Pages(#[serde(skip_serializing_if = "Vec::is_empty")] Vec<String>);

mod hex {
    use handoff::__private::serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(hash: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
        hash.map(|hash| format!("{hash:x}")).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
        Option::deserialize(deserializer)
    }
}

fn main() {}
