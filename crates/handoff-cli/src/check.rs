//! `handoff check`: a reply against a contract of a lock file.

use handoff::{ContractViolation, LeftOut, Violation};
use serde_json::{Value, json};

use crate::Verdict;
use crate::args::Check;
use crate::failure::Failure;
use crate::input;
use crate::output::{Ink, Output, plain};
use crate::words::counted;

pub(crate) fn check(args: &Check, output: &mut Output) -> Result<Verdict, Failure> {
    input::at_most_one_stdin([&args.file, &args.lock])?;
    let lock = input::lock(&args.lock)?;
    let contract = input::contract(&lock, &args.lock, &args.contract)?;
    let text = input::text(&args.file)?;
    let checked = if args.lenient {
        contract.check_lenient(&text).map(|read| read.left_out)
    } else {
        contract.check(&text).map(|()| None)
    };
    let name = &contract.name;
    let file = input::name(&args.file).to_string();
    let (name, file) = (plain(name), plain(&file));
    let paint = output.paint();
    match &checked {
        _ if output.json => output.json(&as_json(&contract.name, &checked, args.values))?,
        Ok(left_out) => {
            let around = left_out.map_or(String::new(), |left_out| format!(", without {}", words(left_out)));
            output.line(format_args!("{file} {} `{name}`{around}", paint.with(Ink::Good, "fits")))?;
        }
        Err(violation) => {
            let does_not_fit = paint.with(Ink::Bad, "does not fit");
            let reasons = counted(violation.total(), "reason", "reasons");
            output.line(format_args!("{file} {does_not_fit} `{name}`, for {reasons}:"))?;
            for one in violation.violations() {
                output.line(format_args!("  {}", plain(&line(one, args.values))))?;
            }
            if let more @ 1.. = violation.total() - violation.violations().len() {
                output.line(format_args!("  and {more} more"))?;
            }
        }
    }
    Ok(if checked.is_ok() { Verdict::Fine } else { Verdict::Wrong })
}

fn line(violation: &Violation, values: bool) -> String {
    if values { violation.with_value().to_string() } else { violation.to_string() }
}

fn words(left_out: LeftOut) -> &'static str {
    match left_out {
        LeftOut::Fence => "the code fence around it",
        LeftOut::Thoughts => "the thoughts around it",
        _ => "the text around it",
    }
}

fn as_json(contract: &str, checked: &Result<Option<LeftOut>, ContractViolation>, values: bool) -> Value {
    let left_out = |left_out: LeftOut| match left_out {
        LeftOut::Fence => "fence",
        LeftOut::Thoughts => "thoughts",
        _ => "text",
    };
    match checked {
        Ok(around) => json!({ "contract": contract, "fits": true, "left_out": around.map(left_out) }),
        Err(violation) => {
            let violations: Vec<_> = violation
                .violations()
                .iter()
                .map(|one| {
                    let pointer =
                        if values { one.pointer.to_string() } else { one.pointer.masked().to_string() };
                    let found = one.found().filter(|_| values);
                    json!({
                        "pointer": pointer,
                        "keyword": one.keyword,
                        "message": one.message(),
                        "found": found,
                    })
                })
                .collect();
            json!({
                "contract": contract,
                "fits": false,
                "total": violation.total(),
                "violations": violations,
            })
        }
    }
}
