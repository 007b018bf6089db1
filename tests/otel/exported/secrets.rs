//! What is in a payload is in no span.

use super::support::{Exporting, runtime};
use handoff::ContractViolation;
use handoff::agent::ToolError;
use handoff::prelude::*;
use std::collections::BTreeMap;

#[contract]
pub struct Account {
    #[check(len(..=20))]
    pub name: String,
    pub quotas: BTreeMap<String, u32>,
}

#[contract]
pub struct Accounts {
    pub accounts: Vec<Account>,
}

/// What a value, the key of a map, and the name of an unknown field have in them.
const SECRET: &str = "hunter2";

#[agent]
async fn open(_: String, cx: Context) -> Accounts {
    cx.progress(1, SECRET);
    Accounts { accounts: vec![account(SECRET), account("hunter2 again"), account("and hunter2")] }
}

fn account(name: &str) -> Account {
    Account { name: name.into(), quotas: BTreeMap::from([(SECRET.into(), 7)]) }
}

/// Breaks its contract in all ways.
#[agent(output = Account, retries = 1)]
async fn check(account: Account) -> Reply {
    let long = SECRET.repeat(9);
    let reply = match &*account.name {
        SECRET => format!(r#"{{"name":"{long}","quotas":{{"{SECRET}":"{SECRET}"}},"{SECRET}":"{SECRET}"}}"#),
        "hunter2 again" => format!(r#"{{"name":"{SECRET}","{SECRET}"#),
        _ => format!(r#"{{"name":"{SECRET}","name":"{SECRET}","quotas":{{"{SECRET}":1,"{SECRET}":2}}}}"#),
    };
    Reply::new(reply)
}

/// Fails with the error of a run of its own.
#[agent]
async fn check_again(account: Account, cx: Context) -> Result<Account, PipelineError> {
    Ok(cx.run(one, account).await?.payload)
}

/// Calls its tool with an argument that there is not, with one that the tool fails on, and by a name that there is not; and
/// fails with what came of the last call.
#[agent(tools(check))]
async fn call(account: Account, cx: Context) -> Result<Account, ToolError> {
    let arguments = format!(r#"{{"name":"","quotas":{{}},"{SECRET}":"{SECRET}"}}"#);
    let unknown = cx.call_tool("check", arguments).await.unwrap_err();
    let failed =
        cx.call_tool("check", format!(r#"{{"name":"{}","quotas":{{}}}}"#, account.name)).await.unwrap_err();
    Err(match &*account.name {
        SECRET => failed,
        "hunter2 again" => unknown,
        _ => cx.call_tool(SECRET, "{}").await.unwrap_err(),
    })
}

/// Fails as the text that it reads does.
#[agent]
async fn read(_: Account) -> Result<Account, ContractViolation> {
    Account::parse(&format!(r#"{{"name":"","quotas":{{}},"{SECRET}":1}}"#))
}

#[agent]
async fn count(accounts: Vec<Account>) -> usize {
    accounts.len()
}

#[agent]
async fn give_up(_: Accounts) -> Result<usize, PipelineError> {
    Ok(0)
}

pipeline! { pub one(Account) -> Account { check } }
pipeline! { pub all(Accounts) -> usize { fan_out(accounts) { check or check_again } => barrier(all) => count } }
pipeline! { pub calling(Accounts) -> usize { fan_out(accounts, recover = same) { call or read } => barrier(all) => count } }
pipeline! { pub some(Accounts) -> usize { fan_out(accounts, recover = same) check => barrier(all) => count } }
pipeline! { pub accounts(String) -> usize { open => all or some or give_up } }
pipeline! { pub with_tools(String) -> usize { open => calling } }
pipeline! { pub failing(String) -> usize { open => all } }
pipeline! { pub raced(String) -> Account { open => map(|mut of| of.accounts.remove(0)) => race(check, check_again) } }

fn same(account: &Account, _: &TaskFailure) -> Account {
    account.clone()
}

#[tokio::test(start_paused = true)]
async fn no_value_no_key_and_no_unknown_name_is_in_a_span() {
    let exporting = Exporting::new();
    let secret = || SECRET.to_owned();
    runtime().run(accounts, secret()).await.unwrap();
    runtime().run(failing, secret()).await.unwrap_err();
    let failed = runtime().run(one, account(SECRET)).await.unwrap_err();
    // It is there to be seen by those who may.
    assert!(failed.to_string().contains(SECRET), "{failed}");
    runtime().run(raced, secret()).await.unwrap_err();
    runtime().run(with_tools, secret()).await.unwrap();
    let spans = format!("{:#?}", exporting.spans());
    assert!(spans.contains("invoke_agent check_again") && spans.contains("/quotas/*: "), "{spans}");
    for said in ["its call of `check` was refused: ", "its call of `check` failed: ", "attempt 1 failed: "] {
        assert!(spans.contains(said), "{said}");
    }
    let shown: Vec<_> = spans.lines().filter(|line| line.contains(SECRET)).collect();
    assert!(shown.is_empty(), "{shown:#?}");
}
