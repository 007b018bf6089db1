//! Edges of small pipelines, as lines: who hands on what, to whom, and what is asked of it.

use super::*;
use crate::pipeline::check::{Branch, Gate, Gather, Join, Map, Match, Race, Repeat};
use crate::pipeline::policy::Policy;
use crate::pipeline::syntax::{FanOutOptions, Items};
use proc_macro2::Span;
use syn::parse_quote;

fn place() -> Place {
    Place { first: Span::call_site(), last: Span::call_site() }
}

fn agent(number: usize) -> Agent {
    Agent { path: parse_quote!(agent), place: place(), number }
}

fn call(number: usize) -> Node {
    Node::Agent(agent(number))
}

fn or(numbers: impl IntoIterator<Item = usize>) -> Node {
    Node::Or(numbers.into_iter().map(agent).collect())
}

fn join(numbers: impl IntoIterator<Item = usize>) -> Node {
    joined(numbers.into_iter().map(|number| Worker::Agent(agent(number))))
}

fn joined(workers: impl IntoIterator<Item = Worker>) -> Node {
    let branches = workers.into_iter().map(|worker| Branch { worker, optional: None }).collect();
    Node::Join(Join { keyword: parse_quote!(join), branches, place: place(), number: 1 })
}

fn race(branches: impl IntoIterator<Item = Worker>) -> Node {
    let branches = branches.into_iter().collect();
    Node::Race(Race { keyword: parse_quote!(race), branches, number: 1 })
}

fn gate() -> Node {
    Node::Gate(Gate { threshold: parse_quote!(0.5), place: place(), number: 1 })
}

fn map() -> Node {
    Node::Map(Map { closure: parse_quote!(f), place: place() })
}

fn gather(worker: Worker, policy: Policy) -> Node {
    Node::Gather(Box::new(Gather {
        items: Items::Field(parse_quote!(items)),
        options: FanOutOptions::default(),
        worker,
        policy,
        deadline: None,
        fans_out: place(),
        barrier: place(),
        number: 1,
    }))
}

fn repeat(nodes: impl IntoIterator<Item = Node>) -> Node {
    let (max, until) = (parse_quote!(3), parse_quote!(done));
    Node::Repeat(Box::new(Repeat {
        max,
        until,
        or_last: false,
        chain: nodes.into_iter().collect(),
        number: 1,
    }))
}

/// Arms that bind a part of a variant, or nothing.
fn routes(arms: impl IntoIterator<Item = (bool, Vec<Node>)>) -> Node {
    let arm = |(binds, nodes): (bool, Vec<Node>)| check::Arm {
        pattern: parse_quote!(_),
        binding: binds.then(|| check::Binding { name: parse_quote!(part), is_variant: true }),
        guard: None,
        place: place(),
        chain: nodes.into_iter().collect(),
    };
    Node::Match(Match { keyword: parse_quote!(match), arms: arms.into_iter().map(arm).collect() })
}

impl FromIterator<Node> for check::Chain {
    fn from_iter<I: IntoIterator<Item = Node>>(nodes: I) -> Self {
        Self { nodes: nodes.into_iter().collect() }
    }
}

/// The edges of a pipeline of these stages, a line each.
fn edges(nodes: impl IntoIterator<Item = Node>) -> Vec<String> {
    let chain = nodes.into_iter().collect();
    let mut lines = Vec::new();
    list(&wire(&chain, place()), &mut lines);
    lines
}

