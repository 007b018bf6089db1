use handoff::prelude::*;

#[agent]
pub async fn write(goal: String) -> Result<String, std::io::Error> {
    Ok(goal)
}

#[agent(blocking)]
pub fn print(text: String, cx: Context) -> usize {
    if cx.is_cancelled() { 0 } else { text.len() }
}

fn main() {
    let description = write.describe();
    println!("{}", description.mermaid());
    println!("{:?}", print.describe());
    println!("{:?}", Description::of::<print>());
}
