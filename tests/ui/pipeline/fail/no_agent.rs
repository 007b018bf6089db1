include!("../preludes/contracts.rs");

pipeline! {
    pub p(Plan) -> Plan {
        gate(confidence >= 0.5)
    }
}

fn main() {}
