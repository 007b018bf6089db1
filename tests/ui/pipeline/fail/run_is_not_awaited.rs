include!("../preludes/contracts.rs");

#[agent]
async fn write(goal: Goal) -> Report {
    Report { text: goal.text }
}

pipeline! {
    pub p(Goal) -> Report {
        write
    }
}

async fn look(runtime: Runtime, goal: Goal) {
    let run = runtime.run(p, goal);
    println!("{}", run.payload.text);
}

async fn take(runtime: Runtime, goal: Goal) -> String {
    runtime.run(p, goal).unwrap().payload.text
}

async fn pass(runtime: Runtime, goal: Goal) -> Result<String, PipelineError> {
    Ok(runtime.run(p, goal)?.payload.text)
}

fn main() {}
