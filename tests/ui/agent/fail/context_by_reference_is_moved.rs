use handoff::prelude::*;

#[derive(Clone)]
pub struct Model {
    name: String,
}

fn keep(_: Context) {}

#[agent]
async fn write(text: String, cx: &Context) -> String {
    keep(cx);
    text
}

#[agent]
async fn ask(text: String, model: &State<Model>) -> String {
    text + &model.0.name
}

#[agent]
async fn choose(text: String, State(model): State<&Model>) -> String {
    text + model.name
}

fn main() {}
