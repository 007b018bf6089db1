//! The runs that are under way, and what the lines of a file have told already.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Instant;

use handoff::{Description, Fingerprint, SpanId, TraceId};
use serde_json::value::{RawValue, to_raw_value};

use super::file::LogFile;
use super::mask;

/// A run that is under way.
pub(super) struct Running {
    pub(super) number: u32,
    pub(super) started: Instant,
    /// Its own file, of a log that has one for each run.
    pub(super) file: Option<LogFile>,
    pub(super) described: Option<Rc<Described>>,
    /// The encoding that was said last.
    pub(super) encoding: Option<Cow<'static, str>>,
}

/// A pipeline's description, and what is looked up in it.
pub(super) struct Described {
    pub(super) json: Box<RawValue>,
    description: Description,
    /// The names that contracts declare, as they are asked for.
    names: RefCell<HashMap<String, Rc<HashSet<String>>>>,
}

impl Described {
    fn new(describe: fn() -> Description) -> Option<Self> {
        // It calls the schemas of leaf types, which are the user's.
        let description = catch_unwind(AssertUnwindSafe(describe)).ok()?;
        let json = to_raw_value(&description).ok()?;
        Some(Self { json, description, names: RefCell::default() })
    }

    /// Whether a contract is known by its name alone.
    pub(super) fn knows(&self, contract: &str, schema: Fingerprint) -> bool {
        let mut found =
            self.description.contracts.iter().filter(|known| known.id.name == contract).peekable();
        found.peek().is_some() && found.all(|known| known.id.fingerprint == schema)
    }

    /// The names that a contract declares for fields; of several of one name, what they all do.
    pub(super) fn declared(&self, contract: &str) -> Rc<HashSet<String>> {
        let mut names = self.names.borrow_mut();
        if let Some(known) = names.get(contract) {
            return Rc::clone(known);
        }
        let schemas = self.description.contracts.iter().filter(|known| known.id.name == contract);
        let mut declared = schemas.map(|known| mask::declared(known.schema.as_value()));
        let first = declared.next().unwrap_or_default();
        let all = Rc::new(declared.fold(first, |all, more| &all & &more));
        names.insert(contract.to_owned(), Rc::clone(&all));
        all
    }
}

/// Descriptions, by the functions that make them.
#[derive(Default)]
pub(super) struct Descriptions {
    made: HashMap<(&'static str, usize), Option<Rc<Described>>>,
    /// What a file has told of a pipeline.
    told: HashMap<&'static str, Rc<Described>>,
}

impl Descriptions {
    pub(super) fn get(
        &mut self,
        pipeline: &'static str,
        describe: fn() -> Description,
    ) -> Option<Rc<Described>> {
        // Two functions of one address do the same; one of two addresses is called twice.
        let known = self.made.entry((pipeline, describe as usize));
        known.or_insert_with(|| Described::new(describe).map(Rc::new)).clone()
    }

    /// The description, where the file has not told it yet.
    pub(super) fn untold(
        &mut self,
        pipeline: &'static str,
        described: &Rc<Described>,
    ) -> Option<Box<RawValue>> {
        let told = self.told.insert(pipeline, Rc::clone(described));
        let is_told = told.is_some_and(|told| told.json.get() == described.json.get());
        (!is_told).then(|| described.json.clone())
    }
}

/// Which runs are under way in each trace: often one, but an agent may start others, and a caller several.
#[derive(Default)]
pub(super) struct Traces(HashMap<TraceId, Trace>);

struct Trace {
    /// In the order in which they started; at least one.
    runs: Vec<(SpanId, Running)>,
    /// The run that a span is in, by the run's own, of spans that started while there were several. Any other is in the
    /// first.
    spans: HashMap<SpanId, SpanId>,
}

impl Traces {
    pub(super) fn start(&mut self, trace: TraceId, span: SpanId, running: Running) -> &mut Running {
        let trace = self.0.entry(trace).or_insert_with(|| Trace { runs: Vec::new(), spans: HashMap::new() });
        trace.runs.push((span, running));
        let (_, running) = trace.runs.last_mut().expect("one was pushed");
        running
    }

    /// The run in which something happens.
    pub(super) fn get(&mut self, trace: TraceId, span: SpanId) -> Option<&mut Running> {
        let trace = self.0.get_mut(&trace)?;
        let index = trace.index(span);
        trace.runs.get_mut(index).map(|(_, running)| running)
    }

    /// The run in which a span starts.
    pub(super) fn enter(
        &mut self,
        trace: TraceId,
        span: SpanId,
        parent: Option<SpanId>,
    ) -> Option<&mut Running> {
        let trace = self.0.get_mut(&trace)?;
        let index = parent.map_or(0, |parent| trace.index(parent));
        let (run, running) = trace.runs.get_mut(index)?;
        if index > 0 {
            trace.spans.insert(span, *run);
        }
        Some(running)
    }

    /// The run that ends with this span.
    pub(super) fn end(&mut self, id: TraceId, span: SpanId) -> Option<Running> {
        let trace = self.0.get_mut(&id)?;
        let index = trace.runs.iter().position(|(run, _)| *run == span)?;
        let (_, running) = trace.runs.remove(index);
        trace.spans.retain(|_, run| *run != span);
        if trace.runs.is_empty() {
            self.0.remove(&id);
        }
        Some(running)
    }

    /// The first run of a trace.
    pub(super) fn first(&mut self, trace: TraceId) -> Option<&mut Running> {
        self.0.get_mut(&trace)?.runs.first_mut().map(|(_, running)| running)
    }

    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Running> {
        self.0.values_mut().flat_map(|trace| &mut trace.runs).map(|(_, running)| running)
    }
}

impl Trace {
    fn index(&self, span: SpanId) -> usize {
        if self.runs.len() < 2 {
            return 0;
        }
        let run = self.spans.get(&span).copied().unwrap_or(span);
        self.runs.iter().position(|(own, _)| *own == run).unwrap_or_default()
    }
}
