//! What the caller has put around a run: the same for all agents of it.

use super::support::on_both;
use handoff::prelude::*;
use std::sync::{Arc, Mutex};

tokio::task_local! {
    static USER: &'static str;
}

/// Which agents saw which user.
type Seen = Arc<Mutex<Vec<(&'static str, &'static str)>>>;

#[derive(Clone, Debug, Default, FromRef)]
pub struct App {
    seen: Seen,
}

fn note(seen: &Seen, agent: &'static str) {
    let user = USER.try_with(|user| *user).unwrap_or("nobody");
    seen.lock().expect("no panic").push((agent, user));
}

#[agent(role = planner)]
async fn plan(count: u32, State(seen): State<Seen>) -> Vec<u32> {
    note(&seen, "plan");
    (0..count).collect()
}

#[agent]
async fn work(number: u32, State(seen): State<Seen>) -> u32 {
    note(&seen, "work");
    tokio::task::yield_now().await;
    note(&seen, "work");
    number
}

#[agent(role = aggregator)]
async fn sum(all: Vec<u32>, State(seen): State<Seen>) -> u32 {
    note(&seen, "sum");
    all.iter().sum()
}

#[agent(blocking)]
fn store(sum: u32, State(seen): State<Seen>) -> u32 {
    note(&seen, "store");
    sum
}

pipeline! { pub fans_out(u32) -> u32 { plan => fan_out(|all| all, max = 9) work => barrier(all) => sum } }
pipeline! { pub joins(u32) -> (u32, u32) { work => join(work, work) } }
pipeline! { pub blocks(u32) -> u32 { work => store } }
pipeline! { pub chain(u32) -> u32 { work => work } }
pipeline! { pub above(u32) -> u32 { work => blocks => fans_out } }
pipeline! { pub braces(u32) -> u32 { plan => fan_out(|all| all, max = 9) { work => store } => barrier(all) => sum } }
pipeline! { pub rounds(u32) -> u32 { work => repeat(max = 2, until = |sum| *sum > 0) { fans_out => store } } }

async fn run(runtime: &Runtime<App>, app: &App) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut all = Vec::new();
    macro_rules! run {
        ($($pipeline:ident)*) => {
            $(
                USER.scope("ann", runtime.run($pipeline, 3)).await.expect("all is well");
                all.push(std::mem::take(&mut *app.seen.lock().expect("no panic")));
            )*
        };
    }
    run!(fans_out joins blocks chain above braces rounds);
    all
}

#[test]
fn a_task_local_is_there_in_all_agents_or_in_none() {
    on_both(|| async {
        let app = App::default();
        for seen in run(&Runtime::builder().state(app.clone()).build(), &app).await {
            assert!(seen.len() > 2 && seen.iter().all(|(_, user)| *user == seen[0].1), "{seen:?}");
        }
    });
}

#[test]
fn what_is_carried_is_there_in_all_agents() {
    on_both(|| async {
        let app = App::default();
        let runtime = Runtime::builder()
            .state(app.clone())
            .carry(|| {
                let user = USER.try_with(|user| *user).ok();
                move |call: &mut dyn FnMut()| match user {
                    Some(user) => USER.sync_scope(user, call),
                    None => call(),
                }
            })
            .build();
        for seen in run(&runtime, &app).await {
            assert!(seen.len() > 2 && seen.iter().all(|(_, user)| *user == "ann"), "{seen:?}");
        }
        // Of its own caller.
        USER.scope("bob", runtime.run(fans_out, 2)).await.expect("all is well");
        assert!(app.seen.lock().expect("no panic").iter().all(|(_, user)| *user == "bob"));
    });
}

#[test]
fn what_carries_badly_loses_nothing() {
    on_both(|| async {
        let app = App::default();
        let builder = || Runtime::builder().state(app.clone());
        let forgets = builder().carry(|| |_: &mut dyn FnMut()| {}).build();
        let panics = builder().carry(|| {
            |call: &mut dyn FnMut()| {
                call();
                panic!("too late");
            }
        });
        let takes_nothing = builder().carry(|| -> fn(&mut dyn FnMut()) { panic!("nothing to take") });
        for runtime in [forgets, panics.build(), takes_nothing.build()] {
            assert_eq!(runtime.run(fans_out, 3).await.expect("all is well").payload, 3);
        }
    });
}
