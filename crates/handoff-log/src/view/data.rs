//! A run as the page reads it: columns of numbers, and each text once.
//!
//! A line of a log says what each of its numbers means, and forty thousand lines say it forty thousand times. Here a
//! column says it once: what all rows have is a list, what few have are pairs, and times are differences, which are short.

use std::collections::{BTreeMap, HashMap};

use handoff::describe::DescribedContract;
use serde_json::{Map, Value, json};

use super::contracts;
use crate::line::{End, FanOutKind, Why};
use crate::read::{Call, Cause, FanOut, LoggedGate, LoggedHandoff, LoggedRun, Span, SpanKind};

/// Returns what the page shows of `run`, as JSON.
pub(super) fn of(run: &LoggedRun) -> Value {
    let mut data = Data::default();
    let mut gates = run.gates.iter().peekable();
    for (index, span) in run.spans.iter().enumerate() {
        // In the order of time, and after what it is in.
        while let Some(gate) = gates.next_if(|gate| gate.t <= span.start && gate.span < index) {
            data.gate(gate);
        }
        data.span(span, &run.pipeline);
    }
    gates.for_each(|gate| data.gate(gate));
    let contracts = run.description.as_ref().map_or(&[][..], |description| &description.contracts);
    run.handoffs.iter().for_each(|handoff| data.handoff(handoff, contracts));
    let progress = progress(run);
    for (span, progress) in progress {
        data.rows.set(data.row_of_span[span], "progress", progress);
    }
    data.finish(run)
}

/// How often an agent said how far it is, and what it said last, by the span.
fn progress(run: &LoggedRun) -> BTreeMap<usize, [u64; 2]> {
    let mut spans = BTreeMap::new();
    for report in &run.progress {
        let [reports, done] = spans.entry(report.span).or_insert([0, 0]);
        (*reports, *done) = (*reports + 1, report.done);
    }
    spans
}

#[derive(Default)]
struct Data {
    texts: Table,
    whys: Table,
    edges: Table,
    row_of_span: Vec<usize>,
    row_of_gate: Vec<usize>,
    /// A letter for each row.
    kind: String,
    /// How far above each row that is which it is in.
    up: Vec<usize>,
    start: Vec<u64>,
    took: Vec<Option<u64>>,
    name: Vec<usize>,
    /// What else there is to some rows.
    rows: Sparse,
    edge: Vec<usize>,
    handed_in: Vec<usize>,
    tokens: Vec<u32>,
    /// What else there is to some handoffs.
    handoffs: Sparse,
}

impl Data {
    fn row(&mut self, kind: char, within: Option<usize>, start: u64, took: Option<u64>, name: &str) -> usize {
        let row = self.kind.len();
        self.kind.push(kind);
        self.up.push(within.map_or(0, |span| row - self.row_of_span[span]));
        self.start.push(start);
        self.took.push(took);
        self.name.push(self.texts.id(name));
        row
    }

    /// A gate has no length, and is a row all the same: what it stops ends there.
    fn gate(&mut self, gate: &LoggedGate) {
        let row = self.row('g', Some(gate.span), gate.t, Some(0), &gate.agent);
        self.row_of_gate.push(row);
        self.rows.set(row, "conf", gate.confidence);
        self.rows.set(row, "min", gate.threshold);
        self.end(row, if gate.passed { End::Ok } else { End::Failed });
    }

