include!("../preludes/support.rs");

pipeline! {
    pub p(first: Answer) -> Vec<Answer> {
        fan_out(parts, max = 3) { billing => map(|answer| Answer { text: first.text, ..answer }) => critique } => barrier(all)
    }
}

fn main() {}
