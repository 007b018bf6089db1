use handoff::prelude::*;

pub struct Finding;

#[contract]
pub struct Report {
    pub text: String,
}

#[agent]
pub async fn merge(findings: Vec<Finding>) -> Report {
    Report { text: findings.len().to_string() }
}

fn main() {}
