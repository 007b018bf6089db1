use handoff::prelude::*;

#[contract]
struct Patch {
    #[serde(default = "cleared")]
    title: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "is_kept")]
    text: Option<Option<String>>,
}

fn cleared() -> Option<Option<String>> {
    Some(None)
}

fn is_kept(text: &Option<Option<String>>) -> bool {
    text.is_none()
}

fn main() {}
