use handoff::prelude::*;

pub struct Counted(usize);

#[agent]
pub async fn write(goal: String) -> String {
    goal
}

#[agent]
pub async fn judge(length: usize) -> bool {
    length < 500
}

pipeline! {
    pub p(String) -> bool {
        write
            => map(|text| Counted(text.len()))
            => map(|counted| counted.0)
            => judge
    }
}

fn main() {}