fn list(chain: &Chain<'_>, lines: &mut Vec<String>) {
    for stage in &chain.stages {
        match stage {
            Stage::Agent(call) => lines.push(line(&call.enters)),
            Stage::Or(or) => {
                for attempt in &or.attempts {
                    lines.extend([line(&attempt.enters), line(&attempt.leaves)]);
                }
            }
            Stage::Gather(gather) => {
                if let Some(tasks) = &gather.tasks {
                    list(&tasks.chain, lines);
                }
            }
            Stage::Match(routes) => {
                for arm in &routes.arms {
                    lines.extend(arm.enters.as_ref().map(line));
                    list(&arm.chain, lines);
                }
            }
            Stage::Repeat(repeat) => {
                lines.extend(repeat.enters.as_ref().map(line));
                list(&repeat.chain, lines);
            }
            Stage::Join(join) => {
                for branch in &join.branches {
                    lines.extend(branch.enters.iter().map(line));
                    if let Some(tasks) = &branch.tasks {
                        list(&tasks.chain, lines);
                    }
                }
            }
            Stage::Race(race) => {
                for (branch, leaves) in race.branches.iter().zip(&race.leaves) {
                    lines.extend(branch.enters.iter().map(line));
                    if let Some(tasks) = &branch.tasks {
                        list(&tasks.chain, lines);
                    }
                    lines.push(line(leaves));
                }
            }
            Stage::Gate(_) | Stage::Map(_) | Stage::Bind(_) => {}
        }
    }
    lines.push(line(&chain.leaves));
}

fn line(edge: &Edge<'_>) -> String {
    let conversion = match edge.conversion() {
        Conversion::AsIs => "as it is".to_owned(),
        Conversion::Becomes(consumer) => format!("becomes {:?}", consumer.wanted()),
        Conversion::Part(agent) => format!("part to {}", agent.number),
        Conversion::Checked { ty, by } => {
            let by = match by {
                Check::Begins(agent) => format!("begins with {}", agent.number),
                Check::HandsOff(agent) => format!("hands off to {}", agent.number),
                Check::PassesBarrier(agent) => format!("passes to {}", agent.number),
                Check::ComesTo(agent) => format!("comes to {}", agent.number),
                Check::Ends => "ends".to_owned(),
                Check::EndsWithBarrier => "ends with a barrier".to_owned(),
                Check::Leaves => "leaves".to_owned(),
                Check::GoesRound(ty) => format!("goes round as {ty:?}"),
                Check::Agrees { first, .. } => format!("agrees with {first:?}"),
            };
            format!("{ty:?} {by}")
        }
    };
    let size = edge.size().filter(|_| !edge.to.agents().is_empty());
    format!("{conversion}{}", size.map(|size| format!(", {size:?}")).unwrap_or_default())
}

#[test]
fn agents_hand_off_to_one_another() {
    assert_eq!(
        edges([call(1), gate(), call(2)]),
        [
            "Input(Pipeline) begins with 1",
            "Output(Agent(1)) hands off to 2, One(Of(Agent(1)))",
            "Output(Agent(2)) ends"
        ]
    );
}

#[test]
fn a_barrier_hands_on_all_results_or_some() {
    let all = edges([gather(Worker::Agent(agent(1)), Policy::All), call(2)]);
    let passes =
        "Gathered { worker: Agent(1), all: true } passes to 2, All { gather: 1, each: Of(Agent(1)) }";
    assert_eq!(all, [passes, "Output(Agent(2)) ends"]);
    // Failures have no declared size.
    let some = edges([gather(Worker::Agent(agent(1)), Policy::Settled), call(2)]);
    assert_eq!(some[0], "Gathered { worker: Agent(1), all: false } passes to 2");
    let tasks = Worker::Chain { chain: [call(1), call(2)].into_iter().collect(), number: 1 };
    assert_eq!(
        edges([gather(tasks, Policy::All)]),
        [
            "as it is",
            "Output(Agent(1)) hands off to 2, One(Of(Agent(1)))",
            "as it is",
            "Gathered { worker: Tasks(1), all: true } ends with a barrier"
        ]
    );
}

