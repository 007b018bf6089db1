use handoff::prelude::*;

#[derive(Clone)]
pub struct Model {
    name: String,
}

#[agent]
async fn write(text: String, model: &Model) -> String {
    text + model.name
}

fn main() {}
