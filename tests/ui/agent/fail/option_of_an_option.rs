use handoff::prelude::*;

#[agent]
async fn clear(title: Option<Option<String>>) -> Result<Vec<Option<Option<String>>>, String> {
    Ok(vec![title])
}

fn main() {}
