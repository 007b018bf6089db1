use handoff::prelude::*;

#[contract]
pub struct Goal {
    pub text: String,
}

#[contract]
pub struct Report {
    pub text: String,
}

#[agent(blocking, output = Report)]
fn a(goal: Goal) -> Result<Report, Stuck> {
    Ok(Report { text: goal.text })
}

pub struct Stuck(pub std::rc::Rc<str>);

impl From<Stuck> for Box<dyn std::error::Error + Send + Sync> {
    fn from(stuck: Stuck) -> Self {
        stuck.0.to_string().into()
    }
}

pipeline! {
    pub p(Goal) -> Report {
        a
    }
}

fn main() {}
