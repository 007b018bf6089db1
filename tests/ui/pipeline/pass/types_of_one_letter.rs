//! The user's types are called like type parameters, in whatever of theirs the generated code holds.
#![deny(warnings)]

use handoff::prelude::*;

#[contract]
pub enum E {
    A(T),
    B { u: u8 },
    C,
}

#[contract]
pub struct T {
    #[check(len(1..=3))]
    pub s: Vec<S>,
}

#[contract]
pub struct S {
    pub a: u8,
}

#[agent]
pub async fn start(_: S) -> E {
    E::C
}

#[agent]
pub async fn work(s: S) -> S {
    s
}

#[agent]
pub async fn end(t: T) -> E {
    E::A(t)
}

#[agent]
pub async fn keep(e: E) -> E {
    e
}

pipeline! {
    pub p(S) -> E {
        start as begun
            => match {
                E::A(t) if matches!(begun, E::C) => end,
                E::B { u: a } => map(|a| S { a }) => work => map(|s| E::A(T { s: vec![s] })) => keep,
                e @ (E::A(_) | E::C) => keep,
            }
            => repeat(max = 2, until = |e| matches!(e, E::A(_))) { keep or keep }
            => join(keep, keep)
            => map(|(e, _): (E, E)| if let E::A(t) = e { t } else { T { s: Vec::new() } })
            => fan_out(
                |t| { let T { s } = t; s },
                label = |s| S::clone(s).a,
                recover = |s, _| { let _: Option<E> = None; s.clone() },
            ) work
            => barrier(all)
            => map(|s| T { s })
            => end
    }
}

#[test]
fn it_runs() {
    drop(Runtime::default().run(p, S { a: 1 }));
}