#[test]
fn branches_of_a_join_leave_as_a_tuple() {
    assert_eq!(
        edges([join([1, 2]), call(3)]),
        [
            "Input(Pipeline) begins with 1",
            "Input(Pipeline) begins with 2",
            "Tuple([Agent(1), Agent(2)]) comes to 3, Joined([Agent(1), Agent(2)])",
            "Output(Agent(3)) ends"
        ]
    );
}

#[test]
fn branches_of_a_join_may_be_stages() {
    let either = Worker::Chain { chain: [or([2, 3])].into_iter().collect(), number: 1 };
    assert_eq!(
        edges([joined([Worker::Agent(agent(1)), either])]),
        [
            "Input(Pipeline) begins with 1",
            "Input(Pipeline) begins with 2",
            "Input(Pipeline) begins with 3",
            "Input(Agent(2)) comes to 2",
            "as it is",
            "Input(Agent(2)) comes to 3",
            "Output(Agent(3)) agrees with Agent(2)",
            "as it is",
            "Tuple([Agent(1), Tasks(1)]) leaves"
        ]
    );
    // Without an agent that takes it, a branch takes what there is.
    let mapped = Worker::Chain { chain: [map(), call(3)].into_iter().collect(), number: 1 };
    assert_eq!(edges([call(1), joined([mapped, Worker::Agent(agent(2))])])[1..3], ["as it is", "as it is"]);
}

#[test]
fn branches_of_a_race_leave_one_by_one() {
    let chain = Worker::Chain { chain: [call(2), call(3)].into_iter().collect(), number: 1 };
    assert_eq!(
        edges([call(1), race([chain, Worker::Agent(agent(4))]), call(5)]),
        [
            "Input(Pipeline) begins with 1",
            "Output(Agent(1)) hands off to 2, One(Of(Agent(1)))",
            "as it is",
            "Output(Agent(2)) hands off to 3, One(Of(Agent(2)))",
            "as it is",
            "Output(Agent(3)) hands off to 5, One(Of(Agent(3)))",
            "Output(Agent(1)) hands off to 4, One(Of(Agent(1)))",
            "Output(Agent(4)) hands off to 5, One(Of(Agent(4)))",
            "as it is",
            "Output(Agent(5)) ends"
        ]
    );
    // Nobody says what is wanted: the others hand on what the first does.
    let fan_out = gather(Worker::Agent(agent(2)), Policy::All);
    let gathered = Worker::Chain { chain: [call(1), fan_out].into_iter().collect(), number: 1 };
    assert_eq!(
        edges([race([Worker::Agent(agent(3)), gathered]), map()])[5..],
        ["Gathered { worker: Agent(2), all: true } agrees with Agent(3)", "as it is"]
    );
}

#[test]
fn branches_come_together_at_whoever_takes_them() {
    // An agent says what it takes.
    assert_eq!(
        edges([call(1), routes([(true, vec![call(2)]), (true, vec![call(3)])]), call(4)]),
        [
            "Input(Pipeline) begins with 1",
            "part to 2, One(Of(Agent(1)))",
            "as it is",
            "Output(Agent(2)) hands off to 4, One(Of(Agent(2)))",
            "part to 3, One(Of(Agent(1)))",
            "as it is",
            "Output(Agent(3)) hands off to 4, One(Of(Agent(3)))",
            "as it is",
            "Output(Agent(4)) ends"
        ]
    );
    // Nobody says: the second hands on what the first does.
    assert_eq!(
        edges([or([1, 2]), map()]),
        [
            "Input(Pipeline) begins with 1",
            "as it is",
            "Input(Pipeline) begins with 2",
            "Output(Agent(2)) agrees with Agent(1)",
            "as it is"
        ]
    );
}

#[test]
fn a_round_begins_as_the_first_did() {
    assert_eq!(
        edges([call(1), repeat([call(2), call(3)])]),
        [
            "Input(Pipeline) begins with 1",
            "Output(Agent(1)) hands off to 2, One(Of(Agent(1)))",
            "as it is",
            "Output(Agent(2)) hands off to 3, One(Of(Agent(2)))",
            "Output(Agent(3)) goes round as Input(Agent(2)), One(Of(Agent(3)))",
            "Input(Agent(2)) ends"
        ]
    );
}

