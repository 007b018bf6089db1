include!("../preludes/contracts.rs");

#[agent]
pub async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

#[tokio::main]
async fn main() -> Result<(), PipelineError> {
    let report = Runtime::default().run(write, Goal { text: String::new() }).await?;
    println!("{}", report.payload.text);
    Ok(())
}