    fn span(&mut self, span: &Span, pipeline: &str) {
        let kind = match span.kind {
            SpanKind::Run => 'r',
            SpanKind::Pipeline { .. } => 'p',
            SpanKind::FanOut(_) => 'f',
            SpanKind::Task { .. } => 't',
            SpanKind::Call(_) => 'c',
            SpanKind::Round { .. } => 'o',
            SpanKind::Else { .. } => 'e',
        };
        let row = self.row(kind, span.parent, span.start, span.micros(), span.agent().unwrap_or(pipeline));
        self.row_of_span.push(row);
        if let Some(end) = span.outcome {
            self.end(row, end);
        }
        self.text(row, "by", span.by.as_deref());
        self.why(row, "why", span.why.as_deref());
        match &span.kind {
            SpanKind::Run | SpanKind::Pipeline { .. } => {}
            SpanKind::FanOut(fan_out) => self.fan_out(row, fan_out),
            SpanKind::Task { index, label, .. } => {
                self.rows.set(row, "i", *index);
                self.text(row, "label", label.as_deref());
            }
            SpanKind::Call(call) => self.call(row, call),
            SpanKind::Round { round, most, converged } => {
                self.rows.set(row, "n", *round);
                self.rows.set(row, "most", *most);
                self.rows.set(row, "converged", converged.then_some(true));
            }
            SpanKind::Else { failed, because, .. } => {
                self.text(row, "failed", failed.as_deref());
                self.why(row, "because", because.as_deref());
            }
        }
    }

    fn fan_out(&mut self, row: usize, fan_out: &FanOut) {
        let kind = match fan_out.kind {
            FanOutKind::Join => "join",
            FanOutKind::Race => "race",
            FanOutKind::FanOut | FanOutKind::Unknown => "fan_out",
        };
        self.text(row, "kind", Some(kind));
        self.text(row, "of", fan_out.of.as_deref());
        self.text(row, "policy", fan_out.policy.as_deref());
        self.rows.set(row, "width", fan_out.width);
        self.rows.set(row, "needed", fan_out.needed);
        if let Some(settled) = fan_out.settled {
            self.rows.set(row, "settled", [settled.succeeded, settled.failed, settled.stopped]);
        }
    }

    fn call(&mut self, row: usize, call: &Call) {
        self.text(row, "role", Some(&call.role));
        self.text(row, "model", call.model.as_deref());
        self.text(row, "finish", call.finish.as_deref());
        self.rows.set(row, "n", call.attempt);
        self.rows.set(row, "most", call.attempts);
        self.rows.set(row, "in", call.in_tokens);
        self.rows.set(row, "usage", call.usage.map(<[u64; 2]>::from));
        self.rows.set(row, "retry", call.retry_ms);
    }

    fn end(&mut self, row: usize, end: End) {
        self.text(row, "end", Some(word(end)));
    }

    fn text(&mut self, row: usize, column: &'static str, text: Option<&str>) {
        self.rows.set(row, column, text.map(|text| self.texts.id(text)));
    }

    fn why(&mut self, row: usize, column: &'static str, why: Option<&Why<'_>>) {
        self.rows.set(row, column, why.map(|why| self.whys.id_of(&json!(why))));
    }

    fn handoff(&mut self, handoff: &LoggedHandoff, contracts: &[DescribedContract]) {
        let number = self.edge.len();
        let [from, to, contract] =
            [&handoff.from, &handoff.to, &handoff.contract].map(|text| self.texts.id(text));
        let budgets = [handoff.max_output_tokens, handoff.max_tokens, handoff.input_budget];
        let described = contracts.iter().position(|DescribedContract { id, .. }| {
            *id.name == *handoff.contract && handoff.schema.is_none_or(|schema| schema == id.fingerprint)
        });
        self.edge.push(self.edges.id_of(&json!([from, to, contract, budgets, described])));
        self.handed_in.push(self.row_of_span[handoff.span]);
        self.tokens.push(handoff.tokens);
        self.handoffs.set(number, "conf", (handoff.confidence < 1.0).then_some(handoff.confidence));
        self.handoffs.set(number, "warnings", (handoff.warnings > 0).then_some(handoff.warnings));
        self.handoffs.set(number, "enc", handoff.encoding.as_deref().map(|text| self.texts.id(text)));
        self.handoffs.set(number, "tool", handoff.tool.then_some(true));
        self.handoffs.set(number, "redacted", handoff.redacted.then_some(true));
        self.handoffs.set(
            number,
            "payload",
            handoff.payload.as_deref().map(|json| self.texts.id(json.get())),
        );
    }