#[test]
fn what_is_made_is_what_is_wanted() {
    assert_eq!(edges([map(), call(1)]), ["as it is", "Output(Agent(1)) ends"]);
    // Where nobody says what that is, rustc infers it from the arm that does.
    assert_eq!(edges([routes([(true, vec![map()])]), map()]), ["as it is", "as it is"]);
}

/// What is known of the confidence of what the stages hand on.
fn confidence(nodes: impl IntoIterator<Item = Node>) -> Confidence {
    let chain: check::Chain = nodes.into_iter().collect();
    wire(&chain, place()).leaves.from.confidence
}

#[test]
fn a_confidence_is_of_a_payload_or_counted() {
    let output = |number| Payload::Output(Actor::Agent(number));
    let known = confidence([call(1), call(2)]);
    assert_eq!(known.payloads, [Payload::Input(Actor::Pipeline), output(1), output(2)]);
    assert!(!known.counted);
    assert!(confidence([gather(Worker::Agent(agent(1)), Policy::All), call(2)]).counted);
    // Of a join it is made of theirs.
    assert_eq!(confidence([call(1), join([2, 3])]).payloads, [output(2), output(3)]);
    // Of branches it has to be on each.
    let raced = confidence([call(3), race([1, 2].map(|number| Worker::Agent(agent(number))))]);
    assert_eq!(raced.branches.iter().map(|branch| branch.last).collect::<Vec<_>>(), [1, 2].map(Actor::Agent));
    let branches = confidence([or([1, 2])]);
    assert_eq!(
        branches.branches.iter().map(|branch| branch.last).collect::<Vec<_>>(),
        [Actor::Agent(1), Actor::Agent(2)]
    );
    assert!(branches.payloads.is_empty());
}

#[test]
fn a_gate_tests_what_may_have_no_confidence() {
    let tests = |nodes: Vec<Node>| {
        let chain: check::Chain = nodes.into_iter().collect();
        wire(&chain, place())
            .stages
            .iter()
            .any(|stage| matches!(stage, Stage::Gate(gate) if gate.tested.is_some()))
    };
    assert!(tests(vec![call(1), gate()]));
    assert!(!tests(vec![gather(Worker::Agent(agent(1)), Policy::Settled), gate()]));
}

#[test]
fn stages_take_what_their_first_takes() {
    let exit = Intake::exit(Consumer::Caller, Target::Outside);
    let intake = |nodes: &[Node]| {
        let Intake { target, budget, entry, .. } = Intake::of(nodes, &exit);
        (target, budget, entry)
    };
    let [one, two] = [1, 2].map(Actor::Agent);
    assert_eq!(intake(&[gate(), call(1)]), (Target::Of(one), Some(Budget::Of(one)), Some(one)));
    assert_eq!(intake(&[repeat([call(1)])]), intake(&[call(1)]));
    assert_eq!(intake(&[or([1, 2])]), (Target::Itself, Some(Budget::Largest(vec![one, two])), None));
    assert_eq!(intake(&[join([1, 2])]), (Target::Itself, Some(Budget::Smallest(vec![one, two])), None));
    let raced = race([1, 2].map(|number| Worker::Agent(agent(number))));
    assert_eq!(intake(&[raced]), (Target::Itself, Some(Budget::Largest(vec![one, two])), None));
    // A part has the budget, not the whole.
    let fan_out = gather(Worker::Agent(agent(1)), Policy::All);
    assert_eq!(intake(&[fan_out]), (Target::Through(one), None, Some(one)));
    assert_eq!(intake(&[map(), call(1)]), (Target::Itself, None, None));
    assert_eq!(intake(&[]), (Target::Outside, None, None));
}
