include!("../preludes/support.rs");

pipeline! {
    pub p(Answer) -> Vec<Answer> {
        fan_out(parts, max = 3, keep) billing => barrier(all)
    }
}

fn main() {}