    /// Where a failed run shows why: a row; of one that failed as a whole, the page takes the first.
    fn cause(&self, run: &LoggedRun) -> Option<usize> {
        run.cause().map(|cause| match cause {
            Cause::Span(span) => self.row_of_span[span],
            Cause::Gate(gate) => self.row_of_gate[gate],
        })
    }

    fn finish(mut self, run: &LoggedRun) -> Value {
        let warnings: Vec<_> = run
            .warnings
            .iter()
            .map(|warning| {
                let kind = warning.kind.as_deref().unwrap_or_default();
                let [agent, kind, message] =
                    [&*warning.agent, kind, &*warning.message].map(|text| self.texts.id(text));
                [self.row_of_span[warning.span], agent, kind, message]
            })
            .collect();
        json!({
            "pipeline": &*run.pipeline,
            "trace": run.trace,
            "parent": run.traceparent.as_deref(),
            "wall": run.wall,
            "encoding": run.encoding.as_deref(),
            "stages": run.description.as_ref().map(|description| &description.stages),
            "contracts": run.description.as_ref().map(|description| contracts::of(&description.contracts)),
            "end": run.end,
            "path": run.path.as_ref().map(ToString::to_string),
            "lost": run.lost,
            "last": run.last,
            "cause": self.cause(run),
            "texts": self.texts.rows,
            "whys": self.whys.rows,
            "kind": self.kind,
            "up": self.up,
            "start": differences(&self.start),
            "took": self.took,
            "name": self.name,
            "rows": self.rows.into_json(),
            "edges": self.edges.rows,
            "edge": self.edge,
            "handed_in": self.handed_in,
            "tokens": self.tokens,
            "handoffs": self.handoffs.into_json(),
            "warnings": warnings,
        })
    }
}

/// How something ended, as the page has it.
pub(super) fn word(end: End) -> &'static str {
    match end {
        End::Ok => "ok",
        End::Recovered => "recovered",
        End::Failed => "failed",
        End::Stopped | End::Unknown => "stopped",
        End::Cancelled => "cancelled",
        End::Dropped => "dropped",
    }
}

/// Values in the order in which they first came, each once.
#[derive(Default)]
struct Table {
    rows: Vec<Value>,
    known: HashMap<String, usize>,
}

impl Table {
    fn id(&mut self, text: &str) -> usize {
        self.insert(text, || text.into())
    }

    fn id_of(&mut self, value: &Value) -> usize {
        self.insert(&value.to_string(), || value.clone())
    }

    fn insert(&mut self, key: &str, row: impl FnOnce() -> Value) -> usize {
        if let Some(id) = self.known.get(key) {
            return *id;
        }
        self.rows.push(row());
        self.known.insert(key.to_owned(), self.rows.len() - 1);
        self.rows.len() - 1
    }
}

/// Columns of what only some rows have.
#[derive(Default)]
struct Sparse(BTreeMap<&'static str, BTreeMap<usize, Value>>);

impl Sparse {
    /// What is not there has no place, either.
    fn set(&mut self, row: usize, column: &'static str, value: impl serde::Serialize) {
        let value = json!(value);
        if !value.is_null() {
            self.0.entry(column).or_default().insert(row, value);
        }
    }

    /// Each column as `[rows, values]`.
    fn into_json(self) -> Value {
        let column = |cells: BTreeMap<usize, Value>| {
            let (rows, values): (Vec<_>, Vec<_>) =
                cells.into_iter().map(|(row, value)| (row as u64, value)).unzip();
            json!([differences(&rows), values])
        };
        self.0.into_iter().map(|(name, cells)| (name.to_owned(), column(cells))).collect::<Map<_, _>>().into()
    }
}

/// Each number less the one before it.
fn differences(numbers: &[u64]) -> Vec<i64> {
    let before = std::iter::once(0).chain(numbers.iter().copied());
    numbers.iter().zip(before).map(|(number, before)| number.wrapping_sub(before).cast_signed()).collect()
}
