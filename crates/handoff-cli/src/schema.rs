//! `handoff schema`: the contracts of a lock file, and their schemas.

use serde_json::json;

use crate::Verdict;
use crate::args::Schema;
use crate::failure::Failure;
use crate::input;
use crate::output::{Output, plain};

pub(crate) fn schema(args: &Schema, output: &mut Output) -> Result<Verdict, Failure> {
    let lock = input::lock(&args.lock)?;
    if let Some(name) = &args.contract {
        output.json(input::contract(&lock, &args.lock, name)?.schema.as_value())?;
    } else if output.json {
        let contracts: Vec<_> = lock
            .contracts()
            .iter()
            .map(|contract| {
                json!({
                    "name": contract.name,
                    "fingerprint": contract.fingerprint.to_string(),
                    "max_tokens": contract.max_tokens,
                    "schema": contract.schema,
                })
            })
            .collect();
        output.json(&json!({ "contracts": contracts }))?;
    } else {
        for contract in lock.contracts() {
            output.line(plain(&contract.name))?;
        }
    }
    Ok(Verdict::Fine)
}
