//! Payloads that are nested deeper than JSON is read: they fail their task, whatever they are made of.

use std::collections::BTreeMap;

use handoff::contract::Contract;
use handoff::prelude::*;
use serde_json::Value;

use super::support::on_both;

/// Rust drops so many levels without trouble; to check or to write them to their end would take more than the stack.
const MANY: u32 = 5_000;

/// The same of maps, whose drop takes more of it.
const MANY_MAPS: u32 = 1_000;

#[contract]
pub struct Tree {
    #[check(len(..=3), unique)]
    pub kids: Vec<Tree>,
}

#[contract]
pub struct Chain {
    pub next: Option<Box<Chain>>,
}

#[contract]
pub enum Expr {
    Not(Box<Expr>),
    Pair { both: (Box<Expr>, u8) },
    Number(f64),
}

#[contract]
#[serde(untagged)]
pub enum Named {
    Leaf(u8),
    Of(BTreeMap<String, Named>),
}

/// As JSON it is `null`, however many boxes there are. The macro would see an option of an option, and refuse it.
#[contract]
pub struct Boxes(pub Maybe<More>);

#[contract]
pub struct More(pub Maybe<Boxes>);

type Maybe<T> = Option<Box<T>>;

#[contract]
pub struct Anything {
    pub value: Value,
}

/// Made anew from itself so often.
fn nested<T>(innermost: T, levels: u32, outer: impl Fn(T) -> T) -> T {
    (0..levels).fold(innermost, |inner, _| outer(inner))
}

#[agent]
async fn tree(levels: u32) -> Tree {
    nested(Tree { kids: vec![] }, levels, |tree| Tree { kids: vec![tree] })
}

#[agent]
async fn chain(levels: u32) -> Chain {
    nested(Chain { next: None }, levels, |chain| Chain { next: Some(chain.into()) })
}

#[agent]
async fn not(levels: u32) -> Expr {
    nested(Expr::Number(1.0), levels, |expr| Expr::Not(expr.into()))
}

#[agent]
async fn pair(levels: u32) -> Expr {
    nested(Expr::Number(1.0), levels, |expr| Expr::Pair { both: (expr.into(), 1) })
}

#[agent]
async fn named(levels: u32) -> Named {
    nested(Named::Leaf(1), levels.min(MANY_MAPS), |named| Named::Of([("k".to_owned(), named)].into()))
}

#[agent]
async fn boxes(levels: u32) -> Boxes {
    nested(Boxes(None), levels, |boxes| Boxes(Some(More(Some(boxes.into())).into())))
}

#[agent]
async fn anything(levels: u32) -> Anything {
    Anything { value: nested(Value::Null, levels, |value| Value::Array(vec![value])) }
}

pipeline! { pub trees(u32) -> Tree { tree } }
pipeline! { pub chains(u32) -> Chain { chain } }
pipeline! { pub nots(u32) -> Expr { not } }
pipeline! { pub pairs(u32) -> Expr { pair } }
pipeline! { pub names(u32) -> Named { named } }
pipeline! { pub boxed(u32) -> Boxes { boxes } }
pipeline! { pub anythings(u32) -> Anything { anything } }

/// The most levels with which a pipeline succeeds; one more is a violation, and so are very many.
macro_rules! most {
    ($pipeline:ident) => {{
        let runtime = Runtime::default();
        let mut most = 0;
        for levels in (1..140).chain([MANY]) {
            match runtime.run($pipeline, levels).await {
                Ok(_) => most = levels,
                Err(error) => {
                    let ErrorKind::Contract(violation) = error.kind() else { panic!("{error}") };
                    let [violation] = violation.violations() else { panic!("{error}") };
                    assert_eq!(violation.keyword, "depth", "{error}");
                    assert!(error.to_string().ends_with("nested deeper than 127 levels"), "{error}");
                    assert!(error.kind().is_retryable());
                }
            }
        }
        most
    }};
}

#[test]
fn what_nobody_could_read_is_not_handed_on() {
    on_both(|| async {
        // The object with the list, for each level, and for the innermost.
        assert_eq!(most!(trees), 62);
        assert_eq!(most!(chains), 126);
        assert_eq!(most!(nots), 126);
        // The variant's object, the struct's object, and the list; the innermost is an object, too.
        assert_eq!(most!(pairs), 42);
        assert_eq!(most!(names), 127);
        assert_eq!(most!(anythings), 126);
        // Two boxes each.
        assert_eq!(most!(boxed), 127);
    });
}

#[agent(retries = 1)]
async fn again(levels: u32, cx: Context) -> Tree {
    if cx.attempt() == 1 {
        return tree(levels).await;
    }
    let told = cx.contract_violation().expect("the first attempt's").for_model().to_string();
    assert!(told.contains("/kids/0/kids/0/") && told.contains("nested deeper than 127 levels"), "{told}");
    tree(1).await
}

pipeline! { pub retried(u32) -> Tree { again } }

#[test]
fn the_next_attempt_may_be_shallower() {
    on_both(|| async {
        let tree = Runtime::default().run(retried, MANY).await.expect("the second attempt").payload;
        assert_eq!(tree.kids.len(), 1);
    });
}

#[test]
fn a_check_by_itself_does_not_go_deeper() {
    on_both(|| async {
        let mut violations = handoff::Violations::new();
        chain(MANY).await.check(&mut violations);
        let [violation] = violations.as_slice() else { panic!("{violations:?}") };
        assert_eq!((violation.keyword, violation.pointer.steps().len()), ("depth", 127));
    });
}
