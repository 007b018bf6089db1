//! What the agents of both versions say: no model, a few hundred bytes each.

/// The sub-tasks in a plan.
pub const PARTS: u8 = 5;
pub const QUESTION: &str = "Why do multi-agent systems fail, and what can be done about it?";
pub const REASONING: &str = "Every part can be looked up on its own, and together they answer the question.";
pub const TITLE: &str = "Why multi-agent systems fail";

pub fn id(part: u8) -> String {
    format!("part-{part}")
}

pub fn description(part: u8, question: &str) -> String {
    format!("Find what the sources say on part {part} of the question: {question}")
}

pub fn finding(description: &str) -> String {
    format!("They break where one agent hands its work to the next. Asked was: {description}")
}

pub fn body<'a>(findings: impl Iterator<Item = &'a str>) -> String {
    findings.fold(String::new(), |body, finding| body + finding + "\n")
}

/// The same answers as a model would give them.
pub mod as_json {
    use super::{PARTS, REASONING, TITLE};

    pub fn plan(question: &str) -> String {
        let subtask = |part| {
            let (id, description) = (super::id(part), super::description(part, question));
            format!(r#"{{"id":"{id}","description":"{description}","priority":{}}}"#, part + 1)
        };
        let subtasks: Vec<_> = (0..PARTS).map(subtask).collect();
        format!(r#"{{"subtasks":[{}],"reasoning":"{REASONING}","confidence":0.9}}"#, subtasks.join(","))
    }

    pub fn finding(task: &str, description: &str) -> String {
        format!(r#"{{"task":"{task}","text":"{}"}}"#, super::finding(description))
    }

    pub fn report<'a>(findings: impl Iterator<Item = &'a str>) -> String {
        format!(r#"{{"title":"{TITLE}","body":"{}"}}"#, super::body(findings).replace('\n', "\\n"))
    }
}
